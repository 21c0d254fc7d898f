#include "api/aws/errors.h"

#include "asl/json.h"

namespace stepwheel::aws {
namespace {

constexpr std::string_view kServiceTypes[] = {
#define X(name) "com.amazonaws.swf.service.v2.model#" #name,
    STEPWHEEL_API_ERRORS(X)
#undef X
};

}  // namespace

ErrorForm FormOf(engine::ApiErrorCode code) {
  if (code == engine::ApiErrorCode::kInternalFailure) {
    return {"com.amazon.coral.service#InternalFailure", "message", 500};
  }
  return {kServiceTypes[static_cast<int>(code)]};
}

ErrorForm FormOf(ProtocolError error) {
  switch (error) {
    case ProtocolError::kSerialization:
      return {"com.amazon.coral.service#SerializationException", "Message"};
    case ProtocolError::kUnknownOperation:
      return {"com.amazon.coral.service#UnknownOperationException", "Message"};
    case ProtocolError::kUnsupportedOperation:
      return {"com.amazon.coral.service#UnsupportedOperationException",
              "Message"};
    case ProtocolError::kParameterValidation:
      return {"com.amazon.coral.validate#ValidationException"};
    case ProtocolError::kAccessDenied:
      return {"com.amazon.coral.service#AccessDeniedException", "Message"};
    case ProtocolError::kThrottling:
      return {"com.amazon.coral.availability#ThrottlingException"};
  }
  return {"com.amazon.coral.service#InternalFailure", "message", 500};
}

std::string RenderError(const ErrorForm& form, std::string_view message) {
  std::string body = "{\"__type\":\"";
  body += form.type;
  body += "\",\"";
  body += form.message_key;
  body += "\":";
  asl::AppendJsonString(message, &body);
  body += '}';
  return body;
}

}  // namespace stepwheel::aws
