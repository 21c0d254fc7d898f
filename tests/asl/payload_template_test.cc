#include "asl/payload_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/asl/fake_environment.h"

namespace stepwheel::asl {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kInvalidField =
    "The value for the field 'x.$' must be a valid JSONPath or a valid "
    "intrinsic function call";

std::vector<PayloadTemplate::Problem> Problems(std::string_view text) {
  std::vector<PayloadTemplate::Problem> problems;
  PayloadTemplate::Compile(Json(text), &problems);
  return problems;
}

PayloadTemplate Compile(std::string_view text) {
  std::vector<PayloadTemplate::Problem> problems;
  PayloadTemplate compiled = PayloadTemplate::Compile(Json(text), &problems);
  EXPECT_TRUE(problems.empty()) << text << ": " << problems[0].message;
  return compiled;
}

// The result's JSON, or the cause of its failure.
std::string Evaluate(std::string_view text, std::string_view input,
                     FakeEnvironment env = FakeEnvironment()) {
  const Outcome<Value> outcome = Compile(text).Evaluate(Json(input), env);
  if (outcome.ok()) return outcome->Text();
  EXPECT_TRUE(outcome.error().Is(kStatesRuntime));
  EXPECT_TRUE(outcome.error().needs_prefix);
  return *outcome.error().cause;
}

TEST(PayloadTemplateTest, ReplacesFieldsThatEndInDollarAndKeepsTheRest) {
  EXPECT_EQ(
      Evaluate(R"({"a": 1, "b.$": "$.x", "c": {"d.$": "$"}})", R"({"x": [2]})"),
      R"({"a":1,"b":[2],"c":{"d":{"x":[2]}}})");
}

TEST(PayloadTemplateTest, GoesThroughArrays) {
  EXPECT_EQ(
      Evaluate(R"([1, {"a.$": "$.x"}, [[{"b.$": "$.x"}]]])", R"({"x": null})"),
      R"([1,{"a":null},[[{"b":null}]]])");
}

TEST(PayloadTemplateTest, ReadsInputContextVariablesAndIntrinsics) {
  FakeEnvironment env(R"({"Execution": {"Name": "e"}})", R"({"v": {"w": 5}})");
  EXPECT_EQ(Evaluate(R"j({"a.$": "$$.Execution.Name", "b.$": "$v.w",
                          "c.$": "$v", "d.$": "States.Array($.x, $v.w)"})j",
                     R"({"x": 1})", env),
            R"({"a":"e","b":5,"c":{"w":5},"d":[1,5]})");
}

TEST(PayloadTemplateTest, ATemplateWithoutDollarsIsConstantAndShared) {
  const Value value = Json(R"({"a": [1, {"b": "$x"}], "$": 1, "c$": 2})");
  std::vector<PayloadTemplate::Problem> problems;
  const PayloadTemplate compiled = PayloadTemplate::Compile(value, &problems);
  EXPECT_TRUE(compiled.is_constant());
  FakeEnvironment env;
  EXPECT_TRUE(compiled.Evaluate(Value(), env)->SameAs(value));
}

TEST(PayloadTemplateTest, ConstantPartsOfATemplateAreShared) {
  const Value value = Json(R"({"a": {"b": [1, 2]}, "c.$": "$"})");
  std::vector<PayloadTemplate::Problem> problems;
  const PayloadTemplate compiled = PayloadTemplate::Compile(value, &problems);
  EXPECT_FALSE(compiled.is_constant());
  FakeEnvironment env;
  const Outcome<Value> result = compiled.Evaluate(Value(1), env);
  EXPECT_TRUE(result->Find("a")->SameAs(*value.Find("a")));
}

TEST(PayloadTemplateTest, ATemplateNeedNotBeAnObject) {
  EXPECT_EQ(Evaluate("1", "{}"), "1");
  EXPECT_EQ(Evaluate(R"("$.x")", R"({"x": 1})"), R"("$.x")");
  EXPECT_EQ(Evaluate("null", "{}"), "null");
}

TEST(PayloadTemplateTest, AMissingPathNamesTheFieldAndTheInput) {
  EXPECT_EQ(Evaluate(R"({"value.$": "$.p"})", R"({ "int-literal" : 0 })"),
            "The JSONPath '$.p' specified for the field 'value.$' could not "
            "be found in the input '{\"int-literal\":0}'");
}

TEST(PayloadTemplateTest, AMissingContextPathShowsTheContextObject) {
  FakeEnvironment env(R"({"Execution": {"Input": {}}})");
  EXPECT_EQ(
      Evaluate(R"({"a": {"value.$": "$$.Execution.Input.no"}})", "1", env),
      "The JSONPath '$$.Execution.Input.no' specified for the field 'value.$' "
      "could not be found in the input '{\"Execution\":{\"Input\":{}}}'");
}

TEST(PayloadTemplateTest, AVariableThatIsNotSetFails) {
  EXPECT_EQ(Evaluate(R"({"x.$": "$unset"})", R"({"a": 1})"),
            "The JSONPath '$unset' specified for the field 'x.$' could not be "
            "found in the input '{\"a\":1}'");
}

