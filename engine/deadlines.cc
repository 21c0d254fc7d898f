#include "engine/deadlines.h"

#include <algorithm>

namespace stepwheel::engine {

namespace {

// When a beat is missed. A mock that beats often enough never misses one until
// it falls silent; one that beats too seldom is saved at most once, by the beat
// that follows one from outside. `from`: the last of those, or the start.
std::optional<Instant> HeartbeatDeadline(const Attempt& attempt, Instant from) {
  const Instant start = *attempt.started_at;
  const Duration limit = std::chrono::seconds(attempt.heartbeat_seconds);
  if (attempt.mock->beat_ms == 0) return from + limit;
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

std::optional<Deadline> MockedDeadline(const Attempt& attempt,
                                       FrameClocks clocks) {
  clocks.heartbeat_seconds = 0;  // The mock's beats count too.
  std::optional<Deadline> deadline = NextDeadline(clocks);
  // The first of those that fall on the same millisecond stands.
  auto earlier = [&deadline](Instant due, DeadlineKind kind) {
    if (!deadline || due < deadline->due) deadline = Deadline{due, kind};
  };
  if (attempt.heartbeat_seconds > 0) {
    if (auto due = HeartbeatDeadline(attempt, clocks.beat)) {
      earlier(*due, DeadlineKind::kHeartbeat);
    }
  }
  if (attempt.mock->answers()) {
    earlier(*attempt.started_at + Duration(attempt.mock->duration_ms),
            DeadlineKind::kMockAnswer);
  }
  return deadline;
}

// Without what a script says.
FrameClocks TaskClocks(const Frame& frame) {
  FrameClocks clocks;
  if (frame.phase == Phase::kWaiting || frame.phase == Phase::kBackoff) {
    clocks.ends = frame.due;
    return clocks;
  }
  if (frame.phase != Phase::kTask) return clocks;
  clocks.kind = DeadlineKind::kTotal;
  const Attempt& attempt = frame.attempt;
  if (!attempt.started_at) return clocks;
  clocks.beat = *attempt.started_at;
  if (attempt.timeout_seconds > 0) {
    clocks.ends = clocks.beat + std::chrono::seconds(attempt.timeout_seconds);
  }
  // ASL's limit is 99,999,999.
  clocks.heartbeat_seconds = static_cast<int32_t>(attempt.heartbeat_seconds);
  return clocks;
}

FrameClocks WithScript(const Frame& frame, FrameClocks clocks) {
  if (!frame.attempt.mock || !frame.attempt.started_at) return clocks;
  const std::optional<Deadline> next = MockedDeadline(frame.attempt, clocks);
  clocks.ends = next ? next->due : kNever;
  if (next) clocks.kind = next->kind;
  clocks.heartbeat_seconds = 0;
  return clocks;
}

}  // namespace

FrameClocks ClocksOf(const Frame& frame) {
  FrameClocks clocks = TaskClocks(frame);
  if (frame.attempt.last_heartbeat) {
    clocks.beat = std::max(clocks.beat, *frame.attempt.last_heartbeat);
  }
  return WithScript(frame, clocks);
}

FrameClocks ClocksWithoutBeats(const Frame& frame) {
  return WithScript(frame, TaskClocks(frame));
}

std::optional<Deadline> NextDeadline(const FrameClocks& clocks) {
  Deadline deadline{clocks.ends, clocks.kind};
  if (clocks.heartbeat_seconds > 0) {
    const Instant due =
        clocks.beat + std::chrono::seconds(clocks.heartbeat_seconds);
    if (due < deadline.due) deadline = {due, DeadlineKind::kHeartbeat};
  }
  if (deadline.due == kNever) return std::nullopt;
  return deadline;
}

std::optional<Deadline> FrameDeadline(const Frame& frame) {
  return NextDeadline(ClocksOf(frame));
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
