// ARNs and names as callers write them: what is malformed is refused here, with
// AWS's words, before the engine is asked. Whether the thing exists is the
// engine's question.
#ifndef STEPWHEEL_API_AWS_ARN_H_
#define STEPWHEEL_API_AWS_ARN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

// InvalidName unless `name` keeps to AWS's characters (reference: api.md 2).
// Its length is a matter of params.h.
std::optional<engine::ApiError> CheckName(std::string_view name);

// Reads the code point at `*at` and moves past it; nullopt if the bytes are no
// UTF-8, or a surrogate.
std::optional<uint32_t> NextCodePoint(std::string_view text, size_t* at);

}  // namespace stepwheel::aws

#endif  // STEPWHEEL_API_AWS_ARN_H_
