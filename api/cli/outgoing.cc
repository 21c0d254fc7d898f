#include "api/cli/outgoing.h"

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

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
  dispatcher.own_service = calls::ServeFrom(
      options.router, options.later,
      [now = options.now] { return now().read.unix_millis(); });
  return dispatcher;
}

http_client::ClientOptions ClientOptions(const Outgoing::Options& options) {
  http_client::ClientOptions client;
  std::vector<std::string> problems;
  client.proxies =
      http_client::ReadProxySettings(EnvironmentVariable, &problems);
  client.ca_file = EnvironmentVariable("AWS_CA_BUNDLE").value_or("");
  client.ca_file_from = "AWS_CA_BUNDLE";
  if (std::string problem = http_client::CaFileProblem(client);
      !problem.empty()) {
    problems.push_back(problem + "; calls to https:// will fail");
  }
  for (const std::string& problem : problems) {
    if (options.log) options.log(problem);
  }
  return client;
}

aws_client::AwsClientOptions ServiceOptions(const Outgoing::Options& options,
                                            SystemClock* wall) {
  aws_client::AwsClientOptions services;
  services.environment = EnvironmentVariable;
  services.now_ms = [wall] { return wall->Now().unix_millis(); };
  services.endpoints = options.endpoints;
  services.is_own_server = options.is_own_server;
  services.endpoints.ReadConfiguration(services.environment,
                                       services.read_file);
  for (const std::string& problem : services.endpoints.Problems()) {
    if (options.log) options.log(problem);
  }
  return services;
}

}  // namespace

Flag EndpointFlag(aws_client::Endpoints* target) {
  return {"endpoint", "SERVICE=URL",
          "where a service is: lambda=http://127.0.0.1:3001; may be repeated",
          [target](std::string_view value) { return target->AddFlag(value); }};
}

Outgoing::Outgoing(boost::asio::io_context* io, const Options& options)
    : client_(io, ClientOptions(options)),
      services_(&client_, ServiceOptions(options, &wall_)),
      sender_(&services_, options.place.region),
      dispatcher_(&sender_, DispatcherOptions(options)) {}

}  // namespace stepwheel::cli
