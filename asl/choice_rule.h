// ChoiceRule is one Choice Rule of a Choice state in JSONPath form, compiled:
// a comparison, or And, Or, Not of rules (reference: asl.md 9).
#ifndef STEPWHEEL_ASL_CHOICE_RULE_H_
#define STEPWHEEL_ASL_CHOICE_RULE_H_

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "asl/diagnostic.h"
#include "asl/environment.h"
#include "asl/outcome.h"
#include "asl/value.h"

namespace stepwheel::asl {

class ChoiceRule {
 public:
  // `rule` is the JSON object without Next, Assign and Comment being looked at
  // (the parser owns these). Problems get `location` as prefix.
  static ChoiceRule Compile(const Value& rule, const std::string& location,
                            std::vector<Diagnostic>* diagnostics);
  // Does the rule match? A missing Variable is States.Runtime "Invalid path
  // '$.missing': The choice state's condition path references an invalid
  // value."
  Outcome<bool> Evaluate(const Value& input, Environment& env) const;
  void CollectVariables(std::set<std::string>* names) const;
  // The 39 operators of ASL, for the parser's field checks.
  static bool IsOperator(std::string_view name);

 private:
  struct Node;
  std::shared_ptr<const Node> node_;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_CHOICE_RULE_H_
