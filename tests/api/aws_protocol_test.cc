#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

#include "api/aws/protocol.h"

namespace stepwheel::aws {
namespace {

TEST(RequestIdsTest, AreDistinctUuidsOfVersionFour) {
  RequestIds ids(1);
  std::regex form(
      "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    std::string id(ids.Next().view());
    EXPECT_TRUE(std::regex_match(id, form)) << id;
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(RequestIdsTest, FollowFromTheSeed) {
  EXPECT_EQ(RequestIds(7).Next().view(), RequestIds(7).Next().view());
  EXPECT_NE(RequestIds(7).Next().view(), RequestIds(8).Next().view());
}

TEST(ProtocolTest, TheTargetNamesTheOperation) {
  EXPECT_EQ(OperationName("AWSStepFunctions.StopExecution"), "StopExecution");
  EXPECT_EQ(OperationName("DynamoDB_20120810.ListTables"), std::nullopt);
  EXPECT_EQ(OperationName(""), std::nullopt);
}

TEST(ProtocolTest, ContentTypesOfJsonPassWhateverTheirParameters) {
  EXPECT_TRUE(IsJsonContentType("application/x-amz-json-1.0"));
  EXPECT_TRUE(IsJsonContentType("Application/X-Amz-Json-1.1 ; charset=utf-8"));
  EXPECT_TRUE(IsJsonContentType("application/json"));
  EXPECT_FALSE(IsJsonContentType("text/plain"));
  EXPECT_FALSE(IsJsonContentType("application/x-www-form-urlencoded"));
  EXPECT_FALSE(IsJsonContentType(""));
}

TEST(ProtocolTest, AnEmptyBodyIsAnEmptyObject) {
  ParamsError error;
  EXPECT_TRUE(ParseBody("", &error)->as_object().empty());
  EXPECT_TRUE(ParseBody(" \r\n", &error)->as_object().empty());
}

TEST(ProtocolTest, ABodyThatIsNoJsonSaysWhere) {
  ParamsError error;
  EXPECT_FALSE(ParseBody("{\n \"name\": nope}", &error).has_value());
  EXPECT_EQ(error.kind, ProtocolError::kSerialization);
  EXPECT_TRUE(error.message.starts_with(
      "The request body is not valid JSON (line 2, column "))
      << error.message;
}

TEST(ProtocolTest, ABodyThatIsNoObjectIsRefused) {
  ParamsError error;
  EXPECT_FALSE(ParseBody("[]", &error).has_value());
  EXPECT_EQ(error.message, "The request body must be a JSON object");
}

TEST(OnlyTaskTokenTest, FindsTheTokenAndNothingElse) {
  EXPECT_EQ(OnlyTaskToken(R"({"taskToken":"abc=="})"), "abc==");
  EXPECT_EQ(OnlyTaskToken(" { \"taskToken\" :\n\"a/+\" } \n"), "a/+");
  EXPECT_EQ(OnlyTaskToken(R"({"taskToken":""})"), "");
}

TEST(OnlyTaskTokenTest, LeavesEverythingElseToTheParser) {
  for (std::string_view body :
       {"", "{}", R"({"taskToken":"a\u0062"})", R"({"taskToken":5})",
        R"({"taskToken":"a"}})", R"({"taskToken":"a","x":1})",
        R"({"taskToken":"a)", R"({"tasktoken":"a"})", R"(["taskToken"])",
        "{\"taskToken\":\"a\nb\"}", "{\"taskToken\":\"\xC3\xA4\"}",
        R"({"taskToken":"a"} x)"}) {
    EXPECT_EQ(OnlyTaskToken(body), std::nullopt) << body;
  }
}

}  // namespace
}  // namespace stepwheel::aws
