// Sender gets one request to one AWS service and back: it knows where the
// service is, signs, and never blocks. What the request says is protocol.h's
// business; tests put a fake here.
#ifndef STEPWHEEL_API_CALLS_SENDER_H_
#define STEPWHEEL_API_CALLS_SENDER_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace stepwheel::calls {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct ServiceRequest {
  std::string service;  // AWS's name of it in variables and signatures.
  std::string method = "POST";
  std::string target = "/";  // Path and query, below the endpoint.
  Headers headers;
  std::string body;
  std::chrono::milliseconds timeout{60'000};
};

struct ServiceResponse {
  int status = 0;
  Headers headers;
  std::string body;
  // The first header of that name in any case, or "".
  std::string_view Header(std::string_view name) const;
};

// No response came; `too_large`: it exceeded what the sender accepts.
struct SendFailure {
  std::string why;
  bool too_large = false;
};

using SendResult = std::variant<ServiceResponse, SendFailure>;

class Sender {
 public:
  virtual ~Sender() = default;
  // Whether requests to the service can be sent at all. If not, `why` says what
  // to set.
  virtual bool CanSend(std::string_view service, std::string* why) = 0;
  // `done` is called exactly once, later, never inside Send() or Cancel().
  virtual uint64_t Send(ServiceRequest request,
                        std::function<void(SendResult)> done) = 0;
  // The request's answer is no longer wanted.
  virtual void Cancel(uint64_t id) = 0;
};

}  // namespace stepwheel::calls

#endif  // STEPWHEEL_API_CALLS_SENDER_H_
