#include "api/aws/operation.h"

#include <algorithm>
#include <utility>

namespace stepwheel::aws {
namespace {

// --- Parameters (reference: api.md appendix A) ------------------------------

constexpr int64_t kArnMax = 256;
constexpr int64_t kLongArnMax = 2000;
constexpr int64_t kNameMax = 80;
constexpr int64_t kDefinitionMax = 1'048'576;
constexpr int64_t kDataMax = 262'144;  // Bytes as UTF-8 (quotas.md 1).
constexpr int64_t kErrorMax = 256;
constexpr int64_t kCauseMax = 32'768;
constexpr int64_t kTokenMax = 2048;
constexpr int64_t kPageTokenMax = 1024;
constexpr int64_t kExecutionsPageTokenMax = 3096;

constexpr Pattern kAscii = {"\\p{ASCII}*", [](std::string_view text) {
                              return std::all_of(
                                  text.begin(), text.end(), [](char c) {
                                    return static_cast<unsigned char>(c) < 0x80;
                                  });
                            }};

constexpr std::string_view kTypes[] = {"STANDARD", "EXPRESS"};
constexpr std::string_view kSeverities[] = {"ERROR", "WARNING"};
constexpr std::string_view kLevels[] = {"ALL", "ERROR", "FATAL", "OFF"};
constexpr std::string_view kIncludedData[] = {"ALL_DATA", "METADATA_ONLY"};
constexpr std::string_view kRedriveFilters[] = {"REDRIVEN", "NOT_REDRIVEN"};
constexpr std::string_view kEncryptionTypes[] = {"AWS_OWNED_KEY",
                                                 "CUSTOMER_MANAGED_KMS_KEY"};
// In the order AWS prints them.
constexpr std::string_view kStatuses[] = {"SUCCEEDED",       "TIMED_OUT",
                                          "PENDING_REDRIVE", "ABORTED",
                                          "FAILED",          "RUNNING"};

constexpr Member kLogGroup[] = {Text("logGroupArn", 1, kArnMax)};
constexpr Member kDestination[] = {
    Structure("cloudWatchLogsLogGroup", "CloudWatchLogsLogGroup", kLogGroup)};
constexpr Member kDestinationElement =
    Structure("member", "LogDestination", kDestination);
constexpr Member kLogging[] = {OneOf("level", kLevels),
                               Boolean("includeExecutionData"),
                               List("destinations", &kDestinationElement)};
constexpr Member kTracing[] = {Boolean("enabled")};
constexpr Member kEncryption[] = {
    Text("kmsKeyId", 1, 2048), Integer("kmsDataKeyReusePeriodSeconds", 60, 900),
    OneOf("type", kEncryptionTypes).Required()};
constexpr Member kTag[] = {Text("key", 1, 128), Text("value", 0, 256)};
constexpr Member kTagElement = Structure("member", "Tag", kTag);

constexpr Member kTags = List("tags", &kTagElement);
constexpr Member kEncryptionConfiguration = Structure(
    "encryptionConfiguration", "EncryptionConfiguration", kEncryption);
constexpr Member kStateMachineArn =
    Text("stateMachineArn", 1, kArnMax).Required();
constexpr Member kExecutionArn = Text("executionArn", 1, kArnMax).Required();
constexpr Member kActivityArn = Text("activityArn", 1, kArnMax).Required();
constexpr Member kTaskToken = Text("taskToken", 1, kTokenMax).Required();
constexpr Member kMaxResults = Integer("maxResults", 0, 1000);
constexpr Member kNextToken = Text("nextToken", 1, kPageTokenMax);
constexpr Member kIncluded = OneOf("includedData", kIncludedData);
constexpr Member kError = Text("error", 0, kErrorMax).Sensitive();
constexpr Member kCause = Text("cause", 0, kCauseMax).Sensitive();

constexpr Member kCreateStateMachine[] = {
    Text("name", 1, kNameMax).Required(),
    Text("definition", 1, kDefinitionMax).Required().Sensitive(),
    Text("roleArn", 1, kArnMax).Required(),
    OneOf("type", kTypes),
    Structure("loggingConfiguration", "LoggingConfiguration", kLogging),
    kTags,
    Structure("tracingConfiguration", "TracingConfiguration", kTracing),
    Boolean("publish"),
    Text("versionDescription", kNoLimit, 256).Sensitive(),
    kEncryptionConfiguration};
constexpr Member kUpdateStateMachine[] = {
    kStateMachineArn,
    Text("definition", 1, kDefinitionMax).Sensitive(),
    Text("roleArn", 1, kArnMax),
    Structure("loggingConfiguration", "LoggingConfiguration", kLogging),
    Structure("tracingConfiguration", "TracingConfiguration", kTracing),
    Boolean("publish"),
    Text("versionDescription", kNoLimit, 256).Sensitive(),
    kEncryptionConfiguration};
constexpr Member kValidate[] = {
    Text("definition", 1, kDefinitionMax).Required().Sensitive(),
    OneOf("type", kTypes), OneOf("severity", kSeverities),
    Integer("maxResults", 0, 100)};
constexpr Member kDescribeStateMachine[] = {kStateMachineArn, kIncluded};
constexpr Member kDeleteStateMachine[] = {kStateMachineArn};
constexpr Member kList[] = {kMaxResults, kNextToken};
constexpr Member kStartExecution[] = {
    kStateMachineArn, Text("name", 1, kNameMax),
    Text("input", kNoLimit, kDataMax).Sensitive().InBytes(),
    Text("traceHeader", 0, 256).Matching(&kAscii)};
constexpr Member kDescribeExecution[] = {kExecutionArn, kIncluded};
constexpr Member kListExecutions[] = {
    Text("stateMachineArn", 1, kArnMax),
    OneOf("statusFilter", kStatuses),
    kMaxResults,
    Text("nextToken", 1, kExecutionsPageTokenMax),
    Text("mapRunArn", 1, kLongArnMax),
    OneOf("redriveFilter", kRedriveFilters)};
constexpr Member kStopExecution[] = {kExecutionArn, kError, kCause};
constexpr Member kGetExecutionHistory[] = {kExecutionArn, kMaxResults,
                                           Boolean("reverseOrder"), kNextToken,
                                           Boolean("includeExecutionData")};
constexpr Member kCreateActivity[] = {Text("name", 1, kNameMax).Required(),
                                      kTags, kEncryptionConfiguration};
constexpr Member kActivity[] = {kActivityArn};
constexpr Member kGetActivityTask[] = {kActivityArn,
                                       Text("workerName", 1, kNameMax)};
constexpr Member kSendTaskSuccess[] = {
    kTaskToken,
    Text("output", kNoLimit, kDataMax).Required().Sensitive().InBytes()};
constexpr Member kSendTaskFailure[] = {kTaskToken, kError, kCause};
constexpr Member kSendTaskHeartbeat[] = {kTaskToken};

// In order of name.
constexpr Operation kOperations[] = {
    {"CreateActivity", kCreateActivity, CreateActivity},
    {"CreateStateMachine", kCreateStateMachine, CreateStateMachine},
    {"CreateStateMachineAlias", {}},
    {"DeleteActivity", kActivity, DeleteActivity},
    {"DeleteStateMachine", kDeleteStateMachine, DeleteStateMachine},
    {"DeleteStateMachineAlias", {}},
    {"DeleteStateMachineVersion", {}},
    {"DescribeActivity", kActivity, DescribeActivity},
    {"DescribeExecution", kDescribeExecution, DescribeExecution},
    {"DescribeMapRun", {}},
    {"DescribeStateMachine", kDescribeStateMachine, DescribeStateMachine},
    {"DescribeStateMachineAlias", {}},
    {"DescribeStateMachineForExecution", kDescribeExecution,
     DescribeStateMachineForExecution},
    {"GetActivityTask", kGetActivityTask, GetActivityTask},
    {"GetExecutionHistory", kGetExecutionHistory, GetExecutionHistory},
    {"ListActivities", kList, ListActivities},
    {"ListExecutions", kListExecutions, ListExecutions},
    {"ListMapRuns", {}},
    {"ListStateMachineAliases", {}},
    {"ListStateMachineVersions", {}},
    {"ListStateMachines", kList, ListStateMachines},
    {"ListTagsForResource", {}},
    {"PublishStateMachineVersion", {}},
    {"RedriveExecution", {}},
    {"SendTaskFailure", kSendTaskFailure, SendTaskFailure},
    {"SendTaskHeartbeat", kSendTaskHeartbeat, SendTaskHeartbeat},
    {"SendTaskSuccess", kSendTaskSuccess, SendTaskSuccess},
    {"StartExecution", kStartExecution, StartExecution},
    {"StartSyncExecution", {}},
    {"StopExecution", kStopExecution, StopExecution},
    {"TagResource", {}},
    {"TestState", {}},
    {"UntagResource", {}},
    {"UpdateMapRun", {}},
    {"UpdateStateMachine", kUpdateStateMachine, UpdateStateMachine},
    {"UpdateStateMachineAlias", {}},
    {"ValidateStateMachineDefinition", kValidate,
     ValidateStateMachineDefinition},
};
static_assert(std::size(kOperations) == 37);

constexpr int64_t kPageDefault = 100;

}  // namespace

void Answer::Ok(std::string_view body) const {
  responder_.SendCanned(id_.view(), body);
  if (log_ == nullptr || !*log_) return;
  (*log_)({.operation = operation_, .request_id = id_.view()});
}

void Answer::Fail(const engine::ApiError& error) const {
  Fail(FormOf(error.code), error.message);
}

void Answer::Fail(const ErrorForm& form, std::string_view message) const {
  http::Response response;
  response.status = form.status;
  response.request_id = std::string(id_.view());
  response.body = RenderError(form, message);
  responder_.Send(std::move(response));
  if (log_ == nullptr || !*log_) return;
  (*log_)({.operation = operation_,
           .request_id = id_.view(),
           .error_code = form.code(),
           .message = message,
           .status = form.status});
}

void Answer::Unsupported(std::string_view what) const {
  Fail(FormOf(ProtocolError::kUnsupportedOperation),
       "not supported by Stepwheel yet: " + std::string(what));
}

std::span<const Operation> Operations() { return kOperations; }

const Operation* FindOperation(std::string_view name) {
  auto it = std::lower_bound(
      std::begin(kOperations), std::end(kOperations), name,
      [](const Operation& op, std::string_view n) { return op.name < n; });
  return it != std::end(kOperations) && it->name == name ? &*it : nullptr;
}

engine::ListRequest PageOf(const Params& params) {
  int64_t size = params.Integer("maxResults", 0);
  return {.max_results = static_cast<int>(size == 0 ? kPageDefault : size),
          .next_token = params.String("nextToken")};
}

}  // namespace stepwheel::aws
