// SqliteStore keeps everything in one SQLite file with a write-ahead log: a
// commit is one transaction, events go to the end of a table without an index,
// and the write-ahead log is folded back between commits (README.md says why).
//
// Thread rule: used by one thread.
#ifndef STEPWHEEL_STORAGE_SQLITE_STORE_H_
#define STEPWHEEL_STORAGE_SQLITE_STORE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/store.h"
#include "storage/sqlite.h"
#include "storage/sqlite_open.h"

namespace stepwheel::storage {

struct SqliteOptions {
  Durability durability = Durability::kNormal;
  // For `history` and `replay`: works beside a server, commits are refused.
  bool read_only = false;
  // The write-ahead log is folded back into the file when it is this long; a
  // reader that holds on to an old state may let it grow further.
  int64_t checkpoint_bytes = 8 << 20;
  // The file may not grow beyond this; 0: as the disk allows. A commit that
  // needs more fails with ResourceExhausted.
  int64_t file_bytes_max = 0;
};

class SqliteStore : public engine::Store {
 public:
  // Errors: see OpenForServing and OpenForReading.
  static absl::StatusOr<std::unique_ptr<SqliteStore>> Open(
      const std::string& path, const SqliteOptions& options = {});
  ~SqliteStore() override;

  // ResourceExhausted if the disk is full, Unavailable if the file is locked or
  // the disk fails; later commits may succeed.
  absl::Status Commit(const engine::Batch& batch) override;

  absl::StatusOr<std::map<std::string, std::string>> Settings() override;
  absl::StatusOr<std::vector<engine::StateMachineRecord>> StateMachines()
      override;
  absl::StatusOr<std::vector<engine::ActivityRecord>> Activities() override;
  absl::StatusOr<engine::DefinitionRecord> Definition(
      const std::string& hash) override;
  absl::StatusOr<engine::ExecutionRecord> Execution(
      engine::ExecutionNumber number) override;
  absl::StatusOr<engine::ExecutionRecord> ExecutionByArn(
      const std::string& arn) override;
  absl::StatusOr<std::vector<engine::ExecutionRecord>> Executions(
      const engine::ExecutionQuery& query) override;
  absl::StatusOr<std::vector<engine::ExecutionNumber>> RunningExecutions()
      override;
  absl::StatusOr<std::vector<engine::ExecutionNumber>> AllExecutions() override;
  absl::StatusOr<engine::ExecutionNumber> LastExecutionNumber() override;
  absl::StatusOr<int64_t> CountRunning(
      const std::string& state_machine_arn) override;
  // DataLoss if the log is damaged: names the execution and the position.
  absl::Status ReadLog(engine::ExecutionNumber number,
                       engine::PayloadWindow* window,
                       std::vector<engine::Event>* events) override;
  absl::Status ReadLogAfterSnapshot(
      engine::ExecutionNumber number, engine::PayloadWindow* window,
      std::vector<engine::Event>* events) override;
  absl::StatusOr<engine::SnapshotRecord> Snapshot(
      engine::ExecutionNumber number) override;
  absl::StatusOr<std::vector<engine::ParkedRecord>> Parked(
      engine::ExecutionNumber after, int limit) override;
  absl::StatusOr<std::vector<engine::BeatRecord>> Beats(
      engine::ExecutionNumber first, engine::ExecutionNumber last) override;
  std::string Description() const override;

 private:
  class Transaction;

  SqliteStore(std::string path, const SqliteOptions& options,
              Database database);
  absl::Status Prepare();
  Statement* Get(int query) { return &statements_[query]; }

  void DeleteStateMachine(const std::string& arn, Transaction* transaction);
  void PutExecution(const engine::ExecutionRecord& e, Transaction* transaction);
  void Append(const engine::LogAppend& append, Transaction* transaction);
  void Write(const engine::Batch& batch, Transaction* transaction);
  void CheckpointIfLong();

  absl::StatusOr<std::vector<engine::ExecutionNumber>> Numbers(int query);
  absl::StatusOr<engine::ExecutionRecord> ReadExecution(Statement::Run* run,
                                                        std::string_view what);
  // The ids of the execution's log rows after row `after`, first to last.
  absl::StatusOr<std::vector<int64_t>> LogRows(engine::ExecutionNumber number,
                                               int64_t after);
  absl::Status ReadInOneState(engine::ExecutionNumber number,
                              bool after_snapshot,
                              engine::PayloadWindow* window,
                              std::vector<engine::Event>* events);
  absl::Status ReadRows(engine::ExecutionNumber number, int64_t after,
                        engine::PayloadWindow* window,
                        std::vector<engine::Event>* events);
  // The last log row whose events are in the execution's snapshot, or 0.
  absl::StatusOr<int64_t> SnapshotLog(engine::ExecutionNumber number);

  const std::string path_;
  const SqliteOptions options_;
  Database database_;
  std::vector<Statement> statements_;  // Destroyed before the connection.
  std::string buffer_;                 // Of Append, kept for its capacity.
  // Pages in the write-ahead log, told by SQLite after each commit, and at how
  // many the next checkpoint is tried.
  int64_t wal_pages_ = 0;
  int64_t checkpoint_at_ = 0;
};

}  // namespace stepwheel::storage

#endif  // STEPWHEEL_STORAGE_SQLITE_STORE_H_
