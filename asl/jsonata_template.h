// JsonataTemplate is the value of a field of a JSONata state, compiled once:
// strings written "{% ... %}" are expressions, everything else stays as it is
// and is shared (reference: asl.md 4). It also says what AWS has against it.
#ifndef STEPWHEEL_ASL_JSONATA_TEMPLATE_H_
#define STEPWHEEL_ASL_JSONATA_TEMPLATE_H_

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "asl/jsonata_scope.h"
#include "asl/outcome.h"
#include "asl/value.h"

namespace stepwheel::asl {

// Which fields of $states exist where a template stands, beside input and
// context.
struct StatesFields {
  bool result = false;
  bool error_output = false;
};

// How a string of a JSONata state is read.
enum class JsonataText { kLiteral, kExpression, kInvalid };
JsonataText ReadJsonataText(std::string_view text);
// What stands between the delimiters. REQUIRES kExpression.
std::string_view InsideDelimiters(std::string_view text);

class JsonataTemplate {
 public:
  struct Problem {
    std::string code;     // INVALID_JSONATA_EXPRESSION, ...
    std::string message;  // AWS's words (api.md 6)
    std::string pointer;  // Below the template's own location: "/a/b[0]"
  };
  // Compiles; with any problem the template must not be used.
  static JsonataTemplate Compile(const Value& value, StatesFields fields,
                                 std::vector<Problem>* problems);

  // States.QueryEvaluationError; the cause and the location begin with
  // `field`, the name of the template's field: "Output/a/b[0]".
  Outcome<Value> Evaluate(JsonataScope& scope, std::string_view field) const;

  bool is_constant() const;
  // The expression's text if the template is a single one, else nullptr.
  const std::string* expression() const;
  void CollectVariables(std::set<std::string>* names) const;

 private:
  struct Node;
  struct Compiler;
  struct Failure;
  static Outcome<Value> Evaluate(const Node& node, JsonataScope& scope,
                                 Failure* failure);

  std::shared_ptr<const Node> node_;
};

// A failed evaluation: States.QueryEvaluationError with this cause and an
// EvaluationFailed event that names the field.
Error EvaluationError(std::string cause, std::string location);
// "The JSONata expression '1' specified for the field 'Items' returned an
// unexpected result type. Expected 'array', but was 'number' for value: 1".
Error UnexpectedType(std::string_view expression, std::string_view field,
                     std::string_view expected, const Value& value);

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_JSONATA_TEMPLATE_H_
