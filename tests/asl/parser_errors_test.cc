// What bad definitions are answered: one row per rule, the joined text exact.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "asl/parser.h"

namespace stepwheel::asl {
namespace {

std::string Errors(std::string_view text,
                   MachineType type = MachineType::kStandard) {
  const ParseResult result = ParseDefinition(text, type);
  std::string joined = JoinDiagnostics(result.diagnostics);
  EXPECT_NE(result.machine == nullptr, joined.empty()) << text;
  return joined;
}

std::string OneState(std::string_view fields) {
  return R"({"StartAt":"A","States":{"A":{)" + std::string(fields) + "}}}";
}

// SCHEMA_VALIDATION_FAILED is left out of the rows, and so is /States/A.
std::string Schema(std::string_view message, std::string_view place) {
  return "SCHEMA_VALIDATION_FAILED: " + std::string(message) + " at /States/A" +
         std::string(place);
}

struct Row {
  std::string_view fields;
  std::string_view message;
  std::string_view place = "";
};

void ExpectSchemaErrors(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(Errors(OneState(row.fields)), Schema(row.message, row.place))
        << row.fields;
  }
}

TEST(ParserErrors, OfTheMachineItself) {
  const auto at = [](std::string_view message, std::string_view place) {
    return "SCHEMA_VALIDATION_FAILED: " + std::string(message) + " at " +
           std::string(place);
  };
  EXPECT_EQ(Errors("{}"),
            at("These fields are required: [States, StartAt]", "/"));
  EXPECT_EQ(Errors(R"({"StartAt":"A"})"),
            at("These fields are required: [States]", "/"));
  EXPECT_EQ(Errors(R"({"States":{"A":{"Type":"Succeed"}}})"),
            at("These fields are required: [StartAt]", "/"));
  const std::string rest =
      R"("StartAt":"A","States":{"A":{"Type":"Succeed"}}})";
  EXPECT_EQ(Errors(R"({"Name":"x",)" + rest),
            at("Field 'Name' is not supported", "/"));
  EXPECT_EQ(Errors(R"({"Version":"2.0",)" + rest),
            at("Value should be one of the following: [1.0]", "/Version"));
  EXPECT_EQ(Errors(R"({"TimeoutSeconds":0,)" + rest),
            at("Minimum value is 1", "/TimeoutSeconds"));
  EXPECT_EQ(Errors(R"({"Comment":1,)" + rest),
            at("Expected value of type String", "/Comment"));
  EXPECT_EQ(Errors(R"({"StartAt":"A","States":[]})"),
            at("Expected value of type Object", "/States"));
}

TEST(ParserErrors, OfTypes) {
  ExpectSchemaErrors({
      {R"("End":true)", "These fields are required: [Type]"},
      {R"("Type":"Sleep","End":true)",
       "The field 'Type' should have one of these values: [Task, Wait, Pass, "
       "Succeed, Fail, Choice, Parallel, Map]",
       "/Type"},
      {R"("Type":"Succeed","End":true)", "Field 'End' is not supported"},
      {R"("Type":"Pass","ResultSelector":{},"End":true)",
       "Field 'ResultSelector' is not supported"},
      {R"("Type":"Fail","InputPath":"$")",
       "Field 'InputPath' is not supported"},
      {R"("Type":"Wait","Seconds":1,"TimeoutSeconds":1,"End":true)",
       "Field 'TimeoutSeconds' is not supported"},
      {R"("Type":"Pass","next":"A","End":true)",
       "Field 'next' is not supported"},
  });
}

TEST(ParserErrors, OfTransitions) {
  ExpectSchemaErrors({
      {R"("Type":"Pass","Next":"A","End":true)",
       "There should only be one of the following fields: [Next, End]"},
      {R"("Type":"Pass")",
       "This object should have only one of the following fields: [Next, End]"},
      {R"("Type":"Pass","End":false)",
       "This object should have only one of the following fields: [Next, End]"},
      {R"("Type":"Pass","Next":1)", "Expected value of type String", "/Next"},
  });
}

TEST(ParserErrors, OfPathsAndTemplates) {
  ExpectSchemaErrors({
      {R"("Type":"Pass","InputPath":"x","End":true)",
       "Value must be a valid JSONPath.", "/InputPath"},
      {R"("Type":"Pass","ResultPath":"$..a","End":true)",
       "Value is not a Reference Path", "/ResultPath"},
      {R"("Type":"Pass","ResultPath":"$$.a","End":true)",
       "Value is not a Reference Path", "/ResultPath"},
      {R"("Type":"Wait","SecondsPath":"$.a[*]","End":true)",
       "Value is not a Reference Path", "/SecondsPath"},
      {R"("Type":"Wait","SecondsPath":"$$.a","End":true)",
       "Value is not a Reference Path", "/SecondsPath"},
      {R"("Type":"Pass","Parameters":{"parsed.$":"x"},"End":true)",
       "The value for the field 'parsed.$' must be a valid JSONPath or a valid "
       "intrinsic function call",
       "/Parameters"},
      {R"("Type":"Fail","CausePath":"why")",
       "The value for the field 'CausePath' must be a valid JSONPath or a "
       "valid "
       "intrinsic function call",
       "/CausePath"},
  });
}

constexpr std::string_view kTask =
    R"("Type":"Task","End":true,
       "Resource":"arn:aws:states:::sqs:sendMessage",)";

