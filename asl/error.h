// The failure of a state machine: an Error Name and a Cause, as the Amazon
// States Language has them. It is a value that Retriers and Catchers match; a
// failure of Stepwheel itself is never an Error.
#ifndef STEPWHEEL_ASL_ERROR_H_
#define STEPWHEEL_ASL_ERROR_H_

#include <optional>
#include <string>
#include <string_view>

namespace stepwheel::asl {

// Every reserved Error Name, spelled once (reference: asl.md 12.1).
inline constexpr std::string_view kStatesAll = "States.ALL";
inline constexpr std::string_view kStatesTaskFailed = "States.TaskFailed";
inline constexpr std::string_view kStatesTimeout = "States.Timeout";
inline constexpr std::string_view kStatesHeartbeatTimeout =
    "States.HeartbeatTimeout";
inline constexpr std::string_view kStatesPermissions = "States.Permissions";
inline constexpr std::string_view kStatesRuntime = "States.Runtime";
inline constexpr std::string_view kStatesDataLimitExceeded =
    "States.DataLimitExceeded";
inline constexpr std::string_view kStatesReferencePathConflict =
    "States.ReferencePathConflict";
inline constexpr std::string_view kStatesQueryEvaluationError =
    "States.QueryEvaluationError";
inline constexpr std::string_view kStatesExceedToleratedFailureThreshold =
    "States.ExceedToleratedFailureThreshold";
inline constexpr std::string_view kStatesItemReaderFailed =
    "States.ItemReaderFailed";
inline constexpr std::string_view kStatesResultWriterFailed =
    "States.ResultWriterFailed";

// What kind of time-out an error is: history says States.Timeout for both, but
// States.HeartbeatTimeout in ErrorEquals matches only the second.
enum class TimeoutKind { kNone, kTotal, kHeartbeat };

struct Error {
  // Absent where a worker sent none (SendTaskFailure without error): a Catcher
  // then sees null. Timeouts have a name and no cause.
  std::optional<std::string> name;
  std::optional<std::string> cause;
  TimeoutKind timeout = TimeoutKind::kNone;
  // The engine puts "An error occurred while executing the state 'S' (entered
  // at the event id #N). " before the cause (asl.md 13 says where it does not).
  bool needs_prefix = false;
  // An EvaluationFailed event tells of it first, with the field it happened in
  // (history-events.md 3.8); AWS names none where the input itself is wrong.
  bool evaluation_failed = false;
  std::string location;

  bool Is(std::string_view n) const { return name && *name == n; }
};

inline Error RuntimeError(std::string cause) {
  return Error{std::string(kStatesRuntime), std::move(cause),
               TimeoutKind::kNone, true};
}
// The few causes that AWS writes without the prefix.
inline Error PlainRuntimeError(std::string cause) {
  return Error{std::string(kStatesRuntime), std::move(cause)};
}

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_ERROR_H_