TEST(PayloadTemplateTest, AnIndexPastTheEndIsNullAndNoMatchIsAnEmptyArray) {
  EXPECT_EQ(
      Evaluate(R"({"x.$": "$.a[7]", "y.$": "$.a[*].b"})", R"({"a": [1]})"),
      R"({"x":null,"y":[]})");
}

TEST(PayloadTemplateTest, CausesShowCompactJsonEvenIfTheInputCameWithBlanks) {
  JsonError error;
  const Value input = *ParseJson(R"({ "a" : 1 })", &error, true);
  FakeEnvironment env;
  const Outcome<Value> outcome =
      Compile(R"({"x.$": "$.b"})").Evaluate(input, env);
  EXPECT_THAT(*outcome.error().cause, ::testing::EndsWith(R"('{"a":1}')"));
}

TEST(PayloadTemplateTest, AFieldThatIsNoPathAndNoCallIsAProblem) {
  for (const char* value :
       {R"("a")", R"("")", "1", "null", R"({"a": "$"})", R"("$.")",
        R"j("States.Nope()")j", R"j("States.UUID(1)")j"}) {
    const auto problems = Problems(R"({"x.$": )" + std::string(value) + "}");
    ASSERT_EQ(problems.size(), 1u) << value;
    EXPECT_FALSE(problems[0].warning);
    EXPECT_EQ(problems[0].code, "SCHEMA_VALIDATION_FAILED");
    EXPECT_EQ(problems[0].message, kInvalidField);
    EXPECT_EQ(problems[0].pointer, "");
  }
}

TEST(PayloadTemplateTest, EscapedDoubleQuotesInACallAreRefused) {
  for (const char* text :
       {R"j({"x.$": "States.StringToJson('{\"a\":\\\"b\\\"}')"})j",
        R"j({"x.$": "States.Format('said, \\\"{}\\\"', 'x')"})j"}) {
    const auto problems = Problems(text);
    ASSERT_EQ(problems.size(), 1u) << text;
    EXPECT_EQ(problems[0].message, kInvalidField);
  }
}

TEST(PayloadTemplateTest, ProblemsSayWhereBelowTheTemplateTheyStand) {
  const auto problems =
      Problems(R"({"a": {"b": [0, {"x.$": "!"}]}, "c": {"x.$": 1}})");
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].pointer, "/a/b[1]");
  EXPECT_EQ(problems[1].pointer, "/c");
}

TEST(PayloadTemplateTest, AFieldGivenBothWaysIsAProblem) {
  const auto problems = Problems(R"({"x": 1, "x.$": "$.a"})");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].message,
            "There should only be one of the following fields: [x, x.$]");
}

TEST(PayloadTemplateTest, AStringThatLooksLikeAPathIsAWarning) {
  const auto problems = Problems(R"({"value": "$.a"})");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_TRUE(problems[0].warning);
  EXPECT_EQ(problems[0].code, "NO_DOLLAR");
  EXPECT_EQ(problems[0].message,
            "The value of 'value' looks like a JSONPath. Instead of 'value', "
            "use 'value.$' to evaluate it as a JSONPath at runtime.");
}

TEST(PayloadTemplateTest, KnowsTheVariablesItReads) {
  std::set<std::string> names;
  Compile(R"j({"a.$": "$x.y", "b": [{"c.$": "States.Array($z, $.w, $$)"}],
               "d.$": "States.Array(States.Array($u))"})j")
      .CollectVariables(&names);
  EXPECT_THAT(names, ElementsAre("u", "x", "z"));
}

TEST(PayloadTemplateTest, DeepTemplatesCompileAndEvaluate) {
  std::string text = R"({"x.$":"$"})";
  for (int i = 0; i < 990; ++i) text = "[" + text + "]";
  const std::string result = Evaluate(text, "7");
  EXPECT_THAT(result, ::testing::HasSubstr(R"([{"x":7}])"));
}

TEST(PathExpressionTest, NamesTheFieldItIsGiven) {
  std::string error;
  const auto path = PathExpression::Compile("$.ErrorX", &error);
  ASSERT_TRUE(path.has_value());
  EXPECT_FALSE(path->is_intrinsic());
  FakeEnvironment env;
  EXPECT_EQ(*path->Evaluate(Json("{}"), "ErrorPath", env).error().cause,
            "The JSONPath '$.ErrorX' specified for the field 'ErrorPath' could "
            "not be found in the input '{}'");
}

TEST(PathExpressionTest, EvaluatesIntrinsicsAndKeepsTheText) {
  std::string error;
  const auto call =
      PathExpression::Compile("States.Format('{}', $.Error)", &error);
  ASSERT_TRUE(call.has_value());
  EXPECT_TRUE(call->is_intrinsic());
  EXPECT_EQ(call->text(), "States.Format('{}', $.Error)");
  FakeEnvironment env;
  EXPECT_EQ(call->Evaluate(Json(R"({"Error": "e"})"), "ErrorPath", env)->Text(),
            R"("e")");
}

TEST(PathExpressionTest, SaysWhyATextIsNeitherPathNorCall) {
  std::string error;
  EXPECT_FALSE(PathExpression::Compile("Error", &error).has_value());
  EXPECT_EQ(error,
            "expected the name of an intrinsic function, such as "
            "States.Format at character 1");
}

}  // namespace
}  // namespace stepwheel::asl
