// Result<T> is the answer to an API call: a T, or an ApiError with AWS's error
// code and message. It is what the engine tells its callers; failures of state
// machines are asl::Error, failures of the machine are absl::Status.
#ifndef STEPWHEEL_ENGINE_RESULT_H_
#define STEPWHEEL_ENGINE_RESULT_H_

#include <functional>
#include <string>
#include <utility>
#include <variant>

#include "asl/check.h"

namespace stepwheel::engine {

// Codes as AWS spells them (api.md 5), plus kInternalFailure for HTTP 500.
// clang-format off
#define STEPWHEEL_API_ERRORS(X) \
  X(ActivityDoesNotExist) X(ActivityAlreadyExists) \
  X(ActivityWorkerLimitExceeded) X(ExecutionAlreadyExists) \
  X(ExecutionDoesNotExist) X(InvalidArn) \
  X(InvalidDefinition) X(InvalidExecutionInput) \
  X(InvalidName) X(InvalidOutput) \
  X(InvalidToken) X(StateMachineAlreadyExists) \
  X(StateMachineDeleting) X(StateMachineDoesNotExist) \
  X(StateMachineTypeNotSupported) X(TaskDoesNotExist) \
  X(TaskTimedOut) X(ValidationException) \
  X(MissingRequiredParameter) X(ConflictException) \
  X(ResourceNotFound) \
  X(ExecutionLimitExceeded) \
  X(ExecutionNotRedrivable) \
  X(InvalidLoggingConfiguration) \
  X(InvalidTracingConfiguration) \
  X(InvalidEncryptionConfiguration) \
  X(TooManyTags) \
  X(ServiceQuotaExceededException) \
  X(InternalFailure)
// clang-format on

enum class ApiErrorCode {
#define X(name) k##name,
  STEPWHEEL_API_ERRORS(X)
#undef X
};

struct ApiError {
  ApiErrorCode code = ApiErrorCode::kInternalFailure;
  std::string message;
};

struct Nothing {};  // The answer of operations that answer {}.

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : data_(std::in_place_index<0>, std::move(value)) {}
  Result(ApiError error) : data_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return data_.index() == 0; }
  const T& value() const {
    STEPWHEEL_CHECK(ok(), "value() of a Result that failed");
    return *std::get_if<0>(&data_);
  }
  const T& operator*() const { return value(); }
  const T* operator->() const { return &value(); }
  const ApiError& error() const {
    STEPWHEEL_CHECK(!ok(), "error() of a Result that succeeded");
    return *std::get_if<1>(&data_);
  }

 private:
  std::variant<T, ApiError> data_;
};

// Called exactly once, on the engine's thread, after the commit that makes the
// answer true (rules.md 2).
template <class T>
using Reply = std::function<void(Result<T>)>;

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_RESULT_H_
