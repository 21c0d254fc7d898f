// A small language for tests of the engine: a virtual clock, a memory store,
// and calls that turn until they are answered.
#ifndef STEPWHEEL_TESTS_ENGINE_ENGINE_HARNESS_H_
#define STEPWHEEL_TESTS_ENGINE_ENGINE_HARNESS_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/time/virtual_clock.h"
#include "storage/memory_store.h"
#include "tests/fakes/fake_dispatcher.h"

namespace stepwheel::engine {

inline std::string TestArn(const std::string& kind, const std::string& name) {
  return "arn:aws:states:us-east-1:123456789012:" + kind + ":" + name;
}

class EngineTest : public testing::Test {
 protected:
  static constexpr int64_t kStart = 1'790'000'000'000;

  EngineTest() : clock_(Instant::FromUnixMillis(kStart)) { Open(); }

  void Open() {
    EngineOptions options;
    options.seed = 7;
    options.recovery_grace = grace_;
    options.executions_in_memory = in_memory_;
    options.events_per_snapshot = events_per_snapshot_;
    options.mocks = mock_source_;
    engine_ = std::make_unique<Engine>(options, &clock_, &store_, &outside_);
    absl::Status status = engine_->Recover();
    ASSERT_TRUE(status.ok()) << status.message();
    Settle();
  }
  // As after SIGKILL: nothing is flushed, and the outside has forgotten.
  void Crash(bool outside_remembers = false) {
    engine_.reset();
    if (!outside_remembers) outside_ = FakeDispatcher();
    Open();
  }
  void Settle() {
    while (engine_->Turn()) {
    }
  }
  // Moves time, firing each timer at its own tick.
  void AdvanceTo(Duration since_start) {
    const Instant to = Instant::FromUnixMillis(kStart) + since_start;
    while (true) {
      Settle();
      std::optional<Instant> next = engine_->NextWake();
      if (!next || *next > to) break;
      clock_.AdvanceTo(std::max(*next, clock_.Now()));
    }
    clock_.AdvanceTo(to);
    Settle();
  }
  Instant now() { return clock_.Now(); }

  // Issues a call and gives its answer.
  template <class T>
  Result<T> Ask(const std::function<void(Reply<T>)>& issue) {
    std::optional<Result<T>> answer;
    issue([&](Result<T> r) { answer = std::move(r); });
    Settle();
    if (!answer) return ApiError{ApiErrorCode::kInternalFailure, "no answer"};
    return *answer;
  }

  Result<CreateStateMachineAnswer> Create(const std::string& name,
                                          const std::string& definition) {
    CreateStateMachineRequest r;
    r.name = name;
    r.definition = definition;
    r.role_arn = "arn:aws:iam::123456789012:role/r";
    return Ask<CreateStateMachineAnswer>(
        [&](auto reply) { engine_->CreateStateMachine(r, now(), reply); });
  }
  void CreateActivity(const std::string& name) {
    ASSERT_TRUE(Ask<CreateActivityAnswer>([&](auto reply) {
                  engine_->CreateActivity(name, now(), reply);
                }).ok());
  }
  Result<StartExecutionAnswer> Start(const std::string& machine,
                                     const std::string& name,
                                     const std::string& input = "{}") {
    StartExecutionRequest r;
    r.state_machine_arn = TestArn("stateMachine", machine);
    r.name = name;
    r.input = input;
    return Ask<StartExecutionAnswer>(
        [&](auto reply) { engine_->StartExecution(r, now(), reply); });
  }
  Result<ExecutionRecord> Describe(const std::string& machine,
                                   const std::string& name) {
    return Ask<ExecutionRecord>([&](auto reply) {
      engine_->DescribeExecution(TestArn("execution", machine + ":" + name),
                                 now(), reply);
    });
  }
  std::string Status(const std::string& machine, const std::string& name) {
    auto record = Describe(machine, name);
    if (!record.ok()) return record.error().message;
    return std::string(ExecutionStatusName(record->status));
  }
  Result<GetExecutionHistoryAnswer> History(GetExecutionHistoryRequest r) {
    return Ask<GetExecutionHistoryAnswer>(
        [&](auto reply) { engine_->GetExecutionHistory(r, now(), reply); });
  }
  Result<Nothing> Beat(const std::string& token) {
    return Ask<Nothing>(
        [&](auto reply) { engine_->SendTaskHeartbeat(token, now(), reply); });
  }
  Result<Nothing> Succeed(const std::string& token, const std::string& output) {
    return Ask<Nothing>([&](auto reply) {
      engine_->SendTaskSuccess({token, output}, now(), reply);
    });
  }
  // Polls; the answers come into `polled_` in order.
  Engine::PollId Poll(const std::string& activity,
                      std::function<bool()> alive = nullptr) {
    GetActivityTaskRequest r;
    r.activity_arn = TestArn("activity", activity);
    r.alive = std::move(alive);
    auto id = engine_->GetActivityTask(
        r, now(), [this](auto answer) { polled_.push_back(answer); });
    Settle();
    return id;
  }

  // The token of the oldest open task of activity "ship".
  std::string TakeToken() {
    Poll("ship");
    return polled_.back()->task_token;
  }

  std::optional<Duration> grace_;
  size_t in_memory_ = EngineOptions().executions_in_memory;
  int64_t events_per_snapshot_ = EngineOptions().events_per_snapshot;
  MockSource* mock_source_ = nullptr;
  VirtualClock clock_;
  storage::MemoryStore store_;
  FakeDispatcher outside_;
  std::unique_ptr<Engine> engine_;
  std::vector<Result<GetActivityTaskAnswer>> polled_;
};

// A machine with one Task on activity "ship".
inline std::string ShipMachine(const std::string& more) {
  return R"({"StartAt":"Ship","States":{"Ship":{"Type":"Task","Resource":")" +
         TestArn("activity", "ship") + "\"" + more + R"(,"End":true}}})";
}

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_TESTS_ENGINE_ENGINE_HARNESS_H_
