#include "engine/engine.h"

#include <gmock/gmock.h>

#include "engine/task_token.h"
#include "tests/engine/engine_harness.h"

namespace stepwheel::engine {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kPass[] =
    R"({"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}})";
constexpr char kWait[] =
    R"({"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}})";

TEST_F(EngineTest, CreatingTheSameMachineAgainGivesTheFirstAnswer) {
  auto first = Create("m", kPass);
  clock_.Advance(seconds(5));
  auto again = Create("m", kPass);
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(again->creation_date, first->creation_date);
}

TEST_F(EngineTest, CreatingAnotherMachineOfThatNameIsRefused) {
  ASSERT_TRUE(Create("m", kPass).ok());
  auto other = Create("m", kWait);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code, ApiErrorCode::kStateMachineAlreadyExists);
  EXPECT_EQ(other.error().message, "State Machine Already Exists: '" +
                                       TestArn("stateMachine", "m") + "'");
}

TEST_F(EngineTest, ABadDefinitionIsRefusedWithEveryProblem) {
  auto bad = Create(
      "m", R"({"StartAt":"X","States":{"P":{"Type":"Pass","Next":"Q"}}})");
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, ApiErrorCode::kInvalidDefinition);
  EXPECT_THAT(bad.error().message, HasSubstr("Missing 'Next' target: X"));
  EXPECT_THAT(bad.error().message, HasSubstr("Missing 'Next' target: Q"));
}

TEST_F(EngineTest, StartingTheSameExecutionAgainIsIdempotentWhileItRuns) {
  ASSERT_TRUE(Create("m", kWait).ok());
  auto first = Start("m", "x", R"({"a":1})");
  clock_.Advance(seconds(1));
  auto again = Start("m", "x", R"({"a":1})");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->start_date, first->start_date);
  auto other = Start("m", "x", R"({"a":2})");
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code, ApiErrorCode::kExecutionAlreadyExists);
  AdvanceTo(seconds(100));
  EXPECT_FALSE(Start("m", "x", R"({"a":1})").ok());
}

TEST_F(EngineTest, AnUpdateChangesNewExecutionsOnly) {
  ASSERT_TRUE(Create("m", kWait).ok());
  ASSERT_TRUE(Start("m", "old").ok());
  clock_.Advance(seconds(5));
  UpdateStateMachineRequest r;
  r.state_machine_arn = TestArn("stateMachine", "m");
  r.definition = kPass;
  auto update = [&] {
    return Ask<UpdateStateMachineAnswer>(
        [&](auto reply) { engine_->UpdateStateMachine(r, now(), reply); });
  };
  auto first = update();
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->revision_id.size(), 36u);
  clock_.Advance(seconds(5));
  auto same = update();  // Nothing really changed.
  EXPECT_EQ(same->revision_id, first->revision_id);
  EXPECT_EQ(same->update_date, first->update_date);
  ASSERT_TRUE(Start("m", "new").ok());
  EXPECT_EQ(Status("m", "old"), "RUNNING");
  EXPECT_EQ(Status("m", "new"), "SUCCEEDED");
  auto pinned = Ask<DescribeStateMachineAnswer>([&](auto reply) {
    engine_->DescribeStateMachineForExecution(TestArn("execution", "m:old"),
                                              now(), reply);
  });
  ASSERT_TRUE(pinned.ok());
  EXPECT_EQ(pinned->definition, kWait);
  EXPECT_EQ(pinned->record.revision_id, "");
}

TEST_F(EngineTest, AStartWithBadInputNamesTheProblem) {
  ASSERT_TRUE(Create("m", kPass).ok());
  auto bad = Start("m", "x", "not json");
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, ApiErrorCode::kInvalidExecutionInput);
  EXPECT_THAT(bad.error().message, HasSubstr("Unrecognized token 'not'"));
  EXPECT_EQ(Start("m", "x", "").error().message,
            "Invalid State Machine Execution Input: 'Invalid execution "
            "input.'");
}

