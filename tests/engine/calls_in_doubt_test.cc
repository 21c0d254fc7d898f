// A crash at every turn of every kind of call (rules.md 7): the outside
// survives and knows how often it was called, the process that called it does
// not.

#include <gmock/gmock.h>

#include "tests/engine/engine_harness.h"

namespace stepwheel::engine {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct Kind {
  std::string name;
  std::string task;  // Members of the Task state, after "Type".
};

constexpr char kChild[] =
    R"("Parameters":{"StateMachineArn":)"
    R"("arn:aws:states:us-east-1:123456789012:stateMachine:child",)"
    R"("Name":"c"})";

std::string Service(const std::string& resource, const std::string& more) {
  return R"("Resource":"arn:aws:states:::)" + resource + "\"," + more;
}

class CallsInDoubtTest : public EngineTest {
 protected:
  // Starts anew, crashes after `turns` turns, and goes on to the end.
  void CrashAfter(int turns, const std::string& task) {
    engine_.reset();
    store_ = storage::MemoryStore();
    outside_ = FakeDispatcher();
    Open();
    ASSERT_TRUE(Create("child", R"({"StartAt":"W","States":{"W":)"
                                R"({"Type":"Wait","Seconds":5,"End":true}}})")
                    .ok());
    ASSERT_TRUE(Create("m", R"({"StartAt":"P","States":{"P":)"
                            R"({"Type":"Pass","Next":"T"},"T":)"
                            R"({"Type":"Task",)" +
                                task + R"(,"End":true}}})")
                    .ok());
    StartExecutionRequest start;
    start.state_machine_arn = TestArn("stateMachine", "m");
    start.name = "x";
    engine_->StartExecution(start, now(), [](auto) {});
    for (int i = 0; i < turns; ++i) engine_->Turn();
    engine_.reset();
    outside_.ForgetAll();
    Open();
  }
};

TEST_F(CallsInDoubtTest, ARequestInFlightFailsItsTaskAndIsNotSentAgain) {
  const Kind kinds[] = {
      {"function", R"("Resource":"arn:aws:lambda:us-east-1:123456789012:)"
                   R"(function:f")"},
      {"invoke",
       Service("lambda:invoke", R"("Parameters":{"FunctionName":"f"})")},
      {"send", Service("sqs:sendMessage", R"("Parameters":{"QueueUrl":"q"})")},
      {"sdk", Service("aws-sdk:sfn:describeExecution",
                      R"("Parameters":{"ExecutionArn":"a"})")},
      {"callback without a clock", Service("sqs:sendMessage.waitForTaskToken",
                                           R"("Parameters":{"QueueUrl":"q"})")},
  };
  for (const Kind& kind : kinds) {
    for (int turns = 1; turns <= 3; ++turns) {
      SCOPED_TRACE(kind.name + ", crash after " + std::to_string(turns));
      CrashAfter(turns, kind.task);
      auto record = Describe("m", "x");
      ASSERT_TRUE(record.ok());
      EXPECT_EQ(record->error, "States.TaskFailed");
      EXPECT_THAT(*record->cause, HasSubstr("whether it arrived is unknown."));
      EXPECT_EQ(outside_.started(), 1);
      EXPECT_THAT(outside_.sent_twice(), IsEmpty());
    }
  }
}

// Found by the random scenarios.
TEST_F(CallsInDoubtTest, ACallThatBecameDueInTheAbsenceIsMade) {
  for (const size_t in_memory : {size_t{0}, size_t{100}}) {
    SCOPED_TRACE(in_memory);
    in_memory_ = in_memory;
    store_ = storage::MemoryStore();
    Crash();
    ASSERT_TRUE(Create("m", R"({"StartAt":"W","States":{
        "W":{"Type":"Wait","Seconds":5,"Next":"T"},"T":{"Type":"Task",)" +
                                Service("sqs:sendMessage",
                                        R"("Parameters":{"QueueUrl":"q"})") +
                                R"(,"End":true}}})")
                    .ok());
    ASSERT_TRUE(Start("m", "x").ok());
    engine_.reset();
    clock_.Advance(std::chrono::seconds(60));
    Open();
    EXPECT_EQ(Status("m", "x"), "RUNNING");
    EXPECT_NE(outside_.Find("sendMessage"), nullptr);
    EXPECT_EQ(outside_.started(), 1);
  }
}

