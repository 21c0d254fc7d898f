// Decision finds out what happens next in one execution: (state, command, now)
// in, events and effects out. It never writes to the execution itself; Emit()
// appends an event and applies it, so the state the next step sees is the state
// a replay would see.
//
// A step enters one state and does its work; frames that are ready take steps
// in turn (AWS's lock step), within a budget, so that one execution cannot keep
// the loop from the others.
#ifndef STEPWHEEL_ENGINE_DECIDE_H_
#define STEPWHEEL_ENGINE_DECIDE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "asl/data_flow.h"
#include "asl/error.h"
#include "asl/interrupt.h"
#include "asl/state_machine.h"
#include "engine/chance.h"
#include "engine/dispatcher.h"
#include "engine/event.h"
#include "engine/execution.h"
#include "engine/frame_environment.h"
#include "engine/mocks/mock_source.h"

namespace stepwheel::engine {

// What a decision may ask about things outside its execution. Answers end up in
// events, so a replay never asks.
class World {
 public:
  virtual ~World() = default;
  virtual bool ActivityExists(const std::string& arn) = 0;
  virtual bool StateMachineDeleted(const std::string& arn) = 0;
  virtual bool CanCall(const asl::Resource& resource, std::string* why) = 0;
};

// An attempt and where to find it.
struct OpenAttempt {
  AttemptKey key;
  FrameId frame = 0;
  friend auto operator<=>(const OpenAttempt&, const OpenAttempt&) = default;
};

// Deeds for after the commit. Each is checked against the state again then: an
// attempt that has closed meanwhile starts nothing.
struct QueueActivityTask {
  std::string activity_arn;
  AttemptKey key;
  FrameId frame = 0;
  Instant scheduled_at;
};
struct StartCall {
  Call call;
  FrameId frame = 0;
};
struct CancelCall {
  AttemptKey key;
  ExecutionNumber child = 0;  // Attempt::child: it is stopped.
};
// Not for after the commit but for the same one: the child of startExecution.
struct StartChild {
  OpenAttempt parent;
};
using Effect =
    std::variant<QueueActivityTask, StartCall, CancelCall, StartChild>;

// Sees the value after each stage of a state's data flow, when it is evaluated
// and before its commit. Stages have the names of TestState's inspectionData:
// input, afterInputPath, afterParameters, afterArguments, afterItemsPath,
// afterItemSelector, result, afterResultSelector, afterResultPath,
// afterOutputPath.
using DataFlowObserver =
    std::function<void(const Execution& execution, const Frame& frame,
                       std::string_view stage, const asl::Value& value)>;

struct DecideContext {
  World* world = nullptr;
  HashKey token_key;
  uint64_t seed = 0;
  MockSource* mocks = nullptr;  // Null: there is no mock file.
  int64_t history_events_max = kHistoryEventsMax;
  asl::Interrupt* interrupt = nullptr;  // Bounds each evaluation.
  DataFlowObserver data_flow;           // May be empty.
};

// How much one turn gives one execution: counted, never timed, so histories do
// not depend on the machine (rules.md 1).
struct Budget {
  int64_t events = 200;
  int64_t payload_bytes = 1 << 20;
  bool spent() const { return events <= 0 || payload_bytes <= 0; }
};

class Decision {
 public:
  Decision(Execution* execution, const DecideContext& context, Instant now,
           Budget* budget, std::vector<Event>* events,
           std::vector<Effect>* effects);

  // Commands. Each does nothing when its attempt or frame is no longer open.
  // `test_case`: of the mock file, or "".
  void Start(const std::string& test_case);
  void Run();  // Steps, until nothing is ready or the budget is spent.
  void HandOut(FrameId frame, int64_t position,
               const std::optional<std::string>& worker_name);
  void AnswerTask(FrameId frame, int64_t position, const asl::Value& output);
  // The request or the function failed.
  void FailTask(FrameId frame, int64_t position, asl::Error error);
  // SendTaskFailure.
  void FailByToken(FrameId frame, int64_t position, asl::Error error);
  // `child`: the execution whose end answers the task, if there is one.
  void SubmitTask(FrameId frame, int64_t position, const asl::Value& response,
                  ExecutionNumber child = 0);
  void TimerFired(FrameId frame);
  void MachineTimedOut();
  void Stop(std::optional<std::string> error, std::optional<std::string> cause);

  // Whether a frame is ready to step: the caller runs another turn.
  bool HasReady() const;

  // For states/*.cc.
  Execution& execution() { return *e_; }
  Instant now() const { return now_; }
  const DecideContext& context() const { return context_; }
  bool ended() const { return e_->ended(); }
  FrameEnvironment EnvironmentOf(const Frame& frame) const;
  // The data flow of the frame's state, observed. `env` outlives it.
  asl::DataFlow::InPlace DataFlowOf(const Frame& frame,
                                    FrameEnvironment& env) const;
  // An event of this frame, with the frame's tip as previousEventId.
  Event EventOf(EventType type, const Frame& frame) const;
  // Stamps, numbers, applies and records. Refused (false) once the execution
  // has ended, also when this very event was number 25,000.
  bool Emit(Event event);
  void Add(Effect effect) { effects_->push_back(std::move(effect)); }

  // The state's work is done: what it makes of the result, then the exit.
  void Complete(Frame& frame, const asl::Value& result);
  // Leaves the state and goes on, joins or ends; or fails with the error.
  void Exit(Frame& frame, const asl::Outcome<asl::StateOutput>& left,
            asl::StateIndex next);
  // Fails the execution with States.DataLimitExceeded if the value's text would
  // be over AWS's limit; looks at its size without making the text.
  bool FailIfTooLarge(Frame& frame, const asl::Value& value);
  // The same for the variables an Assign would set; an EvaluationFailed event
  // comes first (quotas.md 3).
  bool FailIfVariablesTooLarge(Frame& frame, const asl::Assigned& assigned);
  // The state fails: Retry, Catch, or on to the frame's parent.
  void Fail(Frame& frame, asl::Error error, bool from_task);

 private:
  void StepInto(Frame& frame);
  bool FailIfDeleted(Frame& frame);
  void Resume(Frame& frame);  // After a back-off.
  void TimeOutTask(Frame& frame);
  void AnswerMock(const Frame& frame);
  void SubmitEarly(const Frame& frame);
  void EndFlow(Frame& frame);
  // MapStateFailed or ParallelStateFailed; nothing for other states. False
  // once the execution has ended.
  bool EmitStateFailed(Frame& frame, int64_t previous);
  bool Retry(Frame& frame, const asl::Error& error, bool from_task,
             int64_t previous);
  bool Catch(Frame& frame, const asl::Error& error, bool from_task);
  void FailFlow(Frame& frame, const asl::Error& error, bool from_task);
  // Completes the cause and writes the EvaluationFailed event, for errors that
  // have these. False once the execution has ended.
  bool Announce(const Frame& frame, asl::Error* error);
  void FailExecution(int64_t previous, const asl::Error& error);
  void AbortChildren(Frame& parent, int64_t previous, const Frame* failed);
  void AbortFrame(Frame& frame, int64_t previous, bool failed);
  bool FailIfAnswerTooLarge(const Frame& frame, const asl::Value& answer);

  Execution* e_;
  const DecideContext& context_;
  Instant now_;
  Budget* budget_;
  std::vector<Event>* events_;
  std::vector<Effect>* effects_;
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_DECIDE_H_
