// Outgoing is what `serve` and `run` need to make the calls of tasks: an HTTP
// client on their loop, the sender that knows where the services are, and the
// dispatcher for the engine.
#ifndef STEPWHEEL_API_CLI_OUTGOING_H_
#define STEPWHEEL_API_CLI_OUTGOING_H_

#include <functional>
#include <string_view>

#include "api/aws_client/aws_client.h"
#include "api/calls/dispatcher.h"
#include "api/calls/http_sender.h"
#include "api/cli/flags.h"
#include "api/http_client/client.h"
#include "engine/time/system_clock.h"

namespace stepwheel::cli {

// --endpoint SERVICE=URL.
Flag EndpointFlag(aws_client::Endpoints* target);

class Outgoing {
 public:
  struct Options {
    calls::Place place;
    std::function<engine::Received()> now;  // Stamps answers.
    // aws-sdk:sfn:... goes here; made after the engine, asked for later.
    std::function<aws::Router*()> router;
    // Runs a function after the current turn.
    std::function<void(std::function<void()>)> later;
    aws_client::Endpoints endpoints;  // With what --endpoint says.
    // One line for each variable of the environment that is wrong.
    std::function<void(std::string_view)> log;
    // Whether a URL leads back to this server; absent if there is none.
    std::function<bool(const http_client::Url&)> is_own_server = nullptr;
  };
  // `io` outlives this object.
  Outgoing(boost::asio::io_context* io, const Options& options);
  Outgoing(const Outgoing&) = delete;

  engine::Dispatcher* dispatcher() { return &dispatcher_; }
  // Before its Recover().
  void set_engine(engine::Engine* engine) { dispatcher_.set_engine(engine); }
  // Calls that are not answered.
  size_t open() const { return dispatcher_.open(); }

 private:
  // Signatures bear real time, whatever the clock of executions says.
  SystemClock wall_;
  http_client::Client client_;
  aws_client::AwsClient services_;
  calls::HttpSender sender_;
  calls::ServiceDispatcher dispatcher_;
};

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_OUTGOING_H_
