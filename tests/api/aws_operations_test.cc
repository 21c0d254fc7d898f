#include "tests/api/aws_harness.h"

namespace stepwheel::aws {
namespace {

// --- State machines ---------------------------------------------------------

class StateMachinesTest : public AwsTest {
 protected:
  std::string RefusedCreate(const std::string& members) {
    return Refused("CreateStateMachine",
                   R"({"definition":)" + Quote(kPass) + "," + members + "}");
  }
  const std::string role_ = R"("roleArn":"arn:aws:iam::123456789012:role/r")";
};

TEST_F(StateMachinesTest, CreateAnswersArnAndDate) {
  std::string body =
      Call("CreateStateMachine",
           R"({"name":"m","definition":)" + Quote(kPass) + "," + role_ + "}");
  EXPECT_EQ(body, R"({"creationDate":1790199871.435,"stateMachineArn":")" +
                      std::string(kArn) + R"(stateMachine:m"})");
}

TEST_F(StateMachinesTest, DescribeShowsTheDefaults) {
  std::string machine = Create("m", kPass);
  EXPECT_EQ(Call("DescribeStateMachine",
                 R"({"stateMachineArn":")" + machine + R"("})"),
            R"({"creationDate":1790199871.435,"definition":)" + Quote(kPass) +
                R"(,"encryptionConfiguration":{"type":"AWS_OWNED_KEY"},)"
                R"("loggingConfiguration":{"includeExecutionData":false,)"
                R"("level":"OFF"},"name":"m",)"
                R"("roleArn":"arn:aws:iam::123456789012:role/r",)"
                R"("stateMachineArn":")" +
                machine +
                R"(","status":"ACTIVE","tracingConfiguration":)"
                R"({"enabled":false},"type":"STANDARD"})");
}

TEST_F(StateMachinesTest, MetadataOnlyHidesTheDefinition) {
  std::string machine = Create("m", kPass);
  std::string body =
      Call("DescribeStateMachine", R"({"includedData":"METADATA_ONLY",)"
                                   R"("stateMachineArn":")" +
                                       machine + R"("})");
  EXPECT_EQ(Get(body, "definition"), "{}");
}

TEST_F(StateMachinesTest, CreateRefusesWhatIsMalformed) {
  EXPECT_EQ(RefusedCreate(R"("name":"a b",)" + role_),
            "InvalidName: Invalid Name: 'a b'");
  EXPECT_EQ(RefusedCreate(R"("name":"m","roleArn":"nobody")"),
            "InvalidArn: Invalid Role Arn: 'nobody'");
  EXPECT_EQ(RefusedCreate(R"("name":"m","versionDescription":"v",)" + role_),
            "ValidationException: Version description can only be set when "
            "publish is true");
  EXPECT_EQ(RefusedCreate(R"("name":"m","type":"standard",)" + role_),
            "ValidationException: 1 validation error detected: Value "
            "'standard' at 'type' failed to satisfy constraint: Member must "
            "satisfy enum value set: [STANDARD, EXPRESS]");
  EXPECT_EQ(
      RefusedCreate(R"("name":"m","loggingConfiguration":{"level":"ALL"},)" +
                    role_),
      "InvalidLoggingConfiguration: Invalid Logging Configuration: Must "
      "specify exactly one Log Destination.");
  EXPECT_EQ(
      RefusedCreate(R"("name":"m","tags":[{"key":"aws:x","value":""}],)" +
                    role_),
      "AccessDeniedException: Caller is an end user and not allowed to mutate "
      "system tags");
  EXPECT_EQ(RefusedCreate(R"("name":"m","publish":true,)" + role_),
            "UnsupportedOperationException: not supported by Stepwheel yet: "
            "CreateStateMachine with publish");
}

TEST_F(StateMachinesTest, ADefinitionOfOneMegabyteAndAByteIsTooLong) {
  EXPECT_EQ(Refused("CreateStateMachine",
                    R"({"name":"m",)" + role_ + R"(,"definition":")" +
                        std::string(1'048'577, ' ') + R"("})"),
            "ValidationException: 1 validation error detected: Value at "
            "'definition' failed to satisfy constraint: Member must have "
            "length less than or equal to 1048576");
}

TEST_F(StateMachinesTest, UnknownAndMalformedArnsAreToldApart) {
  EXPECT_EQ(Refused("DescribeStateMachine",
                    R"({"stateMachineArn":"not_a_valid_arn"})"),
            "InvalidArn: Invalid Arn: 'Invalid ARN prefix: not_a_valid_arn'");
  std::string arn = std::string(kArn) + "stateMachine:none";
  EXPECT_EQ(
      Refused("DescribeStateMachine",
              R"({"stateMachineArn":")" + arn + R"("})"),
      "StateMachineDoesNotExist: State Machine Does Not Exist: '" + arn + "'");
}

