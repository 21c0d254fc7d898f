// What Stepwheel knows of the services that a Task can call, as a table: how
// they are spoken to, which parameters they take, how their errors are named
// (reference: asl.md 7). The next service is a row in services.cc.
//
// Pure data and shaping: who sends the request is the Dispatcher's business.
#ifndef STEPWHEEL_ENGINE_INTEGRATIONS_INTEGRATION_H_
#define STEPWHEEL_ENGINE_INTEGRATIONS_INTEGRATION_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "asl/resource.h"
#include "asl/value.h"

namespace stepwheel::engine {

enum class Protocol {
  kStepFunctions,  // This very engine: no request leaves it.
  kLambda,         // POST /2015-03-31/functions/NAME/invocations
  kAwsJson,        // POST / with X-Amz-Target, JSON 1.0
};

// One service in one style: AWS's optimized integration and aws-sdk:... name
// their errors differently, and only the first adds SdkHttpMetadata.
struct Service {
  std::string_view name;  // In the Resource: "sqs", "sfn"
  bool aws_sdk = false;
  Protocol protocol = Protocol::kAwsJson;
  std::string_view endpoint;      // AWS's name in variables and signatures.
  std::string_view target;        // kAwsJson: "AmazonSQS" of X-Amz-Target
  std::string_view error_prefix;  // "SQS" of "SQS.AmazonSQSException"
  std::string_view client;        // "AmazonSQS" of "(Service: AmazonSQS; ..."
  // The name of an error that is none of `errors`: "AmazonSQSException".
  std::string_view other_error;
  // Errors with a name of their own, without a trailing "Exception". Empty: all
  // of them.
  std::span<const std::string_view> errors;
};

enum class ParameterType {
  kString,
  kNumber,
  kObject,
  kJson,  // Any JSON; what is no string is sent as its text.
};

struct Parameter {
  std::string_view name;  // PascalCase, as in the definition.
  ParameterType type = ParameterType::kString;
  bool required = false;
};

struct Action {
  std::string_view name;  // "sendMessage"
  std::span<const Parameter> parameters;
};

// A row found: `action` is absent where the service takes every action and
// checks the parameters itself (aws-sdk:...).
struct Integration {
  const Service* service = nullptr;
  const Action* action = nullptr;
};

// nullopt if Stepwheel has no support for it. A function's ARN is lambda:invoke
// in another shape.
std::optional<Integration> FindIntegration(const asl::Resource& resource);

// states:startExecution in every form: the engine starts the child itself, in
// the commit of its parent.
bool StartsExecution(const asl::Resource& resource);

// What is wrong with the parameters of an optimized integration, in AWS's
// words; the call is then not made (reference: asl.md 7).
std::vector<std::string> ParameterProblems(const asl::Resource& resource,
                                           const asl::Value& parameters);

// The text that a kJson parameter is sent as: a string as it is, anything else
// as JSON; nullopt for null and for a parameter that is not there.
std::optional<std::string> JsonText(const asl::Value* parameter);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_INTEGRATIONS_INTEGRATION_H_
