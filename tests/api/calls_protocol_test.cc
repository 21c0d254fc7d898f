#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/calls/protocol.h"
#include "asl/json.h"

namespace stepwheel::calls {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr char kFunction[] =
    "arn:aws:lambda:us-east-1:123456789012:function:f:live";
const Place kPlace{"us-east-1", "123456789012"};

engine::Call CallOf(const std::string& resource, std::string_view parameters) {
  engine::Call call;
  std::string error;
  call.resource = std::make_shared<const asl::Resource>(
      asl::ParseResource(resource.starts_with("arn:")
                             ? resource
                             : "arn:aws:states:::" + resource,
                         &error)
          .value_or(asl::Resource{}));
  asl::JsonError json_error;
  call.parameters =
      asl::ParseJson(parameters, &json_error).value_or(asl::Value());
  return call;
}

ServiceRequest RequestOf(const std::string& resource,
                         std::string_view parameters) {
  const engine::Call call = CallOf(resource, parameters);
  return BuildRequest(call, *engine::FindIntegration(*call.resource), kPlace);
}

// The result as JSON, or "NAME: CAUSE".
std::string Read(const std::string& resource, const ServiceResponse& response) {
  const engine::Call call = CallOf(resource, "{}");
  const asl::Outcome<asl::Value> outcome =
      ReadResponse(call, *engine::FindIntegration(*call.resource), response);
  if (outcome.ok()) return outcome->Text();
  return outcome.error().name.value_or("-") + ": " +
         outcome.error().cause.value_or("-");
}

TEST(LambdaProtocol, AFunctionIsCalledByNameWithItsQualifier) {
  const ServiceRequest request = RequestOf(kFunction, R"({"a":1})");
  EXPECT_EQ(request.service, "lambda");
  EXPECT_EQ(request.target,
            "/2015-03-31/functions/f/invocations?Qualifier=live");
  EXPECT_EQ(request.body, R"({"a":1})");
  EXPECT_EQ(RequestOf(kFunction, "null").body, "null");
}

TEST(LambdaProtocol, AFunctionOfAnotherAccountKeepsItsArn) {
  EXPECT_EQ(
      RequestOf("lambda:invoke", R"({"FunctionName":"arn:aws:lambda:us-east-1:)"
                                 R"(999999999999:function:f"})")
          .target,
      "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A"
      "999999999999%3Afunction%3Af/invocations");
}

TEST(LambdaProtocol, ANameMayBringItsQualifier) {
  EXPECT_EQ(RequestOf("lambda:invoke", R"({"FunctionName":"f:live"})").target,
            "/2015-03-31/functions/f/invocations?Qualifier=live");
  EXPECT_EQ(RequestOf("lambda:invoke",
                      R"({"FunctionName":"999999999999:function:f"})")
                .target,
            "/2015-03-31/functions/999999999999%3Afunction%3Af/invocations");
}

TEST(LambdaProtocol, AStringIsSentAsItIsAndNullNotAtAll) {
  EXPECT_EQ(
      RequestOf("lambda:invoke", R"({"FunctionName":"f","Payload":"0"})").body,
      "0");
  EXPECT_EQ(
      RequestOf("lambda:invoke", R"({"FunctionName":"f","Payload":{"a":[]}})")
          .body,
      R"({"a":[]})");
  EXPECT_THAT(
      RequestOf("lambda:invoke", R"({"FunctionName":"f","Payload":null})").body,
      IsEmpty());
}

TEST(LambdaProtocol, WhatElseInvokeTakesIsInHeadersAndQuery) {
  const ServiceRequest request = RequestOf(
      "lambda:invoke", R"({"FunctionName":"f","InvocationType":"Event",)"
                       R"("LogType":"Tail","ClientContext":"e30=",)"
                       R"("Qualifier":"$LATEST"})");
  EXPECT_THAT(request.target, HasSubstr("?Qualifier=%24LATEST"));
  EXPECT_THAT(request.headers,
              Contains(Pair("X-Amz-Invocation-Type", "Event")));
  EXPECT_THAT(request.headers, Contains(Pair("X-Amz-Log-Type", "Tail")));
  EXPECT_THAT(request.headers, Contains(Pair("X-Amz-Client-Context", "e30=")));
}

