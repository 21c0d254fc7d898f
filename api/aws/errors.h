// How an error looks on the wire: the table from engine error codes and from
// the protocol's own errors to AWS's "__type", message key and HTTP status.
//
// AWS answers nearly everything with 400 (reference: api.md 1); the namespaces
// differ by the layer of AWS that refuses, and real clients read the part after
// '#'.
#ifndef STEPWHEEL_API_AWS_ERRORS_H_
#define STEPWHEEL_API_AWS_ERRORS_H_

#include <string>
#include <string_view>

#include "engine/result.h"

namespace stepwheel::aws {

// Errors found before an operation runs.
enum class ProtocolError {
  kSerialization,         // The body is no JSON object, or a member's type.
  kUnknownOperation,      // Bad X-Amz-Target or Content-Type.
  kUnsupportedOperation,  // Known to AWS, not built here yet.
  kParameterValidation,   // "N validation errors detected: ..."
  kAccessDenied,
  kThrottling,
};

struct ErrorForm {
  std::string_view type;  // "com.amazonaws.swf.service.v2.model#InvalidArn"
  std::string_view message_key = "message";  // AWS: "Message" in some layers.
  int status = 400;

  std::string_view code() const { return type.substr(type.find('#') + 1); }
};

ErrorForm FormOf(engine::ApiErrorCode code);
ErrorForm FormOf(ProtocolError error);

// {"__type":"...","message":"..."}
std::string RenderError(const ErrorForm& form, std::string_view message);

}  // namespace stepwheel::aws

#endif  // STEPWHEEL_API_AWS_ERRORS_H_
