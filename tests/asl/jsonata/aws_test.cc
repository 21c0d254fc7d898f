#include <gtest/gtest.h>

#include "asl/jsonata/expression.h"
#include "tests/asl/jsonata/rows.h"

namespace stepwheel::asl::jsonata {
namespace {

std::string Aws(std::string_view expression) {
  return Outcome(expression, {Level::k2_0_6, true});
}

TEST(JsonataAwsTest, FunctionsOfStepFunctionsExistInItsFlavourAlone) {
  EXPECT_EQ(Outcome("$range(1, 3, 1)"),
            "!T1006@7: Attempted to invoke a non-function");
  EXPECT_EQ(Aws("$eval('1')"), "!T1006@6: Attempted to invoke a non-function");
  EXPECT_EQ(Aws("$range(1, 9, 3)"), "[1,4,7]");
  EXPECT_EQ(Aws("$range(1, 9, 9)"), "1");
  EXPECT_EQ(Aws("[$range(1, 9, 9)]"), "[1]");
  EXPECT_EQ(Aws("$range(3, 1, -1)"), "[3,2,1]");
  EXPECT_EQ(Aws("$range(3, 1, 1)"), "undefined");
  EXPECT_EQ(Aws("$range(1, 2, 0)"), "undefined");
  EXPECT_EQ(Aws("$count($range(-9223372036854775807, 9223372036854775807, "
                "9223372036854775807))"),
            "3");
  EXPECT_EQ(Aws("$partition([1,2,3], 2)"), "[[1,2],[3]]");
  EXPECT_EQ(Aws("$partition([0], 3)"), "[[0]]");
  EXPECT_EQ(Aws("$partition([], 3)"), "undefined");
  EXPECT_EQ(Aws("$hash('Hello', 'MD5')"),
            "\"8b1a9953c4611296a827abf8c47804d7\"");
  EXPECT_EQ(Aws("$random(42)"), "0.7275636800328681");
  EXPECT_EQ(Aws("$length($uuid())"), "36");
  EXPECT_EQ(Aws("$uuid() = $uuid()"), "false");
}

TEST(JsonataAwsTest, ParseTakesOneDocumentWithoutRepeatedNames) {
  EXPECT_EQ(Aws("$parse('{\"a\": [1, 2.0]}')"), "{\"a\":[1,2]}");
  EXPECT_EQ(Aws("$parse('null')"), "null");
  EXPECT_EQ(Aws("$parse('{\"a\":{\"b\":1},\"b\":2}').a.b"), "1");
  EXPECT_TRUE(Aws("$parse('{\"a\":1,\"a\":2}')").starts_with("!D3137"));
  EXPECT_TRUE(Aws("$parse('{\"x\":{\"a\":1},\"y\":[{\"b\":1,\"b\":1}]}')")
                  .starts_with("!D3137"));
  EXPECT_TRUE(Aws("$parse('1 2')").starts_with("!D3137"));
  EXPECT_TRUE(Aws("$parse('')").starts_with("!D3137"));
  EXPECT_EQ(Aws("$parse()"), "undefined");
}

TEST(JsonataAwsTest, NumbersComeOutAsAwsPrintsThem) {
  EXPECT_EQ(Aws("1/0"), "\"Infinity\"");
  EXPECT_EQ(Aws("[-1/0, 0/0]"), "[\"-Infinity\",\"NaN\"]");
  EXPECT_EQ(Aws("2.5 * 2"), "5");
  EXPECT_EQ(Aws("9007199254740993"), "9007199254740993");
  EXPECT_EQ(Aws("9223372036854775807 + 1"), "9.223372036854776E18");
  EXPECT_EQ(Aws("0.1 + 0.2"), "0.30000000000000004");
}

TEST(JsonataAwsTest, TimeIsOneInstant) {
  EXPECT_EQ(Aws("$now()"), "\"2018-03-23T10:33:36.617Z\"");
  EXPECT_EQ(Aws("$toMillis($now()) = $millis()"), "true");
  EXPECT_EQ(Aws("$now('[Y0001]', '+0100')"), "\"2018\"");
  EXPECT_EQ(Aws("$fromMillis(0, '[D] [MNn]')"), "\"1 January\"");
}

TEST(JsonataAwsTest, LevelsDiffer) {
  CompileOptions newer = {Level::k2_2, false};
  EXPECT_EQ(Outcome("missing ?? 1", newer), "1");
  EXPECT_EQ(Outcome("nul ?? 1", newer), "null");
  EXPECT_EQ(Outcome("empty ?: 1", newer), "1");
  EXPECT_EQ(Outcome("age ?: 1", newer), "31");
  EXPECT_EQ(Outcome("$string(12345678901234567)", newer),
            "\"12345678901234568\"");
  EXPECT_EQ(Outcome("$string(12345678901234567)"), "\"12345678901234600\"");
}

std::string Names(const std::vector<Facts::Name>& names) {
  std::string out;
  for (const Facts::Name& name : names) {
    out += name.name + "@" + std::to_string(name.position) + " ";
  }
  return out;
}

Facts FactsOf(std::string_view text) {
  return std::get<Expression>(Expression::Compile(text)).facts();
}

TEST(JsonataFactsTest, FreeVariablesAreThoseNobodyBinds) {
  EXPECT_EQ(Names(FactsOf("$a + $b + $a").free_variables), "a@2 b@7 ");
  EXPECT_EQ(Names(FactsOf("($a := 1; $a + $b)").free_variables), "b@17 ");
  EXPECT_EQ(Names(FactsOf("(($a := 1); $a)").free_variables), "a@14 ");
  EXPECT_EQ(Names(FactsOf("function($x){$x + $y}").free_variables), "y@20 ");
  EXPECT_EQ(Names(FactsOf("$o@$p#$i.($p + $i)").free_variables), "o@2 ");
  EXPECT_EQ(Names(FactsOf("($f := function(){$f()}; $f())").free_variables),
            "");
  EXPECT_EQ(Names(FactsOf("$sum($x)").free_variables), "x@7 ");
  EXPECT_EQ(Names(FactsOf("$sum($x)").functions), "sum@4 ");
}

TEST(JsonataFactsTest, UsesOfTheInputAndOfStatesAreFound) {
  EXPECT_EQ(Names(FactsOf("a.b + $x.c").input_fields), "a@1 ");
  EXPECT_EQ(Names(FactsOf("$x[c = 1].{'d': e}").input_fields), "");
  EXPECT_EQ(Names(FactsOf("{'k': f}").input_fields), "f@7 ");
  EXPECT_EQ(Names(FactsOf("$ + $$.a + $x.($)").input_uses), "@1 ");
  EXPECT_EQ(Names(FactsOf("$ + $$.a").root_uses), "$@6 ");
  EXPECT_EQ(Names(FactsOf("$states.input.a + $states.result").states_members),
            "input@13 result@32 ");
  EXPECT_EQ(Names(FactsOf("$states").states_members), "@7 ");
  EXPECT_TRUE(FactsOf("1 + $sum([2, 3])").constant);
  EXPECT_FALSE(FactsOf("$now()").constant);
  EXPECT_FALSE(FactsOf("$x").constant);
}

}  // namespace
}  // namespace stepwheel::asl::jsonata
