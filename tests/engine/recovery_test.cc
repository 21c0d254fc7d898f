// What is left of an execution after the process was killed.

#include <gmock/gmock.h>

#include "tests/engine/engine_harness.h"

namespace stepwheel::engine {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::SizeIs;

class RecoveryTest : public EngineTest {
 protected:
  void StartShipping(const std::string& more) {
    CreateActivity("ship");
    ASSERT_TRUE(Create("m", ShipMachine(more)).ok());
    ASSERT_TRUE(Start("m", "x", R"({"n":1})").ok());
  }
  void StartCall(const std::string& resource, const std::string& more) {
    ASSERT_TRUE(Create("m", R"({"StartAt":"T","States":{"T":{"Type":"Task",)"
                            R"("Resource":")" +
                                resource + "\"" + more +
                                R"(,"Parameters":{"QueueUrl":"q"},)"
                                R"("End":true}}})")
                    .ok());
    ASSERT_TRUE(Start("m", "x").ok());
  }
};

TEST_F(RecoveryTest, TokensStayValid) {
  StartShipping("");
  const std::string token = TakeToken();
  Crash();
  ASSERT_TRUE(Succeed(token, R"({"done":true})").ok());
  EXPECT_EQ(Describe("m", "x")->output, R"({"done":true})");
}

TEST_F(RecoveryTest, QueuedTasksStayQueuedInTheirOrder) {
  StartShipping("");
  clock_.Advance(seconds(1));
  ASSERT_TRUE(Start("m", "y", R"({"n":2})").ok());
  Crash();
  Poll("ship");
  Poll("ship");
  ASSERT_THAT(polled_, SizeIs(2));
  EXPECT_EQ(polled_[0]->input, R"({"n":1})");
  EXPECT_EQ(polled_[1]->input, R"({"n":2})");
}

TEST_F(RecoveryTest, ASilentTaskGetsItsHeartbeatSecondsOnceMore) {
  StartShipping(R"(,"HeartbeatSeconds":10)");
  TakeToken();
  engine_.reset();
  clock_.Advance(seconds(500));  // The server was away.
  Open();
  AdvanceTo(seconds(509));
  EXPECT_EQ(Status("m", "x"), "RUNNING");
  AdvanceTo(seconds(510));
  EXPECT_EQ(Status("m", "x"), "FAILED");
}

TEST_F(RecoveryTest, WithoutGraceAMissedHeartbeatFailsAtItsDeadline) {
  grace_ = Duration(0);
  Crash();
  StartShipping(R"(,"HeartbeatSeconds":10)");
  TakeToken();
  engine_.reset();
  clock_.Advance(seconds(500));
  Open();
  auto history = History({TestArn("execution", "m:x"), 100, false, true, ""});
  ASSERT_TRUE(history.ok());
  EXPECT_THAT(history->events.at(4), HasSubstr("ActivityTimedOut"));
  EXPECT_THAT(history->events.at(4), HasSubstr("1790000010,"));
  EXPECT_THAT(history->events.at(5), HasSubstr("1790000500,"));
}

TEST_F(RecoveryTest, TotalTimeoutsNeverMove) {
  StartShipping(R"(,"TimeoutSeconds":20,"HeartbeatSeconds":10)");
  const std::string token = TakeToken();
  AdvanceTo(seconds(9));
  ASSERT_TRUE(Beat(token).ok());
  engine_.reset();
  clock_.Advance(seconds(9));
  Open();
  AdvanceTo(seconds(19));
  EXPECT_EQ(Status("m", "x"), "RUNNING");
  AdvanceTo(seconds(20));
  EXPECT_EQ(Status("m", "x"), "FAILED");
}

