#include "asl/jsonata/js_number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace stepwheel::asl::jsonata {
namespace {

TEST(JsNumberText, HasTheShortestDigitsThatReadBack) {
  EXPECT_EQ(JsNumberText(0.1), "0.1");
  EXPECT_EQ(JsNumberText(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(JsNumberText(-1.5), "-1.5");
  EXPECT_EQ(JsNumberText(-0.0), "0");
  EXPECT_EQ(JsNumberText(9007199254740993.0), "9007199254740992");
  EXPECT_EQ(JsNumberText(5e-324), "5e-324");
  EXPECT_EQ(JsNumberText(1.7976931348623157e308), "1.7976931348623157e+308");
}

TEST(JsNumberText, HasAnExponentFrom1e21AndBelow1em6) {
  EXPECT_EQ(JsNumberText(1e20), "100000000000000000000");
  EXPECT_EQ(JsNumberText(1e21), "1e+21");
  EXPECT_EQ(JsNumberText(123456789012345678901234.0), "1.2345678901234569e+23");
  EXPECT_EQ(JsNumberText(0.000001), "0.000001");
  EXPECT_EQ(JsNumberText(0.0000001), "1e-7");
  EXPECT_EQ(JsNumberText(0.00000123), "0.00000123");
}

TEST(JsNumberText, NamesWhatIsNoNumber) {
  EXPECT_EQ(JsNumberText(std::nan("")), "NaN");
  EXPECT_EQ(JsNumberText(HUGE_VAL), "Infinity");
  EXPECT_EQ(JsNumberText(-HUGE_VAL), "-Infinity");
}

TEST(RoundedToPrecision15, DropsTheDigitsThatArithmeticBlurs) {
  EXPECT_EQ(RoundedToPrecision15(0.1 + 0.2, true), 0.3);
  EXPECT_EQ(RoundedToPrecision15(22.0 / 7, true), 3.14285714285714);
  EXPECT_EQ(RoundedToPrecision15(0.1, true), 0.1);
  EXPECT_EQ(RoundedToPrecision15(5e-324, true), 5e-324);
}

TEST(RoundedToPrecision15, RoundsATieAwayFromZero) {
  EXPECT_EQ(RoundedToPrecision15(100000000000000.5, true), 100000000000001.0);
  EXPECT_EQ(RoundedToPrecision15(-100000000000000.5, true), -100000000000001.0);
  EXPECT_EQ(RoundedToPrecision15(999999999999999.5, true), 1e15);
}

TEST(RoundedToPrecision15, TreatsWholeNumbersByLevel) {
  EXPECT_EQ(RoundedToPrecision15(5890840712243076.0, true), 5890840712243080.0);
  EXPECT_EQ(RoundedToPrecision15(5890840712243076.0, false),
            5890840712243076.0);
}

TEST(JsToFixed, RoundsTheExactValueAndTiesAwayFromZero) {
  EXPECT_EQ(JsToFixed(1.005, 2), "1.00");  // The double is below 1.005.
  EXPECT_EQ(JsToFixed(1.45, 1), "1.4");
  EXPECT_EQ(JsToFixed(0.5, 0), "1");
  EXPECT_EQ(JsToFixed(2.5, 0), "3");
  EXPECT_EQ(JsToFixed(-2.5, 0), "-3");
  EXPECT_EQ(JsToFixed(99.995, 2), "100.00");
  EXPECT_EQ(JsToFixed(0.125, 2), "0.13");
  EXPECT_EQ(JsToFixed(9.5, 0), "10");
}

TEST(JsToFixed, GivesUpFrom1e21) {
  EXPECT_EQ(JsToFixed(1e21, 2), "1e+21");
  EXPECT_EQ(JsToFixed(1e20, 1), "100000000000000000000.0");
}

TEST(JsWholeNumberText, CountsInAnyRadix) {
  EXPECT_EQ(JsWholeNumberText(100, 2), "1100100");
  EXPECT_EQ(JsWholeNumberText(-255, 16), "-ff");
  EXPECT_EQ(JsWholeNumberText(0, 36), "0");
  EXPECT_EQ(JsWholeNumberText(9007199254740991.0, 36), "2gosa7pa2gv");
  EXPECT_EQ(JsWholeNumberText(1e21, 10), "1e+21");
}

TEST(RoundHalfToEven, GoesByTheDecimalText) {
  EXPECT_EQ(RoundHalfToEven(2.5, 0), 2);
  EXPECT_EQ(RoundHalfToEven(3.5, 0), 4);
  EXPECT_EQ(RoundHalfToEven(-7.5, 0), -8);
  EXPECT_EQ(RoundHalfToEven(4.515, 2), 4.52);
  EXPECT_EQ(RoundHalfToEven(12450, -2), 12400);
  EXPECT_EQ(RoundHalfToEven(6.022e-23, 24), 6e-23);
  EXPECT_EQ(RoundHalfToEven(1e300, 10), HUGE_VAL);
}

TEST(RoundHalfToEven, NeverGivesMinusZero) {
  EXPECT_FALSE(std::signbit(RoundHalfToEven(-0.2, 0)));
  EXPECT_FALSE(std::signbit(RoundHalfToEven(-0.5, 0)));
}

TEST(NumberOfText, TakesDecimalsWithLeadingZeros) {
  EXPECT_EQ(NumberOfText("-0.05"), -0.05);
  EXPECT_EQ(NumberOfText("000.00123000"), 0.00123);
  EXPECT_EQ(NumberOfText("1E+3"), 1000);
  EXPECT_EQ(NumberOfText("1e-400"), 0);
  EXPECT_EQ(NumberOfText("0." + std::string(400, '0') + "1"), 0);
}

TEST(NumberOfText, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "-", "+1", "1.", ".5", "1e", "1 ", "1/2", "NaN",
                           "10e500", "0x", "0b2", "abc"}) {
    EXPECT_FALSE(NumberOfText(text).has_value()) << text;
  }
}

TEST(NumberOfText, ReadsOtherRadixes) {
  EXPECT_EQ(NumberOfText("0x12"), 18);
  EXPECT_EQ(NumberOfText("0o17"), 15);
  EXPECT_EQ(NumberOfText("0B101"), 5);
  // 2^64 - 127: a tie between two doubles would round to even.
  EXPECT_EQ(NumberOfText("0xffffffffffffff81"), 18446744073709551488.0);
  EXPECT_EQ(NumberOfText("0x1" + std::string(300, '0')), HUGE_VAL);
}

TEST(NumberOfText, SharesTheLooseEndsOfTheReference) {
  EXPECT_TRUE(std::isnan(*NumberOfText("0x12zz")));
  EXPECT_TRUE(std::isnan(*NumberOfText("zz0b1")));
  EXPECT_TRUE(std::isnan(*NumberOfText("-0o7")));
}

}  // namespace
}  // namespace stepwheel::asl::jsonata
