// The compiled form of a JSONPath: steps, filters and functions as plain data.
// Private to the json_path files: the parser fills it, the evaluator walks it.
#ifndef STEPWHEEL_ASL_JSON_PATH_PROGRAM_H_
#define STEPWHEEL_ASL_JSON_PATH_PROGRAM_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "asl/json_path.h"
#include "asl/regex.h"
#include "asl/value.h"

namespace stepwheel::asl {

struct FilterNode;

enum class PathFunction {
  kLength,
  kKeys,
  kMin,
  kMax,
  kAvg,
  kSum,
  kStddev,
  kFirst,
  kLast,
  kIndex
};

struct PathStep {
  enum class Kind {
    kNames,     // .name ['a'] ['a','b']
    kIndexes,   // [0] [-1] [0,2]
    kSlice,     // [1:3]
    kWildcard,  // .* [*]
    kDescend,   // .. : the next step at every node below
    kFilter,    // [?(...)]
    kFunction   // .length()
  };

  Kind kind = Kind::kNames;
  std::vector<std::string> names;
  std::vector<int64_t> indexes;
  // [from:to:step] in Jayway's reading; `step` is an addition of ours.
  std::optional<int64_t> from, to;
  int64_t step = 1;
  std::shared_ptr<const FilterNode> filter;
  PathFunction function = PathFunction::kLength;
  int64_t argument = 0;  // Of index(n).

  bool definite() const;
  // Jayway's canonical spelling, as in its messages: "['a']", "[0]", "[*]".
  std::string Spelling() const;
};

struct PathSteps {
  std::vector<PathStep> steps;

  // Is the result one value? A function folds the matches before it into one.
  bool definite() const;
  // "$['a'][0]": the first `count` steps.
  std::string Spelling(size_t count) const;
};

// One side of a comparison in a filter.
struct FilterOperand {
  enum class Kind { kItemPath, kRootPath, kLiteral, kRegex };

  Kind kind = Kind::kLiteral;
  PathSteps path;  // @... or $...
  Value literal;
  std::optional<Regex> regex;
};

enum class FilterOperator {
  kEqual,
  kNotEqual,
  kSameType,
  kNotSameType,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kMatches,
  kIn,
  kNotIn,
  kContains,
  kAll,
  kSize,
  kEmpty,
  kSubsetOf,
  kAnyOf,
  kNoneOf
};

struct FilterNode {
  enum class Kind { kOr, kAnd, kNot, kCompare, kExists };

  Kind kind = Kind::kExists;
  std::vector<FilterNode> children;  // Of kOr, kAnd, kNot.
  FilterOperator op = FilterOperator::kEqual;
  FilterOperand left;  // kExists has only this.
  FilterOperand right;
};

struct JsonPath::Program {
  Root root = Root::kInput;
  std::string variable;
  std::string text;
  PathSteps path;
};

// Folds: see json_path_function.cc. nullopt: no number to fold.
std::optional<Value> ApplyPathFunction(const PathStep& step, const Value& on);

// Runs a path. One instance serves one Evaluate: all filters in it draw on one
// budget, so that no nesting of filters multiplies the work without end.
class PathEvaluator {
 public:
  explicit PathEvaluator(const Value& root);

  // The matches, or one value if `path` is definite. nullopt: `missing()` says
  // why, if the path is definite or cannot be run.
  std::optional<Value> Run(const PathSteps& path, const Value& from);
  bool Accepts(const FilterNode& filter, const Value& item);

  const std::string& missing() const { return missing_; }
  bool exhausted() const { return budget_ <= 0; }

 private:
  // Steps [at, end) from `*v` on; matches go to `*matches`. `strict`: what is
  // missing is an error. False: stop.
  struct Segment {
    const PathSteps* path;
    size_t end;
    bool strict;
    Elements* matches;
  };
  bool Walk(const Segment& segment, size_t at, const Value* v);
  bool Names(const Segment& segment, size_t at, const Value** v, bool* done);
  bool Indexes(const Segment& segment, size_t at, const Value** v, bool* done);
  bool Slice(const Segment& segment, size_t at, const Value& v);
  bool Wildcard(const Segment& segment, size_t at, const Value& v);
  bool Descend(const Segment& segment, size_t at, const Value& v);
  bool Filter(const Segment& segment, size_t at, const Value& v);
  bool Missing(const Segment& segment, std::string text);
  bool Spend(int64_t work);

  std::optional<Value> Operand(const FilterOperand& operand, const Value& item);
  bool Compare(const FilterNode& node, const Value& item);
  bool Exists(const FilterNode& node, const Value& item);
  bool Matches(const FilterNode& node, const Value& item);

  const Value& root_;
  int64_t budget_;
  std::string missing_;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_JSON_PATH_PROGRAM_H_
