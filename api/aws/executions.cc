// StartExecution, DescribeExecution, ListExecutions, StopExecution,
// GetExecutionHistory (reference: api.md 3.3, history-events.md 1).
#include "api/aws/arn.h"
#include "api/aws/operation.h"
#include "api/aws/render.h"

namespace stepwheel::aws {
namespace {

using engine::ApiError;
using engine::ApiErrorCode;
using engine::ExecutionRecord;
using engine::ExecutionStatus;

std::string_view DetailsText(bool included) {
  return included ? R"({"included":true})" : R"({"included":false})";
}

bool IsRedrivable(ExecutionStatus status) {
  return status == ExecutionStatus::kFailed ||
         status == ExecutionStatus::kTimedOut ||
         status == ExecutionStatus::kAborted;
}

// The table of members by status (reference: api.md 3.3).
std::string RenderExecution(const ExecutionRecord& record, bool included) {
  bool timed_out = record.status == ExecutionStatus::kTimedOut;
  bool redrivable = IsRedrivable(record.status);
  std::string_view status = engine::ExecutionStatusName(record.status);
  std::string body;
  ObjectWriter writer(&body);
  if (!timed_out && included) writer.IfSet("cause", record.cause);
  if (!timed_out) writer.IfSet("error", record.error);
  writer.String("executionArn", record.arn);
  if (included) writer.String("input", record.input);
  writer.Json("inputDetails", DetailsText(included))
      .String("name", record.name);
  if (record.output) {
    if (included) writer.String("output", *record.output);
    writer.Json("outputDetails", DetailsText(included));
  }
  writer.Int("redriveCount", record.redrive_count);
  if (record.redrive_date) writer.Time("redriveDate", *record.redrive_date);
  writer.String("redriveStatus", redrivable ? "REDRIVABLE" : "NOT_REDRIVABLE");
  if (!redrivable) {
    writer.String("redriveStatusReason", "Execution is " + std::string(status) +
                                             " and cannot be redriven");
  }
  writer.Time("startDate", record.start_date)
      .NonEmpty("stateMachineAliasArn", record.state_machine_alias_arn)
      .String("stateMachineArn", record.state_machine_arn)
      .NonEmpty("stateMachineVersionArn", record.state_machine_version_arn)
      .String("status", status);
  if (record.stop_date) writer.Time("stopDate", *record.stop_date);
  writer.NonEmpty("traceHeader", record.trace_header).Close();
  return body;
}

void AppendItem(const ExecutionRecord& record, std::string* out) {
  ObjectWriter writer(out);
  writer.String("executionArn", record.arn)
      .String("name", record.name)
      .Int("redriveCount", record.redrive_count);
  if (record.redrive_date) writer.Time("redriveDate", *record.redrive_date);
  writer.Time("startDate", record.start_date)
      .NonEmpty("stateMachineAliasArn", record.state_machine_alias_arn)
      .String("stateMachineArn", record.state_machine_arn)
      .NonEmpty("stateMachineVersionArn", record.state_machine_version_arn)
      .String("status", engine::ExecutionStatusName(record.status));
  if (record.stop_date) writer.Time("stopDate", *record.stop_date);
  writer.Close();
}

// True, and the call is answered, unless ListExecutions was asked for the
// executions of one state machine.
bool RefuseListing(const Call& call) {
  const Params& params = call.params;
  if (params.Has("stateMachineArn") == params.Has("mapRunArn")) {
    call.answer.Fail(
        ApiError{ApiErrorCode::kValidationException,
                 "Exactly one of stateMachineArn and mapRunArn must be "
                 "specified"});
    return true;
  }
  if (params.Has("mapRunArn")) {
    if (!call.Refuse(CheckArn(params.View("mapRunArn"), "mapRun"))) {
      call.answer.Unsupported("ListExecutions with mapRunArn");
    }
    return true;
  }
  if (call.Refuse(CheckArn(params.View("stateMachineArn"), "stateMachine"))) {
    return true;
  }
  if (!params.Has("redriveFilter")) return false;
  call.answer.Fail(ApiError{ApiErrorCode::kValidationException,
                            "redriveFilter can only be set with mapRunArn"});
  return true;
}

}  // namespace

void StartExecution(const Call& call) {
  const Params& params = call.params;
  std::string arn = params.String("stateMachineArn");
  if (call.Refuse(CheckArn(arn, "stateMachine"))) return;
  if (call.Refuse(CheckName(params.View("name")))) return;
  engine::StartExecutionRequest request;
  request.state_machine_arn = std::move(arn);
  request.name = params.Optional("name");
  request.input = params.Optional("input").value_or("{}");
  request.trace_header = params.String("traceHeader");
  call.engine->StartExecution(
      std::move(request), call.at(),
      call.Then<engine::StartExecutionAnswer>([](const auto& answer) {
        std::string body;
        ObjectWriter(&body)
            .String("executionArn", answer.execution_arn)
            .Time("startDate", answer.start_date)
            .Close();
        return body;
      }));
}

void DescribeExecution(const Call& call) {
  std::string arn = call.params.String("executionArn");
  if (call.Refuse(CheckArn(arn, "execution"))) return;
  bool included = call.params.View("includedData") != "METADATA_ONLY";
  call.engine->DescribeExecution(
      std::move(arn), call.at(),
      call.Then<ExecutionRecord>([included](const ExecutionRecord& record) {
        return RenderExecution(record, included);
      }));
}

void ListExecutions(const Call& call) {
  if (RefuseListing(call)) return;
  engine::ListRequest page = PageOf(call.params);
  engine::ListExecutionsRequest request;
  request.state_machine_arn = call.params.String("stateMachineArn");
  request.status_filter =
      engine::ExecutionStatusFromName(call.params.View("statusFilter"));
  request.max_results = page.max_results;
  request.next_token = std::move(page.next_token);
  call.engine->ListExecutions(
      std::move(request), call.at(),
      call.Then<engine::ListExecutionsAnswer>([](const auto& answer) {
        std::string body;
        ObjectWriter(&body)
            .List("executions", answer.executions, AppendItem)
            .IfSet("nextToken", answer.next_token)
            .Close();
        return body;
      }));
}

void StopExecution(const Call& call) {
  std::string arn = call.params.String("executionArn");
  if (call.Refuse(CheckArn(arn, "execution"))) return;
  call.engine->StopExecution(
      {.execution_arn = std::move(arn),
       .error = call.params.Optional("error"),
       .cause = call.params.Optional("cause")},
      call.at(), call.Then<engine::StopExecutionAnswer>([](const auto& answer) {
        std::string body;
        ObjectWriter(&body).Time("stopDate", answer.stop_date).Close();
        return body;
      }));
}

void GetExecutionHistory(const Call& call) {
  std::string arn = call.params.String("executionArn");
  if (call.Refuse(CheckArn(arn, "execution"))) return;
  engine::ListRequest page = PageOf(call.params);
  engine::GetExecutionHistoryRequest request;
  request.execution_arn = std::move(arn);
  request.max_results = page.max_results;
  request.reverse_order = call.params.Boolean("reverseOrder", false);
  request.include_execution_data =
      call.params.Boolean("includeExecutionData", true);
  request.next_token = std::move(page.next_token);
  call.engine->GetExecutionHistory(
      std::move(request), call.at(),
      call.Then<engine::GetExecutionHistoryAnswer>([](const auto& answer) {
        auto append = [](const std::string& event, std::string* out) {
          *out += event;
        };
        std::string body;
        ObjectWriter(&body)
            .List("events", answer.events, append)
            .IfSet("nextToken", answer.next_token)
            .Close();
        return body;
      }));
}

}  // namespace stepwheel::aws