TEST_F(StateMachinesTest, DeleteAnswersAnEmptyObjectAlwaysButForLabels) {
  std::string arn = std::string(kArn) + "stateMachine:none";
  EXPECT_EQ(
      Call("DeleteStateMachine", R"({"stateMachineArn":")" + arn + R"("})"),
      "{}");
  EXPECT_TRUE(Refused("DeleteStateMachine",
                      R"({"stateMachineArn":")" + arn + R"(/Label"})")
                  .starts_with("ValidationException: "));
}

TEST_F(StateMachinesTest, ListPagesByNameAndZeroMeansTheDefault) {
  Create("b", kPass);
  Create("a", kPass);
  std::string first = Call("ListStateMachines", R"({"maxResults":1})");
  EXPECT_NE(first.find(R"("name":"a")"), std::string::npos);
  std::string second =
      Call("ListStateMachines", R"({"maxResults":0,"nextToken":)" +
                                    Quote(Get(first, "nextToken")) + "}");
  EXPECT_NE(second.find(R"("name":"b")"), std::string::npos);
  EXPECT_EQ(Get(second, "nextToken"), "(absent)");
  EXPECT_EQ(Refused("ListStateMachines", R"({"nextToken":"bad"})"),
            "InvalidToken: Invalid Token: 'Invalid token'");
}

// --- Executions -------------------------------------------------------------

class ExecutionsTest : public AwsTest {
 protected:
  std::string Describe(const std::string& arn) {
    return Call("DescribeExecution", R"({"executionArn":")" + arn + R"("})");
  }
};

TEST_F(ExecutionsTest, DescribeShowsARunningExecution) {
  std::string machine = Create("m", kWait);
  std::string arn = Start(machine, "e", R"({"a": 1})");
  EXPECT_EQ(Describe(arn),
            R"({"executionArn":")" + arn +
                R"(","input":"{\"a\": 1}","inputDetails":{"included":true},)"
                R"("name":"e","redriveCount":0,)"
                R"("redriveStatus":"NOT_REDRIVABLE","redriveStatusReason":)"
                R"("Execution is RUNNING and cannot be redriven",)"
                R"("startDate":1790199871.435,"stateMachineArn":")" +
                machine + R"(","status":"RUNNING"})");
}

TEST_F(ExecutionsTest, DescribeShowsASuccessWithItsOutput) {
  std::string body = Describe(Start(Create("m", kPass), "e", "[1]"));
  EXPECT_EQ(Get(body, "status"), "SUCCEEDED");
  EXPECT_EQ(Get(body, "output"), "[1]");
  EXPECT_EQ(Get(body, "outputDetails"), R"({"included":true})");
  EXPECT_NE(body.find(R"("stopDate":1790199871.435)"), std::string::npos);
  EXPECT_EQ(Get(body, "redriveStatusReason"),
            "Execution is SUCCEEDED and cannot be redriven");
}

TEST_F(ExecutionsTest, MetadataOnlyLeavesPayloadsOut) {
  std::string arn = Start(Create("m", kPass), "e");
  std::string body = Call(
      "DescribeExecution",
      R"({"includedData":"METADATA_ONLY","executionArn":")" + arn + R"("})");
  EXPECT_EQ(Get(body, "input"), "(absent)");
  EXPECT_EQ(Get(body, "output"), "(absent)");
  EXPECT_EQ(Get(body, "inputDetails"), R"({"included":false})");
  EXPECT_EQ(Get(body, "outputDetails"), R"({"included":false})");
}

TEST_F(ExecutionsTest, AStoppedExecutionIsAbortedAndRedrivable) {
  std::string arn = Start(Create("m", kWait), "e");
  std::string body =
      Call("StopExecution", R"({"executionArn":")" + arn +
                                R"(","error":"Enough","cause":"why not"})");
  EXPECT_EQ(body, R"({"stopDate":1790199871.435})");
  body = Describe(arn);
  EXPECT_EQ(Get(body, "status"), "ABORTED");
  EXPECT_EQ(Get(body, "error"), "Enough");
  EXPECT_EQ(Get(body, "cause"), "why not");
  EXPECT_EQ(Get(body, "redriveStatus"), "REDRIVABLE");
  EXPECT_EQ(Get(body, "redriveStatusReason"), "(absent)");
}

TEST_F(ExecutionsTest, ATimedOutExecutionShowsNoError) {
  std::string arn =
      Start(Create("m", R"({"StartAt":"W","TimeoutSeconds":5,"States":{"W":
                      {"Type":"Wait","Seconds":60,"End":true}}})"),
            "e");
  Advance(std::chrono::seconds(5));
  std::string body = Describe(arn);
  EXPECT_EQ(Get(body, "status"), "TIMED_OUT");
  EXPECT_EQ(Get(body, "error"), "(absent)");
  EXPECT_EQ(Get(body, "redriveStatus"), "REDRIVABLE");
}

