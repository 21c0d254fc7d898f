#include "storage/sqlite_store.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/sqlite_queries.h"

namespace stepwheel::storage {
namespace {

using engine::ExecutionRecord;

constexpr int64_t kPageBytes = 4096;

}  // namespace

// One transaction: after the first error nothing more is written, and the
// destructor takes back what was.
class SqliteStore::Transaction {
 public:
  explicit Transaction(SqliteStore* store) : store_(store) {
    Write(kBeginWrite);
  }
  ~Transaction() {
    // SQLite has rolled back by itself after some errors, disk full among them.
    if (sqlite3_get_autocommit(store_->database_.connection.handle()) == 0) {
      Statement::Run(store_->Get(kRollback)).Step();
    }
  }
  Transaction(const Transaction&) = delete;

  template <typename... Args>
  void Write(Query query, const Args&... args) {
    if (!status_.ok()) return;
    Statement::Run run(store_->Get(query));
    (run.Bind(args), ...);
    status_ = run.Done();
  }
  bool ok() const { return status_.ok(); }
  absl::Status Commit() {
    Write(kCommitWrite);
    return status_;
  }

 private:
  SqliteStore* store_;
  absl::Status status_;
};

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::Open(
    const std::string& path, const SqliteOptions& options) {
  auto database = options.read_only ? OpenForReading(path)
                                    : OpenForServing(path, options.durability);
  if (!database.ok()) return database.status();
  std::unique_ptr<SqliteStore> store(
      new SqliteStore(path, options, *std::move(database)));
  if (absl::Status status = store->Prepare(); !status.ok()) return status;
  return store;
}

SqliteStore::SqliteStore(std::string path, const SqliteOptions& options,
                         Database database)
    : path_(std::move(path)),
      options_(options),
      database_(std::move(database)),
      checkpoint_at_(
          std::max<int64_t>(options.checkpoint_bytes / kPageBytes, 1)) {}

SqliteStore::~SqliteStore() = default;

absl::Status SqliteStore::Prepare() {
  for (const char* sql : kQueries) {
    auto statement = database_.connection.Prepare(sql);
    if (!statement.ok()) return statement.status();
    statements_.push_back(*std::move(statement));
  }
  if (options_.read_only) return absl::OkStatus();
  if (options_.file_bytes_max > 0) {
    absl::Status status = database_.connection.Execute(absl::StrCat(
        "PRAGMA max_page_count = ",
        std::max<int64_t>(options_.file_bytes_max / kPageBytes, 1)));
    if (!status.ok()) return status;
  }
  sqlite3_wal_hook(
      database_.connection.handle(),
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<SqliteStore*>(self)->wal_pages_ = pages;
        return SQLITE_OK;
      },
      this);
  return absl::OkStatus();
}

absl::Status SqliteStore::Commit(const engine::Batch& batch) {
  if (options_.read_only) {
    return absl::FailedPreconditionError(
        absl::StrCat(path_, " was opened for reading only"));
  }
  if (batch.empty()) return absl::OkStatus();
  {
    Transaction transaction(this);
    if (transaction.ok()) Write(batch, &transaction);
    absl::Status status = transaction.Commit();
    if (!status.ok()) return status;
  }
  CheckpointIfLong();
  return absl::OkStatus();
}

