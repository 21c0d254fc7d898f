#include "api/calls/http_sender.h"

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
  absl::Status status = client_->CanCall(service);
  if (!status.ok()) *why = std::string(status.message()) + ".";
  return status.ok();
}

uint64_t HttpSender::Send(ServiceRequest request,
                          std::function<void(SendResult)> done) {
  aws_client::AwsRequest out;
  out.service = std::move(request.service);
  out.region = region_;
  out.method = std::move(request.method);
  out.target = std::move(request.target);
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

}  // namespace stepwheel::calls
