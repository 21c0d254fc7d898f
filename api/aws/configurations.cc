#include "api/aws/configurations.h"

#include "api/aws/render.h"

namespace stepwheel::aws {
namespace {

using engine::ApiError;
using engine::ApiErrorCode;

constexpr size_t kTagsMax = 50;

ApiError InvalidLogging(std::string_view why) {
  return {ApiErrorCode::kInvalidLoggingConfiguration,
          "Invalid Logging Configuration: " + std::string(why)};
}

}  // namespace

engine::Result<std::string> LoggingText(const Params& params) {
  Params logging = params.Structure("loggingConfiguration");
  std::string level = logging.Optional("level").value_or("OFF");
  const asl::Elements& destinations = logging.List("destinations");
  bool off = level == "OFF";
  if (destinations.size() > 1 || (destinations.empty() && !off)) {
    return InvalidLogging("Must specify exactly one Log Destination.");
  }
  std::string text;
  ObjectWriter writer(&text);
  if (!destinations.empty()) {
    std::string group = Params(destinations[0])
                            .Structure("cloudWatchLogsLogGroup")
                            .String("logGroupArn");
    // Whether the group exists is not ours to know; its form is.
    if (!group.starts_with("arn:aws") ||
        group.find(":logs:") == std::string::npos || !group.ends_with(":*")) {
      return InvalidLogging("Log Destination not found.");
    }
    std::string list = "[{\"cloudWatchLogsLogGroup\":{\"logGroupArn\":";
    asl::AppendJsonString(group, &list);
    writer.Json("destinations", list + "}}]");
  }
  writer.Bool("includeExecutionData",
              logging.Boolean("includeExecutionData", false));
  writer.String("level", level).Close();
  return text == kDefaultLogging ? std::string() : text;
}

std::string TracingText(const Params& params) {
  bool enabled =
      params.Structure("tracingConfiguration").Boolean("enabled", false);
  return enabled ? R"({"enabled":true})" : "";
}

engine::Result<std::string> EncryptionText(const Params& params) {
  constexpr int64_t kReusePeriodDefault = 300;  // Seconds.
  Params encryption = params.Structure("encryptionConfiguration");
  bool has_key = encryption.Has("kmsKeyId");
  bool managed = encryption.View("type") == "CUSTOMER_MANAGED_KMS_KEY";
  if (managed != has_key) {
    return ApiError{ApiErrorCode::kInvalidEncryptionConfiguration,
                    managed ? "Invalid Encryption Configuration: kmsKeyId is "
                              "required for type CUSTOMER_MANAGED_KMS_KEY"
                            : "Invalid Encryption Configuration: kmsKeyId "
                              "needs type CUSTOMER_MANAGED_KMS_KEY"};
  }
  if (!managed) return std::string();
  std::string text;
  ObjectWriter(&text)
      .Int("kmsDataKeyReusePeriodSeconds",
           encryption.Integer("kmsDataKeyReusePeriodSeconds",
                              kReusePeriodDefault))
      .String("kmsKeyId", encryption.View("kmsKeyId"))
      .String("type", encryption.View("type"))
      .Close();
  return text;
}

std::optional<ApiError> CheckTags(const Params& params, bool* reserved) {
  *reserved = false;
  const asl::Elements& tags = params.List("tags");
  if (tags.size() > kTagsMax) {
    return ApiError{ApiErrorCode::kTooManyTags,
                    "A resource has at most " + std::to_string(kTagsMax) +
                        " tags; found " + std::to_string(tags.size())};
  }
  for (const asl::Value& tag : tags) {
    if (Params(tag).View("key").starts_with("aws:")) *reserved = true;
  }
  return std::nullopt;
}

}  // namespace stepwheel::aws
