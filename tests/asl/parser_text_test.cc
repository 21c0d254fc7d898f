// Definitions as text: what is no JSON, what is hostile, where problems stand,
// and what any damage to a good definition does.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "asl/parser.h"

namespace stepwheel::asl {
namespace {

// One of every state type, with most fields: what the damage tests damage.
constexpr std::string_view kSample = R"json({
 "Comment": "all types", "StartAt": "P", "TimeoutSeconds": 9, "States": {
  "P": {"Type": "Pass", "Result": {"a": [1.5, null]}, "ResultPath": "$.r",
        "Assign": {"v.$": "$.x"}, "Next": "T"},
  "T": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"b.$": "States.Format('{}', $v)", "c": ["d"]},
        "HeartbeatSeconds": 5, "TimeoutSeconds": 60,
        "Retry": [{"ErrorEquals": ["States.ALL"], "BackoffRate": 1.5}],
        "Catch": [{"ErrorEquals": ["E"], "Next": "F"}], "Next": "C"},
  "C": {"Type": "Choice", "Choices": [
        {"And": [{"Variable": "$.x", "IsPresent": true},
                 {"Variable": "$.x", "NumericLessThan": 3}], "Next": "W"}],
        "Default": "M"},
  "W": {"Type": "Wait", "Timestamp": "2026-01-01T00:00:00Z", "Next": "M"},
  "M": {"Type": "Map", "ItemsPath": "$.l", "MaxConcurrency": 2, "Next": "L",
        "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"},
          "StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}},
  "L": {"Type": "Parallel", "Next": "S", "Branches": [
        {"StartAt": "X", "States": {"X": {"Type": "Succeed"}}}]},
  "F": {"Type": "Fail", "Error": "e", "CausePath": "$.c"},
  "S": {"Type": "Succeed", "OutputPath": null}}})json";

bool HasErrors(const ParseResult& result) {
  for (const Diagnostic& d : result.diagnostics) {
    if (d.severity == Severity::kError) return true;
  }
  return false;
}

Diagnostic OnlyProblem(std::string_view text) {
  const ParseResult result = ParseDefinition(text);
  EXPECT_FALSE(result.machine);
  EXPECT_EQ(result.diagnostics.size(), 1u)
      << JoinDiagnostics(result.diagnostics);
  return result.diagnostics.empty() ? Diagnostic{} : result.diagnostics[0];
}

TEST(ParserText, WhatIsNoJsonGetsJacksonsWordsAndPlace) {
  const Diagnostic d = OnlyProblem("not a definition");
  EXPECT_EQ(d.code, "INVALID_JSON_DESCRIPTION");
  EXPECT_EQ(d.location,
            "[Source: (String)\"not a definition\"; line: 1, column: 4]");
  EXPECT_EQ(d.message,
            "Unrecognized token 'not': was expecting (JSON String, Number, "
            "Array, Object or token 'null', 'true' or 'false')\n at " +
                *d.location);
  EXPECT_EQ(d.line, 1);
  EXPECT_EQ(d.column, 1);
}

TEST(ParserText, AnUnfinishedTextNamesWhereItBegan) {
  const Diagnostic d = OnlyProblem("{");
  EXPECT_EQ(d.code, "INVALID_JSON_DESCRIPTION");
  EXPECT_EQ(d.message,
            "Unexpected end-of-input: expected close marker for Object (start "
            "marker at [Source: (String)\"{\"; line: 1, column: 1])\n at "
            "[Source: (String)\"{\"; line: 1, column: 2]");
}

TEST(ParserText, WhatIsNoObjectIsNoDefinition) {
  for (std::string_view text : {"", " ", "\n\t", "[]", "null", "\"x\"", "12"}) {
    const Diagnostic d = OnlyProblem(text);
    EXPECT_EQ(d.code, "SCHEMA_VALIDATION_FAILED") << text;
    EXPECT_EQ(d.message, "Definition must be a valid JSON object");
    EXPECT_FALSE(d.location);
  }
}

