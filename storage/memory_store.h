// MemoryStore keeps everything in this process: for tests, `stepwheel run` and
// `serve --db :memory:`. It gives the promise of a Store, crashes excepted, and
// keeps logs as the same bytes that SqliteStore writes.
//
// Thread rule: used by one thread.
#ifndef STEPWHEEL_STORAGE_MEMORY_STORE_H_
#define STEPWHEEL_STORAGE_MEMORY_STORE_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/store.h"

namespace stepwheel::storage {

class MemoryStore : public engine::Store {
 public:
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
  // The executions of one state machine.
  struct Machine {
    std::set<engine::ExecutionNumber> executions;
    int64_t running = 0;
  };

  // Bytes of the log that a snapshot or a parked record has seen.
  struct Snapshotted {
    engine::SnapshotRecord record;
    size_t log_bytes = 0;
  };
  struct ParkedAt {
    std::string waits;
    size_t log_bytes = 0;
  };

  void DeleteStateMachine(const std::string& arn);
  void ForgetWaits(engine::ExecutionNumber number);
  size_t LogBytes(engine::ExecutionNumber number) const;
  void Put(const engine::ExecutionRecord& record);

  std::map<std::string, std::string> settings_;
  std::map<std::string, engine::StateMachineRecord> state_machines_;
  std::map<std::string, engine::ActivityRecord> activities_;
  absl::flat_hash_map<std::string, std::string> definitions_;

  absl::flat_hash_map<engine::ExecutionNumber, engine::ExecutionRecord>
      executions_;
  // Of several executions with one ARN, the last.
  absl::flat_hash_map<std::string, engine::ExecutionNumber> by_arn_;
  absl::flat_hash_map<std::string, Machine> by_machine_;
  std::set<engine::ExecutionNumber> running_;
  // Survives the deletion of its execution: a number is never given twice.
  engine::ExecutionNumber last_number_ = 0;

  absl::flat_hash_map<engine::ExecutionNumber, std::string> logs_;
  absl::flat_hash_map<engine::ExecutionNumber, Snapshotted> snapshots_;
  std::map<engine::ExecutionNumber, ParkedAt> parked_;
  std::map<engine::ExecutionNumber, std::map<int64_t, Instant>> beats_;
};

}  // namespace stepwheel::storage

#endif  // STEPWHEEL_STORAGE_MEMORY_STORE_H_
