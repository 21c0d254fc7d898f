// JsRegex is a JavaScript regular expression as JSONata's /pattern/flags has
// them: compiled once, matched from any place, in bounded time and memory
// whatever pattern and subject are. It hides PCRE2.
//
// Known differences: a character beyond U+FFFF is one character, not two; a
// lookbehind must have a fixed length in each of its alternatives; a group in
// a loop keeps its text from an earlier round; i matches the long s and the
// Kelvin sign with s and k.
#ifndef STEPWHEEL_ASL_JSONATA_JS_REGEX_H_
#define STEPWHEEL_ASL_JSONATA_JS_REGEX_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

#include "asl/jsonata/js_regex_translate.h"

namespace stepwheel::asl::jsonata {

// Cheap to copy: copies share the compiled program, and like Values belong to
// one thread.
class JsRegex {
 public:
  // Bytes of the subject; a group that took no part has begin == kUnset.
  struct Span {
    static constexpr size_t kUnset = static_cast<size_t>(-1);
    size_t begin = kUnset;
    size_t end = kUnset;

    bool is_set() const { return begin != kUnset; }
  };
  enum class Outcome : uint8_t {
    kMatch,
    kNoMatch,
    // The budget does not suffice, or memory beyond what a match may use.
    kLimit,
  };
  // Enough for any sane match; spent in a few hundred milliseconds.
  static constexpr int64_t kDefaultBudget = 10'000'000;

  // `flags` may hold i and m. Errors are those of V8.
  static std::variant<JsRegex, JsRegexError> Compile(std::string_view pattern,
                                                     std::string_view flags);

  // Searches `subject` for the first match at or after byte `from`, which must
  // be the beginning of a character. `spans` (may be null) becomes the match
  // and its groups. Takes the work it did from `*budget` (characters looked
  // at, roughly). REQUIRES: the subject is UTF-8.
  Outcome Exec(std::string_view subject, size_t from, int64_t* budget,
               std::vector<Span>* spans) const;

  size_t group_count() const;

 private:
  struct Code;
  explicit JsRegex(std::shared_ptr<Code> code);

  std::shared_ptr<Code> code_;
};

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_JS_REGEX_H_
