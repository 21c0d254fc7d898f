// PathLookup is a JsonPath together with where its root comes from: the input,
// the Context Object or a variable. It also tells an array index past the end,
// which a template reads as null (asl.md 3.2), from a null that stands there.
#ifndef STEPWHEEL_ASL_PATH_LOOKUP_H_
#define STEPWHEEL_ASL_PATH_LOOKUP_H_

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "asl/environment.h"
#include "asl/json_path.h"
#include "asl/value.h"

namespace stepwheel::asl {

// What a path is looked up in: the input, the Context Object or a variable;
// null for a variable that is not set. Valid until `input` or the environment
// changes.
const Value* RootOf(const JsonPath& path, const Value& input, Environment& env);

class PathLookup {
 public:
  explicit PathLookup(JsonPath path);
  // nullopt if `text` is no path; `error` then says why.
  static std::optional<PathLookup> Parse(std::string_view text,
                                         std::string* error);

  const JsonPath& path() const { return path_; }

  struct Found {
    std::optional<Value> value;  // nullopt: nothing is there.
    // The value is null because an array is shorter than the index says.
    bool past_end = false;
    // What the path was looked up in; null for a variable that is not set.
    // Valid until `input` or the environment changes.
    const Value* root = nullptr;
  };
  Found Find(const Value& input, Environment& env) const;

  void CollectVariables(std::set<std::string>* names) const;

 private:
  JsonPath path_;
  // For a definite path that ends in "[n]": the array, and n.
  std::optional<JsonPath> array_;
  int64_t index_ = 0;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_PATH_LOOKUP_H_
