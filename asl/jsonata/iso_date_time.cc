#include "asl/jsonata/iso_date_time.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "asl/jsonata/civil_time.h"
#include "asl/jsonata/date_picture.h"

namespace stepwheel::asl::jsonata {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Does `text` have this form at `at`? A 0 in the form is any digit, a digit d
// from 1 to 5 one of 0 to d, anything else itself.
bool Has(std::string_view text, size_t at, std::string_view form) {
  if (text.size() < at + form.size()) return false;
  for (size_t i = 0; i < form.size(); ++i) {
    const char c = text[at + i];
    const bool fits = form[i] == '0'     ? IsDigit(c)
                      : IsDigit(form[i]) ? c >= '0' && c <= form[i]
                                         : c == form[i];
    if (!fits) return false;
  }
  return true;
}

int TwoDigits(std::string_view text, size_t at) {
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

void AppendDigits(int64_t value, int width, std::string* out) {
  std::string digits = std::to_string(value);
  out->append(static_cast<size_t>(std::max<int64_t>(
                  0, width - static_cast<int64_t>(digits.size()))),
              '0');
  out->append(digits);
}

// Reads what the reference's regular expression accepts.
class IsoReader {
 public:
  explicit IsoReader(std::string_view text) : text_(text) {}

  std::optional<double> Read(bool level_2_2) {
    if (!Has(text_, 0, "0000")) return std::nullopt;
    at_ = 4;
    ReadDate();
    ReadTimes();
    ReadFraction();
    ReadZone();
    if (at_ != text_.size()) return std::nullopt;
    if (!level_2_2) return Instant();
    // At most one month and one day, one time of day.
    if (groups_.size() > 2 || times_ > 1) return std::nullopt;
    if (groups_.size() == 2 && groups_[0] > 19) return std::nullopt;
    return Instant();
  }

 private:
  void ReadDate() {
    while (Has(text_, at_, "-30")) {
      const char next = at_ + 3 < text_.size() ? text_[at_ + 3] : '-';
      // Two more digits: an offset.
      if (next == ':' || IsDigit(next)) return;
      groups_.push_back(TwoDigits(text_, at_ + 1));
      at_ += 3;
    }
  }
  void ReadTimes() {
    while (Has(text_, at_, "T20:50:50")) {
      hour_ = TwoDigits(text_, at_ + 1);
      minute_ = TwoDigits(text_, at_ + 4);
      second_ = TwoDigits(text_, at_ + 7);
      at_ += 9;
      ++times_;
    }
  }
  void ReadFraction() {
    if (!Has(text_, at_, ".0")) return;
    has_fraction_ = true;
    ++at_;
    for (int scale = 100; at_ < text_.size() && IsDigit(text_[at_]); ++at_) {
      millisecond_ += (text_[at_] - '0') * scale;
      scale /= 10;
    }
  }
  void ReadZone() {
    if (Has(text_, at_, "Z")) {
      ++at_;
      return;
    }
    for (const std::string_view form : {"+20:50", "-20:50", "+2050", "-2050"}) {
      if (!Has(text_, at_, form)) continue;
      const int hours = TwoDigits(text_, at_ + 1);
      const int minutes = TwoDigits(text_, at_ + form.size() - 2);
      if (hours > 23) offset_is_wrong_ = true;
      offset_ = (hours * 60 + minutes) * (form[0] == '-' ? -1 : 1);
      has_offset_ = true;
      at_ += form.size();
      return;
    }
  }

  double Instant() const {
    const int month = groups_.empty() ? 1 : groups_[0];
    const int day = groups_.size() < 2 ? 1 : groups_[1];
    if (groups_.size() > 2 || times_ > 1 || offset_is_wrong_) return kNan;
    if (month < 1 || month > 12 || day < 1 || day > 31) return kNan;
    if (times_ == 0 && (has_fraction_ || has_offset_)) return kNan;
    const bool midnight = minute_ == 0 && second_ == 0 && millisecond_ == 0;
    if (hour_ > 24 || (hour_ == 24 && !midnight)) return kNan;
    const int year = TwoDigits(text_, 0) * 100 + TwoDigits(text_, 2);
    const int64_t days = DaysOf(year, month, day);
    const int64_t minutes = (days * 24 + hour_) * 60 + minute_ - offset_;
    return static_cast<double>((minutes * 60 + second_) * 1000 + millisecond_);
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<int> groups_;
  int times_ = 0;
  int hour_ = 0;
  int minute_ = 0;
  int second_ = 0;
  int millisecond_ = 0;
  bool has_fraction_ = false;
  int offset_ = 0;
  bool has_offset_ = false;
  bool offset_is_wrong_ = false;
};

}  // namespace

std::string FormatIsoDateTime(double millis,
                              std::optional<std::string_view> timezone) {
  const double instant = TimeClip(millis);
  if (timezone || std::isnan(instant)) {
    auto picture = DatePicture::Compile(
        "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]", true);
    auto text = std::get<DatePicture>(picture).Format(millis, timezone);
    return std::get<std::string>(text);
  }
  const CivilTime time = CivilTimeOf(instant);
  // The picture shows four digits of the year, and a sign if there is one.
  std::string text = time.year < 0 ? "-" : "";
  AppendDigits(std::abs(time.year) % 10000, 4, &text);
  text.push_back('-');
  AppendDigits(time.month, 2, &text);
  text.push_back('-');
  AppendDigits(time.day, 2, &text);
  text.push_back('T');
  AppendDigits(time.hour, 2, &text);
  text.push_back(':');
  AppendDigits(time.minute, 2, &text);
  text.push_back(':');
  AppendDigits(time.second, 2, &text);
  text.push_back('.');
  AppendDigits(time.millisecond, 3, &text);
  text.push_back('Z');
  return text;
}

std::optional<double> ParseIsoDateTime(std::string_view text, bool level_2_2) {
  return IsoReader(text).Read(level_2_2);
}

}  // namespace stepwheel::asl::jsonata