TEST_F(ExecutionsTest, ListIsNewestFirstAndFilters) {
  std::string machine = Create("m", kWait);
  Start(machine, "e1");
  Start(machine, "e2");
  std::string by = R"({"stateMachineArn":")" + machine + R"(")";
  std::string body = Call("ListExecutions", by + "}");
  EXPECT_LT(body.find(R"("name":"e2")"), body.find(R"("name":"e1")"));
  EXPECT_EQ(Call("ListExecutions", by + R"(,"statusFilter":"FAILED"})"),
            R"({"executions":[]})");
  EXPECT_EQ(Refused("ListExecutions", by + R"(,"statusFilter":"succeeded"})"),
            "ValidationException: 1 validation error detected: Value "
            "'succeeded' at 'statusFilter' failed to satisfy constraint: "
            "Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, "
            "PENDING_REDRIVE, ABORTED, FAILED, RUNNING]");
}

TEST_F(ExecutionsTest, ListNeedsOneStateMachine) {
  EXPECT_TRUE(
      Refused("ListExecutions", "{}").starts_with("ValidationException: "));
  EXPECT_EQ(Refused("ListExecutions", R"({"maxResults":1001})"),
            "ValidationException: 1 validation error detected: Value '1001' at "
            "'maxResults' failed to satisfy constraint: Member must have value "
            "less than or equal to 1000");
  EXPECT_EQ(Refused("ListExecutions",
                    R"({"stateMachineArn":"invalid_state_machine_arn"})"),
            "InvalidArn: Invalid Arn: 'Invalid ARN prefix: "
            "invalid_state_machine_arn'");
}

TEST_F(ExecutionsTest, StartChecksNameAndInput) {
  std::string by = R"({"stateMachineArn":")" + Create("m", kPass) + R"(",)";
  EXPECT_EQ(Refused("StartExecution", by + R"("name":"a/b"})"),
            "InvalidName: Invalid Name: 'a/b'");
  EXPECT_EQ(Refused("StartExecution", by + R"("input":"not some json"})"),
            "InvalidExecutionInput: Invalid State Machine Execution Input: "
            "'Unrecognized token 'not': was expecting (JSON String, Number, "
            "Array, Object or token 'null', 'true' or 'false')'");
  EXPECT_EQ(Refused("StartExecution", by + R"("input":""})"),
            "InvalidExecutionInput: Invalid State Machine Execution Input: "
            "'Invalid execution input.'");
  EXPECT_TRUE(Refused("StartExecution", by + R"("traceHeader":"ä"})")
                  .ends_with("regular expression pattern: \\p{ASCII}*"));
}

TEST_F(ExecutionsTest, ExpressArnsAreNotValidInThisContext) {
  std::string body =
      R"({"executionArn":")" + std::string(kArn) + R"(express:m:e:u"})";
  for (const char* operation :
       {"DescribeExecution", "StopExecution", "GetExecutionHistory"}) {
    EXPECT_EQ(Refused(operation, body),
              "InvalidArn: Invalid Arn: 'Resource type not valid in this "
              "context: express'");
  }
}

TEST_F(ExecutionsTest, HistoryPagesBothWays) {
  std::string arn = Start(Create("m", kPass), "e");
  std::string by = R"({"executionArn":")" + arn + R"(")";
  std::string body = Call("GetExecutionHistory", by + R"(,"maxResults":2})");
  EXPECT_EQ(Json(body).Find("events")->as_array().size(), 2u);
  EXPECT_NE(Get(body, "nextToken"), "(absent)");
  body = Call("GetExecutionHistory", by + R"(,"reverseOrder":true})");
  const asl::Value first = Json(body).Find("events")->as_array()[0];
  EXPECT_EQ(first.Find("type")->as_string(), "ExecutionSucceeded");
  body = Call("GetExecutionHistory", by + R"(,"includeExecutionData":false})");
  EXPECT_EQ(body.find("\"input\""), std::string::npos);
}

// --- Activities and tasks ---------------------------------------------------

class TasksTest : public AwsTest {
 protected:
  TasksTest() { Call("CreateActivity", R"({"name":"ship"})"); }

  Pending Poll() {
    return Post("GetActivityTask",
                R"({"activityArn":")" + activity_ + R"(","workerName":"w"})");
  }
  // Starts an execution and takes its task.
  std::string TakeTask() {
    Start(Create("m", kShip), "e", R"({"box":1})");
    return Get(Poll()->response.body, "taskToken");
  }
  const std::string activity_ = std::string(kArn) + "activity:ship";
};

