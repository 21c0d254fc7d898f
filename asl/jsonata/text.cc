#include "asl/jsonata/text.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace stepwheel::asl::jsonata {
namespace {

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

}  // namespace

size_t CodePointSize(std::string_view text, size_t at) {
  if (at >= text.size()) return 0;
  size_t end = at + 1;
  while (end < text.size() && IsContinuation(text[end])) ++end;
  return end - at;
}

size_t CodePoints(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return !IsContinuation(c); }));
}

uint32_t CodePointAt(std::string_view text, size_t at) {
  uint8_t lead = static_cast<uint8_t>(text[at]);
  size_t size = CodePointSize(text, at);
  if (size == 1 || size > 4) return lead;
  uint32_t code = lead & (0xFFU >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    code = code << 6 | (static_cast<uint8_t>(text[at + i]) & 0x3FU);
  }
  return code;
}

size_t OffsetOf(std::string_view text, size_t n) {
  size_t at = 0;
  for (; n > 0 && at < text.size(); --n) at += CodePointSize(text, at);
  return at;
}

void AppendCodePoint(uint32_t code, std::string* out) {
  if ((code >= 0xD800 && code < 0xE000) || code > 0x10FFFF) code = 0xFFFD;
  auto add = [out](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | code >> 6);
    add(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  } else {
    add(0xF0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3F));
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  }
}

int CompareText(std::string_view a, std::string_view b) {
  size_t common = std::min(a.size(), b.size());
  size_t i = 0;
  while (i < common && a[i] == b[i]) ++i;
  if (i == common) return a.size() < b.size() ? -1 : a.size() > b.size();
  // The first byte that differs tells, but a supplementary character (from
  // F0), a surrogate there, comes before U+E000 to U+FFFF (EE, EF).
  uint8_t left = static_cast<uint8_t>(a[i]);
  uint8_t right = static_cast<uint8_t>(b[i]);
  bool left_high = left >= 0xF0;
  bool right_high = right >= 0xF0;
  if (left_high != right_high) {
    uint8_t other = left_high ? right : left;
    if (other >= 0xEE) return left_high ? -1 : 1;
  }
  return left < right ? -1 : 1;
}

double TextToDouble(std::string_view text) {
  double number = 0;
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc::result_out_of_range) return number;
  // Too large or too small: the sign of the exponent tells.
  size_t e = text.find_first_of("eE");
  bool small =
      e != std::string_view::npos && e + 1 < text.size() && text[e + 1] == '-';
  if (!small && e == std::string_view::npos) small = text[0] == '0';
  double limit = small ? 0 : std::numeric_limits<double>::infinity();
  return text[0] == '-' ? -limit : limit;
}

}  // namespace stepwheel::asl::jsonata
