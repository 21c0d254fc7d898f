#include "engine/replay.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "asl/json.h"
#include "asl/parser.h"
#include "engine/apply.h"
#include "engine/parked.h"
#include "engine/snapshot.h"

namespace stepwheel::engine {
namespace {

std::string Quoted(const std::optional<std::string>& text) {
  return text ? "'" + *text + "'" : "nothing";
}

class Checker {
 public:
  template <class T>
  void Same(const std::string& what, const T& stored, const T& folded,
            const std::string& shown_stored, const std::string& shown_folded) {
    if (stored == folded) return;
    problems_.push_back(what + ": the record says " + shown_stored +
                        ", the events say " + shown_folded);
  }
  void Text(const std::string& what, const std::optional<std::string>& stored,
            const std::optional<std::string>& folded) {
    Same(what, stored, folded, Quoted(stored), Quoted(folded));
  }
  void Say(std::string problem) { problems_.push_back(std::move(problem)); }
  std::vector<std::string> Take() { return std::move(problems_); }

 private:
  std::vector<std::string> problems_;
};

void CheckHistory(const std::vector<Event>& events, Checker& checker) {
  int64_t last = 0;
  for (const Event& event : events) {
    if (IsInternal(event.type)) continue;
    if (event.id != last + 1) {
      checker.Say("history: event " + std::to_string(event.id) + " follows " +
                  std::to_string(last));
    }
    if (event.previous >= event.id || event.previous < 0) {
      checker.Say("history: event " + std::to_string(event.id) +
                  " names a later event as its previous one");
    }
    last = event.id;
  }
}

}  // namespace

absl::StatusOr<asl::StateMachinePtr> PinnedMachine(Store& store,
                                                   const std::string& hash) {
  auto record = store.Definition(hash);
  if (!record.ok()) return record.status();
  asl::ParseResult result = asl::ParseDefinition(record->text);
  if (!result.machine) {
    return absl::DataLossError("a stored definition no longer parses: " +
                               asl::JoinDiagnostics(result.diagnostics));
  }
  return result.machine;
}

absl::StatusOr<Replayed> Replay(Store& store, const ExecutionRecord& record,
                                asl::StateMachinePtr machine,
                                std::optional<int64_t> until) {
  auto damaged = [&](const std::string& why) {
    return absl::DataLossError("execution " + record.arn +
                               " cannot be read back: " + why);
  };
  asl::JsonError error;
  std::optional<asl::Value> input = asl::ParseJson(record.input, &error, true);
  if (!input) return damaged("its input is not JSON: " + error.message);
  Replayed replayed;
  replayed.execution = std::make_unique<Execution>(
      NewExecution(record, std::move(machine), std::move(*input)));
  Execution& execution = *replayed.execution;
  absl::Status read =
      store.ReadLog(record.number, &execution.window, &replayed.events);
  if (absl::IsDataLoss(read)) return damaged(std::string(read.message()));
  if (!read.ok()) return read;
  // The caller's text and the first event's payload are one value again.
  if (!replayed.events.empty() && replayed.events[0].payload) {
    execution.input = *replayed.events[0].payload;
  }
  for (const Event& event : replayed.events) {
    if (until && event.id > *until) break;
    std::string why;
    if (!CanApply(event, execution, &why)) return damaged(why);
    Apply(event, &execution);
  }
  return replayed;
}

absl::StatusOr<std::unique_ptr<Execution>> ReadBack(
    Store& store, const ExecutionRecord& record, asl::StateMachinePtr machine) {
  auto whole = [&]() -> absl::StatusOr<std::unique_ptr<Execution>> {
    auto replayed = Replay(store, record, machine);
    if (!replayed.ok()) return replayed.status();
    return std::move(replayed->execution);
  };
  auto snapshot = store.Snapshot(record.number);
  if (absl::IsNotFound(snapshot.status())) return whole();
  if (!snapshot.ok()) return snapshot.status();
  auto decoded = DecodeSnapshot(snapshot->state, record, machine);
  if (absl::IsUnimplemented(decoded.status())) return whole();
  auto damaged = [&](absl::string_view why) {
    return absl::DataLossError(
        absl::StrCat("execution ", record.arn, " cannot be read back: ", why));
  };
  if (!decoded.ok()) return damaged(decoded.status().message());
  std::unique_ptr<Execution> execution = *std::move(decoded);
  execution->snapshot_position = snapshot->position;
  std::vector<Event> events;
  absl::Status read =
      store.ReadLogAfterSnapshot(record.number, &execution->window, &events);
  if (absl::IsDataLoss(read)) return damaged(read.message());
  if (!read.ok()) return read;
  for (const Event& event : events) {
    std::string why;
    if (!CanApply(event, *execution, &why)) return damaged(why);
    Apply(event, execution.get());
  }
  return execution;
}

namespace {

// What is stored of an execution that waits must be what its events say.
void CheckParking(Store& store, const Replayed& replayed, Checker& checker) {
  const Execution& now = *replayed.execution;
  const ExecutionNumber number = now.record.number;
  auto snapshot = store.Snapshot(number);
  if (snapshot.ok()) {
    Execution then = NewExecution(now.record, now.machine, now.input);
    for (const Event& event : replayed.events) {
      if (event.position <= snapshot->position) Apply(event, &then);
    }
    if (EncodeSnapshot(then) != snapshot->state) {
      checker.Say("snapshot: it differs from the events up to position " +
                  std::to_string(snapshot->position));
    }
  } else if (!absl::IsNotFound(snapshot.status())) {
    checker.Say("snapshot: " + std::string(snapshot.status().message()));
  }
  auto parked = store.Parked(number - 1, 1);
  if (!parked.ok()) {
    checker.Say("parked: " + std::string(parked.status().message()));
  } else if (!parked->empty() && (*parked)[0].execution == number &&
             (*parked)[0].waits != EncodeParked(now)) {
    checker.Say("parked: its waits are not those that the events say");
  }
}

}  // namespace

std::vector<std::string> CheckExecution(Store& store, ExecutionNumber number) {
  Checker checker;
  auto record = store.Execution(number);
  if (!record.ok()) return {std::string(record.status().message())};
  auto machine = PinnedMachine(store, record->definition_hash);
  if (!machine.ok()) return {std::string(machine.status().message())};
  auto replayed = Replay(store, *record, *machine);
  if (!replayed.ok()) return {std::string(replayed.status().message())};
  const ExecutionRecord& folded = replayed->execution->record;
  checker.Same("status", record->status, folded.status,
               std::string(ExecutionStatusName(record->status)),
               std::string(ExecutionStatusName(folded.status)));
  auto time = [](Instant t) { return std::to_string(t.unix_millis()); };
  checker.Same("startDate", record->start_date, folded.start_date,
               time(record->start_date), time(folded.start_date));
  checker.Same("stopDate", record->stop_date, folded.stop_date,
               record->stop_date ? time(*record->stop_date) : "nothing",
               folded.stop_date ? time(*folded.stop_date) : "nothing");
  checker.Text("output", record->output, folded.output);
  checker.Text("error", record->error, folded.error);
  checker.Text("cause", record->cause, folded.cause);
  CheckHistory(replayed->events, checker);
  CheckParking(store, *replayed, checker);
  return checker.Take();
}

}  // namespace stepwheel::engine
