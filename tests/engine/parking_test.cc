// What leaves memory, what brings it back, and what does not.

#include <gmock/gmock.h>

#include "tests/engine/engine_harness.h"

namespace stepwheel::engine {
namespace {

using std::chrono::seconds;
using testing::SizeIs;

class ParkingTest : public EngineTest {
 protected:
  ParkingTest() {
    grace_ = Duration(0);
    KeepInMemory(0);
  }
  void KeepInMemory(size_t executions) {
    in_memory_ = executions;
    Crash();
  }
  void Ship(const std::string& more = R"(,"HeartbeatSeconds":10)") {
    CreateActivity("ship");
    ASSERT_TRUE(Create("m", ShipMachine(more)).ok());
  }
  int64_t parked() { return engine_->stats().executions_parked; }
  int64_t in_memory() { return engine_->stats().executions_loaded; }
  int64_t loads() { return engine_->stats().loads; }
};

TEST_F(ParkingTest, TheLeastRecentlyUsedLeavesFirst) {
  KeepInMemory(2);
  Ship();
  for (const char* name : {"a", "b", "c", "d"}) {
    ASSERT_TRUE(Start("m", name).ok());
  }
  EXPECT_EQ(in_memory(), 2);
  EXPECT_EQ(parked(), 2);
  TakeToken();  // Of a, which is parked: now c is the least recently used.
  EXPECT_EQ(loads(), 1);
  TakeToken();  // Of b.
  EXPECT_EQ(loads(), 2);
  const std::string c = TakeToken();
  EXPECT_EQ(loads(), 3);
  ASSERT_TRUE(Succeed(c, "1").ok());
  EXPECT_EQ(loads(), 3);
}

TEST_F(ParkingTest, BeatsBringNothingBackAndCount) {
  Ship();
  ASSERT_TRUE(Start("m", "x").ok());
  const std::string token = TakeToken();
  const int64_t before = loads();
  for (int second = 8; second <= 40; second += 8) {
    AdvanceTo(seconds(second));
    ASSERT_TRUE(Beat(token).ok());
  }
  EXPECT_EQ(loads(), before);
  AdvanceTo(seconds(50) - Duration(1));
  EXPECT_EQ(Status("m", "x"), "RUNNING");
  AdvanceTo(seconds(50));
  EXPECT_EQ(Status("m", "x"), "FAILED");
}

TEST_F(ParkingTest, BeatsOfParkedTasksAreStored) {
  Ship();
  ASSERT_TRUE(Start("m", "x").ok());
  const std::string token = TakeToken();
  AdvanceTo(seconds(8));
  ASSERT_TRUE(Beat(token).ok());
  engine_->FlushBeats();
  Crash();
  EXPECT_EQ(parked(), 1);
  AdvanceTo(seconds(17));
  EXPECT_EQ(Status("m", "x"), "RUNNING");
  AdvanceTo(seconds(18));
  EXPECT_EQ(Status("m", "x"), "FAILED");
}

// Found by the random scenarios.
TEST_F(ParkingTest, ABeatInTheMillisecondOfTheHandOutComesBackToo) {
  Ship();
  ASSERT_TRUE(Start("m", "x").ok());
  const std::string token = TakeToken();
  ASSERT_EQ(parked(), 1);
  ASSERT_TRUE(Beat(token).ok());
  ASSERT_TRUE(Succeed(token, "1").ok());
  EXPECT_EQ(Status("m", "x"), "SUCCEEDED");
}

TEST_F(ParkingTest, BeatsAreNotLostWhenTheExecutionComesBack) {
  CreateActivity("ship");
  const std::string branch =
      R"({"StartAt":"T","States":{"T":{"Type":"Task","HeartbeatSeconds":10,
      "End":true,"Resource":")" +
      TestArn("activity", "ship") + "\"}}}";
  const std::string other = R"({"StartAt":"U","States":{"U":{"Type":"Task",
      "End":true,"Resource":")" +
                            TestArn("activity", "ship") + "\"}}}";
  ASSERT_TRUE(Create("m", R"({"StartAt":"P","States":{"P":{"Type":"Parallel",
      "End":true,"Branches":[)" +
                              branch + "," + other + "]}}}")
                  .ok());
  ASSERT_TRUE(Start("m", "x").ok());
  const std::string beating = TakeToken();
  const std::string answered = TakeToken();
  AdvanceTo(seconds(8));
  ASSERT_TRUE(Beat(beating).ok());
  const int64_t before = loads();
  ASSERT_TRUE(Succeed(answered, "1").ok());
  EXPECT_EQ(loads(), before + 1);
  AdvanceTo(seconds(17));
  EXPECT_EQ(Status("m", "x"), "RUNNING");
  AdvanceTo(seconds(18));
  EXPECT_EQ(Status("m", "x"), "FAILED");
}

TEST_F(ParkingTest, ReadsAndClosedTokensBringNothingBack) {
  Ship(R"(,"HeartbeatSeconds":10,"Retry":[{"ErrorEquals":["States.Timeout"],
      "IntervalSeconds":100}])");
  ASSERT_TRUE(Start("m", "x").ok());
  const std::string token = TakeToken();
  AdvanceTo(seconds(11));  // Missed; it waits to be tried again.
  const int64_t before = loads();
  EXPECT_EQ(Status("m", "x"), "RUNNING");
  EXPECT_THAT(
      History({TestArn("execution", "m:x"), 100, false, true, ""})->events,
      SizeIs(5));
  EXPECT_EQ(Beat(token).error().code, ApiErrorCode::kTaskTimedOut);
  EXPECT_EQ(Succeed(token, "1").error().code, ApiErrorCode::kTaskTimedOut);
  EXPECT_TRUE(Start("m", "x").ok());  // The same start again.
  EXPECT_EQ(loads(), before);
}