TEST_F(EngineTest, ExecutionsWithoutANameGetDifferentUuids) {
  ASSERT_TRUE(Create("m", kPass).ok());
  StartExecutionRequest r;
  r.state_machine_arn = TestArn("stateMachine", "m");
  auto start = [&] {
    return Ask<StartExecutionAnswer>(
        [&](auto reply) { engine_->StartExecution(r, now(), reply); });
  };
  auto a = start(), b = start();
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_NE(a->execution_arn, b->execution_arn);
}

TEST_F(EngineTest, ListExecutionsPagesFromTheNewest) {
  ASSERT_TRUE(Create("m", kPass).ok());
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(Start("m", "x" + std::to_string(i)).ok());
  }
  ListExecutionsRequest r;
  r.state_machine_arn = TestArn("stateMachine", "m");
  r.max_results = 2;
  std::string names;
  for (int pages = 0; pages < 9; ++pages) {
    auto page = Ask<ListExecutionsAnswer>(
        [&](auto reply) { engine_->ListExecutions(r, now(), reply); });
    ASSERT_TRUE(page.ok());
    for (const auto& e : page->executions) names += e.name + " ";
    if (!page->next_token) break;
    r.next_token = *page->next_token;
  }
  EXPECT_EQ(names, "x4 x3 x2 x1 x0 ");
}

TEST_F(EngineTest, HistoryPagesInBothDirections) {
  ASSERT_TRUE(Create("m", kPass).ok());
  ASSERT_TRUE(Start("m", "x").ok());
  for (bool reverse : {false, true}) {
    GetExecutionHistoryRequest r;
    r.execution_arn = TestArn("execution", "m:x");
    r.max_results = 3;
    r.reverse_order = reverse;
    auto first = History(r);
    ASSERT_TRUE(first.ok());
    ASSERT_THAT(first->events, SizeIs(3));
    EXPECT_THAT(first->events[0],
                HasSubstr(reverse ? "\"id\":4," : "\"id\":1,"));
    ASSERT_TRUE(first->next_token);
    r.next_token = *first->next_token;
    auto second = History(r);
    ASSERT_TRUE(second.ok());
    EXPECT_THAT(second->events, SizeIs(1));
    EXPECT_FALSE(second->next_token);
  }
}

TEST_F(EngineTest, TheHistoryOfARunningExecutionGrowsBetweenReads) {
  ASSERT_TRUE(Create("m", kWait).ok());
  ASSERT_TRUE(Start("m", "x").ok());
  GetExecutionHistoryRequest r;
  r.execution_arn = TestArn("execution", "m:x");
  EXPECT_THAT(History(r)->events, SizeIs(2));
  AdvanceTo(seconds(60));
  EXPECT_THAT(History(r)->events, SizeIs(4));
}

TEST_F(EngineTest, ClosedTasksThatNobodyPollsForDoNotPileUp) {
  CreateActivity("ship");
  ASSERT_TRUE(Create("m", ShipMachine("")).ok());
  for (int i = 0; i < 5000; ++i) {
    const std::string name = "x" + std::to_string(i);
    ASSERT_TRUE(Start("m", name).ok());
    StopExecutionRequest stop{TestArn("execution", "m:" + name), {}, {}};
    engine_->StopExecution(stop, now(), [](auto) {});
  }
  Settle();
  EXPECT_LE(engine_->stats().queued_tasks, 1000);
}

TEST_F(EngineTest, PageTokensOfLongNamesFit) {
  std::string name;
  for (int i = 0; i < 80; ++i) name += "\xF0\x9F\x98\x80";
  ASSERT_TRUE(Create(name, kPass).ok());
  ASSERT_TRUE(Start(name, name).ok());
  GetExecutionHistoryRequest r;
  r.execution_arn = TestArn("execution", name + ":" + name);
  r.max_results = 1;
  EXPECT_LE(History(r)->next_token->size(), 1024u);
}

TEST_F(EngineTest, ADatabaseKeepsItsRegionAndAccount) {
  EngineOptions options;
  options.region = "eu-west-1";
  Engine other(options, &clock_, &store_, nullptr);
  absl::Status status = other.Recover();
  EXPECT_EQ(status.message(),
            "the database belongs to region us-east-1, not eu-west-1; start "
            "with --region us-east-1 or with another --db");
}