TEST(LambdaProtocol, AResultHasMetadataOnlyInTheOptimizedStyle) {
  const ServiceResponse response{
      200,
      {{"x-amzn-RequestId", "id"}, {"X-Amz-Executed-Version", "$LATEST"}},
      R"({"a":1})"};
  EXPECT_EQ(Read(kFunction, response), R"({"a":1})");
  EXPECT_EQ(
      Read("lambda:invoke", response),
      R"({"ExecutedVersion":"$LATEST","Payload":{"a":1},"SdkHttpMetadata":)"
      R"({"AllHttpHeaders":{"x-amzn-RequestId":["id"],)"
      R"("X-Amz-Executed-Version":["$LATEST"]},"HttpHeaders":)"
      R"({"x-amzn-RequestId":"id","X-Amz-Executed-Version":"$LATEST"},)"
      R"("HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"id"},)"
      R"("StatusCode":200})");
  EXPECT_EQ(Read("aws-sdk:lambda:invoke", response),
            R"({"ExecutedVersion":"$LATEST","Payload":"{\"a\":1}",)"
            R"("StatusCode":200})");
}

TEST(LambdaProtocol, AnEventInvocationHasNoPayload) {
  EXPECT_THAT(Read("lambda:invoke", {202, {{"x-amzn-RequestId", "id"}}, ""}),
              HasSubstr(R"("StatusCode":202)"));
  EXPECT_THAT(Read("lambda:invoke", {202, {}, ""}),
              testing::Not(HasSubstr("Payload")));
}

TEST(LambdaProtocol, AFunctionErrorIsTheTasksError) {
  ServiceResponse response{200,
                           {{"X-Amz-Function-Error", "Unhandled"}},
                           R"({"errorType":"Oops","errorMessage":"m"})"};
  EXPECT_EQ(Read(kFunction, response), "Oops: " + response.body);
  EXPECT_EQ(Read("lambda:invoke", response), "Oops: " + response.body);
  EXPECT_THAT(Read("aws-sdk:lambda:invoke", response),
              HasSubstr(R"("FunctionError":"Unhandled")"));
  response.body = R"({"errorMessage":"Task timed out after 3.00 seconds"})";
  EXPECT_EQ(Read("lambda:invoke", response),
            "Lambda.Unknown: The cause could not be determined because Lambda "
            "did not return an error type. Returned payload: " +
                response.body);
}

// What the runtime interface emulator of AWS answers, which sends none of
// Lambda's headers (tests/clients/lambda_rie_test.py asks the real one).
TEST(LambdaProtocol, TheEmulatorSaysByPayloadThatAFunctionFailed) {
  const std::string failed =
      R"({"errorMessage":"no","errorType":"ValueError","requestId":"r",)"
      R"("stackTrace":["at"]})";
  const Headers bare = {{"Content-Type", "text/plain; charset=utf-8"}};
  EXPECT_EQ(Read(kFunction, {200, bare, failed}), "ValueError: " + failed);
  EXPECT_EQ(Read("lambda:invoke", {200, bare, failed}),
            "ValueError: " + failed);
  EXPECT_EQ(Read("aws-sdk:lambda:invoke", {200, bare,
                                           R"({"errorType":"E",)"
                                           R"("errorMessage":""})"}),
            R"({"FunctionError":"Unhandled","Payload":)"
            R"("{\"errorType\":\"E\",\"errorMessage\":\"\"}",)"
            R"("StatusCode":200})");
  const std::string exited =
      R"({"errorType":"Runtime.ExitError","errorMessage":"exit status 1"})";
  EXPECT_EQ(Read(kFunction, {502, bare, exited}),
            "Runtime.ExitError: " + exited);
  EXPECT_EQ(Read(kFunction, {200, bare, "Task timed out after 3.00 seconds"}),
            "Sandbox.Timedout: Task timed out after 3.00 seconds");
}

TEST(LambdaProtocol, APayloadThatLooksLikeAFailureMayBeAResult) {
  const std::string failed = R"({"errorMessage":"no","errorType":"E"})";
  EXPECT_EQ(Read(kFunction, {200, {{"x-amzn-RequestId", "id"}}, failed}),
            failed);
  EXPECT_EQ(
      Read(kFunction, {200, {{"X-Amz-Executed-Version", "$LATEST"}}, failed}),
      failed);
  const std::string more = R"({"errorMessage":"no","errorType":"E","rows":3})";
  EXPECT_EQ(Read(kFunction, {200, {}, more}), more);
  const std::string less = R"({"errorType":"E"})";
  EXPECT_EQ(Read(kFunction, {200, {}, less}), less);
}

