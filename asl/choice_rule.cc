#include "asl/choice_rule.h"

#include <utility>
#include <variant>

#include "asl/choice_operator.h"
#include "asl/path_lookup.h"
#include "asl/timestamp.h"
#include "asl/wildcard.h"

namespace stepwheel::asl {
namespace {

using Type = ChoiceOperator::Type;
using Comparison = ChoiceOperator::Comparison;
using Test = ChoiceOperator::Test;

// The operand of a rule, ready to compare with; the type is the operator's.
using Operand =
    std::variant<std::monostate, Value, Timestamp, bool, Wildcard, PathLookup>;

template <class T>
bool Compare(Comparison comparison, const T& a, const T& b) {
  switch (comparison) {
    case Comparison::kEquals:
      return a == b;
    case Comparison::kLessThan:
      return a < b;
    case Comparison::kGreaterThan:
      return a > b;
    case Comparison::kLessThanEquals:
      return a <= b;
    case Comparison::kGreaterThanEquals:
      return a >= b;
    case Comparison::kMatches:
      break;
  }
  return false;
}

// Exact for every int64 and every double: 64 bits of mantissa.
long double Number(const Value& value) {
  return value.is_int() ? static_cast<long double>(value.as_int())
                        : static_cast<long double>(value.as_double());
}

std::optional<Timestamp> AsTimestamp(const Value& value) {
  if (!value.is_string()) return std::nullopt;
  return ParseTimestamp(value.as_string());
}

// Values of another type than the operator's make the rule false, never fail
// (asl.md 9).
bool CompareValues(const ChoiceOperator& op, const Value& a, const Value& b) {
  switch (op.type) {
    case Type::kString:
      // UTF-8 sorts by byte as by code point.
      return a.is_string() && b.is_string() &&
             Compare(op.comparison, a.as_string(), b.as_string());
    case Type::kNumeric:
      return a.is_number() && b.is_number() &&
             Compare(op.comparison, Number(a), Number(b));
    case Type::kTimestamp: {
      const std::optional<Timestamp> x = AsTimestamp(a), y = AsTimestamp(b);
      return x && y && Compare(op.comparison, *x, *y);
    }
    case Type::kBoolean:
      return a.is_bool() && b.is_bool() && a.as_bool() == b.as_bool();
    case Type::kIs:
      break;
  }
  return false;
}

bool PassesTest(Test test, const Value& value) {
  switch (test) {
    case Test::kNull:
      return value.is_null();
    case Test::kPresent:
      return true;
    case Test::kNumeric:
      return value.is_number();
    case Test::kString:
      return value.is_string();
    case Test::kBoolean:
      return value.is_bool();
    case Test::kTimestamp:
      return AsTimestamp(value).has_value();
  }
  return false;
}

Error InvalidPath(const PathLookup& path) {
  return RuntimeError("Invalid path '" + path.path().text() +
                      "': The choice state's condition path references an "
                      "invalid value.");
}

}  // namespace

struct ChoiceRule::Node {
  enum class Kind { kAnd, kOr, kNot, kTest };

  Kind kind = Kind::kAnd;
  std::vector<std::shared_ptr<const Node>> rules;  // And, Or; Not has one.
  // kTest:
  std::optional<PathLookup> variable;
  ChoiceOperator op;
  Operand operand;

