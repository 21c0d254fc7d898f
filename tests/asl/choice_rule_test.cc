#include "asl/choice_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/asl/fake_environment.h"

namespace stepwheel::asl {
namespace {

using ::testing::ElementsAre;

// "true", "false", or the cause of the failure.
std::string Evaluate(std::string_view rule, std::string_view input,
                     FakeEnvironment env = FakeEnvironment()) {
  std::vector<Diagnostic> diagnostics;
  const ChoiceRule compiled =
      ChoiceRule::Compile(Json(rule), "/R", &diagnostics);
  if (!diagnostics.empty())
    return "does not compile: " + diagnostics[0].message;
  const Outcome<bool> outcome = compiled.Evaluate(Json(input), env);
  if (outcome.ok()) return *outcome ? "true" : "false";
  EXPECT_TRUE(outcome.error().Is(kStatesRuntime));
  EXPECT_TRUE(outcome.error().needs_prefix);
  return *outcome.error().cause;
}

// Evaluates {Variable: $.x, <op>: <operand>} and, where there is one, the Path
// form with the operand in $.y; both must agree.
bool Holds(const std::string& op, const std::string& operand,
           const std::string& x) {
  const std::string input = R"({"x": )" + x + R"(, "y": )" + operand + "}";
  const std::string result = Evaluate(
      R"({"Variable": "$.x", ")" + op + R"(": )" + operand + "}", input);
  EXPECT_TRUE(result == "true" || result == "false") << result;
  if (ChoiceRule::IsOperator(op + "Path")) {
    EXPECT_EQ(
        Evaluate(R"({"Variable": "$.x", ")" + op + R"(Path": "$.y"})", input),
        result)
        << op << " " << operand << " " << x;
  }
  return result == "true";
}

// How x compares with the operand by one family of operators.
void ExpectOrder(const std::string& family, const std::string& x,
                 const std::string& operand, int order) {
  SCOPED_TRACE(family + ": " + x + " and " + operand);
  EXPECT_EQ(Holds(family + "Equals", operand, x), order == 0);
  EXPECT_EQ(Holds(family + "LessThan", operand, x), order < 0);
  EXPECT_EQ(Holds(family + "GreaterThan", operand, x), order > 0);
  EXPECT_EQ(Holds(family + "LessThanEquals", operand, x), order <= 0);
  EXPECT_EQ(Holds(family + "GreaterThanEquals", operand, x), order >= 0);
}

constexpr const char* kValues[] = {"null",
                                   "0",
                                   "0.0",
                                   "1",
                                   "1.1",
                                   R"("")",
                                   R"(" ")",
                                   R"("HelloWorld")",
                                   R"("2012-10-09T19:00:55")",
                                   R"("2012-10-09T19:00:55Z")",
                                   R"("2012-10-09T19:00:55+01:00")",
                                   R"("2023-02-24")",
                                   "[]",
                                   R"([""])",
                                   "{}",
                                   R"({"A": 0})",
                                   "true",
                                   "false"};

TEST(ChoiceRuleTest, ComparesNumbersByValue) {
  ExpectOrder("Numeric", "0", "0.0", 0);
  ExpectOrder("Numeric", "1.0", "1", 0);
  ExpectOrder("Numeric", "-0.0", "0", 0);
  ExpectOrder("Numeric", "0", "1", -1);
  ExpectOrder("Numeric", "1.1", "1", 1);
  ExpectOrder("Numeric", "2.22", "2.22", 0);
  ExpectOrder("Numeric", "9007199254740993", "9007199254740992.0", 1);
  ExpectOrder("Numeric", "9223372036854775807", "9223372036854775806", 1);
}

TEST(ChoiceRuleTest, ComparesStringsExactlyByCodePoint) {
  ExpectOrder("String", R"("")", R"("")", 0);
  ExpectOrder("String", R"("A")", R"("A ")", -1);
  ExpectOrder("String", R"("A")", R"("A\t\n\r")", -1);
  ExpectOrder("String", R"("AB")", R"("ABC")", -1);
  ExpectOrder("String", R"("AB")", R"("A")", 1);
  ExpectOrder("String", R"("a")", R"("B")", 1);
  ExpectOrder("String", R"("\t\n")", R"("\t\r\n")", -1);
  ExpectOrder("String", R"("\uFFFD")", R"("\uD83C\uDD97")", -1);
}

TEST(ChoiceRuleTest, ComparesTimestampsAsInstants) {
  const std::string t = R"("2012-10-09T19:00:55Z")";
  ExpectOrder("Timestamp", t, t, 0);
  ExpectOrder("Timestamp", t, R"("2012-10-09T19:00:56Z")", -1);
  ExpectOrder("Timestamp", t, R"("2012-10-09T20:00:55+01:00")", 0);
  ExpectOrder("Timestamp", R"("2012-10-09T19:00:55.001Z")", t, 1);
}

TEST(ChoiceRuleTest, ComparesBooleans) {
  EXPECT_TRUE(Holds("BooleanEquals", "true", "true"));
  EXPECT_TRUE(Holds("BooleanEquals", "false", "false"));
  EXPECT_FALSE(Holds("BooleanEquals", "false", "true"));
}

TEST(ChoiceRuleTest, ValuesOfAnotherTypeAreFalseAndNoError) {
  for (const std::string x : kValues) {
    const Value value = Json(x);
    if (!value.is_number()) {
      EXPECT_FALSE(Holds("NumericEquals", "0", x)) << x;
      EXPECT_FALSE(Holds("NumericLessThanEquals", "1", x)) << x;
    }
    if (!value.is_string()) {
      EXPECT_FALSE(Holds("StringLessThan", R"("zzz")", x)) << x;
      EXPECT_FALSE(Holds("StringMatches", R"("*")", x)) << x;
      EXPECT_FALSE(Holds("TimestampLessThan", R"("9999-01-01T00:00:00Z")", x))
          << x;
    }
    if (!value.is_bool()) {
      EXPECT_FALSE(Holds("BooleanEquals", "true", x)) << x;
      EXPECT_FALSE(Holds("BooleanEquals", "false", x)) << x;
    }
  }
  EXPECT_FALSE(Holds("NumericEquals", "1", R"("1")"));
  EXPECT_FALSE(Holds("TimestampEquals", R"("2012-10-09T19:00:55Z")",
                     R"("2023-02-24 12:15:56.832957")"));
}

TEST(ChoiceRuleTest, OperandsOfAPathMayHaveAnotherTypeToo) {
  EXPECT_EQ(Evaluate(R"({"Variable": "$.x", "NumericEqualsPath": "$.y"})",
                     R"({"x": 1, "y": "1"})"),
            "false");
  EXPECT_EQ(Evaluate(R"({"Variable": "$.x", "BooleanEqualsPath": "$.y"})",
                     R"({"x": true, "y": null})"),
            "false");
}

// Which kValues pass {<op>: true}; {<op>: false} must be the opposite.
int CountPassing(const std::string& op) {
  int count = 0;
  for (const std::string x : kValues) {
    const bool passes = Holds(op, "true", x);
    EXPECT_NE(Holds(op, "false", x), passes) << op << " " << x;
    count += passes;
  }
  return count;
}

TEST(ChoiceRuleTest, IsOperatorsTellTypesAndInvertWithFalse) {
  EXPECT_EQ(CountPassing("IsNull"), 1);
  EXPECT_EQ(CountPassing("IsNumeric"), 4);
  EXPECT_EQ(CountPassing("IsString"), 7);
  EXPECT_EQ(CountPassing("IsBoolean"), 2);
  EXPECT_EQ(CountPassing("IsTimestamp"), 2);
  EXPECT_EQ(CountPassing("IsPresent"), 18) << "a present null is present";
}

TEST(ChoiceRuleTest, StringMatchesTakesWildcards) {
  EXPECT_TRUE(Holds("StringMatches", R"("log-*.txt")", R"("log-7.txt")"));
  EXPECT_FALSE(Holds("StringMatches", R"("log-*.txt")", R"("log-7.gz")"));
  EXPECT_TRUE(Holds("StringMatches", R"("a\\*")", R"("a*")"));
  EXPECT_FALSE(Holds("StringMatches", R"("a\\*")", R"("ab")"));
}

TEST(ChoiceRuleTest, AMissingVariableFailsTheState) {
  EXPECT_EQ(
      Evaluate(R"({"Variable": "$.missing", "StringEquals": "a"})", "{}"),
      "Invalid path '$.missing': The choice state's condition path references "
      "an invalid value.");
  EXPECT_EQ(
      Evaluate(R"({"Variable": "$.missing", "IsNull": true})", "{}"),
      "Invalid path '$.missing': The choice state's condition path references "
      "an invalid value.");
  EXPECT_EQ(
      Evaluate(R"({"Variable": "$.x", "NumericLessThanPath": "$.no"})",
               R"({"x": 1})"),
      "Invalid path '$.no': The choice state's condition path references an "
      "invalid value.");
  EXPECT_EQ(Evaluate(R"({"Variable": "$unset", "IsNull": true})", "{}"),
            "Invalid path '$unset': The choice state's condition path "
            "references an invalid value.");
}

TEST(ChoiceRuleTest, IsPresentIsTheOnlyOneThatTakesAMissingVariable) {
  EXPECT_EQ(Evaluate(R"({"Variable": "$.no", "IsPresent": true})", "{}"),
            "false");
  EXPECT_EQ(Evaluate(R"({"Variable": "$.no.no", "IsPresent": false})", "{}"),
            "true");
  EXPECT_EQ(Evaluate(R"({"Variable": "$unset", "IsPresent": false})", "{}"),
            "true");
  EXPECT_EQ(
      Evaluate(R"({"Variable": "$.a[5]", "IsPresent": true})", R"({"a": []})"),
      "false");
  EXPECT_EQ(Evaluate(R"({"Variable": "$.a[0]", "IsPresent": true})",
                     R"({"a": [null]})"),
            "true");
}

TEST(ChoiceRuleTest, AndStopsAtTheFirstFalseSoThatIsPresentCanGuard) {
  const std::string_view rule = R"({"And": [
      {"Variable": "$.x", "IsPresent": true},
      {"Variable": "$.x", "NumericGreaterThan": 1}]})";
  EXPECT_EQ(Evaluate(rule, "{}"), "false");
  EXPECT_EQ(Evaluate(rule, R"({"x": 1})"), "false");
  EXPECT_EQ(Evaluate(rule, R"({"x": 2})"), "true");
}

