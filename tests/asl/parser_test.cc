#include "asl/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace stepwheel::asl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

StateMachinePtr Parsed(std::string_view text) {
  const ParseResult result = ParseDefinition(text);
  EXPECT_TRUE(result.machine) << JoinDiagnostics(result.diagnostics);
  static const auto empty = [] {
    auto machine = std::make_shared<StateMachine>();
    machine->states.resize(8);
    return machine;
  }();
  return result.machine ? result.machine : empty;
}

// A machine of the one state A with these fields.
std::string OneState(std::string_view fields) {
  return R"({"StartAt":"A","States":{"A":{)" + std::string(fields) + "}}}";
}

State ParsedState(std::string_view fields) {
  return Parsed(OneState(fields))->state(0);
}

TEST(Parser, KeepsTheTextAndTheMachineFields) {
  const std::string text =
      R"( {"Comment":"c","Version":"1.0","QueryLanguage":"JSONPath",
          "TimeoutSeconds":60,"StartAt":"A",
          "States":{"A":{"Type":"Succeed","Comment":"done"}}})";
  const StateMachinePtr machine = Parsed(text);
  EXPECT_EQ(machine->definition, text);
  EXPECT_EQ(machine->timeout_seconds, 60);
  EXPECT_EQ(machine->query_language, QueryLanguage::kJsonPath);
  EXPECT_EQ(machine->flows[0].start_at, 0);
  EXPECT_EQ(machine->flows[0].owner, kNoState);
}

TEST(Parser, ResolvesTransitionsForwardAndBack) {
  const StateMachinePtr machine = Parsed(
      R"({"StartAt":"B","States":{
          "A":{"Type":"Pass","End":true},
          "B":{"Type":"Pass","End":false,"Next":"C"},
          "C":{"Type":"Wait","Seconds":0,"Next":"A"}}})");
  EXPECT_EQ(machine->flows[0].start_at, 1);
  EXPECT_EQ(machine->state(1).next, 2);
  EXPECT_FALSE(machine->state(1).end);
  EXPECT_EQ(machine->state(2).next, 0);
  EXPECT_TRUE(machine->state(0).end);
  EXPECT_EQ(machine->Find("C")->index, 2);
  EXPECT_EQ(machine->Find("D"), nullptr);
}

TEST(Parser, APassHasItsDataFlow) {
  const State state = ParsedState(
      R"("Type":"Pass","Result":{"a":1},"InputPath":"$.in","OutputPath":null,
         "ResultPath":"$.out","Parameters":{"p.$":"$.x"},
         "Assign":{"v.$":"$.y","w":1},"End":true)");
  EXPECT_EQ(state.type, StateType::kPass);
  EXPECT_EQ(state.As<PassState>().result->Text(), R"({"a":1})");
  EXPECT_EQ(state.input_path->path->text(), "$.in");
  ASSERT_TRUE(state.output_path);
  EXPECT_FALSE(state.output_path->path);
  EXPECT_EQ(state.result_path->path->text(), "$.out");
  EXPECT_TRUE(state.arguments);
  EXPECT_THAT(state.assign->names, ElementsAre("v", "w"));
}

TEST(Parser, AnAbsentFieldIsNotANullOne) {
  const State state =
      ParsedState(R"("Type":"Pass","ResultPath":null,"End":true)");
  ASSERT_TRUE(state.result_path);
  EXPECT_FALSE(state.result_path->path);
  EXPECT_FALSE(state.input_path);
  EXPECT_FALSE(state.arguments);
}

TEST(Parser, ANullResultIsAbsent) {
  const State state = ParsedState(R"("Type":"Pass","Result":null,"End":true)");
  EXPECT_FALSE(state.As<PassState>().result);
}