  Outcome<bool> Evaluate(const Value& input, Environment& env) const;
  Outcome<bool> EvaluateTest(const Value& input, Environment& env) const;
  void CollectVariables(std::set<std::string>* names) const;
};

Outcome<bool> ChoiceRule::Node::Evaluate(const Value& input,
                                         Environment& env) const {
  if (kind == Kind::kTest) return EvaluateTest(input, env);
  // The first rule that decides is the last one looked at, so that IsPresent
  // can guard what follows it.
  const bool decides = kind != Kind::kAnd;
  for (const std::shared_ptr<const Node>& rule : rules) {
    const Outcome<bool> outcome = rule->Evaluate(input, env);
    if (!outcome.ok()) return outcome;
    if (kind == Kind::kNot) return !*outcome;
    if (*outcome == decides) return decides;
  }
  return !decides;
}

Outcome<bool> ChoiceRule::Node::EvaluateTest(const Value& input,
                                             Environment& env) const {
  const PathLookup::Found found = variable->Find(input, env);
  if (op.type == Type::kIs && op.test == Test::kPresent) {
    const bool present = found.value && !found.past_end;
    return present == std::get<bool>(operand);
  }
  if (!found.value) return InvalidPath(*variable);
  const Value& value = *found.value;
  if (op.type == Type::kIs) {
    return PassesTest(op.test, value) == std::get<bool>(operand);
  }
  if (const auto* path = std::get_if<PathLookup>(&operand)) {
    const PathLookup::Found other = path->Find(input, env);
    if (!other.value) return InvalidPath(*path);
    return CompareValues(op, value, *other.value);
  }
  if (const auto* wildcard = std::get_if<Wildcard>(&operand)) {
    return value.is_string() && wildcard->Matches(value.as_string());
  }
  if (const auto* timestamp = std::get_if<Timestamp>(&operand)) {
    const std::optional<Timestamp> t = AsTimestamp(value);
    return t && Compare(op.comparison, *t, *timestamp);
  }
  return CompareValues(op, value, std::get<Value>(operand));
}

void ChoiceRule::Node::CollectVariables(std::set<std::string>* names) const {
  for (const std::shared_ptr<const Node>& rule : rules) {
    rule->CollectVariables(names);
  }
  if (variable) variable->CollectVariables(names);
  if (const auto* path = std::get_if<PathLookup>(&operand)) {
    path->CollectVariables(names);
  }
}

namespace {

// Reads Choice Rules; every problem goes to one list.
template <class Node>
class RuleCompiler {
 public:
  explicit RuleCompiler(std::vector<Diagnostic>* diagnostics)
      : diagnostics_(diagnostics) {}

  std::shared_ptr<Node> Compile(const Value& rule, const std::string& location,
                                bool nested) {
    auto node = std::make_shared<Node>();
    if (!rule.is_object()) {
      Report("Expected value of type Object", location);
      return node;
    }
    const Member* chosen = ChooseOperator(rule, location, nested);
    if (chosen == nullptr) return node;
    const std::string at = location + "/" + std::string(chosen->key());
    if (chosen->key() == "And" || chosen->key() == "Or") {
      node->kind = chosen->key() == "And" ? Node::Kind::kAnd : Node::Kind::kOr;
      CompileList(chosen->value, at, node.get());
    } else if (chosen->key() == "Not") {
      node->kind = Node::Kind::kNot;
      node->rules.push_back(Compile(chosen->value, at, true));
    } else {
      node->kind = Node::Kind::kTest;
      node->op = *ParseChoiceOperator(chosen->key());
      CompileTest(rule, *chosen, location, node.get());
    }
    return node;
  }

 private:
  // The member that says what kind of rule it is; there must be exactly one.
  const Member* ChooseOperator(const Value& rule, const std::string& location,
                               bool nested) {
    const Member* chosen = nullptr;
    std::string names;
    int count = 0;
    for (const Member& member : rule.as_object()) {
      const std::string_view key = member.key();
      const bool is_operator = key == "And" || key == "Or" || key == "Not" ||
                               ChoiceRule::IsOperator(key);
      if (is_operator) {
        if (++count > 1) names += ", ";
        names += key;
        chosen = &member;
      } else if (nested && key != "Variable" && key != "Comment") {
        Report("Field '" + std::string(key) + "' is not supported", location);
      }
    }
    if (count == 1) return chosen;
    if (count > 0) {
      Report(
          "There should only be one of the following fields: [" + names + "]",
          location);
    } else if (rule.Find("Variable") != nullptr) {
      Report("A Choice Rule with a Variable needs a comparison operator",
             location);
    } else {
      Report(
          "The object must have only one of the following fields, [And, Or, "
          "Not, Variable, Condition]",
          location);
    }
    return nullptr;
  }

