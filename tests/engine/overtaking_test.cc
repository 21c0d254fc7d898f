// When very many timers are due at once, who has nothing to do with them does
// not wait for them all.
#include <chrono>
#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "tests/engine/engine_harness.h"

namespace stepwheel::engine {
namespace {

using std::chrono::seconds;

class OvertakingTest : public EngineTest,
                       public testing::WithParamInterface<size_t> {
 protected:
  // More than twice what a turn acts on.
  static constexpr int kCrowd = 600;

  OvertakingTest() {
    in_memory_ = GetParam();
    Crash();
    EXPECT_TRUE(Create("crowd", R"({"StartAt":"W","States":{"W":{"Type":)"
                                R"("Wait","Seconds":10,"End":true}}})")
                    .ok());
    CreateActivity("ship");
    EXPECT_TRUE(Create("short", ShipMachine(R"(,"TimeoutSeconds":10)")).ok());
    EXPECT_TRUE(Create("long", ShipMachine(R"(,"TimeoutSeconds":60)")).ok());
    for (int i = 0; i < kCrowd; ++i) {
      EXPECT_TRUE(Start("crowd", "x" + std::to_string(i)).ok());
    }
  }
  std::string StartAndTake(const std::string& machine) {
    EXPECT_TRUE(Start(machine, "one").ok());
    return TakeToken();
  }
  template <class T>
  Reply<T> Into(std::optional<bool>* ok) {
    return [ok](const Result<T>& r) { *ok = r.ok(); };
  }
  StartExecutionRequest StartOf(const std::string& name) {
    StartExecutionRequest r;
    r.state_machine_arn = TestArn("stateMachine", "long");
    r.name = name;
    r.input = "{}";
    return r;
  }
};

TEST_P(OvertakingTest, WhatTheCrowdDoesNotConcernIsAnsweredInTheFirstTurn) {
  const std::string token = StartAndTake("long");
  clock_.Advance(seconds(10));
  std::optional<bool> described, started, succeeded;
  engine_->DescribeExecution(TestArn("execution", "crowd:x599"), now(),
                             Into<ExecutionRecord>(&described));
  engine_->StartExecution(StartOf("two"), now(),
                          Into<StartExecutionAnswer>(&started));
  engine_->SendTaskSuccess({token, "1"}, now(), Into<Nothing>(&succeeded));
  EXPECT_TRUE(engine_->Turn());
  EXPECT_EQ(described, true);
  EXPECT_EQ(started, true);
  EXPECT_EQ(succeeded, true);
  Settle();
  EXPECT_EQ(Status("crowd", "x599"), "SUCCEEDED");
  EXPECT_EQ(Status("long", "one"), "SUCCEEDED");
  EXPECT_EQ(Status("long", "two"), "RUNNING");
}

TEST_P(OvertakingTest, AnAnswerWaitsForTheTimersOfItsOwnExecution) {
  const std::string late = StartAndTake("short");
  clock_.Advance(seconds(10));
  std::optional<bool> succeeded, failed;
  engine_->SendTaskSuccess({late, "1"}, now(), Into<Nothing>(&succeeded));
  engine_->SendTaskFailure({late, "E", "c"}, now(), Into<Nothing>(&failed));
  EXPECT_TRUE(engine_->Turn());
  EXPECT_FALSE(succeeded.has_value());
  EXPECT_FALSE(failed.has_value());
  Settle();
  EXPECT_EQ(succeeded, false);
  EXPECT_EQ(failed, false);
  EXPECT_EQ(Describe("short", "one")->error, "States.Timeout");
}

TEST_P(OvertakingTest, WhatMayConcernAnybodyKeepsItsPlace) {
  const std::string token = StartAndTake("long");
  clock_.Advance(seconds(10));
  std::optional<bool> stopped, polled;
  StopExecutionRequest stop;
  stop.execution_arn = TestArn("execution", "crowd:x599");
  engine_->StopExecution(stop, now(), Into<StopExecutionAnswer>(&stopped));
  GetActivityTaskRequest poll;
  poll.activity_arn = TestArn("activity", "none");
  engine_->GetActivityTask(poll, now(), Into<GetActivityTaskAnswer>(&polled));
  EXPECT_TRUE(engine_->Turn());
  EXPECT_FALSE(stopped.has_value());
  EXPECT_FALSE(polled.has_value());
  Settle();
  EXPECT_EQ(stopped, true);
  EXPECT_EQ(polled, false);  // There is no such activity.
  // It had ended by itself before.
  EXPECT_EQ(Status("crowd", "x599"), "SUCCEEDED");
}

TEST_P(OvertakingTest, ATurnTakesNoMoreCommandsThanOtherwise) {
  clock_.Advance(seconds(10));
  int described = 0;
  constexpr int kMany = 3000;
  for (int i = 0; i < kMany; ++i) {
    engine_->DescribeExecution(TestArn("execution", "crowd:x0"), now(),
                               [&](const auto&) { ++described; });
  }
  EXPECT_TRUE(engine_->Turn());
  EXPECT_GE(described, 500);
  EXPECT_LE(described, 1024);
  Settle();
  EXPECT_EQ(described, kMany);
}

INSTANTIATE_TEST_SUITE_P(InMemoryAndParked, OvertakingTest,
                         testing::Values(size_t{1000}, size_t{0}));

}  // namespace
}  // namespace stepwheel::engine
