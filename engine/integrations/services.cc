// The table itself. Names of errors and clients are those of AWS's recordings
// (reference: asl.md 7) and of its SDKs for Java: version 1 behind optimized
// integrations, version 2 behind aws-sdk:...

#include <algorithm>
#include <array>

#include "engine/integrations/integration.h"

namespace stepwheel::engine {
namespace {

constexpr std::string_view kLambdaErrors[] = {
    "CodeArtifactUserPending",
    "EC2AccessDenied",
    "EC2Throttled",
    "EC2Unexpected",
    "EFSIO",
    "EFSMountConnectivity",
    "EFSMountFailure",
    "EFSMountTimeout",
    "ENILimitReached",
    "InvalidParameterValue",
    "InvalidRequestContent",
    "InvalidRuntime",
    "InvalidSecurityGroupID",
    "InvalidSubnetID",
    "InvalidZipFile",
    "KMSAccessDenied",
    "KMSDisabled",
    "KMSInvalidState",
    "KMSNotFound",
    "RecursiveInvocation",
    "RequestTooLarge",
    "ResourceConflict",
    "ResourceNotFound",
    "ResourceNotReady",
    "Service",
    "SnapStart",
    "SnapStartNotReady",
    "SnapStartTimeout",
    "SubnetIPAddressLimitReached",
    "TooManyRequests",
    "UnsupportedMediaType",
};

constexpr std::string_view kSqsErrors[] = {
    "BatchEntryIdsNotDistinct",
    "BatchRequestTooLong",
    "EmptyBatchRequest",
    "InvalidAddress",
    "InvalidAttributeName",
    "InvalidAttributeValue",
    "InvalidBatchEntryId",
    "InvalidIdFormat",
    "InvalidMessageContents",
    "InvalidSecurity",
    "KmsAccessDenied",
    "KmsDisabled",
    "KmsInvalidKeyUsage",
    "KmsInvalidState",
    "KmsNotFound",
    "KmsOptInRequired",
    "KmsThrottled",
    "MessageNotInflight",
    "OverLimit",
    "PurgeQueueInProgress",
    "QueueDeletedRecently",
    "QueueDoesNotExist",
    "QueueNameExists",
    "ReceiptHandleIsInvalid",
    "RequestThrottled",
    "ResourceNotFound",
    "TooManyEntriesInBatchRequest",
    "UnsupportedOperation",
};

constexpr Service kServices[] = {
    {"lambda", false, Protocol::kLambda, "lambda", "", "Lambda", "AWSLambda",
     "AWSLambdaException", kLambdaErrors},
    {"sqs", false, Protocol::kAwsJson, "sqs", "AmazonSQS", "SQS", "AmazonSQS",
     "AmazonSQSException", kSqsErrors},
    {"states",
     false,
     Protocol::kStepFunctions,
     "states",
     "",
     "StepFunctions",
     "AWSStepFunctions",
     "AWSStepFunctionsException",
     {}},
    {"lambda", true, Protocol::kLambda, "lambda", "", "Lambda", "Lambda",
     "LambdaException", kLambdaErrors},
    {"sqs", true, Protocol::kAwsJson, "sqs", "AmazonSQS", "Sqs", "Sqs",
     "SqsException", kSqsErrors},
    {"sfn",
     true,
     Protocol::kStepFunctions,
     "states",
     "",
     "Sfn",
     "Sfn",
     "SfnException",
     {}},
};

using P = ParameterType;

constexpr Parameter kInvoke[] = {
    {"FunctionName", P::kString, true},
    {"ClientContext", P::kString},
    {"InvocationType", P::kString},
    {"LogType", P::kString},
    {"Payload", P::kJson},
    {"Qualifier", P::kString},
};

constexpr Parameter kSendMessage[] = {
    {"QueueUrl", P::kString, true},          {"DelaySeconds", P::kNumber},
    {"MessageAttributes", P::kObject},       {"MessageBody", P::kJson},
    {"MessageDeduplicationId", P::kString},  {"MessageGroupId", P::kString},
    {"MessageSystemAttributes", P::kObject},
};

constexpr Parameter kStartExecution[] = {
    {"StateMachineArn", P::kString, true},
    {"Input", P::kJson},
    {"Name", P::kString},
    {"TraceHeader", P::kString},
};

struct Row {
  std::string_view service;
  bool aws_sdk;
  Action action;
};
// An aws-sdk service without a row here takes every action.
constexpr Row kActions[] = {
    {"lambda", false, {"invoke", kInvoke}},
    {"sqs", false, {"sendMessage", kSendMessage}},
    {"states", false, {"startExecution", kStartExecution}},
    {"lambda", true, {"invoke", kInvoke}},
};

const Service* FindService(std::string_view name, bool aws_sdk) {
  const auto* found = std::find_if(
      std::begin(kServices), std::end(kServices), [&](const Service& service) {
        return service.name == name && service.aws_sdk == aws_sdk;
      });
  return found == std::end(kServices) ? nullptr : found;
}

bool HasPattern(const Service& service, asl::Resource::Pattern pattern) {
  switch (pattern) {
    case asl::Resource::Pattern::kRequestResponse:
    case asl::Resource::Pattern::kWaitForTaskToken:
      return true;
    case asl::Resource::Pattern::kSync:
    case asl::Resource::Pattern::kSync2:
      return service.protocol == Protocol::kStepFunctions && !service.aws_sdk;
  }
  return false;
}

}  // namespace

std::optional<Integration> FindIntegration(const asl::Resource& resource) {
  const bool function = resource.kind == asl::Resource::Kind::kLambdaFunction;
  if (resource.kind == asl::Resource::Kind::kActivity) return std::nullopt;
  std::string_view name = resource.service;
  std::string_view action = resource.action;
  if (function) {
    name = "lambda";
    action = "invoke";
  }
  const Service* service = FindService(name, resource.aws_sdk);
  if (service == nullptr || !HasPattern(*service, resource.pattern)) {
    return std::nullopt;
  }
  bool listed = false;
  for (const Row& row : kActions) {
    if (row.service != name || row.aws_sdk != resource.aws_sdk) continue;
    listed = true;
    if (row.action.name == action) return Integration{service, &row.action};
  }
  if (listed) return std::nullopt;
  return Integration{service, nullptr};
}

bool StartsExecution(const asl::Resource& resource) {
  if (resource.action != "startExecution") return false;
  const std::optional<Integration> found = FindIntegration(resource);
  return found && found->service->protocol == Protocol::kStepFunctions;
}

}  // namespace stepwheel::engine
