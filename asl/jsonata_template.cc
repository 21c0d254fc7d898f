#include "asl/jsonata_template.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "asl/field_reader.h"
#include "asl/quotas.h"

namespace stepwheel::asl {
namespace {

constexpr std::string_view kOpen = "{%";
constexpr std::string_view kClose = "%}";

std::string_view KindName(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kBool:
      return "boolean";
    case Value::Kind::kInt:
    case Value::Kind::kDouble:
      return "number";
    case Value::Kind::kString:
      return "string";
    case Value::Kind::kArray:
      return "array";
    case Value::Kind::kObject:
      return "object";
  }
  return "null";
}

std::string Expressed(std::string_view expression, std::string_view field) {
  return "The JSONata expression '" + std::string(expression) +
         "' specified for the field '" + std::string(field) + "' ";
}

// What the expression did instead of giving a value, in AWS's words; nothing
// if it gave one.
std::optional<std::string> FailureText(const jsonata::Result& result) {
  using Kind = jsonata::Result::Kind;
  switch (result.kind) {
    case Kind::kValue:
      return std::nullopt;
    case Kind::kUndefined:
      return "returned nothing (undefined).";
    case Kind::kFunction:
      return "returned an unsupported result type.";
    case Kind::kFailed:
      break;
  }
  const std::string threw = "threw an error during evaluation";
  // AWS prints no code where a limit was reached.
  if (result.failure.limit != jsonata::Failure::Limit::kNone) {
    return threw + ": " + result.failure.message;
  }
  return threw + ". " + result.failure.Text();
}

}  // namespace

JsonataText ReadJsonataText(std::string_view text) {
  const bool opens = text.starts_with(kOpen);
  const bool closes = text.ends_with(kClose);
  if (!opens && !closes) return JsonataText::kLiteral;
  const bool both = text.size() >= kOpen.size() + kClose.size();
  return opens && closes && both ? JsonataText::kExpression
                                 : JsonataText::kInvalid;
}

std::string_view InsideDelimiters(std::string_view text) {
  text.remove_prefix(kOpen.size());
  text.remove_suffix(kClose.size());
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
}

// A tree that has the template's shape down to its constant parts.
struct JsonataTemplate::Node {
  using NodePtr = std::shared_ptr<const Node>;
  struct Field {
    Value name;
    NodePtr value;
  };

  std::variant<Value, jsonata::Expression, std::vector<NodePtr>,
               std::vector<Field>>
      content;

  const Value* constant() const { return std::get_if<Value>(&content); }
};

// Where an evaluation failed, filled in from the inside out, and how.
struct JsonataTemplate::Failure {
  std::string pointer;
  std::string expression;
  std::string text;
};

struct JsonataTemplate::Compiler {
  using NodePtr = Node::NodePtr;

  StatesFields fields;
  std::vector<Problem>* problems;
  std::string pointer;  // Of the value being compiled.

  NodePtr Compile(const Value& value) {
    if (value.is_string()) return CompileText(value);
    if (value.is_array()) return CompileArray(value);
    if (value.is_object()) return CompileObject(value);
    return Constant(value);
  }

  static NodePtr Constant(const Value& value) {
    return std::make_shared<Node>(Node{value});
  }

  NodePtr CompileArray(const Value& value) {
    std::vector<NodePtr> nodes;
    bool constant = true;
    const size_t length = pointer.size();
    for (const Value& element : value.as_array()) {
      pointer += "[" + std::to_string(nodes.size()) + "]";
      nodes.push_back(Compile(element));
      pointer.resize(length);
      constant = constant && nodes.back()->constant();
    }
    if (constant) return Constant(value);
    return std::make_shared<Node>(Node{std::move(nodes)});
  }

  NodePtr CompileObject(const Value& value) {
    std::vector<Node::Field> members;
    bool constant = true;
    const size_t length = pointer.size();
    for (const Member& member : value.as_object()) {
      pointer.append("/").append(member.key());
      members.push_back({member.name, Compile(member.value)});
      pointer.resize(length);
      constant = constant && members.back().value->constant();
    }
    if (constant) return Constant(value);
    return std::make_shared<Node>(Node{std::move(members)});
  }

  NodePtr CompileText(const Value& value) {
    switch (ReadJsonataText(value.as_string())) {
      case JsonataText::kLiteral:
        return Constant(value);
      case JsonataText::kInvalid:
        // AWS's words for this are not known.
        Report("INVALID_JSONATA_EXPRESSION",
               "An expression must begin with '{%' and end with '%}'");
        return Constant(value);
      case JsonataText::kExpression:
        break;
    }
    auto compiled =
        jsonata::Expression::Compile(InsideDelimiters(value.as_string()));
    if (const auto* failure = std::get_if<jsonata::Failure>(&compiled)) {
      Report("INVALID_JSONATA_EXPRESSION", failure->message);
      return Constant(value);
    }
    auto& expression = std::get<jsonata::Expression>(compiled);
    CheckReferences(expression.facts());
    return std::make_shared<Node>(Node{std::move(expression)});
  }

