// Engine runs executions: it takes commands (one method for each thing the API
// can ask), decides in turns, commits each turn to a Store, and only then tells
// anybody. It has no thread and no clock of its own.
//
// The loop of whoever owns it:
//   engine.StartExecution(request, now, reply);    // any number of commands
//   engine.Turn();                                 // decide, commit, tell
//   sleep until engine.NextWake()                  // or until a command comes
//
// Thread rule: everything is called on one thread; replies are called from
// within Turn() (or at once, where said) on that thread and may issue commands.
#ifndef STEPWHEEL_ENGINE_ENGINE_H_
#define STEPWHEEL_ENGINE_ENGINE_H_

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "asl/interrupt.h"
#include "engine/census.h"
#include "engine/deadlines.h"
#include "engine/decide.h"
#include "engine/dispatcher.h"
#include "engine/histogram.h"
#include "engine/operations.h"
#include "engine/received.h"
#include "engine/result.h"
#include "engine/store.h"
#include "engine/time/clock.h"

namespace stepwheel::engine {

struct EngineOptions {
  std::string region = "us-east-1";
  std::string account = "123456789012";
  // Chance is a pure function of this seed (rules.md 5). Absent: drawn once per
  // database by `draw_seed` and stored.
  std::optional<uint64_t> seed;
  std::function<uint64_t()> draw_seed;
  // At recovery a silent task gets this much longer before its heartbeat is
  // missed; absent: its own HeartbeatSeconds (rules.md 7).
  std::optional<Duration> recovery_grace;
  int64_t history_events_max = kHistoryEventsMax;
  // Bounds each evaluation of an expression; outlives the engine. Absent: by
  // counting, so that histories do not depend on the machine.
  asl::Interrupt* interrupt = nullptr;
  // Outlives the engine; null: no test case can be started.
  MockSource* mocks = nullptr;
  // After a failed commit: how long to wait before the next attempt.
  Duration commit_retry_min{100};
  Duration commit_retry_max{5000};
  // The clock is virtual: its time is stored with every commit, so that a
  // restart goes on from there.
  bool keep_time = false;
  // Monotonic wall time in milliseconds. Given: the engine remembers when a
  // caller last named each open task, for LastNamedTask().
  std::function<int64_t()> wall_ms;
  // So many executions that only wait stay in memory; beyond that, those that
  // were used least recently are parked (README.md).
  size_t executions_in_memory = 1000;
  // A parked execution is read back from its log while that is shorter than
  // this; then it gets a snapshot, and a new one after as many events again.
  int64_t events_per_snapshot = 100;
  // One line for events worth knowing; never payloads.
  std::function<void(std::string_view level, std::string_view line)> log;
};

// What a stuck run is asked: who waits for what.
struct WaitingFrame {
  std::string execution_arn;
  std::string state;
  WaitKind kind = WaitKind::kWait;
  std::string what;        // The Resource's ARN, "Wait" or "retry"
  std::string task_token;  // Empty unless a token can end it.
  std::optional<Instant> due;
  // Of a mocked call: the response it has been given.
  std::shared_ptr<const MockedCall> mock = nullptr;
};

// An armed timer, for people.
struct NamedTimer {
  Instant due;
  DeadlineKind kind = DeadlineKind::kOther;
  std::string execution_arn;
  std::string state;  // Empty for the machine's own deadline.
};

// A task that somebody outside may end, and when (wall_ms) one last asked for
// it: it was queued, handed out, polled for, or a call named its token.
struct NamedTask {
  WaitingFrame task;
  int64_t named_ms = 0;
};

// What became of timers. Indexed by DeadlineKind.
struct TimerCounts {
  std::array<int64_t, kDeadlineKinds> armed{};
  std::array<int64_t, kDeadlineKinds> fired{};
  int64_t rearmed = 0;  // By heartbeats.
  Histogram lateness;   // Of the turn that fired them, on the engine's clock.
};

struct EngineStats {
  int64_t executions_loaded = 0;  // In memory.
  int64_t executions_parked = 0;
  int64_t loads = 0;  // Executions read back since the start.
  int64_t executions_recovered = 0;
  int64_t timers_armed = 0;
  int64_t turns = 0;
  int64_t commits = 0;
  int64_t commit_failures = 0;
  int64_t pollers = 0;
  int64_t queued_tasks = 0;  // In activity queues, closed ones included.
};

// The time that an engine with `keep_time` last stored, or nullopt.
absl::StatusOr<std::optional<Instant>> StoredTime(Store& store);

class Engine {
 public:
  // `clock` and `store` outlive the engine; `dispatcher` may be null: then
  // every call to an outside service fails its task with a message that names
  // it.
  Engine(EngineOptions options, Clock* clock, Store* store,
         Dispatcher* dispatcher);
  ~Engine();
  Engine(const Engine&) = delete;

  // Reads the store: catalog, running executions, timers, queued activity
  // tasks. Call once, before anything else.
  absl::Status Recover();

  // Takes all commands and due timers in order of their instants, commits,
  // then replies and dispatches. Returns true if there is more to do at once.
  bool Turn();
  // When Turn() must run again: now if there is work, the next timer's due
  // time, or nullopt if nothing is armed.
  std::optional<Instant> NextWake();
  // When the next armed timer is due.
  std::optional<Instant> NextTimer();
  // Whether a timer is armed that is more than the year after which AWS ends
  // any execution.
  bool AwaitsTimer() const;
  // The timer that NextTimer() is about; the first by execution and frame.
  // Walks all executions.
  std::optional<NamedTimer> DescribeNextTimer();
  bool idle() const;  // No command waits and no execution has work left.

