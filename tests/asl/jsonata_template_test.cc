#include "asl/jsonata_template.h"

#include <gtest/gtest.h>

#include "tests/asl/fake_environment.h"

namespace stepwheel::asl {
namespace {

JsonataTemplate Compiled(std::string_view json, StatesFields fields = {}) {
  std::vector<JsonataTemplate::Problem> problems;
  JsonataTemplate compiled =
      JsonataTemplate::Compile(Json(json), fields, &problems);
  for (const auto& problem : problems) {
    ADD_FAILURE() << problem.message << problem.pointer;
  }
  return compiled;
}

// What AWS has against the template: "CODE message at pointer", joined.
std::string Problems(std::string_view json, StatesFields fields = {}) {
  std::vector<JsonataTemplate::Problem> problems;
  JsonataTemplate::Compile(Json(json), fields, &problems);
  std::string text;
  for (const auto& problem : problems) {
    if (!text.empty()) text += "; ";
    text += problem.code + ": " + problem.message;
    if (!problem.pointer.empty()) text += " at " + problem.pointer;
  }
  return text;
}

class JsonataTemplateTest : public testing::Test {
 protected:
  Outcome<Value> Evaluate(std::string_view json, StatesFields fields = {}) {
    const Value input = Json(R"({"a":1,"list":[1,2,3],"whole":2.0})");
    const Value result = Json(R"({"r":7})");
    JsonataScope scope(input, fields.result ? &result : nullptr, nullptr, env_);
    return Compiled(json, fields).Evaluate(scope, "Output");
  }

  std::string Text(std::string_view json, StatesFields fields = {}) {
    Outcome<Value> value = Evaluate(json, fields);
    return value.ok() ? value->Text() : *value.error().cause;
  }

  FakeEnvironment env_{R"({"Execution":{"Name":"x"}})",
                       R"({"v":{"deep":[5]},"n":3})"};
};

TEST_F(JsonataTemplateTest, EvaluatesStringsThatAreExpressionsAndNothingElse) {
  EXPECT_EQ(Text(R"({"x":"{% $states.input.a + 1 %}","y":["{%$n%}",true],
                     "z":" {% 1 %} ","{% k %}":"$.a"})"),
            R"({"x":2,"y":[3,true],"z":" {% 1 %} ","{% k %}":"$.a"})");
}

TEST_F(JsonataTemplateTest, SharesItsConstantParts) {
  EXPECT_TRUE(Compiled(R"({"a":[1,{"b":"$.c"}]})").is_constant());
  const JsonataTemplate mixed = Compiled(R"({"a":[1,2],"b":"{% 1 %}"})");
  EXPECT_FALSE(mixed.is_constant());
  JsonataScope scope(env_.Context(), nullptr, nullptr, env_);
  const Value first = *mixed.Evaluate(scope, "Output");
  const Value second = *mixed.Evaluate(scope, "Output");
  EXPECT_TRUE(first.Find("a")->SameAs(*second.Find("a")));
}

TEST_F(JsonataTemplateTest, ReadsStatesAndVariables) {
  EXPECT_EQ(Text(R"("{% $states.context.Execution.Name %}")"), R"("x")");
  EXPECT_EQ(Text(R"("{% $v.deep[0] %}")"), "5");
  EXPECT_EQ(Text(R"("{% $states.result.r %}")", {.result = true}), "7");
  EXPECT_EQ(Text(R"("{% $keys($states) %}")", {.result = true}),
            R"(["input","result","context"])");
}

TEST_F(JsonataTemplateTest, WholeNumbersComeOutAsIntegers) {
  EXPECT_EQ(Text(R"("{% $states.input %}")"),
            R"({"a":1,"list":[1,2,3],"whole":2})");
  EXPECT_EQ(Text(R"(["{% 1/0 %}","{% 1/4 %}"])"), R"(["Infinity",0.25])");
}

TEST_F(JsonataTemplateTest, TimeAndChanceAreTheEnvironments) {
  EXPECT_EQ(Text(R"("{% $millis() %}")"), "1700000000000");
  EXPECT_EQ(Text(R"("{% $now() %}")"), R"("2023-11-14T22:13:20.000Z")");
  const std::string first = Text(R"("{% $uuid() %}")");
  EXPECT_NE(first, Text(R"("{% $uuid() %}")"));
  env_.next_random = 0;
  EXPECT_EQ(first, Text(R"("{% $uuid() %}")"));
}

TEST_F(JsonataTemplateTest, AFailureNamesTheFieldWithinTheTemplate) {
  Outcome<Value> value = Evaluate(R"({"a":{"b":[1,"{% $states.input.z %}"]}})");
  ASSERT_FALSE(value.ok());
  const Error& error = value.error();
  EXPECT_EQ(*error.name, "States.QueryEvaluationError");
  EXPECT_EQ(*error.cause,
            "The JSONata expression '$states.input.z' specified for the field "
            "'Output/a/b[1]' returned nothing (undefined).");
  EXPECT_EQ(error.location, "Output/a/b[1]");
  EXPECT_TRUE(error.evaluation_failed);
  EXPECT_TRUE(error.needs_prefix);
}

TEST_F(JsonataTemplateTest, CausesAreAws) {
  const std::string prefix = "The JSONata expression '";
  const std::string field = "' specified for the field 'Output' ";
  EXPECT_EQ(Text(R"("{% $sum %}")"),
            prefix + "$sum" + field + "returned an unsupported result type.");
  EXPECT_EQ(Text(R"("{% $eval('1') %}")"),
            prefix + "$eval('1')" + field +
                "threw an error during evaluation. T1006: Attempted to invoke "
                "a non-function");
  EXPECT_EQ(Text(R"("{% [1..900000] ~> $count() %}")"),
            prefix + "[1..900000] ~> $count()" + field +
                "threw an error during evaluation: Expression evaluation "
                "memory limit exceeded: Check for excessive memory usage");
}

TEST_F(JsonataTemplateTest, AnEndlessEvaluationIsInterrupted) {
  env_.counting = CountingInterrupt(100);
  const std::string cause =
      Text(R"("{% ($f := function($x){ $f($x+1) }; $f(1)) %}")");
  EXPECT_NE(cause.find("Expression evaluation timeout"), std::string::npos)
      << cause;
}

TEST(JsonataTemplate, AnUnexpectedTypeShowsTheValue) {
  EXPECT_EQ(*UnexpectedType("$x", "Items", "array", Json(R"({"f": 1})")).cause,
            "The JSONata expression '$x' specified for the field 'Items' "
            "returned an unexpected result type. Expected 'array', but was "
            "'object' for value: {\"f\":1}");
}

TEST(JsonataTemplate, DelimitersAreTheWholeString) {
  EXPECT_EQ(ReadJsonataText("{% 1 %}"), JsonataText::kExpression);
  EXPECT_EQ(ReadJsonataText("{%%}"), JsonataText::kExpression);
  EXPECT_EQ(ReadJsonataText("a {% 1 %} b"), JsonataText::kLiteral);
  EXPECT_EQ(ReadJsonataText("{% 1"), JsonataText::kInvalid);
  EXPECT_EQ(ReadJsonataText("{% 1 %} "), JsonataText::kInvalid);
  EXPECT_EQ(ReadJsonataText("1 %}"), JsonataText::kInvalid);
  EXPECT_EQ(ReadJsonataText("{%}"), JsonataText::kInvalid);
  EXPECT_EQ(InsideDelimiters("{%\n a \t%}"), "a");
}

TEST(JsonataTemplate, SyntaxErrorsHaveTheParsersWords) {
  EXPECT_EQ(Problems(R"({"v":["{% a[1,2) %}"]})"),
            R"(INVALID_JSONATA_EXPRESSION: Expected "]", got "," at /v[0])");
  EXPECT_EQ(Problems(R"("{%  %}")"),
            "INVALID_JSONATA_EXPRESSION: Unexpected end of expression");
}

