#include "asl/resource.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace stepwheel::asl {
namespace {

Resource Parsed(std::string_view text) {
  std::string error;
  const std::optional<Resource> resource = ParseResource(text, &error);
  EXPECT_TRUE(resource) << text << ": " << error;
  return resource.value_or(Resource{});
}

std::string ErrorOf(std::string_view text) {
  std::string error;
  EXPECT_FALSE(ParseResource(text, &error)) << text;
  return error;
}

TEST(Resource, AnActivityIsKnownByItsArn) {
  const Resource r =
      Parsed("arn:aws:states:us-east-1:123456789012:activity:steps");
  EXPECT_EQ(r.kind, Resource::Kind::kActivity);
  EXPECT_EQ(r.arn, "arn:aws:states:us-east-1:123456789012:activity:steps");
}

TEST(Resource, ALambdaFunctionMayBearAVersionOrAnAlias) {
  for (std::string_view qualifier : {"", ":7", ":live", ":$LATEST"}) {
    const std::string arn = "arn:aws:lambda:eu-west-1:000000000000:function:f";
    const Resource r = Parsed(arn + std::string(qualifier));
    EXPECT_EQ(r.kind, Resource::Kind::kLambdaFunction) << qualifier;
  }
}

TEST(Resource, AServiceIntegrationGivesWhatHistoryShows) {
  const Resource r = Parsed("arn:aws:states:::sqs:sendMessage");
  EXPECT_EQ(r.kind, Resource::Kind::kService);
  EXPECT_EQ(r.resource, "sendMessage");
  EXPECT_EQ(r.resource_type, "sqs");
  EXPECT_EQ(r.service, "sqs");
  EXPECT_EQ(r.action, "sendMessage");
  EXPECT_EQ(r.pattern, Resource::Pattern::kRequestResponse);
  EXPECT_FALSE(r.aws_sdk);
}

TEST(Resource, ASuffixTellsThePattern) {
  const Resource token =
      Parsed("arn:aws:states:::lambda:invoke.waitForTaskToken");
  EXPECT_EQ(token.pattern, Resource::Pattern::kWaitForTaskToken);
  EXPECT_EQ(token.resource, "invoke.waitForTaskToken");
  EXPECT_EQ(token.action, "invoke");
  EXPECT_EQ(Parsed("arn:aws:states:::glue:startJobRun.sync").pattern,
            Resource::Pattern::kSync);
  const Resource sync2 =
      Parsed("arn:aws:states:::states:startExecution.sync:2");
  EXPECT_EQ(sync2.pattern, Resource::Pattern::kSync2);
  EXPECT_EQ(sync2.resource, "startExecution.sync:2");
}

TEST(Resource, AnSdkIntegrationKeepsItsServiceInTheType) {
  const Resource r =
      Parsed("arn:aws:states:::aws-sdk:s3:listBuckets.waitForTaskToken");
  EXPECT_TRUE(r.aws_sdk);
  EXPECT_EQ(r.resource_type, "aws-sdk:s3");
  EXPECT_EQ(r.service, "s3");
  EXPECT_EQ(r.action, "listBuckets");
}

TEST(Resource, AnHttpTaskIsAnIntegration) {
  EXPECT_EQ(Parsed("arn:aws:states:::http:invoke").service, "http");
}

TEST(Resource, OtherPartitionsAreAccepted) {
  Parsed("arn:aws-cn:lambda:cn-north-1:123456789012:function:f");
  Parsed("arn:aws-us-gov:states:us-gov-west-1:123456789012:activity:a");
  Parsed("arn:aws-cn:states:::sns:publish");
}

TEST(Resource, WhatIsNoArnIsRefusedInAwsWords) {
  for (std::string_view text :
       {"", "create", "arn:", "arn:aws:s3:::bucket", "arn::states:::sqs:send",
        "arn:aws:lambda:us-east-1:123456789012:function:",
        "arn:aws:lambda:us-east-1:1234:function:f",
        "arn:aws:lambda:us-east-1:123456789012:layer:f",
        "arn:aws:states:us-east-1:123456789012:activity:a:b",
        "arn:aws:states:us-east-1:123456789012:activity:a b",
        "arn:aws:states:us-east-1:123456789012:stateMachine:m"}) {
    EXPECT_EQ(ErrorOf(text), "Value is not a valid resource ARN") << text;
  }
}

TEST(Resource, AnIntegrationOfNoKnownFormIsNotRecognized) {
  for (std::string_view text :
       {"arn:aws:states:::sqs",
        "arn:aws:states:::sqs:", "arn:aws:states:::sqs:send.later",
        "arn:aws:states:::aws-sdk:s3", "arn:aws:states:::aws-sdk:s3:GetObject",
        "arn:aws:states:::lambda:invoke.sync",
        "arn:aws:states:::aws-sdk:s3:getObject.sync",
        "arn:aws:states:::ecs:runTask.sync:2",
        "arn:aws:states:::batch:submitJob.waitForTaskToken"}) {
    EXPECT_EQ(ErrorOf(text), "The resource provided " + std::string(text) +
                                 " is not recognized");
  }
}

}  // namespace
}  // namespace stepwheel::asl