TEST_F(RecoveryTest, FlushedBeatsSurvive) {
  grace_ = Duration(0);
  Crash();
  StartShipping(R"(,"HeartbeatSeconds":10)");
  const std::string token = TakeToken();
  AdvanceTo(seconds(8));
  ASSERT_TRUE(Beat(token).ok());
  engine_->FlushBeats();
  Crash();
  AdvanceTo(seconds(17));
  EXPECT_EQ(Status("m", "x"), "RUNNING");
  AdvanceTo(seconds(18));
  EXPECT_EQ(Status("m", "x"), "FAILED");
}

TEST_F(RecoveryTest, BeatsAreStoredInSlicesAndAllOfThem) {
  grace_ = Duration(0);
  Crash();
  CreateActivity("ship");
  ASSERT_TRUE(Create("m", ShipMachine(R"(,"HeartbeatSeconds":10)")).ok());
  std::vector<std::string> tokens;
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    ASSERT_TRUE(Start("m", name).ok());
    tokens.push_back(TakeToken());
  }
  AdvanceTo(seconds(8));
  for (const std::string& token : tokens) ASSERT_TRUE(Beat(token).ok());
  EXPECT_TRUE(engine_->FlushSomeBeats(2));
  EXPECT_TRUE(engine_->FlushSomeBeats(2));
  // Beats that come meanwhile are for the next round, or this would never end.
  AdvanceTo(seconds(9));
  ASSERT_TRUE(Beat(tokens[0]).ok());
  EXPECT_FALSE(engine_->FlushSomeBeats(2));
  EXPECT_FALSE(engine_->FlushSomeBeats(2));
  Crash();
  AdvanceTo(seconds(18) - Duration(1));
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    EXPECT_EQ(Status("m", name), "RUNNING") << name;
  }
  AdvanceTo(seconds(18));
  EXPECT_EQ(Status("m", "a"), "RUNNING");
  for (const char* name : {"b", "c", "d", "e"}) {
    EXPECT_EQ(Status("m", name), "FAILED") << name;
  }
}

TEST_F(RecoveryTest, ABeatWaitsForNoCommandThatIsUndecided) {
  StartShipping(R"(,"HeartbeatSeconds":10)");
  const std::string token = TakeToken();
  StopExecutionRequest stop;
  stop.execution_arn = TestArn("execution", "m:x");
  std::optional<bool> stopped, beaten;
  engine_->StopExecution(stop, now(), [&](auto a) { stopped = a.ok(); });
  engine_->SendTaskHeartbeat(token, now(), [&](auto a) { beaten = a.ok(); });
  EXPECT_FALSE(stopped.has_value());
  EXPECT_EQ(beaten, true);
  Settle();
  EXPECT_EQ(stopped, true);
  EXPECT_FALSE(Beat(token).ok());
}

TEST_F(RecoveryTest, ABeatIsNoAnswerToATimerThatIsDue) {
  StartShipping(R"(,"HeartbeatSeconds":10)");
  const std::string token = TakeToken();
  clock_.Advance(seconds(10));  // Nobody has called Turn() yet.
  EXPECT_FALSE(Beat(token).ok());
  EXPECT_EQ(Status("m", "x"), "FAILED");
}

TEST_F(RecoveryTest, WhoBeatsDoesNotWaitForThoseThatTimeOut) {
  for (const size_t in_memory : {size_t{0}, size_t{1000}}) {
    in_memory_ = in_memory;
    Crash();
    CreateActivity("ship");
    ASSERT_TRUE(Create("m", ShipMachine(R"(,"HeartbeatSeconds":10)")).ok());
    const std::string n = std::to_string(in_memory);
    const Instant start = now();
    ASSERT_TRUE(Start("m", "silent" + n).ok());
    const std::string silent = TakeToken();
    ASSERT_TRUE(Start("m", "beating" + n).ok());
    const std::string beating = TakeToken();
    clock_.Advance(seconds(5));
    Settle();
    ASSERT_TRUE(Beat(beating).ok());
    clock_.Advance(seconds(7));  // Nobody has called Turn() yet.
    std::optional<bool> late, good;
    engine_->SendTaskHeartbeat(silent, now(), [&](auto a) { late = a.ok(); });
    engine_->SendTaskHeartbeat(beating, now(), [&](auto a) { good = a.ok(); });
    EXPECT_FALSE(late.has_value());
    EXPECT_EQ(good, true);
    Settle();
    EXPECT_EQ(late, false);
    EXPECT_EQ(Status("m", "silent" + n), "FAILED");
    AdvanceTo(start - Instant::FromUnixMillis(kStart) + seconds(22) -
              Duration(1));
    EXPECT_EQ(Status("m", "beating" + n), "RUNNING");
    AdvanceTo(start - Instant::FromUnixMillis(kStart) + seconds(22));
    EXPECT_EQ(Status("m", "beating" + n), "FAILED");
  }
}

