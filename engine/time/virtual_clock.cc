#include "engine/time/virtual_clock.h"

#include "engine/time/check.h"

namespace stepwheel {

void VirtualClock::AdvanceTo(Instant to) {
  STEPWHEEL_TIME_CHECK(to >= now_, "a virtual clock is set back");
  now_ = to;
}

}  // namespace stepwheel
