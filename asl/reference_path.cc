#include "asl/json_path.h"
#include "asl/json_path_parser.h"
#include "asl/json_path_program.h"

namespace stepwheel::asl {

struct ReferencePath::Program {
  JsonPath::Program path;
};

ReferencePath::ReferencePath(std::shared_ptr<const Program> program)
    : program_(std::move(program)) {}

std::optional<ReferencePath> ReferencePath::Parse(std::string_view text,
                                                  std::string* error) {
  const auto path = JsonPath::Parse(text, nullptr);
  if (!path || path->root() != JsonPath::Root::kInput ||
      !path->is_reference_path()) {
    if (error != nullptr) *error = "Value is not a Reference Path";
    return std::nullopt;
  }
  auto program = std::make_shared<Program>();
  JsonPathParser(text).Parse(&program->path);
  return ReferencePath(std::move(program));
}

const std::string& ReferencePath::text() const { return program_->path.text; }

namespace {

// The node that `step` leads to from `parent`: nullopt if it cannot lead
// anywhere, null if nothing is there yet.
std::optional<const Value*> Child(const PathStep& step, const Value& parent) {
  if (step.kind == PathStep::Kind::kNames) {
    if (!parent.is_object()) return std::nullopt;
    return parent.Find(step.names[0]);
  }
  if (!parent.is_array()) return std::nullopt;
  const auto index = static_cast<size_t>(step.indexes[0]);
  if (index >= parent.as_array().size()) return std::nullopt;
  return &parent.as_array()[index];
}

Value WithChild(const PathStep& step, const Value& parent, Value child) {
  if (step.kind == PathStep::Kind::kNames) {
    return parent.WithMember(step.names[0], std::move(child));
  }
  return parent.WithElement(static_cast<size_t>(step.indexes[0]),
                            std::move(child));
}

}  // namespace

Outcome<Value> ReferencePath::Apply(const Value& into,
                                    const Value& value) const {
  const std::vector<PathStep>& steps = program_->path.path.steps;
  if (steps.size() == 1 && Child(steps[0], into)) {
    return WithChild(steps[0], into, value);
  }
  // The parents along the path, made where they are missing; then the copies
  // with the new child, from the innermost outwards.
  std::vector<Value> parents;
  Value here = into;
  for (const PathStep& step : steps) {
    const auto child = Child(step, here);
    if (!child) {
      return Error{std::string(kStatesReferencePathConflict),
                   "Unable to apply ReferencePath " + text() + " to input " +
                       into.Text()};
    }
    Value next = *child == nullptr ? Value::EmptyObject() : **child;
    parents.push_back(std::move(here));
    here = std::move(next);
  }
  Value result = value;
  for (size_t i = steps.size(); i > 0; --i) {
    result = WithChild(steps[i - 1], parents[i - 1], std::move(result));
  }
  return result;
}

}  // namespace stepwheel::asl
