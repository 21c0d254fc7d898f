// Received is when something from outside came: when it reached this machine,
// and when it was read. These are the same unless the server was busy or
// stopped in between, which must cost no worker its task (rules.md 6).
#ifndef STEPWHEEL_ENGINE_RECEIVED_H_
#define STEPWHEEL_ENGINE_RECEIVED_H_

#include <algorithm>

#include "engine/time/clock.h"

namespace stepwheel::engine {

struct Received {
  Received(Instant at) : arrived(at), read(at) {}
  Received(Instant arrived_at, Instant read_at)
      : arrived(std::min(arrived_at, read_at)), read(read_at) {}

  // Decides what comes first, it or a deadline.
  Instant arrived;
  // What follows from it happens then: events bear this time, and the next
  // heartbeat is due HeartbeatSeconds later.
  Instant read;
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_RECEIVED_H_