void SqliteStore::Write(const engine::Batch& batch, Transaction* transaction) {
  for (const auto& arn : batch.delete_state_machines) {
    DeleteStateMachine(arn, transaction);
  }
  for (const auto& arn : batch.delete_activities) {
    transaction->Write(kDeleteActivity, arn);
  }
  for (const auto& d : batch.put_definitions) {
    transaction->Write(kPutDefinition, d.hash, d.text);
  }
  for (const auto& m : batch.put_state_machines) {
    transaction->Write(
        kPutStateMachine, m.arn, m.name, m.definition_hash, m.role_arn, m.type,
        m.status, m.revision_id, m.creation_date.unix_millis(),
        m.update_date.unix_millis(), m.logging_configuration,
        m.tracing_configuration, m.encryption_configuration, m.extra);
  }
  for (const auto& a : batch.put_activities) {
    transaction->Write(kPutActivity, a.arn, a.name,
                       a.creation_date.unix_millis(), a.extra);
  }
  for (const auto& e : batch.put_executions) PutExecution(e, transaction);
  for (const auto& append : batch.log) Append(append, transaction);
  for (const auto& s : batch.put_snapshots) {
    transaction->Write(kPutSnapshot, s.execution, s.position, Blob{s.state});
  }
  for (const auto& p : batch.put_parked) {
    transaction->Write(kPutParked, p.execution, Blob{p.waits});
  }
  for (const auto& beat : batch.put_beats) {
    transaction->Write(kPutBeat, beat.execution, beat.position,
                       beat.at.unix_millis());
  }
  for (engine::ExecutionNumber number : batch.ended) {
    transaction->Write(kDeleteSnapshot, number);
    transaction->Write(kDeleteParked, number);
    transaction->Write(kDeleteBeats, number);
  }
  for (const auto& [name, value] : batch.put_settings) {
    transaction->Write(kPutSetting, name, Blob{value});
  }
}

void SqliteStore::DeleteStateMachine(const std::string& arn,
                                     Transaction* transaction) {
  transaction->Write(kMarkLastExecution);
  transaction->Write(kDeleteLogsOf, arn);
  transaction->Write(kDeleteLogEndsOf, arn);
  transaction->Write(kDeleteSnapshotsOf, arn);
  transaction->Write(kDeleteParkedOf, arn);
  transaction->Write(kDeleteBeatsOf, arn);
  transaction->Write(kDeleteExecutionsOf, arn);
  transaction->Write(kDeleteStateMachine, arn);
}

void SqliteStore::PutExecution(const ExecutionRecord& e,
                               Transaction* transaction) {
  const auto millis = [](const std::optional<Instant>& t) {
    return t ? std::optional<int64_t>(t->unix_millis()) : std::nullopt;
  };
  transaction->Write(kPutExecution, e.number, e.state_machine_arn,
                     static_cast<int64_t>(e.status), e.arn, e.name,
                     e.state_machine_version_arn, e.state_machine_alias_arn,
                     e.definition_hash, e.role_arn, e.trace_header, e.pinned,
                     e.start_date.unix_millis(), millis(e.stop_date),
                     e.redrive_count, millis(e.redrive_date), e.error, e.cause,
                     e.input, e.output);
}

void SqliteStore::Append(const engine::LogAppend& append,
                         Transaction* transaction) {
  if (append.events->empty()) return;
  buffer_.clear();
  engine::EncodeEvents(*append.events, append.window, &buffer_);
  transaction->Write(kAppend, append.execution, Blob{buffer_});
  transaction->Write(kPutLogEnd, append.execution);
}

// PASSIVE waits for nobody. If it folded everything and no reader is left, the
// next commit begins at the start of the log file again.
void SqliteStore::CheckpointIfLong() {
  if (wal_pages_ < checkpoint_at_) return;
  const int64_t limit =
      std::max<int64_t>(options_.checkpoint_bytes / kPageBytes, 1);
  int in_log = 0, folded = 0;
  const int code =
      sqlite3_wal_checkpoint_v2(database_.connection.handle(), nullptr,
                                SQLITE_CHECKPOINT_PASSIVE, &in_log, &folded);
  // The commit stands whatever comes of this. Held up by a reader or a full
  // disk, it is tried again when the log has grown some more.
  const bool done = code == SQLITE_OK && folded == in_log;
  checkpoint_at_ = done ? limit : wal_pages_ + std::max<int64_t>(limit / 4, 1);
}

std::string SqliteStore::Description() const {
  std::error_code error;
  const auto path = std::filesystem::absolute(path_, error);
  return error ? path_ : path.lexically_normal().string();
}

}  // namespace stepwheel::storage
