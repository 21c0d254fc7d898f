// Resource is the parsed ARN of a Task's Resource field: an activity, a Lambda
// function, or a service integration with its action and pattern (reference:
// asl.md 7). Every form that AWS knows parses; what Stepwheel can call is
// another question, answered when the task runs.
#ifndef STEPWHEEL_ASL_RESOURCE_H_
#define STEPWHEEL_ASL_RESOURCE_H_

#include <optional>
#include <string>
#include <string_view>

namespace stepwheel::asl {

struct Resource {
  enum class Kind { kActivity, kLambdaFunction, kService };
  enum class Pattern { kRequestResponse, kSync, kSync2, kWaitForTaskToken };

  Kind kind = Kind::kService;
  std::string arn;  // As written.
  // kService only, as history shows them (history-events.md 2):
  std::string resource;       // "invoke.waitForTaskToken", "sendMessage"
  std::string resource_type;  // "lambda", "sqs", "aws-sdk:s3"
  std::string service;        // "lambda", "sqs", "s3"
  std::string action;         // "invoke", "sendMessage"
  bool aws_sdk = false;
  Pattern pattern = Pattern::kRequestResponse;

  // Whether its task has a task token and is answered after TaskSubmitted.
  bool takes_token() const { return pattern != Pattern::kRequestResponse; }
};

// nullopt if the text is no Resource AWS accepts by form; `error` says why.
std::optional<Resource> ParseResource(std::string_view text,
                                      std::string* error);

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_RESOURCE_H_
