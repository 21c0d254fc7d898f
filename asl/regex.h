// Regex is a compiled regular expression whose matching takes bounded time and
// memory: it fails with "too much work" where backtracking would hang a server.
// It hides PCRE2; matching cannot overflow the stack.
#ifndef STEPWHEEL_ASL_REGEX_H_
#define STEPWHEEL_ASL_REGEX_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace stepwheel::asl {

class Regex {
 public:
  // `flags` are Java's letters: i (case), m (lines), s (dot matches all), x
  // (comments), u and U (Unicode), d (no effect).
  static std::optional<Regex> Compile(std::string_view pattern,
                                      std::string_view flags,
                                      std::string* error);

  // Does the whole subject match? Takes the work it did from `*budget` (units:
  // backtracking steps, roughly); nullopt when the budget does not suffice. A
  // subject that is not UTF-8 does not match.
  std::optional<bool> FullMatch(std::string_view subject,
                                int64_t* budget) const;

 private:
  struct Code;
  explicit Regex(std::shared_ptr<const Code> code);

  std::shared_ptr<const Code> code_;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_REGEX_H_
