// The inside of Engine, split over engine.cc (facade), turn.cc (the loop and
// the commit), catalog.cc, executions.cc, tasks.cc (commands) and recovery.cc.
// Not for use outside engine/.
#ifndef STEPWHEEL_ENGINE_ENGINE_IMPL_H_
#define STEPWHEEL_ENGINE_ENGINE_IMPL_H_

#include <algorithm>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/activity_queue.h"
#include "engine/decide.h"
#include "engine/engine.h"
#include "engine/parked.h"
#include "engine/received.h"
#include "engine/task_token.h"
#include "engine/time/timer_wheel.h"
#include "engine/turn.h"

namespace stepwheel::engine {

// Instants as ticks of the wheel; times before 1970 count as 1970.
inline Tick TickOf(Instant t) {
  return static_cast<Tick>(std::max<int64_t>(t.unix_millis(), 0));
}

inline ApiError NoMachine(const std::string& arn) {
  return {ApiErrorCode::kStateMachineDoesNotExist,
          "State Machine Does Not Exist: '" + arn + "'"};
}

struct Engine::Impl : World {
  // What a timer stands for; frame 0 is the machine's own deadline.
  struct Owner {
    ExecutionNumber execution = 0;
    FrameId frame = 0;
  };

  Impl(EngineOptions o, Clock* c, Store* s, Dispatcher* d);

  // World
  bool ActivityExists(const std::string& arn) override;
  bool StateMachineDeleted(const std::string& arn) override;
  bool CanCall(const asl::Resource& resource, std::string* why) override;

  // turn.cc
  using CommandFn = std::function<void(TurnState&, Instant)>;
  using RefuseFn = std::function<void()>;
  struct Command {
    Received at;
    CommandFn run;
    RefuseFn refuse;     // While the store cannot be written.
    bool reads = false;  // Changes nothing: answered then, too.
    // The one execution it is about, or kNone; absent: it may be any.
    std::optional<ExecutionNumber> about = std::nullopt;
  };
  static constexpr ExecutionNumber kNone = 0;
  void Submit(Command command);
  void Submit(Received at, CommandFn run, RefuseFn refuse,
              std::optional<ExecutionNumber> about = std::nullopt) {
    Submit({at, std::move(run), std::move(refuse), /*reads=*/false, about});
  }
  // A command that changes nothing: `answer` runs after the turn's commit.
  void SubmitRead(Instant at, std::function<void()> answer, RefuseFn refuse);
  // A command that nobody waits for or would issue again: while the store fails
  // it is kept and run later, as often as a commit takes it back.
  void SubmitKept(Received at, CommandFn run);
  void AnswerReadsOnly(Instant now);
  static constexpr int kLoadsPerTurnMax = 128;  // By commands.
  void RunCommand(TurnState& turn, const Command& command, Instant now);
  bool MayOvertake(const Command& command) const;
  void LetOvertake(TurnState& turn, Instant now, int items);
  bool Turn();
  std::optional<Instant> NextWake();
  void TakeWork(TurnState& turn, Instant now);
  void CollectTimersAt(Tick tick, Instant now);
  // False: a budget is spent, the rest of them is for the next turn.
  bool FireTimersAt(TurnState& turn, Tick tick, Instant now);
  void FireTimer(TurnState& turn, ExecutionNumber number, FrameId frame,
                 Instant at);
  void Continue(TurnState& turn, const std::set<ExecutionNumber>& unfinished,
                Instant now);
  // What a decision of this turn has led to for others: polls that get a task,
  // children that start, parents that are answered.
  void Settle(TurnState& turn, Instant now);
  void MatchActivities(TurnState& turn, Instant now);
  bool HandOut(TurnState& turn, ActivityQueue& queue, Instant now);
  void FillBatch(TurnState& turn);
  void AddTime(Batch* batch) const;
  void Tell(TurnState& turn);
  void SweepQueues();
  void Perform(const Work& work);
  void Undo(TurnState& turn, const absl::Status& status);
  bool Repair(Instant now);

