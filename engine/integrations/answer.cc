#include "engine/integrations/answer.h"

#include <algorithm>

namespace stepwheel::engine {
namespace {

constexpr std::string_view kException = "Exception";

// "QueueDoesNotExist" and "ThrottlingException" alike.
std::string_view WithoutException(std::string_view code) {
  if (code.ends_with(kException)) code.remove_suffix(kException.size());
  return code;
}

std::string ErrorName(const Service& service, std::string_view code) {
  const std::string_view stem = WithoutException(code);
  std::string name = std::string(service.error_prefix) + ".";
  const bool known = service.errors.empty() ||
                     std::find(service.errors.begin(), service.errors.end(),
                               stem) != service.errors.end();
  if (!known || stem.empty()) return name.append(service.other_error);
  return name.append(stem).append(kException);
}

}  // namespace

void AppendMetadata(const AnswerHead& head, asl::Members* result) {
  asl::Members all, one;
  for (const auto& [name, value] : head.headers) {
    // A header that came twice is a list of two, and the first of them.
    auto same = std::find_if(one.begin(), one.end(), [&](const asl::Member& m) {
      return m.key() == name;
    });
    if (same != one.end()) {
      asl::Value& list = all[static_cast<size_t>(same - one.begin())].value;
      asl::Elements more = list.as_array();
      more.push_back(asl::Value(value));
      list = asl::Value(std::move(more));
      continue;
    }
    all.emplace_back(name, asl::Value(asl::Elements{asl::Value(value)}));
    one.emplace_back(name, asl::Value(value));
  }
  result->emplace_back(
      "SdkHttpMetadata",
      asl::MakeObject({{"AllHttpHeaders", asl::Value(std::move(all))},
                       {"HttpHeaders", asl::Value(std::move(one))},
                       {"HttpStatusCode", asl::Value(head.status)}}));
  result->emplace_back(
      "SdkResponseMetadata",
      asl::MakeObject({{"RequestId", asl::Value(head.request_id)}}));
}

asl::Error ServiceError(const Service& service, const AnswerHead& head,
                        std::string_view code, std::string_view message,
                        std::string_view shown_code) {
  if (shown_code.empty()) shown_code = code;
  std::string cause(message);
  const std::string status = std::to_string(head.status);
  if (service.aws_sdk) {
    cause.append(" (Service: ").append(service.client);
    cause.append(", Status Code: ").append(status);
    cause.append(", Request ID: ").append(head.request_id);
    cause.append(") (SDK Attempt Count: 1)");
  } else {
    cause.append(" (Service: ").append(service.client);
    cause.append("; Status Code: ").append(status);
    cause.append("; Error Code: ").append(shown_code);
    cause.append("; Request ID: ").append(head.request_id);
    cause.append("; Proxy: null)");
  }
  return asl::Error{ErrorName(service, code), std::move(cause)};
}

asl::Error ClientError(const Service& service, std::string_view why) {
  return asl::Error{std::string(service.error_prefix) + ".SdkClientException",
                    "Unable to execute HTTP request: " + std::string(why)};
}

asl::Error TooLarge(const asl::Resource& resource) {
  const bool service = resource.kind == asl::Resource::Kind::kService;
  return asl::Error{
      std::string(asl::kStatesDataLimitExceeded),
      "The state/task '" + (service ? resource.resource_type : resource.arn) +
          "' returned a result with a size exceeding the maximum number of "
          "bytes service limit."};
}

}  // namespace stepwheel::engine
