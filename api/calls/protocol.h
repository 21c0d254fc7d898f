// From the call of a Task to an HTTP request and from the response to the
// Task's result or error, for every protocol of the table of integrations
// (engine/integrations). Pure functions: no socket, no clock.
#ifndef STEPWHEEL_API_CALLS_PROTOCOL_H_
#define STEPWHEEL_API_CALLS_PROTOCOL_H_

#include <string>

#include "api/calls/sender.h"
#include "asl/outcome.h"
#include "engine/dispatcher.h"
#include "engine/integrations/integration.h"

namespace stepwheel::calls {

// Whose functions are called by their bare name: local endpoints know names.
struct Place {
  std::string region;
  std::string account;
};

// REQUIRES a protocol other than kStepFunctions.
ServiceRequest BuildRequest(const engine::Call& call,
                            const engine::Integration& integration,
                            const Place& place);

asl::Outcome<asl::Value> ReadResponse(const engine::Call& call,
                                      const engine::Integration& integration,
                                      const ServiceResponse& response);

asl::Error ErrorOf(const engine::Call& call,
                   const engine::Integration& integration,
                   const SendFailure& failure);

}  // namespace stepwheel::calls

#endif  // STEPWHEEL_API_CALLS_PROTOCOL_H_
