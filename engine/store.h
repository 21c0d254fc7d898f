// Store is durable memory: the engine owns this interface, `storage` implements
// it (SQLite and in memory, one test-suite for both). A commit is all or
// nothing; what a read returns has been committed.
//
// Thread rule: called on the engine's thread only.
#ifndef STEPWHEEL_ENGINE_STORE_H_
#define STEPWHEEL_ENGINE_STORE_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/event.h"
#include "engine/event_codec.h"
#include "engine/records.h"

namespace stepwheel::engine {

// New events of one execution, in order of position. The pointers are owned by
// the engine and valid during Commit().
struct LogAppend {
  ExecutionNumber execution = 0;
  const std::vector<Event>* events = nullptr;
  PayloadWindow* window = nullptr;  // For EncodeEvents.
};

// Everything one turn changes. Later entries win over earlier ones of the same
// key; `put` inserts or replaces. State machines and activities are deleted
// first, then the rest is applied in this order: a batch may delete a state
// machine and create it anew, but to undo its own put it leaves that out.
struct Batch {
  std::vector<DefinitionRecord> put_definitions;  // Same hash: same text.
  std::vector<StateMachineRecord> put_state_machines;
  // ARNs; also removes their executions and all that is kept for these.
  std::vector<std::string> delete_state_machines;
  std::vector<ActivityRecord> put_activities;
  std::vector<std::string> delete_activities;  // ARNs.
  std::vector<ExecutionRecord> put_executions;
  std::vector<LogAppend> log;
  // A snapshot holds what this batch appends; appending later leaves it behind.
  std::vector<SnapshotRecord> put_snapshots;
  std::vector<ParkedRecord> put_parked;
  std::vector<BeatRecord> put_beats;
  // They ended: their snapshots, parked records and beats are removed.
  std::vector<ExecutionNumber> ended;
  std::map<std::string, std::string> put_settings;

  bool empty() const {
    return put_definitions.empty() && put_state_machines.empty() &&
           delete_state_machines.empty() && put_activities.empty() &&
           delete_activities.empty() && put_executions.empty() && log.empty() &&
           put_snapshots.empty() && put_parked.empty() && put_beats.empty() &&
           ended.empty() && put_settings.empty();
  }
};

// A page request of ListExecutions: newest start first (higher number first).
struct ExecutionQuery {
  std::string state_machine_arn;  // Plain ARN.
  std::optional<ExecutionStatus> status;
  // Only executions with a number below this one (the page token).
  std::optional<ExecutionNumber> before;
  int limit = 100;
};

class Store {
 public:
  virtual ~Store() = default;

  // Applies the whole batch or nothing. After an error nothing of the batch
  // may ever be read, and a later Commit may succeed.
  virtual absl::Status Commit(const Batch& batch) = 0;

  virtual absl::StatusOr<std::map<std::string, std::string>> Settings() = 0;
  virtual absl::StatusOr<std::vector<StateMachineRecord>> StateMachines() = 0;
  virtual absl::StatusOr<std::vector<ActivityRecord>> Activities() = 0;
  // NotFound if there is none.
  virtual absl::StatusOr<DefinitionRecord> Definition(
      const std::string& hash) = 0;

  // NotFound if there is none.
  virtual absl::StatusOr<ExecutionRecord> Execution(ExecutionNumber number) = 0;
  // The last started: a name, and so an ARN, may be used again after 90 days.
  virtual absl::StatusOr<ExecutionRecord> ExecutionByArn(
      const std::string& arn) = 0;
  // Without input and output: no list shows them, and they may be large.
  virtual absl::StatusOr<std::vector<ExecutionRecord>> Executions(
      const ExecutionQuery& query) = 0;
  // Numbers of all executions with status RUNNING, ascending.
  virtual absl::StatusOr<std::vector<ExecutionNumber>> RunningExecutions() = 0;
  // Numbers of all executions, ascending (replay --check).
  virtual absl::StatusOr<std::vector<ExecutionNumber>> AllExecutions() = 0;
  // The highest number ever put, deleted ones too: numbers are in task tokens
  // and never given twice. 0 if there was none.
  virtual absl::StatusOr<ExecutionNumber> LastExecutionNumber() = 0;
  virtual absl::StatusOr<int64_t> CountRunning(
      const std::string& state_machine_arn) = 0;

  // The execution's whole log in order, appended to `events`, which is empty;
  // `window` is left as an encoder that goes on needs it. No events if there is
  // no such execution.
  virtual absl::Status ReadLog(ExecutionNumber number, PayloadWindow* window,
                               std::vector<Event>* events) = 0;
  // The same for the events that are not in the execution's snapshot: all of
  // them if it has none.
  virtual absl::Status ReadLogAfterSnapshot(ExecutionNumber number,
                                            PayloadWindow* window,
                                            std::vector<Event>* events) = 0;
  // NotFound if there is none.
  virtual absl::StatusOr<SnapshotRecord> Snapshot(ExecutionNumber number) = 0;
  // The first `limit` parked records of executions after number `after`, in
  // that order. A record counts until its execution's log grows again; then
  // it is left out.
  virtual absl::StatusOr<std::vector<ParkedRecord>> Parked(
      ExecutionNumber after, int limit) = 0;
  // Of the executions from `first` to `last`, in order of number and position.
  virtual absl::StatusOr<std::vector<BeatRecord>> Beats(
      ExecutionNumber first, ExecutionNumber last) = 0;

  // Where history is kept, for people: a path or "memory".
  virtual std::string Description() const = 0;
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_STORE_H_
