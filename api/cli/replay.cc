// `stepwheel replay`: folds stored executions again. With --check it compares
// every one with its public record; with an ARN it prints the folded state.

#include "engine/replay.h"

#include <cstdio>
#include <utility>

#include "api/cli/commands.h"
#include "api/cli/flags.h"
#include "api/cli/terminal.h"
#include "engine/snapshot.h"
#include "storage/sqlite_store.h"

namespace stepwheel::cli {
namespace {

constexpr int kExitUnreadable = 3;  // No such database or execution.
constexpr int kExitProblems = 4;    // --check found some.

struct ReplayOptions {
  std::string arn;
  std::string db;
  bool check = false;
  bool json = false;
  int64_t until = 0;
};

Command ReplayCommandTable(ReplayOptions* o) {
  Command command;
  command.name = "replay";
  command.summary =
      "Folds stored executions again, to check them or to look inside.";
  command.positionals = {
      {"ARN", "print the folded state of this execution", false, &o->arn}};
  command.flags = {
      {"db", "FILE", "the database (required)", SetText(&o->db)},
      {"check", "", "compare every execution with its public record",
       SetTrue(&o->check)},
      {"until", "ID", "fold up to this event of the history",
       SetInteger(&o->until, 1, engine::kHistoryEventsMax)},
      {"json", "", "machine-readable result of --check", SetTrue(&o->json)},
  };
  command.examples = {"stepwheel replay --db stepwheel.db --check",
                      "stepwheel replay ARN --db stepwheel.db --until 12"};
  command.notes =
      "Exit codes: 0 all is well, 2 usage, 3 the database or execution cannot "
      "be read,\n4 --check found a difference.";
  return command;
}

int Unreadable(const std::string& why) {
  std::fprintf(stderr, "stepwheel replay: %s\n", why.c_str());
  return kExitUnreadable;
}

int Check(engine::Store& store, bool json) {
  auto numbers = store.AllExecutions();
  if (!numbers.ok()) {
    return Unreadable(std::string(numbers.status().message()));
  }
  Terminal progress(stderr, "never");
  int64_t bad = 0, done = 0;
  asl::Elements problems;
  for (engine::ExecutionNumber number : *numbers) {
    progress.WriteStatus("checked " + std::to_string(done++) + " of " +
                         std::to_string(numbers->size()));
    std::vector<std::string> found = engine::CheckExecution(store, number);
    if (found.empty()) continue;
    ++bad;
    auto record = store.Execution(number);
    const std::string arn =
        record.ok() ? record->arn : "execution " + std::to_string(number);
    for (const std::string& problem : found) {
      if (!json) std::printf("%s: %s\n", arn.c_str(), problem.c_str());
      problems.push_back(asl::MakeObject(
          {{"execution", asl::Value(arn)}, {"problem", asl::Value(problem)}}));
    }
  }
  progress.Write("");
  if (json) {
    std::printf(
        "%s\n",
        asl::MakeObject(
            {{"executions", asl::Value(static_cast<int64_t>(numbers->size()))},
             {"problems", asl::Value(std::move(problems))}})
            .Text()
            .c_str());
  } else {
    std::printf("%zu executions checked, %lld with differences\n",
                numbers->size(), static_cast<long long>(bad));
  }
  return bad == 0 ? kExitOk : kExitProblems;
}

int Show(engine::Store& store, const ReplayOptions& o) {
  auto record = store.ExecutionByArn(o.arn);
  if (!record.ok()) {
    return Unreadable("no execution '" + o.arn + "' in " + o.db);
  }
  auto machine = engine::PinnedMachine(store, record->definition_hash);
  if (!machine.ok()) {
    return Unreadable(std::string(machine.status().message()));
  }
  std::optional<int64_t> until;
  if (o.until > 0) until = o.until;
  auto replayed = engine::Replay(store, *record, *machine, until);
  if (!replayed.ok()) {
    return Unreadable(std::string(replayed.status().message()));
  }
  std::printf("%s\n", engine::SnapshotText(*replayed->execution).c_str());
  return kExitOk;
}

}  // namespace

int ReplayCommand(int argc, char** argv) {
  ReplayOptions options;
  Command command = ReplayCommandTable(&options);
  if (std::optional<int> code = ParseCommandLine(command, argc, argv)) {
    return *code;
  }
  if (options.db.empty() || options.check == !options.arn.empty()) {
    std::fputs(
        "stepwheel replay: expected --db FILE and either --check or an ARN\n"
        "(stepwheel replay --help shows how)\n",
        stderr);
    return kExitUsage;
  }
  storage::SqliteOptions sqlite;
  sqlite.read_only = true;
  auto store = storage::SqliteStore::Open(options.db, sqlite);
  if (!store.ok()) return Unreadable(std::string(store.status().message()));
  if (options.check) return Check(**store, options.json);
  return Show(**store, options);
}

}  // namespace stepwheel::cli
