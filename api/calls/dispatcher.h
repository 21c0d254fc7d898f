// ServiceDispatcher makes the calls of Tasks: it looks the Resource up in the
// table of integrations, has a Sender carry the request out, and tells the
// engine what came of it. Calls of Step Functions' own operations never leave
// the process.
#ifndef STEPWHEEL_API_CALLS_DISPATCHER_H_
#define STEPWHEEL_API_CALLS_DISPATCHER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "api/calls/own_service.h"
#include "api/calls/protocol.h"
#include "api/calls/sender.h"
#include "engine/dispatcher.h"
#include "engine/engine.h"

namespace stepwheel::calls {

class ServiceDispatcher : public engine::Dispatcher {
 public:
  struct Options {
    Place place;
    std::function<engine::Received()> now;  // Stamps answers.
    // aws-sdk:sfn:...; absent: such calls fail their task.
    OwnService own_service;
  };
  // `sender` outlives the dispatcher.
  ServiceDispatcher(Sender* sender, Options options)
      : sender_(sender), options_(std::move(options)) {}

  // Before the engine's Recover(); the engine outlives every call.
  void set_engine(engine::Engine* engine) { engine_ = engine; }
  // Calls that are not answered, our own operations included.
  size_t open() const { return calls_.size(); }

  bool CanCall(const asl::Resource& resource, std::string* why) override;
  void Start(const engine::Call& call) override;
  bool Knows(engine::AttemptKey key) override;
  int64_t InFlight() const override;
  void Cancel(engine::AttemptKey key) override;

 private:
  struct OpenCall {
    engine::Call call;
    uint64_t request = 0;  // Of the sender; 0: one of our own operations.
  };
  // The call, which is open no more; nullopt if it was not.
  std::optional<OpenCall> Take(engine::AttemptKey key);
  void Finish(engine::AttemptKey key, asl::Outcome<asl::Value> outcome);

  Sender* sender_;
  Options options_;
  engine::Engine* engine_ = nullptr;
  absl::flat_hash_map<engine::AttemptKey, OpenCall> calls_;
  int64_t sent_ = 0;  // Of these, those that left the process.
  // Answers of our own operations may outlive this object.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace stepwheel::calls

#endif  // STEPWHEEL_API_CALLS_DISPATCHER_H_
