// Wildcard is the pattern of StringMatches, compiled: "*" stands for any run of
// characters, "\*" for a star and "\\" for a backslash (reference: asl.md 9).
#ifndef STEPWHEEL_ASL_WILDCARD_H_
#define STEPWHEEL_ASL_WILDCARD_H_

#include <string>
#include <string_view>
#include <vector>

namespace stepwheel::asl {

class Wildcard {
 public:
  explicit Wildcard(std::string_view pattern);
  // Time is linear in pattern and text, whatever they hold.
  bool Matches(std::string_view text) const;

 private:
  // A run of literal characters, with its Knuth-Morris-Pratt failure table.
  struct Literal {
    std::string text;
    std::vector<size_t> failure;

    void BuildFailure();
    // Where it first stands in `in`, or npos.
    size_t FindIn(std::string_view in) const;
  };

  // The pattern is literal, star, literal, star, ..., literal.
  std::vector<Literal> literals_;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_WILDCARD_H_
