// The reading half of SqliteStore.
#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "storage/sqlite_queries.h"
#include "storage/sqlite_store.h"

namespace stepwheel::storage {

using engine::ExecutionNumber;
using engine::ExecutionRecord;

namespace {

Instant Millis(Statement::Run* row) {
  return Instant::FromUnixMillis(row->Int());
}

std::optional<Instant> OptionalMillis(Statement::Run* row) {
  const std::optional<int64_t> millis = row->OptionalInt();
  if (!millis) return std::nullopt;
  return Instant::FromUnixMillis(*millis);
}

engine::StateMachineRecord StateMachineOf(Statement::Run* row) {
  engine::StateMachineRecord m;
  m.arn = row->Text();
  m.name = row->Text();
  m.definition_hash = row->Text();
  m.role_arn = row->Text();
  m.type = row->Text();
  m.status = row->Text();
  m.revision_id = row->Text();
  m.creation_date = Millis(row);
  m.update_date = Millis(row);
  m.logging_configuration = row->Text();
  m.tracing_configuration = row->Text();
  m.encryption_configuration = row->Text();
  m.extra = row->Text();
  return m;
}

// STEPWHEEL_EXECUTION_LISTED, in that order.
ExecutionRecord ListedExecutionOf(Statement::Run* row) {
  ExecutionRecord e;
  e.number = row->Int();
  e.state_machine_arn = row->Text();
  e.status = static_cast<engine::ExecutionStatus>(row->Int());
  e.arn = row->Text();
  e.name = row->Text();
  e.state_machine_version_arn = row->Text();
  e.state_machine_alias_arn = row->Text();
  e.definition_hash = row->Text();
  e.role_arn = row->Text();
  e.trace_header = row->Text();
  e.pinned = row->Text();
  e.start_date = Millis(row);
  e.stop_date = OptionalMillis(row);
  e.redrive_count = row->Int();
  e.redrive_date = OptionalMillis(row);
  e.error = row->OptionalText();
  e.cause = row->OptionalText();
  return e;
}

absl::Status CheckStatus(const ExecutionRecord& e) {
  if (e.status <= engine::ExecutionStatus::kPendingRedrive) {
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrCat("execution ", e.number,
                                          " has the unknown status ",
                                          static_cast<int>(e.status)));
}

}  // namespace

absl::StatusOr<std::map<std::string, std::string>> SqliteStore::Settings() {
  std::map<std::string, std::string> settings;
  Statement::Run run(Get(kSettings));
  while (run.Step()) {
    std::string name = run.Text();
    settings[std::move(name)] = run.Text();
  }
  if (!run.status().ok()) return run.status();
  return settings;
}

absl::StatusOr<std::vector<engine::StateMachineRecord>>
SqliteStore::StateMachines() {
  std::vector<engine::StateMachineRecord> records;
  Statement::Run run(Get(kStateMachines));
  while (run.Step()) records.push_back(StateMachineOf(&run));
  if (!run.status().ok()) return run.status();
  return records;
}

absl::StatusOr<std::vector<engine::ActivityRecord>> SqliteStore::Activities() {
  std::vector<engine::ActivityRecord> records;
  Statement::Run run(Get(kActivities));
  while (run.Step()) {
    engine::ActivityRecord& a = records.emplace_back();
    a.arn = run.Text();
    a.name = run.Text();
    a.creation_date = Millis(&run);
    a.extra = run.Text();
  }
  if (!run.status().ok()) return run.status();
  return records;
}

absl::StatusOr<engine::DefinitionRecord> SqliteStore::Definition(
    const std::string& hash) {
  Statement::Run run(Get(kDefinition));
  run.Bind(hash);
  if (run.Step()) {
    engine::DefinitionRecord record;
    record.hash = run.Text();
    record.text = run.Text();
    return record;
  }
  if (!run.status().ok()) return run.status();
  return absl::NotFoundError(absl::StrCat("no definition ", hash));
}

absl::StatusOr<ExecutionRecord> SqliteStore::ReadExecution(
    Statement::Run* run, std::string_view what) {
  if (!run->Step()) {
    if (!run->status().ok()) return run->status();
    return absl::NotFoundError(absl::StrCat(
        "no execution ", absl::string_view(what.data(), what.size())));
  }
  ExecutionRecord record = ListedExecutionOf(run);
  record.input = run->Text();
  record.output = run->OptionalText();
  if (absl::Status status = CheckStatus(record); !status.ok()) return status;
  return record;
}

absl::StatusOr<ExecutionRecord> SqliteStore::Execution(ExecutionNumber number) {
  Statement::Run run(Get(kExecution));
  run.Bind(number);
  return ReadExecution(&run, "number " + std::to_string(number));
}

absl::StatusOr<ExecutionRecord> SqliteStore::ExecutionByArn(
    const std::string& arn) {
  Statement::Run run(Get(kExecutionByArn));
  run.Bind(arn);
  return ReadExecution(&run, arn);
}

absl::StatusOr<std::vector<ExecutionRecord>> SqliteStore::Executions(
    const engine::ExecutionQuery& query) {
  Statement::Run run(Get(query.status ? kExecutionsWithStatus : kExecutions));
  run.Bind(query.state_machine_arn);
  run.Bind(query.before.value_or(std::numeric_limits<int64_t>::max()));
  if (query.status) run.Bind(static_cast<int64_t>(*query.status));
  run.Bind(int64_t{query.limit});
  std::vector<ExecutionRecord> page;
  while (run.Step()) {
    page.push_back(ListedExecutionOf(&run));
    absl::Status status = CheckStatus(page.back());
    if (!status.ok()) return status;
  }
  if (!run.status().ok()) return run.status();
  return page;
}

absl::StatusOr<std::vector<ExecutionNumber>> SqliteStore::Numbers(int query) {
  std::vector<ExecutionNumber> numbers;
  Statement::Run run(Get(query));
  while (run.Step()) numbers.push_back(run.Int());
  if (!run.status().ok()) return run.status();
  return numbers;
}

absl::StatusOr<std::vector<ExecutionNumber>> SqliteStore::RunningExecutions() {
  return Numbers(kRunningExecutions);
}

absl::StatusOr<std::vector<ExecutionNumber>> SqliteStore::AllExecutions() {
  return Numbers(kAllExecutions);
}

absl::StatusOr<ExecutionNumber> SqliteStore::LastExecutionNumber() {
  Statement::Run run(Get(kLastExecutionNumber));
  if (run.Step()) return run.Int();
  return run.status();
}

absl::StatusOr<int64_t> SqliteStore::CountRunning(
    const std::string& state_machine_arn) {
  Statement::Run run(Get(kCountRunning));
  run.Bind(state_machine_arn);
  if (run.Step()) return run.Int();
  return run.status();
}

absl::StatusOr<engine::SnapshotRecord> SqliteStore::Snapshot(
    ExecutionNumber number) {
  Statement::Run run(Get(kSnapshot));
  run.Bind(number);
  if (run.Step()) {
    engine::SnapshotRecord record{number, run.Int(), {}};
    record.state = run.Bytes();
    return record;
  }
  if (!run.status().ok()) return run.status();
  return absl::NotFoundError(absl::StrCat("no snapshot of ", number));
}

absl::StatusOr<std::vector<engine::ParkedRecord>> SqliteStore::Parked(
    ExecutionNumber after, int limit) {
  std::vector<engine::ParkedRecord> records;
  Statement::Run run(Get(kParked));
  run.Bind(after).Bind(int64_t{limit});
  while (run.Step()) {
    engine::ParkedRecord& record = records.emplace_back();
    record.execution = run.Int();
    record.waits = run.Bytes();
  }
  if (!run.status().ok()) return run.status();
  return records;
}

absl::StatusOr<std::vector<engine::BeatRecord>> SqliteStore::Beats(
    ExecutionNumber first, ExecutionNumber last) {
  std::vector<engine::BeatRecord> records;
  Statement::Run run(Get(kBeats));
  run.Bind(first).Bind(last);
  while (run.Step()) {
    const ExecutionNumber number = run.Int();
    const int64_t position = run.Int();
    records.push_back({number, position, Millis(&run)});
  }
  if (!run.status().ok()) return run.status();
  return records;
}

absl::StatusOr<int64_t> SqliteStore::SnapshotLog(ExecutionNumber number) {
  Statement::Run run(Get(kSnapshotLog));
  run.Bind(number);
  if (run.Step()) return run.Int();
  if (!run.status().ok()) return run.status();
  return 0;
}

absl::StatusOr<std::vector<int64_t>> SqliteStore::LogRows(
    ExecutionNumber number, int64_t after) {
  std::vector<int64_t> rows;
  int64_t row = 0;
  {
    Statement::Run run(Get(kLogEnd));
    run.Bind(number);
    if (run.Step()) row = run.Int();
    if (!run.status().ok()) return run.status();
  }
  while (row > after) {
    rows.push_back(row);
    Statement::Run run(Get(kLogPrevious));
    run.Bind(row).Bind(number);
    if (!run.Step()) {
      if (!run.status().ok()) return run.status();
      return absl::DataLossError(absl::StrCat("log row ", row, " is missing"));
    }
    // Rows are only ever added at the end, so a chain leads backwards.
    const int64_t previous = run.Int();
    if (previous < 0 || previous >= row) {
      return absl::DataLossError(
          absl::StrCat("log row ", row, " names ", previous, " as earlier"));
    }
    row = previous;
  }
  std::reverse(rows.begin(), rows.end());
  return rows;
}

absl::Status SqliteStore::ReadRows(ExecutionNumber number, int64_t after,
                                   engine::PayloadWindow* window,
                                   std::vector<engine::Event>* events) {
  auto rows = LogRows(number, after);
  if (!rows.ok()) return rows.status();
  for (int64_t row : *rows) {
    Statement::Run run(Get(kLogEvents));
    run.Bind(row);
    if (!run.Step()) return run.status();
    absl::Status status = engine::DecodeEvents(run.Bytes(), window, events);
    if (!status.ok()) return status;
  }
  if (after == 0 && !events->empty() && events->front().position != 1) {
    return absl::DataLossError(absl::StrCat(
        "the log begins at position ", events->front().position, ", not 1"));
  }
  return absl::OkStatus();
}

absl::Status SqliteStore::ReadLog(ExecutionNumber number,
                                  engine::PayloadWindow* window,
                                  std::vector<engine::Event>* events) {
  return ReadInOneState(number, /*after_snapshot=*/false, window, events);
}

absl::Status SqliteStore::ReadLogAfterSnapshot(
    ExecutionNumber number, engine::PayloadWindow* window,
    std::vector<engine::Event>* events) {
  return ReadInOneState(number, /*after_snapshot=*/true, window, events);
}

absl::Status SqliteStore::ReadInOneState(ExecutionNumber number,
                                         bool after_snapshot,
                                         engine::PayloadWindow* window,
                                         std::vector<engine::Event>* events) {
  // One state for all reads, though a server may be writing beside us.
  absl::Status begin = Statement::Run(Get(kBegin)).Done();
  if (!begin.ok()) return begin;
  // A row may hold references to rows before it, so one window serves all.
  engine::PayloadWindow own;
  absl::StatusOr<int64_t> after = 0;
  if (after_snapshot) after = SnapshotLog(number);
  absl::Status status = after.status();
  if (status.ok()) {
    status =
        ReadRows(number, *after, window != nullptr ? window : &own, events);
  }
  Statement::Run(Get(kCommitWrite)).Step();
  if (absl::IsDataLoss(status)) {
    return absl::DataLossError(
        absl::StrCat(path_, ": execution ", number, ": ", status.message()));
  }
  return status;
}

}  // namespace stepwheel::storage
