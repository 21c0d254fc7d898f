#include "api/aws/router.h"
#include "tests/api/aws_harness.h"

namespace stepwheel::aws {
namespace {

using RouterTest = AwsTest;

TEST_F(RouterTest, TheRootSaysWhatThisIsAndHowToCallIt) {
  router_->set_url("http://127.0.0.1:9999");
  Pending p = Handle({.method = "GET", .target = "/", .accept = "*/*"});
  EXPECT_EQ(p->response.status, 200);
  EXPECT_EQ(p->response.content_type, "text/plain; charset=utf-8");
  EXPECT_NE(p->response.body.find("Stepwheel 1.2.3"), std::string::npos);
  EXPECT_NE(p->response.body.find("--endpoint-url http://127.0.0.1:9999"),
            std::string::npos);
  EXPECT_EQ(p->response.request_id.size(), 36u);
}

TEST_F(RouterTest, TheRootAnswersJsonToThoseWhoAcceptIt) {
  Pending p =
      Handle({.method = "GET", .target = "/?x", .accept = "application/json"});
  EXPECT_EQ(p->response.content_type, "application/json");
  EXPECT_EQ(Get(p->response.body, "name"), "Stepwheel");
}

TEST_F(RouterTest, HealthHasThreeAddresses) {
  for (std::string_view path :
       {"/_stepwheel/health", "/health", "/_localstack/health"}) {
    Pending p = Handle({.method = "GET", .target = path});
    EXPECT_EQ(p->response.status, 200);
    EXPECT_EQ(Get(p->response.body, "status"), "ok");
    EXPECT_EQ(Get(p->response.body, "version"), "1.2.3");
  }
}

TEST_F(RouterTest, OtherAddressesAndMethodsAreRefusedInJson) {
  Pending lost = Handle({.method = "GET", .target = "/favicon.ico"});
  EXPECT_EQ(lost->response.status, 404);
  EXPECT_NE(Get(lost->response.body, "message").find("/favicon.ico"),
            std::string::npos);
  Pending put = Handle({.method = "PUT", .target = "/"});
  EXPECT_EQ(put->response.status, 405);
  EXPECT_NE(Get(put->response.body, "message").find("use POST or GET"),
            std::string::npos);
}

TEST_F(RouterTest, UnknownOperationsAnswerAsAwsDoes) {
  EXPECT_EQ(Refused("Dance", "{}"),
            "UnknownOperationException: Unknown operation: "
            "'AWSStepFunctions.Dance'");
  EXPECT_EQ(log_.back(), " UnknownOperationException");
}

TEST_F(RouterTest, OperationsThatAreNotBuiltSaySo) {
  EXPECT_EQ(Operations().size(), 37u);
  for (const Operation& operation : Operations()) {
    EXPECT_EQ(FindOperation(operation.name), &operation);
    if (operation.run != nullptr) continue;
    std::string name(operation.name);
    EXPECT_EQ(
        Refused(name, "{}"),
        "UnsupportedOperationException: not supported by Stepwheel yet: " +
            name);
  }
}

TEST_F(RouterTest, MissingAndWrongHeadersSayWhatWasExpected) {
  Pending none = Handle({.method = "POST", .target = "/", .body = "{}"});
  EXPECT_EQ(none->response.status, 400);
  EXPECT_NE(none->response.body.find("X-Amz-Target is missing"),
            std::string::npos);
  Pending other = Handle({.method = "POST",
                          .target = "/",
                          .x_amz_target = "AmazonSQS.SendMessage",
                          .content_type = "application/x-amz-json-1.0"});
  EXPECT_NE(other->response.body.find("found 'AmazonSQS.SendMessage'"),
            std::string::npos);
  Pending type = Handle({.method = "POST",
                         .target = "/",
                         .x_amz_target = "AWSStepFunctions.ListActivities",
                         .content_type = "text/plain"});
  EXPECT_NE(type->response.body.find("found 'text/plain'"), std::string::npos);
}

TEST_F(RouterTest, BodiesThatAreNoJsonObjectAreSerializationErrors) {
  EXPECT_TRUE(Refused("ListActivities", "{nope")
                  .starts_with("SerializationException: The request body is "
                               "not valid JSON (line 1, column "));
  EXPECT_EQ(Refused("ListActivities", "[]"),
            "SerializationException: The request body must be a JSON object");
  EXPECT_EQ(Refused("CreateActivity", R"({"name":5})"),
            "SerializationException: NUMBER_VALUE can not be converted to a "
            "String (at 'name')");
}

TEST_F(RouterTest, AnEmptyBodyIsAnEmptyRequest) {
  EXPECT_EQ(Call("ListActivities", ""), R"({"activities":[]})");
  EXPECT_EQ(Refused("DescribeActivity", ""),
            "ValidationException: 1 validation error detected: Value at "
            "'activityArn' failed to satisfy constraint: Member must not be "
            "null");
}

TEST_F(RouterTest, EveryAnswerHasItsOwnRequestIdAndLogLine) {
  Pending a = Post("ListActivities", "{}");
  Pending b = Post("ListActivities", "{}");
  EXPECT_NE(a->response.request_id, b->response.request_id);
  EXPECT_EQ(log_,
            (std::vector<std::string>{"ListActivities ", "ListActivities "}));
}

void ExpectSorted(const asl::Value& value, const std::string& where) {
  if (value.is_array()) {
    for (const asl::Value& e : value.as_array()) ExpectSorted(e, where);
  }
  if (!value.is_object()) return;
  std::string last;
  for (const asl::Member& member : value.as_object()) {
    EXPECT_LT(last, std::string(member.key())) << where;
    last = std::string(member.key());
    ExpectSorted(member.value, where);
  }
}

TEST_F(RouterTest, MembersOfAnswersComeInAlphabeticalOrder) {
  std::string machine = Create("m", kPass);
  std::string execution = Start(machine, "e");
  Call("CreateActivity", R"({"name":"ship"})");
  std::string by_machine = R"({"stateMachineArn":")" + machine + R"("})";
  std::string by_execution = R"({"executionArn":")" + execution + R"("})";
  for (const auto& [operation, body] :
       std::vector<std::pair<std::string, std::string>>{
           {"DescribeStateMachine", by_machine},
           {"ListStateMachines", "{}"},
           {"DescribeExecution", by_execution},
           {"ListExecutions", by_machine},
           {"StopExecution", by_execution},
           {"ListActivities", "{}"}}) {
    ExpectSorted(Json(Call(operation, body)), operation);
  }
}

}  // namespace
}  // namespace stepwheel::aws