TEST_F(CallsInDoubtTest, ARetryIsAnotherAttempt) {
  for (int turns = 1; turns <= 3; ++turns) {
    CrashAfter(turns, Service("sqs:sendMessage",
                              R"("Parameters":{"QueueUrl":"q"},"Retry":[)"
                              R"({"ErrorEquals":["States.TaskFailed"]}])"));
    AdvanceTo(now() - Instant::FromUnixMillis(kStart) +
              std::chrono::seconds(1));
    EXPECT_EQ(Status("m", "x"), "RUNNING");
    EXPECT_EQ(outside_.started(), 2);
    EXPECT_THAT(outside_.sent_twice(), IsEmpty());
  }
}

TEST_F(CallsInDoubtTest, ACallbackTaskWithAClockIsKept) {
  for (const char* clock :
       {R"("HeartbeatSeconds":9)", R"("TimeoutSeconds":9)"}) {
    for (const char* resource : {"sqs:sendMessage.waitForTaskToken",
                                 "lambda:invoke.waitForTaskToken"}) {
      const bool queue = std::string(resource).starts_with("sqs");
      CrashAfter(
          1,
          Service(resource,
                  std::string(queue ? R"("Parameters":{"QueueUrl":"q"},)"
                                    : R"("Parameters":{"FunctionName":"f"},)") +
                      clock));
      EXPECT_EQ(Status("m", "x"), "RUNNING");
      EXPECT_EQ(outside_.started(), 1);
      GetExecutionHistoryRequest history;
      history.execution_arn = TestArn("execution", "m:x");
      auto events = History(history);
      ASSERT_TRUE(events.ok());
      EXPECT_THAT(events->events.back(), HasSubstr("TaskSubmitted"));
      EXPECT_THAT(events->events.back(), HasSubstr(R"("output":"{}")"));
    }
  }
}

TEST_F(CallsInDoubtTest, AChildIsNeverInDoubt) {
  for (const char* pattern : {"", ".sync", ".sync:2"}) {
    for (int turns = 0; turns <= 4; ++turns) {
      SCOPED_TRACE(std::string(pattern) + ", crash after " +
                   std::to_string(turns));
      CrashAfter(turns, Service("states:startExecution" + std::string(pattern),
                                kChild));
      AdvanceTo(now() - Instant::FromUnixMillis(kStart) +
                std::chrono::seconds(20));
      EXPECT_EQ(outside_.started(), 0);
      if (turns == 0) {
        EXPECT_FALSE(Describe("m", "x").ok());  // Nobody was told otherwise.
        EXPECT_FALSE(Describe("child", "c").ok());
        continue;
      }
      EXPECT_EQ(Status("m", "x"), "SUCCEEDED");
      EXPECT_EQ(Status("child", "c"), "SUCCEEDED");
    }
  }
}

// More children than one turn starts: the rest is owed, across a crash too.
TEST_F(CallsInDoubtTest, ChildrenThatATurnHasNoRoomForStartLater) {
  ASSERT_TRUE(Create("child", R"({"StartAt":"P","States":{"P":)"
                              R"({"Type":"Pass","End":true}}})")
                  .ok());
  ASSERT_TRUE(
      Create("m",
             R"({"StartAt":"M","States":{"M":{"Type":"Map","ItemProcessor":)"
             R"({"StartAt":"T","States":{"T":{"Type":"Task",)"
             R"("Resource":"arn:aws:states:::states:startExecution.sync",)"
             R"("Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:)"
             R"(123456789012:stateMachine:child"},"OutputPath":"$.Status",)"
             R"("End":true}}},"End":true}}})")
          .ok());
  std::string items = "[0";
  for (int i = 1; i < 600; ++i) items += "," + std::to_string(i);
  StartExecutionRequest start;
  start.state_machine_arn = TestArn("stateMachine", "m");
  start.name = "x";
  start.input = items + "]";
  engine_->StartExecution(start, now(), [](auto) {});
  for (int turns = 0; Status("m", "x") != "SUCCEEDED"; ++turns) {
    ASSERT_LT(turns, 200);
    engine_->Turn();
    Crash();
  }
  ListExecutionsRequest list;
  list.state_machine_arn = TestArn("stateMachine", "child");
  list.max_results = 1000;
  auto children = Ask<ListExecutionsAnswer>(
      [&](auto reply) { engine_->ListExecutions(list, now(), reply); });
  ASSERT_TRUE(children.ok());
  EXPECT_EQ(children->executions.size(), 600u);
}

}  // namespace
}  // namespace stepwheel::engine
