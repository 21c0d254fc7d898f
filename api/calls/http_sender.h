// HttpSender is the Sender of `serve` and `run`: it has the client of AWS
// services find the address, sign and send, and says in AWS's words what went
// wrong.
#ifndef STEPWHEEL_API_CALLS_HTTP_SENDER_H_
#define STEPWHEEL_API_CALLS_HTTP_SENDER_H_

#include <functional>
#include <string>
#include <string_view>

#include "api/aws_client/aws_client.h"
#include "api/calls/sender.h"

namespace stepwheel::calls {

class HttpSender : public Sender {
 public:
  // `client` outlives the sender; requests are signed for `region`.
  HttpSender(aws_client::AwsClient* client, std::string region)
      : client_(client), region_(std::move(region)) {}

  bool CanSend(std::string_view service, std::string* why) override;
  uint64_t Send(ServiceRequest request,
                std::function<void(SendResult)> done) override;
  void Cancel(uint64_t id) override;

 private:
  aws_client::AwsClient* client_;
  std::string region_;
};

}  // namespace stepwheel::calls

#endif  // STEPWHEEL_API_CALLS_HTTP_SENDER_H_
