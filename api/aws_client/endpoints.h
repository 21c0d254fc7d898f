// Where the calls to a service go. Nothing leads to AWS by itself: a service
// whose endpoint nobody configured cannot be called, and the error says which
// variable or flag to set.
#ifndef STEPWHEEL_API_AWS_CLIENT_ENDPOINTS_H_
#define STEPWHEEL_API_AWS_CLIENT_ENDPOINTS_H_

#include <absl/status/statusor.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/aws_client/profile.h"

namespace stepwheel::aws_client {

// A service's names: each part of AWS has its own.
struct ServiceNames {
  std::string name;      // In a Resource: "lambda", "states", "events".
  std::string variable;  // AWS_ENDPOINT_URL_<this>: "LAMBDA", "SFN".
  std::string local;     // Of AWS Step Functions Local: "LAMBDA_ENDPOINT".
  std::string signing;   // In signatures: "lambda", "states".
};
// `service` as in a Resource, `sfn` and such included. Services that are not
// in the table get names by AWS's rule: EC2 from ec2.
ServiceNames NamesOf(std::string_view service);

struct Endpoint {
  std::string url;     // Without a slash at the end.
  std::string source;  // "--endpoint", "AWS_ENDPOINT_URL_LAMBDA", ...
};

class Endpoints {
 public:
  // Takes `SERVICE=URL`, the value of --endpoint. Returns what is wrong with it
  // or "". A later one for the same service wins.
  std::string AddFlag(std::string_view text);

  // Reads the environment and the profile. What is wrong with a value is said
  // by For(), when it would be used, and in Problems().
  void ReadConfiguration(const Environment& environment, const ReadFile& read);

  // The first of: --endpoint SERVICE=URL; AWS_ENDPOINT_URL_<SERVICE>;
  // <SERVICE>_ENDPOINT (AWS Step Functions Local); AWS_ENDPOINT_URL; the
  // profile's `services` section; the profile's endpoint_url.
  // AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true leaves out all but the flag and
  // the third, which is not AWS's SDKs'.
  absl::StatusOr<Endpoint> For(std::string_view service) const;

  // Values that are no URLs, a sentence each.
  std::vector<std::string> Problems() const;

 private:
  struct Value {
    std::string text;
    std::string source;
  };
  // All values for the service in their order, the first one counts.
  std::vector<Value> ValuesFor(const ServiceNames& names) const;
  void AddVariable(const std::string& name, std::vector<Value>* values) const;

  std::map<std::string, std::string> flags_;  // By ServiceNames::variable.
  Environment environment_ = [](std::string_view) { return std::nullopt; };
  Profile profile_;
};

}  // namespace stepwheel::aws_client

#endif  // STEPWHEEL_API_AWS_CLIENT_ENDPOINTS_H_