TEST(ChoiceRuleTest, OrStopsAtTheFirstTrue) {
  const std::string_view rule = R"({"Or": [
      {"Variable": "$.x", "IsPresent": false},
      {"Variable": "$.x", "NumericGreaterThan": 1}], "Comment": "ok"})";
  EXPECT_EQ(Evaluate(rule, "{}"), "true");
  EXPECT_EQ(Evaluate(rule, R"({"x": 1})"), "false");
  EXPECT_EQ(Evaluate(rule, R"({"x": 2})"), "true");
}

TEST(ChoiceRuleTest, RulesNest) {
  const std::string_view rule = R"({"Not": {"Or": [
      {"Not": {"Variable": "$.x", "NumericEquals": 1, "Comment": "c"}},
      {"And": [{"Variable": "$.y", "BooleanEquals": true}]}]}})";
  EXPECT_EQ(Evaluate(rule, R"({"x": 1, "y": false})"), "true");
  EXPECT_EQ(Evaluate(rule, R"({"x": 1, "y": true})"), "false");
  EXPECT_EQ(Evaluate(rule, R"({"x": 2, "y": false})"), "false");
}

TEST(ChoiceRuleTest, ReadsTheContextObjectAndVariables) {
  FakeEnvironment env(R"({"Execution": {"Input": 5}})", R"({"v": {"w": 5}})");
  EXPECT_EQ(Evaluate(R"({"Variable": "$$.Execution.Input",
                         "NumericEqualsPath": "$v.w"})",
                     "{}", env),
            "true");
}

