// The parts of a JavaScript regular expression below the structure: escapes
// and character classes. For js_regex_translate only.
#ifndef STEPWHEEL_ASL_JSONATA_JS_REGEX_CLASS_H_
#define STEPWHEEL_ASL_JSONATA_JS_REGEX_CLASS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "asl/jsonata/utf8.h"

namespace stepwheel::asl::jsonata {

// Reads a pattern from its beginning. A copy is a look ahead.
class RegexReader {
 public:
  explicit RegexReader(std::string_view text) : text_(text) {}

  bool AtEnd() const { return at_ >= text_.size(); }
  size_t at() const { return at_; }
  // The next byte; NUL at the end, which is no special character either.
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool Take(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }
  char32_t TakeChar() { return DecodeUtf8(text_, &at_); }
  // Digits, as far as they go; INT_MAX - 1 for more than an int holds.
  std::optional<int> TakeNumber();
  // `count` hexadecimal digits, or nothing is taken.
  std::optional<char32_t> TakeHex(size_t count);
  std::string_view Since(size_t begin) const {
    return text_.substr(begin, at_ - begin);
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

// What an escape stands for: one character, or with `kind` (one of dDsSwW) a
// class of them.
struct ClassEscape {
  char32_t c = 0;
  char kind = 0;
  const char* error = nullptr;
};

// REQUIRES: a backslash is next.
ClassEscape ReadEscape(RegexReader* reader, bool in_class);

// PCRE2's notation for the class that \d, \S... are in JavaScript.
std::string_view PcreClass(char kind);

void AppendPcreLiteral(char32_t c, std::string* out);

struct CharacterClass {
  std::string pcre;
  const char* error = nullptr;
  size_t error_at = 0;
};

// REQUIRES: '[' is next.
CharacterClass ReadClass(RegexReader* reader);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_JS_REGEX_CLASS_H_
