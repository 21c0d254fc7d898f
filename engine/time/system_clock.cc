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
  last_look_ = monotonic_();
  offset_ = wall_() - last_look_;
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
  const Nanoseconds difference = wall_() - (monotonic + offset_);
  if (difference > kLeap) {
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
