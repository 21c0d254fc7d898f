// `stepwheel history ARN`: an execution's history from a server or a database.

#include "engine/history.h"

#include <cstdio>
#include <utility>

#include "api/cli/client.h"
#include "api/cli/commands.h"
#include "api/cli/flags.h"
#include "api/cli/terminal.h"
#include "api/cli/timeline.h"
#include "asl/json.h"
#include "engine/replay.h"
#include "storage/sqlite_store.h"

namespace stepwheel::cli {
namespace {

constexpr int kExitNotFound = 3;  // No such execution, server or database.

struct HistoryOptions {
  std::string arn;
  std::string endpoint = "http://127.0.0.1:8083";
  std::string db;
  bool json = false;
  std::string color = "auto";
};

Command HistoryCommandTable(HistoryOptions* o) {
  Command command;
  command.name = "history";
  command.summary = "Draws an execution's history as a timeline.";
  command.positionals = {{"ARN", "the execution's ARN", true, &o->arn}};
  command.flags = {
      {"endpoint", "URL", "a running server (default http://127.0.0.1:8083)",
       SetText(&o->endpoint)},
      {"db", "FILE", "read this database instead", SetText(&o->db)},
      {"json", "", "one HistoryEvent a line, as AWS sends it",
       SetTrue(&o->json)},
      {"color", "WHEN", "auto, always or never (default auto)",
       SetOneOf(&o->color, {"auto", "always", "never"})},
  };
  command.examples = {
      "stepwheel history "
      "arn:aws:states:us-east-1:123456789012:execution:orders:order-17",
      "stepwheel history ARN --db stepwheel.db --json"};
  command.notes =
      "Exit codes: 0 shown, 2 usage, 3 there is no such execution, server or "
      "database.";
  return command;
}

std::optional<std::vector<asl::Value>> FromServer(const HistoryOptions& o,
                                                  std::string* error) {
  std::vector<asl::Value> events;
  asl::Value request = asl::MakeObject(
      {{"executionArn", asl::Value(o.arn)}, {"maxResults", asl::Value(1000)}});
  while (true) {
    std::optional<asl::Value> page =
        CallApi(o.endpoint, "GetExecutionHistory", request, error);
    if (!page) return std::nullopt;
    if (const asl::Value* list = page->Find("events")) {
      for (const asl::Value& event : list->as_array()) events.push_back(event);
    }
    const asl::Value* next = page->Find("nextToken");
    if (next == nullptr) return events;
    request = request.WithMember("nextToken", *next);
  }
}

std::optional<std::vector<asl::Value>> FromDatabase(const HistoryOptions& o,
                                                    std::string* error) {
  storage::SqliteOptions options;
  options.read_only = true;
  auto store = storage::SqliteStore::Open(o.db, options);
  auto fail = [error](const absl::Status& status) {
    *error = std::string(status.message());
    return std::nullopt;
  };
  if (!store.ok()) return fail(store.status());
  auto record = (*store)->ExecutionByArn(o.arn);
  if (absl::IsNotFound(record.status())) {
    *error = "Execution Does Not Exist: '" + o.arn + "' in " + o.db;
    return std::nullopt;
  }
  if (!record.ok()) return fail(record.status());
  auto machine = engine::PinnedMachine(**store, record->definition_hash);
  if (!machine.ok()) return fail(machine.status());
  auto replayed = engine::Replay(**store, *record, *machine);
  if (!replayed.ok()) return fail(replayed.status());
  // The region stands in the ARN: arn:aws:states:REGION:...
  std::string region = o.arn.substr(std::string("arn:aws:states:").size());
  region = region.substr(0, region.find(':'));
  std::vector<asl::Value> events;
  asl::JsonError json_error;
  for (const engine::Event& event : replayed->events) {
    std::string json = engine::HistoryEventJson(event, **machine, region);
    if (!json.empty()) events.push_back(*asl::ParseJson(json, &json_error));
  }
  return events;
}

}  // namespace

int HistoryCommand(int argc, char** argv) {
  HistoryOptions options;
  Command command = HistoryCommandTable(&options);
  if (std::optional<int> code = ParseCommandLine(command, argc, argv)) {
    return *code;
  }
  std::string error;
  if (options.arn.rfind("arn:aws:states:", 0) != 0) {
    std::fprintf(stderr,
                 "stepwheel history: expected the ARN of an execution "
                 "(arn:aws:states:...:execution:MACHINE:NAME), found '%s'\n",
                 options.arn.c_str());
    return kExitUsage;
  }
  auto events = options.db.empty() ? FromServer(options, &error)
                                   : FromDatabase(options, &error);
  if (!events) {
    std::fprintf(stderr, "stepwheel history: %s\n", error.c_str());
    return error.rfind("--endpoint", 0) == 0 ? kExitUsage : kExitNotFound;
  }
  if (options.json) {
    for (const asl::Value& event : *events) {
      std::fputs((event.Text() + "\n").c_str(), stdout);
    }
    return kExitOk;
  }
  Terminal terminal(stdout, options.color);
  const std::string name = options.arn.substr(options.arn.rfind(':') + 1);
  terminal.Write(DrawTimeline(name, *events, terminal));
  return kExitOk;
}

}  // namespace stepwheel::cli
