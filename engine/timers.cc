// Timers follow state: after each commit the frames that were touched get the
// timer their deadline asks for, and nothing is ever stored about timers.

#include <algorithm>

#include "engine/deadlines.h"
#include "engine/engine_impl.h"

namespace stepwheel::engine {
TimerId Engine::Impl::NewTimer(ExecutionNumber number, FrameId frame) {
  TimerId id = wheel.Create();
  if (owners.size() <= id) owners.resize(id + 1);
  owners[id] = {number, frame};
  return id;
}

std::optional<Deadline> Engine::Impl::DeadlineOf(Owner owner) const {
  auto it = executions.find(owner.execution);
  if (it != executions.end()) {
    if (owner.frame == 0) return MachineDeadline(*it->second);
    const Frame* frame = it->second->FindFrame(owner.frame);
    return frame == nullptr ? std::nullopt : FrameDeadline(*frame);
  }
  auto at = parked.find(owner.execution);
  if (at == parked.end()) return std::nullopt;
  if (owner.frame == 0) {
    return Deadline{at->second.machine_due, DeadlineKind::kMachine};
  }
  const ParkedWait* wait = at->second.Find(owner.frame);
  return wait == nullptr ? std::nullopt : NextDeadline(wait->clocks);
}

void Engine::Impl::FreeTimer(TimerId* timer) {
  if (*timer == kNoTimer) return;
  wheel.Destroy(*timer);
  *timer = kNoTimer;
}

void Engine::Impl::ArmFrame(Execution& execution, Frame& frame) {
  std::optional<Deadline> deadline;
  if (!execution.ended()) deadline = FrameDeadline(frame);
  CountFrame(execution, frame);
  if (!deadline) return FreeTimer(&frame.timer);
  if (frame.timer == kNoTimer) {
    frame.timer = NewTimer(execution.record.number, frame.id);
  }
  // Most changes of a frame leave its deadline where it was.
  const Tick due = TickOf(deadline->due);
  if (wheel.due(frame.timer) == due) return;
  wheel.Arm(frame.timer, due);
  ++timer_counts.armed[static_cast<size_t>(deadline->kind)];
  quiet_until = std::min(quiet_until, due);
}

void Engine::Impl::ArmParked(const ParkedWait& wait) {
  if (wait.timer == kNoTimer) return;
  const Tick due = TickOf(NextDeadline(wait.clocks)->due);
  wheel.Arm(wait.timer, due);
  quiet_until = std::min(quiet_until, due);
}

void Engine::Impl::ArmTimers(Execution& execution) {
  for (TimerId timer : execution.dropped_timers) FreeTimer(&timer);
  execution.dropped_timers.clear();
  for (FrameId id : execution.touched) {
    if (Frame* frame = execution.FindFrame(id)) ArmFrame(execution, *frame);
  }
  execution.touched.clear();
  if (execution.machine_timer == kNoTimer && !execution.ended()) {
    execution.machine_timer = NewTimer(execution.record.number, 0);
    const Tick due = TickOf(MachineDeadline(execution).due);
    wheel.Arm(execution.machine_timer, due);
    ++timer_counts.armed[static_cast<size_t>(DeadlineKind::kMachine)];
    if (!execution.machine->timeout_seconds) {
      execution.year_limit.Enter(&census.year_limits);
    }
    quiet_until = std::min(quiet_until, due);
  }
}

void Engine::Impl::Forget(Execution& execution) {
  for (TimerId timer : execution.dropped_timers) FreeTimer(&timer);
  execution.dropped_timers.clear();
  for (auto& [id, frame] : execution.frames) FreeTimer(&frame.timer);
  FreeTimer(&execution.machine_timer);
  execution.year_limit.Leave();
}

}  // namespace stepwheel::engine
