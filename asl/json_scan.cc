#include "asl/json_scan.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#include "asl/json_error.h"

namespace stepwheel::asl {
namespace {

// Jackson quotes this much of an unknown token.
constexpr size_t kTokenMax = 256;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

void AppendUtf8(uint32_t c, std::string* out) {
  if (c < 0x80) {
    out->push_back(static_cast<char>(c));
    return;
  }
  if (c < 0x800) {
    out->push_back(static_cast<char>(0xC0 | c >> 6));
  } else {
    if (c < 0x10000) {
      out->push_back(static_cast<char>(0xE0 | c >> 12));
    } else {
      out->push_back(static_cast<char>(0xF0 | c >> 18));
      out->push_back(static_cast<char>(0x80 | (c >> 12 & 0x3F)));
    }
    out->push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
  }
  out->push_back(static_cast<char>(0x80 | (c & 0x3F)));
}

bool IsHighSurrogate(uint32_t u) { return u >= 0xD800 && u <= 0xDBFF; }
bool IsLowSurrogate(uint32_t u) { return u >= 0xDC00 && u <= 0xDFFF; }

// Whether a decimal number that std::from_chars calls out of range is too large
// (true) or too small, by the power of ten of its first non-zero digit.
bool IsTooLarge(std::string_view number) {
  const size_t e = number.find_first_of("eE");
  const std::string_view mantissa = number.substr(0, e);
  const size_t point = std::min(mantissa.find('.'), mantissa.size());
  const size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return false;
  int64_t power = static_cast<int64_t>(point) - static_cast<int64_t>(first);
  if (e != std::string_view::npos) {
    std::string_view digits = number.substr(e + 1);
    const bool negative = digits.starts_with('-');
    if (digits.starts_with('-') || digits.starts_with('+')) {
      digits.remove_prefix(1);
    }
    int64_t exponent = 0;
    for (const char c : digits) {
      if (exponent < INT32_MAX) exponent = exponent * 10 + (c - '0');
    }
    power += negative ? -exponent : exponent;
  }
  return power > 0;
}

// Most numbers are short: up to 15 digits without exponent are an integer of at
// most 53 bits, whole or divided by a power of ten that a double holds exactly,
// and such a division rounds correctly.
bool QuickNumber(std::string_view number, Value* out) {
  constexpr size_t kDigitsMax = 15;
  static constexpr double kPowers[] = {1,    1e1,  1e2,  1e3, 1e4,  1e5,
                                       1e6,  1e7,  1e8,  1e9, 1e10, 1e11,
                                       1e12, 1e13, 1e14, 1e15};
  const bool negative = number[0] == '-';
  if (number.size() > kDigitsMax) return false;
  int64_t digits = 0;
  size_t fraction = 0;
  bool whole = true;
  for (const char c : number.substr(negative ? 1 : 0)) {
    if (c == '.') {
      whole = false;
    } else if (IsDigit(c)) {
      digits = digits * 10 + (c - '0');
      fraction += whole ? 0 : 1;
    } else {
      return false;  // An exponent.
    }
  }
  if (whole) {
    *out = Value(negative ? -digits : digits);
  } else {
    const double d = static_cast<double>(digits) / kPowers[fraction];
    *out = Value(negative ? -d : d);
  }
  return true;
}

}  // namespace

bool JsonScanner::Fail(std::string message, size_t consumed) {
  error_ = MakeJsonError(text_, offset(), consumed, std::move(message));
  return false;
}

bool JsonScanner::FailUnexpected(std::string_view expected) {
  const size_t here = offset();
  if (static_cast<unsigned char>(*at_) >= 0x80 &&
      DecodeUtf8(text_.substr(here)).bytes == 0) {
    const unsigned byte = static_cast<unsigned char>(*at_);
    char hex[8];
    const auto end = std::to_chars(hex, hex + sizeof hex, byte, 16);
    return Fail("Invalid UTF-8 byte 0x" + std::string(hex, end.ptr), here + 1);
  }
  const size_t bytes = DecodeUtf8(text_.substr(here)).bytes;
  return Fail("Unexpected character (" + DescribeCharacter(text_, here) +
                  "): " + std::string(expected),
              here + bytes);
}

bool JsonScanner::FailEnd(std::string_view where) {
  at_ = end_;
  return Fail("Unexpected end-of-input" + std::string(where), text_.size());
}

bool JsonScanner::LongString(std::string_view what, std::string_view* out) {
  unescaped_.clear();
  while (true) {
    const char* stop = ScanPlain(at_);
    unescaped_.append(at_, stop);
    at_ = stop;
    if (at_ == end_) {
      return FailEnd(what == "name"
                         ? " in field name"
                         : ": was expecting closing quote for a string value");
    }
    const auto c = static_cast<unsigned char>(*at_);
    if (c == '"') {
      ++at_;
      *out = unescaped_;
      return true;
    }
    if (c == '\\') {
      if (!Escape()) return false;
    } else if (c < 0x20) {
      return Fail("Illegal unquoted character (" +
                      DescribeCharacter(text_, offset()) +
                      "): has to be escaped using backslash to be included "
                      "in " +
                      std::string(what),
                  offset() + 1);
    } else {
      const size_t bytes = DecodeUtf8(text_.substr(offset())).bytes;
      if (bytes == 0) return FailUnexpected("");
      unescaped_.append(at_, bytes);
      at_ += bytes;
    }
  }
}

bool JsonScanner::Escape() {
  static constexpr std::string_view kNames = "\"\\/bfnrt";
  static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  ++at_;
  if (at_ == end_) return FailEnd(" in character escape sequence");
  const size_t known = kNames.find(*at_);
  if (known != std::string_view::npos) {
    unescaped_.push_back(kMeanings[known]);
    ++at_;
    return true;
  }
  if (*at_ != 'u') {
    return Fail(
        "Unrecognized character escape " + DescribeCharacter(text_, offset()),
        offset() + 1);
  }
  ++at_;
  uint32_t unit = 0;
  if (!UnicodeEscape(&unit)) return false;
  // A lone surrogate has no UTF-8; it becomes U+FFFD (json.h).
  while (IsHighSurrogate(unit)) {
    if (end_ - at_ < 2 || at_[0] != '\\' || at_[1] != 'u') break;
    at_ += 2;
    uint32_t next = 0;
    if (!UnicodeEscape(&next)) return false;
    if (IsLowSurrogate(next)) {
      unit = 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00);
    } else {
      AppendUtf8(0xFFFD, &unescaped_);
      unit = next;
    }
  }
  const bool lone = IsHighSurrogate(unit) || IsLowSurrogate(unit);
  AppendUtf8(lone ? 0xFFFD : unit, &unescaped_);
  return true;
}

