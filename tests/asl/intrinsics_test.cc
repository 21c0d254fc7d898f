#include "asl/intrinsics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/asl/fake_environment.h"

namespace stepwheel::asl {
namespace {

using ::testing::ElementsAre;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

Outcome<Value> EvaluateCall(std::string_view text, const Value& input,
                            Environment& env) {
  std::string error;
  const std::optional<IntrinsicCall> call = IntrinsicCall::Parse(text, &error);
  if (!call) return PlainRuntimeError("does not parse: " + error);
  return call->Evaluate(input, env);
}

// The result's JSON, or the cause of the failure.
std::string Call(std::string_view text, std::string_view input = "{}") {
  FakeEnvironment env(R"({"StateMachine": {"Name": "a-b"}})", R"({"v": 7})");
  const Outcome<Value> outcome = EvaluateCall(text, Json(input), env);
  if (outcome.ok()) return outcome->Text();
  EXPECT_TRUE(outcome.error().Is(kStatesRuntime));
  return *outcome.error().cause;
}

// What AWS says of arguments that `function` (without "States.") refuses.
std::string Refused(std::string_view text, std::string_view function) {
  return "There was an error while evaluating the intrinsic function: " +
         std::string(text) + ". Invalid arguments in States." +
         std::string(function);
}

std::string ParseError(std::string_view text) {
  std::string error = "no error";
  EXPECT_FALSE(IntrinsicCall::Parse(text, &error).has_value()) << text;
  return error;
}

struct Case {
  std::string_view call;
  std::string_view input;
  std::string_view result;
};

void ExpectAll(std::initializer_list<Case> cases) {
  for (const Case& c : cases) {
    EXPECT_EQ(Call(c.call, c.input), c.result) << c.call << " of " << c.input;
  }
}

void ExpectRefused(std::string_view function,
                   std::initializer_list<std::string_view> calls,
                   std::string_view input = "{}") {
  for (const std::string_view call : calls) {
    EXPECT_EQ(Call(call, input), Refused(call, function));
  }
}

TEST(IntrinsicSyntaxTest, TakesLiteralsPathsVariablesAndCalls) {
  EXPECT_EQ(Call("States.Array('a', 1, -1.5, 1e2, true, false, null)"),
            R"(["a",1,-1.5,100.0,true,false,null])");
  EXPECT_EQ(Call("States.Array($.x, $v, $$.StateMachine.Name, $.a['b,)'])",
                 R"j({"x": [], "a": {"b,)": 2}})j"),
            R"([[],7,"a-b",2])");
  EXPECT_EQ(Call("States.ArrayGetItem("
                 "States.StringSplit($$.StateMachine.Name, '-'), 0)"),
            R"("a")");
}

TEST(IntrinsicSyntaxTest, BlanksMayStandBetweenArguments) {
  EXPECT_EQ(Call(" States.Array(\t1 ,\n2 , $.x ) ", R"({"x": 3})"), "[1,2,3]");
  EXPECT_EQ(Call("States.Array( )"), "[]");
  EXPECT_EQ(Call("States.Array(1,2)"), "[1,2]");
}

TEST(IntrinsicSyntaxTest, StringsHaveFourEscapes) {
  EXPECT_EQ(Call(R"(States.Array('it\'s \{\} \\ {x} "q"'))"),
            R"(["it's {} \\ {x} \"q\""])");
  EXPECT_EQ(Call("States.StringSplit('Hello\nWorld', '\n')"),
            R"(["Hello","World"])");
}

TEST(IntrinsicSyntaxTest, OtherEscapesAreRefused) {
  const std::string expected = R"(expected one of ' { } \ after \ in a string)";
  for (const char* call :
       {R"(States.Array('\"'))", R"(States.Array('\n'))", R"(States.Array('\)",
        R"(States.StringToJson('{"text":"An \"escaped\" here"}'))",
        R"(States.Format('He said, \"Hello, {}!\"', 'Test \"Name\" Here'))"}) {
    EXPECT_THAT(ParseError(call), StartsWith(expected)) << call;
  }
}

TEST(IntrinsicSyntaxTest, SaysWhatWasExpectedAndWhere) {
  EXPECT_EQ(ParseError("States.Array(1, 2"),
            "expected ',' or ')' after an argument at character 18");
  EXPECT_EQ(ParseError("States.Nope(1)"),
            "expected the name of an intrinsic function, such as "
            "States.Format at character 1");
  EXPECT_EQ(ParseError("States.Array"),
            "expected '(' after States.Array at character 13");
  EXPECT_EQ(ParseError("States.Array('a"),
            "expected ' at the end of a string at character 16");
  EXPECT_EQ(ParseError("States.Array(1) x"),
            "expected the end of the text at character 17");
}

TEST(IntrinsicSyntaxTest, RefusesWhatIsNoCall) {
  for (const char* text : {"",
                           " ",
                           "x",
                           "States",
                           "States.",
                           "States.Array (1)",
                           "states.Array()",
                           "States.Array(",
                           "States.Array(,)",
                           "States.Array(1,)",
                           "States.Array(1,,2)",
                           "States.Array(1 2)",
                           "States.Array([1])",
                           "States.Array({})",
                           "States.Array(\"a\")",
                           "States.Array(x)",
                           "States.Array(1))",
                           "States.Array(tru)",
                           "States.Array($.)",
                           "States.Array($.a[)",
                           "States.Array($['a)",
                           "Array(1)",
                           "States.Array(States.Nope())",
                           "States.Array(01)"}) {
    EXPECT_FALSE(ParseError(text).empty()) << text;
  }
}

TEST(IntrinsicSyntaxTest, TheNumberOfArgumentsIsCheckedAtOnce) {
  EXPECT_EQ(ParseError("States.ArrayLength()"),
            "States.ArrayLength does not take 0 arguments at character 21");
  for (const char* text :
       {"States.ArrayContains($.a)", "States.ArrayRange(1, 2)",
        "States.Hash('a')", "States.JsonMerge($.a, $.b)", "States.MathAdd(1)",
        "States.MathRandom(1, 2, 3, 4)", "States.UUID(1)", "States.Format()",
        "States.StringSplit('a', 'b', 'c')"}) {
    EXPECT_THAT(ParseError(text), ::testing::HasSubstr("does not take"));
  }
}

std::string Nested(int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += "States.Array(";
  return text + "1" + std::string(static_cast<size_t>(depth), ')');
}

TEST(IntrinsicSyntaxTest, CallsNestTenDeepAndNoDeeper) {
  EXPECT_EQ(Call(Nested(10)), "[[[[[[[[[[1]]]]]]]]]]");
  EXPECT_THAT(ParseError(Nested(11)),
              StartsWith("intrinsic functions may be nested 10 deep"));
  EXPECT_FALSE(ParseError(Nested(100'000)).empty());
}

TEST(IntrinsicFailureTest, APathThatFindsNothingNamesTheWholeExpression) {
  EXPECT_EQ(Call("States.Format('{}', $.nope)", R"({"other": 1})"),
            "The function 'States.Format('{}', $.nope)' had the following "
            "error: The JsonPath argument for the field '$.nope' could not be "
            "found in the input '{\"other\":1}'");
  EXPECT_EQ(Call("States.Array(States.ArrayLength($.a.b),1)", "{}"),
            "The function 'States.Array(States.ArrayLength($.a.b),1)' had the "
            "following error: The JsonPath argument for the field '$.a.b' "
            "could not be found in the input '{}'");
}

TEST(IntrinsicFailureTest, AnIndexPastTheEndIsMissingHere) {
  EXPECT_EQ(Call("States.Format('{}', $.items[5])", R"({"items": [1, 2]})"),
            "The function 'States.Format('{}', $.items[5])' had the following "
            "error: The JsonPath argument for the field '$.items[5]' could not "
            "be found in the input '{\"items\":[1,2]}'");
  EXPECT_EQ(Call("States.Array($.items[0])", R"({"items": [null]})"), "[null]");
}

TEST(IntrinsicFailureTest, AContextPathIsShownWithOneDollarAndTheInput) {
  EXPECT_EQ(Call("States.Format('{}', $$.Nope.Deep)", R"({"other": 1})"),
            "The function 'States.Format('{}', $$.Nope.Deep)' had the "
            "following error: The JsonPath argument for the field "
            "'$.Nope.Deep' could not be found in the input '{\"other\":1}'");
}

TEST(IntrinsicFailureTest, RefusedArgumentsNameTheFunctionThatRefused) {
  EXPECT_EQ(Call("States.ArrayLength($.value)", R"({"value": 1})"),
            "There was an error while evaluating the intrinsic function: "
            "States.ArrayLength($.value). Invalid arguments in "
            "States.ArrayLength");
  ExpectRefused("MathAdd", {"States.Array(States.MathAdd('1', 2))"});
}

TEST(ArrayTest, MakesAnArrayOfItsArguments) {
  ExpectAll({
      {"States.Array()", "{}", "[]"},
      {"States.Array($.a, $.b)", R"({"a": "", "b": " "})", R"([""," "])"},
  });
}

TEST(ArrayContainsTest, ComparesDeeply) {
  const std::string_view call = "States.ArrayContains($.a, $.v)";
  ExpectAll({
      {call, R"({"a": [], "v": null})", "false"},
      {call, R"({"a": [], "v": []})", "false"},
      {call, R"({"a": [[1, 2, 3], 2], "v": null})", "false"},
      {call, R"({"a": [[1, 2, 3], 2], "v": [1, 2, 3]})", "true"},
      {call, R"({"a": [{"1": 2, "2": []}], "v": []})", "false"},
      {call, R"({"a": [{"1": 2, "2": []}], "v": {"1": 2, "2": []}})", "true"},
      {call, R"({"a": [true, false], "v": false})", "true"},
      {call, R"({"a": [1], "v": "1"})", "false"},
  });
  ExpectRefused("ArrayContains", {"States.ArrayContains('abc', 'a')"});
}

TEST(ArrayGetItemTest, CountsFromZero) {
  const std::string_view input = R"({"a": [1, 2, 3, 4, 5, 6, 7, 8, 9]})";
  ExpectAll({
      {"States.ArrayGetItem($.a, 5)", input, "6"},
      {"States.ArrayGetItem($.a, 0)", input, "1"},
      {"States.ArrayGetItem($.a, 1.9)", input, "2"},
      {"States.ArrayGetItem($.a, 999)", R"({"a": []})", "null"},
  });
  ExpectRefused("ArrayGetItem",
                {"States.ArrayGetItem($.a, 9)", "States.ArrayGetItem($.a, -1)",
                 "States.ArrayGetItem($.a, '1')", "States.ArrayGetItem($, 0)",
                 "States.ArrayGetItem($.a, 1e300)"},
                input);
}

TEST(ArrayLengthTest, CountsElements) {
  EXPECT_EQ(Call("States.ArrayLength($)", "[null, [1, 2], {}]"), "3");
  EXPECT_EQ(Call("States.ArrayLength($.x[*].no)", R"({"x": [1, 2]})"), "0");
  ExpectRefused("ArrayLength",
                {"States.ArrayLength($)", "States.ArrayLength('abc')"});
}

TEST(ArrayPartitionTest, CutsIntoChunks) {
  ExpectAll({
      {"States.ArrayPartition($, 1)", "[]", "[]"},
      {"States.ArrayPartition($, 5)", "[0]", "[[0]]"},
      {"States.ArrayPartition($, 1)", "[0, 1, 2]", "[[0],[1],[2]]"},
      {"States.ArrayPartition($, 2)", "[0, 1, 2]", "[[0,1],[2]]"},
      {"States.ArrayPartition($, 2)", "[0, 1, 2, 3]", "[[0,1],[2,3]]"},
      {"States.ArrayPartition($, 3)", "[0, 1, 2, 3]", "[[0,1,2],[3]]"},
      {"States.ArrayPartition($, 2.4)", "[0, 1, 2]", "[[0,1],[2]]"},
      {"States.ArrayPartition($, 9223372036854775807)", "[0, 1]", "[[0,1]]"},
  });
  ExpectRefused(
      "ArrayPartition",
      {"States.ArrayPartition($, 0)", "States.ArrayPartition($, -1)",
       "States.ArrayPartition($, 0.6)", "States.ArrayPartition($, '2')",
       "States.ArrayPartition(1, 2)"},
      "[1]");
}

TEST(ArrayRangeTest, IncludesTheLastElementWhenItIsHit) {
  ExpectAll({
      {"States.ArrayRange(0, 9, 3)", "{}", "[0,3,6,9]"},
      {"States.ArrayRange(0, 10, 3)", "{}", "[0,3,6,9]"},
      {"States.ArrayRange(1, 9, 9)", "{}", "[1]"},
      {"States.ArrayRange(1, 9, 2)", "{}", "[1,3,5,7,9]"},
      {"States.ArrayRange(5, 1, -2)", "{}", "[5,3,1]"},
      {"States.ArrayRange(3, 3, -1)", "{}", "[3]"},
      {"States.ArrayRange(5, 1, 1)", "{}", "[]"},
      {"States.ArrayRange(1.4, 5.6, 2.2)", "{}", "[1,3,5]"},
      {"States.ArrayRange(1.6, 1.4, 1)", "{}", "[1]"},
  });
}

TEST(ArrayRangeTest, MakesAtMostAThousandElementsWithoutOverflow) {
  EXPECT_EQ(Call("States.ArrayLength(States.ArrayRange(1, 1000, 1))"), "1000");
  EXPECT_EQ(Call("States.ArrayLength(States.ArrayRange(1000, 1, -1))"), "1000");
  EXPECT_EQ(Call("States.ArrayRange(-9223372036854775807, 9223372036854775807, "
                 "9223372036854775807)"),
            "[-9223372036854775807,0,9223372036854775807]");
  ExpectRefused(
      "ArrayRange",
      {"States.ArrayRange(1, 1001, 1)", "States.ArrayRange(1001, 1, -1)",
       "States.ArrayRange(-9223372036854775807, 9223372036854775807, 1)",
       "States.ArrayRange(1, 10, 0)", "States.ArrayRange(1, 10, 0.49)",
       "States.ArrayRange('a', 5, 1)", "States.ArrayRange(1, 1e300, 1)"});
}

TEST(ArrayUniqueTest, KeepsFirstOccurrences) {
  EXPECT_EQ(
      Call("States.ArrayUnique($)",
           R"([null, null, true, true, false, 1, 1.0, 1.1, 0, -0.0, "H", "H",
               [], [], [null], [null], {"a": 1, "b": 2}, {"b": 2, "a": 1},
               {"a": 1, "b": 1}])"),
      R"([null,true,false,1,1.1,0,"H",[],[null],{"a":1,"b":2},{"a":1,"b":1}])");
  ExpectRefused("ArrayUnique", {"States.ArrayUnique('a')"});
}

TEST(ArrayUniqueTest, HugeArraysDoNotTakeQuadraticTime) {
  Elements elements;
  for (int i = 0; i < 60'000; ++i) elements.emplace_back(i);
  FakeEnvironment env;
  const Outcome<Value> result =
      EvaluateCall("States.ArrayUnique($)", Value(std::move(elements)), env);
  EXPECT_EQ(result->as_array().size(), 60'000u);
}

TEST(FormatTest, ReplacesBracesByArguments) {
  const std::string_view one = "States.Format('Formatting argument {}.', $)";
  ExpectAll({
      {one, R"("")", R"("Formatting argument .")"},
      {one, R"("HelloWorld")", R"("Formatting argument HelloWorld.")"},
      {one, "null", R"("Formatting argument null.")"},
      {one, "1", R"("Formatting argument 1.")"},
      {one, "1.1", R"("Formatting argument 1.1.")"},
      {one, "true", R"("Formatting argument true.")"},
      {"States.Format('fst={} and snd={}.', $.a, $.b)", R"({"a": 1, "b": " "})",
       R"("fst=1 and snd= .")"},
      {"States.Format('none')", "{}", R"("none")"},
  });
}

TEST(FormatTest, PrintsObjectsAndArraysAsJavaDoes) {
  ExpectAll({
      {"States.Format('{}', $)", R"({"Arg1": 1, "Arg2": []})",
       R"("{Arg1=1, Arg2=[]}")"},
      {"States.Format('{}', $)", R"([1, "a b", null, [true, {"k": "v"}]])",
       R"("[1, a b, null, [true, {k=v}]]")"},
      {"States.Format('{}', $)", R"("{\"Arg1\": 1, \"Arg2\": []}")",
       R"("{\"Arg1\": 1, \"Arg2\": []}")"},
  });
}

TEST(FormatTest, EscapedBracesAreNoPlaceForAnArgument) {
  EXPECT_EQ(Call(R"(States.Format('\{{}\} \\ \'', 1))"), R"("{1} \\ '")");
  EXPECT_EQ(Call(R"(States.Format('\{\}'))"), R"("{}")");
}

TEST(FormatTest, TheTemplateMayComeFromAPath) {
  EXPECT_EQ(Call("States.Format($.t, 1)", R"({"t": "n={}"})"), R"("n=1")");
  EXPECT_EQ(Call("States.Format(States.Format('\\{\\}{}', 'x'), 2)"),
            R"("2x")");
}

TEST(FormatTest, RefusesOtherCountsLoneBracesAndOtherTemplates) {
  ExpectRefused("Format",
                {"States.Format('{} {}', 1)", "States.Format('{}', 1, 2)",
                 "States.Format('x', 1)", "States.Format('{}')",
                 "States.Format('Hello {', 1)", "States.Format('}')",
                 "States.Format('Hello {{}}', 1)", "States.Format(1, 2)",
                 "States.Format($, 2)"});
}

TEST(FormatTest, ResultsThatGrowTooLargeAreRefused) {
  std::string text = "$";
  for (int i = 0; i < 9; ++i) {
    text = "States.Format('{}{}'," + text + ',' + text + ')';
  }
  FakeEnvironment env;
  const Outcome<Value> result =
      EvaluateCall(text, Value(std::string(256 * 1024, 'x')), env);
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(*result.error().cause,
              ::testing::EndsWith("Invalid arguments in States.Format"));
}

TEST(LimitsTest, ValuesNestedDeeperThanAnyInputAreRefused) {
  Value deep = Value::EmptyArray();
  for (int i = 0; i < 50'000; ++i) deep = Value(Elements{deep});
  FakeEnvironment env;
  for (const char* call : {"States.Format('{}', $)", "States.ArrayUnique($)"}) {
    EXPECT_FALSE(EvaluateCall(call, deep, env).ok()) << call;
  }
  EXPECT_TRUE(EvaluateCall("States.JsonToString($)", deep, env).ok());
}

TEST(StringSplitTest, EveryDelimiterSplitsAndEmptyPiecesAreDropped) {
  const std::string_view call = "States.StringSplit($.s, $.d)";
  ExpectAll({
      {call, R"({"s": " ", "d": ","})", R"([" "])"},
      {call, R"({"s": " , ", "d": ","})", R"([" "," "])"},
      {call, R"({"s": ", , ,", "d": ","})", R"([" "," "])"},
      {call, R"({"s": ",,,,", "d": ","})", "[]"},
      {call, R"({"s": "", "d": ","})", "[]"},
      {call, R"({"s": "abc", "d": ""})", R"(["abc"])"},
      {call, R"({"s": "1,2,3,4,5", "d": ","})", R"(["1","2","3","4","5"])"},
      {call, R"({"s": "This.is+a,test=string", "d": ".+,="})",
       R"(["This","is","a","test","string"])"},
      {call, R"({"s": "split on T and \nnew line", "d": "T\n"})",
       R"(["split on "," and ","new line"])"},
      {call, R"({"s": "a€b→c", "d": "→€"})", R"(["a","b","c"])"},
  });
  ExpectRefused("StringSplit",
                {"States.StringSplit(1, ',')", "States.StringSplit('a', 1)",
                 "States.StringSplit(null, ',')"});
}

TEST(Base64CallsTest, EncodeAndDecodeUpToTenThousandCharacters) {
  ExpectAll({
      {"States.Base64Encode('')", "{}", R"("")"},
      {"States.Base64Encode('Data to encode')", "{}",
       R"("RGF0YSB0byBlbmNvZGU=")"},
      {"States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", "{}",
       R"("Data to encode")"},
  });
  ExpectRefused("Base64Encode", {"States.Base64Encode(1)"});
  ExpectRefused("Base64Decode", {"States.Base64Decode($)"});
}

TEST(HashCallTest, HashesTextAndTheJsonOfOtherValues) {
  ExpectAll({
      {"States.Hash('input data', 'MD5')", "{}",
       R"("812f45842bc6d66ee14572ce20db8e86")"},
      {"States.Hash(123, 'MD5')", "{}",
       R"("202cb962ac59075b964b07152d234b70")"},
  });
  EXPECT_EQ(Call("States.Hash($, 'SHA-1')", R"({"a": 1})"),
            Call("States.Hash(States.JsonToString($), 'SHA-1')", R"({"a":1})"));
  ExpectRefused("Hash", {"States.Hash('a', 'SHA-3')", "States.Hash('a', 1)",
                         "States.Hash('a', 'md5')"});
}

TEST(LimitsTest, TenThousandCharactersNotBytesAreTheLimit) {
  std::string euros;
  for (int i = 0; i < 10'000; ++i) euros += "€";
  FakeEnvironment env;
  for (const char* call : {"States.Hash($, 'MD5')", "States.Base64Encode($)",
                           "States.Base64Decode($)"}) {
    EXPECT_TRUE(EvaluateCall(call, Value(euros), env).ok()) << call;
    EXPECT_FALSE(EvaluateCall(call, Value(euros + "x"), env).ok()) << call;
  }
}

TEST(JsonMergeTest, IsShallowAndTheSecondWins) {
  EXPECT_EQ(Call("States.JsonMerge($.a, $.b, false)",
                 R"({"a": {"a": {"a1": 1, "a2": 2}, "b": 2, "d": 3},
                     "b": {"a": {"a3": 1, "a4": 2}, "c": 3, "d": 4}})"),
            R"({"a":{"a3":1,"a4":2},"b":2,"d":4,"c":3})");
  ExpectRefused("JsonMerge", {"States.JsonMerge($, $, true)",
                              "States.JsonMerge($, 1, false)",
                              "States.JsonMerge('', $, false)"});
}

TEST(JsonToStringTest, PrintsCompactJson) {
  ExpectAll({
      {"States.JsonToString($)", "null", R"("null")"},
      {"States.JsonToString($)", "1.1", R"("1.1")"},
      {"States.JsonToString($)", R"("HelloWorld")", R"("\"HelloWorld\"")"},
      {"States.JsonToString($)", R"([1, 2, "H"])", R"("[1,2,\"H\"]")"},
      {"States.JsonToString($)", R"({"Arg1": 1, "Arg2": []})",
       R"("{\"Arg1\":1,\"Arg2\":[]}")"},
  });
}

TEST(JsonToStringTest, DropsTheBlanksAnInputCameWith) {
  JsonError error;
  const Value input = *ParseJson(R"({ "a" : 1 })", &error, true);
  FakeEnvironment env;
  EXPECT_EQ(EvaluateCall("States.JsonToString($)", input, env)->as_string(),
            R"({"a":1})");
}

TEST(StringToJsonTest, ParsesAndTakesBlankTextForNull) {
  ExpectAll({
      {"States.StringToJson('')", "{}", "null"},
      {"States.StringToJson(' ')", "{}", "null"},
      {"States.StringToJson('null')", "{}", "null"},
      {"States.StringToJson('-0')", "{}", "0"},
      {"States.StringToJson('1')", "{}", "1"},
      {"States.StringToJson('1.1')", "{}", "1.1"},
      {"States.StringToJson('\"HelloWorld\"')", "{}", R"("HelloWorld")"},
      {"States.StringToJson('[1, 2, \"H\"]')", "{}", R"([1,2,"H"])"},
      {"States.StringToJson('{\"Arg1\": 1, \"Arg2\": []}')", "{}",
       R"({"Arg1":1,"Arg2":[]})"},
  });
  ExpectRefused("StringToJson",
                {"States.StringToJson('{bad}')", "States.StringToJson('1 2')",
                 "States.StringToJson(1)"});
}

TEST(StringToJsonTest, TextNestedTooDeepIsRefused) {
  FakeEnvironment env;
  EXPECT_FALSE(EvaluateCall("States.StringToJson($)",
                            Value(std::string(100'000, '[')), env)
                   .ok());
}

TEST(MathAddTest, RoundsEachArgumentHalfUpAndAdds) {
  const std::string_view call = "States.MathAdd($[0], $[1])";
  ExpectAll({
      {call, "[-9, 3]", "-6"},
      {call, "[1.49, 1.5]", "3"},
      {call, "[1.5, 1.51]", "4"},
      {call, "[-1.49, -1.5]", "-2"},
      {call, "[-1.5, -1.51]", "-3"},
      {call, "[1.49, -1.49]", "0"},
      {call, "[-1.51, 0]", "-2"},
      {call, "[0.5, 0]", "1"},
      {call, "[2.5, 0]", "3"},
      {call, "[-0.5, 0.5]", "1"},
      {call, "[-0.5, 0]", "0"},
      {call, "[-2.5, 0]", "-2"},
      {call, "[-3.5, 0]", "-3"},
      {call, "[2147483646, 1]", "2147483647"},
      {call, "[-2147483648, 0]", "-2147483648"},
  });
  ExpectRefused("MathAdd",
                {"States.MathAdd(2147483647, 1)", "States.MathAdd('1', 2)",
                 "States.MathAdd(-2147483648, -1)", "States.MathAdd(null, 1)",
                 "States.MathAdd(3000000000, 1)", "States.MathAdd(true, 1)",
                 "States.MathAdd(1e300, 1)"});
}

TEST(MathRandomTest, DrawsFromTheEnvironmentBetweenStartAndEnd) {
  FakeEnvironment env;
  for (int i = 0; i < 12; ++i) {
    const Outcome<Value> drawn =
        EvaluateCall("States.MathRandom(-3, 3)", Value(), env);
    EXPECT_EQ(drawn->as_int(), -3 + i % 6);
  }
  ExpectRefused(
      "MathRandom",
      {"States.MathRandom(1, 1)", "States.MathRandom(10, 5)",
       "States.MathRandom('a', 10)", "States.MathRandom(1.4, 1.6)",
       "States.MathRandom(1, 10, 'seed')", "States.MathRandom(1, 10, null)"});
}

TEST(MathRandomTest, ASeedGivesTheNumbersOfJavaUtilRandom) {
  FakeEnvironment env;
  env.next_random = 99;
  // new java.util.Random(42).nextInt(10) is 0, of seed 0 nextInt(100) is 60.
  EXPECT_EQ(
      EvaluateCall("States.MathRandom(5, 15, 42)", Value(), env)->as_int(), 5);
  EXPECT_EQ(
      EvaluateCall("States.MathRandom(0, 100, 0)", Value(), env)->as_int(), 60);
  EXPECT_EQ(env.next_random, 99u) << "the environment is not asked";
}

TEST(MathRandomTest, SpansAllOfInt64) {
  const std::string range = "-9223372036854775807, 9223372036854775807";
  FakeEnvironment env;
  env.next_random = 5;
  EXPECT_EQ(
      EvaluateCall("States.MathRandom(" + range + ")", Value(), env)->as_int(),
      -9223372036854775802);
  EXPECT_TRUE(
      EvaluateCall("States.MathRandom(" + range + ", 1)", Value(), env).ok());
}

TEST(UuidTest, IsVersionFourAndDrawnFromTheEnvironment) {
  FakeEnvironment env;
  EXPECT_EQ(EvaluateCall("States.UUID()", Value(), env)->as_string(),
            "00000000-0000-4000-8000-000000000001");
  env.next_random = UINT64_MAX;
  EXPECT_THAT(
      std::string(EvaluateCall("States.UUID()", Value(), env)->as_string()),
      MatchesRegex("ffffffff-ffff-4fff-8000-000000000000"));
}

TEST(IntrinsicCallTest, KnowsTheVariablesItReads) {
  std::string error;
  std::set<std::string> names;
  IntrinsicCall::Parse("States.Array($b, $.c, States.Array($a.x, $$))", &error)
      ->CollectVariables(&names);
  EXPECT_THAT(names, ElementsAre("a", "b"));
}

}  // namespace
}  // namespace stepwheel::asl
