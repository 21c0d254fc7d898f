#include "engine/engine.h"

#include <algorithm>
#include <utility>

#include "asl/check.h"
#include "engine/deadlines.h"
#include "engine/engine_impl.h"

namespace stepwheel::engine {
Engine::Impl::Impl(EngineOptions o, Clock* c, Store* s, Dispatcher* d)
    : options(std::move(o)),
      clock(c),
      store(s),
      dispatcher(d),
      wheel(TickOf(c->Now())) {
  context.world = this;
  context.history_events_max = options.history_events_max;
  context.interrupt =
      options.interrupt != nullptr ? options.interrupt : &counting;
  context.mocks = options.mocks;
  recovered_at = clock->Now();
}

Engine::Engine(EngineOptions options, Clock* clock, Store* store,
               Dispatcher* dispatcher)
    : impl_(std::make_unique<Impl>(std::move(options), clock, store,
                                   dispatcher)) {}
Engine::~Engine() = default;

absl::Status Engine::Recover() { return impl_->Recover(); }
bool Engine::Turn() { return impl_->Turn(); }
std::optional<Instant> Engine::NextWake() { return impl_->NextWake(); }

bool Engine::idle() const {
  return impl_->inbox.empty() && impl_->continues.empty() &&
         impl_->child_starts.empty() && impl_->firing.empty() &&
         !impl_->degraded;
}

void Engine::CreateStateMachine(CreateStateMachineRequest request, Instant at,
                                Reply<CreateStateMachineAnswer> reply) {
  impl_->Submit(
      at,
      [impl = impl_.get(), request = std::move(request), reply](TurnState& turn,
                                                                Instant now) {
        turn.Answer(reply, impl->CreateMachine(turn, request, now));
      },
      Refuse(reply), Impl::kNone);
}

void Engine::UpdateStateMachine(UpdateStateMachineRequest request, Instant at,
                                Reply<UpdateStateMachineAnswer> reply) {
  impl_->Submit(
      at,
      [impl = impl_.get(), request = std::move(request), reply](TurnState& turn,
                                                                Instant now) {
        turn.Answer(reply, impl->UpdateMachine(turn, request, now));
      },
      Refuse(reply));
}

void Engine::DescribeStateMachine(std::string arn, Instant at,
                                  Reply<DescribeStateMachineAnswer> reply) {
  // Reads are commands too, answered after the commit: no answer shows what a
  // crash could still take back.
  impl_->SubmitRead(
      at,
      [impl = impl_.get(), arn, reply] { reply(impl->DescribeMachine(arn)); },
      Refuse(reply));
}

void Engine::DescribeStateMachineForExecution(
    std::string arn, Instant at, Reply<DescribeStateMachineAnswer> reply) {
  impl_->SubmitRead(
      at,
      [impl = impl_.get(), arn, reply] { reply(impl->DescribePinned(arn)); },
      Refuse(reply));
}

void Engine::ListStateMachines(ListRequest request, Instant at,
                               Reply<ListStateMachinesAnswer> reply) {
  impl_->SubmitRead(
      at,
      [impl = impl_.get(), request, reply] {
        auto page = impl->PageOf(impl->machines, request, "machines:");
        if (!page.ok()) return reply(page.error());
        reply(ListStateMachinesAnswer{page->first, page->second});
      },
      Refuse(reply));
}

void Engine::ListActivities(ListRequest request, Instant at,
                            Reply<ListActivitiesAnswer> reply) {
  impl_->SubmitRead(
      at,
      [impl = impl_.get(), request, reply] {
        auto page = impl->PageOf(impl->activities, request, "activities:");
        if (!page.ok()) return reply(page.error());
        reply(ListActivitiesAnswer{page->first, page->second});
      },
      Refuse(reply));
}

void Engine::DeleteStateMachine(std::string arn, Instant at,
                                Reply<Nothing> reply) {
  impl_->Submit(
      at,
      [impl = impl_.get(), arn, reply](TurnState& turn, Instant) {
        impl->DeleteMachine(turn, arn);
        turn.Answer(reply, Result<Nothing>(Nothing{}));
      },
      Refuse(reply));
}

void Engine::StartExecution(StartExecutionRequest request, Instant at,
                            Reply<StartExecutionAnswer> reply) {
  impl_->Submit(
      at,
      [impl = impl_.get(), request = std::move(request), reply](TurnState& turn,
                                                                Instant now) {
        turn.Answer(reply, impl->Start(turn, request, now));
      },
      Refuse(reply), Impl::kNone);
}

void Engine::DescribeExecution(std::string arn, Instant at,
                               Reply<ExecutionRecord> reply) {
  impl_->SubmitRead(
      at, [impl = impl_.get(), arn, reply] { reply(impl->Describe(arn)); },
      Refuse(reply));
}

void Engine::ListExecutions(ListExecutionsRequest request, Instant at,
                            Reply<ListExecutionsAnswer> reply) {
  impl_->SubmitRead(
      at, [impl = impl_.get(), request, reply] { reply(impl->List(request)); },
      Refuse(reply));
}

void Engine::GetExecutionHistory(GetExecutionHistoryRequest request, Instant at,
                                 Reply<GetExecutionHistoryAnswer> reply) {
  impl_->SubmitRead(
      at,
      [impl = impl_.get(), request, reply] { reply(impl->History(request)); },
      Refuse(reply));
}

void Engine::StopExecution(StopExecutionRequest request, Instant at,
                           Reply<StopExecutionAnswer> reply) {
  impl_->Submit(
      at,
      [impl = impl_.get(), request, reply](TurnState& turn, Instant now) {
        turn.Answer(reply, impl->Stop(turn, request, now));
      },
      Refuse(reply));
}

void Engine::CreateActivity(std::string name, Instant at,
                            Reply<CreateActivityAnswer> reply) {
  impl_->Submit(
      at,
      [impl = impl_.get(), name, reply](TurnState& turn, Instant now) {
        const std::string arn = impl->Arn("activity", name);
        auto it = impl->activities.find(arn);
        Instant created = now;
        if (it != impl->activities.end()) {
          created = it->second.creation_date;
        } else {
          ActivityRecord record;
          record.arn = arn;
          record.name = name;
          record.creation_date = now;
          impl->PutActivity(turn, std::move(record));
        }
        turn.Answer(reply, Result<CreateActivityAnswer>(
                               CreateActivityAnswer{arn, created}));
      },
      Refuse(reply), Impl::kNone);
}

void Engine::DescribeActivity(std::string arn, Instant at,
                              Reply<ActivityRecord> reply) {
  impl_->Submit(
      at,
      [impl = impl_.get(), arn, reply](TurnState& turn, Instant) {
        auto it = impl->activities.find(arn);
        if (it != impl->activities.end()) {
          return turn.Answer(reply, Result<ActivityRecord>(it->second));
        }
        turn.Answer(reply, Result<ActivityRecord>(ApiError{
                               ApiErrorCode::kActivityDoesNotExist,
                               "Activity Does Not Exist: '" + arn + "'"}));
      },
      Refuse(reply), Impl::kNone);
}

void Engine::DeleteActivity(std::string arn, Instant at, Reply<Nothing> reply) {
  impl_->Submit(
      at,
      [impl = impl_.get(), arn, reply](TurnState& turn, Instant) {
        impl->RemoveActivity(turn, arn);
        turn.Answer(reply, Result<Nothing>(Nothing{}));
      },
      Refuse(reply));
}

void Engine::CallSubmitted(AttemptKey key, asl::Value response, Received at) {
  impl_->OnCall(
      key, at, [response](Decision& decision, FrameId frame, int64_t position) {
        decision.SubmitTask(frame, position, response);
      });
}

void Engine::CallSucceeded(AttemptKey key, asl::Value result, Received at) {
  impl_->OnCall(key, at,
                [result](Decision& decision, FrameId frame, int64_t position) {
                  decision.AnswerTask(frame, position, result);
                });
}

void Engine::CallFailed(AttemptKey key, asl::Error error, Received at) {
  impl_->OnCall(key, at,
                [error](Decision& decision, FrameId frame, int64_t position) {
                  decision.FailTask(frame, position, error);
                });
}

// An answer from outside names only its attempt; a late one meets none.
void Engine::Impl::OnCall(
    AttemptKey key, Received at,
    std::function<void(Decision&, FrameId, int64_t)> apply) {
  SubmitKept(at, [this, key, apply](TurnState& turn, Instant now) {
    const std::optional<FrameId> frame = FrameOfAttempt(key);
    if (!frame) return;
    Execution* e = Need(turn, key.execution);
    if (e == nullptr) return;
    Decide(turn, e, now,
           [&](Decision& decision) { apply(decision, *frame, key.position); });
  });
}

void Engine::ClockLeapt() {
  const Instant now = impl_->clock->Now();
  impl_->recovered_at = now;
  for (auto& [number, execution] : impl_->executions) {
    impl_->ApplyGrace(*execution, now);
  }
  for (auto& [number, parked] : impl_->parked) impl_->ApplyGrace(parked, now);
}

void Engine::SetObserver(Observer observer) {
  impl_->observer = std::move(observer);
}
void Engine::SetDataFlowObserver(DataFlowObserver observer) {
  impl_->context.data_flow = std::move(observer);
}
const std::string& Engine::region() const { return impl_->options.region; }
const std::string& Engine::account() const { return impl_->options.account; }

}  // namespace stepwheel::engine
