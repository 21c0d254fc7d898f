// aws-sdk:sfn:... is answered by this very server: the operation goes through
// the same router as a request from outside, without a connection. Parameters
// and results have AWS's SDK style: PascalCase members, dates as text.
#ifndef STEPWHEEL_API_CALLS_OWN_SERVICE_H_
#define STEPWHEEL_API_CALLS_OWN_SERVICE_H_

#include <functional>
#include <string>

#include "asl/outcome.h"
#include "asl/value.h"
#include "engine/integrations/integration.h"

namespace stepwheel::aws {
class Router;
}

namespace stepwheel::calls {

struct OwnAnswer {
  int status = 0;
  std::string request_id;
  std::string body;
};

// Answers later, on the same thread; not at all once the router is gone.
using OwnService =
    std::function<void(const std::string& action, const asl::Value& parameters,
                       std::function<void(const OwnAnswer&)> done)>;

// `later` runs a function after the current turn; `now_ms` stamps requests.
// `*router` is looked up then: it is made after the dispatcher.
OwnService ServeFrom(std::function<aws::Router*()> router,
                     std::function<void(std::function<void()>)> later,
                     std::function<int64_t()> now_ms);

// {"TaskToken": "t", "Output": {"a": 1}} to {"taskToken": "t", "output":
// "{\"a\":1}"}.
asl::Value OwnParameters(const asl::Value& parameters);
asl::Outcome<asl::Value> ReadOwnAnswer(const engine::Service& service,
                                       const OwnAnswer& answer);

}  // namespace stepwheel::calls

#endif  // STEPWHEEL_API_CALLS_OWN_SERVICE_H_
