// The commands of a Decision: answers, timers and stops that meet an execution
// which waits, and the aborts that follow a failure.

#include <utility>

#include "asl/check.h"
#include "asl/quotas.h"
#include "engine/deadlines.h"
#include "engine/decide.h"
#include "engine/integrations/answer.h"
#include "engine/mocks/submitted.h"
#include "engine/states/states.h"

namespace stepwheel::engine {
namespace {

using T = EventType;
using Kind = asl::Resource::Kind;

// The event that closes an attempt, by what kind of Resource it is.
struct AttemptEvents {
  EventType succeeded, failed, timed_out;
};
AttemptEvents EventsOf(Kind kind) {
  switch (kind) {
    case Kind::kActivity:
      return {T::kActivitySucceeded, T::kActivityFailed, T::kActivityTimedOut};
    case Kind::kLambdaFunction:
      return {T::kLambdaFunctionSucceeded, T::kLambdaFunctionFailed,
              T::kLambdaFunctionTimedOut};
    case Kind::kService:
      break;
  }
  return {T::kTaskSucceeded, T::kTaskFailed, T::kTaskTimedOut};
}

}  // namespace

void Decision::HandOut(FrameId id, int64_t position,
                       const std::optional<std::string>& worker_name) {
  Frame* frame = e_->FindAttempt(id, position);
  if (frame == nullptr || frame->attempt.started_at) return;
  Event event = EventOf(T::kActivityStarted, *frame);
  event.text = worker_name;
  Emit(std::move(event));
}

// A service's answer that is too large fails its task, unlike a state's output:
// Retry and Catch see it (asl.md 14).
bool Decision::FailIfAnswerTooLarge(const Frame& frame,
                                    const asl::Value& answer) {
  if (answer.text_size() <= asl::kPayloadBytesMax) return false;
  FailTask(frame.id, frame.attempt.position, TooLarge(e_->ResourceOf(frame)));
  return true;
}

void Decision::SubmitTask(FrameId id, int64_t position,
                          const asl::Value& response, ExecutionNumber child) {
  Frame* frame = e_->FindAttempt(id, position);
  if (frame == nullptr || frame->attempt.submitted) return;
  if (FailIfAnswerTooLarge(*frame, response)) return;
  Event event = EventOf(T::kTaskSubmitted, *frame);
  event.payload = response;
  event.number = child;
  Emit(std::move(event));
}

// A token may be answered before the request that carried it has returned;
// TaskSubmitted still comes first (timeouts-and-heartbeats.md 8).
void Decision::SubmitEarly(const Frame& frame) {
  if (!e_->ResourceOf(frame).takes_token()) return;
  SubmitTask(frame.id, frame.attempt.position, asl::Value::EmptyObject());
}

void Decision::FailByToken(FrameId id, int64_t position, asl::Error error) {
  Frame* frame = e_->FindAttempt(id, position);
  if (frame == nullptr || FailIfDeleted(*frame)) return;
  SubmitEarly(*frame);
  FailTask(id, position, std::move(error));
}

void Decision::AnswerTask(FrameId id, int64_t position,
                          const asl::Value& output) {
  Frame* frame = e_->FindAttempt(id, position);
  if (frame == nullptr || FailIfDeleted(*frame)) return;
  const asl::Resource& resource = e_->ResourceOf(*frame);
  SubmitEarly(*frame);
  if (ended() || FailIfAnswerTooLarge(*frame, output)) return;
  Event event = EventOf(EventsOf(resource.kind).succeeded, *frame);
  event.payload = output;
  if (!Emit(std::move(event))) return;
  Complete(*frame, output);
}

void Decision::FailTask(FrameId id, int64_t position, asl::Error error) {
  Frame* frame = e_->FindAttempt(id, position);
  if (frame == nullptr || FailIfDeleted(*frame)) return;
  const asl::Resource& resource = e_->ResourceOf(*frame);
  Event event = EventOf(EventsOf(resource.kind).failed, *frame);
  event.error = error.name;
  event.cause = error.cause;
  if (!Emit(std::move(event))) return;
  Fail(*frame, std::move(error), true);
}

void Decision::AnswerMock(const Frame& frame) {
  // The answer ends the attempt that holds both.
  const std::shared_ptr<const MockedCall> mock = frame.attempt.mock;
  const asl::Value returned = frame.attempt.mocked_return;
  const int64_t position = frame.attempt.position;
  if (mock->answer == MockAnswer::kThrow) {
    return FailTask(frame.id, position, asl::Error{mock->error, mock->cause});
  }
  const asl::Resource& resource = e_->ResourceOf(frame);
  AnswerTask(frame.id, position, MockedResult(resource, returned));
}

void Decision::TimeOutTask(Frame& frame) {
  Deadline deadline = *FrameDeadline(frame);
  const asl::Resource& resource = e_->ResourceOf(frame);
  const CancelCall cancel{{e_->record.number, frame.attempt.position},
                          frame.attempt.child};
  Event event = EventOf(EventsOf(resource.kind).timed_out, frame);
  event.error = std::string(asl::kStatesTimeout);
  event.timeout_kind = deadline.kind == DeadlineKind::kHeartbeat
                           ? asl::TimeoutKind::kHeartbeat
                           : asl::TimeoutKind::kTotal;
  // The event bears the deadline, not the moment somebody noticed
  // (timeouts-and-heartbeats.md 2).
  event.timestamp = deadline.due;
  asl::Error error{event.error, std::nullopt, event.timeout_kind};
  if (!Emit(std::move(event))) return;
  if (resource.kind != Kind::kActivity) Add(cancel);
  Fail(frame, std::move(error), true);
}

void Decision::TimerFired(FrameId id) {
  Frame* frame = e_->FindFrame(id);
  if (frame == nullptr || ended()) return;
  std::optional<Deadline> deadline = FrameDeadline(*frame);
  if (!deadline || deadline->due > now_) return;  // It has moved since.
  if (FailIfDeleted(*frame)) return;
  switch (frame->phase) {
    case Phase::kWaiting:
      return EndWait(*this, *frame);
    case Phase::kBackoff:
      return Resume(*frame);
    case Phase::kTask:
      if (deadline->kind == DeadlineKind::kMockAnswer) {
        return AnswerMock(*frame);
      }
      return TimeOutTask(*frame);
    default:
      STEPWHEEL_CHECK(false, "a deadline in a phase that has none");
  }
}

void Decision::Resume(Frame& frame) {
  switch (e_->StateOf(frame).type) {
    case asl::StateType::kTask:
      return EnterTask(*this, frame);
    case asl::StateType::kParallel:
      return EnterParallel(*this, frame);
    case asl::StateType::kMap:
      return EnterMap(*this, frame);
    default:
      STEPWHEEL_CHECK(false, "a Retrier on a state that has none");
  }
}

void Decision::MachineTimedOut() {
  Event event;
  event.type = T::kExecutionTimedOut;
  event.error = std::string(asl::kStatesTimeout);
  event.timeout_kind = asl::TimeoutKind::kTotal;
  event.timestamp = MachineDeadline(*e_).due;
  Emit(std::move(event));
}

void Decision::Stop(std::optional<std::string> error,
                    std::optional<std::string> cause) {
  Event event;
  event.type = T::kExecutionAborted;
  event.error = std::move(error);
  event.cause = std::move(cause);
  Emit(std::move(event));
}

// Per iteration in index order: MapIterationAborted or MapIterationFailed, then
// what was open inside it (history-events.md 3.10). The frames themselves go
// when the parent retries or exits, or stay for a redrive.
void Decision::AbortChildren(Frame& parent, int64_t previous,
                             const Frame* failed) {
  if (!parent.children) return;
  for (size_t i = 0; i < parent.children->frames.size(); ++i) {
    Frame* child = e_->FindFrame(parent.children->frames[i]);
    if (child == nullptr || child->phase == Phase::kDone) continue;
    if (child->iteration) {
      Event event = EventOf(
          child == failed ? T::kMapIterationFailed : T::kMapIterationAborted,
          *child);
      event.previous = previous;
      event.state = parent.state;
      event.number = child->index;
      if (!Emit(std::move(event))) return;
    }
    AbortFrame(*child, previous, child == failed);
    if (ended()) return;
  }
}

// Every Task that is still entered is told aborted, the failed one included;
// a failed Parallel or Map has had its ...StateFailed (recordings.md).
void Decision::AbortFrame(Frame& frame, int64_t previous, bool failed) {
  if (frame.phase == Phase::kReady) return;
  std::optional<EventType> type;
  switch (e_->StateOf(frame).type) {
    case asl::StateType::kTask:
      type = T::kTaskStateAborted;
      if (frame.attempt.position != 0) {
        Add(CancelCall{{e_->record.number, frame.attempt.position},
                       frame.attempt.child});
      }
      break;
    case asl::StateType::kWait:
      if (frame.phase == Phase::kWaiting) type = T::kWaitStateAborted;
      break;
    case asl::StateType::kParallel:
      if (!failed) type = T::kParallelStateAborted;
      break;
    case asl::StateType::kMap:
      if (!failed) type = T::kMapStateAborted;
      break;
    default:
      break;
  }
  if (!failed) AbortChildren(frame, previous, nullptr);
  if (!type || ended()) return;
  Event event = EventOf(*type, frame);
  event.previous = previous;
  Emit(std::move(event));
}

}  // namespace stepwheel::engine
