#include "asl/jsonata/civil_time.h"

#include <cmath>
#include <limits>

namespace stepwheel::asl::jsonata {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

int64_t FloorDivide(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

int WeekdayOf(int64_t days) {
  // 1970-01-01 was a Thursday.
  const int64_t shifted = (days + 3) % 7;
  return static_cast<int>(shifted < 0 ? shifted + 7 : shifted) + 1;
}

// The Monday of the week that holds the month's first Thursday.
int64_t FirstWeek(int64_t year, int64_t month) {
  const int64_t first = DaysOf(year, month, 1);
  const int weekday = WeekdayOf(first);
  return weekday > 4 ? first + 8 - weekday : first - (weekday - 1);
}

int WeekSince(int64_t start, int64_t days) {
  return static_cast<int>((days - start) / 7 + 1);
}

}  // namespace

// Howard Hinnant's arithmetic on years that begin in March.
int64_t DaysOf(int64_t year, int64_t month, int64_t day) {
  year += FloorDivide(month - 1, 12);
  month = month - 1 - FloorDivide(month - 1, 12) * 12 + 1;
  if (month <= 2) --year;
  const int64_t era = FloorDivide(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year =
      (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;
  const int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468 + (day - 1);
}

CivilTime CivilTimeOf(double millis) {
  CivilTime time;
  time.days = static_cast<int64_t>(std::floor(millis / kMillisPerDay));
  auto rest = static_cast<int64_t>(millis - static_cast<double>(time.days) *
                                                kMillisPerDay);
  time.millisecond = static_cast<int>(rest % 1000);
  rest /= 1000;
  time.second = static_cast<int>(rest % 60);
  rest /= 60;
  time.minute = static_cast<int>(rest % 60);
  time.hour = static_cast<int>(rest / 60);

  const int64_t shifted = time.days + 719468;
  const int64_t era = FloorDivide(shifted, 146097);
  const int64_t day_of_era = shifted - era * 146097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 +
                               day_of_era / 36524 - day_of_era / 146096) /
                              365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t from_march = (5 * day_of_year + 2) / 153;
  time.day = static_cast<int>(day_of_year - (153 * from_march + 2) / 5 + 1);
  time.month =
      static_cast<int>(from_march < 10 ? from_march + 3 : from_march - 9);
  time.year = year_of_era + era * 400 + (time.month <= 2 ? 1 : 0);
  return time;
}

int CivilTime::Weekday() const { return WeekdayOf(days); }

int CivilTime::DayOfYear() const {
  return static_cast<int>(days - DaysOf(year, 1, 1) + 1);
}

int CivilTime::WeekOfYear() const {
  if (days < FirstWeek(year, 1)) return WeekSince(FirstWeek(year - 1, 1), days);
  if (days >= FirstWeek(year + 1, 1)) return 1;
  return WeekSince(FirstWeek(year, 1), days);
}

int CivilTime::WeekOfMonth() const {
  if (days < FirstWeek(year, month)) {
    return WeekSince(FirstWeek(year, month - 1), days);
  }
  if (days >= FirstWeek(year, month + 1)) return 1;
  return WeekSince(FirstWeek(year, month), days);
}

int64_t CivilTime::YearOfWeek() const {
  if (days < FirstWeek(year, 1)) return year - 1;
  return days >= FirstWeek(year + 1, 1) ? year + 1 : year;
}

int CivilTime::MonthOfWeek() const {
  if (days < FirstWeek(year, month)) return month == 1 ? 12 : month - 1;
  if (days >= FirstWeek(year, month + 1)) return month == 12 ? 1 : month + 1;
  return month;
}

double JsDateUtc(double year, double month, double day, double hour,
                 double minute, double second, double millisecond) {
  if (!std::isfinite(year) || !std::isfinite(month) || !std::isfinite(day)) {
    return kNan;
  }
  year = std::trunc(year);
  if (year >= 0 && year <= 99) year += 1900;
  month = std::trunc(month);
  const double whole_year = year + std::floor(month / 12);
  if (std::fabs(whole_year) > 400'000) return kNan;
  const double whole_month = month - std::floor(month / 12) * 12;
  const double days =
      static_cast<double>(DaysOf(static_cast<int64_t>(whole_year),
                                 static_cast<int64_t>(whole_month) + 1, 1)) +
      std::trunc(day) - 1;
  const double time = std::trunc(hour) * 3'600'000 +
                      std::trunc(minute) * 60'000 + std::trunc(second) * 1000 +
                      std::trunc(millisecond);
  return TimeClip(days * kMillisPerDay + time);
}

double TimeClip(double millis) {
  if (!(std::fabs(millis) <= kMaxMillis)) return kNan;
  return std::trunc(millis) + 0.0;
}

}  // namespace stepwheel::asl::jsonata
