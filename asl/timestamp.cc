#include "asl/timestamp.h"

#include <cstdio>

namespace stepwheel::asl {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;

bool IsLeapYear(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int DaysInMonth(int64_t year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeapYear(year) ? 29 : kDays[month - 1];
}

// Days since 1970-01-01 in the proleptic Gregorian calendar. Years begin in
// March here, so that the leap day is the last of its year; an era is 400
// years, after which the calendar repeats.
int64_t DaysFromCivil(int64_t year, int month, int day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year =
      (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

struct CivilDate {
  int64_t year;
  int month;
  int day;
};

CivilDate CivilFromDays(int64_t days) {
  days += 719'468;
  const int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const int64_t day_of_era = days - era * 146'097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1'460 +
                               day_of_era / 36'524 - day_of_era / 146'096) /
                              365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5);
  const int month = static_cast<int>(shifted_month < 10 ? shifted_month + 3
                                                        : shifted_month - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day + 1};
}

// Reads the text from left to right; every Take fails softly.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool TakeChar(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Exactly `digits` decimal digits with a value in [low, high].
  bool TakeNumber(size_t digits, int low, int high, int* out) {
    if (rest_.size() < digits) return false;
    int value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return false;
      value = value * 10 + (rest_[i] - '0');
    }
    if (value < low || value > high) return false;
    rest_.remove_prefix(digits);
    *out = value;
    return true;
  }

  // One to nine digits after the point; more would be below a nanosecond.
  bool TakeFraction(int32_t* nanos) {
    int32_t value = 0;
    size_t digits = 0;
    while (digits < rest_.size() && rest_[digits] >= '0' &&
           rest_[digits] <= '9') {
      if (++digits > 9) return false;
      value = value * 10 + (rest_[digits - 1] - '0');
    }
    if (digits == 0) return false;
    rest_.remove_prefix(digits);
    for (; digits < 9; ++digits) value *= 10;
    *nanos = value;
    return true;
  }

  // "Z" or "+hh:mm" or "-hh:mm", as seconds east of Greenwich.
  bool TakeOffset(int64_t* seconds) {
    if (TakeChar('Z')) {
      *seconds = 0;
      return true;
    }
    const bool west = !rest_.empty() && rest_.front() == '-';
    if (!west && (rest_.empty() || rest_.front() != '+')) return false;
    rest_.remove_prefix(1);
    int hours, minutes;
    if (!TakeNumber(2, 0, 23, &hours) || !TakeChar(':') ||
        !TakeNumber(2, 0, 59, &minutes)) {
      return false;
    }
    *seconds = (west ? -60 : 60) * (int64_t{60} * hours + minutes);
    return true;
  }

  bool AtEnd() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace

std::optional<Timestamp> ParseTimestamp(std::string_view text) {
  Reader reader(text);
  int year, month, day, hour, minute, second;
  if (!reader.TakeNumber(4, 0, 9999, &year) || !reader.TakeChar('-') ||
      !reader.TakeNumber(2, 1, 12, &month) || !reader.TakeChar('-') ||
      !reader.TakeNumber(2, 1, DaysInMonth(year, month), &day) ||
      !reader.TakeChar('T') || !reader.TakeNumber(2, 0, 23, &hour) ||
      !reader.TakeChar(':') || !reader.TakeNumber(2, 0, 59, &minute) ||
      !reader.TakeChar(':') || !reader.TakeNumber(2, 0, 59, &second)) {
    return std::nullopt;
  }
  Timestamp result;
  if (reader.TakeChar('.') && !reader.TakeFraction(&result.nanos)) {
    return std::nullopt;
  }
  int64_t offset;
  if (!reader.TakeOffset(&offset) || !reader.AtEnd()) return std::nullopt;
  result.seconds = DaysFromCivil(year, month, day) * kSecondsPerDay +
                   hour * int64_t{3600} + minute * 60 + second - offset;
  return result;
}

int64_t UnixMillisRoundedUp(const Timestamp& t) {
  return t.seconds * 1000 + (t.nanos + 999'999) / 1'000'000;
}

std::string FormatTimestamp(int64_t unix_millis) {
  int64_t seconds = unix_millis / 1000;
  int64_t millis = unix_millis % 1000;
  if (millis < 0) {
    millis += 1000;
    --seconds;
  }
  int64_t days = seconds / kSecondsPerDay;
  int64_t second_of_day = seconds % kSecondsPerDay;
  if (second_of_day < 0) {
    second_of_day += kSecondsPerDay;
    --days;
  }
  const CivilDate date = CivilFromDays(days);
  char text[64];
  int size =
      std::snprintf(text, sizeof(text), "%04lld-%02d-%02dT%02d:%02d:%02d",
                    static_cast<long long>(date.year), date.month, date.day,
                    static_cast<int>(second_of_day / 3600),
                    static_cast<int>(second_of_day / 60 % 60),
                    static_cast<int>(second_of_day % 60));
  std::string result(text, static_cast<size_t>(size));
  if (millis != 0) {
    size = std::snprintf(text, sizeof(text), ".%03d", static_cast<int>(millis));
    result.append(text, static_cast<size_t>(size));
  }
  return result + "Z";
}

}  // namespace stepwheel::asl
