// Time as an argument: an Instant is whole milliseconds since the Unix epoch, a
// Duration is whole milliseconds, and a Clock is the only thing that knows what
// time it is. The server uses SystemClock; tests, `stepwheel run` and scenarios
// use VirtualClock.
#ifndef STEPWHEEL_ENGINE_TIME_CLOCK_H_
#define STEPWHEEL_ENGINE_TIME_CLOCK_H_

#include <chrono>
#include <cstdint>

namespace stepwheel {

using Duration = std::chrono::milliseconds;

// A point in time. "now" is rounded down, deadlines up (rules: never early).
class Instant {
 public:
  constexpr Instant() = default;
  static constexpr Instant FromUnixMillis(int64_t ms) { return Instant(ms); }
  constexpr int64_t unix_millis() const { return ms_; }

  friend constexpr Instant operator+(Instant t, Duration d) {
    return Instant(t.ms_ + d.count());
  }
  friend constexpr Instant operator-(Instant t, Duration d) {
    return Instant(t.ms_ - d.count());
  }
  friend constexpr Duration operator-(Instant a, Instant b) {
    return Duration(a.ms_ - b.ms_);
  }
  friend constexpr auto operator<=>(Instant a, Instant b) = default;

 private:
  explicit constexpr Instant(int64_t ms) : ms_(ms) {}
  int64_t ms_ = 0;
};

class Clock {
 public:
  virtual ~Clock() = default;
  // Never decreases. Called on the engine's thread only.
  virtual Instant Now() = 0;
};

}  // namespace stepwheel

#endif  // STEPWHEEL_ENGINE_TIME_CLOCK_H_
