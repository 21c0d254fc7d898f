// CountingStore is a store that forgets: it counts the events of every commit
// and drops them, so that what a run costs is the engine alone. Enough for
// executions that run to their end in one process, and for nothing else.
#ifndef STEPWHEEL_BENCH_COUNTING_STORE_H_
#define STEPWHEEL_BENCH_COUNTING_STORE_H_

#include <map>
#include <string>
#include <vector>

#include "engine/store.h"

namespace stepwheel::bench {

class CountingStore : public engine::Store {
 public:
  int64_t events() const { return events_; }

  absl::Status Commit(const engine::Batch& batch) override {
    for (const engine::LogAppend& append : batch.log) {
      events_ += static_cast<int64_t>(append.events->size());
    }
    // Looked up by hash, if the engine should drop its compiled machine.
    for (const auto& d : batch.put_definitions) definitions_[d.hash] = d.text;
    return absl::OkStatus();
  }
  absl::StatusOr<engine::DefinitionRecord> Definition(
      const std::string& hash) override {
    auto at = definitions_.find(hash);
    if (at == definitions_.end()) return absl::NotFoundError(hash);
    return engine::DefinitionRecord{at->first, at->second};
  }

  // Whatever else is asked for is not there.
  absl::StatusOr<std::map<std::string, std::string>> Settings() override {
    return std::map<std::string, std::string>();
  }
  absl::StatusOr<std::vector<engine::StateMachineRecord>> StateMachines()
      override {
    return std::vector<engine::StateMachineRecord>();
  }
  absl::StatusOr<std::vector<engine::ActivityRecord>> Activities() override {
    return std::vector<engine::ActivityRecord>();
  }
  absl::StatusOr<engine::ExecutionRecord> Execution(
      engine::ExecutionNumber) override {
    return absl::NotFoundError("executions are not kept");
  }
  absl::StatusOr<engine::ExecutionRecord> ExecutionByArn(
      const std::string& arn) override {
    return absl::NotFoundError(arn);
  }
  absl::StatusOr<std::vector<engine::ExecutionRecord>> Executions(
      const engine::ExecutionQuery&) override {
    return std::vector<engine::ExecutionRecord>();
  }
  absl::StatusOr<std::vector<engine::ExecutionNumber>> RunningExecutions()
      override {
    return std::vector<engine::ExecutionNumber>();
  }
  absl::StatusOr<std::vector<engine::ExecutionNumber>> AllExecutions()
      override {
    return std::vector<engine::ExecutionNumber>();
  }
  absl::StatusOr<engine::ExecutionNumber> LastExecutionNumber() override {
    return 0;
  }
  absl::StatusOr<int64_t> CountRunning(const std::string&) override {
    return 0;
  }
  absl::Status ReadLog(engine::ExecutionNumber, engine::PayloadWindow*,
                       std::vector<engine::Event>*) override {
    return absl::OkStatus();
  }
  absl::Status ReadLogAfterSnapshot(engine::ExecutionNumber,
                                    engine::PayloadWindow*,
                                    std::vector<engine::Event>*) override {
    return absl::OkStatus();
  }
  absl::StatusOr<engine::SnapshotRecord> Snapshot(
      engine::ExecutionNumber) override {
    return absl::NotFoundError("snapshots are not kept");
  }
  absl::StatusOr<std::vector<engine::ParkedRecord>> Parked(
      engine::ExecutionNumber, int) override {
    return std::vector<engine::ParkedRecord>();
  }
  absl::StatusOr<std::vector<engine::BeatRecord>> Beats(
      engine::ExecutionNumber, engine::ExecutionNumber) override {
    return std::vector<engine::BeatRecord>();
  }
  std::string Description() const override { return "nowhere"; }

 private:
  int64_t events_ = 0;
  std::map<std::string, std::string> definitions_;
};

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_COUNTING_STORE_H_