TEST_F(TasksTest, DescribeActivityShowsItsEncryption) {
  EXPECT_EQ(
      Call("DescribeActivity", R"({"activityArn":")" + activity_ + R"("})"),
      R"({"activityArn":")" + activity_ +
          R"(","creationDate":1790199871.435,"encryptionConfiguration":)"
          R"({"type":"AWS_OWNED_KEY"},"name":"ship"})");
}

TEST_F(TasksTest, UnknownActivitiesAreRefusedByEachOperation) {
  std::string arn = std::string(kArn) + "activity:none";
  std::string body = R"({"activityArn":")" + arn + R"("})";
  std::string expected =
      "ActivityDoesNotExist: Activity Does Not Exist: '" + arn + "'";
  EXPECT_EQ(Refused("DescribeActivity", body), expected);
  EXPECT_EQ(Refused("GetActivityTask", body), expected);
  EXPECT_EQ(Call("DeleteActivity", body), "{}");
}

TEST_F(TasksTest, APollGetsAWaitingTask) {
  Start(Create("m", kShip), "e", R"({"box":1})");
  Pending poll = Poll();
  ASSERT_TRUE(poll->answered);
  EXPECT_EQ(Get(poll->response.body, "input"), R"({"box":1})");
  EXPECT_NE(Get(poll->response.body, "taskToken"), "(absent)");
}

TEST_F(TasksTest, APollWaitsForATask) {
  Pending poll = Poll();
  EXPECT_FALSE(poll->answered);
  Start(Create("m", kShip), "e");
  EXPECT_TRUE(poll->answered);
}

TEST_F(TasksTest, APollThatWaitsInVainEndsEmpty) {
  Pending first = Poll();
  Advance(std::chrono::seconds(30));
  Pending second = Poll();
  Advance(std::chrono::milliseconds(29'999));
  EXPECT_FALSE(first->answered);
  Advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(first->answered);
  EXPECT_EQ(first->response.body, "{}");
  EXPECT_FALSE(second->answered);
  Advance(std::chrono::seconds(30));
  EXPECT_EQ(second->response.body, "{}");
}

TEST_F(TasksTest, ATaskSkipsAPollWhosePeerHasGone) {
  Pending gone = Poll();
  Pending live = Poll();
  gone->gone();
  Start(Create("m", kShip), "e");
  EXPECT_FALSE(gone->answered);
  EXPECT_TRUE(live->answered);
}

TEST_F(TasksTest, BeatsKeepATaskAliveOnBothWaysThroughTheRouter) {
  std::string token = TakeTask();
  Advance(std::chrono::seconds(9));
  EXPECT_EQ(Call("SendTaskHeartbeat", R"({"taskToken":")" + token + R"("})"),
            "{}");
  Advance(std::chrono::seconds(9));
  EXPECT_EQ(
      Call("SendTaskHeartbeat", R"({"x":[],"taskToken":")" + token + R"("})"),
      "{}");
  Advance(std::chrono::seconds(9));
  EXPECT_EQ(Call("SendTaskSuccess",
                 R"({"taskToken":")" + token + R"(","output":"4"})"),
            "{}");
}

TEST_F(TasksTest, TokensAreToldApart) {
  std::string token = TakeTask();
  Advance(std::chrono::seconds(10));
  EXPECT_EQ(Refused("SendTaskHeartbeat", R"({"taskToken":")" + token + R"("})"),
            "TaskTimedOut: Task Timed Out: '" + activity_ + "'");
  for (const char* operation : {"SendTaskHeartbeat", "SendTaskFailure"}) {
    EXPECT_EQ(Refused(operation, R"({"taskToken":"AQBsAAAA"})"),
              "InvalidToken: Invalid Token: 'Invalid token'");
    EXPECT_EQ(Refused(operation, R"({"taskToken":""})"),
              "ValidationException: 1 validation error detected: Value '' at "
              "'taskToken' failed to satisfy constraint: Member must have "
              "length greater than or equal to 1");
  }
}

TEST_F(TasksTest, ShapeComesBeforeTokenAndTokenBeforeOutput) {
  EXPECT_EQ(Refused("SendTaskSuccess", R"({"taskToken":"x"})"),
            "ValidationException: 1 validation error detected: Value at "
            "'output' failed to satisfy constraint: Member must not be null");
  EXPECT_EQ(Refused("SendTaskSuccess", R"({"taskToken":"x","output":"{"})"),
            "InvalidToken: Invalid Token: 'Invalid token'");
  EXPECT_EQ(Refused("SendTaskSuccess", R"({"taskToken":")" + TakeTask() +
                                           R"(","output":"not-json"})"),
            "InvalidOutput: Invalid Output: 'not-json' is not valid JSON.");
}

}  // namespace
}  // namespace stepwheel::aws
