// CreateStateMachine, DescribeStateMachine, DescribeStateMachineForExecution,
// ListStateMachines, DeleteStateMachine (reference: api.md 3.1).
#include "api/aws/arn.h"
#include "api/aws/configurations.h"
#include "api/aws/operation.h"
#include "api/aws/render.h"

namespace stepwheel::aws {
namespace {

using engine::ApiError;
using engine::ApiErrorCode;
using engine::StateMachineRecord;

std::string_view Or(std::string_view text, std::string_view otherwise) {
  return text.empty() ? otherwise : text;
}

// True, and the call is answered, if a tag is refused.
bool RefuseTags(const Call& call) {
  bool reserved = false;
  if (call.Refuse(CheckTags(call.params, &reserved))) return true;
  if (reserved) {
    call.answer.Fail(
        FormOf(ProtocolError::kAccessDenied),
        "Caller is an end user and not allowed to mutate system tags");
  }
  return reserved;
}

// True, and the call is answered, if the versions that were asked for cannot
// be made.
bool RefusePublish(const Call& call) {
  if (call.params.Boolean("publish", false)) {
    call.answer.Unsupported("CreateStateMachine with publish");
    return true;
  }
  if (!call.params.Has("versionDescription")) return false;
  call.answer.Fail(
      ApiError{ApiErrorCode::kValidationException,
               "Version description can only be set when publish is true"});
  return true;
}

using References =
    std::vector<std::pair<std::string, std::vector<std::string>>>;

std::string RenderReferences(const References& references) {
  std::string text;
  ObjectWriter writer(&text);
  for (const auto& [state, names] : references) {
    writer.List(state, names, [](const std::string& name, std::string* out) {
      asl::AppendJsonString(name, out);
    });
  }
  writer.Close();
  return text;
}

// DescribeStateMachine and, with `pinned`, DescribeStateMachineForExecution:
// members in alphabetical order, as AWS sends them.
std::string RenderStateMachine(const engine::DescribeStateMachineAnswer& answer,
                               bool metadata_only, bool pinned) {
  const StateMachineRecord& record = answer.record;
  std::string body;
  ObjectWriter writer(&body);
  if (!pinned) writer.Time("creationDate", record.creation_date);
  writer.String("definition", metadata_only ? "{}" : answer.definition)
      .Json("encryptionConfiguration",
            Or(record.encryption_configuration, kDefaultEncryption))
      .Json("loggingConfiguration",
            Or(record.logging_configuration, kDefaultLogging))
      .String("name", record.name)
      .NonEmpty("revisionId", record.revision_id)
      .String("roleArn", record.role_arn)
      .String("stateMachineArn", record.arn);
  if (!pinned) writer.String("status", record.status);
  writer.Json("tracingConfiguration",
              Or(record.tracing_configuration, kDefaultTracing));
  if (pinned) {
    writer.Time("updateDate", record.update_date);
  } else {
    writer.String("type", record.type);
  }
  if (!answer.variable_references.empty() && !metadata_only) {
    writer.Json("variableReferences",
                RenderReferences(answer.variable_references));
  }
  writer.Close();
  return body;
}

void AppendItem(const StateMachineRecord& record, std::string* out) {
  ObjectWriter(out)
      .Time("creationDate", record.creation_date)
      .String("name", record.name)
      .String("stateMachineArn", record.arn)
      .String("type", record.type)
      .Close();
}

}  // namespace

void CreateStateMachine(const Call& call) {
  const Params& params = call.params;
  if (call.Refuse(CheckName(params.View("name")))) return;
  if (call.Refuse(CheckRoleArn(params.View("roleArn")))) return;
  if (RefusePublish(call) || RefuseTags(call)) return;
  engine::Result<std::string> logging = LoggingText(params);
  if (!logging.ok()) return call.answer.Fail(logging.error());
  engine::Result<std::string> encryption = EncryptionText(params);
  if (!encryption.ok()) return call.answer.Fail(encryption.error());

  engine::CreateStateMachineRequest request;
  request.name = params.String("name");
  request.definition = params.String("definition");
  request.role_arn = params.String("roleArn");
  request.type = params.Optional("type").value_or("STANDARD");
  request.logging_configuration = *logging;
  request.tracing_configuration = TracingText(params);
  request.encryption_configuration = *encryption;
  call.engine->CreateStateMachine(
      std::move(request), call.at(),
      call.Then<engine::CreateStateMachineAnswer>([](const auto& answer) {
        std::string body;
        ObjectWriter(&body)
            .Time("creationDate", answer.creation_date)
            .String("stateMachineArn", answer.state_machine_arn)
            .Close();
        return body;
      }));
}

void DescribeStateMachine(const Call& call) {
  std::string arn = call.params.String("stateMachineArn");
  if (call.Refuse(CheckArn(arn, "stateMachine"))) return;
  bool metadata_only = call.params.View("includedData") == "METADATA_ONLY";
  call.engine->DescribeStateMachine(
      std::move(arn), call.at(),
      call.Then<engine::DescribeStateMachineAnswer>(
          [metadata_only](const auto& answer) {
            return RenderStateMachine(answer, metadata_only, false);
          }));
}

void DescribeStateMachineForExecution(const Call& call) {
  std::string arn = call.params.String("executionArn");
  if (call.Refuse(CheckArn(arn, "execution"))) return;
  const bool metadata_only =
      call.params.View("includedData") == "METADATA_ONLY";
  call.engine->DescribeStateMachineForExecution(
      std::move(arn), call.at(),
      call.Then<engine::DescribeStateMachineAnswer>(
          [metadata_only](const auto& answer) {
            return RenderStateMachine(answer, metadata_only, true);
          }));
}

void ListStateMachines(const Call& call) {
  call.engine->ListStateMachines(
      PageOf(call.params), call.at(),
      call.Then<engine::ListStateMachinesAnswer>([](const auto& answer) {
        std::string body;
        ObjectWriter(&body)
            .IfSet("nextToken", answer.next_token)
            .List("stateMachines", answer.state_machines, AppendItem)
            .Close();
        return body;
      }));
}

void DeleteStateMachine(const Call& call) {
  std::string arn = call.params.String("stateMachineArn");
  if (call.Refuse(CheckArn(arn, "stateMachine"))) return;
  if (IsLabelled(arn)) {
    return call.answer.Fail(ApiError{ApiErrorCode::kValidationException,
                                     "DeleteStateMachine does not support "
                                     "labelled state machine ARNs: '" +
                                         arn + "'"});
  }
  call.engine->DeleteStateMachine(std::move(arn), call.at(),
                                  call.ThenNothing());
}

}  // namespace stepwheel::aws
