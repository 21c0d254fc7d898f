// The nested configurations of a state machine (logging, tracing, encryption)
// and tags: checked, and written in one normal form, so that two spellings of
// the same configuration are the same text. The default's text is "".
#ifndef STEPWHEEL_API_AWS_CONFIGURATIONS_H_
#define STEPWHEEL_API_AWS_CONFIGURATIONS_H_

#include <string>
#include <string_view>

#include "api/aws/params.h"
#include "engine/result.h"

namespace stepwheel::aws {

// What AWS shows where nothing was given (reference: api.md 3.1).
inline constexpr std::string_view kDefaultLogging =
    R"({"includeExecutionData":false,"level":"OFF"})";
inline constexpr std::string_view kDefaultTracing = R"({"enabled":false})";
inline constexpr std::string_view kDefaultEncryption =
    R"({"type":"AWS_OWNED_KEY"})";

// Each takes the operation's parameters and reads its own member of them.
// InvalidLoggingConfiguration (reference: api.md 4).
engine::Result<std::string> LoggingText(const Params& params);
std::string TracingText(const Params& params);
// InvalidEncryptionConfiguration.
engine::Result<std::string> EncryptionText(const Params& params);
// TooManyTags; a reserved key is kAccessDenied, which the engine's codes lack:
// then `*reserved` is set (reference: api.md 3.6).
std::optional<engine::ApiError> CheckTags(const Params& params, bool* reserved);

}  // namespace stepwheel::aws

#endif  // STEPWHEEL_API_AWS_CONFIGURATIONS_H_