  Work& WorkOf(TurnState& turn, Execution* execution);
  // Runs `f` on a Decision of this execution at `now`, then lets it step.
  template <class F>
  void Decide(TurnState& turn, Execution* execution, Instant now, F f) {
    Work& work = WorkOf(turn, execution);
    Decision decision(execution, context, now, &work.budget, &work.events,
                      &work.effects);
    f(decision);
    decision.Run();
    AfterDecision(turn, work, decision);
  }
  void AfterDecision(TurnState& turn, Work& work, Decision& decision);

  // children.cc
  bool SettleChild(TurnState& turn, Instant now);
  void StartTheChild(TurnState& turn, const OpenAttempt& parent, Instant now);
  void OnEnded(TurnState& turn, ExecutionNumber number, Instant now);
  void AnswerParent(TurnState& turn, const OpenAttempt& parent,
                    const ExecutionRecord& child, Instant now);
  void AwaitChild(TurnState& turn, ExecutionNumber child,
                  const OpenAttempt& parent);
  void AdoptChildOf(const Execution& e, const Frame& frame);

  // timers
  void ArmTimers(Execution& execution);
  void ArmFrame(Execution& execution, Frame& frame);
  void ArmParked(const ParkedWait& wait);
  TimerId NewTimer(ExecutionNumber number, FrameId frame);
  void FreeTimer(TimerId* timer);
  void Forget(Execution& execution);  // Frees every timer it has.
  // The timer's deadline; nullopt if nothing waits for it any more.
  std::optional<Deadline> DeadlineOf(Owner owner) const;

  // parking.cc: which executions are in memory.
  Execution* Find(ExecutionNumber number);  // nullptr: parked, or none such.
  // The execution if it runs, read back if it is parked. nullptr if it does not
  // run, or cannot be read: then `turn.failure` says why, unless the store is
  // damaged, in which case it is set aside.
  Execution* Need(TurnState& turn, ExecutionNumber number);
  Execution* NeedByArn(TurnState& turn, const std::string& arn);
  // 0: there is none, or the store cannot be read, as `turn.failure` says.
  ExecutionNumber NumberOf(TurnState& turn, const std::string& arn);
  // The execution if this attempt of it is open; nothing is read back for one
  // that has closed.
  Execution* NeedOpen(TurnState& turn, const OpenAttempt& attempt);
  Execution* Keep(std::unique_ptr<Execution> execution);
  void Drop(ExecutionNumber number);  // From memory, timers excepted.
  // The wait of an open attempt of a parked execution, or nullptr.
  ParkedWait* FindParkedAttempt(ExecutionNumber number, FrameId frame,
                                int64_t position);
  // Whether a queued task still waits for a worker.
  bool IsQueued(const QueuedTask& task);
  void CountParked(const Parked& parked, int64_t change);
  bool IsAwaited(ExecutionNumber number) const;
  void ChooseToPark(TurnState& turn);
  void ParkChosen(TurnState& turn);
  void SetAside(ExecutionNumber number, const absl::Status& status);

  // recovery.cc
  absl::Status Recover();
  absl::Status ReadSettings();
  absl::Status RecoverExecutions(Instant now);
  void RecoverParked(ExecutionNumber number, ParkedFacts facts, Instant now);
  absl::Status ParkSurplus(size_t slack);
  absl::StatusOr<std::unique_ptr<Execution>> Load(ExecutionNumber number);
  absl::Status Adopt(ExecutionNumber number);
  Instant WithGrace(Instant beat, int64_t heartbeat_seconds, Instant now) const;
  void ApplyGrace(Execution& execution, Instant now);
  void ApplyGrace(Parked& parked, Instant now);
  // `last`: the position of its last event when the server stopped.
  void SubmitCallsInDoubt(ExecutionNumber number, int64_t last, Instant now);
  void SettleCallsInDoubt(TurnState& turn, Execution* execution, int64_t last,
                          Instant now);
  absl::StatusOr<asl::StateMachinePtr> Machine(const std::string& hash);
  void KeepParsed(const std::string& hash, asl::StateMachinePtr machine);

