// Scans the leaves of JSON text: strings, numbers and literal words, each with
// exact errors. Private to the JSON parser, which adds structure and values.
#ifndef STEPWHEEL_ASL_JSON_SCAN_H_
#define STEPWHEEL_ASL_JSON_SCAN_H_

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
  bool String(std::string_view what, std::string_view* out);
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

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_JSON_SCAN_H_
