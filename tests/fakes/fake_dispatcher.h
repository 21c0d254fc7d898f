// FakeDispatcher is the outside for scenarios: it takes every call, remembers
// it until the script answers, counts how often each was made, and survives a
// crash of the engine.
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
    ++sent_[call.key];
    ++sent_of_[call.resource->resource];
    ++sent_of_[call.resource->arn];
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
      if (call.resource->resource == resource ||
          call.resource->arn == resource) {
        return &call;
      }
    }
    return nullptr;
  }
  void Forget(AttemptKey key) { calls_.erase(key); }
  // The process that made the calls is gone, and nobody knows them any more.
  void ForgetAll() { calls_.clear(); }

  int started() const {
    int all = 0;
    for (const auto& [key, times] : sent_) all += times;
    return all;
  }
  // How often this resource was called in all.
  int sent(const std::string& resource) const {
    auto it = sent_of_.find(resource);
    return it == sent_of_.end() ? 0 : it->second;
  }
  // Attempts whose request went out more than once: there may be none.
  std::vector<std::string> sent_twice() const {
    std::vector<std::string> twice;
    for (const auto& [key, times] : sent_) {
      if (times < 2) continue;
      twice.push_back("attempt " + std::to_string(key.position) +
                      " of execution " + std::to_string(key.execution));
    }
    return twice;
  }

 private:
  std::map<AttemptKey, Call> calls_;
  std::map<AttemptKey, int> sent_;
  std::map<std::string, int> sent_of_;
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_TESTS_FAKES_FAKE_DISPATCHER_H_
