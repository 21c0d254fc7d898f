#include <gtest/gtest.h>

#include <string>

#include "api/aws/arn.h"

namespace stepwheel::aws {
namespace {

std::string ArnProblem(std::string_view arn, std::string_view type) {
  std::optional<engine::ApiError> error = CheckArn(arn, type);
  if (!error) return "";
  EXPECT_EQ(error->code, engine::ApiErrorCode::kInvalidArn);
  return error->message;
}

constexpr std::string_view kExecution =
    "arn:aws:states:us-east-1:123456789012:execution:M:E";

TEST(ArnTest, PartsAreFound) {
  std::optional<StatesArn> arn = ParseStatesArn(kExecution);
  ASSERT_TRUE(arn.has_value());
  EXPECT_EQ(arn->region, "us-east-1");
  EXPECT_EQ(arn->account, "123456789012");
  EXPECT_EQ(arn->type, "execution");
  EXPECT_EQ(arn->resource, "M:E");
  EXPECT_EQ(ArnProblem(kExecution, "execution"), "");
}

TEST(ArnTest, WhatIsNoArnOfStepFunctionsHasAnInvalidPrefix) {
  for (std::string_view bad :
       {"not_a_valid_arn", "", "arn", "arn:aws:states", "arn:aws:states:r:1:x",
        "arn:aws:states:r:1:execution:", "arn:x:states:r:1:execution:M:E",
        "arn:aws:lambda:us-east-1:123456789012:function:f"}) {
    EXPECT_EQ(ArnProblem(bad, "execution"),
              "Invalid Arn: 'Invalid ARN prefix: " + std::string(bad) + "'");
  }
}

TEST(ArnTest, AnotherTypeIsNotValidInThisContext) {
  EXPECT_EQ(ArnProblem("arn:aws:states:us-east-1:123456789012:express:M:E:U",
                       "execution"),
            "Invalid Arn: 'Resource type not valid in this context: express'");
}

TEST(ArnTest, OtherPartitionsAreFine) {
  EXPECT_EQ(ArnProblem("arn:aws-cn:states:cn-north-1:1:activity:a", "activity"),
            "");
}

TEST(ArnTest, LabelledArnsAreKnown) {
  EXPECT_TRUE(IsLabelled("arn:aws:states:r:1:stateMachine:M/Label"));
  EXPECT_FALSE(IsLabelled("arn:aws:states:r:1:stateMachine:M:1"));
}

TEST(ArnTest, RolesNeedTheFormOfARole) {
  EXPECT_FALSE(CheckRoleArn("arn:aws:iam::123456789012:role/r").has_value());
  EXPECT_FALSE(
      CheckRoleArn("arn:aws:iam::123456789012:role/service/r").has_value());
  EXPECT_EQ(CheckRoleArn("arn:aws:iam::123456789012:user/u")->message,
            "Invalid Role Arn: 'arn:aws:iam::123456789012:user/u'");
  EXPECT_TRUE(CheckRoleArn("arn:aws:iam::1:role/").has_value());
}

TEST(NameTest, OrdinaryNamesPass) {
  for (std::string_view good :
       {"Activity1", "activity-name.1", "a_b", "größe", "(x)=+@!'", "日本"}) {
    EXPECT_FALSE(CheckName(good).has_value()) << good;
  }
}

TEST(NameTest, EachForbiddenCharacterIsRefused) {
  std::string_view forbidden = " <>{}[]?*\"#%\\^|~`$&,;:/\t\n\x1f\x7f";
  for (char c : forbidden) {
    std::string name = std::string("a") + c + "b";
    std::optional<engine::ApiError> error = CheckName(name);
    ASSERT_TRUE(error.has_value()) << name;
    EXPECT_EQ(error->code, engine::ApiErrorCode::kInvalidName);
    EXPECT_EQ(error->message, "Invalid Name: '" + name + "'");
  }
}

TEST(NameTest, ControlsNonCharactersAndBrokenUtf8AreRefused) {
  for (std::string_view bad :
       {"a\xC2\x85", "a\xC2\xA0", "a\xEF\xBF\xBE", "a\xEF\xBF\xBF", "a\xFF",
        "a\xC3", "a\xED\xA0\x80", "a\xF4\x90\x80\x80", "a\xC0\xAF"}) {
    EXPECT_TRUE(CheckName(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace stepwheel::aws
