// Instants as years, months, days and times of day in UTC, and back, with the
// ranges and the NaN of JavaScript's Date. Weeks are ISO 8601's, also those of
// a month.
#ifndef STEPWHEEL_ASL_JSONATA_CIVIL_TIME_H_
#define STEPWHEEL_ASL_JSONATA_CIVIL_TIME_H_

#include <cstdint>

namespace stepwheel::asl::jsonata {

inline constexpr double kMillisPerDay = 86'400'000;
// JavaScript's greatest instant.
inline constexpr double kMaxMillis = 8.64e15;

struct CivilTime {
  int64_t days = 0;  // Since 1970-01-01.
  int64_t year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;

  int Weekday() const;  // Monday is 1, Sunday 7.
  int DayOfYear() const;
  int WeekOfYear() const;
  int WeekOfMonth() const;
  int64_t YearOfWeek() const;  // Of the week's Thursday.
  int MonthOfWeek() const;
};

// REQUIRES: |millis| <= kMaxMillis.
CivilTime CivilTimeOf(double millis);

// Days since 1970-01-01 of a date; months and days beyond their ranges count
// on.
int64_t DaysOf(int64_t year, int64_t month, int64_t day);

// Date.UTC(): `month` counts from 0, years 0 to 99 are of the 20th century;
// NaN beyond JavaScript's instants.
double JsDateUtc(double year, double month, double day, double hour,
                 double minute, double second, double millisecond);

// Cuts fractions off; NaN beyond JavaScript's instants.
double TimeClip(double millis);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_CIVIL_TIME_H_