std::string Task(std::string_view fields) {
  return OneState(std::string(kTask) + std::string(fields));
}

TEST(ParserErrors, OfTasks) {
  EXPECT_EQ(Errors(OneState(R"("Type":"Task","End":true)")),
            Schema("These fields are required: [Resource]", ""));
  EXPECT_EQ(Errors(OneState(R"("Type":"Task","Resource":"f","End":true)")),
            Schema("Value is not a valid resource ARN", "/Resource"));
  EXPECT_EQ(Errors(Task(R"("TimeoutSeconds":0)")),
            Schema("Minimum value is 1", "/TimeoutSeconds"));
  EXPECT_EQ(Errors(Task(R"("TimeoutSeconds":100000000)")),
            Schema("Maximum value is 99999999", "/TimeoutSeconds"));
  EXPECT_EQ(Errors(Task(R"("TimeoutSeconds":1.5)")),
            Schema("Expected value of type Integer", "/TimeoutSeconds"));
  EXPECT_EQ(Errors(Task(R"("TimeoutSeconds":1,"TimeoutSecondsPath":"$.t")")),
            Schema("There should only be one of the following fields: "
                   "[TimeoutSeconds, TimeoutSecondsPath]",
                   ""));
  EXPECT_EQ(Errors(Task(R"("TimeoutSeconds":5,"HeartbeatSeconds":5)")),
            Schema("HeartbeatSeconds must be smaller than TimeoutSeconds",
                   "/HeartbeatSeconds"));
  EXPECT_EQ(Errors(Task(R"("Credentials":{"Role":"x"})")),
            Schema("The field 'RoleArn' is required but was missing",
                   "/Credentials"));
}

