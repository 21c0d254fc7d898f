#include "asl/payload_template.h"

#include <utility>
#include <variant>

#include "asl/compact_text.h"
#include "asl/intrinsics.h"
#include "asl/path_lookup.h"

namespace stepwheel::asl {

struct PathExpression::Node {
  std::string text;
  std::variant<PathLookup, IntrinsicCall> expression;
};

std::optional<PathExpression> PathExpression::Compile(std::string_view text,
                                                      std::string* error) {
  PathExpression result;
  if (text.starts_with('$')) {
    std::optional<PathLookup> path = PathLookup::Parse(text, error);
    if (!path) return std::nullopt;
    result.node_ =
        std::make_shared<Node>(Node{std::string(text), *std::move(path)});
  } else {
    std::optional<IntrinsicCall> call = IntrinsicCall::Parse(text, error);
    if (!call) return std::nullopt;
    result.node_ =
        std::make_shared<Node>(Node{std::string(text), *std::move(call)});
  }
  return result;
}

const std::string& PathExpression::text() const { return node_->text; }

bool PathExpression::is_intrinsic() const {
  return std::holds_alternative<IntrinsicCall>(node_->expression);
}

Outcome<Value> PathExpression::Evaluate(const Value& input,
                                        std::string_view field,
                                        Environment& env) const {
  if (const auto* call = std::get_if<IntrinsicCall>(&node_->expression)) {
    return call->Evaluate(input, env);
  }
  const PathLookup& path = std::get<PathLookup>(node_->expression);
  PathLookup::Found found = path.Find(input, env);
  if (found.value) return *std::move(found.value);
  return RuntimeError("The JSONPath '" + node_->text +
                      "' specified for the field '" + std::string(field) +
                      "' could not be found in the input '" +
                      CompactText(found.root ? *found.root : input) + "'");
}

void PathExpression::CollectVariables(std::set<std::string>* names) const {
  if (const auto* call = std::get_if<IntrinsicCall>(&node_->expression)) {
    call->CollectVariables(names);
  } else {
    std::get<PathLookup>(node_->expression).CollectVariables(names);
  }
}

// A tree that has the template's shape down to its constant parts.
struct PayloadTemplate::Node {
  using NodePtr = std::shared_ptr<const Node>;
  struct Field {
    Value name;
    NodePtr value;
  };
  struct Expression {
    std::string field;  // "value.$", for the cause.
    PathExpression expression;
  };

  std::variant<Value, Expression, std::vector<NodePtr>, std::vector<Field>>
      content;

  const Value* constant() const { return std::get_if<Value>(&content); }

  Outcome<Value> Evaluate(const Value& input, Environment& env) const;
  void CollectVariables(std::set<std::string>* names) const;

  class Compiler;
};

Outcome<Value> PayloadTemplate::Node::Evaluate(const Value& input,
                                               Environment& env) const {
  if (const Value* value = constant()) return *value;
  if (const auto* e = std::get_if<Expression>(&content)) {
    return e->expression.Evaluate(input, e->field, env);
  }
  if (const auto* nodes = std::get_if<std::vector<NodePtr>>(&content)) {
    Elements elements;
    elements.reserve(nodes->size());
    for (const NodePtr& node : *nodes) {
      Outcome<Value> element = node->Evaluate(input, env);
      if (!element.ok()) return element;
      elements.push_back(std::move(element).value());
    }
    return Value(std::move(elements));
  }
  const auto& fields = std::get<std::vector<Field>>(content);
  Members members;
  members.reserve(fields.size());
  for (const Field& field : fields) {
    Outcome<Value> value = field.value->Evaluate(input, env);
    if (!value.ok()) return value;
    members.emplace_back(field.name, std::move(value).value());
  }
  return Value(std::move(members));
}

void PayloadTemplate::Node::CollectVariables(
    std::set<std::string>* names) const {
  if (const auto* e = std::get_if<Expression>(&content)) {
    e->expression.CollectVariables(names);
  } else if (const auto* nodes = std::get_if<std::vector<NodePtr>>(&content)) {
    for (const NodePtr& node : *nodes) node->CollectVariables(names);
  } else if (const auto* fields = std::get_if<std::vector<Field>>(&content)) {
    for (const Field& field : *fields) field.value->CollectVariables(names);
  }
}

class PayloadTemplate::Node::Compiler {
 public:
  explicit Compiler(std::vector<Problem>* problems) : problems_(problems) {}

