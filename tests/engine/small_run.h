// SmallRun plays one execution of a definition in memory on the virtual clock:
// for tests that need a real log, or an execution in the middle of its life.
#ifndef STEPWHEEL_TESTS_ENGINE_SMALL_RUN_H_
#define STEPWHEEL_TESTS_ENGINE_SMALL_RUN_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "asl/json.h"
#include "engine/engine.h"
#include "engine/replay.h"
#include "engine/time/virtual_clock.h"
#include "storage/memory_store.h"

namespace stepwheel::engine {

inline asl::Value ParsedJson(std::string_view text) {
  asl::JsonError error;
  auto value = asl::ParseJson(text, &error, /*keep_text=*/true);
  EXPECT_TRUE(value) << error.message << ": " << text;
  return value ? *value : asl::Value();
}

class SmallRun {
 public:
  static constexpr int64_t kStart = 1'790'000'000'000;  // 2026-09-21T13:46:40Z

  // Creates the activity `work`, the machine `m` and its execution `x`, and
  // lets it go as far as it can without time passing.
  explicit SmallRun(const std::string& definition, std::string input = "{}",
                    asl::Interrupt* interrupt = nullptr)
      : clock_(Instant::FromUnixMillis(kStart)),
        engine_(Options(interrupt), &clock_, &store_, nullptr) {
    EXPECT_TRUE(engine_.Recover().ok());
    engine_.CreateActivity("work", clock_.Now(), [](const auto&) {});
    CreateStateMachineRequest create;
    create.name = "m";
    create.definition = definition;
    create.role_arn = "arn:aws:iam::123456789012:role/r";
    engine_.CreateStateMachine(create, clock_.Now(), [](const auto& answer) {
      EXPECT_TRUE(answer.ok()) << answer.error().message;
    });
    StartExecutionRequest start;
    start.state_machine_arn =
        "arn:aws:states:us-east-1:123456789012:stateMachine:m";
    start.name = "x";
    start.input = std::move(input);
    engine_.StartExecution(start, clock_.Now(), [](const auto& answer) {
      EXPECT_TRUE(answer.ok()) << answer.error().message;
    });
    Settle();
  }

  void Settle() {
    while (engine_.Turn()) {
    }
  }
  // Jumps from timer to timer until the execution has ended.
  void PlayToTheEnd() {
    while (record().status == ExecutionStatus::kRunning) {
      auto next = engine_.NextTimer();
      ASSERT_TRUE(next) << "the execution waits for somebody";
      clock_.AdvanceTo(*next);
      Settle();
    }
  }
  // A worker takes the next task of the activity `work`; its token.
  std::string Poll() {
    std::string token;
    engine_.GetActivityTask(
        {"arn:aws:states:us-east-1:123456789012:activity:work", "w"},
        clock_.Now(), [&](const auto& answer) { token = answer->task_token; });
    Settle();
    return token;
  }

  ExecutionRecord record() { return *store_.Execution(1); }
  asl::StateMachinePtr machine() {
    return *PinnedMachine(store_, record().definition_hash);
  }
  Replayed Folded() {
    auto replayed = Replay(store_, record(), machine());
    EXPECT_TRUE(replayed.ok()) << replayed.status();
    return std::move(*replayed);
  }

  VirtualClock& clock() { return clock_; }
  Engine& engine() { return engine_; }
  storage::MemoryStore& store() { return store_; }

 private:
  static EngineOptions Options(asl::Interrupt* interrupt) {
    EngineOptions options;
    options.interrupt = interrupt;
    options.seed = 7;
    return options;
  }

  storage::MemoryStore store_;
  VirtualClock clock_;
  Engine engine_;
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_TESTS_ENGINE_SMALL_RUN_H_
