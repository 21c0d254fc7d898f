// Looking into the engine: counters, who waits for what, the folded state.

#include <map>
#include <utility>

#include "engine/deadlines.h"
#include "engine/engine_impl.h"

namespace stepwheel::engine {

const std::string& Engine::busiest_execution() const { return impl_->busiest; }

EngineStats Engine::stats() const {
  EngineStats stats = impl_->counts;
  stats.executions_loaded = static_cast<int64_t>(impl_->executions.size());
  stats.timers_armed = static_cast<int64_t>(impl_->wheel.size());
  stats.pollers = static_cast<int64_t>(impl_->poll_activity.size());
  for (const auto& [arn, queue] : impl_->queues) {
    stats.queued_tasks += static_cast<int64_t>(queue.tasks.size());
  }
  return stats;
}

std::string Engine::SnapshotForTest(const std::string& execution_arn) {
  Execution* e = impl_->FindRunning(execution_arn);
  return e == nullptr ? "" : SnapshotText(*e);
}

std::vector<WaitingFrame> Engine::Waiting() const {
  std::map<ExecutionNumber, const Execution*> ordered;
  for (const auto& [number, e] : impl_->executions) ordered[number] = e.get();
  std::vector<WaitingFrame> waiting;
  for (const auto& [number, e] : ordered) {
    for (const auto& [id, frame] : e->frames) {
      if (frame.phase != Phase::kTask && frame.phase != Phase::kWaiting &&
          frame.phase != Phase::kBackoff) {
        continue;
      }
      waiting.push_back(impl_->Describe(*e, frame));
    }
  }
  return waiting;
}

WaitingFrame Engine::Impl::Describe(const Execution& e,
                                    const Frame& frame) const {
  WaitingFrame w;
  w.execution_arn = e.record.arn;
  w.state = e.StateOf(frame).name;
  if (std::optional<Deadline> due = FrameDeadline(frame)) w.due = due->due;
  if (frame.phase == Phase::kWaiting) {
    w.what = "Wait";
  } else if (frame.phase == Phase::kBackoff) {
    w.what = "retry";
  } else {
    const auto& resource = e.StateOf(frame).As<asl::TaskState>().resource;
    w.what = resource.arn;
    const bool activity = resource.kind == asl::Resource::Kind::kActivity;
    const bool callback =
        resource.pattern == asl::Resource::Pattern::kWaitForTaskToken;
    if (callback || (activity && frame.attempt.started_at)) {
      w.task_token = MintTaskToken(
          {e.record.number, frame.attempt.position, frame.id, frame.state},
          context.token_key);
    }
  }
  return w;
}

}  // namespace stepwheel::engine
