// Turns a JavaScript regular expression (without the u flag, as JSONata uses
// them) into one for PCRE2 that means the same, or says what is wrong in the
// words of V8. It reads the whole grammar and writes each part anew, so that
// nothing which only Perl understands can get through.
#ifndef STEPWHEEL_ASL_JSONATA_JS_REGEX_TRANSLATE_H_
#define STEPWHEEL_ASL_JSONATA_JS_REGEX_TRANSLATE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace stepwheel::asl::jsonata {

struct JsRegexError {
  std::string message;  // "Nothing to repeat"
  size_t position = 0;  // Bytes into the pattern.
};

// How the number of ways to match grows: at most
// `ways` * (length of the subject)^`degree` from each start.
struct RegexCost {
  // More than one loop in a loop: growth is exponential.
  static constexpr int kExponential = 100;

  double ways = 1;
  int degree = 0;
  // Characters that one way may look at, loops aside.
  double length = 0;
};

struct TranslatedRegex {
  std::string pattern;
  size_t group_count = 0;
  bool has_back_references = false;
  RegexCost cost;
};

std::variant<TranslatedRegex, JsRegexError> TranslateJsRegex(
    std::string_view pattern, bool multiline);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_JS_REGEX_TRANSLATE_H_