TEST(Parser, ATaskHasResourceTimesAndCredentials) {
  const State state = ParsedState(
      R"("Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage",
         "TimeoutSeconds":99999999,"HeartbeatSecondsPath":"$.beat",
         "Credentials":{"RoleArn.$":"$.role"},"ResultSelector":{"x.$":"$.y"},
         "End":true)");
  const TaskState& task = state.As<TaskState>();
  EXPECT_EQ(task.resource.service, "sqs");
  EXPECT_EQ(task.timeout_seconds.literal, 99999999);
  EXPECT_FALSE(task.heartbeat_seconds.literal);
  EXPECT_EQ(task.heartbeat_seconds.path->text(), "$.beat");
  EXPECT_TRUE(task.credentials);
  EXPECT_TRUE(state.result_selector);
}

TEST(Parser, ARetrierHasItsDefaults) {
  const State state = ParsedState(
      R"("Type":"Task","Resource":"arn:aws:states:::sns:publish","End":true,
         "Retry":[{"ErrorEquals":["X","States.Timeout"]}])");
  ASSERT_EQ(state.retry.size(), 1u);
  const Retrier& retrier = state.retry[0];
  EXPECT_THAT(retrier.error_equals, ElementsAre("X", "States.Timeout"));
  EXPECT_EQ(retrier.interval_seconds, 1);
  EXPECT_EQ(retrier.max_attempts, 3);
  EXPECT_EQ(retrier.backoff_rate, 2.0);
  EXPECT_FALSE(retrier.max_delay_seconds);
  EXPECT_FALSE(retrier.jitter_full);
}

TEST(Parser, ARetrierTakesAllItsFields) {
  const State state = ParsedState(
      R"("Type":"Task","Resource":"arn:aws:states:::sns:publish","End":true,
         "Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":5,
         "MaxAttempts":0,"BackoffRate":1,"MaxDelaySeconds":31622400,
         "JitterStrategy":"FULL","Comment":"c"}])");
  ASSERT_EQ(state.retry.size(), 1u);
  EXPECT_EQ(state.retry[0].interval_seconds, 5);
  EXPECT_EQ(state.retry[0].max_attempts, 0);
  EXPECT_EQ(state.retry[0].backoff_rate, 1.0);
  EXPECT_EQ(state.retry[0].max_delay_seconds, 31622400);
  EXPECT_TRUE(state.retry[0].jitter_full);
}

TEST(Parser, ACatcherLeadsToAState) {
  const StateMachinePtr machine = Parsed(
      R"({"StartAt":"A","States":{"A":{"Type":"Task","End":true,
          "Resource":"arn:aws:states:us-east-1:123456789012:activity:a",
          "Catch":[{"ErrorEquals":["X"],"Next":"B","ResultPath":"$.e",
                    "Assign":{"why.$":"$.Cause"}}]},
          "B":{"Type":"Fail"}}})");
  ASSERT_EQ(machine->state(0).catchers.size(), 1u);
  const Catcher& catcher = machine->state(0).catchers[0];
  EXPECT_EQ(catcher.next, 1);
  EXPECT_EQ(catcher.result_path->path->text(), "$.e");
  EXPECT_THAT(catcher.assign->names, ElementsAre("why"));
}

TEST(Parser, AChoiceHasRulesAndADefault) {
  const StateMachinePtr machine = Parsed(
      R"({"StartAt":"C","States":{
          "C":{"Type":"Choice","Default":"B","Choices":[
            {"Variable":"$.x","NumericEquals":1,"Next":"A",
             "Assign":{"x":1},"Comment":"c"},
            {"And":[{"Variable":"$.y","IsPresent":true},
                    {"Not":{"Variable":"$.y","IsNull":true}}],"Next":"B"}]},
          "A":{"Type":"Succeed"},"B":{"Type":"Succeed"}}})");
  const ChoiceState& choice = machine->state(0).As<ChoiceState>();
  ASSERT_EQ(choice.choices.size(), 2u);
  EXPECT_EQ(choice.choices[0].next, 1);
  EXPECT_TRUE(choice.choices[0].assign);
  EXPECT_EQ(choice.choices[1].next, 2);
  EXPECT_EQ(choice.default_next, 2);
}

