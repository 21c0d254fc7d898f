#include <gtest/gtest.h>

#include <string>

#include "api/aws/configurations.h"
#include "api/aws/render.h"
#include "asl/json.h"

namespace stepwheel::aws {
namespace {

using engine::ApiErrorCode;

Params Parse(const std::string& text) {
  asl::JsonError error;
  return Params(*asl::ParseJson(text, &error));
}

Params Logging(const std::string& text) {
  return Parse("{\"loggingConfiguration\":" + text + "}");
}

const char kGroup[] = R"({"cloudWatchLogsLogGroup":)"
                      R"({"logGroupArn":"arn:aws:logs:r:1:log-group:g:*"}})";

TEST(ConfigurationsTest, DefaultsAreTheEmptyText) {
  EXPECT_EQ(*LoggingText(Parse("{}")), "");
  EXPECT_EQ(*LoggingText(Logging(R"({"level":"OFF"})")), "");
  EXPECT_EQ(TracingText(Parse(R"({"tracingConfiguration":{}})")), "");
  EXPECT_EQ(*EncryptionText(Parse(
                R"({"encryptionConfiguration":{"type":"AWS_OWNED_KEY"}})")),
            "");
}

TEST(ConfigurationsTest, LoggingHasOneSpelling) {
  std::string text = R"({"level":"ALL","destinations":[)" +
                     std::string(kGroup) + R"(],"includeExecutionData":true})";
  EXPECT_EQ(*LoggingText(Logging(text)),
            R"({"destinations":[)" + std::string(kGroup) +
                R"(],"includeExecutionData":true,"level":"ALL"})");
}

TEST(ConfigurationsTest, LoggingNeedsExactlyOneDestinationUnlessOff) {
  std::string two = std::string(kGroup) + "," + kGroup;
  for (const std::string& text :
       {std::string(R"({"level":"ALL"})"),
        R"({"level":"FATAL","destinations":[)" + two + "]}"}) {
    engine::Result<std::string> result = LoggingText(Logging(text));
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.error().code, ApiErrorCode::kInvalidLoggingConfiguration);
    EXPECT_EQ(result.error().message,
              "Invalid Logging Configuration: Must specify exactly one Log "
              "Destination.");
  }
}

TEST(ConfigurationsTest, ALogGroupThatIsNoneIsNotFound) {
  engine::Result<std::string> result = LoggingText(
      Logging(R"({"level":"ALL","destinations":[{"cloudWatchLogsLogGroup":
                  {"logGroupArn":"arn:aws:logs:r:1:log-group:g"}}]})"));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message,
            "Invalid Logging Configuration: Log Destination not found.");
}

TEST(ConfigurationsTest, ACustomersKeyNeedsItsId) {
  EXPECT_EQ(EncryptionText(Parse(R"({"encryptionConfiguration":
          {"type":"CUSTOMER_MANAGED_KMS_KEY"}})"))
                .error()
                .code,
            ApiErrorCode::kInvalidEncryptionConfiguration);
  EXPECT_EQ(*EncryptionText(Parse(R"({"encryptionConfiguration":
                {"type":"CUSTOMER_MANAGED_KMS_KEY","kmsKeyId":"k"}})")),
            R"({"kmsDataKeyReusePeriodSeconds":300,"kmsKeyId":"k",)"
            R"("type":"CUSTOMER_MANAGED_KMS_KEY"})");
}

TEST(ConfigurationsTest, FiftyTagsAreTheMost) {
  std::string tags;
  for (int i = 0; i < 51; ++i) {
    tags += (i == 0 ? "" : ",") + std::string(R"({"key":"k","value":""})");
  }
  bool reserved = false;
  std::optional<engine::ApiError> error =
      CheckTags(Parse("{\"tags\":[" + tags + "]}"), &reserved);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, ApiErrorCode::kTooManyTags);
  EXPECT_FALSE(reserved);
}

TEST(ConfigurationsTest, KeysOfAwsAreReserved) {
  bool reserved = false;
  EXPECT_FALSE(
      CheckTags(Parse(R"({"tags":[{"key":"aws:x"}]})"), &reserved).has_value());
  EXPECT_TRUE(reserved);
}

TEST(RenderTest, TimestampsDropTrailingZeros) {
  auto text = [](int64_t ms) {
    std::string out;
    AppendTimestamp(Instant::FromUnixMillis(ms), &out);
    return out;
  };
  EXPECT_EQ(text(1790199871435), "1790199871.435");
  EXPECT_EQ(text(1790199924340), "1790199924.34");
  EXPECT_EQ(text(1790199924000), "1790199924");
  EXPECT_EQ(text(1790199924007), "1790199924.007");
  EXPECT_EQ(text(0), "0");
  EXPECT_EQ(text(-1500), "-1.5");
}

}  // namespace
}  // namespace stepwheel::aws
