#include "engine/time/timer_wheel.h"

#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stepwheel {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr Tick kHour = 3'600'000;

class TimerWheelTest : public testing::Test {
 protected:
  TimerId Armed(Tick due) {
    const TimerId id = wheel_.Create();
    wheel_.Arm(id, due);
    return id;
  }
  // Who fired, and at which tick.
  std::vector<std::pair<TimerId, Tick>> Advance(Tick to) {
    std::vector<std::pair<TimerId, Tick>> fired;
    wheel_.Advance(to,
                   [&](TimerId id) { fired.emplace_back(id, wheel_.now()); });
    return fired;
  }

  TimerWheel wheel_;
};

TEST_F(TimerWheelTest, FiresATimerAtItsTickAndNotBefore) {
  const TimerId id = Armed(1000);
  EXPECT_THAT(Advance(999), IsEmpty());
  EXPECT_THAT(Advance(1000), ElementsAre(Pair(id, 1000)));
  EXPECT_FALSE(wheel_.armed(id));
  EXPECT_THAT(Advance(5000), IsEmpty());
}

TEST_F(TimerWheelTest, FiresInOrderOfTickWhenTimeLeaps) {
  const TimerId late = Armed(kHour);
  const TimerId soon = Armed(5);
  const TimerId between = Armed(70'000);
  EXPECT_THAT(
      Advance(2 * kHour),
      ElementsAre(Pair(soon, 5), Pair(between, 70'000), Pair(late, kHour)));
  EXPECT_EQ(wheel_.now(), 2 * kHour);
}

TEST_F(TimerWheelTest, AHeartbeatMovesTheTimerToALaterTick) {
  const TimerId id = Armed(30'000);
  Advance(20'000);
  wheel_.Arm(id, 50'000);
  EXPECT_EQ(wheel_.due(id), 50'000);
  EXPECT_THAT(Advance(49'999), IsEmpty());
  EXPECT_THAT(Advance(50'000), ElementsAre(Pair(id, 50'000)));
  EXPECT_EQ(wheel_.due(id), std::nullopt);
}

TEST_F(TimerWheelTest, ArmingSoonerMovesTheTimerToTheSoonerTick) {
  const TimerId id = Armed(kHour);
  wheel_.Arm(id, 10);
  EXPECT_EQ(wheel_.NextDue(), 10);
  EXPECT_THAT(Advance(kHour), ElementsAre(Pair(id, 10)));
}

TEST_F(TimerWheelTest, ATimerArmedForThePastFiresOnTheNextAdvance) {
  Advance(100);
  const TimerId id = Armed(40);
  EXPECT_TRUE(wheel_.armed(id));
  EXPECT_EQ(wheel_.NextDue(), 100);
  EXPECT_THAT(Advance(100), ElementsAre(Pair(id, 100)));
}

TEST_F(TimerWheelTest, ACancelledTimerDoesNotFire) {
  const TimerId id = Armed(10);
  wheel_.Cancel(id);
  wheel_.Cancel(id);
  EXPECT_EQ(wheel_.size(), 0u);
  EXPECT_EQ(wheel_.NextDue(), std::nullopt);
  EXPECT_THAT(Advance(100), IsEmpty());
}

TEST_F(TimerWheelTest, ACancelledTimerCanBeArmedAgainSoonerOrLater) {
  const TimerId sooner = Armed(1000);
  const TimerId later = Armed(1000);
  wheel_.Cancel(sooner);
  wheel_.Cancel(later);
  wheel_.Arm(sooner, 500);
  wheel_.Arm(later, 1500);
  EXPECT_EQ(wheel_.size(), 2u);
  EXPECT_THAT(Advance(2000), ElementsAre(Pair(sooner, 500), Pair(later, 1500)));
}

TEST_F(TimerWheelTest, ADestroyedTimerDoesNotFireUnderItsNewOwner) {
  const TimerId old = Armed(10);
  wheel_.Destroy(old);
  const TimerId reused = wheel_.Create();
  EXPECT_EQ(reused, old);
  EXPECT_FALSE(wheel_.armed(reused));
  EXPECT_THAT(Advance(100), IsEmpty());
}

TEST_F(TimerWheelTest, NextDueSeesThroughHeartbeatsWithoutMovingTheClock) {
  const TimerId beating = Armed(1000);
  wheel_.Arm(beating, kHour);
  EXPECT_EQ(wheel_.NextDue(), kHour);
  Armed(kHour - 1);
  EXPECT_EQ(wheel_.NextDue(), kHour - 1);
  EXPECT_EQ(wheel_.now(), 0u);
}

TEST_F(TimerWheelTest, NextDueStaysExactWhileTheEarliestOfManyMoves) {
  std::vector<TimerId> ids;
  for (Tick i = 0; i < 1000; ++i) ids.push_back(Armed(kHour + i));
  for (Tick i = 0; i < 999; ++i) {
    wheel_.Arm(ids[i], kHour + 1000 + i);
    ASSERT_EQ(wheel_.NextDue(), kHour + i + 1);
  }
  wheel_.Arm(ids[7], kHour + 3);
  EXPECT_EQ(wheel_.NextDue(), kHour + 3);
}

TEST_F(TimerWheelTest, TimersOfOneTickFireInOneGroup) {
  const TimerId a = Armed(64);
  const TimerId b = Armed(64);
  const TimerId c = Armed(65);
  EXPECT_THAT(Advance(64), UnorderedElementsAre(Pair(a, 64), Pair(b, 64)));
  EXPECT_THAT(Advance(65), ElementsAre(Pair(c, 65)));
}

TEST_F(TimerWheelTest, FireMayCancelAndMoveMembersOfItsOwnGroup) {
  const std::vector<TimerId> group = {Armed(9), Armed(9), Armed(9)};
  std::vector<std::pair<TimerId, Tick>> fired;
  wheel_.Advance(100, [&](TimerId id) {
    fired.emplace_back(id, wheel_.now());
    if (fired.size() > 1) return;
    const size_t other = id == group[0] ? 1 : 0;
    wheel_.Destroy(group[other]);
    wheel_.Arm(id == group[2] ? group[1] : group[2], 50);
  });
  EXPECT_EQ(fired.size(), 2u);
  EXPECT_EQ(fired[1].second, 50u);
}

TEST_F(TimerWheelTest, ATimerArmedForNowInsideFireFollowsTheGroup) {
  Armed(7);
  Armed(7);
  const TimerId extra = wheel_.Create();
  std::vector<std::pair<TimerId, Tick>> fired;
  wheel_.Advance(10, [&](TimerId id) {
    if (fired.empty()) wheel_.Arm(extra, 3);
    fired.emplace_back(id, wheel_.now());
  });
  ASSERT_EQ(fired.size(), 3u);
  EXPECT_THAT(fired[2], Pair(extra, 7));
}

TEST_F(TimerWheelTest, NextDueWithinFireCountsTheRestOfTheGroup) {
  Armed(7);
  Armed(7);
  Armed(90);
  std::vector<Tick> next;
  wheel_.Advance(7, [&](TimerId) { next.push_back(*wheel_.NextDue()); });
  EXPECT_THAT(next, ElementsAre(7, 90));
}

TEST_F(TimerWheelTest, KeepsTheLongestTimeoutOfTheLanguage) {
  const Tick due = Tick{99'999'999} * 1000;
  const TimerId id = Armed(due);
  EXPECT_THAT(Advance(due - 1), IsEmpty());
  EXPECT_THAT(Advance(due), ElementsAre(Pair(id, due)));
}

TEST_F(TimerWheelTest, KeepsEveryDigitOf48Bits) {
  std::vector<std::pair<TimerId, Tick>> expected;
  for (int bit = 2; bit < 48; ++bit) {
    for (const Tick due : {(Tick{1} << bit) - 1, Tick{1} << bit}) {
      expected.emplace_back(Armed(due), due);
    }
  }
  expected.emplace_back(Armed(TimerWheel::kMaxTick), TimerWheel::kMaxTick);
  EXPECT_EQ(Advance(TimerWheel::kMaxTick), expected);
}

TEST_F(TimerWheelTest, ManyAbandonedPlacesDoNotPileUp) {
  // Sooner and sooner: each step leaves an entry behind.
  const TimerId id = Armed(TimerWheel::kMaxTick);
  for (int round = 0; round < 100; ++round) {
    for (int bit = 46; bit > 7; --bit) wheel_.Arm(id, Tick{1} << bit);
    wheel_.Cancel(id);
    ASSERT_EQ(wheel_.NextDue(), std::nullopt);
    wheel_.Arm(id, TimerWheel::kMaxTick);
  }
  EXPECT_EQ(wheel_.size(), 1u);
  EXPECT_EQ(wheel_.NextDue(), TimerWheel::kMaxTick);
}

TEST_F(TimerWheelTest, GenerationsOfEntriesAreUsedAgain) {
  // So many timers that abandoned entries are swept out late.
  for (int i = 0; i < 140'000; ++i) wheel_.Create();
  constexpr Tick kFar = 1'000'000'000;
  const TimerId id = Armed(kFar);
  for (Tick i = 1; i <= 66'000; ++i) wheel_.Arm(id, kFar - i);
  EXPECT_EQ(wheel_.NextDue(), kFar - 66'000);
  EXPECT_THAT(Advance(2 * kFar), ElementsAre(Pair(id, kFar - 66'000)));
  wheel_.Arm(id, 3 * kFar);
  EXPECT_THAT(Advance(3 * kFar), ElementsAre(Pair(id, 3 * kFar)));
}

TEST_F(TimerWheelTest, ABigSlotIsExactHoweverOftenItIsAskedFor) {
  // Opened by NextDue(), then dealt out by steps, then leapt over.
  constexpr Tick kSlot = 262'144;
  for (Tick i = 0; i < 5000; ++i) Armed(3 * kSlot + i * 40);
  EXPECT_EQ(wheel_.NextDue(), 3 * kSlot);
  const TimerId sooner = Armed(2 * kSlot + 7);
  EXPECT_EQ(wheel_.NextDue(), 2 * kSlot + 7);
  EXPECT_THAT(Advance(3 * kSlot - 300),
              ElementsAre(Pair(sooner, 2 * kSlot + 7)));
  for (Tick now = 3 * kSlot - 299; now < 3 * kSlot; ++now) {
    ASSERT_THAT(Advance(now), IsEmpty());
    ASSERT_EQ(wheel_.NextDue(), 3 * kSlot);
  }
  EXPECT_EQ(Advance(3 * kSlot + 99'999).size(), 2500u);
  EXPECT_EQ(wheel_.NextDue(), 3 * kSlot + 100'000);
  EXPECT_EQ(Advance(9 * kSlot).size(), 2500u);
}

TEST_F(TimerWheelTest, TimeMayStopBeforeTimersThatHaveGoneBackToABucket) {
  // Many timers that are known to be next, and then too many of them.
  constexpr Tick kSlot = 4096 + 5 * 64;
  for (Tick i = 0; i < 100; ++i) Armed(kSlot + 20 + i % 40);
  EXPECT_EQ(wheel_.NextDue(), kSlot + 20);
  Advance(4096 + 10);
  for (Tick i = 0; i < 100; ++i) Armed(kSlot + 4 * 64 + i % 60);
  EXPECT_THAT(Advance(kSlot + 10), IsEmpty());
  Armed(kSlot + 59);
  EXPECT_EQ(wheel_.NextDue(), kSlot + 20);
  EXPECT_EQ(Advance(kSlot + 58).size(), 98u);
  EXPECT_EQ(Advance(kSlot + 63).size(), 3u);
  EXPECT_EQ(Advance(kSlot + 1000).size(), 100u);
}

TEST_F(TimerWheelTest, ASlotMayFillAgainBehindTheTimersThatAreNext) {
  constexpr Tick kSlot = 5 * 262'144;
  std::vector<TimerId> ids;
  for (Tick i = 0; i < 200; ++i) {
    ids.push_back(Armed(kSlot + (i < 100 ? 7 : 9) * 4096 + i));
  }
  EXPECT_EQ(wheel_.NextDue(), kSlot + 7 * 4096);
  for (const TimerId id : ids) wheel_.Cancel(id);
  EXPECT_EQ(wheel_.NextDue(), std::nullopt);
  const TimerId next = Armed(kSlot + 7 * 4096 + 3);
  for (Tick i = 0; i < 200; ++i) Armed(kSlot + 20 * 4096 + 70 * i);
  EXPECT_THAT(Advance(kSlot + 100), IsEmpty());
  const TimerId last = Armed(kSlot + 60 * 4096);
  EXPECT_THAT(Advance(kSlot + 8 * 4096),
              ElementsAre(Pair(next, kSlot + 7 * 4096 + 3)));
  for (Tick i = 0; i < 200; ++i) {
    EXPECT_EQ(wheel_.NextDue(), kSlot + 20 * 4096 + 70 * i);
    EXPECT_EQ(Advance(kSlot + 20 * 4096 + 70 * i).size(), 1u);
  }
  EXPECT_THAT(Advance(9 * kSlot), ElementsAre(Pair(last, kSlot + 60 * 4096)));
}

TEST_F(TimerWheelTest, AHeartbeatMayFillASlotBehindTheTimersThatAreNext) {
  constexpr Tick kSlot = 5 * 262'144;
  std::vector<TimerId> ids;
  for (Tick i = 0; i < 200; ++i) ids.push_back(Armed(kSlot + 7 * 4096 + i));
  EXPECT_EQ(wheel_.NextDue(), kSlot + 7 * 4096);
  for (const TimerId id : ids) wheel_.Cancel(id);
  EXPECT_EQ(wheel_.NextDue(), std::nullopt);
  const TimerId beating = Armed(kSlot + 7 * 4096 + 3);
  const TimerId next = Armed(kSlot + 7 * 4096 + 10);
  Advance(kSlot - 10);
  wheel_.Arm(beating, kSlot + 20 * 4096);
  EXPECT_EQ(wheel_.NextDue(), kSlot + 7 * 4096 + 10);
  EXPECT_THAT(Advance(kSlot + 10), IsEmpty());
  const TimerId last = Armed(kSlot + 60 * 4096);
  EXPECT_THAT(Advance(kSlot + 70 * 4096),
              ElementsAre(Pair(next, kSlot + 7 * 4096 + 10),
                          Pair(beating, kSlot + 20 * 4096),
                          Pair(last, kSlot + 60 * 4096)));
}

using TimerWheelDeathTest = TimerWheelTest;

TEST_F(TimerWheelDeathTest, StopsOnATickBeyond48Bits) {
  const TimerId id = Armed(5);
  EXPECT_DEATH(wheel_.Arm(id, TimerWheel::kMaxTick + 1), "48 bits");
  EXPECT_DEATH(wheel_.Arm(id, ~Tick{0}), "48 bits");
  EXPECT_DEATH(Advance(TimerWheel::kMaxTick + 1), "48 bits");
  Advance(TimerWheel::kMaxTick - 1);
  EXPECT_DEATH(Advance(TimerWheel::kMaxTick + 1), "48 bits");
}

TEST_F(TimerWheelDeathTest, StopsOnATimerThatIsNotInUse) {
  const TimerId id = Armed(5);
  wheel_.Destroy(id);
  EXPECT_DEATH(wheel_.Arm(id, 9), "after Destroy");
  EXPECT_DEATH(wheel_.Destroy(id), "after Destroy");
}

TEST_F(TimerWheelDeathTest, StopsWhenTimeGoesBackOrNests) {
  Armed(5);
  Advance(3);
  EXPECT_DEATH(Advance(2), "time goes back");
  EXPECT_DEATH(wheel_.Advance(9, [&](TimerId) { Advance(10); }), "fire");
}

}  // namespace
}  // namespace stepwheel
