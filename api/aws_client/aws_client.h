// Calls AWS services, or what stands for them here: finds the endpoint, signs,
// and hands the request to the HTTP client. What a service's requests and
// answers look like is its caller's business.
#ifndef STEPWHEEL_API_AWS_CLIENT_AWS_CLIENT_H_
#define STEPWHEEL_API_AWS_CLIENT_AWS_CLIENT_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "api/aws_client/credentials.h"
#include "api/aws_client/endpoints.h"
#include "api/aws_client/sigv4.h"
#include "api/http_client/client.h"
#include "api/http_client/url.h"

namespace stepwheel::aws_client {

struct AwsRequest {
  std::string service;  // As in a Resource: "lambda", "sqs", "states".
  std::string region;
  std::string method = "POST";
  std::string target = "/";  // Path and query below the endpoint, encoded.
  http_client::Headers headers;
  std::string body;
  std::chrono::milliseconds timeout{60'000};
  bool idempotent = false;
};

struct AwsClientOptions {
  Endpoints endpoints;
  Environment environment;
  ReadFile read_file = ReadSmallFile;
  std::function<int64_t()> now_ms;  // Wall time: signatures carry it.
  // Whether that is this very program's server, which serves Step Functions
  // only. Absent: it has none.
  std::function<bool(const http_client::Url&)> is_own_server;
};

class AwsClient {
 public:
  // `client` outlives this.
  AwsClient(http_client::Client* client, AwsClientOptions options);

  // Whether the service has an endpoint; if not, the message says what to set.
  absl::Status CanCall(std::string_view service);
  // Without an endpoint or credentials it ends as a bad request that was not
  // sent.
  http_client::CallId Start(AwsRequest request, http_client::Done done);
  void Cancel(http_client::CallId id) { client_->Cancel(id); }

 private:
  struct Kept {
    absl::StatusOr<Credentials> credentials;
    int64_t until_ms = 0;
  };
  // Where a service is: looked up once, for neither flags nor the environment
  // change while the program runs.
  struct Place {
    absl::Status status;
    http_client::Url url;  // Its target is the endpoint's path, or "".
    std::string signing_name;
    bool is_aws = false;
  };
  const Place& PlaceOf(std::string_view service);
  // `request` with its address and signature.
  absl::Status Prepare(AwsRequest& request, http_client::Url* url,
                       http_client::Request* out);
  const absl::StatusOr<Credentials>& CredentialsFor(const Place& place);

  http_client::Client* client_;
  AwsClientOptions options_;
  Signer signer_;
  std::map<std::string, Place, std::less<>> places_;  // By service.
  std::map<bool, Kept> kept_;                         // By IsAwsHost().
};

}  // namespace stepwheel::aws_client

#endif  // STEPWHEEL_API_AWS_CLIENT_AWS_CLIENT_H_
