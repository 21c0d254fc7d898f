#include "api/cli/outgoing.h"

#include <cstdlib>
#include <optional>
#include <string>

namespace stepwheel::cli {
namespace {

std::optional<std::string> EnvironmentVariable(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

calls::ServiceDispatcher::Options DispatcherOptions(
    const Outgoing::Options& options) {
  calls::ServiceDispatcher::Options dispatcher;
  dispatcher.place = options.place;
  dispatcher.now = options.now;
  dispatcher.own_service =
      calls::ServeFrom(options.router, options.later,
                       [now = options.now] { return now().unix_millis(); });
  return dispatcher;
}

}  // namespace

Outgoing::Outgoing(boost::asio::io_context* io, const Options& options)
    : client_(io, http_client::ClientOptions{}),
      sender_(&client_, calls::EndpointsFromEnvironment(EnvironmentVariable)),
      dispatcher_(&sender_, DispatcherOptions(options)) {}

}  // namespace stepwheel::cli