  void CompileList(const Value& list, const std::string& location, Node* node) {
    if (!list.is_array()) {
      return Report("Expected value of type Array", location);
    }
    if (list.as_array().empty()) {
      return Report("Value cannot be empty", location);
    }
    for (const Value& rule : list.as_array()) {
      const std::string index = std::to_string(node->rules.size());
      node->rules.push_back(Compile(rule, location + "[" + index + "]", true));
    }
  }

  void CompileTest(const Value& rule, const Member& chosen,
                   const std::string& location, Node* node) {
    const Value* variable = rule.Find("Variable");
    if (variable == nullptr) {
      Report("These fields are required: [Variable]", location);
    } else {
      node->variable = CompilePath(*variable, location + "/Variable");
    }
    CompileOperand(chosen.value, location + "/" + std::string(chosen.key()),
                   node);
  }

  std::optional<PathLookup> CompilePath(const Value& value,
                                        const std::string& location) {
    if (!value.is_string()) {
      Report("Expected value of type String", location);
      return std::nullopt;
    }
    std::string unused;
    std::optional<PathLookup> path =
        PathLookup::Parse(value.as_string(), &unused);
    if (!path || !path->path().is_reference_path()) {
      Report("Value is not a Reference Path", location);
      return std::nullopt;
    }
    return path;
  }

  void CompileOperand(const Value& value, const std::string& location,
                      Node* node) {
    if (node->op.operand_is_path) {
      if (auto path = CompilePath(value, location)) {
        node->operand = *std::move(path);
      }
      return;
    }
    switch (node->op.type) {
      case Type::kBoolean:
      case Type::kIs:
        if (!value.is_bool()) {
          return Report("Expected value of type Boolean", location);
        }
        if (node->op.type == Type::kIs) {
          node->operand = value.as_bool();
        } else {
          node->operand = value;
        }
        return;
      case Type::kNumeric:
        if (!value.is_number()) {
          return Report("Expected value of type Number", location);
        }
        node->operand = value;
        return;
      case Type::kString:
      case Type::kTimestamp:
        return CompileText(value, location, node);
    }
  }

  void CompileText(const Value& value, const std::string& location,
                   Node* node) {
    if (!value.is_string()) {
      return Report("Expected value of type String", location);
    }
    if (node->op.type == Type::kTimestamp) {
      const std::optional<Timestamp> t = ParseTimestamp(value.as_string());
      if (!t) {
        return Report("String does not match RFC3339 timestamp", location);
      }
      node->operand = *t;
    } else if (node->op.comparison == Comparison::kMatches) {
      node->operand = Wildcard(value.as_string());
    } else {
      node->operand = value;
    }
  }

  void Report(std::string message, const std::string& location) {
    diagnostics_->push_back({Severity::kError, "SCHEMA_VALIDATION_FAILED",
                             std::move(message), location});
  }

  std::vector<Diagnostic>* const diagnostics_;
};

}  // namespace

ChoiceRule ChoiceRule::Compile(const Value& rule, const std::string& location,
                               std::vector<Diagnostic>* diagnostics) {
  ChoiceRule result;
  result.node_ = RuleCompiler<Node>(diagnostics).Compile(rule, location, false);
  return result;
}

Outcome<bool> ChoiceRule::Evaluate(const Value& input, Environment& env) const {
  return node_->Evaluate(input, env);
}

void ChoiceRule::CollectVariables(std::set<std::string>* names) const {
  node_->CollectVariables(names);
}

bool ChoiceRule::IsOperator(std::string_view name) {
  return ParseChoiceOperator(name).has_value();
}

}  // namespace stepwheel::asl