TEST_F(ParkingTest, AStartReadsNothingBackThatWasParked) {
  Ship();
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_TRUE(Start("m", name, "\"" + std::string(name) + "\"").ok());
  }
  const std::string a = TakeToken();
  Crash();
  EXPECT_EQ(in_memory(), 0);
  EXPECT_EQ(parked(), 3);
  EXPECT_EQ(loads(), 0);
  EXPECT_EQ(engine_->stats().executions_recovered, 3);
  EXPECT_EQ(engine_->census().of(WaitKind::kTask), 1);
  EXPECT_EQ(engine_->census().of(WaitKind::kWorker), 2);
  EXPECT_EQ(engine_->census().year_limits, 3);
  TakeToken();
  EXPECT_EQ(polled_.back()->input, R"("b")");
  ASSERT_TRUE(Succeed(a, "1").ok());
  EXPECT_EQ(Status("m", "a"), "SUCCEEDED");
  EXPECT_EQ(engine_->census().of(WaitKind::kTask), 1);  // b's.
  EXPECT_EQ(engine_->census().year_limits, 2);
}

TEST_F(ParkingTest, AStartParksWhatAnEarlierLimitKept) {
  KeepInMemory(100);
  Ship();
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_TRUE(Start("m", name).ok());
  }
  EXPECT_EQ(parked(), 0);
  KeepInMemory(1);
  EXPECT_EQ(in_memory(), 1);
  EXPECT_EQ(parked(), 2);
}

TEST_F(ParkingTest, ALeapOfTheClockIsNoFaultOfAParkedWorker) {
  grace_.reset();
  Crash();
  Ship();
  ASSERT_TRUE(Start("m", "x").ok());
  TakeToken();
  clock_.Advance(seconds(3600));
  engine_->ClockLeapt();
  Settle();
  EXPECT_EQ(Status("m", "x"), "RUNNING");
  AdvanceTo(seconds(3610));
  EXPECT_EQ(Status("m", "x"), "FAILED");
}

TEST_F(ParkingTest, WhoWaitsForWhatIsToldOfParkedExecutions) {
  Ship();
  ASSERT_TRUE(Start("m", "a").ok());
  ASSERT_TRUE(Start("m", "b").ok());
  const std::string token = TakeToken();
  const auto waiting = engine_->Waiting();
  ASSERT_THAT(waiting, SizeIs(2));
  EXPECT_EQ(waiting[0].execution_arn, TestArn("execution", "m:a"));
  EXPECT_EQ(waiting[0].task_token, token);
  EXPECT_EQ(waiting[0].due, now() + seconds(10));
  EXPECT_THAT(engine_->Waiting(1), SizeIs(1));
  EXPECT_EQ(engine_->DescribeNextTimer()->state, "Ship");
  EXPECT_EQ(engine_->DescribeNextTimer()->kind, DeadlineKind::kHeartbeat);
  EXPECT_EQ(in_memory(), 0);
}

TEST_F(ParkingTest, ALongLogIsReadBackFromItsSnapshot) {
  events_per_snapshot_ = 20;
  Crash();
  CreateActivity("ship");
  ASSERT_TRUE(Create("m", R"({"StartAt":"L","States":{
      "L":{"Type":"Pass","Next":"T"},
      "T":{"Type":"Task","Resource":")" +
                              TestArn("activity", "ship") +
                              R"(","Next":"L",
                              "Catch":[{"ErrorEquals":["E"],"Next":"S"}]},
      "S":{"Type":"Succeed"}}})")
                  .ok());
  ASSERT_TRUE(Start("m", "x", "1").ok());
  EXPECT_FALSE(store_.Snapshot(1).ok());  // Its log is short.
  std::vector<int64_t> positions;
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(Succeed(TakeToken(), std::to_string(i)).ok());
    auto snapshot = store_.Snapshot(1);
    if (snapshot.ok()) positions.push_back(snapshot->position);
  }
  EXPECT_GE(positions.front(), 20);
  EXPECT_GE(positions.back(), 60);
  std::vector<Event> events;
  ASSERT_TRUE(store_.ReadLogAfterSnapshot(1, nullptr, &events).ok());
  EXPECT_LT(events.size(), 20u);
}

TEST_F(ParkingTest, ManyTimersOfOneTickTakeMoreThanOneTurn) {
  ASSERT_TRUE(Create("m", R"({"StartAt":"W","States":{
      "W":{"Type":"Wait","Seconds":5,"End":true}}})")
                  .ok());
  for (int i = 0; i < 600; ++i) {
    ASSERT_TRUE(Start("m", "x" + std::to_string(i)).ok());
  }
  clock_.Advance(seconds(5));
  const int64_t turns = engine_->stats().turns;
  Settle();
  EXPECT_EQ(parked() + in_memory(), 0);
  EXPECT_GE(engine_->stats().turns - turns, 3);
  EXPECT_EQ(Describe("m", "x599")->stop_date, now());
}

}  // namespace
}  // namespace stepwheel::engine