  // executions.cc
  Result<StartExecutionAnswer> Start(TurnState& turn,
                                     const StartExecutionRequest& request,
                                     Instant now);
  std::optional<std::string> TakeTestCase(std::string* arn) const;
  std::string TestCaseOf(TurnState& turn, ExecutionNumber number);
  ExecutionRecord NewRecord(const StateMachineRecord& machine,
                            const StartExecutionRequest& request,
                            ExecutionNumber number, Instant now) const;
  Result<StopExecutionAnswer> Stop(TurnState& turn,
                                   const StopExecutionRequest& request,
                                   Instant now);
  Result<ExecutionRecord> Describe(const std::string& arn);
  Result<DescribeStateMachineAnswer> DescribePinned(const std::string& arn);
  // Adds what the definition itself says to an answer about its machine.
  Result<DescribeStateMachineAnswer> WithDefinition(
      DescribeStateMachineAnswer answer);
  Result<ListExecutionsAnswer> List(const ListExecutionsRequest& request);
  Result<GetExecutionHistoryAnswer> History(
      const GetExecutionHistoryRequest& request);
  std::string PageToken(std::string_view text) const;
  std::optional<std::string> ReadPageToken(const std::string& token) const;

  // catalog.cc
  Result<CreateStateMachineAnswer> CreateMachine(
      TurnState& turn, const CreateStateMachineRequest& request, Instant now);
  Result<UpdateStateMachineAnswer> UpdateMachine(
      TurnState& turn, const UpdateStateMachineRequest& request, Instant now);
  Result<DescribeStateMachineAnswer> DescribeMachine(const std::string& arn);
  void DeleteMachine(TurnState& turn, const std::string& arn);
  void PurgeMachine(TurnState& turn, const std::string& arn);
  void SubmitPurge(const std::string& arn);
  void CountRunning(TurnState& turn, const std::string& machine_arn,
                    int64_t change);
  void PutMachine(TurnState& turn, StateMachineRecord record);
  void PutActivity(TurnState& turn, ActivityRecord record);
  void RemoveActivity(TurnState& turn, const std::string& arn);
  // One page of the catalog, in order of ARN. `kind` marks the page token.
  template <class Record>
  Result<std::pair<std::vector<Record>, std::optional<std::string>>> PageOf(
      const std::map<std::string, Record>& all, const ListRequest& request,
      const std::string& kind) const {
    auto it = all.begin();
    if (!request.next_token.empty()) {
      std::optional<std::string> page = ReadPageToken(request.next_token);
      if (!page || page->rfind(kind, 0) != 0) {
        return ApiError{ApiErrorCode::kInvalidToken,
                        "Invalid Token: 'Invalid token'"};
      }
      it = all.upper_bound(page->substr(kind.size()));
    }
    std::pair<std::vector<Record>, std::optional<std::string>> page;
    for (; it != all.end(); ++it) {
      if (page.first.size() == static_cast<size_t>(request.max_results)) {
        page.second = PageToken(kind + page.first.back().arn);
        break;
      }
      page.first.push_back(it->second);
    }
    return page;
  }
  std::string Arn(std::string_view kind, std::string_view name) const;

  // tasks.cc
  std::optional<ApiError> CheckToken(const std::string& text,
                                     TaskToken* token) const;
  ApiError ClosedTask(const TaskToken& token);
  bool Beat(const TaskToken& token, Instant at);
  bool BeatParked(const TaskToken& token, Instant at);
  bool IsParkedMock(const TaskToken& token);
  bool NothingDueIn(ExecutionNumber number, Instant at) const;
  void NoteBeat(Execution& execution, Frame& frame, Instant at);
  static void AppendBeats(const Execution& execution, Batch* batch);
  static void AppendBeats(ExecutionNumber number, const Parked& parked,
                          Batch* batch);
  static void BeatsStored(Execution& execution);
  static void BeatsStored(Parked& parked);
  bool FlushSomeBeats(size_t most);
  // The execution whose open attempt the token names, or nullptr.
  Execution* NeedAttempt(TurnState& turn, const TaskToken& token);
  // The frame of an open attempt, of which only the position is known.
  std::optional<FrameId> FrameOfAttempt(AttemptKey key);
  void OnCall(AttemptKey key, Received at,
              std::function<void(Decision&, FrameId, int64_t)> apply);
  // inspect.cc
  WaitingFrame Describe(const Execution& execution, const Frame& frame) const;
  void CountFrame(const Execution& execution, Frame& frame);
  // An execution that runs, for a look only: what is parked stays so, and is
  // read into `*copy`. nullptr if it cannot be read.
  const Execution* Look(ExecutionNumber number,
                        std::unique_ptr<Execution>* copy);
  void NoteNamed(AttemptKey key) {
    if (options.wall_ms) named[key] = options.wall_ms();
  }

