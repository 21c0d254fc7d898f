// The loop: one turn takes commands and due timers in order of their instants,
// decides, commits once, and only then tells anybody (rules.md 1, 2, 6).

#include <algorithm>
#include <tuple>
#include <utility>

#include "asl/check.h"
#include "engine/deadlines.h"
#include "engine/engine_impl.h"

namespace stepwheel::engine {
namespace {

// These bound the work between two looks at the sockets.
constexpr int kItemsPerTurnMax = 1024;
// A server that is behind has timers of many ticks to act on: without a bound
// for all of them together its turns would grow, and it would fall further
// behind. They count whether their execution is parked or not: when a turn ends
// must not depend on that.
constexpr int kTimersPerTurnMax = 256;

Instant InstantOf(Tick tick) {
  return Instant::FromUnixMillis(static_cast<int64_t>(tick));
}

}  // namespace

bool Engine::Impl::Turn() {
  const Instant now = clock->Now();
  if (degraded && !Repair(now)) {
    AnswerReadsOnly(now);
    return false;
  }
  TurnState turn;
  const std::set<ExecutionNumber> unfinished = std::exchange(continues, {});
  // Tasks that a repair brought back may meet polls that waited; children that
  // the last turn had no room for.
  Settle(turn, now);
  TakeWork(turn, now);
  // Last, for it bears `now`: what is due by now comes before it.
  Continue(turn, unfinished, now);
  ++counts.turns;
  if (!turn.failure.ok()) {
    continues.insert(unfinished.begin(), unfinished.end());
    Undo(turn, turn.failure);
    return true;
  }
  FillBatch(turn);
  ChooseToPark(turn);
  if (!turn.batch.empty()) {
    if (options.keep_time) AddTime(&turn.batch);
    absl::Status status = store->Commit(turn.batch);
    if (!status.ok()) {
      Undo(turn, status);
      return true;
    }
    ++counts.commits;
    if (options.keep_time) stored_time = now;
  }
  Tell(turn);
  ParkChosen(turn);
  std::optional<Tick> due = wheel.NextDue();
  quiet_until = due ? *due : TimerWheel::kMaxTick;
  if (!firing.empty()) quiet_until = 0;
  return !inbox.empty() || !continues.empty() || !child_starts.empty() ||
         quiet_until <= TickOf(now);
}

void Engine::Impl::TakeWork(TurnState& turn, Instant now) {
  for (int items = 0; items < kItemsPerTurnMax; ++items) {
    std::optional<Tick> due =
        firing.empty() ? wheel.NextDue() : std::optional(firing_at);
    const bool timer_due = due && *due <= TickOf(now);
    // At the same instant the timer comes first: a beat counts only if it was
    // read before the deadline's millisecond.
    if (timer_due &&
        (inbox.empty() || *due <= TickOf(inbox.front().at.arrived))) {
      if (FireTimersAt(turn, *due, now)) continue;
      return LetOvertake(turn, now, kItemsPerTurnMax - items);
    } else if (!inbox.empty()) {
      Command command = std::move(inbox.front());
      inbox.pop_front();
      RunCommand(turn, command, now);
      if (turn.loads >= kLoadsPerTurnMax || !turn.failure.ok()) return;
    } else {
      wheel.Advance(std::max(TickOf(now), wheel.now()), [](TimerId) {});
      return;
    }
  }
}

void Engine::Impl::CollectTimersAt(Tick tick, Instant now) {
  firing_at = tick;
  wheel.Advance(std::max(tick, wheel.now()), [&](TimerId id) {
    const Owner owner = owners[id];
    if (std::optional<Deadline> deadline = DeadlineOf(owner)) {
      firing.push_back(
          {deadline->due, owner.execution, deadline->kind, owner.frame});
      ++timer_counts.fired[static_cast<size_t>(deadline->kind)];
      timer_counts.lateness.Observe((now - InstantOf(tick)).count());
    }
  });
  // The order must not depend on how the timers were armed: a restart arms them
  // in another one.
  std::sort(firing.begin(), firing.end());
}

// Whatever has happened to an execution since its timer went off, the decision
// looks at its deadline again.
bool Engine::Impl::FireTimersAt(TurnState& turn, Tick tick, Instant now) {
  if (firing.empty()) CollectTimersAt(tick, now);
  for (; turn.timers < kTimersPerTurnMax && !firing.empty(); ++turn.timers) {
    const Due due = firing.front();
    // What came due while the server was away happens at the recovery.
    const Instant at = std::max({due.due, recovered_at, InstantOf(tick)});
    FireTimer(turn, due.execution, due.frame, at);
    if (!turn.failure.ok()) return false;  // It stays the first.
    firing.pop_front();
    Settle(turn, at);
  }
  return turn.timers < kTimersPerTurnMax;
}

void Engine::Impl::FireTimer(TurnState& turn, ExecutionNumber number,
                             FrameId frame, Instant at) {
  Execution* execution = Need(turn, number);
  if (execution == nullptr || execution->ended()) return;
  // Its timer has gone off; whatever the decision, it is armed anew if needed.
  if (frame != 0) execution->touched.push_back(frame);
  Decide(turn, execution, at, [&](Decision& decision) {
    if (frame == 0) {
      decision.MachineTimedOut();
    } else {
      decision.TimerFired(frame);
    }
  });
}

void Engine::Impl::Continue(TurnState& turn,
                            const std::set<ExecutionNumber>& unfinished,
                            Instant now) {
  for (ExecutionNumber number : unfinished) {
    if (!turn.failure.ok()) return;
    Execution* e = Find(number);  // It has work left: it was not parked.
    if (e == nullptr) continue;
    Decide(turn, e, now, [](Decision&) {});
    Settle(turn, now);
  }
}

Work& Engine::Impl::WorkOf(TurnState& turn, Execution* execution) {
  auto [it, is_new] = turn.work.try_emplace(execution->record.number);
  Work& work = it->second;
  work.execution = execution;
  by_use.splice(by_use.end(), by_use, execution->use);
  // Events are large: growing one by one would move them again and again.
  if (is_new) work.events.reserve(16);
  if (is_new && !execution->beaten.empty()) {
    Batch beats;
    AppendBeats(*execution, &beats);
    work.beats = std::move(beats.put_beats);
  }
  return work;
}

void Engine::Impl::AfterDecision(TurnState& turn, Work& work,
                                 Decision& decision) {
  std::vector<Effect> later;
  for (Effect& effect : work.effects) {
    if (const auto* start = std::get_if<StartChild>(&effect)) {
      child_starts.insert(start->parent);
      turn.undo.push_back(
          [this, parent = start->parent] { child_starts.erase(parent); });
      continue;
    }
    auto* queued = std::get_if<QueueActivityTask>(&effect);
    if (queued == nullptr) {
      const auto* cancel = std::get_if<CancelCall>(&effect);
      if (cancel && cancel->child != 0) turn.stops.push_back(cancel->child);
      later.push_back(std::move(effect));
      continue;
    }
    const std::string arn = queued->activity_arn;
    const QueuedTask task{queued->scheduled_at, queued->key, queued->frame};
    grown.insert(arn);
    queues[arn].tasks.insert(task);
    matchable.insert(arn);
    turn.undo.push_back([this, arn, task] { queues[arn].tasks.erase(task); });
  }
  work.effects = std::move(later);
  const ExecutionNumber number = work.execution->record.number;
  if (decision.HasReady()) continues.insert(number);
  if (decision.ended() && !std::exchange(work.seen_ended, true)) {
    turn.ended.push_back(number);
  }
}

void Engine::Impl::Settle(TurnState& turn, Instant now) {
  do {
    MatchActivities(turn, now);
  } while (SettleChild(turn, now));
}

void Engine::Impl::MatchActivities(TurnState& turn, Instant now) {
  while (!matchable.empty() && turn.failure.ok()) {
    const std::string arn = *matchable.begin();
    matchable.erase(matchable.begin());
    auto it = queues.find(arn);
    if (it == queues.end()) continue;
    while (HandOut(turn, it->second, now)) {
    }
  }
}

// Pairs the oldest open task with the oldest poll. False: nothing to pair.
bool Engine::Impl::HandOut(TurnState& turn, ActivityQueue& queue, Instant now) {
  while (!queue.polls.empty() && queue.polls.begin()->second.alive &&
         !queue.polls.begin()->second.alive()) {
    // Its connection is gone and nobody has told us yet: it gets no task.
    poll_activity.erase(queue.polls.begin()->first);
    queue.polls.erase(queue.polls.begin());
  }
  if (queue.tasks.empty() || queue.polls.empty()) return false;
  const QueuedTask task = *queue.tasks.begin();
  ActivityQueue* q = &queue;
  queue.tasks.erase(queue.tasks.begin());
  turn.undo.push_back([q, task] { q->tasks.insert(task); });
  if (!IsQueued(task)) return true;
  Execution* e = Need(turn, task.key.execution);
  if (e == nullptr) return turn.failure.ok();  // Set aside, or to be undone.
  Frame* frame = e->FindAttempt(task.frame, task.key.position);
  GetActivityTaskAnswer answer{
      MintTaskToken(
          {task.key.execution, task.key.position, task.frame, frame->state},
          context.token_key),
      frame->attempt.input.Text()};
  auto first = queue.polls.begin();
  Decide(turn, e, now, [&](Decision& decision) {
    decision.HandOut(task.frame, task.key.position, first->second.worker_name);
  });
  if (e->ended()) return true;  // At the history's limit: the poll waits on.
  NoteNamed(task.key);
  Poll poll = std::move(first->second);
  queue.polls.erase(first);
  poll_activity.erase(poll.id);
  turn.Answer(poll.reply, Result<GetActivityTaskAnswer>(std::move(answer)));
  return true;
}

void Engine::Impl::FillBatch(TurnState& turn) {
  for (auto& [number, work] : turn.work) {
    Execution& e = *work.execution;
    if (work.events.empty()) {
      // Tell() takes its beats for stored.
      AppendBeats(e, &turn.batch);
      continue;
    }
    turn.batch.log.push_back({number, &work.events, &e.window});
    if (work.is_new || e.ended()) turn.batch.put_executions.push_back(e.record);
    if (e.ended()) {
      turn.batch.ended.push_back(number);
      CountRunning(turn, e.record.state_machine_arn, -1);
      continue;
    }
    AppendBeats(e, &turn.batch);
  }
}

void Engine::Impl::Tell(TurnState& turn) {
  size_t most = 0;
  for (auto& [number, work] : turn.work) {
    Execution& e = *work.execution;
    if (work.events.size() > most) {
      most = work.events.size();
      busiest = e.record.arn;
    }
    if (observer) {
      for (const Event& event : work.events) {
        observer(e.record, event, *e.machine);
      }
    }
    Perform(work);
    if (!e.ended()) {
      BeatsStored(e);
      ArmTimers(e);
      continue;
    }
    Forget(e);
    continues.erase(number);
    Drop(number);
  }
  SweepQueues();
  // Replies may issue commands; they are for the next turn.
  for (auto& tell : turn.after) tell();
}

void Engine::Impl::Perform(const Work& work) {
  if (dispatcher == nullptr) return;
  for (const Effect& effect : work.effects) {
    if (const auto* start = std::get_if<StartCall>(&effect)) {
      const Call& call = start->call;
      if (work.execution->FindAttempt(start->frame, call.key.position)) {
        dispatcher->Start(call);
      }
    } else if (const auto* cancel = std::get_if<CancelCall>(&effect)) {
      dispatcher->Cancel(cancel->key);
    }
  }
  // Whatever ended it, calls that are still open have nobody to answer to.
  if (!work.execution->ended()) return;
  for (const auto& [id, frame] : work.execution->frames) {
    if (frame.attempt.position == 0) continue;
    dispatcher->Cancel({work.execution->record.number, frame.attempt.position});
  }
}

// A failed commit is undone, not fatal (rules.md 2): the executions of the
// batch are dropped from memory and read again once the store can be written.
void Engine::Impl::Undo(TurnState& turn, const absl::Status& status) {
  ++counts.commit_failures;
  Log("error", "a turn failed, nothing of it was kept: " +
                   std::string(status.message()));
  for (auto& [number, work] : turn.work) {
    Execution& e = *work.execution;
    Batch later;
    AppendBeats(e, &later);
    for (const auto* beats : {&work.beats, &later.put_beats}) {
      for (const BeatRecord& beat : *beats) {
        kept_beats[{number, beat.position}] = beat.at;
      }
    }
    Forget(e);
    continues.erase(number);
    if (work.is_new) continue;  // Its own undo removes it.
    to_reload.insert(number);
    Drop(number);
  }
  for (auto it = turn.undo.rbegin(); it != turn.undo.rend(); ++it) (*it)();
  matchable.clear();
  for (const auto& [arn, queue] : queues) {
    if (!queue.tasks.empty() && !queue.polls.empty()) matchable.insert(arn);
  }
  if (!degraded) retry_delay = options.commit_retry_min;
  degraded = true;
  retry_at = clock->Now() + retry_delay;
  for (auto& tell : turn.refused) tell();
}

// Tries whether the store can be written again; if so, reads back what Undo()
// dropped. False: still degraded.
bool Engine::Impl::Repair(Instant now) {
  if (now < retry_at) return false;
  Batch probe;
  probe.put_settings["probe"] = std::to_string(counts.commit_failures);
  absl::Status status = store->Commit(probe);
  while (status.ok() && !to_reload.empty()) {
    status = Adopt(*to_reload.begin());
    if (absl::IsDataLoss(status)) {
      // It would be unreadable at the next start as well; the others go on.
      Log("error", "set aside: " + std::string(status.message()));
      status = absl::OkStatus();
    }
    if (status.ok()) to_reload.erase(to_reload.begin());
  }
  if (!status.ok()) {
    ++counts.commit_failures;
    retry_delay = std::min(retry_delay * 2, options.commit_retry_max);
    retry_at = now + retry_delay;
    Log("error", "the store still fails: " + std::string(status.message()));
    return false;
  }
  kept_beats.clear();
  degraded = false;
  for (Command& command : std::exchange(held, {})) {
    SubmitKept(command.at, std::move(command.run));
  }
  Log("info", "the store can be written again");
  return true;
}

std::optional<Instant> Engine::Impl::NextWake() {
  const bool work_left =
      !continues.empty() || !child_starts.empty() || !firing.empty();
  if (!inbox.empty() || (!degraded && work_left)) return clock->Now();
  if (degraded) return retry_at;
  std::optional<Tick> due = wheel.NextDue();
  if (!due) return std::nullopt;
  return InstantOf(*due);
}

}  // namespace stepwheel::engine
