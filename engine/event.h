// An Event is a fact about one execution: what GetExecutionHistory shows, plus
// the private members and internal events that a replay needs. Folding an
// execution's events with Apply() gives its state, live and after a crash.
#ifndef STEPWHEEL_ENGINE_EVENT_H_
#define STEPWHEEL_ENGINE_EVENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "asl/error.h"
#include "asl/state_machine.h"
#include "asl/value.h"
#include "engine/mocks/mocked_call.h"
#include "engine/time/clock.h"

namespace stepwheel::engine {

using ExecutionNumber = int64_t;  // 1, 2, 3... in the order of starting.
using FrameId = int64_t;          // Within one execution; the main line is 1.
inline constexpr FrameId kMainFrame = 1;

// The 62 types of AWS (history-events.md 2), then the internal ones.
// Codes are stored: never renumber, only append before kEventTypeCount.
// clang-format off
#define STEPWHEEL_EVENT_TYPES(X) \
  X(ExecutionStarted) X(ExecutionSucceeded) X(ExecutionFailed) \
  X(ExecutionAborted) X(ExecutionTimedOut) X(ExecutionRedriven) \
  X(PassStateEntered) X(PassStateExited) X(ChoiceStateEntered) \
  X(ChoiceStateExited) X(WaitStateEntered) X(WaitStateExited) \
  X(WaitStateAborted) X(SucceedStateEntered) X(SucceedStateExited) \
  X(FailStateEntered) X(TaskStateEntered) X(TaskStateExited) \
  X(TaskStateAborted) X(ParallelStateEntered) X(ParallelStateExited) \
  X(ParallelStateStarted) X(ParallelStateSucceeded) X(ParallelStateFailed) \
  X(ParallelStateAborted) X(MapStateEntered) X(MapStateExited) \
  X(MapStateStarted) X(MapStateSucceeded) X(MapStateFailed) \
  X(MapStateAborted) X(MapIterationStarted) X(MapIterationSucceeded) \
  X(MapIterationFailed) X(MapIterationAborted) X(MapRunStarted) \
  X(MapRunSucceeded) X(MapRunFailed) X(MapRunAborted) X(MapRunRedriven) \
  X(EvaluationFailed) X(LambdaFunctionScheduled) \
  X(LambdaFunctionScheduleFailed) X(LambdaFunctionStarted) \
  X(LambdaFunctionStartFailed) X(LambdaFunctionSucceeded) \
  X(LambdaFunctionFailed) X(LambdaFunctionTimedOut) X(TaskScheduled) \
  X(TaskStarted) X(TaskStartFailed) X(TaskSubmitted) X(TaskSubmitFailed) \
  X(TaskSucceeded) X(TaskFailed) X(TaskTimedOut) X(ActivityScheduled) \
  X(ActivityScheduleFailed) X(ActivityStarted) X(ActivitySucceeded) \
  X(ActivityFailed) X(ActivityTimedOut) \
  /* Internal: a position in the log, no public id. */ \
  X(WaitScheduled) X(RetryScheduled)
// clang-format on

enum class EventType : uint8_t {
#define X(name) k##name,
  STEPWHEEL_EVENT_TYPES(X)
#undef X
      kEventTypeCount
};
inline constexpr int kPublicEventTypes = 62;

std::string_view EventTypeName(EventType type);
std::optional<EventType> EventTypeFromName(std::string_view name);
// Internal events have a position and no id, and never count to 25,000.
bool IsInternal(EventType type);
bool IsStateEntered(EventType type);  // PassStateEntered, ...
bool IsStateExited(EventType type);   // PassStateExited, ...
// AWS's limit on the events of one history (quotas.md 2).
inline constexpr int64_t kHistoryEventsMax = 25'000;

// One struct for all types: each uses the members named beside it, the rest
// stay empty. `state` and `next` index the definition the execution is pinned
// to; names are looked up there.
struct Event {
  EventType type = EventType::kExecutionStarted;
  int64_t position = 0;  // In the execution's log: 1, 2, 3... without gaps.
  int64_t id = 0;        // Public id: 1, 2, 3...; 0 for internal events.
  int64_t previous = 0;  // previousEventId.
  Instant timestamp;
  FrameId frame = 0;  // The line of control it belongs to; 0: the execution.
  asl::StateIndex state = asl::kNoState;
  // ...StateExited: the state that follows, or kNoState at the end of a flow.
  asl::StateIndex next = asl::kNoState;

  // input (Entered, Started, ActivityScheduled, LambdaFunctionScheduled),
  // parameters (TaskScheduled), output (Exited, Succeeded, TaskSubmitted).
  std::optional<asl::Value> payload;
  // Private. ParallelStateStarted, MapStateStarted: the effective input.
  // MapIterationStarted: the iteration's input. ...Scheduled of a mocked call:
  // what it will return.
  std::optional<asl::Value> effective;
  // Private. MapStateStarted: the items, an array.
  std::optional<asl::Value> items;

  // ...Failed, ...TimedOut, ExecutionAborted, EvaluationFailed; private in
  // RetryScheduled.
  std::optional<std::string> error;
  std::optional<std::string> cause;
  asl::TimeoutKind timeout_kind = asl::TimeoutKind::kNone;  // Private.

  // MapStateStarted: length. MapIteration...: index. RetryScheduled: index of
  // the Retrier (private). ExecutionRedriven: redriveCount. TaskSubmitted of
  // startExecution.sync: the child's ExecutionNumber (private).
  int64_t number = 0;
  // MapStateStarted (private): how many iterations may run at once.
  int64_t concurrency = 0;
  // ...Scheduled: timeoutInSeconds and heartbeatInSeconds; 0 when absent.
  int64_t timeout_seconds = 0;
  int64_t heartbeat_seconds = 0;
  // WaitScheduled, RetryScheduled: when it ends.
  Instant due;
  // ActivityStarted: workerName. ExecutionStarted: roleArn. EvaluationFailed:
  // location. ...Scheduled: role of taskCredentials.
  std::optional<std::string> text;
  // Private. ...Scheduled: the script the attempt follows instead of calling
  // the outside. ExecutionStarted: the test case.
  std::shared_ptr<const MockedCall> mock;
  // ...StateExited: assignedVariables, in order of name.
  std::vector<std::pair<std::string, asl::Value>> assigned;
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_EVENT_H_
