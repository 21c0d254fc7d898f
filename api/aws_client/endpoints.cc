#include "api/aws_client/endpoints.h"

#include <absl/status/status.h>
#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>

#include <algorithm>
#include <array>
#include <span>

#include "api/http_client/url.h"

namespace stepwheel::aws_client {
namespace {

struct Row {
  std::string_view name;
  std::string_view other_name;  // The SDKs' or the command line's.
  std::string_view variable;
  std::string_view local;
  std::string_view signing;
};

// Services whose names differ, or that AWS Step Functions Local has a variable
// for. The names of the variables are the SDKs' service ids.
constexpr std::array<Row, 16> kRows = {{
    {"lambda", "", "LAMBDA", "LAMBDA_ENDPOINT", "lambda"},
    {"sqs", "", "SQS", "SQS_ENDPOINT", "sqs"},
    {"sns", "", "SNS", "SNS_ENDPOINT", "sns"},
    {"states", "sfn", "SFN", "STEP_FUNCTIONS_ENDPOINT", "states"},
    {"states", "stepfunctions", "SFN", "STEP_FUNCTIONS_ENDPOINT", "states"},
    {"dynamodb", "", "DYNAMODB", "DYNAMODB_ENDPOINT", "dynamodb"},
    {"events", "eventbridge", "EVENTBRIDGE", "", "events"},
    {"batch", "", "BATCH", "BATCH_ENDPOINT", "batch"},
    {"ecs", "", "ECS", "ECS_ENDPOINT", "ecs"},
    {"glue", "", "GLUE", "GLUE_ENDPOINT", "glue"},
    {"sagemaker", "", "SAGEMAKER", "SAGE_MAKER_ENDPOINT", "sagemaker"},
    {"apigateway", "", "API_GATEWAY", "", "execute-api"},
    {"elasticmapreduce", "emr", "EMR", "", "elasticmapreduce"},
    {"logs", "cloudwatchlogs", "CLOUDWATCH_LOGS", "", "logs"},
    {"bedrock", "", "BEDROCK", "", "bedrock"},
    {"s3", "", "S3", "", "s3"},
}};

absl::string_view View(std::string_view text) {
  return {text.data(), text.size()};
}

std::string Upper(std::string_view name) {
  std::string text = absl::AsciiStrToUpper(View(name));
  for (char& c : text) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return text;
}

// "" if `url` can be an endpoint.
std::string EndpointProblem(std::string_view url) {
  std::string why;
  std::optional<http_client::Url> parsed = http_client::ParseUrl(url, &why);
  if (!parsed) return why;
  if (parsed->target.find('?') != std::string::npos) {
    return "an endpoint has no query";
  }
  return "";
}

std::string WithoutSlash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

ServiceNames NamesOf(std::string_view service) {
  std::string name = absl::AsciiStrToLower(View(service));
  for (const Row& row : kRows) {
    if (name != row.name && name != row.other_name) continue;
    return {std::string(row.name), std::string(row.variable),
            std::string(row.local), std::string(row.signing)};
  }
  return {name, Upper(name), "", name};
}

std::string Endpoints::AddFlag(std::string_view text) {
  size_t equals = text.find('=');
  if (equals == 0 || equals == std::string_view::npos) {
    return "expected SERVICE=URL, such as lambda=http://127.0.0.1:3001";
  }
  std::string_view url = text.substr(equals + 1);
  std::string_view service = text.substr(0, equals);
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
  if (service.find_first_not_of(kLetters) != std::string_view::npos) {
    return "expected a service such as lambda before the '='";
  }
  std::string problem = EndpointProblem(url);
  if (!problem.empty()) return problem;
  flags_[NamesOf(service).variable] = std::string(url);
  return "";
}

void Endpoints::ReadConfiguration(const Environment& environment,
                                  const ReadFile& read) {
  environment_ = environment;
  profile_ = ReadProfile(environment, read);
}

void Endpoints::AddVariable(const std::string& name,
                            std::vector<Value>* values) const {
  std::optional<std::string> value = environment_(name);
  if (value && !value->empty()) values->push_back({*value, name});
}

std::vector<Endpoints::Value> Endpoints::ValuesFor(
    const ServiceNames& names) const {
  std::vector<Value> values;
  if (auto it = flags_.find(names.variable); it != flags_.end()) {
    values.push_back({it->second, "--endpoint"});
  }
  std::string ignore = absl::AsciiStrToLower(
      environment_("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").value_or(""));
  bool sdk = ignore != "true";
  if (sdk) AddVariable("AWS_ENDPOINT_URL_" + names.variable, &values);
  if (!names.local.empty()) AddVariable(names.local, &values);
  if (!sdk) return values;
  AddVariable("AWS_ENDPOINT_URL", &values);
  std::string of_service =
      absl::AsciiStrToLower(names.variable) + ".endpoint_url";
  std::string where =
      " of the profile '" + profile_.name + "' in " + profile_.config_path;
  if (auto it = profile_.services.find(of_service);
      it != profile_.services.end()) {
    values.push_back({it->second, "endpoint_url of the services" + where});
  }
  if (std::string url = profile_.Get("endpoint_url"); !url.empty()) {
    values.push_back({std::move(url), "endpoint_url" + where});
  }
  return values;
}

absl::StatusOr<Endpoint> Endpoints::For(std::string_view service) const {
  ServiceNames names = NamesOf(service);
  std::vector<Value> values = ValuesFor(names);
  if (values.empty()) {
    std::string or_local = names.local.empty() ? "" : ", " + names.local;
    return absl::NotFoundError(absl::StrCat(
        "no endpoint is configured for ", names.name, ": set AWS_ENDPOINT_URL_",
        names.variable, or_local, " or AWS_ENDPOINT_URL, or give --endpoint ",
        names.name, "=URL"));
  }
  const Value& first = values.front();
  std::string problem = EndpointProblem(first.text);
  if (!problem.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(first.source, " is '", first.text, "': ", problem));
  }
  return Endpoint{WithoutSlash(first.text), first.source};
}

std::vector<std::string> Endpoints::Problems() const {
  std::vector<std::string> problems;
  for (const Row& row : kRows) {
    absl::StatusOr<Endpoint> endpoint = For(row.name);
    if (!absl::IsInvalidArgument(endpoint.status())) continue;
    std::string problem(endpoint.status().message());
    // AWS_ENDPOINT_URL would be named once for each service.
    if (std::count(problems.begin(), problems.end(), problem) == 0) {
      problems.push_back(std::move(problem));
    }
  }
  return problems;
}

}  // namespace stepwheel::aws_client
