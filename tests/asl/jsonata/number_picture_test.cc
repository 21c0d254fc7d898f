#include "asl/jsonata/number_picture.h"

#include <gtest/gtest.h>

#include <cmath>

#include "asl/jsonata/aws_functions.h"
#include "asl/jsonata/integer_picture.h"
#include "asl/jsonata/utf8.h"

namespace stepwheel::asl::jsonata {
namespace {

std::string TextOf(const std::variant<std::string, PictureError>& result) {
  if (const auto* error = std::get_if<PictureError>(&result)) {
    const auto* value = std::get_if<std::string>(&error->value);
    return error->code + (value != nullptr ? " " + *value : "");
  }
  return std::get<std::string>(result);
}

std::string Number(double value, std::string_view picture,
                   const NumberOptions& options = {}) {
  return TextOf(FormatNumber(value, picture, options));
}

std::string Integer(double value, std::string_view picture) {
  return TextOf(FormatInteger(value, picture));
}

double Read(std::string_view text, std::string_view picture) {
  const auto result = ParseInteger(text, picture);
  const auto* value = std::get_if<double>(&result);
  return value != nullptr ? *value : -1;
}

TEST(FormatNumber, GroupsAndPadsDigits) {
  EXPECT_EQ(Number(12345.6, "#,###.00"), "12,345.60");
  EXPECT_EQ(Number(123.9, "9999"), "0124");
  EXPECT_EQ(Number(1e20, "#,######"), "100,000000,000000,000000");
  EXPECT_EQ(Number(2.14 * 86.58, "PREFIX##00.000###SUFFIX"),
            "PREFIX185.2812SUFFIX");
  EXPECT_EQ(Number(0.5, "#.##"), ".5");
  EXPECT_EQ(Number(7, "0."), "7");
}

TEST(FormatNumber, ShowsNegativeNumbersByTheSecondPicture) {
  EXPECT_EQ(Number(-6, "000"), "-006");
  EXPECT_EQ(Number(-1234.5, "#,##0.00;(#,##0.00)"), "(1,234.50)");
}

TEST(FormatNumber, ScalesPercentAndExponent) {
  EXPECT_EQ(Number(0.14, "01%"), "14%");
  EXPECT_EQ(Number(0.4857, "###.###\u2030"), "485.7\u2030");
  EXPECT_EQ(Number(1234.5678, "00.000e000"), "12.346e002");
  EXPECT_EQ(Number(0.234, "0.0e0"), "2.3e-1");
  EXPECT_EQ(Number(0, "0e0"), "0e0");
  EXPECT_EQ(Number(-42, "0e0"), "-4e1");
}

TEST(FormatNumber, RoundsHalfToEven) {
  EXPECT_EQ(Number(2.5, "0"), "2");
  EXPECT_EQ(Number(0.125, "0.00"), "0.12");
}

TEST(FormatNumber, TakesOptions) {
  EXPECT_EQ(Number(0.14, "###pm", {{"per-mille", "pm"}}), "140pm");
  EXPECT_EQ(Number(1234.5, "#.##0,00",
                   {{"decimal-separator", ","}, {"grouping-separator", "."}}),
            "1.234,50");
  EXPECT_EQ(Number(1234.5678, "\u2460\u2460.\u2460\u2460\u2460e\u2460",
                   {{"zero-digit", "\u245f"}}),
            "\u2460\u2461.\u2462\u2463\u2465e\u2461");
  EXPECT_EQ(Number(1, "0", {{"no-such", "x"}}), "1");
}

TEST(FormatNumber, NamesWhatIsWrongWithAPicture) {
  EXPECT_EQ(Number(20, "#;#;#"), "D3080");
  EXPECT_EQ(Number(20, "#.0.0"), "D3081");
  EXPECT_EQ(Number(20, "#0%%"), "D3082");
  EXPECT_EQ(Number(20, "#0\u2030\u2030"), "D3083");
  EXPECT_EQ(Number(20, "#0%\u2030"), "D3084");
  EXPECT_EQ(Number(20, ".e0"), "D3085");
  EXPECT_EQ(Number(20, "0+.e0"), "D3086");
  EXPECT_EQ(Number(20, "0,.e0"), "D3087");
  EXPECT_EQ(Number(20, "0,"), "D3088");
  EXPECT_EQ(Number(20, "0,,0"), "D3089");
  EXPECT_EQ(Number(20, "0#.e0"), "D3090");
  EXPECT_EQ(Number(20, "#0.#0e0"), "D3091");
  EXPECT_EQ(Number(20, "#0.0e0%"), "D3092");
  EXPECT_EQ(Number(20, "#0.0e0,0"), "D3093");
}

TEST(FormatNumber, RefusesWhatWouldNotEnd) {
  EXPECT_EQ(Number(1, "0", {{"grouping-separator", ""}}), "T0410");
  EXPECT_EQ(Number(1, "0", {{"zero-digit", ""}}), "T0410");
  EXPECT_EQ(Number(1, std::string(2000, '0')), "U1001");
  EXPECT_NE(Number(HUGE_VAL, "0e0").find("Infinity"), std::string::npos);
  EXPECT_EQ(Number(1, "0." + std::string(101, '0')), "U1001");
}

TEST(FormatNumber, StaysUtf8WithStrangeZeros) {
  EXPECT_EQ(Number(9, "\ud7ff", {{"zero-digit", "\ud7ff"}}), "\ufffd");
  EXPECT_EQ(Number(9, "\U0010ffff", {{"zero-digit", "\U0010ffff"}}), "\ufffd");
}

TEST(FormatBase, CountsInRadixesUpTo36) {
  EXPECT_EQ(TextOf(FormatBase(100, 2)), "1100100");
  EXPECT_EQ(TextOf(FormatBase(-99.5, 16)), "-64");
  EXPECT_EQ(TextOf(FormatBase(100, 36.4)), "2s");
  EXPECT_EQ(TextOf(FormatBase(100, 37)), "D3100");
  EXPECT_EQ(TextOf(FormatBase(100, 1)), "D3100");
}

TEST(FormatInteger, GroupsDigits) {
  EXPECT_EQ(Integer(123, "0000"), "0123");
  EXPECT_EQ(Integer(1234567890, "#,##0"), "1,234,567,890");
  EXPECT_EQ(Integer(1234567890, "#:###,##0"), "1234:567,890");
  EXPECT_EQ(Integer(1234567890, "##,##,##0"), "12345,67,890");
  EXPECT_EQ(Integer(-1234, "###\uff10"), "-\uff11\uff12\uff13\uff14");
  EXPECT_EQ(Integer(-0.5, "0"), "-1");
}

TEST(FormatInteger, KnowsOrdinals) {
  EXPECT_EQ(Integer(123, "000;o"), "123rd");
  EXPECT_EQ(Integer(12, "0;o"), "12th");
  EXPECT_EQ(Integer(1, "0;o"), "1st");
  EXPECT_EQ(Integer(327713, "w;o"),
            "three hundred and twenty-seven thousand, seven hundred and "
            "thirteenth");
  EXPECT_EQ(Integer(20, "Ww;o"), "Twentieth");
}

TEST(FormatInteger, WritesWordsLettersAndRomanNumerals) {
  EXPECT_EQ(Integer(555, "Ww"), "Five Hundred and Fifty-Five");
  EXPECT_EQ(Integer(0, "w"), "zero");
  EXPECT_EQ(Integer(1e46, "w"), "ten billion trillion trillion trillion");
  EXPECT_EQ(Integer(1984, "I"), "MCMLXXXIV");
  EXPECT_EQ(Integer(300, "A"), "KN");
  EXPECT_EQ(Integer(-27, "a"), "-aa");
}

TEST(FormatInteger, RefusesOtherSequences) {
  EXPECT_EQ(Integer(1, "\u03b1"), "D3130 \u03b1");
  EXPECT_EQ(Integer(1, "#"), "D3130 #");
  EXPECT_EQ(Integer(1, "0\u0660"), "D3131");
  EXPECT_EQ(Integer(1e9, "i"), "U1001");
  EXPECT_EQ(Integer(HUGE_VAL, "w"), "U1001");
  EXPECT_EQ(Integer(-HUGE_VAL, "a"), "U1001");
  EXPECT_EQ(Integer(HUGE_VAL, "0"), "Infinity");
  EXPECT_EQ(Integer(1, "0" + std::string(2000, ',')), "U1001");
}

TEST(ParseInteger, ReadsWhatFormatIntegerWrites) {
  for (const double value :
       {0.0, 7.0, 12.0, 99.0, 100.0, 919.0, 1001.0, 327730.0, 1234567890.0}) {
    for (const char* picture : {"0", "#,##0", "0;o", "w", "W", "w;o", "Ww"}) {
      EXPECT_EQ(Read(Integer(value, picture), picture), value) << picture;
    }
    if (value == 0 || value > 1e6) continue;
    for (const char* picture : {"a", "A", "i", "I"}) {
      EXPECT_EQ(Read(Integer(value, picture), picture), value) << picture;
    }
  }
}

TEST(ParseInteger, GivesNaNForTextThatDoesNotFit) {
  EXPECT_TRUE(std::isnan(Read("abc", "0")));
  EXPECT_TRUE(std::isnan(Read("ten foo", "w")));
  EXPECT_TRUE(std::isnan(Read("IZ", "I")));
  EXPECT_EQ(Read("50", "#"), -1);
}

TEST(JsParseInt, ReadsAsFarAsItCan) {
  EXPECT_EQ(JsParseInt(" \u00a0+12abc"), 12);
  EXPECT_EQ(JsParseInt("-0x1f"), -31);
  EXPECT_TRUE(std::isnan(JsParseInt("x")));
  EXPECT_EQ(JsParseInt(std::string(400, '9')), HUGE_VAL);
}

TEST(Utf8, DecodesWhatItEncodes) {
  for (const char32_t c : {U'a', U'\u00e9', U'\u20ac', U'\U0001f600'}) {
    std::string text;
    AppendUtf8(c, &text);
    size_t at = 0;
    EXPECT_EQ(DecodeUtf8(text, &at), c);
    EXPECT_EQ(at, text.size());
  }
}

TEST(Utf8, RefusesIllFormedBytes) {
  for (const char* text : {"\xff", "\xc3", "\xe2\x82", "\xed\xa0\x80",
                           "\xc0\xaf", "\xf4\x90\x80\x80"}) {
    size_t at = 0;
    EXPECT_EQ(DecodeUtf8(text, &at), kNoChar);
    EXPECT_EQ(at, 1u);
  }
}

TEST(AwsFunctions, DrawAsJavaDoes) {
  EXPECT_EQ(SeededRandom(42), 0.7275636800328681);
  EXPECT_EQ(RandomOfBits(0), 0);
  EXPECT_LT(RandomOfBits(~uint64_t{0}), 1);
}

TEST(AwsFunctions, MarkUuidsAsRandom) {
  EXPECT_EQ(UuidOfBits(0, 0), "00000000-0000-4000-8000-000000000000");
  EXPECT_EQ(UuidOfBits(~uint64_t{0}, 0x0123456789abcdef),
            "ffffffff-ffff-4fff-8123-456789abcdef");
}

}  // namespace
}  // namespace stepwheel::asl::jsonata
