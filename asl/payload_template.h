// PayloadTemplate is the value of Parameters, ResultSelector, ItemSelector or
// Assign, compiled once: constant parts are shared, "x.$" fields hold a path or
// an intrinsic function call (reference: asl.md 3.1, 6).
#ifndef STEPWHEEL_ASL_PAYLOAD_TEMPLATE_H_
#define STEPWHEEL_ASL_PAYLOAD_TEMPLATE_H_

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "asl/environment.h"
#include "asl/json_path.h"
#include "asl/outcome.h"
#include "asl/value.h"

namespace stepwheel::asl {

// A path or an intrinsic call: what may stand behind "x.$", ErrorPath, ...
class PathExpression {
 public:
  // nullopt when `text` is neither; `error` then says why.
  static std::optional<PathExpression> Compile(std::string_view text,
                                               std::string* error);
  const std::string& text() const;
  bool is_intrinsic() const;
  // `field` is what AWS names in the error: "The JSONPath '$.p' specified for
  // the field 'value.$' could not be found in the input '<json>'".
  Outcome<Value> Evaluate(const Value& input, std::string_view field,
                          Environment& env) const;
  // Names of the variables it reads.
  void CollectVariables(std::set<std::string>* names) const;

 private:
  struct Node;
  std::shared_ptr<const Node> node_;
};

class PayloadTemplate {
 public:
  struct Problem {
    bool warning = false;  // NO_DOLLAR
    std::string code;      // SCHEMA_VALIDATION_FAILED or NO_DOLLAR
    std::string message;   // AWS's words (api.md 6)
    std::string pointer;   // Below the template's own location: "/a/b[0]"
  };
  // Compiles; with any non-warning problem the template must not be used.
  static PayloadTemplate Compile(const Value& value,
                                 std::vector<Problem>* problems);
  Outcome<Value> Evaluate(const Value& input, Environment& env) const;
  bool is_constant() const;
  void CollectVariables(std::set<std::string>* names) const;

 private:
  struct Node;
  std::shared_ptr<const Node> node_;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_PAYLOAD_TEMPLATE_H_