TEST_F(EngineTest, AForgedPageTokenIsInvalid) {
  ASSERT_TRUE(Create("m", kPass).ok());
  ASSERT_TRUE(Start("m", "x").ok());
  GetExecutionHistoryRequest r;
  r.execution_arn = TestArn("execution", "m:x");
  r.next_token = "00112233445566778899";
  auto page = History(r);
  ASSERT_FALSE(page.ok());
  EXPECT_EQ(page.error().code, ApiErrorCode::kInvalidToken);
}

TEST_F(EngineTest, StoppingAnEndedExecutionChangesNothing) {
  ASSERT_TRUE(Create("m", kPass).ok());
  ASSERT_TRUE(Start("m", "x").ok());
  auto before = Describe("m", "x");
  clock_.Advance(seconds(9));
  StopExecutionRequest r{TestArn("execution", "m:x"), "E", "C"};
  auto stop = Ask<StopExecutionAnswer>(
      [&](auto reply) { engine_->StopExecution(r, now(), reply); });
  ASSERT_TRUE(stop.ok());
  EXPECT_EQ(stop->stop_date, *before->stop_date);
  EXPECT_EQ(Status("m", "x"), "SUCCEEDED");
}

TEST_F(EngineTest, AWithdrawnPollGetsNoTask) {
  CreateActivity("ship");
  ASSERT_TRUE(Create("m", ShipMachine("")).ok());
  auto gone = Poll("ship");
  auto idle = Poll("ship");
  engine_->WithdrawPoll(gone, false);
  engine_->WithdrawPoll(idle, true);
  ASSERT_THAT(polled_, SizeIs(1));
  EXPECT_TRUE(polled_[0]->task_token.empty());
  ASSERT_TRUE(Start("m", "x").ok());
  EXPECT_THAT(polled_, SizeIs(1));
  Poll("ship");
  ASSERT_THAT(polled_, SizeIs(2));
  EXPECT_FALSE(polled_[1]->task_token.empty());
}

TEST_F(EngineTest, APollWhoseConnectionIsGoneIsPassedOver) {
  CreateActivity("ship");
  ASSERT_TRUE(Create("m", ShipMachine("")).ok());
  Poll("ship", [] { return false; });
  Poll("ship", [] { return true; });
  ASSERT_TRUE(Start("m", "x").ok());
  ASSERT_THAT(polled_, SizeIs(1));
  EXPECT_FALSE(polled_[0]->task_token.empty());
}

TEST_F(EngineTest, TheThousandAndFirstPollerIsRefused) {
  CreateActivity("ship");
  for (int i = 0; i < 1000; ++i) Poll("ship");
  EXPECT_THAT(polled_, IsEmpty());
  Poll("ship");
  ASSERT_THAT(polled_, SizeIs(1));
  EXPECT_EQ(polled_[0].error().code,
            ApiErrorCode::kActivityWorkerLimitExceeded);
}

TEST_F(EngineTest, DeletingAnActivityEndsItsPolls) {
  CreateActivity("ship");
  Poll("ship");
  ASSERT_TRUE(Ask<Nothing>([&](auto reply) {
                engine_->DeleteActivity(TestArn("activity", "ship"), now(),
                                        reply);
              }).ok());
  ASSERT_THAT(polled_, SizeIs(1));
  EXPECT_EQ(polled_[0].error().code, ApiErrorCode::kActivityDoesNotExist);
}

TEST_F(EngineTest, TokenErrorsComeInTheOrderOfAws) {
  CreateActivity("ship");
  ASSERT_TRUE(Create("m", ShipMachine("")).ok());
  ASSERT_TRUE(Start("m", "x").ok());
  Poll("ship");
  const std::string token = polled_.at(0)->task_token;
  EXPECT_EQ(Succeed("made-up", "not-json").error().code,
            ApiErrorCode::kInvalidToken);
  EXPECT_EQ(Succeed(token, "not-json").error().message,
            "Invalid Output: 'not-json' is not valid JSON.");
  ASSERT_TRUE(Succeed(token, "4").ok());
  EXPECT_EQ(Succeed(token, "not-json").error().code,
            ApiErrorCode::kInvalidOutput);
  EXPECT_EQ(Succeed(token, "4").error().message,
            "Task Timed Out: '" + TestArn("activity", "ship") + "'");
}