  NodePtr Compile(const Value& value) {
    if (value.is_array()) return CompileArray(value);
    if (value.is_object()) return CompileObject(value);
    return Constant(value);
  }

 private:
  static NodePtr Constant(const Value& value) {
    return std::make_shared<Node>(Node{value});
  }

  NodePtr CompileArray(const Value& value) {
    std::vector<NodePtr> nodes;
    bool constant = true;
    const size_t length = pointer_.size();
    for (const Value& element : value.as_array()) {
      pointer_ += "[" + std::to_string(nodes.size()) + "]";
      nodes.push_back(Compile(element));
      pointer_.resize(length);
      constant = constant && nodes.back()->constant();
    }
    if (constant) return Constant(value);
    return std::make_shared<Node>(Node{std::move(nodes)});
  }

  NodePtr CompileObject(const Value& value) {
    std::vector<Field> fields;
    bool constant = true;
    const size_t length = pointer_.size();
    for (const Member& member : value.as_object()) {
      const std::string_view key = member.key();
      if (key.ends_with(".$")) {
        constant = false;
        const std::string_view name = key.substr(0, key.size() - 2);
        if (value.Find(name) != nullptr) ReportBoth(name);
        fields.push_back({Value(name), CompileField(key, member.value)});
        continue;
      }
      if (member.value.is_string() &&
          member.value.as_string().starts_with("$.")) {
        WarnOfMissingDollar(key);
      }
      pointer_.append("/").append(key);
      fields.push_back({member.name, Compile(member.value)});
      pointer_.resize(length);
      constant = constant && fields.back().value->constant();
    }
    if (constant) return Constant(value);
    return std::make_shared<Node>(Node{std::move(fields)});
  }

  // The value of a member whose name ends in ".$".
  NodePtr CompileField(std::string_view key, const Value& value) {
    std::optional<PathExpression> expression;
    std::string unused;
    if (value.is_string()) {
      expression = PathExpression::Compile(value.as_string(), &unused);
    }
    if (!expression) {
      Report("The value for the field '" + std::string(key) +
             "' must be a valid JSONPath or a valid intrinsic function call");
      return Constant(Value());
    }
    return std::make_shared<Node>(
        Node{Expression{std::string(key), *std::move(expression)}});
  }

  void Report(std::string message) {
    problems_->push_back(
        {false, "SCHEMA_VALIDATION_FAILED", std::move(message), pointer_});
  }

  void ReportBoth(std::string_view name) {
    const std::string x(name);
    Report("There should only be one of the following fields: [" + x + ", " +
           x + ".$]");
  }

  void WarnOfMissingDollar(std::string_view key) {
    const std::string x(key);
    problems_->push_back(
        {true, "NO_DOLLAR",
         "The value of '" + x + "' looks like a JSONPath. Instead of '" + x +
             "', use '" + x + ".$' to evaluate it as a JSONPath at runtime.",
         pointer_});
  }

  std::vector<Problem>* const problems_;
  std::string pointer_;  // Of the object or array being compiled.
};

PayloadTemplate PayloadTemplate::Compile(const Value& value,
                                         std::vector<Problem>* problems) {
  PayloadTemplate result;
  result.node_ = Node::Compiler(problems).Compile(value);
  return result;
}

Outcome<Value> PayloadTemplate::Evaluate(const Value& input,
                                         Environment& env) const {
  return node_->Evaluate(input, env);
}

bool PayloadTemplate::is_constant() const {
  return node_->constant() != nullptr;
}

void PayloadTemplate::CollectVariables(std::set<std::string>* names) const {
  node_->CollectVariables(names);
}

}  // namespace stepwheel::asl
