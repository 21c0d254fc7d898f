// FaultyStore is another store whose n-th Commit fails: nothing of the batch is
// kept, as a full disk would have it. The scenario suite plays every scenario
// on it and expects the same histories.
#ifndef STEPWHEEL_TESTS_FAKES_FAULTY_STORE_H_
#define STEPWHEEL_TESTS_FAKES_FAULTY_STORE_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store.h"

namespace stepwheel {

class FaultyStore : public engine::Store {
 public:
  // Asked with 1 at the first Commit of a non-empty batch, 2 at the next...
  using Fails = std::function<bool(int64_t n)>;

  // `store` outlives this.
  FaultyStore(engine::Store* store, Fails fails)
      : store_(store), fails_(std::move(fails)) {}
  FaultyStore(engine::Store* store, std::set<int64_t> failing)
      : FaultyStore(store, [failing = std::move(failing)](int64_t n) {
          return failing.count(n) > 0;
        }) {}

  int64_t commits() const { return commits_; }    // Tried, failed ones too.
  int64_t failures() const { return failures_; }  // Made by this class.

  absl::Status Commit(const engine::Batch& batch) override {
    if (batch.empty()) return store_->Commit(batch);
    if (!fails_(++commits_)) return store_->Commit(batch);
    ++failures_;
    // A real store has encoded the events before the disk turns out to be full:
    // the windows then know payloads that no log has.
    std::string lost;
    for (const engine::LogAppend& append : batch.log) {
      engine::EncodeEvents(*append.events, append.window, &lost);
    }
    return absl::ResourceExhaustedError(
        absl::StrCat("commit ", commits_, " fails on purpose"));
  }

  absl::StatusOr<std::map<std::string, std::string>> Settings() override {
    return store_->Settings();
  }
  absl::StatusOr<std::vector<engine::StateMachineRecord>> StateMachines()
      override {
    return store_->StateMachines();
  }
  absl::StatusOr<std::vector<engine::ActivityRecord>> Activities() override {
    return store_->Activities();
  }
  absl::StatusOr<engine::DefinitionRecord> Definition(
      const std::string& hash) override {
    return store_->Definition(hash);
  }
  // While set, executions cannot be read.
  void FailReads(absl::Status error) { read_error_ = std::move(error); }

  absl::StatusOr<engine::ExecutionRecord> Execution(
      engine::ExecutionNumber number) override {
    if (!read_error_.ok()) return read_error_;
    return store_->Execution(number);
  }
  absl::StatusOr<engine::ExecutionRecord> ExecutionByArn(
      const std::string& arn) override {
    return store_->ExecutionByArn(arn);
  }
  absl::StatusOr<std::vector<engine::ExecutionRecord>> Executions(
      const engine::ExecutionQuery& query) override {
    return store_->Executions(query);
  }
  absl::StatusOr<std::vector<engine::ExecutionNumber>> RunningExecutions()
      override {
    return store_->RunningExecutions();
  }
  absl::StatusOr<std::vector<engine::ExecutionNumber>> AllExecutions()
      override {
    return store_->AllExecutions();
  }
  absl::StatusOr<engine::ExecutionNumber> LastExecutionNumber() override {
    return store_->LastExecutionNumber();
  }
  absl::StatusOr<int64_t> CountRunning(
      const std::string& state_machine_arn) override {
    return store_->CountRunning(state_machine_arn);
  }
  absl::Status ReadLog(engine::ExecutionNumber number,
                       engine::PayloadWindow* window,
                       std::vector<engine::Event>* events) override {
    return store_->ReadLog(number, window, events);
  }
  absl::Status ReadLogAfterSnapshot(
      engine::ExecutionNumber number, engine::PayloadWindow* window,
      std::vector<engine::Event>* events) override {
    return store_->ReadLogAfterSnapshot(number, window, events);
  }
  absl::StatusOr<engine::SnapshotRecord> Snapshot(
      engine::ExecutionNumber number) override {
    return store_->Snapshot(number);
  }
  absl::StatusOr<std::vector<engine::ParkedRecord>> Parked(
      engine::ExecutionNumber after, int limit) override {
    return store_->Parked(after, limit);
  }
  absl::StatusOr<std::vector<engine::BeatRecord>> Beats(
      engine::ExecutionNumber first, engine::ExecutionNumber last) override {
    return store_->Beats(first, last);
  }
  std::string Description() const override { return store_->Description(); }

 private:
  engine::Store* store_;
  Fails fails_;
  int64_t commits_ = 0;
  int64_t failures_ = 0;
  absl::Status read_error_;
};

}  // namespace stepwheel

#endif  // STEPWHEEL_TESTS_FAKES_FAULTY_STORE_H_
