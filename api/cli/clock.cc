// `stepwheel clock`: reads and moves the virtual clock of a running server.

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/cli/client.h"
#include "api/cli/commands.h"
#include "api/cli/flags.h"
#include "api/cli/run.h"
#include "api/cli/terminal.h"
#include "asl/json.h"
#include "asl/timestamp.h"

namespace stepwheel::cli {
namespace {

// As those of `run`: 5 is out of bounds, 6 is stuck.
constexpr int kExitServer = 3;
constexpr int kExitBound = 5;
constexpr int kExitWaits = 6;

struct ClockCommandOptions {
  std::string action = "show";
  std::string value;
  std::string endpoint = "http://127.0.0.1:8083";
  std::string settle, patience;
  int64_t jumps_max = 0;
  bool json = false;
};

Command ClockCommandTable(ClockCommandOptions* o) {
  constexpr int64_t kMost = 1'000'000'000;
  Command command;
  command.name = "clock";
  command.summary =
      "Reads and moves the clock of a server that was started with --clock "
      "virtual.";
  command.positionals = {
      {"ACTION",
       "show (default), pause, resume [xN], auto, jump, advance SPAN or "
       "TIMESTAMP, run",
       false, &o->action},
      {"VALUE", "what the action needs", false, &o->value}};
  command.flags = {
      {"endpoint", "URL", "the server (default http://127.0.0.1:8083)",
       SetText(&o->endpoint)},
      {"settle", "SPAN", "auto: jump when nothing came for so long",
       SetText(&o->settle)},
      {"patience", "SPAN", "auto, run: wait so long for those who hold a task",
       SetText(&o->patience)},
      {"jumps-max", "N", "auto, run: stop after so many jumps",
       SetInteger(&o->jumps_max, 1, kMost)},
      {"json", "", "print the server's answer as it is", SetTrue(&o->json)},
  };
  command.notes =
      "pause stops time, resume lets it flow N times as fast as the wall "
      "clock. auto lets\nit stand while there is work and jumps to the next "
      "timer when there is none. jump goes\nto the next timer, advance by a "
      "span (90s, 12h, 30d) or to a timestamp, run until no\ntimer is left. "
      "Everything that is due on the way happens at its own instant.\n"
      "Exit codes: 0 done, 2 wrong usage, 3 the server did not do it, 5 more "
      "jumps than\nallowed or the end of time, 6 idle, but tasks wait for a "
      "worker or for a call.";
  command.examples = {
      "stepwheel clock",
      "stepwheel clock advance 3d",
      "stepwheel clock resume x1000",
      "stepwheel clock auto --settle 200ms --patience 5s",
      "stepwheel clock run --json",
  };
  return command;
}

// "" and `body` is complete, or what is wrong.
std::string AddSpan(std::string_view flag, std::string_view member,
                    const std::string& text, asl::Value* body) {
  if (text.empty()) return "";
  std::optional<Duration> span = ParseSpan(text);
  if (!span) {
    return std::string(flag) +
           ": expected a span such as 200ms, 90s or 30d, found '" + text + "'";
  }
  *body = body->WithMember(member, asl::Value(span->count()));
  return "";
}

std::string ReadRate(const std::string& text, asl::Value* body) {
  if (text.empty()) return "";
  int64_t rate = 0;
  if (text.front() != 'x' ||
      !SetInteger(&rate, 1, 1'000'000)(text.substr(1)).empty()) {
    return "expected a rate from x1 to x1000000, found '" + text + "'";
  }
  *body = body->WithMember("rate", asl::Value(rate));
  return "";
}

std::string MakeBody(const ClockCommandOptions& o, asl::Value* body) {
  *body = asl::Value::EmptyObject();
  const std::string& action = o.action;
  const bool runs = action == "auto" || action == "run";
  if (!o.settle.empty() && action != "auto") return "--settle is for auto";
  if (!o.patience.empty() && !runs) return "--patience is for auto and run";
  if (o.jumps_max != 0 && !runs) return "--jumps-max is for auto and run";
  if (action == "advance") {
    if (o.value.empty()) return "advance needs a span or a timestamp";
    if (ParseSpan(o.value)) return AddSpan("", "milliseconds", o.value, body);
    if (!asl::ParseTimestamp(o.value)) {
      return "advance: expected a span such as 90s or 3d, or a timestamp such "
             "as 2026-01-31T12:00:00Z, found '" +
             o.value + "'";
    }
    *body = body->WithMember("to", asl::Value(o.value));
    return "";
  }
  if (action == "resume") return ReadRate(o.value, body);
  if (!o.value.empty()) return action + " takes no value";
  if (o.jumps_max != 0) {
    *body = body->WithMember("jumpsMax", asl::Value(o.jumps_max));
  }
  std::string problem = AddSpan("--settle", "settleMillis", o.settle, body);
  if (!problem.empty()) return problem;
  return AddSpan("--patience", "patienceMillis", o.patience, body);
}

std::string TextOf(const asl::Value& object, std::string_view name) {
  const asl::Value* found = object.Find(name);
  if (found == nullptr) return "";
  return found->is_string() ? std::string(found->as_string()) : found->Text();
}

void Show(const asl::Value& answer) {
  std::string line = TextOf(answer, "now") + "  " + TextOf(answer, "clock");
  const std::string pace = TextOf(answer, "pace");
  if (!pace.empty()) line += " clock, " + pace;
  if (pace == "running") line += " x" + TextOf(answer, "rate");
  const std::string outcome = TextOf(answer, "outcome");
  if (!outcome.empty()) {
    const std::string jumps = TextOf(answer, "jumps");
    line += "  (" + jumps + (jumps == "1" ? " timer" : " timers") + " passed)";
  }
  if (outcome == "jumpsMax") line += "  stopped: more jumps than allowed";
  if (outcome == "endOfTime") line += "  stopped: virtual time ends here";
  if (outcome == "calls") line += "  stopped: outgoing calls have no answer";
  std::printf("%s\n", line.c_str());
  if (const std::string why = TextOf(answer, "stopped"); !why.empty()) {
    std::printf("paused: %s\n", why.c_str());
  }
  if (const asl::Value* next = answer.Find("nextTimer")) {
    const std::string state = TextOf(*next, "state");
    std::printf("next: %s  %s%s of %s\n", TextOf(*next, "due").c_str(),
                TextOf(*next, "kind").c_str(),
                state.empty() ? "" : (" in " + state).c_str(),
                TextOf(*next, "executionArn").c_str());
  }
  const asl::Value* waiting = answer.Find("waiting");
  if (waiting == nullptr || waiting->as_array().empty()) {
    if (TextOf(answer, "idle") == "true") std::puts("Idle: nothing waits");
    return;
  }
  std::printf("%s%s:\n", TextOf(answer, "idle") == "true" ? "Idle: " : "",
              TextOf(answer, "waitingText").c_str());
  for (const asl::Value& w : waiting->as_array()) {
    std::printf("  %s  %s  %s\n", TextOf(w, "state").c_str(),
                TextOf(w, "waitsFor").c_str(),
                TextOf(w, "executionArn").c_str());
  }
}

int ExitCodeOf(const asl::Value& answer) {
  const std::string outcome = TextOf(answer, "outcome");
  if (outcome == "jumpsMax" || outcome == "endOfTime") return kExitBound;
  const std::string waiting = TextOf(answer, "waitingCount");
  if (outcome == "calls" || (outcome == "idle" && waiting != "0")) {
    return kExitWaits;
  }
  return kExitOk;
}

}  // namespace

int ClockCommand(int argc, char** argv) {
  ClockCommandOptions options;
  Command command = ClockCommandTable(&options);
  if (auto code = ParseCommandLine(command, argc, argv)) return *code;
  auto usage = [](const std::string& problem) {
    std::fprintf(stderr, "stepwheel clock: %s\n", problem.c_str());
    return kExitUsage;
  };
  const std::vector<std::string_view> actions = {
      "show", "pause", "resume", "auto", "jump", "advance", "run"};
  if (std::find(actions.begin(), actions.end(), options.action) ==
      actions.end()) {
    const std::string_view meant = DidYouMean(options.action, actions);
    return usage("unknown action '" + options.action + "'" +
                 (meant.empty()
                      ? "; --help lists them"
                      : "; did you mean " + std::string(meant) + "?"));
  }
  asl::Value body;
  if (std::string problem = MakeBody(options, &body); !problem.empty()) {
    return usage(problem);
  }
  ServerRequest request;
  request.path = "/_stepwheel/clock";
  if (options.action == "show") {
    request.method = "GET";
  } else {
    request.path += "/" + options.action;
    request.body = body.Text();
    request.timeout_seconds = 0;  // A run lasts as long as it lasts.
  }
  std::string error;
  std::optional<ServerAnswer> answer =
      CallServer(options.endpoint, request, &error);
  if (!answer && error.rfind("--endpoint", 0) == 0) return usage(error);
  if (answer && answer->status != 200) error = TextOf(answer->body, "message");
  if (!error.empty()) {
    std::fprintf(stderr, "stepwheel clock: %s\n", error.c_str());
    return kExitServer;
  }
  if (options.json) {
    std::puts(answer->body.Text().c_str());
  } else {
    Show(answer->body);
  }
  return ExitCodeOf(answer->body);
}

}  // namespace stepwheel::cli
