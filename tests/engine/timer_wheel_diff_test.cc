// TimerWheel against an ordered set: random operations, the same answers.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "engine/time/timer_wheel.h"
#include "gtest/gtest.h"

namespace stepwheel {
namespace {

#ifdef NDEBUG
constexpr int kSeeds = 60;  // More than a million expiries.
#else
constexpr int kSeeds = 6;
#endif
constexpr Tick kUnixEpoch = 1'700'000'000'000;
constexpr Tick kLongestTimeout = 99'999'999'000;

// xorshift64*: the same sequence on every machine.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15u + 1) {}
  uint64_t Next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545f4914f6cdd1du;
  }
  uint64_t Below(uint64_t n) { return Next() % n; }

 private:
  uint64_t state_;
};

// A wheel and the obvious implementation of its promise, side by side.
class Pair {
 public:
  // Every other seed asks NextDue() after every operation. The others ask
  // seldom, because asking cleans the wheel, and it must do without as well.
  Pair(uint64_t seed, Tick start, int max_bits)
      : random_(seed),
        wheel_(start),
        now_(start),
        max_bits_(max_bits),
        ask_every_(seed % 2 == 0 ? 1 : 50) {}

  // From now on there are up to `timers` timers, close enough together to fill
  // buckets of many chunks, and time goes on in small steps, or to the moments
  // before a slot begins: big slots are met in all states of being dealt out.
  // All that is up to 2^`stretch` times as long.
  void Crowd(size_t timers, uint64_t stretch) {
    crowd_ = timers;
    crowd_stretch_ = stretch;
    crowd_from_ = now_ + random_.Below(Tick{1} << random_.Below(20 + stretch));
    crowd_bits_ = 1 + random_.Below(18 + stretch);
    while (ids_.size() < timers) NewTimer();
    if (random_.Below(3) == 0) {  // What was there is gone, but for entries.
      for (const TimerId id : ids_) {
        Disarm(id);
        wheel_.Cancel(id);
      }
      wheel_.NextDue();
    }
    const uint64_t share = 1 + random_.Below(8);
    for (const TimerId id : ids_) {
      if (!due_[id] && random_.Below(share) == 0) Rearm(id, PickDue(id));
    }
    if (random_.Below(8) != 0) return;
    // Sooner and sooner: entries are abandoned until they are swept out.
    for (size_t i = 0; i < timers + 2048; ++i) {
      const TimerId id = ids_[random_.Below(ids_.size())];
      if (due_[id].value_or(0) > 0) Rearm(id, *due_[id] - random_.Below(2));
    }
  }

  void Run(int operations) {
    for (int i = 0; i < operations && !testing::Test::HasFailure(); ++i) {
      if (crowd_ > 0 && i % 250 == 0) Crowd(crowd_, crowd_stretch_);
      const uint64_t dice = random_.Below(100);
      if (crowd_ > 0 && dice >= 70 && dice < 98) {
        if (dice == 70) {
          const Tick slot = (random_.Below(8) == 0 ? Tick{1} << 18 : 1 << 12)
                            << random_.Below(crowd_stretch_ + 1);
          const Tick last = now_ | (slot - 1);
          Advance(std::max(now_, last - random_.Below(200) % slot));
        } else {
          Advance(now_ + random_.Below(uint64_t{1}
                                       << random_.Below(6 + crowd_stretch_)));
        }
      } else if (dice < 70) {
        Touch();
      } else if (dice < 90) {
        Advance(now_ + random_.Below(uint64_t{1} << random_.Below(22)));
      } else if (dice < 92) {
        Advance(now_ + (Tick{1} << random_.Below(max_bits_)));  // A leap.
      } else if (!model_.empty()) {
        Advance(std::max(now_, model_.begin()->first));
      }
      ExpectSame();
    }
  }
  void Drain() {
    rearming_ = false;
    while (!model_.empty() && !testing::Test::HasFailure()) {
      Advance(std::max(now_, model_.begin()->first));
      ExpectSame();
    }
  }
  int64_t expiries() const { return expiries_; }

 private:
  // One random change that is allowed at any time, within `fire` too.
  void Touch() {
    const uint64_t dice = random_.Below(100);
    const size_t most = crowd_ > 0 ? crowd_ : 400;
    if (ids_.size() < 4 || (dice < 8 && ids_.size() < most)) {
      NewTimer();
      return;
    }
    const size_t index = random_.Below(ids_.size());
    const TimerId id = ids_[index];
    if (dice < 14) {
      Disarm(id);
      wheel_.Destroy(id);
      ids_[index] = ids_.back();
      ids_.pop_back();
    } else if (dice < 30) {
      Disarm(id);
      wheel_.Cancel(id);
    } else {
      Rearm(id, PickDue(id));
    }
  }

  void NewTimer() {
    const TimerId id = wheel_.Create();
    if (due_.size() <= id) due_.resize(id + 1);
    ids_.push_back(id);
  }

  void Rearm(TimerId id, Tick due) {
    Disarm(id);
    due_[id] = std::max(due, now_);
    model_.insert({*due_[id], id});
    wheel_.Arm(id, due);
  }