TEST(ParserText, NestingBeyondTheBoundIsAnError) {
  for (std::string_view open : {"[", "{\"a\":"}) {
    std::string text = "{\"States\":";
    for (int i = 0; i < 10'000; ++i) text += open;
    EXPECT_EQ(OnlyProblem(text).code, "INVALID_JSON_DESCRIPTION");
  }
}

// Parallel states in each other, `depth` of them.
std::string Nested(int depth) {
  std::string open, close;
  for (int i = 0; i < depth; ++i) {
    const std::string n = std::to_string(i);
    open += R"({"StartAt":"S)" + n + R"(","States":{"S)" + n +
            R"(":{"Type":"Parallel","End":true,"Branches":[)";
    close = "]}}}" + close;
  }
  return open + R"({"StartAt":"L","States":{"L":{"Type":"Succeed"}}})" + close;
}

TEST(ParserText, DeepParallelsWithinTheBoundAreParsed) {
  const ParseResult result = ParseDefinition(Nested(249));
  ASSERT_TRUE(result.machine) << JoinDiagnostics(result.diagnostics);
  EXPECT_EQ(result.machine->states.size(), 250u);
  EXPECT_EQ(OnlyProblem(Nested(2'500)).code, "INVALID_JSON_DESCRIPTION");
}

TEST(ParserText, AMebibyteOfStatesIsParsed) {
  std::string text = R"({"StartAt":"0","States":{)";
  int n = 0;
  while (text.size() < (1 << 20) - 100) {
    text += "\"" + std::to_string(n) + R"(":{"Type":"Pass","Next":")" +
            std::to_string(n + 1) + "\"},";
    ++n;
  }
  text += "\"" + std::to_string(n) + R"(":{"Type":"Succeed"}}})";
  const ParseResult result = ParseDefinition(text);
  ASSERT_TRUE(result.machine);
  EXPECT_EQ(result.machine->states.size(), n + 1u);
}

TEST(ParserText, AMebibyteOfMistakesGivesABoundedAnswer) {
  std::string text = R"({"StartAt":"A","States":{"A":{"Type":"Succeed")";
  for (int n = 0; text.size() < (1 << 20); ++n) {
    text += ",\"x" + std::to_string(n) + "\":[]";
  }
  const ParseResult result = ParseDefinition(text + "}}}");
  EXPECT_FALSE(result.machine);
  EXPECT_EQ(result.diagnostics.size(), 1000u);
}

TEST(ParserText, ProblemsHaveLineAndColumn) {
  const Diagnostic field = OnlyProblem(
      "{\"StartAt\":\"A\",\n \"States\":{\n  \"A\":{\"Type\":\"Wait\",\n"
      "   \"Seconds\": -1, \"End\":true}}}");
  EXPECT_EQ(field.location, "/States/A/Seconds");
  EXPECT_EQ(field.line, 4);
  EXPECT_EQ(field.column, 15);
  const Diagnostic root = OnlyProblem("\n {\"StartAt\":\"A\"}");
  EXPECT_EQ(root.location, "/");
  EXPECT_EQ(root.line, 2);
  EXPECT_EQ(root.column, 2);
}

TEST(ParserText, ColumnsCountCharactersAndElementsAreFound) {
  const std::string before =
      R"({"Comment":"äöü","StartAt":"A","States":{"A":{"Type":"Choice",)"
      R"("Default":"B","Choices":[{"Variable":"$.ü","IsNull":true,"Next":)";
  const Diagnostic d = OnlyProblem(before + R"(1}]},"B":{"Type":"Succeed"}}})");
  EXPECT_EQ(d.location, "/States/A/Choices[0]/Next");
  EXPECT_EQ(d.line, 1);
  EXPECT_EQ(d.column, static_cast<int>(before.size()) - 4 + 1);
}

TEST(ParserText, ManyProblemsStandWhereTheyAre) {
  const ParseResult result = ParseDefinition(
      "{\"StartAt\":\"A\",\"States\":{\n\"A\":{\"Type\":\"Pass\",\"x\":1,\n"
      "\"Next\":\"B\"},\n\"C\":{\"Type\":\"Succeed\"}}}");
  ASSERT_EQ(result.diagnostics.size(), 3u);
  EXPECT_EQ(result.diagnostics[0].line, 2);  // Field 'x' at /States/A
  EXPECT_EQ(result.diagnostics[1].line, 3);  // Missing target B
  EXPECT_EQ(result.diagnostics[1].column, 8);
  EXPECT_EQ(result.diagnostics[2].line, 4);  // C is not reachable
}

TEST(ParserText, AProblemWithoutLocationHasNoLine) {
  const Diagnostic d = OnlyProblem(
      R"({"StartAt":"A","States":{"A":{"Type":"Pass","Next":"A"}}})");
  EXPECT_EQ(d.code, "MISSING_END_STATE");
  EXPECT_FALSE(d.location);
  EXPECT_EQ(d.line, 0);
}

TEST(ParserText, OfRepeatedNamesTheLastIsTheOneThatStands) {
  const Diagnostic d = OnlyProblem(
      "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Wait\",\"End\":true,"
      "\n\"Seconds\":1,\n\"Seconds\":-1}}}");
  EXPECT_EQ(d.line, 3);
}

// Any damage gives either a machine or errors, never both and never a crash.
void ExpectMachineXorErrors(const std::string& text,
                            MachineType type = MachineType::kStandard) {
  const ParseResult result = ParseDefinition(text, type);
  ASSERT_NE(result.machine != nullptr, HasErrors(result)) << text;
  for (const Diagnostic& d : result.diagnostics) {
    ASSERT_FALSE(d.message.empty()) << text;
    ASSERT_EQ(d.line > 0, d.location.has_value()) << text;
  }
}

TEST(ParserText, TheSampleIsGood) {
  const ParseResult result = ParseDefinition(kSample);
  EXPECT_TRUE(result.machine) << JoinDiagnostics(result.diagnostics);
}

TEST(ParserText, ADeletedByteBreaksNothing) {
  for (size_t i = 0; i < kSample.size(); ++i) {
    std::string text(kSample);
    text.erase(i, 1);
    ASSERT_NO_FATAL_FAILURE(ExpectMachineXorErrors(text));
    ASSERT_NO_FATAL_FAILURE(
        ExpectMachineXorErrors(text, MachineType::kExpress));
  }
}

TEST(ParserText, AReplacedByteBreaksNothing) {
  for (size_t i = 0; i < kSample.size(); ++i) {
    for (char c : {'"', '{', ',', '0', '$', '\x80'}) {
      std::string text(kSample);
      text[i] = c;
      ASSERT_NO_FATAL_FAILURE(ExpectMachineXorErrors(text));
    }
  }
}

TEST(ParserText, ACutTextIsAnError) {
  for (size_t i = 0; i < kSample.size(); ++i) {
    EXPECT_FALSE(ParseDefinition(kSample.substr(0, i)).machine) << i;
  }
}

// Each value of the sample replaced by values of every kind.
TEST(ParserText, AValueOfAnotherKindBreaksNothing) {
  for (size_t i = kSample.find(": "); i != std::string_view::npos;
       i = kSample.find(": ", i + 1)) {
    const size_t end = kSample.find_first_of(",}]", i);
    for (std::string_view value :
         {"null", "true", "-1", "1e99", "\"\"", "\"$\"", "\"States.X(\"", "[]",
          "{}", "[{}]", "[[null]]", "{\"a.$\":{}}"}) {
      std::string text(kSample);
      text.replace(i + 2, end - i - 2, value);
      ASSERT_NO_FATAL_FAILURE(ExpectMachineXorErrors(text));
    }
  }
}

}  // namespace
}  // namespace stepwheel::asl
