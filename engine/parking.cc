// Which executions are in memory. Those that only wait leave it, least recently
// used first, when there are too many; what happens to them brings them back.

#include <algorithm>
#include <utility>

#include "asl/check.h"
#include "engine/engine_impl.h"
#include "engine/snapshot.h"

namespace stepwheel::engine {

Execution* Engine::Impl::Find(ExecutionNumber number) {
  auto it = executions.find(number);
  return it == executions.end() ? nullptr : it->second.get();
}

Execution* Engine::Impl::Keep(std::unique_ptr<Execution> execution) {
  const ExecutionNumber number = execution->record.number;
  by_arn[execution->record.arn] = number;
  execution->use = by_use.insert(by_use.end(), number);
  auto [it, is_new] = executions.emplace(number, std::move(execution));
  STEPWHEEL_CHECK(is_new, "an execution is read back twice");
  return it->second.get();
}

void Engine::Impl::Drop(ExecutionNumber number) {
  auto it = executions.find(number);
  if (it == executions.end()) return;
  by_arn.erase(it->second->record.arn);
  by_use.erase(it->second->use);
  executions.erase(it);
}

Execution* Engine::Impl::Need(TurnState& turn, ExecutionNumber number) {
  if (Execution* e = Find(number)) return e;
  auto at = parked.find(number);
  if (at == parked.end()) return nullptr;
  auto read = Load(number);
  if (read.ok() && !Unpark(at->second, read->get())) {
    read = absl::DataLossError("execution " + std::to_string(number) +
                               " is not stored as it was parked");
  }
  if (absl::IsDataLoss(read.status()) || absl::IsNotFound(read.status())) {
    SetAside(number, read.status());
    return nullptr;
  }
  if (!read.ok()) {
    turn.failure = read.status();
    return nullptr;
  }
  CountParked(at->second, -1);
  parked.erase(at);
  ++turn.loads;
  ++counts.loads;
  Execution* e = Keep(*std::move(read));
  e->parked_position = e->position;
  if (!e->machine->timeout_seconds) e->year_limit.Enter(&census.year_limits);
  for (auto& [id, frame] : e->frames) CountFrame(*e, frame);
  return e;
}

void Engine::Impl::CountParked(const Parked& p, int64_t change) {
  for (const ParkedWait& wait : p) {
    census.frames[static_cast<size_t>(wait.kind)] += change;
  }
  if (p.year_limit) census.year_limits += change;
}

Execution* Engine::Impl::NeedByArn(TurnState& turn, const std::string& arn) {
  const ExecutionNumber number = NumberOf(turn, arn);
  return number == 0 ? nullptr : Need(turn, number);
}

ExecutionNumber Engine::Impl::NumberOf(TurnState& turn,
                                       const std::string& arn) {
  if (auto it = by_arn.find(arn); it != by_arn.end()) return it->second;
  auto record = store->ExecutionByArn(arn);
  if (record.ok()) return record->number;
  if (!absl::IsNotFound(record.status())) turn.failure = record.status();
  return 0;
}

Execution* Engine::Impl::NeedOpen(TurnState& turn, const OpenAttempt& attempt) {
  const auto& [execution, position] = attempt.key;
  if (Execution* e = Find(execution)) return e;
  return FindParkedAttempt(execution, attempt.frame, position) != nullptr
             ? Need(turn, execution)
             : nullptr;
}

// It would be unreadable at the next start as well; the others go on.
void Engine::Impl::SetAside(ExecutionNumber number,
                            const absl::Status& status) {
  Log("error", "set aside: " + std::string(status.message()));
  auto at = parked.find(number);
  if (at == parked.end()) return;
  CountParked(at->second, -1);
  for (ParkedWait& wait : at->second) FreeTimer(&wait.timer);
  FreeTimer(&at->second.machine_timer);
  parked.erase(at);
}

ParkedWait* Engine::Impl::FindParkedAttempt(ExecutionNumber number,
                                            FrameId frame, int64_t position) {
  auto at = parked.find(number);
  return at == parked.end() ? nullptr : at->second.FindAttempt(frame, position);
}

bool Engine::Impl::IsQueued(const QueuedTask& task) {
  const AttemptKey key = task.key;
  if (Execution* e = Find(key.execution)) {
    const Frame* frame = e->FindAttempt(task.frame, key.position);
    return frame != nullptr && !frame->attempt.started_at;
  }
  const ParkedWait* wait =
      FindParkedAttempt(key.execution, task.frame, key.position);
  return wait != nullptr && !wait->started;
}

// Whether a parent waits for the end of this execution.
bool Engine::Impl::IsAwaited(ExecutionNumber number) const {
  auto it = parents.lower_bound({number, OpenAttempt{}});
  return it != parents.end() && it->first == number;
}

// What a start and a load will need of those that leave is stored by the commit
// of this very turn, unless the store has it already.
void Engine::Impl::ChooseToPark(TurnState& turn) {
  size_t staying = executions.size();
  for (const auto& [number, work] : turn.work) {
    if (work.execution->ended()) --staying;
  }
  for (ExecutionNumber number : by_use) {
    if (staying <= options.executions_in_memory) return;
    const Execution& e = *executions.at(number);
    if (!CanPark(e)) continue;
    if (e.position > e.snapshot_position &&
        e.position - e.snapshot_position >= options.events_per_snapshot) {
      turn.batch.put_snapshots.push_back(
          {number, e.position, EncodeSnapshot(e)});
    }
    if (e.parked_position != e.position) {
      turn.batch.put_parked.push_back({number, EncodeParked(e)});
    }
    turn.park.push_back(number);
    --staying;
  }
}

void Engine::Impl::ParkChosen(TurnState& turn) {
  for (ExecutionNumber number : turn.park) {
    CountParked(parked[number] = Park(*executions.at(number)), 1);
    Drop(number);
  }
}

}  // namespace stepwheel::engine
