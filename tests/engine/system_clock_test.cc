#include "engine/time/system_clock.h"

#include <utility>

#include "gtest/gtest.h"

namespace stepwheel {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// A clock on two sources that the test moves.
class SystemClockTest : public testing::Test {
 protected:
  void Pass(nanoseconds time) {
    wall_ += time;
    monotonic_ += time;
  }
  // Where Now() is seen from the wall clock.
  milliseconds Ahead() {
    return (clock_.Now() - Instant()) - std::chrono::floor<milliseconds>(wall_);
  }

  nanoseconds wall_ = milliseconds(1'700'000'000'000);
  nanoseconds monotonic_ = seconds(77);
  SystemClock clock_{[this] { return wall_; }, [this] { return monotonic_; }};
};

TEST_F(SystemClockTest, StartsAtTheWallClockAndFlowsWithTime) {
  EXPECT_EQ(clock_.Now().unix_millis(), 1'700'000'000'000);
  Pass(milliseconds(250));
  EXPECT_EQ(clock_.Now().unix_millis(), 1'700'000'000'250);
}

TEST_F(SystemClockTest, RoundsNowDownToMilliseconds) {
  Pass(microseconds(1999));
  EXPECT_EQ(clock_.Now().unix_millis(), 1'700'000'000'001);
}

TEST_F(SystemClockTest, LooksAtTheWallClockAtMostOnceASecond) {
  wall_ += hours(1);
  Pass(milliseconds(999));
  EXPECT_EQ(Ahead(), -hours(1));
  Pass(milliseconds(1));
  EXPECT_EQ(Ahead(), milliseconds(0));
}

TEST_F(SystemClockTest, ASmallStepForwardIsSpreadOverSeconds) {
  wall_ += milliseconds(250);
  Pass(seconds(1));
  EXPECT_EQ(Ahead(), milliseconds(-150));
  Pass(seconds(1));
  EXPECT_EQ(Ahead(), milliseconds(-50));
  Pass(seconds(1));
  EXPECT_EQ(Ahead(), milliseconds(0));
  EXPECT_EQ(clock_.TakeLeap(), milliseconds(0));
}

TEST_F(SystemClockTest, ALongSleepIsALeapThatIsReportedOnce) {
  wall_ += hours(8);
  Pass(seconds(1));
  EXPECT_EQ(Ahead(), milliseconds(0));
  EXPECT_EQ(clock_.TakeLeap(), hours(8));
  EXPECT_EQ(clock_.TakeLeap(), milliseconds(0));
}

// Each reading of the wall clock comes `late` after that of the other.
TEST_F(SystemClockTest, BeingHeldUpBetweenTwoReadingsIsNoLeap) {
  nanoseconds late = milliseconds(0);
  SystemClock clock(
      [&] {
        Pass(std::exchange(late, milliseconds(0)));
        return wall_;
      },
      [this] { return monotonic_; });
  const auto ahead = [&] {
    return (clock.Now() - Instant()) - std::chrono::floor<milliseconds>(wall_);
  };
  Pass(seconds(1));
  late = seconds(5);
  ahead();
  EXPECT_EQ(clock.TakeLeap(), milliseconds(0));
  EXPECT_EQ(ahead(), milliseconds(0));
}

TEST_F(SystemClockTest, IsNotAheadIfTheFirstReadingWasHeldUp) {
  nanoseconds late = milliseconds(1500);
  SystemClock clock(
      [&] {
        Pass(std::exchange(late, milliseconds(0)));
        return wall_;
      },
      [this] { return monotonic_; });
  EXPECT_EQ((clock.Now() - Instant()), std::chrono::floor<milliseconds>(wall_));
}

TEST_F(SystemClockTest, NeverDecreasesWhenTheWallClockIsSetBack) {
  Instant last = clock_.Now();
  wall_ -= hours(1);
  for (int i = 0; i < 5000; ++i) {
    Pass(milliseconds(10));
    const Instant now = clock_.Now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST_F(SystemClockTest, RunsAtNineTenthsUntilASetBackWallClockCatchesUp) {
  wall_ -= seconds(2);
  const Instant start = clock_.Now();
  for (int i = 0; i < 10; ++i) {
    Pass(seconds(1));
    clock_.Now();
  }
  EXPECT_EQ(clock_.Now() - start, seconds(9));
  for (int i = 0; i < 10; ++i) {
    Pass(seconds(1));
    clock_.Now();
  }
  EXPECT_EQ(Ahead(), milliseconds(0));
}

TEST_F(SystemClockTest, AStepOfExactlyTheLimitIsSpreadAndNoLeap) {
  wall_ += SystemClock::kLeap;
  const Instant start = clock_.Now();
  for (int i = 0; i < 5; ++i) {
    Pass(seconds(1));
    clock_.Now();
  }
  EXPECT_EQ(clock_.Now() - start, milliseconds(5500));
  EXPECT_EQ(clock_.TakeLeap(), milliseconds(0));
}

TEST(SystemClockOnTheMachineTest, ShowsATimeAfterTheYear2020) {
  SystemClock clock;
  const Instant first = clock.Now();
  EXPECT_GT(first.unix_millis(), 1'577'836'800'000);
  EXPECT_GE(clock.Now(), first);
}

}  // namespace
}  // namespace stepwheel
