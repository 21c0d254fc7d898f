// ARNs and names as callers write them: what is malformed is refused here, with
// AWS's words, before the engine is asked. Whether the thing exists is the
// engine's question.
#ifndef STEPWHEEL_API_AWS_ARN_H_
#define STEPWHEEL_API_AWS_ARN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/names.h"
#include "engine/result.h"

namespace stepwheel::aws {

// The parts of arn:PARTITION:states:REGION:ACCOUNT:TYPE:RESOURCE. Views into
// the text.
struct StatesArn {
  std::string_view region;
  std::string_view account;
  std::string_view type;      // "stateMachine", "execution", "activity", ...
  std::string_view resource;  // "NAME", "NAME:EXEC", "NAME/LABEL", ...
};
std::optional<StatesArn> ParseStatesArn(std::string_view text);

// nullopt if `arn` has the shape of an ARN of `type` ("execution"); otherwise
// InvalidArn with "Invalid ARN prefix: <arn>" for what is no ARN of Step
// Functions, or "Resource type not valid in this context: <type>"
// (reference: api.md 5).
std::optional<engine::ApiError> CheckArn(std::string_view arn,
                                         std::string_view type);
// True for ...:stateMachine:NAME/LABEL.
bool IsLabelled(std::string_view state_machine_arn);

// A role's ARN; that the role exists is not asked (reference: api.md 3.1).
std::optional<engine::ApiError> CheckRoleArn(std::string_view arn);

using engine::CheckName;
using engine::NextCodePoint;

}  // namespace stepwheel::aws

#endif  // STEPWHEEL_API_AWS_ARN_H_
