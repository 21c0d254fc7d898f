// JsonPath is a JSONPath compiled once, in the Jayway dialect that AWS runs;
// ReferencePath is the subset that names one node and can be written to. Both
// are immutable, cheap to copy, and evaluate in bounded time.
#ifndef STEPWHEEL_ASL_JSON_PATH_H_
#define STEPWHEEL_ASL_JSON_PATH_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "asl/outcome.h"
#include "asl/value.h"

namespace stepwheel::asl {

class JsonPath {
 public:
  enum class Root { kInput, kContext, kVariable };  // $  $$  $name
  struct Program;  // Private to the json_path files.

  // `text` is "$...", "$$..." or "$name..." (reference: asl.md 3.2). On failure
  // `error` says what was expected and found where.
  static std::optional<JsonPath> Parse(std::string_view text,
                                       std::string* error);

  Root root() const;
  std::string_view variable() const;  // Without "$"; empty unless kVariable.
  const std::string& text() const;    // As written.
  // No wildcard, slice, filter, union of indexes or "..", or a function has
  // folded what they found: the result is one value, not a list of matches.
  // (['a','b'] at the end of a path is definite: it gives one object.)
  bool definite() const;
  bool is_reference_path() const;  // Only .name, ['name'], [n].
  bool is_whole_root() const;      // Just "$", "$$" or "$name".

  struct Result {
    std::optional<Value> value;
    // Jayway's words when there is no value: "No results for path: $['X']",
    // "Missing property in path $['no']" (reference: asl.md 13).
    std::string missing;
  };
  // `root_value` is the input, Context Object or variable that root() asks for.
  // Matches of an indefinite path are an array, perhaps empty; such a path has
  // no value only if it cannot be run at all: a union of names that is not
  // last, a fold over no numbers, too much work. An index outside an array
  // gives null.
  Result Evaluate(const Value& root_value) const;

 private:
  explicit JsonPath(std::shared_ptr<const Program> program);

  std::shared_ptr<const Program> program_;
};

// A ResultPath: where in a state's raw input its result goes.
class ReferencePath {
 public:
  // "$" and what follows may only be .name, ['name'] and [n]; `error` is AWS's
  // "Value is not a Reference Path" otherwise (reference: api.md 6).
  static std::optional<ReferencePath> Parse(std::string_view text,
                                            std::string* error);
  const std::string& text() const;
  // `into` with `value` at the path; missing objects are made, arrays never
  // grow. A conflict is States.ReferencePathConflict "Unable to apply
  // ReferencePath $.child to input 4" (reference: asl.md 3).
  Outcome<Value> Apply(const Value& into, const Value& value) const;

 private:
  struct Program;
  explicit ReferencePath(std::shared_ptr<const Program> program);

  std::shared_ptr<const Program> program_;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_JSON_PATH_H_