TEST(ParserErrors, AnActivityHasNoCredentials) {
  EXPECT_EQ(Errors(OneState(
                R"("Type":"Task","End":true,"Credentials":{"RoleArn":"r"},
            "Resource":"arn:aws:states:us-east-1:123456789012:activity:a")")),
            Schema("The field 'Credentials' is not supported for activities",
                   "/Credentials"));
}

TEST(ParserErrors, OfRetriers) {
  const auto retry = [](std::string_view retrier) {
    return Errors(Task("\"Retry\":[" + std::string(retrier) + "]"));
  };
  EXPECT_EQ(retry("{}"),
            Schema("These fields are required: [ErrorEquals]", "/Retry[0]"));
  EXPECT_EQ(retry(R"({"ErrorEquals":[]})"),
            Schema("Value cannot be empty", "/Retry[0]/ErrorEquals"));
  EXPECT_EQ(
      retry(R"({"ErrorEquals":[1]})"),
      Schema("Expected value of type String", "/Retry[0]/ErrorEquals[0]"));
  EXPECT_EQ(retry(R"({"ErrorEquals":["X"],"Jitter":1})"),
            Schema("Field 'Jitter' is not supported", "/Retry[0]"));
  EXPECT_EQ(retry(R"({"ErrorEquals":["X"],"BackoffRate":0.5})"),
            Schema("Minimum value is 1.0", "/Retry[0]/BackoffRate"));
  EXPECT_EQ(retry(R"({"ErrorEquals":["X"],"IntervalSeconds":0})"),
            Schema("Minimum value is 1", "/Retry[0]/IntervalSeconds"));
  EXPECT_EQ(retry(R"({"ErrorEquals":["X"],"MaxAttempts":-1})"),
            Schema("Minimum value is 0", "/Retry[0]/MaxAttempts"));
  EXPECT_EQ(retry(R"({"ErrorEquals":["X"],"MaxDelaySeconds":31622401})"),
            Schema("Maximum value is 31622400", "/Retry[0]/MaxDelaySeconds"));
  EXPECT_EQ(retry(R"({"ErrorEquals":["X"],"JitterStrategy":"HALF"})"),
            Schema("Value should be one of the following: [NONE, FULL]",
                   "/Retry[0]/JitterStrategy"));
  EXPECT_EQ(retry("7"), Schema("Expected value of type Object", "/Retry[0]"));
}

TEST(ParserErrors, StatesAllStandsAloneAndLast) {
  const std::string message = "States.ALL must appear alone and at end of list";
  EXPECT_EQ(Errors(Task(R"("Retry":[{"ErrorEquals":["States.ALL","X"]}])")),
            Schema(message, "/Retry[0]/ErrorEquals"));
  EXPECT_EQ(Errors(Task(R"("Catch":[{"ErrorEquals":["States.ALL"],"Next":"A"},
                                    {"ErrorEquals":["X"],"Next":"A"}])")),
            Schema(message, "/Catch[0]/ErrorEquals"));
}

TEST(ParserErrors, OfCatchers) {
  EXPECT_EQ(Errors(Task(R"("Catch":[{"ErrorEquals":["X"]}])")),
            Schema("These fields are required: [Next]", "/Catch[0]"));
  EXPECT_EQ(Errors(Task(R"("Catch":{})")),
            Schema("Expected value of type Array", "/Catch"));
  EXPECT_EQ(
      Errors(Task(R"("Catch":[{"ErrorEquals":["X"],"Next":"A","Output":1}])")),
      Schema("The QueryLanguage is set to 'JSONPath', but field 'Output' is "
             "only supported for the 'JSONata' QueryLanguage",
             "/Catch[0]"));
}

TEST(ParserErrors, OfChoices) {
  ExpectSchemaErrors({
      {R"("Type":"Choice")", "These fields are required: [Choices]"},
      {R"("Type":"Choice","Choices":[])", "Value cannot be empty", "/Choices"},
      {R"("Type":"Choice","Choices":[{"Variable":"$.x","IsNull":true}])",
       "These fields are required: [Next]", "/Choices[0]"},
  });
}

TEST(ParserErrors, OfChoiceRules) {
  const auto rule = [](std::string_view fields) {
    return Errors(R"({"StartAt":"A","States":{"B":{"Type":"Succeed"},
        "A":{"Type":"Choice","Choices":[{"Next":"B",)" +
                  std::string(fields) + "}]}}}");
  };
  EXPECT_EQ(rule(R"("Variable":"$.x","IsNull":true,"Else":"B")"),
            Schema("Field 'Else' is not supported", "/Choices[0]"));
  EXPECT_EQ(rule(R"("Condition":true)"),
            Schema("The QueryLanguage is set to 'JSONPath', but field "
                   "'Condition' is only supported for the 'JSONata' "
                   "QueryLanguage",
                   "/Choices[0]"));
  EXPECT_EQ(rule(R"("Not":{"Variable":"$.x","IsNull":true,"Next":"B"})"),
            Schema("Field 'Next' is not supported", "/Choices[0]/Not"));
  EXPECT_EQ(rule(R"("Comment":"none")"),
            Schema("The object must have only one of the following fields, "
                   "[And, Or, Not, Variable, Condition]",
                   "/Choices[0]"));
  EXPECT_EQ(rule(R"("Variable":"$.x")"),
            Schema("A Choice Rule with a Variable needs a comparison operator",
                   "/Choices[0]"));
  EXPECT_EQ(rule(R"("And":[])"),
            Schema("Value cannot be empty", "/Choices[0]/And"));
  EXPECT_EQ(rule(R"("Variable":"$.x","IsNull":true,"IsString":true)"),
            Schema("There should only be one of the following fields: [IsNull, "
                   "IsString]",
                   "/Choices[0]"));
}

TEST(ParserErrors, OfWaits) {
  ExpectSchemaErrors({
      {R"("Type":"Wait","Seconds":-1,"End":true)", "Minimum value is 0",
       "/Seconds"},
      {R"("Type":"Wait","Seconds":100000000,"End":true)",
       "Maximum value is 99999999", "/Seconds"},
      {R"("Type":"Wait","Seconds":"1","End":true)",
       "Expected value of type Integer", "/Seconds"},
      {R"("Type":"Wait","Timestamp":"2016-12-05 21:29:29Z","End":true)",
       "String does not match RFC3339 timestamp", "/Timestamp"},
      {R"("Type":"Wait","Timestamp":"{% $now() %}","End":true)",
       "String does not match RFC3339 timestamp", "/Timestamp"},
      {R"("Type":"Wait","Seconds":1,"SecondsPath":"$.s","End":true)",
       "There should only be one of the following fields: [SecondsPath, "
       "Seconds, TimestampPath, Timestamp]"},
      {R"("Type":"Wait","End":true)",
       "This object should have only one of the following fields: "
       "[SecondsPath, Seconds, TimestampPath, Timestamp]"},
      {R"("Type":"Fail","Error":"e","ErrorPath":"$.e")",
       "There should only be one of the following fields: [Error, ErrorPath]"},
  });
}

TEST(ParserErrors, OfVariableNames) {
  const auto assign = [](std::string_view name) {
    return Errors(OneState(R"("Type":"Pass","End":true,"Assign":{")" +
                           std::string(name) + R"(":1})"));
  };
  EXPECT_EQ(assign("states"),
            "RESERVED_VARIABLE_NAME: Cannot assign to reserved variable "
            "'$states'. at /States/A/Assign");
  for (std::string_view name : {"", "1a", "a.b", "a-b", "_a", "a b"}) {
    EXPECT_EQ(assign(name),
              "INVALID_VARIABLE_NAME: Invalid variable name '" +
                  std::string(name) +
                  "': the variable name contains invalid characters. at "
                  "/States/A/Assign");
  }
  EXPECT_EQ(assign(std::string(80, 'a')), "");
  EXPECT_THAT(assign(std::string(81, 'a')),
              ::testing::HasSubstr("longer than 80 characters"));
}

TEST(ParserErrors, OfStateNames) {
  const std::string name(81, 'n');
  EXPECT_EQ(Errors(R"({"StartAt":")" + name + R"(","States":{")" + name +
                   R"(":{"Type":"Succeed"}}})"),
            "INVALID_STATE_NAME: State name '" + name +
                "' is longer than 80 characters at /States/" + name);
}