bool JsonScanner::UnicodeEscape(uint32_t* unit) {
  *unit = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    if (at_ == end_) return FailEnd(" in character escape sequence");
    const char c = *at_;
    uint32_t digit = 0;
    if (IsDigit(c)) {
      digit = static_cast<uint32_t>(c - '0');
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      digit = static_cast<uint32_t>((c | 0x20) - 'a') + 10;
    } else {
      return FailUnexpected(
          "expected a hex-digit for character escape sequence");
    }
    *unit = *unit << 4 | digit;
  }
  return true;
}

bool JsonScanner::Digits(std::string_view missing) {
  if (at_ == end_ || !IsDigit(*at_)) {
    const size_t bytes =
        at_ == end_ ? 0 : DecodeUtf8(text_.substr(offset())).bytes;
    return Fail("Unexpected character (" + DescribeCharacter(text_, offset()) +
                    ") in numeric value: " + std::string(missing),
                offset() + bytes);
  }
  while (at_ != end_ && IsDigit(*at_)) ++at_;
  return true;
}

bool JsonScanner::IntegerPart() {
  if (at_ == end_) return FailEnd(": No digit following minus sign");
  if (*at_ == '0' && end_ - at_ > 1 && IsDigit(at_[1])) {
    ++at_;
    return Fail("Invalid numeric value: Leading zeroes not allowed",
                offset() + 1);
  }
  return Digits(
      "expected digit (0-9) to follow minus sign, for valid numeric value");
}

bool JsonScanner::Number(bool at_root, Value* out) {
  const char* first = at_;
  if (*at_ == '-') ++at_;
  if (!IntegerPart()) return false;
  bool whole = true;
  if (at_ != end_ && *at_ == '.') {
    whole = false;
    ++at_;
    if (!Digits("Decimal point not followed by a digit")) return false;
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    whole = false;
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (!Digits("Exponent indicator not followed by a digit")) return false;
  }
  const char* last = at_;
  if (at_root && at_ != end_) {
    SkipBlanks();
    if (at_ == last) {
      return FailUnexpected("Expected space separating root-level values");
    }
  }
  if (QuickNumber({first, static_cast<size_t>(last - first)}, out)) return true;
  if (whole) {
    int64_t i = 0;
    if (std::from_chars(first, last, i).ec == std::errc()) {
      *out = Value(i);
      return true;
    }
  }
  double d = 0;
  if (std::from_chars(first, last, d).ec == std::errc::result_out_of_range) {
    const std::string_view number(first, static_cast<size_t>(last - first));
    if (IsTooLarge(number)) {
      at_ = first;
      return Fail("Numeric value (" + std::string(number.substr(0, kTokenMax)) +
                      ") out of range of double",
                  offset() + number.size());
    }
    d = *first == '-' ? -0.0 : 0.0;
  }
  *out = Value(d);
  return true;
}

bool JsonScanner::InvalidToken(const char* first, size_t matched) {
  const size_t start = static_cast<size_t>(first - begin_);
  size_t end = start + matched;
  while (end < text_.size() && end - start < kTokenMax) {
    const CodePoint c = DecodeUtf8(text_.substr(end));
    if (c.bytes == 0 || !IsIdentifierPart(c.value)) break;
    end += c.bytes;
  }
  std::string token(text_.substr(start, end - start));
  if (token.size() >= kTokenMax) token += "...";
  at_ = first;
  return Fail("Unrecognized token '" + token + "': was expecting " +
                  std::string(kJsonValueList),
              end);
}

bool JsonScanner::Word(Value* out) {
  static constexpr std::string_view kWords[] = {"null", "true", "false"};
  const char* first = at_;
  const std::string_view rest = text_.substr(offset());
  for (const std::string_view word : kWords) {
    if (rest[0] != word[0]) continue;
    size_t same = 1;
    while (same < word.size() && same < rest.size() &&
           rest[same] == word[same]) {
      ++same;
    }
    if (same < word.size() ||
        IsIdentifierPart(DecodeUtf8(rest.substr(same)).value)) {
      return InvalidToken(first, same);
    }
    at_ += word.size();
    *out = word == "null" ? Value() : Value(word == "true");
    return true;
  }
  const CodePoint c = DecodeUtf8(rest);
  if (c.bytes > 0 && IsIdentifierStart(c.value)) {
    return InvalidToken(first, c.bytes);
  }
  if (c.value == '}') return FailUnexpected("expected a value");
  return FailUnexpected("expected a valid value " +
                        std::string(kJsonValueList));
}

}  // namespace stepwheel::asl