  // Each reference that AWS refuses, once, in the order they are written.
  void CheckReferences(const jsonata::Facts& facts) {
    std::vector<std::pair<size_t, std::string>> refused;
    for (const auto& field : facts.input_fields) {
      refused.emplace_back(field.position,
                           "Reference to '" + field.name +
                               "' at the top level is not supported.");
    }
    for (const auto& use : facts.input_uses) {
      refused.emplace_back(
          use.position, "Reference to '$' at the top level is not supported.");
    }
    for (const auto& use : facts.root_uses) {
      refused.emplace_back(use.position, "Reference to '$$' is not supported.");
    }
    for (const auto& member : facts.states_members) {
      std::string problem = ProblemOf(member.name);
      if (!problem.empty()) {
        refused.emplace_back(member.position, std::move(problem));
      }
    }
    std::stable_sort(
        refused.begin(), refused.end(),
        [](const auto& a, const auto& b) { return a.first < b.first; });
    std::set<std::string> said;
    for (auto& [position, message] : refused) {
      if (!said.insert(message).second) continue;
      Report("UNSUPPORTED_JSONATA_EXPRESSION", std::move(message));
    }
  }

  // What is wrong with $states.NAME here; empty if nothing is.
  std::string ProblemOf(std::string_view name) const {
    if (name.empty() || name == "input" || name == "context") return {};
    const bool known = name == "result" || name == "errorOutput";
    if (!known) return "Unknown reserved states field: " + std::string(name);
    if (name == "result" ? fields.result : fields.error_output) return {};
    return "Field '$states." + std::string(name) + "' does not exist.";
  }

  void Report(std::string_view code, std::string message) {
    if (problems->size() >= kDiagnosticsMax) return;
    problems->push_back({std::string(code), std::move(message), pointer});
  }
};

JsonataTemplate JsonataTemplate::Compile(const Value& value,
                                         StatesFields fields,
                                         std::vector<Problem>* problems) {
  JsonataTemplate result;
  result.node_ = Compiler{fields, problems, {}}.Compile(value);
  return result;
}

Outcome<Value> JsonataTemplate::Evaluate(JsonataScope& scope,
                                         std::string_view field) const {
  Failure failure;
  Outcome<Value> value = Evaluate(*node_, scope, &failure);
  if (value.ok()) return value;
  std::string location = std::string(field) + failure.pointer;
  return EvaluationError(Expressed(failure.expression, location) + failure.text,
                         location);
}

Outcome<Value> JsonataTemplate::Evaluate(const Node& node, JsonataScope& scope,
                                         Failure* failure) {
  if (const Value* constant = node.constant()) return *constant;
  if (const auto* e = std::get_if<jsonata::Expression>(&node.content)) {
    jsonata::Result result = scope.Evaluate(*e);
    std::optional<std::string> text = FailureText(result);
    if (!text) return std::move(result.value);
    failure->expression = e->text();
    failure->text = *std::move(text);
    return Error{};
  }
  if (const auto* nodes =
          std::get_if<std::vector<Node::NodePtr>>(&node.content)) {
    Elements elements;
    elements.reserve(nodes->size());
    for (const Node::NodePtr& child : *nodes) {
      Outcome<Value> element = Evaluate(*child, scope, failure);
      if (!element.ok()) {
        failure->pointer.insert(0, "[" + std::to_string(elements.size()) + "]");
        return element;
      }
      elements.push_back(std::move(element).value());
    }
    return Value(std::move(elements));
  }
  const auto& fields = std::get<std::vector<Node::Field>>(node.content);
  Members members;
  members.reserve(fields.size());
  for (const Node::Field& field : fields) {
    Outcome<Value> value = Evaluate(*field.value, scope, failure);
    if (!value.ok()) {
      failure->pointer.insert(0, "/" + std::string(field.name.as_string()));
      return value;
    }
    members.emplace_back(field.name, std::move(value).value());
  }
  return Value(std::move(members));
}

bool JsonataTemplate::is_constant() const {
  return node_->constant() != nullptr;
}

const std::string* JsonataTemplate::expression() const {
  const auto* e = std::get_if<jsonata::Expression>(&node_->content);
  return e == nullptr ? nullptr : &e->text();
}

void JsonataTemplate::CollectVariables(std::set<std::string>* names) const {
  std::vector<const Node*> open{node_.get()};
  while (!open.empty()) {
    const Node& node = *open.back();
    open.pop_back();
    if (const auto* e = std::get_if<jsonata::Expression>(&node.content)) {
      for (const auto& variable : e->facts().free_variables) {
        if (variable.name != "states") names->insert(variable.name);
      }
    } else if (const auto* nodes =
                   std::get_if<std::vector<Node::NodePtr>>(&node.content)) {
      for (const auto& child : *nodes) open.push_back(child.get());
    } else if (const auto* fields =
                   std::get_if<std::vector<Node::Field>>(&node.content)) {
      for (const auto& field : *fields) open.push_back(field.value.get());
    }
  }
}

Error EvaluationError(std::string cause, std::string location) {
  Error error{std::string(kStatesQueryEvaluationError), std::move(cause),
              TimeoutKind::kNone, true};
  error.evaluation_failed = true;
  error.location = std::move(location);
  return error;
}

Error UnexpectedType(std::string_view expression, std::string_view field,
                     std::string_view expected, const Value& value) {
  const std::string shown =
      value.text_size() <= kPayloadBytesMax
          ? value.Text()
          : "(" + std::to_string(value.text_size()) + " bytes)";
  return EvaluationError(Expressed(expression, field) +
                             "returned an unexpected result type. Expected '" +
                             std::string(expected) + "', but was '" +
                             std::string(KindName(value)) +
                             "' for value: " + shown,
                         std::string(field));
}

}  // namespace stepwheel::asl
