// One function per state Type (Map is in parse_map.cc). Which field may stand
// where is the table of asl.md 2.
#include <span>
#include <utility>

#include "asl/parse_context.h"
#include "asl/quotas.h"
#include "asl/resource.h"

namespace stepwheel::asl {
namespace {

constexpr size_t kStateNameMax = 80;  // asl.md 1

using Names = std::span<const std::string_view>;

constexpr std::string_view kPassFields[] = {
    "Type",       "Comment", "QueryLanguage", "Next",
    "End",        "Assign",  "Output",        "InputPath",
    "OutputPath", "Result",  "Parameters",    "ResultPath"};
constexpr std::string_view kTaskFields[] = {"Type",
                                            "Comment",
                                            "QueryLanguage",
                                            "Next",
                                            "End",
                                            "Assign",
                                            "Output",
                                            "InputPath",
                                            "OutputPath",
                                            "Parameters",
                                            "ResultPath",
                                            "ResultSelector",
                                            "Arguments",
                                            "Retry",
                                            "Catch",
                                            "Resource",
                                            "Credentials",
                                            "TimeoutSeconds",
                                            "HeartbeatSeconds",
                                            "TimeoutSecondsPath",
                                            "HeartbeatSecondsPath"};
constexpr std::string_view kChoiceFields[] = {
    "Type",      "Comment",    "QueryLanguage", "Assign", "Output",
    "InputPath", "OutputPath", "Choices",       "Default"};
constexpr std::string_view kWaitFields[] = {
    "Type",      "Comment",     "QueryLanguage", "Next",       "End",
    "Assign",    "Output",      "InputPath",     "OutputPath", "Seconds",
    "Timestamp", "SecondsPath", "TimestampPath"};
constexpr std::string_view kSucceedFields[] = {
    "Type", "Comment", "QueryLanguage", "Output", "InputPath", "OutputPath"};
constexpr std::string_view kFailFields[] = {
    "Type",      "Comment", "QueryLanguage", "Error",
    "ErrorPath", "Cause",   "CausePath"};
constexpr std::string_view kParallelFields[] = {
    "Type",       "Comment",    "QueryLanguage", "Next",
    "End",        "Assign",     "Output",        "InputPath",
    "OutputPath", "Parameters", "ResultPath",    "ResultSelector",
    "Arguments",  "Retry",      "Catch",         "Branches"};
constexpr std::string_view kMapFields[] = {"Type",
                                           "Comment",
                                           "QueryLanguage",
                                           "Next",
                                           "End",
                                           "Assign",
                                           "Output",
                                           "InputPath",
                                           "OutputPath",
                                           "Parameters",
                                           "ResultPath",
                                           "ResultSelector",
                                           "Retry",
                                           "Catch",
                                           "ItemProcessor",
                                           "Iterator",
                                           "Items",
                                           "ItemsPath",
                                           "ItemSelector",
                                           "ItemReader",
                                           "ItemBatcher",
                                           "ResultWriter",
                                           "Label",
                                           "MaxConcurrency",
                                           "MaxConcurrencyPath",
                                           "ToleratedFailureCount",
                                           "ToleratedFailureCountPath",
                                           "ToleratedFailurePercentage",
                                           "ToleratedFailurePercentagePath"};

void ParsePass(StateContext& s) {
  PassState body;
  const Value* result = s.fields.Find("Result");
  if (result != nullptr && !result->is_null()) body.result = *result;
  s.state.body = std::move(body);
}

// What an Express machine cannot run (api.md 6; the blank at the end of the
// second text is AWS's).
void CheckExpress(const Resource& resource, StateContext& s) {
  if (s.machine.type != MachineType::kExpress) return;
  const std::string_view prefix = "Express state machine does not support ";
  std::string what;
  if (resource.kind == Resource::Kind::kActivity) {
    what = "'Activity ARN'";
  } else if (resource.pattern == Resource::Pattern::kSync ||
             resource.pattern == Resource::Pattern::kSync2) {
    what = "'.sync' service integration";
  } else if (resource.pattern == Resource::Pattern::kWaitForTaskToken) {
    what = "'.waitForTaskToken' service integration ";
  } else {
    return;
  }
  s.fields.ErrorAt("Resource", std::string(prefix) + what);
}

void ParseTaskResource(StateContext& s, TaskState* body) {
  s.fields.Require({"Resource"});
  const std::optional<std::string> text = s.fields.String("Resource");
  if (!text) return;
  std::string error;
  std::optional<Resource> resource = ParseResource(*text, &error);
  if (!resource) {
    s.fields.ErrorAt("Resource", std::move(error));
    return;
  }
  CheckExpress(*resource, s);
  body->resource = std::move(*resource);
}

void ParseCredentials(StateContext& s, TaskState* body) {
  const Value* value = s.fields.Object("Credentials");
  if (value == nullptr) return;
  if (body->resource.kind == Resource::Kind::kActivity &&
      !body->resource.arn.empty()) {
    s.fields.ErrorAt("Credentials",
                     "The field 'Credentials' is not supported for activities");
  } else if (value->Find("RoleArn") == nullptr &&
             (s.jsonata() || value->Find("RoleArn.$") == nullptr)) {
    s.fields.ErrorAt("Credentials",
                     "The field 'RoleArn' is required but was missing");
  } else {
    body->credentials = ParseTemplate(s.fields, "Credentials", s);
  }
}

void ParseTask(StateContext& s) {
  TaskState body;
  ParseTaskResource(s, &body);
  s.fields.AtMostOne({"TimeoutSeconds", "TimeoutSecondsPath"});
  s.fields.AtMostOne({"HeartbeatSeconds", "HeartbeatSecondsPath"});
  body.timeout_seconds =
      ParseInteger(s.fields, "TimeoutSeconds", 1, kSecondsMax, s);
  body.heartbeat_seconds =
      ParseInteger(s.fields, "HeartbeatSeconds", 1, kSecondsMax, s);
  const auto& total = body.timeout_seconds.literal;
  const auto& heartbeat = body.heartbeat_seconds.literal;
  if (total && heartbeat && *heartbeat >= *total) {
    s.fields.ErrorAt("HeartbeatSeconds",
                     "HeartbeatSeconds must be smaller than TimeoutSeconds");
  }
  ParseCredentials(s, &body);
  s.state.body = std::move(body);
}

void CheckRuleFields(FieldReader& fields, QueryLanguage language) {
  for (const Member& member : fields.object().as_object()) {
    const std::string_view name = member.key();
    const bool compares = name == "Variable" || name == "And" || name == "Or" ||
                          name == "Not" || ChoiceRule::IsOperator(name);
    const bool known = name == "Next" || name == "Assign" || name == "Output" ||
                       name == "Comment" || name == "Condition";
    if (!known && !compares) {
      fields.Refuse(name, "Field '" + std::string(name) + "' is not supported");
    } else if (compares && language == QueryLanguage::kJsonata) {
      RefuseForLanguage(fields, name, language);
    }
  }
  CheckLanguage(fields, language);
}

// A Choice Rule's own fields. The comparison inside is ChoiceRule's.
ChoiceBranch ParseChoiceBranch(FieldReader& fields, StateContext& s) {
  CheckRuleFields(fields, s.state.query_language);
  fields.Require({"Next"});
  fields.String("Comment");
  ChoiceBranch branch;
  branch.next = ParseTarget(fields, "Next", s.names);
  branch.assign = ParseAssign(fields, {}, s);
  if (s.jsonata()) {
    fields.Require({"Condition"});
    branch.condition = ParseCondition(fields, s);
    branch.output = ParseJsonata(fields, "Output", {}, s);
    return branch;
  }
  if (fields.object().Find("Condition") != nullptr) return branch;
  // Compiled with a short location, so that the many problems of a hostile
  // rule do not each hold a long one before they are cut off.
  std::vector<Diagnostic> problems;
  branch.rule = ChoiceRule::Compile(fields.object(), "", &problems);
  for (Diagnostic& problem : problems) {
    problem.location = fields.location() + problem.location.value_or("");
    AddDiagnostic(std::move(problem), fields.diagnostics());
  }
  if (problems.empty()) branch.rule.CollectVariables(s.variables);
  return branch;
}

void ParseChoice(StateContext& s) {
  ChoiceState body;
  s.fields.Require({"Choices"});
  if (const Value* choices = s.fields.NonEmptyArray("Choices")) {
    const Elements& elements = choices->as_array();
    for (size_t i = 0; i < elements.size(); ++i) {
      std::string location = ElementLocation(s.fields.At("Choices"), i);
      if (!elements[i].is_object()) {
        AddSchemaError("Expected value of type Object", std::move(location),
                       s.fields.diagnostics());
        continue;
      }
      FieldReader fields(elements[i], std::move(location),
                         s.fields.diagnostics());
      body.choices.push_back(ParseChoiceBranch(fields, s));
    }
  }
  body.default_next = ParseTarget(s.fields, "Default", s.names);
  s.state.body = std::move(body);
}

void ParseWait(StateContext& s) {
  WaitState body;
  s.fields.ExactlyOne({"SecondsPath", "Seconds", "TimestampPath", "Timestamp"});
  body.seconds = ParseInteger(s.fields, "Seconds", 0, kSecondsMax, s);
  body.timestamp = ParseTimestampField(s.fields, s);
  s.state.body = std::move(body);
}

void ParseSucceed(StateContext& s) { s.state.body = SucceedState{}; }

void ParseFail(StateContext& s) {
  FailState body;
  s.fields.AtMostOne({"Error", "ErrorPath"});
  s.fields.AtMostOne({"Cause", "CausePath"});
  body.error = ParseText(s.fields, "Error", s);
  body.cause = ParseText(s.fields, "Cause", s);
  s.state.body = std::move(body);
}

void ParseParallel(StateContext& s) {
  ParallelState body;
  s.fields.Require({"Branches"});
  if (const Value* branches = s.fields.NonEmptyArray("Branches")) {
    const Elements& elements = branches->as_array();
    for (size_t i = 0; i < elements.size(); ++i) {
      std::string location = ElementLocation(s.fields.At("Branches"), i);
      if (!elements[i].is_object()) {
        AddSchemaError("Expected value of type Object", std::move(location),
                       s.fields.diagnostics());
        continue;
      }
      FieldReader branch(elements[i], std::move(location),
                         s.fields.diagnostics());
      branch.AllowOnly({"StartAt", "States", "Comment"});
      body.branches.push_back(ParseFlow(branch, s.state.index, s.machine));
    }
  }
  s.state.body = std::move(body);
}

struct TypeRow {
  std::string_view name;
  StateType type;
  Names fields;
  void (*parse)(StateContext&);
};
constexpr TypeRow kTypes[] = {
    {"Task", StateType::kTask, kTaskFields, ParseTask},
    {"Wait", StateType::kWait, kWaitFields, ParseWait},
    {"Pass", StateType::kPass, kPassFields, ParsePass},
    {"Succeed", StateType::kSucceed, kSucceedFields, ParseSucceed},
    {"Fail", StateType::kFail, kFailFields, ParseFail},
    {"Choice", StateType::kChoice, kChoiceFields, ParseChoice},
    {"Parallel", StateType::kParallel, kParallelFields, ParseParallel},
    {"Map", StateType::kMap, kMapFields, ParseMap},
};

const TypeRow* FindType(FieldReader& fields) {
  if (!fields.Require({"Type"})) return nullptr;
  const Value* type = fields.Find("Type");
  if (type->is_string()) {
    for (const TypeRow& row : kTypes) {
      if (type->as_string() == row.name) return &row;
    }
  }
  fields.ErrorAt("Type",
                 "The field 'Type' should have one of these values: [Task, "
                 "Wait, Pass, Succeed, Fail, Choice, Parallel, Map]");
  return nullptr;
}

// A state's own QueryLanguage, else the machine's: a Map or Parallel does not
// hand its language down (asl.md 1). Only the exact word JSONPath means
// JSONPath; other texts are reported and read as JSONata, as AWS does.
QueryLanguage ParseQueryLanguage(FieldReader& fields, MachineContext& context) {
  const QueryLanguage whole = context.machine->query_language;
  const Value* value = fields.Find("QueryLanguage");
  if (value == nullptr) return whole;
  const auto choice = fields.OneOf("QueryLanguage", {"JSONPath", "JSONata"});
  if (choice != 0) return QueryLanguage::kJsonata;
  if (whole == QueryLanguage::kJsonata) {
    fields.Error(
        "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' "
        "for whole state machine");
  }
  return QueryLanguage::kJsonPath;
}

}  // namespace

void ParseState(const Value& value, std::string location,
                const FlowNames& names, State* state, MachineContext& context) {
  if (CodePoints(state->name) > kStateNameMax) {
    AddDiagnostic({.code = "INVALID_STATE_NAME",
                   .message = "State name '" + state->name +
                              "' is longer than 80 characters",
                   .location = location},
                  context.diagnostics);
  }
  if (!value.is_object()) {
    AddSchemaError("Expected value of type Object", std::move(location),
                   context.diagnostics);
    return;
  }
  FieldReader fields(value, std::move(location), context.diagnostics);
  const TypeRow* row = FindType(fields);
  if (row == nullptr) return;
  state->type = row->type;
  fields.AllowOnly(row->fields);
  state->query_language = ParseQueryLanguage(fields, context);
  CheckLanguage(fields, state->query_language);
  std::set<std::string> variables;
  StateContext s{context, names, fields, *state, &variables};
  fields.String("Comment");
  const bool moves_on = row->type != StateType::kChoice &&
                        row->type != StateType::kSucceed &&
                        row->type != StateType::kFail;
  if (moves_on) ParseTransition(s);
  ParseDataFlow(s);
  ParseRetry(s);
  ParseCatch(s);
  row->parse(s);
  if (!variables.empty()) {
    context.machine->variable_references[state->name] = {variables.begin(),
                                                         variables.end()};
  }
}

}  // namespace stepwheel::asl
