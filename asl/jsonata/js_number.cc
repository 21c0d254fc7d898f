#include "asl/jsonata/js_number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace stepwheel::asl::jsonata {
namespace {

constexpr double kFirstWithExponent = 1e21;

// The digits of a positive number without point or zeros around them, and
// where the point stands: 0.05 is "5" and -1, 50 is "5" and 2.
struct Decimal {
  std::array<char, 32> digits;
  int size = 0;
  int point = 0;

  std::string_view text() const {
    return {digits.data(), static_cast<size_t>(size)};
  }
};

Decimal ShortestDecimal(double positive) {
  std::array<char, 32> buffer;
  const auto written =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), positive,
                    std::chars_format::scientific);
  Decimal decimal;
  const char* at = buffer.data();
  for (; at != written.ptr && *at != 'e'; ++at) {
    if (*at != '.') decimal.digits[decimal.size++] = *at;
  }
  const char* exponent = at + (at[1] == '+' ? 2 : 1);
  std::from_chars(exponent, written.ptr, decimal.point);
  ++decimal.point;
  return decimal;
}

void AppendExponent(const Decimal& decimal, std::string* out) {
  out->push_back(decimal.digits[0]);
  if (decimal.size > 1) {
    out->push_back('.');
    out->append(decimal.text().substr(1));
  }
  const int exponent = decimal.point - 1;
  out->append(exponent < 0 ? "e-" : "e+");
  out->append(std::to_string(std::abs(exponent)));
}

void AppendDecimal(const Decimal& decimal, std::string* out) {
  if (decimal.point > 21 || decimal.point < -5) {
    AppendExponent(decimal, out);
  } else if (decimal.point <= 0) {
    out->append("0.");
    out->append(static_cast<size_t>(-decimal.point), '0');
    out->append(decimal.text());
  } else if (decimal.point >= decimal.size) {
    out->append(decimal.text());
    out->append(static_cast<size_t>(decimal.point - decimal.size), '0');
  } else {
    const auto point = static_cast<size_t>(decimal.point);
    out->append(decimal.text().substr(0, point));
    out->push_back('.');
    out->append(decimal.text().substr(point));
  }
}

// Adds one to the last of the decimal digits in `text`, which may have a
// point.
void IncrementDigits(std::string* text) {
  for (size_t i = text->size(); i-- > 0;) {
    char& digit = (*text)[i];
    if (digit == '.') continue;
    if (digit != '9') {
      ++digit;
      return;
    }
    digit = '0';
  }
  text->insert(text->begin(), '1');
}

std::string FixedText(double value, int digits) {
  // 1e21 has 22 digits; a double below that and `digits` <= 101 fit.
  std::array<char, 160> buffer;
  const auto written =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                    std::chars_format::fixed, digits);
  return std::string(buffer.data(), written.ptr);
}

// `value` in scientific form with `digits` behind the point.
std::string ScientificText(double value, int digits) {
  std::array<char, 64> buffer;
  const auto written =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                    std::chars_format::scientific, digits);
  return std::string(buffer.data(), written.ptr);
}

double ReadNumber(std::string_view text) {
  double value = 0;
  const auto read =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc::result_out_of_range) {
    // from_chars does not tell zero from infinity; strtod does.
    return std::strtod(std::string(text).c_str(), nullptr);
  }
  return value;
}

