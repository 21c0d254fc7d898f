// Looking into the engine: counters, who waits for what, the folded state.

#include <algorithm>
#include <map>
#include <utility>

#include "engine/deadlines.h"
#include "engine/engine_impl.h"

namespace stepwheel::engine {
namespace {

std::optional<WaitKind> WaitKindOf(const Execution& e, const Frame& frame) {
  if (e.ended()) return std::nullopt;
  if (frame.phase == Phase::kWaiting) return WaitKind::kWait;
  if (frame.phase == Phase::kBackoff) return WaitKind::kRetry;
  if (frame.phase != Phase::kTask) return std::nullopt;
  if (frame.attempt.mock) return WaitKind::kMock;
  const auto& resource = e.StateOf(frame).As<asl::TaskState>().resource;
  if (resource.kind == asl::Resource::Kind::kActivity) {
    return frame.attempt.started_at ? WaitKind::kTask : WaitKind::kWorker;
  }
  if (!frame.attempt.submitted) return WaitKind::kCall;
  return resource.pattern == asl::Resource::Pattern::kWaitForTaskToken
             ? WaitKind::kToken
             : WaitKind::kJob;
}

}  // namespace

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

std::string_view WaitKindName(WaitKind kind) {
  switch (kind) {
    case WaitKind::kWorker:
      return "worker";
    case WaitKind::kTask:
      return "task";
    case WaitKind::kToken:
      return "token";
    case WaitKind::kJob:
      return "job";
    case WaitKind::kCall:
      return "call";
    case WaitKind::kWait:
      return "wait";
    case WaitKind::kRetry:
      return "retry";
    case WaitKind::kMock:
      return "mock";
  }
  return "";
}

void Engine::Impl::CountFrame(const Execution& e, Frame& frame) {
  if (std::optional<WaitKind> kind = WaitKindOf(e, frame)) {
    frame.counted.Enter(&census.frames[static_cast<size_t>(*kind)]);
  } else {
    frame.counted.Leave();
  }
}

const Census& Engine::census() const { return impl_->census; }
const TimerCounts& Engine::timer_counts() const { return impl_->timer_counts; }
bool Engine::degraded() const { return impl_->degraded; }

std::optional<Instant> Engine::NextTimer() {
  std::optional<Tick> due = impl_->wheel.NextDue();
  if (!due) return std::nullopt;
  return Instant::FromUnixMillis(static_cast<int64_t>(*due));
}

bool Engine::AwaitsTimer() const {
  return static_cast<int64_t>(impl_->wheel.size()) > impl_->census.year_limits;
}

std::map<ExecutionNumber, const Execution*> Engine::Impl::InOrder() const {
  std::map<ExecutionNumber, const Execution*> ordered;
  for (const auto& [number, e] : executions) ordered[number] = e.get();
  return ordered;
}

std::optional<NamedTimer> Engine::DescribeNextTimer() {
  std::optional<Instant> next = NextTimer();
  if (!next) return std::nullopt;
  for (const auto& [number, e] : impl_->InOrder()) {
    const Deadline machine = MachineDeadline(*e);
    if (machine.due <= *next) {
      return NamedTimer{*next, machine.kind, e->record.arn, ""};
    }
    for (const auto& [id, frame] : e->frames) {
      std::optional<Deadline> due = FrameDeadline(frame);
      if (!due || due->due > *next) continue;
      return NamedTimer{*next, due->kind, e->record.arn,
                        e->StateOf(frame).name};
    }
  }
  return std::nullopt;
}

std::vector<WaitingFrame> Engine::Waiting() const {
  std::vector<WaitingFrame> waiting;
  for (const auto& [number, e] : impl_->InOrder()) {
    for (const auto& [id, frame] : e->frames) {
      if (WaitKindOf(*e, frame)) {
        waiting.push_back(impl_->Describe(*e, frame));
      }
    }
  }
  return waiting;
}

std::optional<NamedTask> Engine::LastNamedTask() {
  std::map<AttemptKey, int64_t> open;
  const Execution* holder = nullptr;
  const Frame* last = nullptr;
  int64_t last_ms = 0;
  for (const auto& [number, e] : impl_->InOrder()) {
    for (const auto& [id, frame] : e->frames) {
      std::optional<WaitKind> kind = WaitKindOf(*e, frame);
      if (kind != WaitKind::kWorker && kind != WaitKind::kTask &&
          kind != WaitKind::kToken) {
        continue;
      }
      // A task that nobody has named yet counts from when it was first seen.
      const AttemptKey key{number, frame.attempt.position};
      auto named = impl_->named.find(key);
      int64_t ms = named != impl_->named.end() ? named->second
                                               : impl_->options.wall_ms();
      open[key] = ms;
      if (kind == WaitKind::kWorker) {
        auto polled = impl_->polled.find(
            e->StateOf(frame).As<asl::TaskState>().resource.arn);
        if (polled != impl_->polled.end()) ms = std::max(ms, polled->second);
      }
      if (last != nullptr && ms <= last_ms) continue;
      holder = e;
      last = &frame;
      last_ms = ms;
    }
  }
  impl_->named = std::move(open);
  if (last == nullptr) return std::nullopt;
  return NamedTask{impl_->Describe(*holder, *last), last_ms};
}

WaitingFrame Engine::Impl::Describe(const Execution& e,
                                    const Frame& frame) const {
  WaitingFrame w;
  w.execution_arn = e.record.arn;
  w.state = e.StateOf(frame).name;
  w.kind = *WaitKindOf(e, frame);
  if (std::optional<Deadline> due = FrameDeadline(frame)) w.due = due->due;
  if (w.kind == WaitKind::kWait || w.kind == WaitKind::kRetry) {
    w.what = w.kind == WaitKind::kWait ? "Wait" : "retry";
    return w;
  }
  const auto& resource = e.StateOf(frame).As<asl::TaskState>().resource;
  w.what = resource.arn;
  w.mock = frame.attempt.mock;
  const bool callback =
      resource.pattern == asl::Resource::Pattern::kWaitForTaskToken;
  const bool activity = resource.kind == asl::Resource::Kind::kActivity;
  if (callback || (activity && frame.attempt.started_at)) {
    w.task_token = MintTaskToken(
        {e.record.number, frame.attempt.position, frame.id, frame.state},
        context.token_key);
  }
  return w;
}

}  // namespace stepwheel::engine
