// Scans the leaves of JSON text: strings, numbers and literal words, each with
// exact errors. Private to the JSON parser, which adds structure and values.
#ifndef STEPWHEEL_ASL_JSON_SCAN_H_
#define STEPWHEEL_ASL_JSON_SCAN_H_

#include <bit>
#include <cstring>
#include <string>
#include <string_view>

#include "asl/json.h"
#include "asl/value.h"

namespace stepwheel::asl {

// A cursor over the text. Every member that returns bool answers false after
// it has set `error`, and must not be used further then.
class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text)
      : text_(text),
        begin_(text.data()),
        at_(text.data()),
        end_(text.data() + text.size()) {}

  bool AtEnd() const { return at_ == end_; }
  char Peek() const { return *at_; }
  size_t offset() const { return static_cast<size_t>(at_ - begin_); }
  void Advance() { ++at_; }
  void SkipBlanks() {
    while (at_ != end_ &&
           (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) {
      ++at_;
    }
  }

  // At the opening quote. The view lives until the next call. `what` names the
  // string in errors: "name" or "string value".
  bool String(std::string_view what, std::string_view* out) {
    const char* start = ++at_;
    const char* stop = ScanPlain(start);
    if (stop == end_ || *stop != '"') return LongString(what, out);
    *out = {start, static_cast<size_t>(stop - start)};
    at_ = stop + 1;
    return true;
  }
  // At a digit or '-'.
  bool Number(bool at_root, Value* out);
  // At anything else where a value should be: true, false, null or an error.
  bool Word(Value* out);

  // Errors at the cursor; both always answer false.
  bool Fail(std::string message, size_t consumed);
  bool FailUnexpected(std::string_view expected);
  bool FailEnd(std::string_view where);

  const JsonError& error() const { return error_; }

 private:
  const char* ScanPlain(const char* p) const;
  // With escapes, characters beyond ASCII, or an error.
  bool LongString(std::string_view what, std::string_view* out);
  bool Escape();
  bool UnicodeEscape(uint32_t* unit);
  bool Digits(std::string_view missing);
  bool IntegerPart();
  bool InvalidToken(const char* first, size_t matched);

  std::string_view text_;
  const char* begin_;
  const char* at_;
  const char* end_;
  std::string unescaped_;
  JsonError error_;
};

// The first byte from `p` on that is not plain ASCII text: eight at a time.
inline const char* JsonScanner::ScanPlain(const char* p) const {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHigh = 0x8080808080808080;
  while (end_ - p >= 8) {
    uint64_t w;
    std::memcpy(&w, p, 8);
    const uint64_t quote = w ^ (kOnes * '"');
    const uint64_t slash = w ^ (kOnes * '\\');
    // A byte's high bit is set where the byte is below 0x20, a quote, a
    // backslash or not ASCII; only bytes after a true hit can be wrong.
    const uint64_t hits =
        (((w - kOnes * 0x20) | (quote - kOnes) | (slash - kOnes)) | w) & kHigh;
    if (hits != 0) {
      if constexpr (std::endian::native == std::endian::little) {
        return p + (std::countr_zero(hits) >> 3);
      }
      break;
    }
    p += 8;
  }
  while (p != end_ && static_cast<unsigned char>(*p) >= 0x20 &&
         static_cast<unsigned char>(*p) < 0x80 && *p != '"' && *p != '\\') {
    ++p;
  }
  return p;
}

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_JSON_SCAN_H_
