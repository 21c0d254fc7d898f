#include "asl/resource.h"

#include <algorithm>
#include <vector>

namespace stepwheel::asl {
namespace {

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlnum(char c) {
  return IsLower(c) || IsDigit(c) || (c >= 'A' && c <= 'Z');
}

template <class Test>
bool All(std::string_view text, Test test) {
  return !text.empty() && std::all_of(text.begin(), text.end(), test);
}

// "lambda", "aws-sdk", "emr-containers".
bool IsServiceName(std::string_view text) {
  return All(text, [](char c) { return IsLower(c) || IsDigit(c) || c == '-'; });
}

// Service actions are written in camelCase: "sendMessage".
bool IsActionName(std::string_view text) {
  return All(text, IsAlnum) && IsLower(text.front());
}

bool IsPartition(std::string_view text) {
  return text.starts_with("aws") && IsServiceName(text);
}

// "arn:aws:lambda:us-east-1:123456789012:function:name:alias" in its parts.
std::vector<std::string_view> Split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t colon = text.find(':');
    parts.push_back(text.substr(0, colon));
    if (colon == std::string_view::npos) return parts;
    text.remove_prefix(colon + 1);
  }
}

struct Suffix {
  std::string_view text;
  Resource::Pattern pattern;
};
constexpr Suffix kSuffixes[] = {
    {".sync:2", Resource::Pattern::kSync2},
    {".sync", Resource::Pattern::kSync},
    {".waitForTaskToken", Resource::Pattern::kWaitForTaskToken}};

// Services that never have the pattern, as AWS answers; others may have it for
// some action (reference: asl.md 7 gives the lists as approximate).
constexpr std::string_view kNoSync[] = {"lambda",   "sns",    "sqs",
                                        "dynamodb", "events", "apigateway",
                                        "aws-sdk",  "http"};
constexpr std::string_view kNoToken[] = {
    "athena",         "batch",          "codebuild", "elasticmapreduce",
    "emr-containers", "emr-serverless", "glue",      "databrew",
    "mediaconvert",   "sagemaker",      "dynamodb",  "http"};

template <size_t N>
bool Contains(const std::string_view (&list)[N], std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

bool HasPattern(std::string_view integration, Resource::Pattern pattern) {
  switch (pattern) {
    case Resource::Pattern::kRequestResponse:
      return true;
    case Resource::Pattern::kSync:
      return !Contains(kNoSync, integration);
    case Resource::Pattern::kSync2:
      return integration == "states";
    case Resource::Pattern::kWaitForTaskToken:
      return !Contains(kNoToken, integration);
  }
  return false;
}

// `task` is what follows "arn:aws:states:::": "sqs:sendMessage",
// "aws-sdk:s3:getObject", "states:startExecution.sync:2".
std::optional<Resource> ParseIntegration(std::string_view task) {
  Resource result;
  const size_t colon = task.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view integration = task.substr(0, colon);
  std::string_view rest = task.substr(colon + 1);
  result.aws_sdk = integration == "aws-sdk";
  result.service = std::string(integration);
  result.resource_type = std::string(integration);
  if (result.aws_sdk) {
    const size_t next = rest.find(':');
    if (next == std::string_view::npos) return std::nullopt;
    result.service = std::string(rest.substr(0, next));
    result.resource_type += ":" + result.service;
    rest.remove_prefix(next + 1);
  }
  result.resource = std::string(rest);
  for (const Suffix& suffix : kSuffixes) {
    if (!rest.ends_with(suffix.text)) continue;
    result.pattern = suffix.pattern;
    rest.remove_suffix(suffix.text.size());
    break;
  }
  result.action = std::string(rest);
  if (!IsServiceName(result.service) || !IsActionName(rest) ||
      !HasPattern(integration, result.pattern)) {
    return std::nullopt;
  }
  return result;
}

bool IsRegionAndAccount(std::string_view region, std::string_view account) {
  return IsServiceName(region) && account.size() == 12 && All(account, IsDigit);
}

bool IsFunctionName(std::string_view text) {
  return All(text, [](char c) { return IsAlnum(c) || c == '-' || c == '_'; });
}

// ":version" (digits or $LATEST) or ":alias".
bool IsQualifier(std::string_view text) {
  return text == "$LATEST" || IsFunctionName(text);
}

// Activity names exclude blanks, brackets, wildcards and some signs (api.md 2).
bool IsActivityName(std::string_view text) {
  return !text.empty() &&
         text.find_first_of(" \t\r\n<>{}[]?*\"#%\\^|~`$&,;:/") ==
             std::string_view::npos;
}

}  // namespace

std::optional<Resource> ParseResource(std::string_view text,
                                      std::string* error) {
  const std::vector<std::string_view> parts = Split(text);
  *error = "Value is not a valid resource ARN";
  if (parts.size() < 6 || parts[0] != "arn" || !IsPartition(parts[1])) {
    return std::nullopt;
  }
  const bool located = IsRegionAndAccount(parts[3], parts[4]);
  Resource result;
  if (parts[2] == "lambda" && located && parts[5] == "function" &&
      (parts.size() == 7 || (parts.size() == 8 && IsQualifier(parts[7]))) &&
      IsFunctionName(parts[6])) {
    result.kind = Resource::Kind::kLambdaFunction;
  } else if (parts[2] == "states" && located && parts[5] == "activity" &&
             parts.size() == 7 && IsActivityName(parts[6])) {
    result.kind = Resource::Kind::kActivity;
  } else if (parts[2] == "states" && parts[3].empty() && parts[4].empty()) {
    std::optional<Resource> service =
        ParseIntegration(text.substr(parts[5].data() - text.data()));
    if (!service) {
      *error =
          "The resource provided " + std::string(text) + " is not recognized";
      return std::nullopt;
    }
    result = std::move(*service);
  } else {
    return std::nullopt;
  }
  error->clear();
  result.arn = std::string(text);
  return result;
}

}  // namespace stepwheel::asl
