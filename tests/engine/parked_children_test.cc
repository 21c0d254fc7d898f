// Executions that start others and those they start, all of them parked: who
// waits for whom survives in the store, and each end is told once.

#include <gmock/gmock.h>

#include "tests/engine/engine_harness.h"

namespace stepwheel::engine {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

// A machine that starts `machine` and awaits its end.
std::string Starter(const std::string& machine, const std::string& child,
                    const std::string& more = "") {
  return R"({"StartAt":"Nest","States":{"Nest":{"Type":"Task","End":true,
      "Resource":"arn:aws:states:::states:startExecution.sync:2",
      "Parameters":{"Name":")" +
         child + R"(","StateMachineArn":")" + TestArn("stateMachine", machine) +
         "\"}" + more + "}}}";
}

class ParkedChildrenTest : public EngineTest {
 protected:
  ParkedChildrenTest() {
    grace_ = Duration(0);
    in_memory_ = 0;
    Crash();
    CreateActivity("ship");
  }
  // x of m awaits c of child, which has a Task for a worker.
  void StartBoth(const std::string& parent_more = "",
                 const std::string& child_more = "") {
    ASSERT_TRUE(Create("child", ShipMachine(child_more)).ok());
    ASSERT_TRUE(Create("m", Starter("child", "c", parent_more)).ok());
    ASSERT_TRUE(Start("m", "x").ok());
    ExpectAllParked(2);
  }
  void ExpectAllParked(int64_t executions) {
    EXPECT_EQ(engine_->stats().executions_loaded, 0);
    EXPECT_EQ(engine_->stats().executions_parked, executions);
  }
  void StopTheParent() {
    StopExecutionRequest stop;
    stop.execution_arn = TestArn("execution", "m:x");
    ASSERT_TRUE(Ask<StopExecutionAnswer>([&](auto reply) {
                  engine_->StopExecution(stop, now(), reply);
                }).ok());
  }
  int Count(const std::string& type, const std::string& name = "x") {
    int count = 0;
    auto history =
        History({TestArn("execution", "m:" + name), 100, false, true, ""});
    for (const std::string& event : history->events) {
      if (event.find("\"" + type + "\"") != std::string::npos) ++count;
    }
    return count;
  }
  int64_t loads() { return engine_->stats().loads; }
};

TEST_F(ParkedChildrenTest, AParentGoesOnOnceWhenItsChildEndsAfterAStart) {
  StartBoth();
  const std::string token = TakeToken();
  ExpectAllParked(2);
  Crash();
  ExpectAllParked(2);
  EXPECT_EQ(loads(), 0);
  EXPECT_EQ(engine_->census().of(WaitKind::kJob), 1);
  ASSERT_TRUE(Succeed(token, R"({"shipped":true})").ok());
  EXPECT_EQ(loads(), 2);
  EXPECT_EQ(Status("child", "c"), "SUCCEEDED");
  EXPECT_EQ(Status("m", "x"), "SUCCEEDED");
  EXPECT_THAT(*Describe("m", "x")->output, HasSubstr(R"({"shipped":true})"));
  EXPECT_EQ(Count("TaskSucceeded"), 1);
  EXPECT_EQ(Succeed(token, "2").error().code, ApiErrorCode::kTaskTimedOut);
  Crash();
  ExpectAllParked(0);
  EXPECT_EQ(Count("TaskSucceeded"), 1);
}

TEST_F(ParkedChildrenTest, ALongLogTellsItFromItsSnapshot) {
  events_per_snapshot_ = 0;
  Crash();
  StartBoth();
  EXPECT_TRUE(store_.Snapshot(1).ok());
  const std::string token = TakeToken();
  Crash();
  ASSERT_TRUE(Succeed(token, "1").ok());
  EXPECT_EQ(Status("m", "x"), "SUCCEEDED");
}

TEST_F(ParkedChildrenTest, AMissedHeartbeatOfTheChildFailsTheParent) {
  StartBoth("", R"(,"HeartbeatSeconds":10)");
  const std::string token = TakeToken();
  AdvanceTo(seconds(8));
  const int64_t before = loads();
  ASSERT_TRUE(Beat(token).ok());
  EXPECT_EQ(loads(), before);
  AdvanceTo(seconds(18) - Duration(1));
  EXPECT_EQ(Status("m", "x"), "RUNNING");
  ExpectAllParked(2);
  AdvanceTo(seconds(18));
  EXPECT_EQ(Status("m", "x"), "FAILED");
  EXPECT_EQ(Describe("m", "x")->stop_date, now());
}

TEST_F(ParkedChildrenTest, AStopReachesTheChildOfTheChild) {
  ASSERT_TRUE(Create("deep", ShipMachine("")).ok());
  ASSERT_TRUE(Create("child", Starter("deep", "d")).ok());
  ASSERT_TRUE(Create("m", Starter("child", "c")).ok());
  ASSERT_TRUE(Start("m", "x").ok());
  ExpectAllParked(3);
  Crash();
  StopTheParent();
  EXPECT_EQ(Status("m", "x"), "ABORTED");
  EXPECT_EQ(Status("child", "c"), "ABORTED");
  EXPECT_EQ(Status("deep", "d"), "ABORTED");
  ExpectAllParked(0);
}

TEST_F(ParkedChildrenTest, AParentThatTimesOutStopsItsChild) {
  StartBoth(R"(,"TimeoutSeconds":5)");
  Crash();
  AdvanceTo(seconds(5) - Duration(1));
  ExpectAllParked(2);
  AdvanceTo(seconds(5));
  EXPECT_EQ(Status("m", "x"), "FAILED");
  EXPECT_EQ(Status("child", "c"), "ABORTED");
}

// The parent's time-out, which stops the child, comes before a beat of the same
// millisecond; nothing is due in the child itself.
TEST_F(ParkedChildrenTest, ABeatComesAfterATimeOutOfTheParent) {
  StartBoth(R"(,"TimeoutSeconds":5)", R"(,"HeartbeatSeconds":60)");
  const std::string token = TakeToken();
  AdvanceTo(seconds(4));
  EXPECT_TRUE(Beat(token).ok());
  clock_.Advance(seconds(1));
  EXPECT_EQ(Beat(token).error().code, ApiErrorCode::kTaskTimedOut);
}

TEST_F(ParkedChildrenTest, TwoParentsAwaitOneChild) {
  StartBoth();
  ASSERT_TRUE(Start("m", "y").ok());  // Starts c again, which runs already.
  ExpectAllParked(3);
  EXPECT_EQ(loads(), 0);
  const std::string token = TakeToken();
  Crash();
  ASSERT_TRUE(Succeed(token, "1").ok());
  EXPECT_EQ(loads(), 3);
  for (const char* name : {"x", "y"}) {
    EXPECT_EQ(Status("m", name), "SUCCEEDED");
    EXPECT_EQ(Count("TaskSucceeded", name), 1);
  }
}

TEST_F(ParkedChildrenTest, TheOtherParentLearnsThatTheChildWasStopped) {
  StartBoth();
  ASSERT_TRUE(Start("m", "y").ok());
  StopTheParent();
  EXPECT_EQ(Status("child", "c"), "ABORTED");
  EXPECT_EQ(Status("m", "y"), "FAILED");
  EXPECT_EQ(Count("TaskFailed", "y"), 1);
  EXPECT_EQ(Count("TaskFailed", "x"), 0);
}

// A turn starts 256 children at most.
TEST_F(ParkedChildrenTest, AParentStaysUntilItsChildIsStarted) {
  ASSERT_TRUE(Create("child", ShipMachine("")).ok());
  ASSERT_TRUE(Create("unnamed", R"({"StartAt":"N","States":{"N":{
      "Type":"Task","End":true,
      "Resource":"arn:aws:states:::states:startExecution.sync",
      "Parameters":{"StateMachineArn":")" +
                                    TestArn("stateMachine", "child") + "\"}}}}")
                  .ok());
  StartExecutionRequest start;
  start.state_machine_arn = TestArn("stateMachine", "unnamed");
  for (int i = 0; i < 300; ++i) {
    start.name = "x" + std::to_string(i);
    engine_->StartExecution(start, now(), [](const auto&) {});
  }
  EXPECT_TRUE(engine_->Turn());
  EXPECT_EQ(engine_->stats().executions_loaded, 44);
  EXPECT_EQ(engine_->stats().executions_parked, 2 * 256);
  Settle();
  ExpectAllParked(600);
  EXPECT_EQ(engine_->census().of(WaitKind::kJob), 300);
}

TEST_F(ParkedChildrenTest, ARecordOfAnotherVersionIsPassedOver) {
  StartBoth();
  const std::string token = TakeToken();
  Batch batch;
  batch.put_parked.push_back({1, "3 of a later version\n"});
  ASSERT_TRUE(store_.Commit(batch).ok());
  Crash();
  ExpectAllParked(2);
  ASSERT_TRUE(Succeed(token, "1").ok());
  EXPECT_EQ(Status("m", "x"), "SUCCEEDED");
}

}  // namespace
}  // namespace stepwheel::engine
