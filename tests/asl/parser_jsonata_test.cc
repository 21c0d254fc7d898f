// Which fields a JSONata state may have, and what they may hold.
#include <gtest/gtest.h>

#include "asl/parser.h"

namespace stepwheel::asl {
namespace {

std::string Machine(std::string_view state) {
  return R"({"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{)" +
         std::string(state) + R"(},"B":{"Type":"Succeed"}}})";
}

std::string Errors(const std::string& definition) {
  return JoinDiagnostics(ParseDefinition(definition).diagnostics);
}

// Of a state A that leads to B.
std::string StateErrors(std::string_view state) {
  return Errors(Machine(std::string(state) + R"(,"Next":"B")"));
}

State Parsed(std::string_view state) {
  const ParseResult parsed =
      ParseDefinition(Machine(std::string(state) + R"(,"Next":"B")"));
  EXPECT_TRUE(parsed.machine) << JoinDiagnostics(parsed.diagnostics);
  return parsed.machine ? parsed.machine->states[0] : State{};
}

constexpr char kTask[] =
    R"("Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:)"
    R"(activity:a")";
constexpr char kMap[] =
    R"("Type":"Map","ItemProcessor":{"StartAt":"P","States":{"P":)"
    R"({"Type":"Pass","End":true}}})";

TEST(ParserJsonata, EveryTypeHasItsFields) {
  EXPECT_EQ(StateErrors(R"("Type":"Pass","Output":null,"Assign":{"x":1})"), "");
  EXPECT_EQ(StateErrors(kTask + std::string(R"(,"Arguments":"{% $x %}",
              "TimeoutSeconds":"{% 60 %}","HeartbeatSeconds":"{% 5 %}",
              "Output":"{% $states.result %}","Assign":{"y":1})")),
            "");
  EXPECT_EQ(StateErrors(kMap + std::string(R"(,"Items":[1,"{% 2 %}"],
              "ItemSelector":{"i":"{% $states.context.Map.Item.Index %}"},
              "MaxConcurrency":"{% 3 %}","ToleratedFailureCount":"{% 1 %}",
              "ToleratedFailurePercentage":"{% 0.5 %}")")),
            "");
  EXPECT_EQ(StateErrors(R"("Type":"Parallel","Arguments":[1],"Branches":
              [{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}])"),
            "");
  EXPECT_EQ(StateErrors(R"("Type":"Wait","Seconds":"{% 1 %}","Output":1)"), "");
  EXPECT_EQ(StateErrors(R"("Type":"Wait","Timestamp":"{% $t %}")"), "");
}

TEST(ParserJsonata, ExpressionsAreKeptBesideLiterals) {
  const TaskState task =
      Parsed(kTask + std::string(R"(,"TimeoutSeconds":"{% $t %}",
                                    "HeartbeatSeconds":3)"))
          .As<TaskState>();
  EXPECT_EQ(*task.timeout_seconds.expression->expression(), "$t");
  EXPECT_FALSE(task.timeout_seconds.literal);
  EXPECT_EQ(task.heartbeat_seconds.literal, 3);
  const MapState map =
      Parsed(kMap + std::string(R"(,"Items":"{% $l %}","MaxConcurrency":2)"))
          .As<MapState>();
  EXPECT_EQ(*map.items->expression(), "$l");
  EXPECT_EQ(map.max_concurrency.literal, 2);
}

TEST(ParserJsonata, AFailMayHaveExpressions) {
  const ParseResult parsed = ParseDefinition(
      R"({"QueryLanguage":"JSONata","StartAt":"F","States":{"F":
         {"Type":"Fail","Error":"E","Cause":"{% 'c' %}"}}})");
  ASSERT_TRUE(parsed.machine) << JoinDiagnostics(parsed.diagnostics);
  const auto& fail = parsed.machine->states[0].As<FailState>();
  EXPECT_EQ(fail.error.literal, "E");
  EXPECT_EQ(*fail.cause.expression->expression(), "'c'");
}

TEST(ParserJsonata, FieldsOfTheOtherLanguageAreRefusedAtTheState) {
  const auto refused = [](const std::string& field) {
    return "SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', "
           "but field '" +
           field + "' is only supported for the 'JSONPath' QueryLanguage at ";
  };
  EXPECT_EQ(StateErrors(R"("Type":"Pass","InputPath":"$.a")"),
            refused("InputPath") + "/States/A");
  EXPECT_EQ(StateErrors(kMap + std::string(R"(,"MaxConcurrencyPath":"$.n")")),
            refused("MaxConcurrencyPath") + "/States/A");
  EXPECT_EQ(Errors(Machine(R"("Type":"Choice","Default":"B","Choices":[
              {"Condition":true,"StringEquals":"x","Next":"B"}])")),
            refused("StringEquals") + "/States/A/Choices[0]");
  EXPECT_EQ(StateErrors(R"("Type":"Pass","Arguments":1)"),
            "SCHEMA_VALIDATION_FAILED: Field 'Arguments' is not supported at "
            "/States/A");
}

TEST(ParserJsonata, LiteralsHaveTheirTypes) {
  const std::string type = "SCHEMA_VALIDATION_FAILED: Expected value of type ";
  EXPECT_EQ(StateErrors(R"("Type":"Wait","Seconds":"10")"),
            type + "Integer at /States/A/Seconds");
  EXPECT_EQ(StateErrors(kMap + std::string(R"(,"Items":1)")),
            type + "Array at /States/A/Items");
  EXPECT_EQ(Errors(Machine(R"("Type":"Choice","Default":"B","Choices":[
              {"Condition":"yes","Next":"B"}])")),
            type + "Boolean at /States/A/Choices[0]/Condition");
  EXPECT_EQ(StateErrors(R"("Type":"Wait","Timestamp":"noon")"),
            "SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp "
            "at /States/A/Timestamp");
}

TEST(ParserJsonata, NamesAndCommentsAreNoExpressions) {
  EXPECT_EQ(StateErrors(R"("Type":"Pass","Comment":"{% a %}")"), "");
  EXPECT_EQ(Errors(Machine(R"("Type":"Pass","Next":"{% a %}")")),
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: {% a %} at "
            "/States/A/Next, MISSING_TRANSITION_TARGET: State \"B\" is not "
            "reachable. at /States/B");
  EXPECT_NE(StateErrors(R"("Type":"Task","Resource":"{% $r %}")"), "");
}

TEST(ParserJsonata, ReferencesAreRefusedWhereTheyStand) {
  const std::string code = "UNSUPPORTED_JSONATA_EXPRESSION: ";
  const std::string phone =
      code + "Reference to 'phone' at the top level is not supported. at ";
  EXPECT_EQ(StateErrors(R"("Type":"Pass","Assign":{"v":"{% phone %}"})"),
            phone + "/States/A/Assign/v");
  EXPECT_EQ(StateErrors(R"("Type":"Wait","Seconds":"{% phone %}")"),
            phone + "/States/A/Seconds");
  EXPECT_EQ(Errors(Machine(R"("Type":"Choice","Default":"B","Choices":[
              {"Condition":"{% phone = 1 %}","Next":"B"}])")),
            phone + "/States/A/Choices[0]/Condition");
  EXPECT_EQ(StateErrors(kTask + std::string(R"(,"Catch":[{"ErrorEquals":
              ["States.ALL"],"Next":"B","Output":["{% phone %}"]}])")),
            phone + "/States/A/Catch[0]/Output[0]");
  EXPECT_EQ(
      StateErrors(R"("Type":"Pass","Output":"{% $states.result %}")"),
      code + "Field '$states.result' does not exist. at /States/A/Output");
}

