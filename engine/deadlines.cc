#include "engine/deadlines.h"

#include <algorithm>

namespace stepwheel::engine {

namespace {

// When a beat is missed. A mock that beats often enough never misses one until
// it falls silent; one that beats too seldom is saved at most once, by the beat
// that follows one from outside.
std::optional<Instant> HeartbeatDeadline(const Attempt& attempt) {
  const Instant start = *attempt.started_at;
  const Duration limit = std::chrono::seconds(attempt.heartbeat_seconds);
  Instant from = start;
  if (attempt.last_heartbeat) from = std::max(from, *attempt.last_heartbeat);
  if (!attempt.mock || attempt.mock->beat_ms == 0) return from + limit;
  const Duration interval(attempt.mock->beat_ms);
  const bool forever = attempt.mock->last_beat_ms == kBeatsForever;
  if (interval < limit) {
    if (forever) return std::nullopt;
    return std::max(from, start + Duration(attempt.mock->last_beat_ms)) + limit;
  }
  const Instant next = start + ((from - start) / interval + 1) * interval;
  const bool comes =
      forever || next <= start + Duration(attempt.mock->last_beat_ms);
  // At the deadline's millisecond a beat comes too late (rules.md 6).
  return (comes && next < from + limit ? next : from) + limit;
}

}  // namespace

std::optional<Deadline> FrameDeadline(const Frame& frame) {
  if (frame.phase == Phase::kWaiting || frame.phase == Phase::kBackoff) {
    return Deadline{frame.due, DeadlineKind::kOther};
  }
  const Attempt& attempt = frame.attempt;
  if (frame.phase != Phase::kTask || !attempt.started_at) return std::nullopt;
  std::optional<Deadline> deadline;
  // The first of those that fall on the same millisecond stands.
  auto earlier = [&deadline](Instant due, DeadlineKind kind) {
    if (!deadline || due < deadline->due) deadline = Deadline{due, kind};
  };
  if (attempt.timeout_seconds > 0) {
    earlier(*attempt.started_at + std::chrono::seconds(attempt.timeout_seconds),
            DeadlineKind::kTotal);
  }
  if (attempt.heartbeat_seconds > 0) {
    if (std::optional<Instant> due = HeartbeatDeadline(attempt)) {
      earlier(*due, DeadlineKind::kHeartbeat);
    }
  }
  if (attempt.mock && attempt.mock->answers()) {
    earlier(*attempt.started_at + Duration(attempt.mock->duration_ms),
            DeadlineKind::kMockAnswer);
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
    case DeadlineKind::kMockAnswer:
      return "mock";
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