TEST(ChoiceRuleTest, KnowsTheVariablesItReads) {
  std::vector<Diagnostic> diagnostics;
  std::set<std::string> names;
  ChoiceRule::Compile(Json(R"({"Or": [{"Variable": "$a.b", "IsNull": true},
                      {"Not":
            {"Variable": "$.x", "StringEqualsPath": "$c"}}]})"),
                      "", &diagnostics)
      .CollectVariables(&names);
  EXPECT_THAT(names, ElementsAre("a", "c"));
}

// "message at location" of every problem.
std::vector<std::string> Problems(std::string_view rule) {
  std::vector<Diagnostic> diagnostics;
  ChoiceRule::Compile(Json(rule), "/R", &diagnostics);
  std::vector<std::string> problems;
  for (const Diagnostic& d : diagnostics) {
    EXPECT_EQ(d.code, "SCHEMA_VALIDATION_FAILED");
    problems.push_back(d.message + " at " + *d.location);
  }
  return problems;
}

TEST(ChoiceRuleProblemTest, OperandsMustHaveTheOperatorsType) {
  const std::pair<const char*, const char*> cases[] = {
      {R"("StringEquals": 1)",
       "Expected value of type String at "
       "/R/StringEquals"},
      {R"("NumericLessThan": "1")",
       "Expected value of type Number at "
       "/R/NumericLessThan"},
      {R"("BooleanEquals": "true")",
       "Expected value of type Boolean at "
       "/R/BooleanEquals"},
      {R"("IsPresent": "true")",
       "Expected value of type Boolean at "
       "/R/IsPresent"},
      {R"("StringMatches": null)",
       "Expected value of type String at "
       "/R/StringMatches"},
      {R"("TimestampEquals": "2012-10-09")",
       "String does not match RFC3339 timestamp at /R/TimestampEquals"},
      {R"("StringEqualsPath": "x")",
       "Value is not a Reference Path at /R/StringEqualsPath"},
      {R"("NumericEqualsPath": "$.a[*]")",
       "Value is not a Reference Path at /R/NumericEqualsPath"},
  };
  for (const auto& [operand, problem] : cases) {
    EXPECT_THAT(
        Problems(R"({"Variable": "$.x", )" + std::string(operand) + "}"),
        ElementsAre(problem));
  }
}