TEST(ParserJsonata, ErrorOutputExistsInACatcher) {
  EXPECT_EQ(StateErrors(kTask + std::string(R"(,"Catch":[{"ErrorEquals":
              ["States.ALL"],"Next":"B","Output":"{% $states.errorOutput %}",
              "Assign":{"e":"{% $states.errorOutput.Error %}"}}])")),
            "");
}

TEST(ParserJsonata, VariableReferencesHoldWhatExpressionsRead) {
  const ParseResult parsed = ParseDefinition(
      Machine(R"("Type":"Choice","Default":"B","Assign":{"c":"{% $c + 1 %}"},
        "Choices":[{"Condition":"{% $z > $a %}","Output":"{% $o %}",
                    "Next":"B"}])"));
  ASSERT_TRUE(parsed.machine) << JoinDiagnostics(parsed.diagnostics);
  EXPECT_EQ(parsed.machine->variable_references.at("A"),
            (std::vector<std::string>{"a", "c", "o", "z"}));
}

TEST(ParserJsonata, AStateOfAJsonPathMachineMayBeJsonata) {
  EXPECT_EQ(Errors(R"({"StartAt":"A","States":{"A":{"Type":"Pass",
              "QueryLanguage":"JSONata","Output":"{% 1 %}","Next":"B"},
              "B":{"Type":"Pass","OutputPath":"$.x","End":true}}})"),
            "");
}

}  // namespace
}  // namespace stepwheel::asl