TEST(Parser, AWaitHasOneOfFourTimes) {
  const auto wait = [](std::string_view field) {
    return ParsedState("\"Type\":\"Wait\",\"End\":true," + std::string(field))
        .As<WaitState>();
  };
  EXPECT_EQ(wait(R"("Seconds":99999999)").seconds.literal, 99999999);
  EXPECT_EQ(wait(R"("SecondsPath":"$.s")").seconds.path->text(), "$.s");
  EXPECT_EQ(wait(R"("TimestampPath":"$t")").timestamp.path->text(), "$t");
  const auto timestamp =
      wait(R"("Timestamp":"1970-01-01T00:01:00Z")").timestamp;
  EXPECT_EQ(timestamp.literal->seconds, 60);
}

TEST(Parser, AFailHasTextsOrPaths) {
  const FailState literal =
      ParsedState(R"("Type":"Fail","Error":"E","Cause":"C")").As<FailState>();
  EXPECT_EQ(literal.error.literal, "E");
  EXPECT_EQ(literal.cause.literal, "C");
  const FailState paths = ParsedState(R"json("Type":"Fail","ErrorPath":"$.e",
                         "CausePath":"States.Format('{}', $.c)")json")
                              .As<FailState>();
  EXPECT_EQ(paths.error.path->text(), "$.e");
  EXPECT_TRUE(paths.cause.path->is_intrinsic());
}

TEST(Parser, AParallelOwnsAFlowPerBranch) {
  const StateMachinePtr machine = Parsed(OneState(
      R"("Type":"Parallel","End":true,"Branches":[
         {"StartAt":"X","Comment":"c","States":{"X":{"Type":"Succeed"}}},
         {"StartAt":"Z","States":{"Y":{"Type":"Succeed"},
                                  "Z":{"Type":"Pass","Next":"Y"}}}])"));
  const ParallelState& parallel = machine->state(0).As<ParallelState>();
  ASSERT_THAT(parallel.branches, ElementsAre(1, 2));
  EXPECT_EQ(machine->flows[1].owner, 0);
  EXPECT_EQ(machine->flows[2].start_at, 3);
  EXPECT_THAT(machine->flows[2].states, ElementsAre(2, 3));
  EXPECT_EQ(machine->state(3).next, 2);
  EXPECT_EQ(machine->state(3).flow, 2);
  EXPECT_THAT(machine->flows[0].states, ElementsAre(0));
}

TEST(Parser, AMapRunsAProcessorOverItems) {
  const StateMachinePtr machine = Parsed(OneState(
      R"("Type":"Map","ItemsPath":"$$.Execution.Input.list","End":true,
         "ItemSelector":{"v.$":"$$.Map.Item.Value"},"MaxConcurrency":3,
         "ItemProcessor":{"ProcessorConfig":{"Mode":"INLINE"},
           "StartAt":"X","States":{"X":{"Type":"Succeed"}}})"));
  const MapState& map = machine->state(0).As<MapState>();
  EXPECT_EQ(map.processor, 1);
  EXPECT_FALSE(map.distributed);
  EXPECT_TRUE(map.item_selector);
  EXPECT_EQ(map.max_concurrency.literal, 3);
  EXPECT_EQ(map.items_path->path->root(), JsonPath::Root::kContext);
  EXPECT_EQ(machine->flows[1].owner, 0);
}

TEST(Parser, AMapMayUseTheOldNames) {
  const State state = ParsedState(
      R"("Type":"Map","Parameters":{"a":1},"MaxConcurrencyPath":"$.n",
         "Iterator":{"StartAt":"X","States":{"X":{"Type":"Succeed"}}},
         "End":true)");
  EXPECT_TRUE(state.As<MapState>().item_selector);
  EXPECT_FALSE(state.arguments);
  EXPECT_EQ(state.As<MapState>().max_concurrency.path->text(), "$.n");
}

TEST(Parser, ADistributedMapIsAcceptedByForm) {
  const State state = ParsedState(
      R"("Type":"Map","Label":"m","ToleratedFailureCount":1,"End":true,
         "ToleratedFailurePercentagePath":"$.p",
         "ItemReader":{"Resource":"arn:aws:states:::s3:getObject",
           "Parameters":{"Bucket.$":"$.b","Key":"k"},
           "ReaderConfig":{"InputType":"CSV","CSVHeaderLocation":"GIVEN",
             "CSVHeaders":["a"],"MaxItemsPath":"$.n"}},
         "ItemBatcher":{"MaxItemsPerBatch":10,"BatchInput":{"x.$":"$.y"}},
         "ResultWriter":{"Resource":"arn:aws:states:::s3:putObject",
           "Parameters":{"Bucket":"b"},"WriterConfig":{"OutputType":"JSON"}},
         "ItemProcessor":{
           "ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},
           "StartAt":"X","States":{"X":{"Type":"Succeed"}}})");
  EXPECT_TRUE(state.As<MapState>().distributed);
}

TEST(Parser, VariablesThatAStateReadsAreListedSorted) {
  const StateMachinePtr machine = Parsed(
      R"json({"StartAt":"A","States":{
          "A":{"Type":"Pass","Assign":{"z":1,"b":2},"Next":"B"},
          "B":{"Type":"Pass","InputPath":"$z.x","Parameters":{
                 "p.$":"States.MathAdd($b, 1)","q":{"r.$":"$a[0]"}},
               "Next":"C"},
          "C":{"Type":"Choice","Choices":[{"Variable":"$b","Next":"D",
                 "NumericEqualsPath":"$z"}]},
          "D":{"Type":"Fail","CausePath":"$why"}}})json");
  EXPECT_EQ(machine->variable_references.size(), 3u);
  EXPECT_THAT(machine->variable_references.at("B"), ElementsAre("a", "b", "z"));
  EXPECT_THAT(machine->variable_references.at("C"), ElementsAre("b", "z"));
  EXPECT_THAT(machine->variable_references.at("D"), ElementsAre("why"));
}

