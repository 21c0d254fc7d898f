// The fields that several state types have: transitions, data flow, Retry,
// Catch, Assign (reference: asl.md 2, 3, 5, 12).
#include <algorithm>
#include <utility>

#include "asl/json_error.h"
#include "asl/parse_context.h"
#include "asl/quotas.h"

namespace stepwheel::asl {
namespace {

constexpr int64_t kAttemptsMax = 99'999'999;      // quotas.md 3
constexpr int64_t kDelaySecondsMax = 31'622'400;  // 366 days
constexpr size_t kVariableNameMax = 80;           // asl.md 5

constexpr std::string_view kJsonPathOnly[] = {"InputPath",
                                              "OutputPath",
                                              "ResultPath",
                                              "Parameters",
                                              "ResultSelector",
                                              "Result",
                                              "ItemsPath",
                                              "TimeoutSecondsPath",
                                              "HeartbeatSecondsPath",
                                              "SecondsPath",
                                              "TimestampPath",
                                              "MaxConcurrencyPath",
                                              "ToleratedFailureCountPath",
                                              "ToleratedFailurePercentagePath",
                                              "ErrorPath",
                                              "CausePath",
                                              "MaxItemsPath",
                                              "MaxItemsPerBatchPath",
                                              "MaxInputBytesPerBatchPath"};
constexpr std::string_view kJsonataOnly[] = {"Arguments", "Output", "Items",
                                             "Condition"};

template <size_t N>
bool Contains(const std::string_view (&names)[N], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// A Unicode identifier: a letter, then letters, digits and "_" (asl.md 5). In
// ASCII exactly; beyond it as Java's identifiers, which is nearly the same.
bool IsIdentifier(std::string_view name) {
  for (size_t at = 0; at < name.size();) {
    const CodePoint c = DecodeUtf8(name.substr(at));
    const bool sign = c.value == '_' || c.value == '$';
    const bool right = at == 0 ? IsIdentifierStart(c.value) && !sign
                               : IsIdentifierPart(c.value) && c.value != '$';
    if (c.bytes == 0 || !right) return false;
    at += c.bytes;
  }
  return !name.empty();
}

void CheckVariableName(const std::string& name, const std::string& location,
                       std::vector<Diagnostic>* diagnostics) {
  const auto refuse = [&](std::string_view code, std::string message) {
    AddDiagnostic({.code = std::string(code),
                   .message = std::move(message),
                   .location = location},
                  diagnostics);
  };
  if (name == "states") {
    refuse("RESERVED_VARIABLE_NAME",
           "Cannot assign to reserved variable '$states'.");
  } else if (!IsIdentifier(name)) {
    refuse("INVALID_VARIABLE_NAME",
           "Invalid variable name '" + name +
               "': the variable name contains invalid characters.");
  } else if (CodePoints(name) > kVariableNameMax) {
    refuse("INVALID_VARIABLE_NAME",
           "Invalid variable name '" + name +
               "': the variable name is longer than 80 characters.");
  }
}

std::vector<std::string> ParseErrorEquals(FieldReader& fields, bool last) {
  std::vector<std::string> names;
  const Value* list = fields.NonEmptyArray("ErrorEquals");
  if (list == nullptr) return names;
  const std::string location = fields.At("ErrorEquals");
  const Elements& elements = list->as_array();
  bool all = false;
  for (size_t i = 0; i < elements.size(); ++i) {
    if (!elements[i].is_string()) {
      AddSchemaError("Expected value of type String",
                     ElementLocation(location, i), fields.diagnostics());
      continue;
    }
    names.emplace_back(elements[i].as_string());
    all = all || names.back() == kStatesAll;
  }
  if (all && (!last || elements.size() > 1)) {
    AddSchemaError("States.ALL must appear alone and at end of list", location,
                   fields.diagnostics());
  }
  return names;
}

Retrier ParseRetrier(FieldReader& fields, bool last) {
  fields.AllowOnly({"ErrorEquals", "IntervalSeconds", "MaxAttempts",
                    "BackoffRate", "MaxDelaySeconds", "JitterStrategy",
                    "Comment"});
  fields.Require({"ErrorEquals"});
  fields.String("Comment");
  Retrier retrier;
  retrier.error_equals = ParseErrorEquals(fields, last);
  retrier.interval_seconds =
      fields.Integer("IntervalSeconds", 1, kSecondsMax).value_or(1);
  retrier.max_attempts =
      fields.Integer("MaxAttempts", 0, kAttemptsMax).value_or(3);
  retrier.backoff_rate = fields.Number("BackoffRate", 1.0).value_or(2.0);
  retrier.max_delay_seconds =
      fields.Integer("MaxDelaySeconds", 1, kDelaySecondsMax);
  retrier.jitter_full = fields.OneOf("JitterStrategy", {"NONE", "FULL"}) == 1;
  return retrier;
}

Catcher ParseCatcher(FieldReader& fields, bool last, StateContext& s) {
  fields.AllowOnly(
      {"ErrorEquals", "Next", "ResultPath", "Assign", "Output", "Comment"});
  CheckLanguage(fields, s.state.query_language);
  fields.Require({"ErrorEquals", "Next"});
  fields.String("Comment");
  Catcher catcher;
  catcher.error_equals = ParseErrorEquals(fields, last);
  catcher.next = ParseTarget(fields, "Next", s.names);
  catcher.result_path = ParseResultPath(fields);
  const StatesFields states{.error_output = true};
  catcher.output = ParseJsonata(fields, "Output", states, s);
  catcher.assign = ParseAssign(fields, states, s);
  return catcher;
}

// Calls `parse(reader, is_last)` for every object of an array field.
template <class Parse>
void ForEachObject(StateContext& s, std::string_view field, Parse parse) {
  const Value* list = s.fields.Array(field);
  if (list == nullptr) return;
  const Elements& elements = list->as_array();
  for (size_t i = 0; i < elements.size(); ++i) {
    std::string location = ElementLocation(s.fields.At(field), i);
    if (!elements[i].is_object()) {
      AddSchemaError("Expected value of type Object", std::move(location),
                     s.fields.diagnostics());
      continue;
    }
    FieldReader fields(elements[i], std::move(location),
                       s.fields.diagnostics());
    parse(fields, i + 1 == elements.size());
  }
}

}  // namespace

void RefuseForLanguage(FieldReader& fields, std::string_view field,
                       QueryLanguage language) {
  const bool jsonpath = language == QueryLanguage::kJsonPath;
  const std::string ours = jsonpath ? "JSONPath" : "JSONata";
  const std::string theirs = jsonpath ? "JSONata" : "JSONPath";
  fields.Refuse(field, "The QueryLanguage is set to '" + ours +
                           "', but field '" + std::string(field) +
                           "' is only supported for the '" + theirs +
                           "' QueryLanguage");
}

void CheckLanguage(FieldReader& fields, QueryLanguage language) {
  const bool jsonpath = language == QueryLanguage::kJsonPath;
  for (const Member& member : fields.object().as_object()) {
    const std::string_view name = member.key();
    if (!fields.Has(name)) continue;
    if (jsonpath ? Contains(kJsonataOnly, name)
                 : Contains(kJsonPathOnly, name)) {
      RefuseForLanguage(fields, name, language);
    }
  }
}

StateIndex ParseTarget(FieldReader& fields, std::string_view field,
                       const FlowNames& names) {
  const std::optional<std::string> target = fields.String(field);
  if (!target) return kNoState;
  const auto found = names.find(*target);
  return found == names.end() ? kNoState : found->second;
}

void ParseTransition(StateContext& s) {
  s.state.end = s.fields.Boolean("End").value_or(false);
  s.state.next = ParseTarget(s.fields, "Next", s.names);
  const bool next = s.fields.Has("Next");
  if (next && s.state.end) {
    s.fields.Error(
        "There should only be one of the following fields: "
        "[Next, End]");
  } else if (!next && !s.state.end) {
    s.fields.Error(
        "This object should have only one of the following fields: "
        "[Next, End]");
  }
}

void NoteVariable(const JsonPath& path, StateContext& s) {
  if (path.root() == JsonPath::Root::kVariable) {
    s.variables->insert(std::string(path.variable()));
  }
}

std::optional<Template> ParseTemplate(FieldReader& fields,
                                      std::string_view field, StateContext& s) {
  if (s.jsonata()) return ParseJsonata(fields, field, {}, s);
  return ParsePayloadTemplate(fields, field, s);
}

std::optional<PayloadTemplate> ParsePayloadTemplate(FieldReader& fields,
                                                    std::string_view field,
                                                    StateContext& s) {
  const Value* value = fields.Find(field);
  if (value == nullptr || s.jsonata()) return std::nullopt;
  std::vector<PayloadTemplate::Problem> problems;
  PayloadTemplate compiled = PayloadTemplate::Compile(*value, &problems);
  bool usable = true;
  for (PayloadTemplate::Problem& problem : problems) {
    usable = usable && problem.warning;
    AddDiagnostic(
        {.severity = problem.warning ? Severity::kWarning : Severity::kError,
         .code = std::move(problem.code),
         .message = std::move(problem.message),
         .location = fields.At(field) + problem.pointer},
        fields.diagnostics());
  }
  if (!usable) return std::nullopt;
  compiled.CollectVariables(s.variables);
  return compiled;
}

std::optional<PathField> ParsePathField(FieldReader& fields,
                                        std::string_view field, bool reference,
                                        StateContext& s) {
  const Value* value = fields.Find(field);
  if (value == nullptr) return std::nullopt;
  if (value->is_null()) return PathField{};
  std::optional<JsonPath> path =
      reference ? fields.ReferencePathField(field, /*allow_context=*/true)
                : fields.Path(field);
  if (!path) return std::nullopt;
  NoteVariable(*path, s);
  return PathField{std::move(path)};
}

std::optional<ResultPathField> ParseResultPath(FieldReader& fields) {
  const Value* value = fields.Find("ResultPath");
  if (value == nullptr) return std::nullopt;
  if (value->is_null()) return ResultPathField{};
  const std::optional<std::string> text = fields.String("ResultPath");
  if (!text) return std::nullopt;
  std::string error;
  std::optional<ReferencePath> path = ReferencePath::Parse(*text, &error);
  if (path) return ResultPathField{std::move(path)};
  fields.ErrorAt("ResultPath", text->starts_with('$')
                                   ? "Value is not a Reference Path"
                                   : "Value must be a valid JSONPath.");
  return std::nullopt;
}

std::optional<JsonPath> ParseValuePath(FieldReader& fields,
                                       std::string_view field,
                                       StateContext& s) {
  std::optional<JsonPath> path = fields.ReferencePathField(field);
  if (path) NoteVariable(*path, s);
  return path;
}

std::optional<Assignments> ParseAssign(FieldReader& fields, StatesFields states,
                                       StateContext& s) {
  const Value* object = fields.Object("Assign");
  if (object == nullptr) return std::nullopt;
  Assignments assign;
  for (const Member& member : object->as_object()) {
    std::string_view name = member.key();
    if (s.jsonpath() && name.ends_with(".$")) name.remove_suffix(2);
    assign.names.emplace_back(name);
    CheckVariableName(assign.names.back(), fields.At("Assign"),
                      fields.diagnostics());
  }
  std::optional<Template> values;
  if (s.jsonata()) {
    values = ParseJsonata(fields, "Assign", states, s);
  } else {
    values = ParsePayloadTemplate(fields, "Assign", s);
  }
  if (!values) return std::nullopt;
  assign.values = *std::move(values);
  return assign;
}

void ParseDataFlow(StateContext& s) {
  const StateType type = s.state.type;
  s.state.input_path = ParsePathField(s.fields, "InputPath", false, s);
  if (type != StateType::kMap) {
    s.state.arguments =
        ParseTemplate(s.fields, s.jsonata() ? "Arguments" : "Parameters", s);
  }
  s.state.result_selector = ParsePayloadTemplate(s.fields, "ResultSelector", s);
  s.state.result_path = ParseResultPath(s.fields);
  s.state.output_path = ParsePathField(s.fields, "OutputPath", false, s);
  const StatesFields states{.result = type == StateType::kTask ||
                                      type == StateType::kParallel ||
                                      type == StateType::kMap};
  s.state.output = ParseJsonata(s.fields, "Output", states, s);
  s.state.assign = ParseAssign(s.fields, states, s);
}

void ParseRetry(StateContext& s) {
  ForEachObject(s, "Retry", [&](FieldReader& fields, bool last) {
    s.state.retry.push_back(ParseRetrier(fields, last));
  });
}

void ParseCatch(StateContext& s) {
  ForEachObject(s, "Catch", [&](FieldReader& fields, bool last) {
    s.state.catchers.push_back(ParseCatcher(fields, last, s));
  });
}

}  // namespace stepwheel::asl
