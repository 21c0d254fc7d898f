// A small blocking client of a running Stepwheel, for the commands that read
// from a server. Plain HTTP to one host, one request a connection.
#ifndef STEPWHEEL_API_CLI_CLIENT_H_
#define STEPWHEEL_API_CLI_CLIENT_H_

#include <optional>
#include <string>

#include "asl/value.h"

namespace stepwheel::cli {

// Calls one operation of the AWS API at `endpoint` ("http://127.0.0.1:8083").
// On failure nullopt, and `error` says what was tried and what came back; an
// AWS error reads "ExecutionDoesNotExist: Execution Does Not Exist: ...".
std::optional<asl::Value> CallApi(const std::string& endpoint,
                                  const std::string& operation,
                                  const asl::Value& request,
                                  std::string* error);

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_CLIENT_H_
