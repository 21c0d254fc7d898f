// A clock that stands still until it is told to go on. Tests, `stepwheel run`
// and scenarios use it: three days pass in one call.
#ifndef STEPWHEEL_ENGINE_TIME_VIRTUAL_CLOCK_H_
#define STEPWHEEL_ENGINE_TIME_VIRTUAL_CLOCK_H_

#include "engine/time/clock.h"

namespace stepwheel {

class VirtualClock : public Clock {
 public:
  explicit VirtualClock(Instant start = Instant()) : now_(start) {}

  Instant Now() override { return now_; }

  // A virtual clock never goes back: asking for it stops the process.
  void AdvanceTo(Instant to);
  void Advance(Duration by) { AdvanceTo(now_ + by); }

 private:
  Instant now_;
};

}  // namespace stepwheel

#endif  // STEPWHEEL_ENGINE_TIME_VIRTUAL_CLOCK_H_
