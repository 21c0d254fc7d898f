// What arrived before a deadline counts, however late it was read (rules.md 6):
// a server that was busy or stopped fails no task whose worker was in time.
#include "engine/received.h"

#include <chrono>
#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "tests/engine/engine_harness.h"

namespace stepwheel::engine {
namespace {

using std::chrono::seconds;

constexpr char kFunction[] = "arn:aws:lambda:us-east-1:123456789012:function:f";

// Two tasks with HeartbeatSeconds 10, handed out at the start, in executions
// "a" and "b". Then nobody calls Turn() for twelve seconds.
class ReceivedTest : public EngineTest,
                     public testing::WithParamInterface<size_t> {
 protected:
  ReceivedTest() {
    in_memory_ = GetParam();
    Crash();
    CreateActivity("ship");
    EXPECT_TRUE(Create("m", ShipMachine(R"(,"HeartbeatSeconds":10)")).ok());
    a_ = StartAndTake("a");
    b_ = StartAndTake("b");
    clock_.Advance(seconds(12));
  }
  std::string StartAndTake(const std::string& name) {
    EXPECT_TRUE(Start("m", name).ok());
    return TakeToken();
  }
  static Instant At(Duration since_start) {
    return Instant::FromUnixMillis(kStart) + since_start;
  }
  Received Arrived(Duration since_start) { return {At(since_start), now()}; }
  Reply<Nothing> Into(std::optional<bool>* ok) {
    return [ok](const Result<Nothing>& r) { *ok = r.ok(); };
  }

  std::string a_, b_;
  AttemptKey good_, late_;
};

TEST_P(ReceivedTest, ABeatThatArrivedInTimeCountsFromWhenItWasRead) {
  std::optional<bool> beaten;
  engine_->SendTaskHeartbeat(a_, Arrived(seconds(9)), Into(&beaten));
  Settle();
  EXPECT_EQ(beaten, true);
  EXPECT_EQ(Status("m", "b"), "FAILED");
  AdvanceTo(seconds(22) - Duration(1));
  EXPECT_EQ(Status("m", "a"), "RUNNING");
  AdvanceTo(seconds(22));
  EXPECT_EQ(Status("m", "a"), "FAILED");
}

TEST_P(ReceivedTest, ABeatThatArrivedAtTheDeadlineIsLate) {
  std::optional<bool> last, late;
  engine_->SendTaskHeartbeat(a_, Arrived(seconds(10) - Duration(1)),
                             Into(&last));
  engine_->SendTaskHeartbeat(b_, Arrived(seconds(10)), Into(&late));
  Settle();
  EXPECT_EQ(last, true);
  EXPECT_EQ(late, false);
  EXPECT_EQ(Status("m", "a"), "RUNNING");
  EXPECT_EQ(Status("m", "b"), "FAILED");
}

TEST_P(ReceivedTest, AnswersCountByArrivalInWhateverOrderTheyAreRead) {
  std::optional<bool> late, good;
  engine_->SendTaskSuccess({a_, "1"}, Arrived(seconds(11)), Into(&late));
  engine_->SendTaskSuccess({b_, "2"}, Arrived(seconds(9)), Into(&good));
  Settle();
  EXPECT_EQ(late, false);
  EXPECT_EQ(good, true);
  EXPECT_EQ(Status("m", "a"), "FAILED");
  EXPECT_EQ(Status("m", "b"), "SUCCEEDED");
  // What follows happens now: the next state has all of its time.
  EXPECT_EQ(Describe("m", "b")->stop_date, At(seconds(12)));
  EXPECT_EQ(Describe("m", "a")->stop_date, At(seconds(10)));
}

TEST_P(ReceivedTest, AFailureThatArrivedInTimeIsNoTimeout) {
  std::optional<bool> told;
  engine_->SendTaskFailure({a_, "Broken", "why"}, Arrived(seconds(9)),
                           Into(&told));
  Settle();
  EXPECT_EQ(told, true);
  EXPECT_EQ(Describe("m", "a")->error, "Broken");
  EXPECT_EQ(Describe("m", "b")->error, "States.Timeout");
}

TEST_P(ReceivedTest, AResultOfACallThatArrivedInTimeCounts) {
  ASSERT_TRUE(Create("f", R"({"StartAt":"F","States":{"F":{"Type":"Task",)"
                          R"("Resource":")" +
                              std::string(kFunction) +
                              R"(","TimeoutSeconds":10,"End":true}}})")
                  .ok());
  for (const char* name : {"good", "late"}) {
    ASSERT_TRUE(Start("f", name).ok());
    const AttemptKey key = outside_.Find(kFunction)->key;
    outside_.Forget(key);
    (name[0] == 'g' ? good_ : late_) = key;
  }
  const Duration started = now() - At(Duration(0));
  clock_.Advance(seconds(12));
  engine_->CallSucceeded(late_, {}, Arrived(started + seconds(10)));
  engine_->CallSucceeded(good_, {}, Arrived(started + seconds(9)));
  Settle();
  EXPECT_EQ(Status("f", "good"), "SUCCEEDED");
  EXPECT_EQ(Status("f", "late"), "FAILED");
}

TEST_P(ReceivedTest, TellsWhetherItMattersWhenSomethingArrived) {
  EXPECT_FALSE(engine_->TimerDue(At(seconds(10)) - Duration(1)));
  EXPECT_TRUE(engine_->TimerDue(At(seconds(10))));
  Settle();
  EXPECT_FALSE(engine_->TimerDue(now()));
}

TEST(ReceivedOrderTest, NothingIsReadBeforeItArrives) {
  const Received r(Instant::FromUnixMillis(5), Instant::FromUnixMillis(3));
  EXPECT_EQ(r.arrived, Instant::FromUnixMillis(3));
  EXPECT_EQ(r.read, Instant::FromUnixMillis(3));
}

INSTANTIATE_TEST_SUITE_P(InMemoryAndParked, ReceivedTest,
                         testing::Values(size_t{1000}, size_t{0}));

}  // namespace
}  // namespace stepwheel::engine
