#include "api/calls/http_sender.h"

#include <cctype>
#include <utility>
#include <variant>

namespace stepwheel::calls {
namespace {

// "Unable to execute HTTP request: " goes before it; AWS's own words where a
// recording has them.
std::string ReasonOf(const http_client::Failure& failure) {
  if (failure.kind == http_client::FailureKind::kNoHost) {
    return failure.host + ": Name or service not known";
  }
  return failure.message;
}

}  // namespace

bool HttpSender::CanSend(std::string_view service, std::string* why) {
  return endpoint_(service, why).has_value();
}

uint64_t HttpSender::Send(ServiceRequest request,
                          std::function<void(SendResult)> done) {
  std::string why;
  // Nothing set any more since CanSend(): the client says what is wrong.
  std::string url = endpoint_(request.service, &why).value_or("");
  while (url.ends_with('/')) url.pop_back();
  http_client::Request out;
  out.method = std::move(request.method);
  out.url = url + request.target;
  out.headers = std::move(request.headers);
  out.body = std::move(request.body);
  out.timeout = request.timeout;
  return client_->Start(
      std::move(out), [done = std::move(done)](http_client::Result result) {
        if (auto* response = std::get_if<http_client::Response>(&result)) {
          return done(ServiceResponse{response->status,
                                      std::move(response->headers),
                                      std::move(response->body)});
        }
        const auto& failure = std::get<http_client::Failure>(result);
        done(SendFailure{ReasonOf(failure),
                         failure.kind == http_client::FailureKind::kTooLarge});
      });
}

void HttpSender::Cancel(uint64_t id) { client_->Cancel(id); }

HttpSender::Endpoint EndpointsFromEnvironment(http_client::Environment read) {
  return
      [read = std::move(read)](std::string_view service,
                               std::string* why) -> std::optional<std::string> {
        std::string upper;
        for (char c : service) {
          upper.push_back(
              static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
        }
        const std::string first = "AWS_ENDPOINT_URL_" + upper;
        const std::string last = upper + "_ENDPOINT";
        for (const std::string& name :
             {first, std::string("AWS_ENDPOINT_URL"), last}) {
          std::optional<std::string> value = read(name);
          if (value && !value->empty()) return value;
        }
        *why = "no endpoint is known for " + std::string(service) + "; set " +
               first + " (or AWS_ENDPOINT_URL, " + last + ").";
        return std::nullopt;
      };
}

}  // namespace stepwheel::calls
