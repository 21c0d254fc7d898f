#include <gtest/gtest.h>

#include <vector>

#include "tests/asl/jsonata/rows.h"

namespace stepwheel::asl::jsonata {
namespace {

const std::vector<Row> kFailuresAreThoseOfTheReference = {
    {R"(1 + "a")",
     "!T2002@3: The right side of the \"+\" operator must evaluate to a "
     "number"},
    {R"("a" + 1)",
     "!T2001@5: The left side of the \"+\" operator must evaluate to a number"},
    {R"(1 < "a")",
     "!T2009@3: The values 1 and \"a\" either side of operator \"<\" must be "
     "of the same data type"},
    {"[] < 1",
     "!T2010@4: The expressions either side of operator \"<\" must evaluate to "
     "numeric or string values"},
    {R"(-"a")", R"(!D1002@1: Cannot negate a non-numeric value: "a")"},
    {"$foo()", "!T1006@5: Attempted to invoke a non-function"},
    {"foo()", "!T1006@4: Attempted to invoke a non-function"},
    {"sum(1)",
     "!T1005@4: Attempted to invoke a non-function. Did you mean $sum?"},
    {R"("a"())", "!T1006@4: Attempted to invoke a non-function"},
    {"1 ~> 2",
     "!T2006@4: The right side of the function application operator ~> must "
     "be a function"},
    {R"([1.."a"])",
     "!T2004@4: The right side of the range operator (..) must evaluate to "
     "an integer"},
    {"[1..1e9]",
     "!D2014@4: The size of the sequence allocated by the range operator "
     "(..) must not exceed 1e6.  Attempted to allocate 1000000000."},
    {"{1: 2}",
     "!T1003@1: Key in object structure must evaluate to a string; got: 1"},
    {R"({"a":1, "a":2})",
     R"(!D1009@1: Multiple key definitions evaluate to same key: "a")"},
    {"1(?)", "!T1008@2: Attempted to partially apply a non-function"},
    {R"($sum("a"))",
     "!T0412@5: Argument 1 of function \"sum\" must be an array of "
     "\"numbers\""},
    {"$uppercase(1)",
     "!T0410@11: Argument 1 of function \"uppercase\" does not match function "
     "signature"},
    {R"($error("boom"))", "!D3137@7: boom"},
    {"$error()", "!D3137@7: $error() function evaluated"},
    {"$assert(false)", "!D3141@8: $assert() statement failed"},
    {R"($number("x"))", R"(!D3030@8: Unable to cast value to a number: "x")"},
    {"$sqrt(-1)",
     "!D3060@6: The sqrt function cannot be applied to a negative number: "
     "-1"},
    {"$power(10, 400)",
     "!D3061@7: The power function has resulted in a value that cannot be "
     "represented as a JSON number: base=10, exponent=400"},
    {R"($sort([1,"a"]))",
     "!D3070@6: The single argument form of the sort function can only be "
     "applied to an array of strings or an array of numbers.  Use the second "
     "argument to specify a comparison function"},
    {"$reduce([1,2], $sum)",
     "!D3050@8: The second argument of reduce function must be a function "
     "with at least two arguments"},
    {"$single([1,1], function($x){true})",
     "!D3138@8: The $single() function expected exactly 1 matching result.  "
     "Instead it matched more."},
    {"$single([1], function($x){false})",
     "!D3139@8: The $single() function expected exactly 1 matching result.  "
     "Instead it matched 0."},
    {R"($split("a", "b", -1))",
     "!D3020@7: Third argument of split function must evaluate to a positive "
     "number"},
    {R"($match("a", /a/, -1))",
     "!D3040@7: Third argument of match function must evaluate to a positive "
     "number"},
    {R"($replace("a", "", "b"))",
     "!D3010@9: Second argument of replace function cannot be an empty "
     "string"},
    {R"($replace("a", "a", "b", -1))",
     "!D3011@9: Fourth argument of replace function must evaluate to a "
     "positive number"},
    {R"($replace("aa", /a/, function($m){1}))",
     "!D3012@9: Attempted to replace a matched string with a non-string "
     "value"},
    {R"($replace("abc", /x*/, "y"))",
     "!D1004@9: Regular expression matches zero length string"},
    {R"($match("ab", /x*/))",
     "!D1004@7: Regular expression matches zero length string"},
    {R"($decodeUrl("%E0%A4%A"))",
     R"(!D3140@11: Malformed URL passed to $decodeUrl(): "%E0%A4%A")"},
    {R"([1,"a"]^($))",
     "!T2007@8: Type mismatch when comparing values 1 and \"a\" in order-by "
     "clause"},
    {"obj ~> |$|5|",
     "!T2011@11: The insert/update clause of the transform expression must "
     "evaluate to an object: 5"},
    {"obj ~> |$|{}, 5|",
     "!T2012@15: The delete clause of the transform expression must evaluate "
     "to a string or array of strings: 5"},
    {"1/0 + 1", "!D1001@5: Number out of range: null"},
    {"$string(1/0)",
     "!D3001@8: Attempting to invoke string function on Infinity or NaN"},
    {R"(function($x)<n:n>{$x}("a"))",
     "!T0410@22: Argument 1 of function undefined does not match function "
     "signature"},
    {R"($contains("a", function($m){{"x":1}}))",
     "!T1010@10: The matcher function argument passed to function \"contains\" "
     "does not return the correct object structure"},
    {"(", R"~(!S0203@1: Expected ")" before end of expression)~"},
    {R"("abc)",
     "!S0101@4: String literal must be terminated by a matching quote"},
    {"1 +", "!S0207@3: Unexpected end of expression"},
    {"[1", R"(!S0203@2: Expected "]" before end of expression)"},
    {R"({"a" 1})", R"(!S0202@6: Expected ":", got 1)"},
    {"a.1",
     "!S0213@3: The literal value 1 cannot be used as a step within a path "
     "expression"},
    {"a{b:1}{c:2}",
     "!S0210@7: Each step can only have one grouping expression"},
    {"a{b:1}[0]", "{}"},
    {"5 := 1",
     "!S0212@1: The left side of := must be a variable name (start with $)"},
    {"function(x){1}",
     "!S0208@10: Parameter 1 of function definition must be a variable name "
     "(start with $)"},
    {"a@b",
     "!S0214@3: The right side of \"@\" must be a variable name (start with "
     "$)"},
    {"a[0]@$b",
     "!S0215@5: A context variable binding must precede any predicates on a "
     "step"},
    {"%",
     "!S0217@1: The object representing the 'parent' cannot be derived from "
     "this expression"},
    {"a.%.%",
     "!S0217@1: The object representing the 'parent' cannot be derived from "
     "this expression"},
    {"1e999", R"(!S0102@0: Number out of range: "1e999")"},
    {R"("\q")", R"(!S0103@2: Unsupported escape sequence: \"q")"},
    {R"("\u12")",
     "!S0104@2: The escape sequence \\u must be followed by 4 hex digits"},
    {"`a",
     "!S0105@2: Quoted property name must be terminated with a backquote "
     "(`)"},
    {"/* a", "!S0106@0: Comment has no closing tag"},
    {"a ?? b",
     R"(!S0211@4: The symbol "?" cannot be used as a unary operator)"},
    {"/a", "!S0302@2: No terminating / in regular expression"},
    {"//", "!S0301@1: Empty regular expressions are not allowed"},
    {"function($x)<n<n>>{1}",
     "!S0401@15: Type parameters can only be applied to functions and "
     "arrays"},
    {"a ! b", R"(!S0204@3: Unknown operator: "!")"},
    {"1 2", "!S0201@3: Syntax error: 2"},
    {")", R"~(!S0211@1: The symbol ")" cannot be used as a unary operator)~"},
    {"@", R"(!S0211@1: The symbol "@" cannot be used as a unary operator)"},
};

TEST(JsonataErrorsTest, FailuresAreThoseOfTheReference) {
  ExpectRows(kFailuresAreThoseOfTheReference);
}

TEST(JsonataErrors, ArgumentsOfPartialApplicationsAreChecked) {
  for (const char* call :
       {"($f := $match(?, /a/); $f({}))", "($f := $uppercase(?); $f(1))",
        "($f := $substring('abc', ?); $f([]))",
        "($f := $split(?, ','); $f(null))", "$map([1, {}], $pad(?, 3))"}) {
    EXPECT_TRUE(Outcome(call).starts_with("!T0410")) << Outcome(call);
  }
}

TEST(JsonataErrors, ExpressionsAreUtf8) {
  EXPECT_EQ(Outcome("'a' & \xff"), "!S0204@7: Unknown operator: \"\ufffd\"");
}

}  // namespace
}  // namespace stepwheel::asl::jsonata
