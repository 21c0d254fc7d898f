// The flags of `stepwheel serve`, and what its --help says.
#include <string>
#include <string_view>
#include <utility>

#include "api/cli/mocks.h"
#include "api/cli/outgoing.h"
#include "api/cli/serve.h"

namespace stepwheel::cli {
namespace {

SetFlag SetRegion(std::string* target) {
  return [target](std::string_view value) -> std::string {
    constexpr std::string_view kAllowed =
        "abcdefghijklmnopqrstuvwxyz0123456789-";
    if (value.empty() ||
        value.find_first_not_of(kAllowed) != std::string_view::npos) {
      return "expected a region such as us-east-1";
    }
    *target = std::string(value);
    return "";
  };
}

SetFlag SetAccount(std::string* target) {
  return [target](std::string_view value) -> std::string {
    constexpr size_t kDigits = 12;
    if (value.size() != kDigits ||
        value.find_first_not_of("0123456789") != std::string_view::npos) {
      return "expected an account id of 12 digits";
    }
    *target = std::string(value);
    return "";
  };
}

}  // namespace

Command ServeCommandTable(ServeOptions* o) {
  constexpr int64_t kPortMax = 65535;
  constexpr int64_t kPollSecondsMax = 3600;
  Command command;
  command.name = "serve";
  command.summary =
      "Answers the AWS Step Functions API on a local port until SIGTERM or "
      "Ctrl-C.";
  command.flags = {
      {"port", "N", "port to listen on, 0: any free one (default 8083)",
       SetInteger(&o->port, 0, kPortMax)},
      {"address", "A", "address to listen on (default 127.0.0.1 and [::1])",
       SetText(&o->address)},
      {"allow-host", "NAME",
       "answer requests for this Host too; may be repeated",
       [o](std::string_view value) -> std::string {
         if (value.empty()) return "expected a host name";
         o->allow_hosts.emplace_back(value);
         return "";
       }},
      {"db", "PATH",
       "where history is kept, :memory: keeps nothing "
       "(default ./stepwheel.db)",
       SetText(&o->db)},
      {"region", "R", "region in ARNs (default us-east-1)",
       SetRegion(&o->region)},
      {"account", "ID", "account in ARNs (default 123456789012)",
       SetAccount(&o->account)},
      EndpointFlag(&o->endpoints),
      {"seed", "N", "source of all chance (default: drawn once per database)",
       SetUnsigned(&o->seed)},
      {"durability", "D", "normal, or full: survives a power failure, slower",
       SetOneOf(&o->durability, {"normal", "full"})},
      {"poll-seconds", "N", "how long GetActivityTask waits (default 60)",
       SetInteger(&o->poll_seconds, 0, kPollSecondsMax)},
      MocksFlag(&o->mocks),
      {"log-level", "L", "debug, info, warn, error or off (default info)",
       SetOneOf(&o->log_level, {"debug", "info", "warn", "error", "off"})},
      {"log", "FORMAT", "text or json, on standard error (default text)",
       SetOneOf(&o->log, {"text", "json"})},
      {"json", "", "print the ready line as JSON", SetTrue(&o->json)},
  };
  for (Flag& flag : ClockFlags(&o->clock)) {
    command.flags.push_back(std::move(flag));
  }
  command.notes =
      "Tasks call Lambda and SQS where --endpoint or AWS_ENDPOINT_URL[_LAMBDA, "
      "_SQS] say.\n"
      "Exit codes: 0 ended by a signal, 2 usage, 3 the database cannot be "
      "used, "
      "4 the port cannot be used.";
  command.examples = {
      "stepwheel serve --port 0 --db :memory: --json",
      "stepwheel serve --db :memory: --clock virtual --pace auto",
      "aws stepfunctions list-state-machines --region us-east-1 "
      "--endpoint-url http://127.0.0.1:8083",
  };
  return command;
}

}  // namespace stepwheel::cli