TEST_F(RecoveryTest, ATurnIsBoundedHoweverManyTicksAreOverdue) {
  ASSERT_TRUE(Create("m", R"({"StartAt":"W","States":{"W":{"Type":"Wait",)"
                          R"("Seconds":5,"End":true}}})")
                  .ok());
  constexpr int kMany = 700;
  for (int i = 0; i < kMany; ++i) {
    ASSERT_TRUE(Start("m", "x" + std::to_string(i)).ok());
    clock_.Advance(Duration(1));  // Each is due at a tick of its own.
  }
  clock_.Advance(seconds(5));
  int ended = 0, most = 0;
  engine_->SetObserver([&](const ExecutionRecord&, const Event& event,
                           const asl::StateMachine&) {
    ended += event.type == EventType::kExecutionSucceeded;
  });
  for (bool more = true; more;) {
    const int before = ended;
    more = engine_->Turn();
    most = std::max(most, ended - before);
  }
  EXPECT_EQ(ended, kMany);
  EXPECT_LE(most, 256);
}

TEST_F(RecoveryTest, ACallInFlightIsInDoubtAndFailsTheTask) {
  StartCall("arn:aws:states:::sqs:sendMessage", "");
  Crash();
  auto record = Describe("m", "x");
  EXPECT_EQ(record->error, "States.TaskFailed");
  EXPECT_EQ(record->cause,
            "The server stopped while the request to "
            "arn:aws:states:::sqs:sendMessage was in flight; whether it "
            "arrived is unknown.");
  EXPECT_EQ(outside_.started(), 0);  // Nothing is sent again.
}

TEST_F(RecoveryTest, ACallThatTheOutsideStillKnowsGoesOn) {
  StartCall("arn:aws:states:::sqs:sendMessage", "");
  Crash(/*outside_remembers=*/true);
  EXPECT_EQ(Status("m", "x"), "RUNNING");
  EXPECT_EQ(outside_.started(), 1);
}

TEST_F(RecoveryTest, ACallbackTaskInFlightIsKeptWhileAClockRuns) {
  StartCall("arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            R"(,"HeartbeatSeconds":10)");
  const std::string token =
      outside_.Find("sendMessage.waitForTaskToken")->task_token;
  Crash();
  EXPECT_EQ(Status("m", "x"), "RUNNING");
  ASSERT_TRUE(Succeed(token, "1").ok());
  EXPECT_EQ(Status("m", "x"), "SUCCEEDED");
}

TEST_F(RecoveryTest, ACallbackTaskWithoutAnyClockIsNotKept) {
  StartCall("arn:aws:states:::sqs:sendMessage.waitForTaskToken", "");
  Crash();
  EXPECT_EQ(Status("m", "x"), "FAILED");
}

TEST_F(RecoveryTest, ALeapOfTheClockIsNoFaultOfTheWorker) {
  StartShipping(R"(,"HeartbeatSeconds":10)");
  TakeToken();
  clock_.Advance(seconds(3600));  // The laptop slept.
  engine_->ClockLeapt();
  Settle();
  EXPECT_EQ(Status("m", "x"), "RUNNING");
  AdvanceTo(seconds(3610));
  EXPECT_EQ(Status("m", "x"), "FAILED");
}

}  // namespace
}  // namespace stepwheel::engine
