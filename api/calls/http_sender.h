// HttpSender is the Sender of `serve` and `run`: it puts a request together
// with the service's address, signs it, and hands it to the HTTP client.
#ifndef STEPWHEEL_API_CALLS_HTTP_SENDER_H_
#define STEPWHEEL_API_CALLS_HTTP_SENDER_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "api/calls/sender.h"
#include "api/http_client/client.h"

namespace stepwheel::calls {

class HttpSender : public Sender {
 public:
  // The URL of a service, or nothing and what to set in `why`.
  using Endpoint = std::function<std::optional<std::string>(
      std::string_view service, std::string* why)>;

  // `client` outlives the sender.
  HttpSender(http_client::Client* client, Endpoint endpoint)
      : client_(client), endpoint_(std::move(endpoint)) {}

  bool CanSend(std::string_view service, std::string* why) override;
  uint64_t Send(ServiceRequest request,
                std::function<void(SendResult)> done) override;
  void Cancel(uint64_t id) override;

 private:
  http_client::Client* client_;
  Endpoint endpoint_;
};

// AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL, LAMBDA_ENDPOINT: the first that is
// set. `read` reads a variable of the environment.
HttpSender::Endpoint EndpointsFromEnvironment(http_client::Environment read);

}  // namespace stepwheel::calls

#endif  // STEPWHEEL_API_CALLS_HTTP_SENDER_H_
