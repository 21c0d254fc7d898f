// UpdateStateMachine and ValidateStateMachineDefinition (reference: api.md 3.1,
// 6).
#include <algorithm>

#include "api/aws/arn.h"
#include "api/aws/configurations.h"
#include "api/aws/operation.h"
#include "api/aws/render.h"
#include "asl/parser.h"

namespace stepwheel::aws {
namespace {

using engine::ApiError;
using engine::ApiErrorCode;

constexpr size_t kDiagnosticsDefault = 100;

void AppendDiagnostic(const asl::Diagnostic& diagnostic, std::string* out) {
  const bool error = diagnostic.severity == asl::Severity::kError;
  ObjectWriter(out)
      .String("code", diagnostic.code)
      .IfSet("location", diagnostic.location)
      .String("message", diagnostic.message)
      .String("severity", error ? "ERROR" : "WARNING")
      .Close();
}

bool ChangesNothing(const Params& params) {
  for (const char* member : {"definition", "roleArn", "loggingConfiguration",
                             "tracingConfiguration"}) {
    if (params.Has(member)) return false;
  }
  return true;
}

}  // namespace

void UpdateStateMachine(const Call& call) {
  const Params& params = call.params;
  engine::UpdateStateMachineRequest request;
  request.state_machine_arn = params.String("stateMachineArn");
  if (call.Refuse(CheckArn(request.state_machine_arn, "stateMachine"))) return;
  if (ChangesNothing(params)) {
    return call.answer.Fail(
        ApiError{ApiErrorCode::kMissingRequiredParameter,
                 "Either the definition, the role ARN, the "
                 "LoggingConfiguration, or the TracingConfiguration must be "
                 "specified"});
  }
  if (params.Boolean("publish", false)) {
    return call.answer.Unsupported("UpdateStateMachine with publish");
  }
  if (params.Has("versionDescription")) {
    return call.answer.Fail(
        ApiError{ApiErrorCode::kValidationException,
                 "Version description can only be set when publish is true"});
  }
  request.definition = params.Optional("definition");
  request.role_arn = params.Optional("roleArn");
  if (request.role_arn && call.Refuse(CheckRoleArn(*request.role_arn))) return;
  if (params.Has("loggingConfiguration")) {
    engine::Result<std::string> logging = LoggingText(params);
    if (!logging.ok()) return call.answer.Fail(logging.error());
    request.logging_configuration = *logging;
  }
  if (params.Has("tracingConfiguration")) {
    request.tracing_configuration = TracingText(params);
  }
  if (params.Has("encryptionConfiguration")) {
    engine::Result<std::string> encryption = EncryptionText(params);
    if (!encryption.ok()) return call.answer.Fail(encryption.error());
    request.encryption_configuration = *encryption;
  }
  call.engine->UpdateStateMachine(
      std::move(request), call.at(),
      call.Then<engine::UpdateStateMachineAnswer>([](const auto& answer) {
        std::string body;
        ObjectWriter(&body)
            .NonEmpty("revisionId", answer.revision_id)
            .Time("updateDate", answer.update_date)
            .Close();
        return body;
      }));
}

void ValidateStateMachineDefinition(const Call& call) {
  const Params& params = call.params;
  const bool express = params.View("type") == "EXPRESS";
  const bool warnings = params.View("severity") == "WARNING";
  auto limit = static_cast<size_t>(params.Integer("maxResults", 0));
  if (limit == 0) limit = kDiagnosticsDefault;
  asl::ParseResult parse = asl::ParseDefinition(
      params.View("definition"),
      express ? asl::MachineType::kExpress : asl::MachineType::kStandard);
  std::vector<asl::Diagnostic>& shown = parse.diagnostics;
  if (!warnings) {
    std::erase_if(shown, [](const asl::Diagnostic& d) {
      return d.severity == asl::Severity::kWarning;
    });
  }
  const bool truncated = shown.size() > limit;
  if (truncated) shown.resize(limit);
  std::string body;
  ObjectWriter(&body)
      .List("diagnostics", shown, AppendDiagnostic)
      .String("result", parse.machine ? "OK" : "FAIL")
      .Bool("truncated", truncated)
      .Close();
  call.answer.Ok(body);
}

}  // namespace stepwheel::aws
