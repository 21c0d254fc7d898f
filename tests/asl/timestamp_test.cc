#include "asl/timestamp.h"

#include <gtest/gtest.h>

#include <string>

namespace stepwheel::asl {
namespace {

int64_t Seconds(std::string_view text) {
  const std::optional<Timestamp> t = ParseTimestamp(text);
  EXPECT_TRUE(t.has_value()) << text;
  return t ? t->seconds : -1;
}

TEST(TimestampTest, ReadsUtcAndOffsets) {
  EXPECT_EQ(Seconds("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(Seconds("2016-03-14T01:59:00Z"), 1'457'920'740);
  EXPECT_EQ(Seconds("2012-10-09T19:00:55+01:00"),
            Seconds("2012-10-09T18:00:55Z"));
  EXPECT_EQ(Seconds("2012-10-09T19:00:55-05:30"),
            Seconds("2012-10-10T00:30:55Z"));
}

TEST(TimestampTest, ReadsLeapDaysAndTheEdgesOfTheCalendar) {
  EXPECT_EQ(Seconds("2024-02-29T00:00:00Z") + 86'400,
            Seconds("2024-03-01T00:00:00Z"));
  EXPECT_EQ(Seconds("2000-02-29T00:00:00Z"), 951'782'400);
  EXPECT_EQ(Seconds("0000-01-01T00:00:00Z"), -62'167'219'200);
  EXPECT_EQ(Seconds("9999-12-31T23:59:59Z"), 253'402'300'799);
}

TEST(TimestampTest, KeepsFractionsToTheNanosecond) {
  EXPECT_EQ(ParseTimestamp("2016-03-14T01:59:00.000000001Z")->nanos, 1);
  EXPECT_EQ(ParseTimestamp("2016-03-14T01:59:00.5Z")->nanos, 500'000'000);
  EXPECT_LT(*ParseTimestamp("2016-03-14T01:59:00.1Z"),
            *ParseTimestamp("2016-03-14T01:59:00.100000001Z"));
  EXPECT_EQ(*ParseTimestamp("2024-01-02T03:04:05.000000Z"),
            *ParseTimestamp("2024-01-02T03:04:05Z"));
}

TEST(TimestampTest, RefusesWhatAslDoesNotCallATimestamp) {
  for (const char* text : {
           "",
           "Z",
           "2016-12-05",
           "2016-12-05T21:29:29",   // no offset
           "2016-12-05 21:29:29Z",  // no T
           "2016-12-05t21:29:29Z",
           "2016-12-05T21:29:29z",
           "05-12-2016T21:29:29Z",
           "2016-13-05T21:29:29Z",
           "2016-00-05T21:29:29Z",
           "2016-12-32T21:29:29Z",
           "2015-02-29T21:29:29Z",
           "1900-02-29T00:00:00Z",
           "2016-12-05T25:29:29Z",
           "2016-12-05T24:00:00Z",
           "2016-12-05T21:60:29Z",
           "2016-12-05T21:29:60Z",
           "2016-12-05T21:29Z",
           "2016-12-05T21:29:29.Z",
           "2016-12-05T21:29:29.1234567890Z",
           "2016-12-05T21:29:29+0100",
           "2016-12-05T21:29:29+24:00",
           "2016-12-05T21:29:29+01",
           "2016-12-05T21:29:29Z ",
           " 2016-12-05T21:29:29Z",
           "2023-02-24 12:15:56.832957",
           "+2016-12-05T21:29:29Z",
           "{% '2016-03-14T01:59:00Z' %}",
       }) {
    EXPECT_FALSE(ParseTimestamp(text).has_value()) << text;
  }
}

TEST(TimestampTest, RoundsUpSoThatADeadlineIsNeverEarly) {
  EXPECT_EQ(UnixMillisRoundedUp({10, 0}), 10'000);
  EXPECT_EQ(UnixMillisRoundedUp({10, 1}), 10'001);
  EXPECT_EQ(UnixMillisRoundedUp({10, 1'000'000}), 10'001);
  EXPECT_EQ(UnixMillisRoundedUp({-1, 999'999'999}), 0);
}

TEST(TimestampTest, FormatsWithMillisecondsOnlyWhereThereAreAny) {
  EXPECT_EQ(FormatTimestamp(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatTimestamp(1'790'218'577'620), "2026-09-24T02:56:17.620Z");
  EXPECT_EQ(FormatTimestamp(1'790'218'577'000), "2026-09-24T02:56:17Z");
  EXPECT_EQ(FormatTimestamp(-1), "1969-12-31T23:59:59.999Z");
}

TEST(TimestampTest, WhatIsFormattedReadsBack) {
  for (int64_t millis = -62'167'219'200'000; millis < 253'402'300'799'000;
       millis += 9'876'543'210'987) {
    const std::string text = FormatTimestamp(millis);
    ASSERT_TRUE(ParseTimestamp(text).has_value()) << text;
    EXPECT_EQ(UnixMillisRoundedUp(*ParseTimestamp(text)), millis) << text;
  }
}

TEST(TimestampTest, FormatsAnyInstantWithoutOverflow) {
  EXPECT_FALSE(FormatTimestamp(INT64_MAX).empty());
  EXPECT_FALSE(FormatTimestamp(INT64_MIN).empty());
}

}  // namespace
}  // namespace stepwheel::asl
