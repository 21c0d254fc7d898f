// JsonPath is a JSONPath compiled once, in the Jayway dialect that AWS runs;
// ReferencePath is the subset that names one node and can be written to. Both
// are immutable and never fail at run time in any way but the ones they say.
//
// INTERFACE SKETCH: the implementer keeps these names and fills in the classes.
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

  // `text` is "$...", "$$..." or "$name...". On failure says what was expected
  // and found where.
  static std::optional<JsonPath> Parse(std::string_view text,
                                       std::string* error);

  Root root() const;
  std::string_view variable() const;  // Without "$"; empty unless kVariable.
  const std::string& text() const;    // As written.
  bool definite() const;           // No wildcard, slice, filter, union, "..".
  bool is_reference_path() const;  // Only .name, ['name'], [n].
  bool is_whole_root() const;      // Just "$", "$$" or "$name".

  struct Result {
    std::optional<Value> value;
    // Jayway's words when there is no value: "No results for path: $['X']",
    // "Missing property in path $['no']" (asl.md 13).
    std::string missing;
  };
  // `root_value` is the input, Context Object or variable that root() asks for.
  // Indefinite paths always have a value (an array, perhaps empty).
  Result Evaluate(const Value& root_value) const;

 private:
  struct Program;
  std::shared_ptr<const Program> program_;
};

// A ResultPath: where in a state's raw input its result goes.
class ReferencePath {
 public:
  static std::optional<ReferencePath> Parse(std::string_view text,
                                            std::string* error);
  const std::string& text() const;
  // `into` with `value` at the path; missing objects are made. A conflict is
  // States.ReferencePathConflict "Unable to apply ReferencePath $.child to
  // input 4" (asl.md 3).
  Outcome<Value> Apply(const Value& into, const Value& value) const;

 private:
  struct Program;
  std::shared_ptr<const Program> program_;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_JSON_PATH_H_
