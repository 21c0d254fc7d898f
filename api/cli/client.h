// A small blocking client of a running Stepwheel, for the commands that read
// from a server. Plain HTTP to one host, one request a connection.
#ifndef STEPWHEEL_API_CLI_CLIENT_H_
#define STEPWHEEL_API_CLI_CLIENT_H_

#include <optional>
#include <string>

#include "asl/value.h"

namespace stepwheel::cli {

struct ServerRequest {
  std::string method = "POST";
  std::string path = "/";
  std::string headers;  // Lines, each with its CR LF.
  std::string body;
  int timeout_seconds = 30;  // For each write and read; 0: none.
};
struct ServerAnswer {
  int status = 0;
  asl::Value body;
};
// Sends one request; the answer must be JSON. On failure nullopt, and `error`
// says what was tried.
std::optional<ServerAnswer> CallServer(const std::string& endpoint,
                                       const ServerRequest& request,
                                       std::string* error);

// Calls one operation of the AWS API at `endpoint` ("http://127.0.0.1:8083").
// On failure nullopt, and `error` says what was tried and what came back; an
// AWS error reads "ExecutionDoesNotExist: Execution Does Not Exist: ...".
std::optional<asl::Value> CallApi(const std::string& endpoint,
                                  const std::string& operation,
                                  const asl::Value& request,
                                  std::string* error);

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_CLIENT_H_
