// FakeDispatcher is the outside for scenarios: it takes every call, remembers
// it until the script answers, and survives a crash of the engine.
#ifndef STEPWHEEL_TESTS_FAKES_FAKE_DISPATCHER_H_
#define STEPWHEEL_TESTS_FAKES_FAKE_DISPATCHER_H_

#include <map>
#include <string>
#include <vector>

#include "engine/dispatcher.h"

namespace stepwheel::engine {

class FakeDispatcher : public Dispatcher {
 public:
  bool CanCall(const asl::Resource& resource, std::string* why) override {
    if (resource.service != "unreachable") return true;
    *why = "nobody answers there.";
    return false;
  }
  void Start(const Call& call) override {
    calls_[call.key] = call;
    ++started_;
  }
  bool Knows(AttemptKey key) override { return calls_.count(key) != 0; }
  int64_t InFlight() const override {
    return static_cast<int64_t>(calls_.size());
  }
  void Cancel(AttemptKey key) override { calls_.erase(key); }

  // The oldest open call of this resource ("invoke", "sendMessage..."), or
  // nullptr.
  const Call* Find(const std::string& resource) const {
    for (const auto& [key, call] : calls_) {
      if (call.resource.resource == resource || call.resource.arn == resource) {
        return &call;
      }
    }
    return nullptr;
  }
  void Forget(AttemptKey key) { calls_.erase(key); }
  int started() const { return started_; }

 private:
  std::map<AttemptKey, Call> calls_;
  int started_ = 0;
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_TESTS_FAKES_FAKE_DISPATCHER_H_