TEST(LambdaProtocol, APayloadThatIsNoJsonFailsWithItsReason) {
  EXPECT_THAT(Read(kFunction, {200, {}, "hello"}),
              HasSubstr("Lambda.Unknown: The function returned a payload that "
                        "is not JSON: "));
}

TEST(LambdaProtocol, ARefusalIsNamedByItsType) {
  EXPECT_EQ(Read("lambda:invoke",
                 {429,
                  {{"X-Amzn-ErrorType", "TooManyRequestsException:http://x"},
                   {"x-amzn-RequestId", "id"}},
                  R"({"Type":"User","Message":"Rate Exceeded."})"}),
            "Lambda.TooManyRequestsException: Rate Exceeded. (Service: "
            "AWSLambda; Status Code: 429; Error Code: "
            "TooManyRequestsException; Request ID: id; Proxy: null)");
  EXPECT_THAT(Read(kFunction, {502, {}, "Bad\x01Gateway"}),
              HasSubstr("Lambda.AWSLambdaException: The service answered HTTP "
                        "502 (Service: AWSLambda; Status Code: 502;"));
  EXPECT_THAT(Read(kFunction, {404, {}, "404 page not found\nmore"}),
              HasSubstr("Lambda.AWSLambdaException: The service answered HTTP "
                        "404: 404 page not found (Service: AWSLambda;"));
}

TEST(JsonProtocol, TheOperationIsATargetAndTextMembersAreText) {
  const ServiceRequest request =
      RequestOf("sqs:sendMessage.waitForTaskToken",
                R"({"QueueUrl":"http://q","MessageBody":{"t":"x"},)"
                R"("DelaySeconds":3,"MessageGroupId":null})");
  EXPECT_EQ(request.service, "sqs");
  EXPECT_EQ(request.target, "/");
  EXPECT_THAT(request.headers,
              Contains(Pair("X-Amz-Target", "AmazonSQS.SendMessage")));
  EXPECT_EQ(request.body,
            R"({"QueueUrl":"http://q","MessageBody":"{\"t\":\"x\"}",)"
            R"("DelaySeconds":3})");
}

TEST(JsonProtocol, ResultsAndRefusals) {
  EXPECT_EQ(Read("aws-sdk:sqs:sendMessage", {200, {}, R"({"MessageId":"m"})"}),
            R"({"MessageId":"m"})");
  EXPECT_THAT(Read("sqs:sendMessage", {200, {}, R"({"MessageId":"m"})"}),
              HasSubstr(R"({"MessageId":"m","SdkHttpMetadata":)"));
  EXPECT_EQ(
      Read("sqs:sendMessage",
           {400,
            {{"x-amzn-query-error",
              "AWS.SimpleQueueService.NonExistentQueue;"
              "Sender"},
             {"x-amzn-RequestId", "id"}},
            R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist",)"
            R"("message":"No such queue."})"}),
      "SQS.QueueDoesNotExistException: No such queue. (Service: AmazonSQS; "
      "Status Code: 400; Error Code: AWS.SimpleQueueService.NonExistentQueue; "
      "Request ID: id; Proxy: null)");
  EXPECT_EQ(Read("sqs:sendMessage", {200, {}, "pong"}),
            "SQS.SdkClientException: Unable to execute HTTP request: the "
            "response is no JSON object");
}

TEST(Failures, WhatCouldNotBeSentIsAClientError) {
  const engine::Call call = CallOf("lambda:invoke", "{}");
  const auto found = *engine::FindIntegration(*call.resource);
  asl::Error error = ErrorOf(call, found, {"127.0.0.1:9: refused", false});
  EXPECT_EQ(error.name, "Lambda.SdkClientException");
  EXPECT_EQ(error.cause,
            "Unable to execute HTTP request: 127.0.0.1:9: refused");
  error = ErrorOf(call, found, {"", true});
  EXPECT_EQ(error.name, "States.DataLimitExceeded");
  EXPECT_THAT(*error.cause, HasSubstr("The state/task 'lambda' returned"));
}

}  // namespace
}  // namespace stepwheel::calls