constexpr std::string_view kFlow =
    R"("StartAt":"X","States":{"X":{"Type":"Succeed"}})";

std::string Map(std::string_view config, std::string_view fields) {
  return OneState(R"("Type":"Map","End":true,"ItemProcessor":{)" +
                  std::string(config) + std::string(kFlow) + "}" +
                  std::string(fields));
}

TEST(ParserErrors, OfMapsAndParallels) {
  ExpectSchemaErrors({
      {R"("Type":"Parallel","Branches":[],"End":true)", "Value cannot be empty",
       "/Branches"},
      {R"("Type":"Parallel","End":true)",
       "These fields are required: [Branches]"},
      {R"("Type":"Parallel","Branches":[{}],"End":true)",
       "These fields are required: [States, StartAt]", "/Branches[0]"},
      {R"("Type":"Map","End":true)",
       "This object should have only one of the following fields: "
       "[ItemProcessor, Iterator]"},
  });
  EXPECT_EQ(Errors(Map(R"("QueryLanguage":"JSONata",)", "")),
            Schema("Field 'QueryLanguage' is not supported", "/ItemProcessor"));
  EXPECT_EQ(Errors(Map("", R"(,"MaxConcurrency":-1)")),
            Schema("Minimum value is 0", "/MaxConcurrency"));
  EXPECT_EQ(Errors(Map("", R"(,"ToleratedFailurePercentage":101)")),
            Schema("Maximum value is 100.0", "/ToleratedFailurePercentage"));
  EXPECT_EQ(Errors(Map("", R"(,"ItemReader":{})")),
            Schema("Field 'ItemReader' is not supported", ""));
  EXPECT_EQ(Errors(Map(R"("ProcessorConfig":{"Mode":"DISTRIBUTED"},)", "")),
            Schema("These fields are required: [ExecutionType]",
                   "/ItemProcessor/ProcessorConfig"));
}