  // `at` is the instant the command was read (rules.md 6).
  void CreateStateMachine(CreateStateMachineRequest request, Instant at,
                          Reply<CreateStateMachineAnswer> reply);
  void UpdateStateMachine(UpdateStateMachineRequest request, Instant at,
                          Reply<UpdateStateMachineAnswer> reply);
  void DescribeStateMachine(std::string state_machine_arn, Instant at,
                            Reply<DescribeStateMachineAnswer> reply);
  // As of the execution's start, whatever was updated or deleted since.
  void DescribeStateMachineForExecution(
      std::string execution_arn, Instant at,
      Reply<DescribeStateMachineAnswer> reply);
  void ListStateMachines(ListRequest request, Instant at,
                         Reply<ListStateMachinesAnswer> reply);
  void DeleteStateMachine(std::string state_machine_arn, Instant at,
                          Reply<Nothing> reply);
  void StartExecution(StartExecutionRequest request, Instant at,
                      Reply<StartExecutionAnswer> reply);
  void DescribeExecution(std::string execution_arn, Instant at,
                         Reply<ExecutionRecord> reply);
  void ListExecutions(ListExecutionsRequest request, Instant at,
                      Reply<ListExecutionsAnswer> reply);
  void StopExecution(StopExecutionRequest request, Instant at,
                     Reply<StopExecutionAnswer> reply);
  void GetExecutionHistory(GetExecutionHistoryRequest request, Instant at,
                           Reply<GetExecutionHistoryAnswer> reply);
  void CreateActivity(std::string name, Instant at,
                      Reply<CreateActivityAnswer> reply);
  void DescribeActivity(std::string activity_arn, Instant at,
                        Reply<ActivityRecord> reply);
  void ListActivities(ListRequest request, Instant at,
                      Reply<ListActivitiesAnswer> reply);
  void DeleteActivity(std::string activity_arn, Instant at,
                      Reply<Nothing> reply);

  // A poll waits until a task is handed out or WithdrawPoll() ends it. The id
  // is never reused. `reply` gets an empty answer when it is withdrawn.
  using PollId = uint64_t;
  PollId GetActivityTask(GetActivityTaskRequest request, Instant at,
                         Reply<GetActivityTaskAnswer> reply);
  // Ends a waiting poll: with `answer` it is told {} (time is up), without, it
  // is forgotten (its connection is gone). No effect once it has a task.
  void WithdrawPoll(PollId id, bool answer);

  void SendTaskSuccess(SendTaskSuccessRequest request, Received at,
                       Reply<Nothing> reply);
  void SendTaskFailure(SendTaskFailureRequest request, Received at,
                       Reply<Nothing> reply);
  // Answers at once unless a timer of its execution was due when it arrived: a
  // beat is no event and waits for no commit, nor for commands whose callers
  // wait themselves.
  void SendTaskHeartbeat(std::string_view task_token, Received at,
                         Reply<Nothing> reply);

  // Answers of the dispatcher. Late ones meet no open attempt and are dropped.
  void CallSubmitted(AttemptKey key, asl::Value response, Received at);
  void CallSucceeded(AttemptKey key, asl::Value result, Received at);
  void CallFailed(AttemptKey key, asl::Error error, Received at);

  // Tells that the clock has leapt over time in which nobody ran (a laptop's
  // sleep): the rule of recovery applies to heartbeats (rules.md 6).
  void ClockLeapt();

  // Writes changed heartbeats that no commit has carried yet. The owner calls
  // it before it stops.
  void FlushBeats();
  // The same in slices of `most` beats, for whoever looks at sockets and timers
  // in between: true while some are left of those that were there when the
  // first slice was asked for. The owner begins once a second.
  bool FlushSomeBeats(size_t most);

  // Of the `executions_max` oldest executions that run.
  std::vector<WaitingFrame> Waiting(
      size_t executions_max = std::numeric_limits<size_t>::max()) const;
  // What the frames of all executions wait for, counted.
  const Census& census() const;
  // Of the tasks that a worker or the holder of a token may end, the one that
  // was named last. Walks all executions; needs EngineOptions::wall_ms.
  std::optional<NamedTask> LastNamedTask();
  const TimerCounts& timer_counts() const;
  // Whether a timer may be due by `at` that has not gone off: then it matters
  // when a request read at that time arrived.
  bool TimerDue(Instant at) const;
  // The last commit failed; Turn() tries again from time to time.
  bool degraded() const;
  // Stores the clock's time, if it has moved since it was last stored.
  absl::Status StoreTime();
  EngineStats stats() const;
  // ARN of the execution with the most events in the last turn that had any.
  const std::string& busiest_execution() const;
  const std::string& region() const;
  const std::string& account() const;

  // For `stepwheel run` and scenarios: sees every event after its commit.
  using Observer = std::function<void(const ExecutionRecord&, const Event&,
                                      const asl::StateMachine&)>;
  void SetObserver(Observer observer);
  void SetDataFlowObserver(DataFlowObserver observer);
  // The state of an execution that runs as canonical text; of a parked one as
  // it would be read back.
  std::string SnapshotForTest(const std::string& execution_arn);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_ENGINE_H_
