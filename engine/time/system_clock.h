// The real time: the wall clock's instants, with the monotonic clock's steady
// flow. The server runs on it.
//
// Now() follows the monotonic clock from the wall clock's reading at the start
// and looks at the wall clock again at most once a second. What it finds there:
//
// - Small differences (up to kLeap; both clocks drift, NTP corrects): Now()
//   moves to the wall clock by at most kMaxCorrection per look. So a timer
//   fires early or late against the monotonic clock by no more than a tenth of
//   its duration, and by no more than the difference.
// - The wall clock is ahead by more than kLeap: somebody set it forward, or the
//   machine slept (the monotonic clock does not count sleep, and the two cannot
//   be told apart). Now() goes there at once: a Wait until a timestamp follows
//   the wall clock. The leap is reported by TakeLeap(), so that the caller can
//   treat heartbeats as after a recovery and none fails because of it
//   (rules.md 6 and 7).
// - The two clocks cannot be read at once, and a busy machine may stop us in
//   between: what is no more than the time the reading took is no difference.
// - The wall clock is behind, by however much: Now() never decreases. It goes
//   on at 90 % of its speed until the wall clock has caught up, so stamps stay
//   in order and timers are late by up to a ninth, never early.
#ifndef STEPWHEEL_ENGINE_TIME_SYSTEM_CLOCK_H_
#define STEPWHEEL_ENGINE_TIME_SYSTEM_CLOCK_H_

#include <chrono>
#include <functional>

#include "engine/time/clock.h"

namespace stepwheel {

class SystemClock : public Clock {
 public:
  using Nanoseconds = std::chrono::nanoseconds;
  // A raw clock: nanoseconds since an origin of its own.
  using Source = std::function<Nanoseconds()>;

  static constexpr Nanoseconds kLookInterval = std::chrono::seconds(1);
  static constexpr Nanoseconds kMaxCorrection = kLookInterval / 10;
  // The shortest timeout that the language can express.
  static constexpr Nanoseconds kLeap = std::chrono::seconds(1);

  // On the machine's clocks.
  SystemClock();
  // On given ones: `wall` counts from the Unix epoch and may go anywhere,
  // `monotonic` never decreases.
  SystemClock(Source wall, Source monotonic);

  // Rounded down to milliseconds.
  Instant Now() override;

  // How far Now() has leapt ahead since this was last asked; 0 as a rule.
  Duration TakeLeap();

 private:
  // Wall minus monotonic time, give or take `doubt`.
  struct Reading {
    Nanoseconds offset;
    Nanoseconds doubt;
  };
  Reading Read();
  void LookAtWall(Nanoseconds monotonic);

  Source wall_;
  Source monotonic_;
  Nanoseconds offset_;  // Our time minus monotonic time.
  Nanoseconds last_look_;
  Nanoseconds leapt_{0};
  Instant last_;
};

}  // namespace stepwheel

#endif  // STEPWHEEL_ENGINE_TIME_SYSTEM_CLOCK_H_
