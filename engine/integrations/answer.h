// What came back from a service, and how it shows in state data: the metadata
// that optimized integrations add to a result, and the error name and cause
// text of a refusal (reference: asl.md 7, recordings.md).
#ifndef STEPWHEEL_ENGINE_INTEGRATIONS_ANSWER_H_
#define STEPWHEEL_ENGINE_INTEGRATIONS_ANSWER_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "asl/error.h"
#include "asl/value.h"
#include "engine/integrations/integration.h"

namespace stepwheel::engine {

struct AnswerHead {
  int status = 200;
  std::string request_id;
  std::vector<std::pair<std::string, std::string>> headers;
};

// Appends SdkHttpMetadata and SdkResponseMetadata.
void AppendMetadata(const AnswerHead& head, asl::Members* result);

// The service refused: `code` is AWS's error code ("QueueDoesNotExist"),
// `shown_code` what an optimized integration prints of it, where that differs.
asl::Error ServiceError(const Service& service, const AnswerHead& head,
                        std::string_view code, std::string_view message,
                        std::string_view shown_code = "");

// No answer came: the request could not be sent, or was cut off.
asl::Error ClientError(const Service& service, std::string_view why);

// The answer has more bytes than state data may have (reference: asl.md 14).
asl::Error TooLarge(const asl::Resource& resource);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_INTEGRATIONS_ANSWER_H_
