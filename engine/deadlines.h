// When a frame times out, misses its heartbeat, stops waiting or retries: the
// one definition of every deadline, as a function of state
// (timeouts-and-heartbeats.md 2). Nothing here is stored; after a crash the
// same functions give the same deadlines.
#ifndef STEPWHEEL_ENGINE_DEADLINES_H_
#define STEPWHEEL_ENGINE_DEADLINES_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "engine/execution.h"
#include "engine/time/clock.h"

namespace stepwheel::engine {

// In order of precedence when two fall on the same millisecond (rules.md 6).
enum class DeadlineKind : uint8_t {
  kMachine,
  kTotal,
  kHeartbeat,
  kOther,
  kMockAnswer  // No deadline of the task's: its mocked answer comes.
};
inline constexpr int kDeadlineKinds = 5;
// "machine", "timeout", "heartbeat", "wait" (also for a retry), "mock".
std::string_view DeadlineKindName(DeadlineKind kind);

struct Deadline {
  Instant due;
  DeadlineKind kind = DeadlineKind::kOther;
};

inline constexpr Instant kNever =
    Instant::FromUnixMillis(std::numeric_limits<int64_t>::max());

// What a frame's deadline follows from, and nothing else of the frame: all that
// memory keeps of it while its execution is parked (parked.h).
struct FrameClocks {
  // The end of a Wait or a back-off; of a Task, TimeoutSeconds after its start.
  // Of a mocked call: where its script leads, which only a beat from outside
  // can move.
  Instant ends = kNever;
  Instant beat;  // Task: the last heartbeat, before the first one the start.
  int32_t heartbeat_seconds = 0;
  DeadlineKind kind = DeadlineKind::kOther;  // Of `ends`.
};
FrameClocks ClocksOf(const Frame& frame);
// As if no heartbeat had come from outside: what the events alone tell.
FrameClocks ClocksWithoutBeats(const Frame& frame);

// The next deadline, or nullopt if there is no time to wait for.
std::optional<Deadline> NextDeadline(const FrameClocks& clocks);
// The same of any frame. What a mock does until then is a function of state
// too: its beats move the deadline before they come, and no timer is spent on
// them.
std::optional<Deadline> FrameDeadline(const Frame& frame);

// An execution ends after its machine's TimeoutSeconds, and after a year in any
// case (quotas.md 2).
Deadline MachineDeadline(const Execution& execution);

inline constexpr int64_t kExecutionSecondsMax = 365LL * 24 * 3600;

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_DEADLINES_H_
