#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "asl/json.h"

namespace stepwheel::asl {
namespace {

constexpr char kHex[] = "0123456789ABCDEF";

void AppendEscape(unsigned char c, std::string* out) {
  switch (c) {
    case '"':
      out->append("\\\"");
      return;
    case '\\':
      out->append("\\\\");
      return;
    case '\b':
      out->append("\\b");
      return;
    case '\f':
      out->append("\\f");
      return;
    case '\n':
      out->append("\\n");
      return;
    case '\r':
      out->append("\\r");
      return;
    case '\t':
      out->append("\\t");
      return;
    default:
      out->append("\\u00");
      out->push_back(kHex[c >> 4]);
      out->push_back(kHex[c & 15]);
  }
}

// The first byte from `at` on that needs an escape.
size_t FirstEscape(std::string_view s, size_t at) {
  static constexpr std::array<bool, 256> kNeeds = [] {
    std::array<bool, 256> needs{};
    for (int c = 0; c < 0x20; ++c) needs[static_cast<size_t>(c)] = true;
    needs['"'] = needs['\\'] = true;
    return needs;
  }();
  while (at < s.size() && !kNeeds[static_cast<unsigned char>(s[at])]) ++at;
  return at;
}

// Lays out significant digits "d1d2..." with value d1.d2... * 10^exponent as
// Double.toString does: plain from 1e-3 up to below 1e7, else with "E".
void AppendDigits(std::string_view digits, int exponent, std::string* out) {
  const int count = static_cast<int>(digits.size());
  if (exponent >= 7 || exponent < -3) {
    out->push_back(digits[0]);
    out->push_back('.');
    out->append(count > 1 ? digits.substr(1) : "0");
    out->push_back('E');
    return AppendJsonInt(exponent, out);
  }
  if (exponent < 0) {
    out->append("0.");
    out->append(static_cast<size_t>(-exponent - 1), '0');
    out->append(digits);
    return;
  }
  const int whole = exponent + 1;
  if (count <= whole) {
    out->append(digits);
    out->append(static_cast<size_t>(whole - count), '0');
    out->append(".0");
    return;
  }
  out->append(digits.substr(0, static_cast<size_t>(whole)));
  out->push_back('.');
  out->append(digits.substr(static_cast<size_t>(whole)));
}

}  // namespace

void AppendJsonString(std::string_view s, std::string* out) {
  out->push_back('"');
  size_t done = FirstEscape(s, 0);
  out->append(s, 0, done);
  while (done < s.size()) {
    AppendEscape(static_cast<unsigned char>(s[done]), out);
    const size_t next = FirstEscape(s, done + 1);
    out->append(s, done + 1, next - done - 1);
    done = next;
  }
  out->push_back('"');
}

void AppendJsonDouble(double d, std::string* out) {
  if (std::isnan(d)) {
    out->append("\"NaN\"");
    return;
  }
  if (std::isinf(d)) {
    out->append(d > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    return;
  }
  if (std::signbit(d)) out->push_back('-');
  if (d == 0) {
    out->append("0.0");
    return;
  }
  // "d.dddde[+-]xx": the shortest digits that read back exactly.
  char text[40];
  d = std::fabs(d);
  auto end =
      std::to_chars(text, text + sizeof text, d, std::chars_format::scientific);
  if (text[1] == 'e' && d < std::numeric_limits<double>::min()) {
    // Java prints two digits at least and takes the nearest two: 4.9E-324.
    end = std::to_chars(text, text + sizeof text, d,
                        std::chars_format::scientific, 1);
  }
  const std::string_view all(text, static_cast<size_t>(end.ptr - text));
  const size_t e = all.find('e');
  char digits[32];
  size_t count = 0;
  for (const char c : all.substr(0, e)) {
    if (c != '.') digits[count++] = c;
  }
  const size_t first = all[e + 1] == '+' ? e + 2 : e + 1;
  int exponent = 0;
  std::from_chars(text + first, end.ptr, exponent);
  AppendDigits({digits, count}, exponent, out);
}

void AppendJsonInt(int64_t i, std::string* out) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, i);
  out->append(text, end.ptr);
}

}  // namespace stepwheel::asl
