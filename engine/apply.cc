#include "engine/apply.h"

#include <algorithm>
#include <utility>

#include "asl/check.h"
#include "engine/integrations/integration.h"

namespace stepwheel::engine {
namespace {

using T = EventType;

Frame& FrameOf(const Event& event, Execution* e) {
  Frame* frame = e->FindFrame(event.frame);
  STEPWHEEL_CHECK(frame != nullptr, "an event names a frame that is gone");
  return *frame;
}

void Touch(Frame& frame, Execution* e) { e->touched.push_back(frame.id); }

int64_t BytesOf(const asl::Value& value) {
  return static_cast<int64_t>(value.text_size());
}

void DropFrame(FrameId id, Execution* e);

void DropChildren(Frame& frame, Execution* e) {
  if (!frame.children) return;
  std::unique_ptr<Children> children = std::move(frame.children);
  for (FrameId child : children->frames) {
    if (child != 0) DropFrame(child, e);
  }
}

void DropFrame(FrameId id, Execution* e) {
  Frame* frame = e->FindFrame(id);
  if (frame == nullptr) return;
  DropChildren(*frame, e);
  if (frame->timer != kNoTimer) e->dropped_timers.push_back(frame->timer);
  for (const auto& [name, value] : frame->variables) {
    if (!value.is_null()) e->variable_bytes -= BytesOf(value);
  }
  e->frames.erase(id);
}

Frame& AddFrame(Frame* parent, int64_t index, asl::StateIndex state,
                asl::Value input, int64_t tip, Execution* e) {
  Frame frame;
  frame.id = e->next_frame++;
  frame.parent = parent ? parent->id : 0;
  frame.index = index;
  frame.state = state;
  frame.input = std::move(input);
  frame.tip = tip;
  e->ready.push_back(frame.id);
  return e->frames.emplace(frame.id, std::move(frame)).first->second;
}

void ApplyExecutionStarted(const Event& event, Execution* e) {
  e->record.start_date = event.timestamp;
  if (event.mock) {
    e->mocks = std::make_unique<ExecutionMocks>();
    e->mocks->test_case = event.mock->test_case;
  }
  AddFrame(nullptr, 0, e->machine->flows[0].start_at, *event.payload, 0, e);
}

void ApplyEnd(const Event& event, ExecutionStatus status, Execution* e) {
  e->record.status = status;
  e->record.stop_date = event.timestamp;
  // A timed out execution shows no error (timeouts-and-heartbeats.md 5).
  if (status != ExecutionStatus::kTimedOut) {
    e->record.error = event.error;
    e->record.cause = event.cause;
  }
  if (event.payload) e->record.output = event.payload->Text();
  for (auto& [id, frame] : e->frames) Touch(frame, e);
}

void ApplyEntered(const Event& event, Execution* e) {
  Frame& frame = FrameOf(event, e);
  while (!e->ready.empty() && e->ready.front() != frame.id) {
    e->ready.pop_front();  // Stale: closed before its turn came.
  }
  STEPWHEEL_CHECK(!e->ready.empty(), "a frame enters a state out of turn");
  e->ready.pop_front();
  frame.phase = Phase::kEntered;
  frame.entered_id = event.id;
  frame.entered_previous = event.previous;
  frame.entered_at = event.timestamp;
  frame.retries.clear();
  frame.retry_count = 0;
}

void ApplyExited(const Event& event, Execution* e) {
  Frame& frame = FrameOf(event, e);
  DropChildren(frame, e);
  for (const auto& [name, value] : event.assigned) {
    asl::Value& variable = frame.variables[name];
    if (!variable.is_null()) e->variable_bytes -= BytesOf(variable);
    variable = value;
    if (!variable.is_null()) e->variable_bytes += BytesOf(variable);
  }
  Touch(frame, e);
  if (event.next != asl::kNoState) {
    frame.state = event.next;
    frame.input = *event.payload;
    frame.phase = Phase::kReady;
    e->ready.push_back(frame.id);
    return;
  }
  frame.phase = Phase::kDone;
  frame.output = *event.payload;
  if (Frame* parent = e->FindFrame(frame.parent)) {
    parent->children->tip = event.id;
    if (!frame.iteration) --parent->children->open;
  }
}

// Parameters are evaluated once for an attempt; what is looked at again later
// stays in the frame.
bool KeepsInput(const Event& event, const Execution& e) {
  if (event.type == T::kActivityScheduled) return true;
  if (event.type != T::kTaskScheduled || event.state < 0) return false;
  const auto* task =
      std::get_if<asl::TaskState>(&e.machine->state(event.state).body);
  return task && event.payload && StartsExecution(task->resource);
}

void ApplyScheduled(const Event& event, Execution* e) {
  Frame& frame = FrameOf(event, e);
  frame.phase = Phase::kTask;
  frame.attempt = Attempt{};
  frame.attempt.position = event.position;
  frame.attempt.scheduled_at = event.timestamp;
  frame.attempt.timeout_seconds = event.timeout_seconds;
  frame.attempt.heartbeat_seconds = event.heartbeat_seconds;
  if (KeepsInput(event, *e)) frame.attempt.input = *event.payload;
  if (event.mock) {
    frame.attempt.mock = event.mock;
    if (event.effective) frame.attempt.mocked_return = *event.effective;
    if (e->mocks) e->mocks->calls[frame.state] = event.mock->number + 1;
  }
  Touch(frame, e);
}

void ApplyAttemptStarted(const Event& event, Execution* e) {
  Frame& frame = FrameOf(event, e);
  frame.attempt.started_at = event.timestamp;
  Touch(frame, e);
}

void ApplyAttemptEnded(const Event& event, Execution* e) {
  Frame& frame = FrameOf(event, e);
  frame.attempt = Attempt{};
  frame.phase = Phase::kEntered;
  Touch(frame, e);
}

void ApplyWaitScheduled(const Event& event, Execution* e) {
  Frame& frame = FrameOf(event, e);
  frame.phase = Phase::kWaiting;
  frame.due = event.due;
  Touch(frame, e);
}

void ApplyRetryScheduled(const Event& event, Execution* e) {
  Frame& frame = FrameOf(event, e);
  DropChildren(frame, e);
  frame.phase = Phase::kBackoff;
  frame.due = event.due;
  frame.tip = event.previous;  // The failing event, perhaps a child's.
  size_t retrier = static_cast<size_t>(event.number);
  if (frame.retries.size() <= retrier) frame.retries.resize(retrier + 1);
  ++frame.retries[retrier];
  ++frame.retry_count;
  Touch(frame, e);
}

void ApplyParallelStarted(const Event& event, Execution* e) {
  Frame& frame = FrameOf(event, e);
  DropChildren(frame, e);
  const auto& branches = e->StateOf(frame).As<asl::ParallelState>().branches;
  auto children = std::make_unique<Children>();
  children->effective = *event.effective;
  children->open = static_cast<int64_t>(branches.size());
  children->tip = event.id;
  children->frames.reserve(branches.size());
  frame.phase = Phase::kChildren;
  frame.children = std::move(children);
  Children* c = frame.children.get();
  for (size_t i = 0; i < branches.size(); ++i) {
    Frame& branch = AddFrame(&frame, static_cast<int64_t>(i),
                             e->machine->flows[branches[i]].start_at,
                             c->effective, event.id, e);
    c->frames.push_back(branch.id);
  }
  Touch(frame, e);
}

void ApplyMapStarted(const Event& event, Execution* e) {
  Frame& frame = FrameOf(event, e);
  DropChildren(frame, e);
  auto children = std::make_unique<Children>();
  children->effective = *event.effective;
  children->items = *event.items;
  children->concurrency = event.concurrency;
  children->open = event.number;
  children->tip = event.id;
  children->frames.resize(event.number, 0);
  children->results.resize(event.number);
  frame.phase = Phase::kChildren;
  frame.children = std::move(children);
  Touch(frame, e);
}

void ApplyIterationStarted(const Event& event, Execution* e) {
  Frame& frame = FrameOf(event, e);
  const auto& map = e->StateOf(frame).As<asl::MapState>();
  Frame& iteration =
      AddFrame(&frame, event.number, e->machine->flows[map.processor].start_at,
               *event.effective, event.id, e);
  iteration.iteration = true;
  frame.children->frames[event.number] = iteration.id;
  frame.children->next_index = event.number + 1;
}

void ApplyIterationSucceeded(const Event& event, Execution* e) {
  Frame& iteration = FrameOf(event, e);
  Frame& map = *e->FindFrame(iteration.parent);
  map.children->results[iteration.index] = iteration.output;
  map.children->frames[iteration.index] = 0;
  --map.children->open;
  map.tip = event.id;
  DropFrame(iteration.id, e);
}

void ApplySubmitted(const Event& event, Execution* e) {
  Frame& frame = FrameOf(event, e);
  frame.attempt.submitted = true;
  frame.attempt.child = event.number;
  Touch(frame, e);  // It waits for somebody else now.
}

void ApplyAborted(const Event& event, Execution* e) {
  Frame& frame = FrameOf(event, e);
  frame.phase = Phase::kClosed;
  frame.attempt = Attempt{};
  Touch(frame, e);
}

void ApplyParallelSucceeded(const Event& event, Execution* e) {
  FrameOf(event, e).tip = event.previous;
}

void ApplyStateEvent(const Event& event, Execution* e) {
  if (IsStateEntered(event.type)) return ApplyEntered(event, e);
  if (IsStateExited(event.type)) return ApplyExited(event, e);
  switch (event.type) {
    case T::kParallelStateStarted:
      return ApplyParallelStarted(event, e);
    case T::kParallelStateSucceeded:
      return ApplyParallelSucceeded(event, e);
    case T::kMapStateStarted:
      return ApplyMapStarted(event, e);
    case T::kMapIterationStarted:
      return ApplyIterationStarted(event, e);
    case T::kMapIterationSucceeded:
      return ApplyIterationSucceeded(event, e);
    case T::kTaskStateAborted:
    case T::kWaitStateAborted:
    case T::kParallelStateAborted:
    case T::kMapStateAborted:
      return ApplyAborted(event, e);
    case T::kWaitScheduled:
      return ApplyWaitScheduled(event, e);
    case T::kRetryScheduled:
      return ApplyRetryScheduled(event, e);
    default:
      return;  // The chain's tip is all that changes.
  }
}

bool ApplyTaskEvent(const Event& event, Execution* e) {
  switch (event.type) {
    case T::kTaskScheduled:
    case T::kActivityScheduled:
    case T::kLambdaFunctionScheduled:
      ApplyScheduled(event, e);
      return true;
    case T::kTaskStarted:
    case T::kActivityStarted:
    case T::kLambdaFunctionStarted:
      ApplyAttemptStarted(event, e);
      return true;
    case T::kTaskSubmitted:
      ApplySubmitted(event, e);
      return true;
    case T::kTaskSucceeded:
    case T::kTaskFailed:
    case T::kTaskTimedOut:
    case T::kTaskStartFailed:
    case T::kTaskSubmitFailed:
    case T::kActivitySucceeded:
    case T::kActivityFailed:
    case T::kActivityTimedOut:
    case T::kActivityScheduleFailed:
    case T::kLambdaFunctionSucceeded:
    case T::kLambdaFunctionFailed:
    case T::kLambdaFunctionTimedOut:
    case T::kLambdaFunctionScheduleFailed:
    case T::kLambdaFunctionStartFailed:
      ApplyAttemptEnded(event, e);
      return true;
    default:
      return false;
  }
}

bool ApplyExecutionEvent(const Event& event, Execution* e) {
  switch (event.type) {
    case T::kExecutionStarted:
      ApplyExecutionStarted(event, e);
      return true;
    case T::kExecutionSucceeded:
      ApplyEnd(event, ExecutionStatus::kSucceeded, e);
      return true;
    case T::kExecutionFailed:
      ApplyEnd(event, ExecutionStatus::kFailed, e);
      return true;
    case T::kExecutionAborted:
      ApplyEnd(event, ExecutionStatus::kAborted, e);
      return true;
    case T::kExecutionTimedOut:
      ApplyEnd(event, ExecutionStatus::kTimedOut, e);
      return true;
    default:
      return false;
  }
}

}  // namespace

bool AdvancesChain(EventType type) {
  switch (type) {
    case T::kExecutionStarted:
    case T::kExecutionSucceeded:
    case T::kExecutionFailed:
    case T::kExecutionAborted:
    case T::kExecutionTimedOut:
    case T::kExecutionRedriven:
    case T::kWaitStateAborted:
    case T::kTaskStateAborted:
    case T::kParallelStateAborted:
    case T::kParallelStateSucceeded:
    case T::kMapStateAborted:
    case T::kMapStateSucceeded:
    case T::kMapIterationStarted:
    case T::kMapIterationSucceeded:
    case T::kMapIterationFailed:
    case T::kMapIterationAborted:
    case T::kMapRunSucceeded:
    case T::kWaitScheduled:
    case T::kRetryScheduled:
      return false;
    default:
      return true;
  }
}

void Apply(const Event& event, Execution* execution) {
  STEPWHEEL_CHECK(event.position == execution->position + 1,
                  "events are applied in order of position");
  execution->position = event.position;
  if (event.id != 0) execution->last_id = event.id;
  execution->last_timestamp = event.timestamp;
  if (event.frame != 0 && AdvancesChain(event.type)) {
    FrameOf(event, execution).tip = event.id;
  }
  if (ApplyExecutionEvent(event, execution)) return;
  if (ApplyTaskEvent(event, execution)) return;
  ApplyStateEvent(event, execution);
}

Execution NewExecution(ExecutionRecord record, asl::StateMachinePtr machine,
                       asl::Value input) {
  Execution e;
  e.record = std::move(record);
  e.record.status = ExecutionStatus::kRunning;
  e.record.stop_date.reset();
  e.record.output.reset();
  e.record.error.reset();
  e.record.cause.reset();
  e.machine = std::move(machine);
  e.input = std::move(input);
  return e;
}

}  // namespace stepwheel::engine