  void Log(std::string_view level, const std::string& line) const {
    if (options.log) options.log(level, line);
  }

  // About a second's worth of questions, on the machine it was measured on.
  static constexpr int64_t kInterruptQuestions = 20'000;

  EngineOptions options;
  asl::CountingInterrupt counting{kInterruptQuestions};
  Clock* clock;
  Store* store;
  Dispatcher* dispatcher;
  Observer observer;
  DecideContext context;

  std::map<std::string, StateMachineRecord> machines;  // By ARN.
  std::map<std::string, int64_t> running_of;           // By machine ARN.
  std::map<std::string, ActivityRecord> activities;
  std::map<std::string, ActivityQueue> queues;  // By activity ARN.
  std::set<std::string> grown;      // Queues that got a task in this turn.
  std::set<std::string> matchable;  // Queues that changed in this turn.
  absl::flat_hash_map<std::string, asl::StateMachinePtr> parsed;  // By hash.

  // Before the executions, whose frames are counted in it.
  Census census;
  // Every execution that runs is in one of these two.
  absl::flat_hash_map<ExecutionNumber, std::unique_ptr<Execution>> executions;
  absl::flat_hash_map<ExecutionNumber, Parked> parked;
  absl::flat_hash_map<std::string, ExecutionNumber> by_arn;  // In memory.
  std::list<ExecutionNumber> by_use;  // Those in memory, last used last.
  ExecutionNumber last_number = 0;
  std::set<ExecutionNumber> continues;  // Budget spent, work left.
  // Both follow from the frames of running executions. A parent is found by
  // its child; entries whose attempt has closed mean nothing.
  std::set<OpenAttempt> child_starts;
  std::set<std::pair<ExecutionNumber, OpenAttempt>> parents;

  // The history that was read last, for the next page of it. An execution that
  // runs has changed when its position has; 0 stands for one that has ended.
  struct ReadHistory {
    ExecutionNumber number = 0;
    int64_t position = 0;
    std::vector<Event> events;  // Public ones, oldest first.
  };
  ReadHistory last_read;
  absl::Status ReadEvents(ExecutionNumber number);

  std::deque<Command> inbox;  // In order of arrival.
  uint64_t last_poll = 0;
  std::map<uint64_t, std::string> poll_activity;  // Where a poll waits.

  TimerWheel wheel;
  std::vector<Owner> owners;  // By TimerId.
  // Timers that went off at tick `firing_at`, those not yet told.
  struct Due {
    Instant due;
    ExecutionNumber execution;
    DeadlineKind kind;
    FrameId frame;
    auto operator<=>(const Due&) const = default;
  };
  std::deque<Due> firing;
  Tick firing_at = 0;
  // Nothing is due before this tick: lets a heartbeat skip the turn.
  Tick quiet_until = 0;

  // Executions with beats that are not stored yet; may hold some twice.
  std::vector<ExecutionNumber> beaten;
  // Those of them that the flush under way has not come to, last one first.
  std::vector<ExecutionNumber> flushing;
  // Beats of executions that a failed commit dropped from memory.
  std::map<AttemptKey, Instant> kept_beats;
  std::set<ExecutionNumber> to_reload;
  std::vector<Command> held;  // Kept commands that wait for the store.
  bool degraded = false;      // The last commit failed: only probes are tried.
  Instant retry_at;
  Duration retry_delay{0};
  Instant recovered_at;
  std::optional<Instant> stored_time;  // With keep_time.
  // With wall_ms: when callers named open tasks and polled activities last.
  std::map<AttemptKey, int64_t> named;
  std::map<std::string, int64_t> polled;
  TimerCounts timer_counts;
  EngineStats counts;
  std::string busiest;  // Execution of the last turn, for the slow-turn line.
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_ENGINE_IMPL_H_
