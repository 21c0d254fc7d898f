#include "asl/jsonata/date_picture.h"

#include <gtest/gtest.h>

#include <cmath>

#include "asl/jsonata/civil_time.h"
#include "asl/jsonata/iso_date_time.h"
#include "asl/jsonata/js_number.h"

namespace stepwheel::asl::jsonata {
namespace {

constexpr double kNow = 1521801216617;  // 2018-03-23T10:33:36.617Z, a Friday

std::string ErrorText(const PictureError& error) {
  std::string text = error.code;
  if (const auto* value = std::get_if<std::string>(&error.value)) {
    text += " " + *value;
  } else if (const auto* number = std::get_if<double>(&error.value)) {
    text += " " + JsNumberText(*number);
  }
  return text;
}

std::string Format(std::string_view picture, double millis = kNow,
                   std::optional<std::string_view> timezone = {}) {
  auto compiled = DatePicture::Compile(picture, false);
  if (auto* error = std::get_if<PictureError>(&compiled)) {
    return ErrorText(*error);
  }
  auto text = std::get<DatePicture>(compiled).Format(millis, timezone);
  if (auto* error = std::get_if<PictureError>(&text)) return ErrorText(*error);
  return std::get<std::string>(text);
}

// The instant in ISO 8601, "undefined", or the error.
std::string Parse(std::string_view text, std::string_view picture,
                  bool level_2_2 = false) {
  auto compiled = DatePicture::Compile(picture, level_2_2);
  if (auto* error = std::get_if<PictureError>(&compiled)) {
    return ErrorText(*error);
  }
  auto parsed = std::get<DatePicture>(compiled).Parse(text, kNow);
  if (auto* error = std::get_if<PictureError>(&parsed)) {
    return ErrorText(*error);
  }
  const auto millis = std::get<std::optional<double>>(parsed);
  return millis ? FormatIsoDateTime(*millis, std::nullopt) : "undefined";
}

TEST(DatePicture, ShowsNumbersAndNames) {
  EXPECT_EQ(Format("[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001]"),
            "2018-03-23T10:33:36.617");
  EXPECT_EQ(Format("[FNn], the [Dwo] of [MN] [Y] [E]"),
            "Friday, the twenty-third of MARCH 2018 ISO");
  EXPECT_EQ(Format("[MNn,3-3] [D1o], [F0] [d]"), "Mar 23rd, 5 82");
  EXPECT_EQ(Format("[h]:[m] [P] [PN]", 1204405500000), "9:05 pm PM");
  EXPECT_EQ(Format("[YI] [Mi] [Da] [Yw]"),
            "MMXVIII iii w two thousand and eighteen");
  EXPECT_EQ(Format("[Y,2] [Y0001,2-2] [Y9,999,*]"), "18 18 2,018");
}

TEST(DatePicture, TellsBracketsFromMarkers) {
  EXPECT_EQ(Format("[[Year]]: [[[Y0001]]]"), "[Year]: [2018]");
  EXPECT_EQ(Format("[ Y ]-[M\n01]"), "2018-03");
  EXPECT_EQ(Format("no marker"), "no marker");
  EXPECT_EQ(Format("[Y"), "D3135");
  EXPECT_EQ(Format("[q]"), "D3132 q");
  EXPECT_EQ(Format("[YN]"), "D3133 Y");
}

TEST(DatePicture, CountsIsoWeeksOfYearsAndMonths) {
  const auto week = [](int64_t year, int month, int day) {
    return Format(
        "[X]-W[W01]-[F1] [w]/[x]",
        static_cast<double>(DaysOf(year, month, day)) * kMillisPerDay);
  };
  EXPECT_EQ(week(2005, 12, 31), "2005-W52-6 5/12");
  EXPECT_EQ(week(2007, 12, 31), "2008-W01-1 1/1");
  EXPECT_EQ(week(2010, 1, 1), "2009-W53-5 5/12");
  EXPECT_EQ(week(2018, 8, 1), "2018-W31-3 1/8");
}

TEST(DatePicture, ShowsZonesAsOffsets) {
  EXPECT_EQ(Format("[H01]:[m01][Z]", kNow, "-0500"), "05:33-05:00");
  EXPECT_EQ(Format("[H01]:[m01][Z0]", kNow, "+0530"), "16:03+5:30");
  EXPECT_EQ(Format("[Z01:01t] [Z0101] [z]"), "Z +0000 GMT+00:00");
  EXPECT_EQ(Format("[Z010101t]", kNow, "+0530"), "D3134 6");
}

TEST(DatePicture, ShowsWhatIsNoInstantAsNaN) {
  EXPECT_EQ(Format("[Y]-[M01] [MNn]", 9e15), "NaN-NaN undefined");
  EXPECT_EQ(Format("[Y]", kNow, "Z"), "NaN");
}

TEST(DatePicture, ReadsWhatItShows) {
  EXPECT_EQ(Parse("2018-03-23T10:33:36",
                  "[Y0001]-[M01]-[D01]T[H01]:[m01]:"
                  "[s01]"),
            "2018-03-23T10:33:36.000Z");
  EXPECT_EQ(Parse("Twentieth of August, two thousand and seventeen",
                  "[DW] of [MNn], [Yw]"),
            "2017-08-20T00:00:00.000Z");
  EXPECT_EQ(Parse("ae C mmxviii", "[Da] [MA] [Yi]"),
            "2018-03-31T00:00:00.000Z");
  EXPECT_EQ(Parse("21st 12 1881", "[D1o] [M01] [Y0001]"),
            "1881-12-21T00:00:00.000Z");
  EXPECT_EQ(Parse("4/4/2018 12:06 pm", "[D1]/[M1]/[Y0001] [h]:[m] [P]"),
            "2018-04-04T12:06:00.000Z");
  EXPECT_EQ(Parse("2018--180", "[Y]--[d]"), "2018-06-29T00:00:00.000Z");
  EXPECT_EQ(Parse("Mon, Twelfth November 2018", "[FNn,*-3], [DWwo] [MNn] [Y]"),
            "2018-11-12T00:00:00.000Z");
}

TEST(DatePicture, ReadsZones) {
  const std::string_view date = "[Y0001]-[M01]-[D01] [H01]:[m01] ";
  const auto parse = [&](std::string_view text, std::string_view zone) {
    return Parse("2020-09-09 12:00 " + std::string(text),
                 std::string(date) + std::string(zone));
  };
  EXPECT_EQ(parse("+05:30", "[Z]"), "2020-09-09T06:30:00.000Z");
  EXPECT_EQ(parse("GMT-05:00", "[z]"), "2020-09-09T17:00:00.000Z");
  EXPECT_EQ(parse("+0530", "[Z0001]"), "2020-09-09T06:30:00.000Z");
  EXPECT_EQ(parse("GMT-5", "[z01]"), "2020-09-09T17:00:00.000Z");
}

TEST(DatePicture, TakesWhatIsMissingFromThePresent) {
  EXPECT_EQ(Parse("13:45", "[H]:[m]"), "2018-03-23T13:45:00.000Z");
  EXPECT_EQ(Parse("5", "[D]"), "2018-03-05T00:00:00.000Z");
  EXPECT_EQ(Parse("2018", "[Y1]"), "2018-01-01T00:00:00.000Z");
}

TEST(DatePicture, RefusesGapsAndWeeks) {
  EXPECT_EQ(Parse("2018-22", "[Y]-[D]"), "D3136");
  EXPECT_EQ(Parse("5-22 23:59", "[M]-[D] [m]:[s]"), "D3136");
  EXPECT_EQ(Parse("2018-32-5", "[X]-[W]-[F1]"), "D3136");
  EXPECT_EQ(Parse("2018-05-22", "[YN]-[M]-[D]"), "D3133 Y");
  EXPECT_EQ(Parse("x", "[Y\u03b1]"), "D3130 \u03b1");
}

TEST(DatePicture, GivesNothingForTextThatDoesNotFit) {
  EXPECT_EQ(Parse("irrelevant", "[Y]-[M]-[D]"), "undefined");
  EXPECT_EQ(Parse("Hello", "Hello"), "undefined");
  EXPECT_EQ(Parse("Hel.o", "Hello [Y]"), "undefined");
}

TEST(DatePicture, ReadsWidthsByLevel) {
  const std::string_view picture = "[Y0000][M00][D00][H00][m00][s00]";
  EXPECT_EQ(Parse("20240101123849", picture, true), "2024-01-01T12:38:49.000Z");
  EXPECT_NE(Parse("20240101123849", picture, false),
            "2024-01-01T12:38:49.000Z");
  EXPECT_EQ(Parse("201802", "[Y0001][M01]"), "2018-02-01T00:00:00.000Z");
  EXPECT_EQ(Parse("1.123456", "[s].[f]", true), "2018-03-23T10:33:01.123Z");
}

TEST(IsoDateTime, IsWrittenAsJavaScriptDoes) {
  EXPECT_EQ(FormatIsoDateTime(kNow, std::nullopt), "2018-03-23T10:33:36.617Z");
  EXPECT_EQ(FormatIsoDateTime(kNow, "-0500"), "2018-03-23T05:33:36.617-05:00");
  EXPECT_EQ(FormatIsoDateTime(-1.5, std::nullopt), "1969-12-31T23:59:59.999Z");
}

TEST(IsoDateTime, IsReadInItsForms) {
  EXPECT_EQ(ParseIsoDateTime("1970-01-01T00:00:00.001Z", false), 1);
  EXPECT_EQ(ParseIsoDateTime("2018-02-01T09:42:13.123+0000", false),
            1517478133123);
  EXPECT_EQ(ParseIsoDateTime("2017-10-30", false), 1509321600000);
  EXPECT_EQ(ParseIsoDateTime("2018", false), 1514764800000);
  EXPECT_EQ(ParseIsoDateTime("2018-02-03T24:00:00", false), 1517702400000);
  EXPECT_EQ(ParseIsoDateTime("2018-02-30", false), 1519948800000);
}

TEST(IsoDateTime, TellsOtherFormsFromWrongDates) {
  for (const char* text : {"", "foo", "18", "2018-1-1", "2018-01-01 10:00:00",
                           "2018-01-01T10:00", "2018-01-01T10:00:00.Z"}) {
    EXPECT_FALSE(ParseIsoDateTime(text, false).has_value()) << text;
  }
  for (const char* text : {"2018-13-01", "2018-02-32", "2018-01-01T25:00:00Z",
                           "2018-01-01T24:00:01", "2018+01:00"}) {
    EXPECT_TRUE(std::isnan(ParseIsoDateTime(text, false).value_or(0))) << text;
  }
  EXPECT_TRUE(ParseIsoDateTime("2018-01-01-01", false).has_value());
  EXPECT_FALSE(ParseIsoDateTime("2018-01-01-01", true).has_value());
}

}  // namespace
}  // namespace stepwheel::asl::jsonata