TEST(ChoiceRuleProblemTest, ARuleNeedsAVariableAndExactlyOneOperator) {
  EXPECT_THAT(Problems(R"({"IsNull": true})"),
              ElementsAre("These fields are required: [Variable] at /R"));
  EXPECT_THAT(Problems(R"({"Variable": "$.x"})"),
              ElementsAre("A Choice Rule with a Variable needs a comparison "
                          "operator at /R"));
  EXPECT_THAT(
      Problems(R"({"Variable": "$.x", "IsNull": true, "IsString": true})"),
      ElementsAre("There should only be one of the following fields: [IsNull, "
                  "IsString] at /R"));
}

TEST(ChoiceRuleProblemTest, EveryProblemIsReportedWhereItStands) {
  EXPECT_THAT(
      Problems(R"({"And": [{"Variable": "x", "IsNull": true, "Next": "A"},
                           1, {"Not": {"Variable": "$.a", "IsNull": 0}}]})"),
      ElementsAre("Field 'Next' is not supported at /R/And[0]",
                  "Value is not a Reference Path at /R/And[0]/Variable",
                  "Expected value of type Object at /R/And[1]",
                  "Expected value of type Boolean at /R/And[2]/Not/IsNull"));
  EXPECT_THAT(Problems(R"({"Or": []})"),
              ElementsAre("Value cannot be empty at /R/Or"));
  EXPECT_THAT(Problems(R"({"And": {}})"),
              ElementsAre("Expected value of type Array at /R/And"));
  EXPECT_THAT(Problems("[]"),
              ElementsAre("Expected value of type Object at /R"));
}

TEST(ChoiceRuleProblemTest, DeepNestingCompilesAndEvaluates) {
  std::string rule = R"({"Variable": "$.x", "IsNull": true})";
  for (int i = 0; i < 990; ++i) rule = R"({"Not": )" + rule + "}";
  EXPECT_EQ(Evaluate(rule, R"({"x": null})"), "true");
}

}  // namespace
}  // namespace stepwheel::asl
