// Regular expressions as functions: a match as the object an expression sees,
// and a walk over all matches for $match, $replace and $split.
#ifndef STEPWHEEL_ASL_JSONATA_MATCHER_H_
#define STEPWHEEL_ASL_JSONATA_MATCHER_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "asl/jsonata/cell.h"
#include "asl/jsonata/evaluator.h"

namespace stepwheel::asl::jsonata {

// /pattern/("text"): the first match from byte `offset` on, as an object with
// a function that gives the next; undefined if there is none.
Cell RunMatcher(Evaluator& evaluator, const Node* regex, const Cell& text,
                size_t offset);
Cell RunNextMatch(Evaluator& evaluator, const Function& next);

// Walks over the matches of a regular expression, or of a user's function that
// returns such objects.
class Matches {
 public:
  Matches(Evaluator& evaluator, const Cell& pattern, const Cell& text);

  // False at the end, and after a failure: see Evaluator::failed().
  bool Next();

  size_t begin() const { return begin_; }  // Bytes into the text.
  size_t end() const { return end_; }
  std::string_view match() const { return match_; }
  size_t group_count() const { return groups_.size(); }
  // Undefined for a group that took no part.
  Cell group(size_t i) const { return groups_[i]; }
  // As a replacing function gets it.
  Cell Object();

 private:
  bool NextNative();
  bool NextOfFunction();

  Evaluator& evaluator_;
  Cell pattern_;
  Cell text_;
  const Node* regex_ = nullptr;
  bool first_ = true;
  size_t begin_ = 0;
  size_t end_ = 0;
  std::string_view match_;
  std::vector<Cell> groups_;
  std::vector<JsRegex::Span> spans_;
  Cell object_;
};

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_MATCHER_H_