TEST_F(EngineTest, AForeignDatabasesTokenIsInvalid) {
  EXPECT_EQ(Beat(MintTaskToken({1, 3, 1, 0}, {11, 12})).error().code,
            ApiErrorCode::kInvalidToken);
}

TEST_F(EngineTest, ATurnGivesOneExecutionABudgetAndGoesOnLater) {
  std::string chain = R"({"StartAt":"S0","States":{)";
  for (int i = 0; i < 500; ++i) {
    chain += "\"S" + std::to_string(i) + R"(":{"Type":"Pass","Next":"S)" +
             std::to_string(i + 1) + "\"},";
  }
  chain += R"("S500":{"Type":"Succeed"}}})";
  ASSERT_TRUE(Create("m", chain).ok());
  StartExecutionRequest r;
  r.state_machine_arn = TestArn("stateMachine", "m");
  r.name = "x";
  engine_->StartExecution(r, now(), [](auto) {});
  const int64_t before = engine_->stats().commits;
  EXPECT_TRUE(engine_->Turn());
  Settle();
  EXPECT_GE(engine_->stats().commits - before, 5);
  EXPECT_EQ(Status("m", "x"), "SUCCEEDED");
}

TEST_F(EngineTest, VariablesOfOneAssignHaveAwsLimit) {
  ASSERT_TRUE(Create("m", R"({"StartAt":"Both","States":{
      "Both":{"Type":"Pass","Assign":{"a.$":"$.a","b.$":"$.b"},"End":true}}})")
                  .ok());
  const std::string a(131'070, 'x'), b(131'050, 'x');
  ASSERT_TRUE(
      Start("m", "x", "{\"a\":\"" + a + "\",\"b\":\"" + b + "\"}").ok());
  EXPECT_EQ(Status("m", "x"), "SUCCEEDED");
  ASSERT_TRUE(Create("n", R"({"StartAt":"A","States":{
      "A":{"Type":"Pass","Assign":{"a.$":"$"},"Next":"B"},
      "B":{"Type":"Pass","Parameters":{},"Assign":{
           "x.$":"$a","y.$":"$a"},"End":true}}})")
                  .ok());
  ASSERT_TRUE(Start("n", "x", "\"" + a + "y\"").ok());
  auto record = Describe("n", "x");
  EXPECT_EQ(record->error, "States.DataLimitExceeded");
  EXPECT_EQ(record->cause,
            "State total variable size limit exceeded. Variable 'y' in state "
            "'B' was assigned 131073 bytes, which caused the size of variables "
            "assigned in the state to exceed its limit by 2 bytes.");
  auto history = History({TestArn("execution", "n:x"), 100, false, false, ""});
  EXPECT_THAT(history->events.at(4), HasSubstr("EvaluationFailed"));
}

TEST_F(EngineTest, AnEngineWithoutDispatcherFailsTheTaskAndNamesIt) {
  Engine alone({}, &clock_, &store_, nullptr);
  ASSERT_TRUE(alone.Recover().ok());
  CreateStateMachineRequest create;
  create.name = "l";
  create.definition =
      R"({"StartAt":"L","States":{"L":{"Type":"Task","End":true,)"
      R"("Parameters":{"FunctionName":"f"},)"
      R"("Resource":"arn:aws:states:::lambda:invoke"}}})";
  alone.CreateStateMachine(create, now(), [](auto) {});
  StartExecutionRequest start;
  start.state_machine_arn = TestArn("stateMachine", "l");
  start.name = "x";
  alone.StartExecution(start, now(), [](auto) {});
  while (alone.Turn()) {
  }
  auto record = store_.ExecutionByArn(TestArn("execution", "l:x"));
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(*record->error, "States.TaskFailed");
  EXPECT_THAT(*record->cause, HasSubstr("arn:aws:states:::lambda:invoke"));
}

}  // namespace
}  // namespace stepwheel::engine
