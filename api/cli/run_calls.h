// RunCalls makes the calls of a `stepwheel run`: they go out for real while its
// clock is virtual. As long as one is open the clock moves as fast as the
// wall's does, so that a time-out of the task ends it like anywhere else.
#ifndef STEPWHEEL_API_CLI_RUN_CALLS_H_
#define STEPWHEEL_API_CLI_RUN_CALLS_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/aws/router.h"
#include "api/cli/outgoing.h"
#include "api/cli/run_setup.h"
#include "api/http_client/loop.h"
#include "engine/engine.h"
#include "engine/time/virtual_clock.h"

namespace stepwheel::cli {

class RunCalls {
 public:
  // `clock` outlives this object, and this object the engine.
  // `warn` gets a line for each setting of the environment that is wrong.
  RunCalls(VirtualClock* clock, const calls::Place& place,
           const aws_client::Endpoints& endpoints,
           std::function<void(std::string_view)> warn);

  engine::Dispatcher* dispatcher() { return outgoing_.dispatcher(); }
  // Before its Recover().
  void Attach(engine::Engine* engine);
  // "NAME calls ARN, which ..." for each Task that will fail for want of
  // support or of an endpoint; a Catcher may hide that.
  std::vector<std::string> Warnings(const RunSubject& subject);

  bool open() const { return outgoing_.open() > 0; }
  // Waits for an answer, but not beyond `until`, nor long: the caller looks
  // around and calls again.
  void Await(std::optional<Instant> until);

 private:
  VirtualClock* clock_;
  http_client::Loop loop_;
  Outgoing outgoing_;
  std::unique_ptr<aws::Router> router_;
};

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_RUN_CALLS_H_
