#include "engine/deadlines.h"

#include <algorithm>

namespace stepwheel::engine {

std::optional<Deadline> FrameDeadline(const Frame& frame) {
  if (frame.phase == Phase::kWaiting || frame.phase == Phase::kBackoff) {
    return Deadline{frame.due, DeadlineKind::kOther};
  }
  const Attempt& attempt = frame.attempt;
  if (frame.phase != Phase::kTask || !attempt.started_at) return std::nullopt;
  std::optional<Deadline> deadline;
  if (attempt.timeout_seconds > 0) {
    deadline = Deadline{
        *attempt.started_at + std::chrono::seconds(attempt.timeout_seconds),
        DeadlineKind::kTotal};
  }
  if (attempt.heartbeat_seconds > 0) {
    Instant from = *attempt.started_at;
    if (attempt.last_heartbeat) from = std::max(from, *attempt.last_heartbeat);
    Instant due = from + std::chrono::seconds(attempt.heartbeat_seconds);
    if (!deadline || due < deadline->due) {
      deadline = Deadline{due, DeadlineKind::kHeartbeat};
    }
  }
  return deadline;
}

std::string_view DeadlineKindName(DeadlineKind kind) {
  switch (kind) {
    case DeadlineKind::kMachine:
      return "machine";
    case DeadlineKind::kTotal:
      return "timeout";
    case DeadlineKind::kHeartbeat:
      return "heartbeat";
    case DeadlineKind::kOther:
      return "wait";
  }
  return "";
}

Deadline MachineDeadline(const Execution& execution) {
  int64_t seconds = kExecutionSecondsMax;
  if (execution.machine->timeout_seconds) {
    seconds = std::min(seconds, *execution.machine->timeout_seconds);
  }
  return Deadline{execution.record.start_date + std::chrono::seconds(seconds),
                  DeadlineKind::kMachine};
}

}  // namespace stepwheel::engine
