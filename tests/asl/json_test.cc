#include "asl/json.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

namespace stepwheel::asl {
namespace {

Value Json(std::string_view text) {
  JsonError error;
  auto value = ParseJson(text, &error);
  EXPECT_TRUE(value.has_value()) << error.message << " in " << text;
  return value.value_or(Value());
}

std::string Reprint(std::string_view text) { return Json(text).Text(); }

JsonError ErrorOf(std::string_view text) {
  JsonError error;
  EXPECT_FALSE(ParseJson(text, &error).has_value()) << text;
  return error;
}

std::string DoubleText(double d) {
  std::string out;
  AppendJsonDouble(d, &out);
  return out;
}

TEST(JsonNumbers, PrintAsJavaPrintsDoubles) {
  EXPECT_EQ(DoubleText(0.1), "0.1");
  EXPECT_EQ(DoubleText(100.0), "100.0");
  EXPECT_EQ(DoubleText(1234.25), "1234.25");
  EXPECT_EQ(DoubleText(9999999.0), "9999999.0");
  EXPECT_EQ(DoubleText(1e7), "1.0E7");
  EXPECT_EQ(DoubleText(1e10), "1.0E10");
  EXPECT_EQ(DoubleText(0.001), "0.001");
  EXPECT_EQ(DoubleText(0.00012), "1.2E-4");
  EXPECT_EQ(DoubleText(-0.0), "-0.0");
  EXPECT_EQ(DoubleText(-2.5), "-2.5");
  EXPECT_EQ(DoubleText(9.223372036854775807e18), "9.223372036854776E18");
  EXPECT_EQ(DoubleText(1.7976931348623157e308), "1.7976931348623157E308");
  EXPECT_EQ(DoubleText(4.9e-324), "4.9E-324");
  EXPECT_EQ(DoubleText(2e-323), "2.0E-323");
}

TEST(JsonNumbers, WithoutJsonFormPrintAsStrings) {
  EXPECT_EQ(DoubleText(INFINITY), "\"Infinity\"");
  EXPECT_EQ(DoubleText(-INFINITY), "\"-Infinity\"");
  EXPECT_EQ(DoubleText(NAN), "\"NaN\"");
}

TEST(JsonNumbers, KeepTheirKind) {
  EXPECT_EQ(Reprint("1"), "1");
  EXPECT_EQ(Reprint("1.00"), "1.0");
  EXPECT_EQ(Reprint("0.0"), "0.0");
  EXPECT_EQ(Reprint("-0.0"), "-0.0");
  EXPECT_EQ(Reprint("-0"), "0");
  EXPECT_EQ(Reprint("1e2"), "100.0");
  EXPECT_EQ(Reprint("1E+2"), "100.0");
  EXPECT_EQ(Reprint("5e-1"), "0.5");
}

TEST(JsonNumbers, AreExactThroughInt64) {
  EXPECT_EQ(Json("9223372036854775807").as_int(), INT64_MAX);
  EXPECT_EQ(Json("-9223372036854775808").as_int(), INT64_MIN);
  EXPECT_EQ(Reprint("9007199254740993"), "9007199254740993");
}

TEST(JsonNumbers, BeyondInt64BecomeDoubles) {
  EXPECT_TRUE(Json("9223372036854775808").is_double());
  EXPECT_EQ(Reprint("9223372036854775808"), "9.223372036854776E18");
  EXPECT_EQ(Reprint("12345678901234567890123"), "1.2345678901234568E22");
}

TEST(JsonNumbers, TooLargeAreRefused) {
  EXPECT_EQ(ErrorOf("[1E400]").message,
            "Numeric value (1E400) out of range of double");
  EXPECT_EQ(ErrorOf("[1E400]").offset, 1u);
  EXPECT_EQ(ErrorOf("-1e309").offset, 0u);
  EXPECT_EQ(ErrorOf("1e99999999999999999999").offset, 0u);
  EXPECT_EQ(ErrorOf(std::string(400, '9')).offset, 0u);
}

TEST(JsonNumbers, TooSmallBecomeZero) {
  EXPECT_EQ(Reprint("1E-400"), "0.0");
  EXPECT_EQ(Reprint("-1E-400"), "-0.0");
  EXPECT_EQ(Reprint("0E400"), "0.0");
  EXPECT_EQ(Reprint("0." + std::string(400, '0') + "1"), "0.0");
  EXPECT_EQ(Reprint("0." + std::string(400, '0') + "1E401"), "1.0");
}

TEST(JsonNumbers, SurviveARoundTripBitForBit) {
#ifdef NDEBUG
  constexpr int kCount = 1000000;
#else
  constexpr int kCount = 50000;
#endif
  std::mt19937_64 random(42);
  for (int i = 0; i < kCount;) {
    const auto d = std::bit_cast<double>(random());
    if (!std::isfinite(d)) continue;
    ++i;
    const Value back = Json(DoubleText(d));
    ASSERT_TRUE(back.is_double()) << DoubleText(d);
    ASSERT_EQ(std::bit_cast<uint64_t>(back.as_double()),
              std::bit_cast<uint64_t>(d))
        << DoubleText(d);
  }
}

TEST(JsonStrings, AreUnescaped) {
  EXPECT_EQ(Json(R"("\"\\\/\b\f\n\r\t")").as_string(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(Json(R"("a\u0041\u00e9\u20ac\uD83D\uDE00z")").as_string(),
            "aA\u00e9\u20ac\U0001F600z");
  EXPECT_EQ(Json(R"("\u0000")").as_string(), std::string_view("\0", 1));
}

TEST(JsonStrings, AreEscapedOnlyWhereJsonRequiresIt) {
  EXPECT_EQ(Reprint(R"("\"\\\/\b\f\n\r\t\u001f\u007f\u00e9")"),
            "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u001F\x7f\u00e9\"");
}

TEST(JsonStrings, KeepLoneSurrogatesAsReplacementCharacters) {
  EXPECT_EQ(Json(R"("\uD800")").as_string(), "\uFFFD");
  EXPECT_EQ(Json(R"("\uDC00x")").as_string(), "\uFFFDx");
  EXPECT_EQ(Json(R"("\uD800\u0041")").as_string(),
            "\uFFFD"
            "A");
  EXPECT_EQ(Json(R"("\uD800\uD83D\uDE00")").as_string(), "\uFFFD\U0001F600");
  EXPECT_EQ(Json(R"("\uD800\n")").as_string(), "\uFFFD\n");
}

TEST(JsonStrings, OfEveryLengthAreCutWhereTheyEnd) {
  for (size_t n = 0; n < 40; ++n) {
    const std::string plain(n, 'x');
    EXPECT_EQ(Json("\"" + plain + "\"").as_string(), plain);
    EXPECT_EQ(Json("\"" + plain + "\\n\u00e9" + plain + "\"").as_string(),
              plain + "\n\u00e9" + plain);
  }
}

TEST(JsonStrings, WithInvalidUtf8AreRefused) {
  for (const char* bad :
       {"\x80", "\xC0\x80", "\xC3", "\xE2\x82", "\xED\xA0\x80",
        "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xFF", "\xC3\x28"}) {
    const JsonError error = ErrorOf(std::string("[\"ab") + bad + "\"]");
    EXPECT_EQ(error.offset, 4u);
    EXPECT_TRUE(error.message.starts_with("Invalid UTF-8 byte 0x"))
        << error.message;
  }
  EXPECT_EQ(ErrorOf("\xFF").message, "Invalid UTF-8 byte 0xff");
}

TEST(JsonObjects, KeepTheLastOfDuplicateNamesInTheFirstPlace) {
  EXPECT_EQ(Reprint(R"({"a":1,"b":2,"a":3})"), R"({"a":3,"b":2})");
  EXPECT_EQ(Reprint(R"({"a":1,"\u0061":2})"), R"({"a":2})");
}

TEST(JsonObjects, WithManyDuplicatesKeepOrder) {
  std::string text = "{";
  std::string expected = "{";
  for (int i = 0; i < 300; ++i) {
    const std::string name = "\"k" + std::to_string(i % 100) + "\":";
    text += (i > 0 ? "," : "") + name + std::to_string(i);
    if (i < 100) {
      expected += (i > 0 ? "," : "") + name + std::to_string(i + 200);
    }
  }
  EXPECT_EQ(Reprint(text + "}"), expected + "}");
}

TEST(JsonObjects, MayHaveManyMembers) {
  std::string text = "{";
  for (int i = 0; i < 20000; ++i) {
    text += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":0";
  }
  text += "}";
  EXPECT_EQ(Reprint(text), text);
}

TEST(JsonNesting, MayBeAThousandDeep) {
  const std::string text = std::string(1000, '[') + std::string(1000, ']');
  EXPECT_EQ(Json(text).depth(), 1000u);
  EXPECT_EQ(Reprint(text), text);
}

TEST(JsonNesting, DeeperIsRefused) {
  for (const size_t depth : {1001, 10000}) {
    const JsonError error =
        ErrorOf(std::string(depth, '[') + std::string(depth, ']'));
    EXPECT_EQ(error.offset, 1000u);
    EXPECT_EQ(error.message,
              "Document nesting depth (1001) exceeds the maximum allowed "
              "(1000)");
  }
}

TEST(JsonText, IsKeptTrimmedWhenAskedFor) {
  JsonError error;
  const auto v = ParseJson(" \n{ \"a\" : 1.00 }\t", &error, true);
  EXPECT_EQ(v->text(), "{ \"a\" : 1.00 }");
  EXPECT_EQ(ParseJson("\"\\u00e9\"", &error, true)->text(), "\"\\u00e9\"");
  EXPECT_EQ(ParseJson(" 1.50 ", &error, true)->text(), "1.5");
}

TEST(JsonText, SharesRecurringNames) {
  const Value v = Json(R"([{"name":1},{"name":2}])");
  EXPECT_TRUE(v.as_array()[0].as_object()[0].name.SameAs(
      v.as_array()[1].as_object()[0].name));
}

struct BadJson {
  std::string_view text;
  size_t offset;
  int column;
  std::string_view message;
};

constexpr std::string_view kList =
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

TEST(JsonErrors, ForUnknownTokensAreJacksons) {
  for (const BadJson& c : {BadJson{"not a definition", 0, 4, "not"},
                           {"nul", 0, 4, "nul"},
                           {"[nullx]", 1, 7, "nullx"},
                           {"trUe", 0, 5, "trUe"},
                           {"{\"a\":undefined}", 5, 15, "undefined"},
                           {"[NaN]", 1, 5, "NaN"},
                           {"h\u00e9", 0, 3, "h\u00e9"}}) {
    const JsonError error = ErrorOf(c.text);
    EXPECT_EQ(error.message, "Unrecognized token '" + std::string(c.message) +
                                 "': was expecting " + std::string(kList));
    EXPECT_EQ(error.offset, c.offset) << c.text;
    EXPECT_EQ(error.column, c.column) << c.text;
  }
}

TEST(JsonErrors, ForUnexpectedCharactersAreJacksons) {
  const std::string value = "expected a valid value " + std::string(kList);
  for (const auto& [text, offset, what] :
       std::initializer_list<std::tuple<std::string_view, size_t, std::string>>{
           {"{'a':1}", 1,
            "''' (code 39)): was expecting double-quote to start field name"},
           {"{\"a\":1,}", 7,
            "'}' (code 125)): was expecting double-quote to start field name"},
           {"{\"a\" 1}", 5,
            "'1' (code 49)): was expecting a colon to separate field name and "
            "value"},
           {"{\"a\":1 \"b\"", 7,
            "'\"' (code 34)): was expecting comma to separate Object entries"},
           {"[1 2]", 3,
            "'2' (code 50)): was expecting comma to separate Array entries"},
           {"[1,]", 3, "']' (code 93)): " + value},
           {"[,1]", 1, "',' (code 44)): " + value},
           {"[1,}", 3, "'}' (code 125)): expected a value"},
           {"'a'", 0, "''' (code 39)): " + value},
           {"\u201cx\u201d", 0, "'\u201c' (code 8220 / 0x201c)): " + value},
           {"\x01", 0, "(CTRL-CHAR, code 1)): " + value},
           {"\"\\u00g0\"", 5,
            "'g' (code 103)): expected a hex-digit for character escape "
            "sequence"},
           {"1a", 1,
            "'a' (code 97)): Expected space separating root-level values"},
           {"-x", 1,
            "'x' (code 120)) in numeric value: expected digit (0-9) to follow "
            "minus sign, for valid numeric value"},
           {"[1.]", 3,
            "']' (code 93)) in numeric value: Decimal point not followed by a "
            "digit"},
           {"1e+", 3,
            "(CTRL-CHAR, code 0)) in numeric value: Exponent indicator not "
            "followed by a digit"},
           {"{} {}", 3,
            "'{' (code 123)): expected the end of the text after the value"}}) {
    const JsonError error = ErrorOf(text);
    EXPECT_EQ(error.message, "Unexpected character (" + what);
    EXPECT_EQ(error.offset, offset) << text;
  }
}

TEST(JsonErrors, ForTheEndOfInputAreJacksons) {
  for (const auto& [text, what] :
       std::initializer_list<std::pair<std::string_view, std::string>>{
           {"{\"a\"", " within/between Object entries"},
           {"{\"a\":", " within/between Object entries"},
           {"[1,", " within/between Array entries"},
           {"\"abc", ": was expecting closing quote for a string value"},
           {"\"a\\", " in character escape sequence"},
           {"\"\\u00", " in character escape sequence"},
           {"{\"a", " in field name"},
           {"-", ": No digit following minus sign"},
           {"\n[ 1",
            ": expected close marker for Array (start marker at [Source: "
            "(String)\"\n[ 1\"; line: 2, column: 1])"}}) {
    const JsonError error = ErrorOf(text);
    EXPECT_EQ(error.message, "Unexpected end-of-input" + what);
    EXPECT_EQ(error.offset, text.size());
  }
  EXPECT_EQ(ErrorOf(" ").message, "No content to map due to end-of-input");
}

TEST(JsonErrors, OfOtherKindsAreJacksons) {
  EXPECT_EQ(ErrorOf("[01]").message,
            "Invalid numeric value: Leading zeroes not allowed");
  EXPECT_EQ(ErrorOf("\"\\x\"").message,
            "Unrecognized character escape 'x' (code 120)");
  EXPECT_EQ(ErrorOf("\"a\nb\"").message,
            "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be "
            "escaped using backslash to be included in string value");
  EXPECT_EQ(ErrorOf("{\"a\tb\":1}").message,
            "Illegal unquoted character ((CTRL-CHAR, code 9)): has to be "
            "escaped using backslash to be included in name");
  EXPECT_EQ(ErrorOf("{]").message,
            "Unexpected close marker ']': expected '}' (for Object starting "
            "at [Source: (String)\"{]\"; line: 1, column: 1])");
}

TEST(JsonErrors, CarryJacksonsLocation) {
  const std::string_view text = "not a definition";
  EXPECT_EQ(JsonErrorWithLocation(text, ErrorOf(text)),
            "Unrecognized token 'not': was expecting " + std::string(kList) +
                "\n at [Source: (String)\"not a definition\"; line: 1, "
                "column: 4]");
  EXPECT_EQ(JsonErrorWithLocation("{", ErrorOf("{")),
            "Unexpected end-of-input: expected close marker for Object (start "
            "marker at [Source: (String)\"{\"; line: 1, column: 1])\n at "
            "[Source: (String)\"{\"; line: 1, column: 2]");
}

TEST(JsonErrors, QuoteAtMost500CharactersOfTheSource) {
  const std::string text = "[" + std::string(600, ' ') + "x]";
  const std::string location = JsonErrorLocation(text, ErrorOf(text));
  EXPECT_EQ(location, "[Source: (String)\"[" + std::string(499, ' ') +
                          "\"[truncated 103 chars]; line: 1, column: 603]");
}

TEST(JsonErrors, NameTheLineAndColumn) {
  const JsonError error = ErrorOf("{\r\n  \"a\": 1,\n  \"\u00e9\": x1 }");
  EXPECT_EQ(error.line, 3);
  EXPECT_EQ(error.column, 10);
}

TEST(JsonPositions, CountCodePointsFromOne) {
  const std::string_view text = "ab\n\U0001F600c\r\nd";
  EXPECT_EQ(PositionOf(text, 0).column, 1);
  EXPECT_EQ(PositionOf(text, 7).line, 2);
  EXPECT_EQ(PositionOf(text, 7).column, 2);
  EXPECT_EQ(PositionOf(text, 10).line, 3);
  EXPECT_EQ(PositionOf(text, 99).column, 2);
}

TEST(JsonPaths, AreVisitedBeforeTheirChildren) {
  const std::string_view text =
      R"({"States":{"A":{"Choices":[{"Next":"B"},1]}},"x":[[2]]})";
  std::string seen;
  JsonError error;
  ASSERT_TRUE(ParseJsonWithPaths(
      text, &error, [&](std::string_view path, size_t offset) {
        seen += std::string(path) + "=" + text[offset] + " ";
      }));
  EXPECT_EQ(seen,
            "/States={ /States/A={ /States/A/Choices=[ "
            "/States/A/Choices[0]={ /States/A/Choices[0]/Next=\" "
            "/States/A/Choices[1]=1 /x=[ /x[0]=[ /x[0][0]=2 ");
}

TEST(JsonRobustness, EveryPrefixOfADocumentIsAnErrorWithAPlaceInIt) {
  const std::string_view text =
      R"({"a":[1,-2.5e3,"x\u00e9\n",true,null,{"b":{}}],"c":false})";
  for (size_t n = 0; n < text.size(); ++n) {
    const JsonError error = ErrorOf(text.substr(0, n));
    EXPECT_LE(error.offset, n);
    EXPECT_FALSE(error.message.empty());
  }
}

TEST(JsonRobustness, ChangedBytesNeverBreakTheParser) {
  const std::string text =
      R"({"a":[1,-2.5e3,"x\u00e9\n",true,null,{"b":{}}],"c":false})";
  std::mt19937 random(7);
  for (int i = 0; i < 20000; ++i) {
    std::string changed = text;
    for (int n = 0; n < 3; ++n) {
      changed[random() % changed.size()] = static_cast<char>(random());
    }
    JsonError error;
    const auto value = ParseJson(changed, &error);
    if (value) {
      EXPECT_EQ(Json(value->Text()), *value) << changed;
    } else {
      EXPECT_LE(error.offset, changed.size());
    }
  }
}

}  // namespace
}  // namespace stepwheel::asl
