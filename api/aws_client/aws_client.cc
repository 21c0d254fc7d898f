#include "api/aws_client/aws_client.h"

#include <absl/strings/str_cat.h>

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

const AwsClient::Place& AwsClient::PlaceOf(std::string_view service) {
  auto it = places_.find(service);
  if (it != places_.end()) return it->second;
  Place& place = places_[std::string(service)];
  absl::StatusOr<Endpoint> endpoint = options_.endpoints.For(service);
  place.status = endpoint.status();
  if (!endpoint.ok()) return place;
  std::string why;
  // For() has checked it.
  place.url = http_client::ParseUrl(endpoint->url, &why).value();
  if (options_.is_own_server && options_.is_own_server(place.url)) {
    const ServiceNames names = NamesOf(service);
    place.status = absl::FailedPreconditionError(
        absl::StrCat(endpoint->source, " is '", endpoint->url,
                     "', which is this very server, and it is no ", names.name,
                     ": set AWS_ENDPOINT_URL_", names.variable,
                     " or give --endpoint ", names.name, "=URL"));
  }
  if (place.url.target == "/") place.url.target.clear();
  place.signing_name = NamesOf(service).signing;
  place.is_aws = IsAwsHost(place.url.host);
  return place;
}

absl::Status AwsClient::CanCall(std::string_view service) {
  return PlaceOf(service).status;
}

const absl::StatusOr<Credentials>& AwsClient::CredentialsFor(
    const Place& place) {
  int64_t now = options_.now_ms();
  Kept& kept = kept_[place.is_aws];
  if (kept.until_ms <= now) {
    kept.credentials = FindCredentials(options_.environment, options_.read_file,
                                       place.url.host);
    kept.until_ms = now + kCredentialsKeptMs;
  }
  return kept.credentials;
}

http_client::CallId AwsClient::Start(AwsRequest request,
                                     http_client::Done done) {
  http_client::Request out;
  http_client::Url url;
  absl::Status status = Prepare(request, &url, &out);
  if (status.ok()) {
    return client_->StartAt(std::move(url), std::move(out), std::move(done));
  }
  std::string why(status.message());
  return client_->StartFailed(
      {http_client::FailureKind::kBadRequest, false, why, why, ""},
      std::move(done));
}

absl::Status AwsClient::Prepare(AwsRequest& request, http_client::Url* url,
                                http_client::Request* out) {
  const Place& place = PlaceOf(request.service);
  if (!place.status.ok()) return place.status;
  *url = place.url;
  url->target += request.target;
  // The target came from a task's parameters.
  if (!http_client::IsTarget(url->target)) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", url->target, "': ", http_client::kNoTarget.data()));
  }
  out->method = std::move(request.method);
  out->headers = std::move(request.headers);
  out->body = std::move(request.body);
  out->timeout = request.timeout;
  out->idempotent = request.idempotent;
  const absl::StatusOr<Credentials>& credentials = CredentialsFor(place);
  if (!credentials.ok()) return credentials.status();
  SigningScope scope{std::move(request.region), place.signing_name,
                     options_.now_ms()};
  signer_.Sign(scope, *credentials, *url, out);
  return absl::OkStatus();
}

}  // namespace stepwheel::aws_client
