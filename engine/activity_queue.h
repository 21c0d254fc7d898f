// ActivityQueue pairs the tasks of one activity with the polls that wait for
// one: oldest task first, longest-waiting poll first. It is derived from
// executions, so a restart builds the same queue again.
#ifndef STEPWHEEL_ENGINE_ACTIVITY_QUEUE_H_
#define STEPWHEEL_ENGINE_ACTIVITY_QUEUE_H_

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "engine/dispatcher.h"
#include "engine/event.h"
#include "engine/operations.h"
#include "engine/result.h"

namespace stepwheel::engine {

struct QueuedTask {
  Instant scheduled_at;
  AttemptKey key;
  FrameId frame = 0;
  // The order must be the same after a restart, so it is of stored facts only.
  friend auto operator<=>(const QueuedTask&, const QueuedTask&) = default;
};

struct Poll {
  uint64_t id = 0;
  std::optional<std::string> worker_name;
  Reply<GetActivityTaskAnswer> reply;
  std::function<bool()> alive;  // May be empty: always.
};

struct ActivityQueue {
  std::set<QueuedTask> tasks;      // Closed ones are dropped when met.
  size_t swept = 0;                // How many were left by the last sweep.
  std::map<uint64_t, Poll> polls;  // By id: the order in which they came.
};

// AWS's limit for one activity (quotas.md 3).
inline constexpr size_t kPollersMax = 1000;

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_ACTIVITY_QUEUE_H_
