// Looking into the engine: counters, who waits for what, the folded state.

#include <algorithm>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "engine/deadlines.h"
#include "engine/engine_impl.h"
#include "engine/snapshot.h"

namespace stepwheel::engine {

const std::string& Engine::busiest_execution() const { return impl_->busiest; }

EngineStats Engine::stats() const {
  EngineStats stats = impl_->counts;
  stats.executions_loaded = static_cast<int64_t>(impl_->executions.size());
  stats.executions_parked = static_cast<int64_t>(impl_->parked.size());
  stats.timers_armed = static_cast<int64_t>(impl_->wheel.size());
  stats.pollers = static_cast<int64_t>(impl_->poll_activity.size());
  for (const auto& [arn, queue] : impl_->queues) {
    stats.queued_tasks += static_cast<int64_t>(queue.tasks.size());
  }
  return stats;
}

std::string Engine::SnapshotForTest(const std::string& execution_arn) {
  auto record = impl_->store->ExecutionByArn(execution_arn);
  if (!record.ok()) return "";
  if (Execution* e = impl_->Find(record->number)) return SnapshotText(*e);
  if (impl_->parked.count(record->number) == 0) return "";
  auto read = impl_->Load(record->number);
  return read.ok() ? SnapshotText(**read)
                   : std::string(read.status().message());
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
  if (!impl_->firing.empty()) due = impl_->firing_at;
  if (!due) return std::nullopt;
  return Instant::FromUnixMillis(static_cast<int64_t>(*due));
}

bool Engine::AwaitsTimer() const {
  return static_cast<int64_t>(impl_->wheel.size()) > impl_->census.year_limits;
}

const Execution* Engine::Impl::Look(ExecutionNumber number,
                                    std::unique_ptr<Execution>* copy) {
  if (Execution* e = Find(number)) return e;
  auto at = parked.find(number);
  if (at == parked.end()) return nullptr;
  auto read = Load(number);
  // What needs it says so in the log.
  if (!read.ok() || !Unpark(at->second, read->get())) return nullptr;
  *copy = *std::move(read);
  return copy->get();
}

std::optional<NamedTimer> Engine::DescribeNextTimer() {
  std::optional<Instant> next = NextTimer();
  if (!next) return std::nullopt;
  // The first by execution, then the machine's own, then by frame.
  std::optional<std::tuple<ExecutionNumber, FrameId, DeadlineKind>> first;
  const auto see = [&](ExecutionNumber number, FrameId frame,
                       std::optional<Deadline> deadline) {
    if (!deadline || deadline->due > *next) return;
    const std::tuple found(number, frame, deadline->kind);
    if (!first || found < *first) first = found;
  };
  for (const auto& [number, e] : impl_->executions) {
    see(number, 0, MachineDeadline(*e));
    for (const auto& [id, f] : e->frames) see(number, id, FrameDeadline(f));
  }
  for (const auto& [number, p] : impl_->parked) {
    see(number, 0, Deadline{p.machine_due, DeadlineKind::kMachine});
    for (const ParkedWait& w : p) {
      see(number, w.frame, NextDeadline(w.clocks));
    }
  }
  if (!first) return std::nullopt;
  const auto [number, frame, kind] = *first;
  std::unique_ptr<Execution> copy;
  const Execution* e = impl_->Look(number, &copy);
  if (e == nullptr) return std::nullopt;
  return NamedTimer{*next, kind, e->record.arn,
                    frame == 0 ? "" : e->StateOf(e->frames.at(frame)).name};
}

std::vector<WaitingFrame> Engine::Waiting(size_t executions_max) const {
  std::set<ExecutionNumber> ordered;
  for (const auto& [number, e] : impl_->executions) ordered.insert(number);
  for (const auto& [number, p] : impl_->parked) ordered.insert(number);
  std::vector<WaitingFrame> waiting;
  for (ExecutionNumber number : ordered) {
    if (executions_max-- == 0) break;
    std::unique_ptr<Execution> copy;
    const Execution* e = impl_->Look(number, &copy);
    if (e == nullptr) continue;
    for (const auto& [id, frame] : e->frames) {
      if (WaitKindOf(*e, frame)) {
        waiting.push_back(impl_->Describe(*e, frame));
      }
    }
  }
  return waiting;
}

std::optional<NamedTask> Engine::LastNamedTask() {
  struct Seen {
    int64_t ms;
    ExecutionNumber number;
    FrameId frame;
  };
  std::optional<Seen> last;
  std::map<AttemptKey, int64_t> open;
  // `activity` is that of a task no worker has: its polls count as well.
  const auto see = [&](AttemptKey key, FrameId frame,
                       const std::string* activity) {
    // A task that nobody has named yet counts from when it was first seen.
    auto named = impl_->named.find(key);
    int64_t ms =
        named != impl_->named.end() ? named->second : impl_->options.wall_ms();
    open[key] = ms;
    if (activity != nullptr) {
      auto polled = impl_->polled.find(*activity);
      if (polled != impl_->polled.end()) ms = std::max(ms, polled->second);
    }
    const Seen seen{ms, key.execution, frame};
    if (!last || std::tie(last->ms, seen.number, seen.frame) <
                     std::tie(seen.ms, last->number, last->frame)) {
      last = seen;
    }
  };
  const auto held = [](WaitKind kind) {
    return kind == WaitKind::kTask || kind == WaitKind::kToken;
  };
  for (const auto& [number, e] : impl_->executions) {
    for (const auto& [id, frame] : e->frames) {
      const std::optional<WaitKind> kind = WaitKindOf(*e, frame);
      if (kind && held(*kind))
        see({number, frame.attempt.position}, id, nullptr);
    }
  }
  for (const auto& [number, p] : impl_->parked) {
    for (const ParkedWait& wait : p) {
      if (held(wait.kind)) see({number, wait.position}, wait.frame, nullptr);
    }
  }
  for (const auto& [arn, queue] : impl_->queues) {
    for (const QueuedTask& task : queue.tasks) {
      if (impl_->IsQueued(task)) see(task.key, task.frame, &arn);
    }
  }
  impl_->named = std::move(open);
  if (!last) return std::nullopt;
  std::unique_ptr<Execution> copy;
  const Execution* e = impl_->Look(last->number, &copy);
  if (e == nullptr) return std::nullopt;
  return NamedTask{impl_->Describe(*e, e->frames.at(last->frame)), last->ms};
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
  const auto& resource = e.ResourceOf(frame);
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
