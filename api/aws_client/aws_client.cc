#include "api/aws_client/aws_client.h"

#include <utility>

#include "api/http_client/url.h"

namespace stepwheel::aws_client {
namespace {

// The profile files are read again after this: tools that renew credentials
// write them there.
constexpr int64_t kCredentialsKeptMs = 10'000;

}  // namespace

AwsClient::AwsClient(http_client::Client* client, AwsClientOptions options)
    : client_(client), options_(std::move(options)) {}

absl::Status AwsClient::CanCall(std::string_view service) const {
  return options_.endpoints.For(service).status();
}

const absl::StatusOr<Credentials>& AwsClient::CredentialsFor(
    const std::string& host) {
  int64_t now = options_.now_ms();
  Kept& kept = kept_[IsAwsHost(host)];
  if (kept.until_ms <= now) {
    kept.credentials =
        FindCredentials(options_.environment, options_.read_file, host);
    kept.until_ms = now + kCredentialsKeptMs;
  }
  return kept.credentials;
}

http_client::CallId AwsClient::Start(AwsRequest request,
                                     http_client::Done done) {
  http_client::Request out;
  absl::Status status = Prepare(request, &out);
  if (status.ok()) return client_->Start(std::move(out), std::move(done));
  std::string why(status.message());
  return client_->StartFailed(
      {http_client::FailureKind::kBadRequest, false, why, why, ""},
      std::move(done));
}

absl::Status AwsClient::Prepare(AwsRequest& request,
                                http_client::Request* out) {
  absl::StatusOr<Endpoint> endpoint = options_.endpoints.For(request.service);
  if (!endpoint.ok()) return endpoint.status();
  out->method = std::move(request.method);
  out->url = endpoint->url + request.target;
  out->headers = std::move(request.headers);
  out->body = std::move(request.body);
  out->timeout = request.timeout;
  out->idempotent = request.idempotent;
  std::string why;
  std::optional<http_client::Url> url = http_client::ParseUrl(out->url, &why);
  // The target came from a task's parameters.
  if (!url) return absl::InvalidArgumentError("'" + out->url + "': " + why);
  const absl::StatusOr<Credentials>& credentials = CredentialsFor(url->host);
  if (!credentials.ok()) return credentials.status();
  SigningScope scope{std::move(request.region),
                     NamesOf(request.service).signing, options_.now_ms()};
  signer_.Sign(scope, *credentials, out);
  return absl::OkStatus();
}

}  // namespace stepwheel::aws_client