TEST(ParserErrors, OfDistributedMaps) {
  const std::string_view config =
      R"("ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},)";
  const auto reader = [&](std::string_view reader_config) {
    return Errors(Map(
        config, R"(,"ItemReader":{"Resource":"arn:aws:states:::s3:getObject",
                   "ReaderConfig":{)" +
                    std::string(reader_config) + "}}"));
  };
  EXPECT_EQ(reader(R"("MaxItems":1,"MaxItemsPath":"$.n")"),
            Schema("There should only be one of the following fields: "
                   "[MaxItems, MaxItemsPath]",
                   "/ItemReader/ReaderConfig"));
  EXPECT_EQ(reader(R"("MaxItems":100000001)"),
            Schema("Maximum value is 100000000",
                   "/ItemReader/ReaderConfig/MaxItems"));
  EXPECT_EQ(reader(R"("InputType":"CSV")"),
            Schema("The field 'CSVHeaderLocation' is required",
                   "/ItemReader/ReaderConfig"));
  EXPECT_EQ(Errors(Map(config, R"(,"ItemReader":{"Resource":"x"})")),
            Schema("The field 'Resource' does not match any of the allowed "
                   "values",
                   "/ItemReader/Resource"));
  EXPECT_EQ(Errors(Map(config, ",\"Label\":\"" + std::string(41, 'l') + "\"")),
            "INVALID_LABEL_NAME: The label must have 1 to 40 characters, but "
            "has 41 at /States/A/Label");
}

TEST(ParserErrors, OfExpressMachines) {
  const auto express = [](std::string_view resource) {
    return Errors(OneState(R"("Type":"Task","End":true,"Resource":")" +
                           std::string(resource) + "\""),
                  MachineType::kExpress);
  };
  EXPECT_EQ(express("arn:aws:states:::states:startExecution.sync:2"),
            Schema("Express state machine does not support '.sync' service "
                   "integration",
                   "/Resource"));
  EXPECT_EQ(express("arn:aws:states:::sqs:sendMessage.waitForTaskToken"),
            Schema("Express state machine does not support "
                   "'.waitForTaskToken' service integration ",
                   "/Resource"));
  EXPECT_EQ(express("arn:aws:states:us-east-1:123456789012:activity:a"),
            Schema("Express state machine does not support 'Activity ARN'",
                   "/Resource"));
  EXPECT_EQ(express("arn:aws:states:::sqs:sendMessage"), "");
}

TEST(ParserErrors, OfMixedLanguages) {
  EXPECT_EQ(
      Errors(R"({"QueryLanguage":"JSONata","StartAt":"A","States":{"A":
             {"Type":"Pass","QueryLanguage":"JSONPath","End":true}}})"),
      Schema("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for "
             "whole state machine",
             ""));
  ExpectSchemaErrors({
      {R"("Type":"Pass","QueryLanguage":"JSONata","InputPath":"$","End":true)",
       "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only "
       "supported for the 'JSONPath' QueryLanguage"},
      {R"("Type":"Pass","Output":1,"End":true)",
       "The QueryLanguage is set to 'JSONPath', but field 'Output' is only "
       "supported for the 'JSONata' QueryLanguage"},
      {R"("Type":"Pass","QueryLanguage":"XPath","End":true)",
       "Value should be one of the following: [JSONPath, JSONata]",
       "/QueryLanguage"},
  });
}

TEST(ParserErrors, AMapDoesNotHandItsLanguageDown) {
  EXPECT_EQ(
      Errors(OneState(
          R"("Type":"Map","QueryLanguage":"JSONata","End":true,
             "ItemProcessor":{"StartAt":"X","States":{"X":
               {"Type":"Pass","Output":1,"End":true}}})")),
      Schema("The QueryLanguage is set to 'JSONPath', but field 'Output' is "
             "only supported for the 'JSONata' QueryLanguage",
             "/ItemProcessor/States/X"));
}

TEST(ParserErrors, AllAreReportedInOnePass) {
  EXPECT_EQ(
      Errors(R"({"StartAt":"A","States":{
        "A":{"Type":"Wait","Seconds":-1,"Colour":"red","Next":"B"},
        "C":{"Type":"Task","Resource":"f","End":true}}})"),
      "SCHEMA_VALIDATION_FAILED: Field 'Colour' is not supported at /States/A, "
      "SCHEMA_VALIDATION_FAILED: Minimum value is 0 at /States/A/Seconds, "
      "SCHEMA_VALIDATION_FAILED: Value is not a valid resource ARN at "
      "/States/C/Resource, "
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next, "
      "MISSING_TRANSITION_TARGET: State \"C\" is not reachable. at /States/C");
}

}  // namespace
}  // namespace stepwheel::asl
