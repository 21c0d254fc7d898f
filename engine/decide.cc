#include "engine/decide.h"

#include <algorithm>
#include <utility>

#include "asl/check.h"
#include "asl/json.h"
#include "asl/quotas.h"
#include "engine/apply.h"
#include "engine/deadlines.h"
#include "engine/states/states.h"

namespace stepwheel::engine {
namespace {

using T = EventType;

// Payloads that the execution did not hold before: what a turn's budget counts.
int64_t PayloadBytes(const Event& event) {
  size_t bytes = 0;
  if (event.payload) bytes += event.payload->text_size();
  if (event.effective) bytes += event.effective->text_size();
  return static_cast<int64_t>(bytes);
}

// What stores can read back, with room for what an event wraps around it.
constexpr uint32_t kStateDataDepthMax = asl::kJsonDepthMax - 10;

uint32_t DepthOf(const Event& event) {
  uint32_t depth = 0;
  for (const auto* value : {&event.payload, &event.effective, &event.items}) {
    if (*value) depth = std::max(depth, (*value)->depth());
  }
  for (const auto& [name, value] : event.assigned) {
    depth = std::max(depth, value.depth());
  }
  return depth;
}

Event Refusal(int64_t previous, int64_t id, std::string cause) {
  Event event;
  event.type = T::kExecutionFailed;
  event.id = id;
  event.previous = previous;
  event.error = std::string(asl::kStatesRuntime);
  event.cause = std::move(cause);
  return event;
}

}  // namespace

Decision::Decision(Execution* execution, const DecideContext& context,
                   Instant now, Budget* budget, std::vector<Event>* events,
                   std::vector<Effect>* effects)
    : e_(execution),
      context_(context),
      now_(now),
      budget_(budget),
      events_(events),
      effects_(effects) {}

FrameEnvironment Decision::EnvironmentOf(const Frame& frame) const {
  return FrameEnvironment(*e_, frame, context_.seed,
                          std::max(now_, e_->last_timestamp),
                          context_.interrupt);
}

Event Decision::EventOf(EventType type, const Frame& frame) const {
  Event event;
  event.type = type;
  event.frame = frame.id;
  event.state = frame.state;
  event.previous = frame.tip;
  return event;
}

bool Decision::Emit(Event event) {
  if (ended()) return false;
  bool refused = false;
  if (!IsInternal(event.type)) {
    event.id = e_->last_id + 1;
    // Event 25,000 is this failure, whatever it would have been (quotas.md 2);
    // everything after it is refused.
    if (event.id >= context_.history_events_max &&
        event.type != T::kExecutionSucceeded &&
        event.type != T::kExecutionFailed) {
      refused = true;
      event = Refusal(e_->last_id, event.id,
                      "The execution reached the maximum number of history "
                      "events (" +
                          std::to_string(context_.history_events_max) + ").");
    } else if (DepthOf(event) > kStateDataDepthMax) {
      refused = true;
      event = Refusal(event.previous, event.id,
                      "State data is nested deeper than " +
                          std::to_string(kStateDataDepthMax) + " levels.");
    }
  }
  event.position = e_->position + 1;
  event.timestamp = std::max(event.timestamp, e_->last_timestamp);
  if (event.timestamp < now_ && event.timeout_kind == asl::TimeoutKind::kNone) {
    event.timestamp = now_;
  }
  --budget_->events;
  budget_->payload_bytes -= PayloadBytes(event);
  Apply(event, e_);
  events_->push_back(std::move(event));
  return !refused;
}

void Decision::Start(const std::string& test_case) {
  Event event;
  event.type = T::kExecutionStarted;
  event.payload = e_->input;
  event.text = e_->record.role_arn;
  if (!test_case.empty()) {
    auto mock = std::make_shared<MockedCall>();
    mock->test_case = test_case;
    event.mock = std::move(mock);
  }
  Emit(std::move(event));
}

bool Decision::HasReady() const {
  return !ended() && e_->NextReady() != nullptr;
}

void Decision::Run() {
  while (!ended() && !budget_->spent()) {
    Frame* frame = e_->NextReady();
    if (frame == nullptr) return;
    StepInto(*frame);
  }
}

bool Decision::FailIfDeleted(Frame& frame) {
  const std::string& arn = e_->record.state_machine_arn;
  if (!context_.world->StateMachineDeleted(arn)) return false;
  // A running execution fails at its next transition (history-events.md 3.16).
  FailExecution(frame.tip,
                asl::PlainRuntimeError("State machine " + NameOfArn(arn) +
                                       " has been deleted"));
  return true;
}

void Decision::StepInto(Frame& frame) {
  if (FailIfDeleted(frame)) return;
  const asl::State& state = e_->StateOf(frame);
  Event entered = EventOf(EnteredType(state.type), frame);
  entered.payload = frame.input;
  if (!Emit(std::move(entered))) return;
  switch (state.type) {
    case asl::StateType::kPass:
      return EnterPass(*this, frame);
    case asl::StateType::kTask:
      return EnterTask(*this, frame);
    case asl::StateType::kChoice:
      return EnterChoice(*this, frame);
    case asl::StateType::kWait:
      return EnterWait(*this, frame);
    case asl::StateType::kSucceed:
      return EnterSucceed(*this, frame);
    case asl::StateType::kFail:
      return EnterFail(*this, frame);
    case asl::StateType::kParallel:
      return EnterParallel(*this, frame);
    case asl::StateType::kMap:
      return EnterMap(*this, frame);
  }
}

asl::DataFlow::InPlace Decision::DataFlowOf(const Frame& frame,
                                            FrameEnvironment& env) const {
  asl::DataFlow::Observer observer;
  if (context_.data_flow) {
    observer = [this, &frame](std::string_view stage, const asl::Value& value) {
      context_.data_flow(*e_, frame, stage, value);
    };
  }
  return asl::DataFlow::Of(e_->StateOf(frame), frame.input, env,
                           std::move(observer));
}

void Decision::Complete(Frame& frame, const asl::Value& result) {
  FrameEnvironment env = EnvironmentOf(frame);
  Exit(frame, DataFlowOf(frame, env)->Complete(result),
       e_->StateOf(frame).next);
}

void Decision::Exit(Frame& frame, const asl::Outcome<asl::StateOutput>& left,
                    asl::StateIndex next) {
  if (!left.ok()) return Fail(frame, left.error(), false);
  const asl::State& state = e_->StateOf(frame);
  if (FailIfTooLarge(frame, left->output)) return;
  if (FailIfVariablesTooLarge(frame, left->assigned)) return;
  Event exited = EventOf(ExitedType(state.type), frame);
  exited.payload = left->output;
  exited.next = next;
  exited.assigned = left->assigned;
  if (!Emit(std::move(exited))) return;
  if (next == asl::kNoState) EndFlow(frame);
}

bool Decision::FailIfTooLarge(Frame& frame, const asl::Value& value) {
  if (value.text_size() <= asl::kPayloadBytesMax) return false;
  // Nothing above takes a failure of the Exit that a Catcher itself asked for.
  FailExecution(
      frame.tip,
      asl::Error{std::string(asl::kStatesDataLimitExceeded),
                 "The state/task '" + e_->StateOf(frame).name +
                     "' returned a result with a size exceeding the maximum "
                     "number of bytes service limit."});
  return true;
}

void Decision::EndFlow(Frame& frame) {
  if (frame.parent == 0) {
    Event event;
    event.type = T::kExecutionSucceeded;
    event.previous = frame.tip;
    event.payload = frame.output;
    Emit(std::move(event));
    return;
  }
  if (frame.iteration) return EndIteration(*this, frame);
  JoinParallel(*this, *e_->FindFrame(frame.parent));
}

bool Decision::Announce(const Frame& frame, asl::Error* error) {
  const asl::State& state = e_->StateOf(frame);
  if (std::exchange(error->needs_prefix, false)) {
    error->cause = "An error occurred while executing the state '" +
                   state.name + "' (entered at the event id #" +
                   std::to_string(frame.entered_id) + "). " +
                   error->cause.value_or("");
  }
  if (!std::exchange(error->evaluation_failed, false)) return true;
  Event failed = EventOf(T::kEvaluationFailed, frame);
  // Its parent is the Entered event's own predecessor, in a Wait state the
  // Entered event itself (history-events.md 3.8).
  failed.previous = state.type == asl::StateType::kWait
                        ? frame.entered_id
                        : frame.entered_previous;
  failed.error = error->name;
  failed.cause = error->cause;
  if (!error->location.empty()) failed.text = error->location;
  return Emit(std::move(failed));
}

void Decision::Fail(Frame& frame, asl::Error error, bool from_task) {
  if (ended()) return;
  const bool evaluation_failed = error.evaluation_failed;
  if (!Announce(frame, &error)) return;
  if (error.Is(asl::kStatesRuntime) && !from_task) {
    // Nothing retries or catches it, and inside a branch it ends the execution
    // at once (history-events.md 3.7).
    return FailExecution(frame.tip, error);
  }
  // A Map that cannot start a later iteration has others open.
  AbortChildren(frame, frame.tip, nullptr);
  if (ended()) return;
  if (Retry(frame, error, from_task, frame.tip)) return;
  // Not after ...StateSucceeded: then it is the output that went wrong.
  const bool worked = frame.children && frame.children->open == 0;
  if (evaluation_failed && !worked && !EmitStateFailed(frame, frame.tip)) {
    return;
  }
  if (Catch(frame, error, from_task)) return;
  FailFlow(frame, error, from_task);
}

bool Decision::Retry(Frame& frame, const asl::Error& error, bool from_task,
                     int64_t previous) {
  const asl::State& state = e_->StateOf(frame);
  std::optional<size_t> match =
      asl::MatchingRetrier(state.retry, error, from_task);
  if (!match) return false;
  const asl::Retrier& retrier = state.retry[*match];
  int64_t used = *match < frame.retries.size() ? frame.retries[*match] : 0;
  if (used >= retrier.max_attempts) return false;
  uint64_t random =
      Draw(context_.seed, e_->record.number, e_->position + 1, Use::kJitter, 0);
  int64_t delay = asl::RetryDelayMillis(retrier, used + 1, random);
  Event event = EventOf(T::kRetryScheduled, frame);
  event.previous = previous;
  event.number = static_cast<int64_t>(*match);
  event.error = error.name;
  event.due = std::max(now_, e_->last_timestamp) + Duration(delay);
  Emit(std::move(event));
  return true;
}

bool Decision::Catch(Frame& frame, const asl::Error& error, bool from_task) {
  const asl::State& state = e_->StateOf(frame);
  for (size_t i = 0; i < state.catchers.size(); ++i) {
    const asl::Catcher& catcher = state.catchers[i];
    if (!asl::ErrorEqualsMatches(catcher.error_equals, error, from_task)) {
      continue;
    }
    FrameEnvironment env = EnvironmentOf(frame);
    asl::Outcome<asl::StateOutput> left =
        DataFlowOf(frame, env)->LeaveByCatcher(i, error);
    if (left.ok()) {
      Exit(frame, left, catcher.next);
      return true;
    }
    // What the Catcher itself does wrong is no more caught by this state.
    asl::Error own = left.error();
    if (!Announce(frame, &own)) return true;
    if (own.Is(asl::kStatesQueryEvaluationError)) {
      FailFlow(frame, own, false);
    } else {
      FailExecution(frame.tip, own);
    }
    return true;
  }
  return false;
}

bool Decision::EmitStateFailed(Frame& frame, int64_t previous) {
  std::optional<EventType> type = FailedType(e_->StateOf(frame).type);
  if (!type) return true;
  Event failed = EventOf(*type, frame);
  failed.previous = previous;
  return Emit(std::move(failed));
}

void Decision::FailFlow(Frame& frame, const asl::Error& error, bool from_task) {
  if (frame.parent == 0) return FailExecution(frame.tip, error);
  Frame& parent = *e_->FindFrame(frame.parent);
  const int64_t previous = frame.tip;
  AbortChildren(parent, previous, &frame);
  if (ended()) return;
  // A Retrier comes before ...StateFailed, which is written only at the end
  // (history-events.md 3.9, 3.10).
  if (Retry(parent, error, from_task, previous)) return;
  if (!EmitStateFailed(parent, previous)) return;
  if (Catch(parent, error, from_task)) return;
  FailFlow(parent, error, from_task);
}

void Decision::FailExecution(int64_t previous, const asl::Error& error) {
  Event event;
  event.type = T::kExecutionFailed;
  event.previous = previous;
  event.error = error.name;
  event.cause = error.cause;
  Emit(std::move(event));
}

}  // namespace stepwheel::engine
