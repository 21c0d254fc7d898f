// A hierarchical timer wheel: arm, re-arm and cancel in O(1) for any number of
// timers, with exact ticks. It has no clock, no lock and no thread: somebody
// else decides when time passes and calls Advance().
//
// A timer is a small number (TimerId) that the wheel hands out; the caller
// keeps what it stands for. Ticks are milliseconds since the Unix epoch in
// Stepwheel, but the wheel only counts. Range: 48 bits.
#ifndef STEPWHEEL_ENGINE_TIME_TIMER_WHEEL_H_
#define STEPWHEEL_ENGINE_TIME_TIMER_WHEEL_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace stepwheel {

using Tick = uint64_t;
using TimerId = uint32_t;
inline constexpr TimerId kNoTimer = ~TimerId{0};

// INTERFACE SKETCH: the implementer keeps this promise and fills in the class.
class TimerWheel {
 public:
  explicit TimerWheel(Tick now = 0);

  // A new, disarmed timer / gives its number back (cancels it first).
  TimerId Create();
  void Destroy(TimerId id);

  // Arms the timer to fire at `due`, moving it if it is armed. A `due` that is
  // not after now() fires on the next Advance(), never inside Arm().
  void Arm(TimerId id, Tick due);
  void Cancel(TimerId id);
  bool armed(TimerId id) const;

  // Moves time to `to` and calls `fire(id)` for every timer due by then in
  // order of due tick; timers of one tick come in one group, in no order
  // (callers that need one sort the group). While `fire` runs, now() is the
  // timer's own tick. `fire` may arm, cancel, create and destroy any timer.
  // REQUIRES: to >= now(); not called from within `fire`.
  void Advance(Tick to, const std::function<void(TimerId)>& fire);

  // The exact tick of the earliest armed timer, or nullopt.
  std::optional<Tick> NextDue();

  Tick now() const;
  size_t size() const;  // Armed timers.
};

}  // namespace stepwheel

#endif  // STEPWHEEL_ENGINE_TIME_TIMER_WHEEL_H_