// +(text of `value` + "e" + exponent), as JavaScript programs move the decimal
// point.
double MovePoint(double value, double exponent) {
  if (!std::isfinite(value) || value == 0) return value;
  if (exponent != std::trunc(exponent)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  // Beyond these the result is 0 or infinite whatever the digits are.
  if (exponent > 1000) exponent = 1000;
  if (exponent < -1000) exponent = -1000;
  const Decimal decimal = ShortestDecimal(std::fabs(value));
  std::string text(value < 0 ? "-" : "");
  text.push_back(decimal.digits[0]);
  text.push_back('.');
  text.append(decimal.size > 1 ? decimal.text().substr(1) : "0");
  text.push_back('e');
  text.append(std::to_string(decimal.point - 1 + static_cast<int>(exponent)));
  return ReadNumber(text);
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

size_t SkipDigits(std::string_view text, size_t at) {
  while (at < text.size() && IsDigit(text[at])) ++at;
  return at;
}

// Is it -?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)? as a whole?
bool IsDecimal(std::string_view text) {
  size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
  size_t end = SkipDigits(text, at);
  if (end == at) return false;
  if (end < text.size() && text[end] == '.') {
    at = end + 1;
    end = SkipDigits(text, at);
    if (end == at) return false;
  }
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    at = end + 1;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    end = SkipDigits(text, at);
    if (end == at) return false;
  }
  return end == text.size();
}

int DigitValue(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

int RadixOfPrefix(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return 0;
  switch (text[1]) {
    case 'x':
    case 'X':
      return 16;
    case 'o':
    case 'O':
      return 8;
    case 'b':
    case 'B':
      return 2;
    default:
      return 0;
  }
}

// The value of binary, octal or hexadecimal digits, rounded once, to nearest
// even, as reading them as a whole number does.
double ReadPowerOfTwoDigits(std::string_view digits, int radix) {
  const int bits_per_digit = radix == 16 ? 4 : radix == 8 ? 3 : 1;
  uint64_t head = 0;
  int64_t dropped = 0;
  bool sticky = false;
  for (const char c : digits) {
    const uint64_t value = static_cast<uint64_t>(DigitValue(c));
    for (int bit = bits_per_digit - 1; bit >= 0; --bit) {
      const bool one = ((value >> bit) & 1) != 0;
      if (head >> 62 != 0) {
        ++dropped;
        sticky = sticky || one;
      } else {
        head = (head << 1) | static_cast<uint64_t>(one);
      }
    }
  }
  // 63 bits hold the 53 that stay and the one that decides; of those below,
  // only whether any is set matters.
  if (sticky) head |= 1;
  const int scale = dropped > 5000 ? 5000 : static_cast<int>(dropped);
  return std::ldexp(static_cast<double>(head), scale);
}

// The reference's pattern has loose ends: /^(0x..)|(0o..)|(0b..)$/ takes any
// text that begins with 0x12, holds 0o7, or ends with 0b1. Number() then makes
// NaN of it unless all of it is a number.
std::optional<double> ReadPrefixed(std::string_view text) {
  const int radix = RadixOfPrefix(text);
  const auto is_digit = [](char c, int base) { return DigitValue(c) < base; };
  if (radix != 0 && text.size() > 2) {
    bool whole = true;
    for (const char c : text.substr(2)) whole = whole && is_digit(c, radix);
    if (whole) return ReadPowerOfTwoDigits(text.substr(2), radix);
  }
  bool taken = radix == 16 && text.size() > 2 && is_digit(text[2], 16);
  for (size_t i = 0; i + 2 < text.size() && !taken; ++i) {
    const int here = RadixOfPrefix(text.substr(i));
    if (here == 8) taken = is_digit(text[i + 2], 8);
    if (here == 2) {
      taken = text.find_first_not_of("01", i + 2) == std::string_view::npos;
    }
  }
  if (!taken) return std::nullopt;
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

void AppendJsNumber(double value, std::string* out) {
  if (std::isnan(value)) {
    out->append("NaN");
    return;
  }
  if (value < 0) out->push_back('-');
  if (std::isinf(value)) {
    out->append("Infinity");
    return;
  }
  value = std::fabs(value);
  if (value < 9007199254740992.0 && value == std::trunc(value)) {
    std::array<char, 20> buffer;
    const auto written =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                      static_cast<int64_t>(value));
    out->append(buffer.data(), written.ptr);
    return;
  }
  AppendDecimal(ShortestDecimal(value), out);
}

std::string JsNumberText(double value) {
  std::string text;
  AppendJsNumber(value, &text);
  return text;
}

double RoundedToPrecision15(double value, bool round_whole_numbers) {
  if (!std::isfinite(value) || value == 0) return value;
  if (value == std::trunc(value) &&
      (!round_whole_numbers || std::fabs(value) < 1e15)) {
    return value;
  }
  // Numbers of up to 15 digits read back as themselves.
  const Decimal decimal = ShortestDecimal(std::fabs(value));
  if (decimal.size <= 15) return value;
  std::string rounded;
  if (decimal.size == 16 && decimal.digits[15] == '5') {
    // Perhaps a tie, which JavaScript rounds away from zero. It is one if the
    // number has no digits beyond these 16.
    const std::string more = ScientificText(std::fabs(value), 40);
    const std::string_view beyond =
        std::string_view(more).substr(17, more.find('e') - 17);
    if (beyond.find_first_not_of('0') == std::string_view::npos) {
      std::string head(more, 0, 16);
      IncrementDigits(&head);
      // An increment that adds a digit (9.99.. to 10.00..) is fine: the text
      // is read as a number.
      rounded = (value < 0 ? "-" : "") + head + more.substr(more.find('e'));
    }
  }
  if (rounded.empty()) rounded = ScientificText(value, 14);
  return ReadNumber(rounded);
}

void AppendPrecision15(double value, bool round_whole_numbers,
                       std::string* out) {
  if (std::isfinite(value) && value != std::trunc(value)) {
    const Decimal decimal = ShortestDecimal(std::fabs(value));
    if (decimal.size <= 15) {
      if (value < 0) out->push_back('-');
      AppendDecimal(decimal, out);
      return;
    }
  }
  AppendJsNumber(RoundedToPrecision15(value, round_whole_numbers), out);
}

std::string JsToFixed(double value, int digits) {
  if (!std::isfinite(value) || std::fabs(value) >= kFirstWithExponent) {
    return JsNumberText(value);
  }
  // A tie is a multiple of a half of the last digit: with one more digit the
  // text is exact then.
  const double scaled = std::ldexp(std::fabs(value), digits + 1);
  std::string text;
  if (std::isfinite(scaled) && scaled == std::trunc(scaled)) {
    text = FixedText(std::fabs(value), digits + 1);
    const bool up = text.back() >= '5';
    text.pop_back();
    if (text.back() == '.') text.pop_back();
    if (up) IncrementDigits(&text);
  } else {
    text = FixedText(std::fabs(value), digits);
  }
  return value < 0 ? "-" + text : text;
}

std::string JsWholeNumberText(double value, int radix) {
  if (radix == 10 || !std::isfinite(value)) return JsNumberText(value);
  double rest = std::trunc(std::fabs(value));
  std::string reversed;
  // Beyond 2^53 the last digits say nothing, since the next number is further
  // away; V8 shows them as 0, here and there by one digit more or less.
  double spacing = std::nextafter(rest, HUGE_VAL) - rest;
  for (; spacing >= radix; spacing /= radix) {
    rest /= radix;
    reversed.push_back('0');
  }
  do {
    const double digit = std::fmod(rest, radix);
    reversed.push_back(
        "0123456789abcdefghijklmnopqrstuvwxyz"[static_cast<int>(digit)]);
    rest = (rest - digit) / radix;
  } while (rest > 0);
  if (value < 0) reversed.push_back('-');
  return std::string(reversed.rbegin(), reversed.rend());
}

double JsMathRound(double value) {
  const double down = std::floor(value);
  return value - down >= 0.5 ? down + 1 : down;
}

double RoundHalfToEven(double value, double precision) {
  if (precision != 0) value = MovePoint(value, precision);
  double result = JsMathRound(value);
  if (std::fabs(result - value) == 0.5 &&
      std::fabs(std::fmod(result, 2)) == 1) {
    result -= 1;
  }
  if (precision != 0) result = MovePoint(result, -precision);
  return result == 0 ? 0 : result;
}

std::optional<double> NumberOfText(std::string_view text) {
  if (IsDecimal(text)) {
    const double value = ReadNumber(text);
    if (std::isfinite(value)) return value;
    return std::nullopt;
  }
  return ReadPrefixed(text);
}

}  // namespace stepwheel::asl::jsonata
