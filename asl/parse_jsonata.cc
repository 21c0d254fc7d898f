// Fields that may hold JSONata, and those that have a literal, a path and an
// expression as their forms (reference: asl.md 4).
#include <utility>

#include "asl/parse_context.h"

namespace stepwheel::asl {
namespace {

// Whether the field of a JSONata state is a string written "{% ... %}".
bool IsExpression(const FieldReader& fields, std::string_view field,
                  const StateContext& s) {
  if (s.jsonpath()) return false;
  const Value* value = fields.Find(field);
  return value != nullptr && value->is_string() &&
         ReadJsonataText(value->as_string()) == JsonataText::kExpression;
}

std::string PathName(std::string_view field) {
  return std::string(field) + "Path";
}

template <class Problem>
void AddProblems(std::vector<Problem> problems, const std::string& location,
                 std::vector<Diagnostic>* diagnostics) {
  for (Problem& problem : problems) {
    AddDiagnostic({.code = std::move(problem.code),
                   .message = std::move(problem.message),
                   .location = location + problem.pointer},
                  diagnostics);
  }
}

std::optional<PathExpression> ParsePathExpression(FieldReader& fields,
                                                  const std::string& field,
                                                  StateContext& s) {
  const std::optional<std::string> text = fields.String(field);
  if (!text) return std::nullopt;
  std::string error;
  std::optional<PathExpression> path = PathExpression::Compile(*text, &error);
  if (path) {
    path->CollectVariables(s.variables);
  } else {
    fields.ErrorAt(field, "The value for the field '" + field +
                              "' must be a valid JSONPath or a valid intrinsic "
                              "function call");
  }
  return path;
}

}  // namespace

std::optional<JsonataTemplate> ParseJsonata(FieldReader& fields,
                                            std::string_view field,
                                            StatesFields states,
                                            StateContext& s) {
  const Value* value = fields.Find(field);
  if (value == nullptr || s.jsonpath()) return std::nullopt;
  std::vector<JsonataTemplate::Problem> problems;
  JsonataTemplate compiled =
      JsonataTemplate::Compile(*value, states, &problems);
  const bool usable = problems.empty();
  AddProblems(std::move(problems), fields.At(field), fields.diagnostics());
  if (!usable) return std::nullopt;
  compiled.CollectVariables(s.variables);
  return compiled;
}

ValueField<int64_t> ParseInteger(FieldReader& fields, std::string_view field,
                                 int64_t min, int64_t max, StateContext& s) {
  ValueField<int64_t> value;
  if (IsExpression(fields, field, s)) {
    value.expression = ParseJsonata(fields, field, {}, s);
  } else {
    value.literal = fields.Integer(field, min, max);
  }
  value.path = ParseValuePath(fields, PathName(field), s);
  return value;
}

ValueField<double> ParseNumber(FieldReader& fields, std::string_view field,
                               double min, double max, StateContext& s) {
  ValueField<double> value;
  if (IsExpression(fields, field, s)) {
    value.expression = ParseJsonata(fields, field, {}, s);
  } else {
    value.literal = fields.Number(field, min, max);
  }
  value.path = ParseValuePath(fields, PathName(field), s);
  return value;
}

ValueField<bool> ParseCondition(FieldReader& fields, StateContext& s) {
  ValueField<bool> value;
  if (IsExpression(fields, "Condition", s)) {
    value.expression = ParseJsonata(fields, "Condition", {}, s);
  } else {
    value.literal = fields.Boolean("Condition");
  }
  return value;
}

ValueField<std::string, PathExpression> ParseText(FieldReader& fields,
                                                  std::string_view field,
                                                  StateContext& s) {
  ValueField<std::string, PathExpression> value;
  value.literal = fields.String(field);
  value.path = ParsePathExpression(fields, PathName(field), s);
  if (s.jsonpath() || !value.literal) return value;
  if (ReadJsonataText(*value.literal) == JsonataText::kLiteral) return value;
  value.literal.reset();
  value.expression = ParseJsonata(fields, field, {}, s);
  return value;
}

ValueField<Timestamp> ParseTimestampField(FieldReader& fields,
                                          StateContext& s) {
  ValueField<Timestamp> value;
  value.path = ParseValuePath(fields, "TimestampPath", s);
  if (IsExpression(fields, "Timestamp", s)) {
    value.expression = ParseJsonata(fields, "Timestamp", {}, s);
  } else if (const auto text = fields.String("Timestamp")) {
    value.literal = ParseTimestamp(*text);
    if (!value.literal) {
      fields.ErrorAt("Timestamp", "String does not match RFC3339 timestamp");
    }
  }
  return value;
}

std::optional<JsonataTemplate> ParseItems(FieldReader& fields,
                                          StateContext& s) {
  if (!IsExpression(fields, "Items", s) && fields.Array("Items") == nullptr) {
    return std::nullopt;
  }
  return ParseJsonata(fields, "Items", {}, s);
}

}  // namespace stepwheel::asl