TEST(JsonataTemplate, ReferencesToTheMissingInputAreRefusedOnceEach) {
  const std::string code = "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '";
  EXPECT_EQ(Problems(R"("{% bbb + aaa + bbb %}")"),
            code + "bbb' at the top level is not supported.; " + code +
                "aaa' at the top level is not supported.");
  EXPECT_EQ(Problems(R"("{% $.phone %}")"),
            code + "$' at the top level is not supported.");
  EXPECT_EQ(Problems(R"("{% $$ %}")"), code + "$$' is not supported.");
  EXPECT_EQ(Problems(R"("{% $states.input.items[value > 3].($x := $) %}")"),
            "");
}

TEST(JsonataTemplate, FieldsOfStatesExistWhereTheyExist) {
  const std::string code = "UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.";
  EXPECT_EQ(Problems(R"("{% $states.result %}")"),
            code + "result' does not exist.");
  EXPECT_EQ(Problems(R"("{% $states.errorOutput %}")", {.result = true}),
            code + "errorOutput' does not exist.");
  EXPECT_EQ(Problems(R"("{% $states.errorOutput %}")", {.error_output = true}),
            "");
  EXPECT_EQ(Problems(R"("{% $states.reslut %}")", {.result = true}),
            "UNSUPPORTED_JSONATA_EXPRESSION: Unknown reserved states field: "
            "reslut");
}

TEST(JsonataTemplate, VariablesAreWhatIsReadAndNotBound) {
  std::set<std::string> names;
  Compiled(R"({"a":"{% $sum($x.y) + ($own := $z; $own) %}",
               "b":["{% $map($list, function($i){ $i + $x }) %}"],
               "c":"{% $states.input %}"})")
      .CollectVariables(&names);
  EXPECT_EQ(names, (std::set<std::string>{"list", "x", "z"}));
}

}  // namespace
}  // namespace stepwheel::asl
