#include "engine/time/virtual_clock.h"

#include "gtest/gtest.h"

namespace stepwheel {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(VirtualClockTest, StandsStillAtItsStart) {
  VirtualClock clock(Instant::FromUnixMillis(1'700'000'000'000));
  EXPECT_EQ(clock.Now().unix_millis(), 1'700'000'000'000);
  EXPECT_EQ(clock.Now().unix_millis(), 1'700'000'000'000);
}

TEST(VirtualClockTest, GoesWhereItIsTold) {
  VirtualClock clock;
  clock.Advance(hours(72));
  EXPECT_EQ(clock.Now() - Instant(), hours(72));
  clock.AdvanceTo(clock.Now());
  clock.AdvanceTo(clock.Now() + milliseconds(1));
  EXPECT_EQ(clock.Now() - Instant(), hours(72) + milliseconds(1));
}

TEST(VirtualClockDeathTest, NeverGoesBack) {
  VirtualClock clock(Instant::FromUnixMillis(1000));
  EXPECT_DEATH(clock.AdvanceTo(Instant::FromUnixMillis(999)), "set back");
  EXPECT_DEATH(clock.Advance(milliseconds(-1)), "set back");
}

}  // namespace
}  // namespace stepwheel