  Tick PickDue(TimerId id) {
    const uint64_t kind = random_.Below(64);
    const Tick power = Tick{1} << random_.Below(48);
    Tick due = now_ + random_.Below(Tick{1} << random_.Below(max_bits_));
    if (crowd_ > 0) {
      due = std::max(now_, crowd_from_) +
            random_.Below(Tick{1} << (kind % 2 == 0 ? crowd_bits_ : 12));
    }
    if (kind == 0) due = now_ + kLongestTimeout;
    if (kind == 1) due = power + random_.Below(3) - 1;  // 2^k-1, 2^k, 2^k+1.
    if (kind == 2) due = now_ + power + random_.Below(3) - 1;
    if (kind == 3) due = now_ - std::min<Tick>(now_, random_.Below(100));
    if (kind < 24 && kind > 3 && due_[id]) {  // Around where it is.
      due = *due_[id] + random_.Below(2000) - 1000;
    }
    return std::min(due, TimerWheel::kMaxTick);
  }

  void Disarm(TimerId id) {
    if (due_[id]) model_.erase({*due_[id], id});
    due_[id].reset();
  }

  void Advance(Tick to) {
    to = std::min(to, TimerWheel::kMaxTick);
    wheel_.Advance(to, [&](TimerId id) { Fired(id, to); });
    now_ = to;
    ASSERT_TRUE(model_.empty() || model_.begin()->first > to)
        << "a timer for " << model_.begin()->first << " did not fire";
  }

  void Fired(TimerId id, Tick to) {
    ASSERT_TRUE(due_[id].has_value()) << "a disarmed timer fired";
    ASSERT_EQ(wheel_.now(), *due_[id]);
    ASSERT_EQ(wheel_.now(), model_.begin()->first) << "out of order";
    ASSERT_LE(wheel_.now(), to);
    now_ = wheel_.now();
    Disarm(id);
    ++expiries_;
    ASSERT_FALSE(wheel_.armed(id));
    ExpectSame();
    if (!rearming_) return;
    // Fewer than one new timer per fired one, or a tick would never end.
    if (random_.Below(3) == 0) Touch();
    if (random_.Below(16) == 0) Touch();
  }

  void ExpectSame() {
    ASSERT_EQ(wheel_.now(), now_);
    ASSERT_EQ(wheel_.size(), model_.size());
    if (random_.Below(ask_every_) != 0) return;
    const std::optional<Tick> due = wheel_.NextDue();
    ASSERT_EQ(due.has_value(), !model_.empty());
    if (due) {
      ASSERT_EQ(*due, model_.begin()->first);
    }
    ASSERT_EQ(wheel_.now(), now_) << "asking moved the clock";
  }

  Random random_;
  TimerWheel wheel_;
  Tick now_;
  int max_bits_;
  uint64_t ask_every_;
  bool rearming_ = true;
  size_t crowd_ = 0;  // 0: none.
  uint64_t crowd_stretch_ = 0;
  Tick crowd_from_ = 0;
  uint64_t crowd_bits_ = 0;
  std::set<std::pair<Tick, TimerId>> model_;
  std::vector<std::optional<Tick>> due_;  // By id.
  std::vector<TimerId> ids_;              // In use.
  int64_t expiries_ = 0;
};

void Compare(Tick start, int max_bits, size_t crowd = 0, uint64_t stretch = 0) {
  int64_t expiries = 0;
  for (int seed = 1; seed <= kSeeds && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Pair pair(static_cast<uint64_t>(seed), start, max_bits);
    if (crowd > 0) pair.Crowd(crowd, stretch);
    pair.Run(20'000);
    pair.Drain();
    expiries += pair.expiries();
  }
  EXPECT_GE(expiries, kSeeds * 5000) << "the test compares too little";
}

TEST(TimerWheelDiffTest, AgreesWithASetFromTheEpochOfTheWheel) {
  Compare(0, 24);
}

TEST(TimerWheelDiffTest, AgreesWithASetFromTheUnixEpochInMilliseconds) {
  Compare(kUnixEpoch, 24);
}

TEST(TimerWheelDiffTest, AgreesWithASetWhenTimersLieFarApart) {
  Compare(0, 38);
  Compare(kUnixEpoch, 38);
}

TEST(TimerWheelDiffTest, AgreesWithASetOverTheWholeRange) { Compare(0, 47); }

TEST(TimerWheelDiffTest, AgreesWithASetWhenSlotsAreDealtOutAheadOfTime) {
  Compare(kUnixEpoch - 1, 24, 3000);
  Compare((Tick{1} << 36) - 5'000, 24, 1000);
  Compare(0, 24, 250);
}

TEST(TimerWheelDiffTest, AgreesWithASetWhenBigSlotsAreHoursAndDays) {
  Compare((Tick{1} << 36) - 5'000, 34, 1000, 16);
}

TEST(TimerWheelDiffTest, AgreesWithASetWhenManyShareATick) {
  Compare(kUnixEpoch - 1, 6);
}

}  // namespace
}  // namespace stepwheel
