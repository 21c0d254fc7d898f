// The names of months and days that date pictures show, and the number that a
// component letter stands for. For date_picture and date_parser only.
#ifndef STEPWHEEL_ASL_JSONATA_DATE_NAMES_H_
#define STEPWHEEL_ASL_JSONATA_DATE_NAMES_H_

#include <array>
#include <string_view>

#include "asl/jsonata/civil_time.h"

namespace stepwheel::asl::jsonata {

inline constexpr std::array<std::string_view, 12> kMonthNames = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
inline constexpr std::array<std::string_view, 7> kDayNames = {
    "Monday", "Tuesday",  "Wednesday", "Thursday",
    "Friday", "Saturday", "Sunday"};

// `component` is one of YMDdFWwXxHhmsf.
inline double ComponentOf(const CivilTime& time, char component) {
  switch (component) {
    case 'Y':
      return static_cast<double>(time.year);
    case 'M':
      return time.month;
    case 'D':
      return time.day;
    case 'd':
      return time.DayOfYear();
    case 'F':
      return time.Weekday();
    case 'W':
      return time.WeekOfYear();
    case 'w':
      return time.WeekOfMonth();
    case 'X':
      return static_cast<double>(time.YearOfWeek());
    case 'x':
      return time.MonthOfWeek();
    case 'H':
      return time.hour;
    case 'h':
      return time.hour % 12 == 0 ? 12 : time.hour % 12;
    case 'm':
      return time.minute;
    case 's':
      return time.second;
    default:
      return time.millisecond;
  }
}

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_DATE_NAMES_H_
