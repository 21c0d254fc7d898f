#include "asl/jsonata/js_regex_class.h"

#include <algorithm>
#include <limits>

namespace stepwheel::asl::jsonata {
namespace {

// JavaScript's white space and line terminators, and all else.
constexpr std::string_view kSpaces =
    "\\t-\\r\\x20\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}"
    "\\x{202f}\\x{205f}\\x{3000}\\x{feff}";
constexpr std::string_view kNoSpaces =
    "\\x00-\\x08\\x0e-\\x1f\\x21-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}"
    "\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}"
    "\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}";

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsOctal(char c) { return c >= '0' && c <= '7'; }

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Up to three digits, of a value up to 255.
char32_t TakeOctal(RegexReader* reader) {
  char32_t value = reader->TakeChar() - '0';
  if (!IsOctal(reader->Peek())) return value;
  value = value * 8 + (reader->TakeChar() - '0');
  if (value >= 32 || !IsOctal(reader->Peek())) return value;
  return value * 8 + (reader->TakeChar() - '0');
}

// Behind \u. Two escapes that make a pair are one character.
char32_t TakeUnicode(RegexReader* reader) {
  const std::optional<char32_t> first = reader->TakeHex(4);
  if (!first) return 'u';
  if (*first < 0xD800 || *first > 0xDBFF) return *first;
  RegexReader ahead = *reader;
  if (!ahead.Take("\\u")) return *first;
  const std::optional<char32_t> second = ahead.TakeHex(4);
  if (!second || *second < 0xDC00 || *second > 0xDFFF) return *first;
  *reader = ahead;
  return 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00);
}

void AppendHex(char32_t c, std::string* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string reversed;
  do {
    reversed.push_back(kDigits[c % 16]);
    c /= 16;
  } while (c > 0);
  out->append("\\x{").append(reversed.rbegin(), reversed.rend()).append("}");
}

void AppendRange(char32_t first, char32_t last, std::string* out) {
  // UTF-8 has no surrogates, and PCRE2 does not take them as ends.
  if (IsSurrogate(first)) first = 0xE000;
  if (IsSurrogate(last)) last = 0xD7FF;
  if (first > last) return;
  AppendPcreLiteral(first, out);
  if (first == last) return;
  out->push_back('-');
  AppendPcreLiteral(last, out);
}

void AppendItem(const ClassEscape& item, std::string* out) {
  if (item.kind == 0) {
    AppendRange(item.c, item.c, out);
  } else if (item.kind == 's') {
    out->append(kSpaces);
  } else if (item.kind == 'S') {
    out->append(kNoSpaces);
  } else {
    out->push_back('\\');
    out->push_back(item.kind);
  }
}

ClassEscape ReadItem(RegexReader* reader) {
  if (reader->Peek() == '\\') return ReadEscape(reader, /*in_class=*/true);
  ClassEscape item;
  item.c = reader->TakeChar();
  if (item.c == kNoChar) item.error = "Invalid UTF-8";
  return item;
}

// One item, or a range of two.
const char* ReadRange(RegexReader* reader, std::string* items) {
  const ClassEscape first = ReadItem(reader);
  if (first.error != nullptr) return first.error;
  if (reader->Peek() != '-' || reader->Peek(1) == ']') {
    AppendItem(first, items);
    return nullptr;
  }
  reader->Take("-");
  if (reader->AtEnd()) return nullptr;  // The caller finds no end.
  const ClassEscape last = ReadItem(reader);
  if (last.error != nullptr) return last.error;
  if (first.kind != 0 || last.kind != 0) {
    AppendItem(first, items);
    items->append("\\-");
    AppendItem(last, items);
    return nullptr;
  }
  if (first.c > last.c) return "Range out of order in character class";
  AppendRange(first.c, last.c, items);
  return nullptr;
}

}  // namespace

std::optional<int> RegexReader::TakeNumber() {
  constexpr int kTooGreat = std::numeric_limits<int>::max() - 1;
  if (!IsDigit(Peek())) return std::nullopt;
  int value = 0;
  while (IsDigit(Peek())) {
    const int digit = Peek() - '0';
    value = value > (kTooGreat - digit) / 10 ? kTooGreat : value * 10 + digit;
    ++at_;
  }
  return value;
}

std::optional<char32_t> RegexReader::TakeHex(size_t count) {
  char32_t value = 0;
  for (size_t i = 0; i < count; ++i) {
    const int digit = HexValue(Peek(i));
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<char32_t>(digit);
  }
  at_ += count;
  return value;
}

ClassEscape ReadEscape(RegexReader* reader, bool in_class) {
  reader->Take("\\");
  if (reader->AtEnd()) return {0, 0, "\\ at end of pattern"};
  const char next = reader->Peek();
  if (next == 'c') {
    const char control = reader->Peek(1);
    if (IsLetter(control) ||
        (in_class && (IsDigit(control) || control == '_'))) {
      reader->TakeChar();
      return {reader->TakeChar() & 0x1F};
    }
    return {'\\'};  // The c is read as text.
  }
  if (IsOctal(next)) return {TakeOctal(reader)};
  const char32_t c = reader->TakeChar();
  switch (c) {
    case 'd':
    case 'D':
    case 's':
    case 'S':
    case 'w':
    case 'W':
      return {0, static_cast<char>(c)};
    case 'b':
      return {in_class ? U'\b' : U'b'};
    case 'f':
      return {'\f'};
    case 'n':
      return {'\n'};
    case 'r':
      return {'\r'};
    case 't':
      return {'\t'};
    case 'v':
      return {'\v'};
    case 'x':
      return {reader->TakeHex(2).value_or('x')};
    case 'u':
      return {TakeUnicode(reader)};
    case kNoChar:
      return {0, 0, "Invalid UTF-8"};
    default:
      return {c};
  }
}

std::string_view PcreClass(char kind) {
  static const std::string spaces = "[" + std::string(kSpaces) + "]";
  static const std::string no_spaces = "[^" + std::string(kSpaces) + "]";
  switch (kind) {
    case 'd':
      return "\\d";
    case 'D':
      return "\\D";
    case 'w':
      return "\\w";
    case 'W':
      return "\\W";
    case 's':
      return spaces;
    default:
      return no_spaces;
  }
}

void AppendPcreLiteral(char32_t c, std::string* out) {
  if (c < 0x80 &&
      (IsLetter(static_cast<char>(c)) || IsDigit(static_cast<char>(c)))) {
    out->push_back(static_cast<char>(c));
  } else if (c > 0x20 && c < 0x7F) {
    out->push_back('\\');
    out->push_back(static_cast<char>(c));
  } else {
    AppendHex(c, out);
  }
}

CharacterClass ReadClass(RegexReader* reader) {
  const size_t open = reader->at();
  reader->Take("[");
  const bool negated = reader->Take("^");
  std::string items;
  while (!reader->Take("]")) {
    const size_t at = reader->at();
    if (reader->AtEnd()) return {"", "Unterminated character class", open};
    if (const char* error = ReadRange(reader, &items)) return {"", error, at};
  }
  if (items.empty()) return {negated ? "(?s:.)" : "(?:(?!))"};
  return {(negated ? "[^" : "[") + items + "]"};
}

}  // namespace stepwheel::asl::jsonata
