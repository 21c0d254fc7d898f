// The check of parameters before a call is made, and how they become text.

#include <algorithm>
#include <string>

#include "engine/integrations/integration.h"

namespace stepwheel::engine {
namespace {

// What a value should have been, in AWS's words; empty if it is that.
std::string_view Expected(ParameterType type, const asl::Value& value) {
  switch (type) {
    case ParameterType::kString:
      return value.is_string() ? "" : "STRING";
    case ParameterType::kNumber:
      return value.is_number() ? "" : "NUMBER";
    case ParameterType::kObject:
      return value.is_object() ? "" : "OBJECT";
    case ParameterType::kJson:
      break;
  }
  return "";
}

}  // namespace

std::vector<std::string> ParameterProblems(const asl::Resource& resource,
                                           const asl::Value& parameters) {
  std::vector<std::string> problems;
  const std::optional<Integration> found = FindIntegration(resource);
  // A function's ARN takes any input; the SDK's actions are checked by the
  // service that is called.
  if (resource.kind != asl::Resource::Kind::kService || resource.aws_sdk ||
      !found || found->action == nullptr) {
    return problems;
  }
  if (!parameters.is_object()) {
    return {"The Parameters must be a JSON object"};
  }
  const auto& known = found->action->parameters;
  for (const asl::Member& member : parameters.as_object()) {
    const std::string field(member.key());
    const auto parameter =
        std::find_if(known.begin(), known.end(),
                     [&](const Parameter& p) { return p.name == field; });
    if (parameter == known.end()) {
      problems.push_back("The field '" + field +
                         "' is not supported by Step Functions");
      continue;
    }
    if (member.value.is_null() && !parameter->required) continue;
    const std::string_view expected = Expected(parameter->type, member.value);
    if (expected.empty()) continue;
    problems.push_back("The value for the field '" + field + "' must be a " +
                       std::string(expected));
  }
  for (const Parameter& parameter : known) {
    if (!parameter.required || parameters.Find(parameter.name)) continue;
    problems.push_back("The field '" + std::string(parameter.name) +
                       "' is required but was missing");
  }
  return problems;
}

std::optional<std::string> JsonText(const asl::Value* parameter) {
  if (parameter == nullptr || parameter->is_null()) return std::nullopt;
  if (parameter->is_string()) return std::string(parameter->as_string());
  return parameter->Text();
}

}  // namespace stepwheel::engine
