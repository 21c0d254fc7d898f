#include "engine/time/system_clock.h"

#include <algorithm>
#include <utility>

namespace stepwheel {

SystemClock::SystemClock()
    : SystemClock(
          [] { return std::chrono::system_clock::now().time_since_epoch(); },
          [] { return std::chrono::steady_clock::now().time_since_epoch(); }) {}

SystemClock::SystemClock(Source wall, Source monotonic)
    : wall_(std::move(wall)), monotonic_(std::move(monotonic)) {
  offset_ = Read().offset;
  last_look_ = monotonic_();
}

// The reading that took least of a few.
SystemClock::Reading SystemClock::Read() {
  constexpr int kTries = 4;
  constexpr Nanoseconds kQuick = std::chrono::milliseconds(1);
  Reading best{Nanoseconds(0), Nanoseconds::max()};
  for (int i = 0; i < kTries && best.doubt > kQuick; ++i) {
    const Nanoseconds before = monotonic_();
    const Nanoseconds wall = wall_();
    const Nanoseconds doubt = (monotonic_() - before) / 2;
    if (doubt < best.doubt) best = {wall - before - doubt, doubt};
  }
  return best;
}

Instant SystemClock::Now() {
  const Nanoseconds monotonic = monotonic_();
  if (monotonic - last_look_ >= kLookInterval) LookAtWall(monotonic);
  const Instant now = Instant::FromUnixMillis(
      std::chrono::floor<std::chrono::milliseconds>(monotonic + offset_)
          .count());
  last_ = std::max(last_, now);
  return last_;
}

void SystemClock::LookAtWall(Nanoseconds monotonic) {
  last_look_ = monotonic;
  const Reading reading = Read();
  const Nanoseconds difference = reading.offset - offset_;
  if (difference >= -reading.doubt && difference <= reading.doubt) return;
  if (difference - reading.doubt > kLeap) {
    offset_ += difference;
    leapt_ += difference;
    return;
  }
  offset_ += std::clamp(difference, -kMaxCorrection, kMaxCorrection);
}

Duration SystemClock::TakeLeap() {
  const auto leapt = std::chrono::floor<Duration>(leapt_);
  leapt_ -= leapt;
  return leapt;
}

}  // namespace stepwheel
