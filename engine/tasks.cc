// Commands that name a task by its token, polls for activity tasks, and
// heartbeats (timeouts-and-heartbeats.md 3, 6, 7).

#include <algorithm>
#include <functional>
#include <utility>

#include "asl/json.h"
#include "engine/deadlines.h"
#include "engine/engine_impl.h"

namespace stepwheel::engine {
namespace {

// One flush is cut into commits of this many beats.
constexpr size_t kBeatsPerCommit = 5000;

ApiError InvalidToken() {
  return {ApiErrorCode::kInvalidToken, "Invalid Token: 'Invalid token'"};
}

}  // namespace

// A closed attempt is told from an open one without reading anything back.
Execution* Engine::Impl::NeedAttempt(TurnState& turn, const TaskToken& token) {
  const ParkedWait* wait =
      FindParkedAttempt(token.execution, token.frame, token.position);
  Execution* e = wait != nullptr && wait->started ? Need(turn, token.execution)
                                                  : Find(token.execution);
  if (e == nullptr) return nullptr;
  const Frame* frame = e->FindAttempt(token.frame, token.position);
  if (frame == nullptr || !frame->attempt.started_at) return nullptr;
  NoteNamed({token.execution, token.position});
  return e;
}

std::optional<FrameId> Engine::Impl::FrameOfAttempt(AttemptKey key) {
  if (Execution* e = Find(key.execution)) {
    for (const auto& [id, frame] : e->frames) {
      if (frame.attempt.position == key.position) return id;
    }
  }
  auto at = parked.find(key.execution);
  if (at == parked.end()) return std::nullopt;
  for (const ParkedWait& wait : at->second) {
    if (wait.position == key.position) return wait.frame;
  }
  return std::nullopt;
}

std::optional<ApiError> Engine::Impl::CheckToken(const std::string& text,
                                                 TaskToken* token) const {
  std::optional<TaskToken> read = ParseTaskToken(text, context.token_key);
  if (!read) return InvalidToken();
  *token = *read;
  return std::nullopt;
}

// A token of ours whose attempt is closed. The message names the activity, so
// the definition the execution was started with is looked up.
ApiError Engine::Impl::ClosedTask(const TaskToken& token) {
  std::string name = "Provided task does not exist anymore";
  auto record = store->Execution(token.execution);
  if (record.ok()) {
    auto machine = Machine(record->definition_hash);
    if (machine.ok() && token.state >= 0 &&
        token.state < static_cast<int32_t>((*machine)->states.size())) {
      const asl::State& state = (*machine)->state(token.state);
      const auto* task = std::get_if<asl::TaskState>(&state.body);
      if (task != nullptr &&
          task->resource.kind == asl::Resource::Kind::kActivity) {
        name = task->resource.arn;
      }
    }
  }
  return {ApiErrorCode::kTaskTimedOut, "Task Timed Out: '" + name + "'"};
}

void Engine::Impl::NoteBeat(Execution& execution, Frame& frame, Instant at) {
  Attempt& attempt = frame.attempt;
  attempt.last_heartbeat =
      std::max(at, attempt.last_heartbeat.value_or(*attempt.started_at));
  if (attempt.beat_dirty || attempt.heartbeat_seconds == 0) return;
  attempt.beat_dirty = true;
  if (execution.beaten.empty()) beaten.push_back(execution.record.number);
  execution.beaten.push_back(frame.id);
}

// False: the attempt is closed.
bool Engine::Impl::Beat(const TaskToken& token, Instant at) {
  Execution* execution = Find(token.execution);
  if (execution == nullptr) return BeatParked(token, at);
  Frame* frame = execution->FindAttempt(token.frame, token.position);
  if (frame == nullptr || !frame->attempt.started_at) return false;
  NoteNamed({token.execution, token.position});
  NoteBeat(*execution, *frame, at);
  // Without a deadline an old timer may still be there until the commit.
  std::optional<Deadline> deadline = FrameDeadline(*frame);
  if (frame->timer == kNoTimer || !deadline) return true;
  wheel.Arm(frame->timer, TickOf(deadline->due));
  ++timer_counts.rearmed;
  return true;
}

// Where a beat moves the deadline of a script only the script tells, and that
// is not in memory.
bool Engine::Impl::IsParkedMock(const TaskToken& token) {
  if (census.of(WaitKind::kMock) == 0) return false;
  const ParkedWait* wait =
      FindParkedAttempt(token.execution, token.frame, token.position);
  return wait != nullptr && wait->kind == WaitKind::kMock;
}

// The same for an execution that is not in memory, nor needs to be.
bool Engine::Impl::BeatParked(const TaskToken& token, Instant at) {
  auto found = parked.find(token.execution);
  if (found == parked.end()) return false;
  Parked& p = found->second;
  ParkedWait* wait = p.FindAttempt(token.frame, token.position);
  if (wait == nullptr || !wait->started) return false;
  NoteNamed({token.execution, token.position});
  wait->clocks.beat = std::max(at, wait->clocks.beat);
  if (wait->clocks.heartbeat_seconds == 0) return true;
  if (!wait->beat_dirty) {
    if (!p.beaten) beaten.push_back(token.execution);
    wait->beat_dirty = p.beaten = true;
  }
  ArmParked(*wait);
  ++timer_counts.rearmed;
  return true;
}

// Whether this execution runs and has no timer that is due, whatever the others
// have: when very many time out at once, those that beat do not wait for them.
// False also if that takes long to tell, or if a parent may stop it.
bool Engine::Impl::NothingDueIn(ExecutionNumber number, Instant at) const {
  constexpr size_t kMost = 16;
  if (IsAwaited(number)) return false;
  const auto later = [at](const std::optional<Deadline>& deadline) {
    return !deadline || TickOf(deadline->due) > TickOf(at);
  };
  if (auto it = executions.find(number); it != executions.end()) {
    const Execution& e = *it->second;
    return !e.ended() && e.frames.size() <= kMost &&
           later(MachineDeadline(e)) &&
           std::all_of(e.frames.begin(), e.frames.end(), [&](const auto& f) {
             return later(FrameDeadline(f.second));
           });
  }
  auto it = parked.find(number);
  if (it == parked.end() || it->second.count > kMost) return false;
  const Parked& p = it->second;
  return TickOf(p.machine_due) > TickOf(at) &&
         std::all_of(p.begin(), p.end(), [&](const ParkedWait& wait) {
           return later(NextDeadline(wait.clocks));
         });
}

void Engine::Impl::AppendBeats(ExecutionNumber number, const Parked& parked,
                               Batch* batch) {
  for (const ParkedWait& wait : parked) {
    if (!wait.beat_dirty) continue;
    batch->put_beats.push_back({number, wait.position, wait.clocks.beat});
  }
}

void Engine::Impl::BeatsStored(Parked& parked) {
  for (ParkedWait& wait : parked) wait.beat_dirty = false;
  parked.beaten = false;
}

void Engine::Impl::AppendBeats(const Execution& execution, Batch* batch) {
  for (FrameId id : execution.beaten) {
    const Frame* frame = execution.FindFrame(id);
    if (frame == nullptr || !frame->attempt.beat_dirty) continue;
    batch->put_beats.push_back({execution.record.number,
                                frame->attempt.position,
                                *frame->attempt.last_heartbeat});
  }
}

void Engine::Impl::BeatsStored(Execution& execution) {
  for (FrameId id : execution.beaten) {
    if (Frame* frame = execution.FindFrame(id)) {
      frame->attempt.beat_dirty = false;
    }
  }
  execution.beaten.clear();
}

// A round takes what is there when it begins. In order of execution: beats that
// lie on one page of a store are written together, and the page once.
bool Engine::Impl::FlushSomeBeats(size_t most) {
  if (degraded) return false;
  if (flushing.empty()) {
    flushing = std::exchange(beaten, {});
    std::sort(flushing.begin(), flushing.end(), std::greater<>());
  }
  Batch batch;
  std::vector<ExecutionNumber> done;
  while (!flushing.empty() && batch.put_beats.size() < most) {
    const ExecutionNumber number = flushing.back();
    flushing.pop_back();
    done.push_back(number);
    if (Execution* e = Find(number)) {
      AppendBeats(*e, &batch);
    } else if (auto at = parked.find(number); at != parked.end()) {
      AppendBeats(number, at->second, &batch);
    }
  }
  if (!batch.put_beats.empty()) {
    absl::Status status = store->Commit(batch);
    if (!status.ok()) {
      // They stay dirty and go with a later flush.
      beaten.insert(beaten.end(), done.begin(), done.end());
      beaten.insert(beaten.end(), flushing.begin(), flushing.end());
      flushing.clear();
      Log("error",
          "heartbeats could not be stored: " + std::string(status.message()));
      return false;
    }
  }
  for (ExecutionNumber number : done) {
    if (Execution* e = Find(number)) {
      BeatsStored(*e);
    } else if (auto at = parked.find(number); at != parked.end()) {
      BeatsStored(at->second);
    }
  }
  return !flushing.empty();
}

void Engine::FlushBeats() {
  // The rest of a round that has begun, then what came since.
  for (int round = 0; round < 2; ++round) {
    while (FlushSomeBeats(kBeatsPerCommit)) {
    }
  }
}

bool Engine::FlushSomeBeats(size_t most) { return impl_->FlushSomeBeats(most); }

bool Engine::TimerDue(Instant at) const {
  return TickOf(at) >= impl_->quiet_until;
}

void Engine::SendTaskHeartbeat(std::string_view task_token, Received at,
                               Reply<Nothing> reply) {
  std::optional<TaskToken> token =
      ParseTaskToken(task_token, impl_->context.token_key);
  if (!token) return reply(InvalidToken());
  // No timer is due that could end the attempt: the answer is known now, and no
  // commit has to be waited for. Commands that wait to be decided have had no
  // answer, so nobody can tell that the beat came after them.
  if (!impl_->degraded && !impl_->IsParkedMock(*token) &&
      (!TimerDue(at.arrived) ||
       impl_->NothingDueIn(token->execution, at.arrived))) {
    if (impl_->Beat(*token, at.read)) return reply(Nothing{});
    return reply(impl_->ClosedTask(*token));
  }
  impl_->Submit(
      at,
      [this, token = *token, reply](TurnState& turn, Instant now) {
        Result<Nothing> result = Nothing{};
        if (impl_->IsParkedMock(token)) impl_->Need(turn, token.execution);
        if (!turn.failure.ok()) return turn.Answer(reply, result);
        if (!impl_->Beat(token, now)) result = impl_->ClosedTask(token);
        turn.Answer(reply, result);
      },
      Refuse(reply), token->execution);
}

Engine::PollId Engine::GetActivityTask(GetActivityTaskRequest request,
                                       Instant at,
                                       Reply<GetActivityTaskAnswer> reply) {
  const PollId id = ++impl_->last_poll;
  impl_->poll_activity[id] = request.activity_arn;
  if (impl_->options.wall_ms) {
    impl_->polled[request.activity_arn] = impl_->options.wall_ms();
  }
  impl_->Submit(
      at,
      [impl = impl_.get(), request, reply, id](TurnState& turn, Instant) {
        // Withdrawn before its turn came.
        if (impl->poll_activity.count(id) == 0) {
          return turn.Answer(
              reply, Result<GetActivityTaskAnswer>(GetActivityTaskAnswer{}));
        }
        auto fail = [&](ApiErrorCode code, std::string message) {
          impl->poll_activity.erase(id);
          turn.Answer(reply, Result<GetActivityTaskAnswer>(
                                 ApiError{code, std::move(message)}));
        };
        const std::string& arn = request.activity_arn;
        if (impl->activities.count(arn) == 0) {
          return fail(ApiErrorCode::kActivityDoesNotExist,
                      "Activity Does Not Exist: '" + arn + "'");
        }
        ActivityQueue& queue = impl->queues[arn];
        if (queue.polls.size() >= kPollersMax) {
          return fail(ApiErrorCode::kActivityWorkerLimitExceeded,
                      "The activity " + arn +
                          " already has the maximum number of workers that "
                          "poll it (1000).");
        }
        queue.polls.emplace(
            id, Poll{id, request.worker_name, reply, request.alive});
        impl->matchable.insert(arn);
      },
      [impl = impl_.get(), refuse = Refuse(reply), id] {
        impl->poll_activity.erase(id);
        refuse();
      });
  return id;
}

void Engine::WithdrawPoll(PollId id, bool answer) {
  auto it = impl_->poll_activity.find(id);
  if (it == impl_->poll_activity.end()) return;
  auto queue = impl_->queues.find(it->second);
  impl_->poll_activity.erase(it);
  if (queue == impl_->queues.end()) return;
  auto poll = queue->second.polls.find(id);
  if (poll == queue->second.polls.end()) return;
  Reply<GetActivityTaskAnswer> reply = std::move(poll->second.reply);
  queue->second.polls.erase(poll);
  if (answer) reply(GetActivityTaskAnswer{});
}

void Engine::SendTaskSuccess(SendTaskSuccessRequest request, Received at,
                             Reply<Nothing> reply) {
  // Precedence: token, then output, then whether the task is open
  // (timeouts-and-heartbeats.md 6).
  TaskToken token;
  if (auto error = impl_->CheckToken(request.task_token, &token)) {
    return reply(*error);
  }
  asl::JsonError json_error;
  std::optional<asl::Value> output =
      asl::ParseJson(request.output, &json_error, true);
  if (!output) {
    return reply(ApiError{
        ApiErrorCode::kInvalidOutput,
        "Invalid Output: '" + request.output + "' is not valid JSON."});
  }
  impl_->Submit(
      at,
      [impl = impl_.get(), token, output = *output, reply](TurnState& turn,
                                                           Instant now) {
        Execution* execution = impl->NeedAttempt(turn, token);
        if (execution == nullptr) {
          return turn.Answer(reply, Result<Nothing>(impl->ClosedTask(token)));
        }
        impl->Decide(turn, execution, now, [&](Decision& decision) {
          decision.AnswerTask(token.frame, token.position, output);
        });
        turn.Answer(reply, Result<Nothing>(Nothing{}));
      },
      Refuse(reply), token.execution);
}

void Engine::SendTaskFailure(SendTaskFailureRequest request, Received at,
                             Reply<Nothing> reply) {
  TaskToken token;
  if (auto error = impl_->CheckToken(request.task_token, &token)) {
    return reply(*error);
  }
  impl_->Submit(
      at,
      [impl = impl_.get(), token, request, reply](TurnState& turn,
                                                  Instant now) {
        Execution* execution = impl->NeedAttempt(turn, token);
        if (execution == nullptr) {
          return turn.Answer(reply, Result<Nothing>(impl->ClosedTask(token)));
        }
        impl->Decide(turn, execution, now, [&](Decision& decision) {
          decision.FailByToken(token.frame, token.position,
                               asl::Error{request.error, request.cause});
        });
        turn.Answer(reply, Result<Nothing>(Nothing{}));
      },
      Refuse(reply), token.execution);
}

// Tasks that closed before anybody polled leave a queue when a poll meets them;
// where nobody polls they are swept out, in time that is linear overall.
void Engine::Impl::SweepQueues() {
  for (const std::string& arn : std::exchange(grown, {})) {
    ActivityQueue& queue = queues[arn];
    if (queue.tasks.size() < 2 * queue.swept + 1000) continue;
    std::erase_if(queue.tasks,
                  [this](const QueuedTask& task) { return !IsQueued(task); });
    queue.swept = queue.tasks.size();
  }
}

}  // namespace stepwheel::engine
