#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "asl/json.h"
#include "engine/integrations/answer.h"
#include "engine/integrations/integration.h"

namespace stepwheel::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

asl::Resource Resource(const std::string& text) {
  std::string error;
  auto resource = asl::ParseResource(
      text.starts_with("arn:") ? text : "arn:aws:states:::" + text, &error);
  EXPECT_TRUE(resource) << error;
  return resource.value_or(asl::Resource{});
}

asl::Value Json(std::string_view text) {
  asl::JsonError error;
  auto value = asl::ParseJson(text, &error);
  EXPECT_TRUE(value) << error.message;
  return value.value_or(asl::Value());
}

std::vector<std::string> Problems(const std::string& resource,
                                  std::string_view parameters) {
  return ParameterProblems(Resource(resource), Json(parameters));
}

TEST(Integrations, ServicesAreFoundInBothStyles) {
  EXPECT_EQ(FindIntegration(Resource("sqs:sendMessage"))->service->client,
            "AmazonSQS");
  EXPECT_EQ(
      FindIntegration(Resource("aws-sdk:sqs:deleteQueue"))->service->client,
      "Sqs");
  EXPECT_EQ(FindIntegration(
                Resource("arn:aws:lambda:us-east-1:123456789012:function:f"))
                ->service->endpoint,
            "lambda");
  EXPECT_TRUE(FindIntegration(Resource("lambda:invoke.waitForTaskToken")));
  EXPECT_TRUE(FindIntegration(Resource("states:startExecution.sync:2")));
}

TEST(Integrations, WhatHasNoRowHasNoSupport) {
  for (const char* resource :
       {"sns:publish", "aws-sdk:s3:getObject", "aws-sdk:lambda:getFunction",
        "glue:startJobRun.sync", "http:invoke",
        "arn:aws:states:us-east-1:123456789012:activity:a"}) {
    EXPECT_FALSE(FindIntegration(Resource(resource))) << resource;
  }
}

TEST(Integrations, OnlyStartExecutionStartsChildren) {
  EXPECT_TRUE(StartsExecution(Resource("states:startExecution")));
  EXPECT_TRUE(StartsExecution(Resource("aws-sdk:sfn:startExecution")));
  EXPECT_FALSE(StartsExecution(Resource("aws-sdk:sfn:stopExecution")));
  EXPECT_FALSE(StartsExecution(Resource("sqs:sendMessage")));
}

TEST(Integrations, ParametersAreCheckedInAwsWords) {
  EXPECT_THAT(Problems("lambda:invoke", R"({"FunctionName":"f","Payload":7})"),
              IsEmpty());
  EXPECT_THAT(Problems("sqs:sendMessage", R"({"QueueUrl":3,"Colour":"red"})"),
              ElementsAre("The value for the field 'QueueUrl' must be a STRING",
                          "The field 'Colour' is not supported by Step "
                          "Functions"));
  EXPECT_THAT(Problems("states:startExecution", "{}"),
              ElementsAre("The field 'StateMachineArn' is required but was "
                          "missing"));
  EXPECT_THAT(Problems("lambda:invoke", "[]"),
              ElementsAre("The Parameters must be a JSON object"));
}

TEST(Integrations, ANullParameterIsAsGoodAsAbsentUnlessItIsRequired) {
  EXPECT_THAT(
      Problems("sqs:sendMessage", R"({"QueueUrl":"q","DelaySeconds":null})"),
      IsEmpty());
  EXPECT_THAT(Problems("sqs:sendMessage", R"({"QueueUrl":null})"),
              ElementsAre("The value for the field 'QueueUrl' must be a "
                          "STRING"));
}

TEST(Integrations, TheSdksActionsAndFunctionsTakeWhatTheyAreGiven) {
  EXPECT_THAT(Problems("aws-sdk:sqs:sendMessage", R"({"Colour":"red"})"),
              IsEmpty());
  EXPECT_THAT(Problems("arn:aws:lambda:us-east-1:123456789012:function:f", "7"),
              IsEmpty());
}

TEST(Integrations, ErrorsAreNamedAsEachStyleNamesThem) {
  const AnswerHead head{404, "id-1", {}};
  const Service& lambda = *FindIntegration(Resource("lambda:invoke"))->service;
  asl::Error error = ServiceError(lambda, head, "ResourceNotFoundException",
                                  "Function not found: f");
  EXPECT_EQ(error.name, "Lambda.ResourceNotFoundException");
  EXPECT_EQ(error.cause,
            "Function not found: f (Service: AWSLambda; Status Code: 404; "
            "Error Code: ResourceNotFoundException; Request ID: id-1; Proxy: "
            "null)");
  EXPECT_EQ(ServiceError(lambda, head, "Odd", "m").name,
            "Lambda.AWSLambdaException");
  const Service& sfn = *FindIntegration(Resource("aws-sdk:sfn:x"))->service;
  error = ServiceError(sfn, head, "InvalidToken", "Invalid Token");
  EXPECT_EQ(error.name, "Sfn.InvalidTokenException");
  EXPECT_EQ(error.cause,
            "Invalid Token (Service: Sfn, Status Code: 404, Request ID: id-1) "
            "(SDK Attempt Count: 1)");
}

TEST(Integrations, AHeaderThatCameTwiceIsAListOfTwo) {
  asl::Members result;
  AppendMetadata({200, "id", {{"A", "1"}, {"B", "2"}, {"A", "3"}}}, &result);
  EXPECT_EQ(asl::Value(std::move(result)).Text(),
            R"({"SdkHttpMetadata":{"AllHttpHeaders":{"A":["1","3"],"B":["2"]},)"
            R"("HttpHeaders":{"A":"1","B":"2"},"HttpStatusCode":200},)"
            R"("SdkResponseMetadata":{"RequestId":"id"}})");
}

}  // namespace
}  // namespace stepwheel::engine