TEST(Parser, AFullDefinitionWithoutVariablesListsNone) {
  EXPECT_THAT(Parsed(OneState(R"("Type":"Succeed")"))->variable_references,
              IsEmpty());
}

TEST(Parser, StateNamesMayHaveAnyCharacters) {
  const std::string name(80, 'n');
  const StateMachinePtr machine =
      Parsed(R"({"StartAt":"a/b [0] \"ü\"","States":{"a/b [0] \"ü\"":
             {"Type":"Pass","Next":")" +
             name + R"("},")" + name + R"(":{"Type":"Succeed"}}})");
  EXPECT_EQ(machine->state(0).name, "a/b [0] \"ü\"");
  EXPECT_EQ(machine->state(0).next, 1);
}

TEST(Parser, VariableNamesMayBeOfAnyLanguage) {
  const State state = ParsedState(
      R"("Type":"Pass","Assign":{"größe2_":1,"名前":2},"End":true)");
  EXPECT_THAT(state.assign->names, ElementsAre("größe2_", "名前"));
}

TEST(Parser, AWarningLeavesTheMachine) {
  const ParseResult result = ParseDefinition(
      OneState(R"("Type":"Pass","Parameters":{"value":"$.x"},"End":true)"));
  EXPECT_TRUE(result.machine);
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_EQ(result.diagnostics[0].code, "NO_DOLLAR");
  EXPECT_EQ(result.diagnostics[0].severity, Severity::kWarning);
  EXPECT_EQ(result.diagnostics[0].location, "/States/A/Parameters");
}

TEST(Parser, EveryTypeHasItsName) {
  EXPECT_EQ(StateTypeName(StateType::kPass), "Pass");
  EXPECT_EQ(StateTypeName(StateType::kTask), "Task");
  EXPECT_EQ(StateTypeName(StateType::kChoice), "Choice");
  EXPECT_EQ(StateTypeName(StateType::kWait), "Wait");
  EXPECT_EQ(StateTypeName(StateType::kSucceed), "Succeed");
  EXPECT_EQ(StateTypeName(StateType::kFail), "Fail");
  EXPECT_EQ(StateTypeName(StateType::kParallel), "Parallel");
  EXPECT_EQ(StateTypeName(StateType::kMap), "Map");
}

}  // namespace
}  // namespace stepwheel::asl
