// Execution is the state of one execution as plain data: frames, variables and
// counters, and nothing that acts. Only Apply() (apply.h) changes it; Decide
// reads it to find out what happens next.
//
//   Execution
//     frames   1: main line        state "Fork", phase kChildren
//              2: branch 0 of 1    state "Ship", phase kTask, attempt @17
//              3: branch 1 of 1    state "Bill", phase kWaiting until 10:00:05
//     ready    frames that may enter their next state, in lock-step order
#ifndef STEPWHEEL_ENGINE_EXECUTION_H_
#define STEPWHEEL_ENGINE_EXECUTION_H_

#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "asl/state_machine.h"
#include "asl/value.h"
#include "engine/census.h"
#include "engine/event.h"
#include "engine/event_codec.h"
#include "engine/records.h"
#include "engine/time/clock.h"
#include "engine/time/timer_wheel.h"

namespace stepwheel::engine {

enum class Phase : uint8_t {
  kReady,     // Will enter `state` when its turn in `ready` comes.
  kEntered,   // Within a step; never at the end of one.
  kWaiting,   // A Wait state, until `due`.
  kTask,      // A Task with an open attempt.
  kBackoff,   // A Retrier waits until `due`.
  kChildren,  // Parallel or Map with open branches or iterations.
  kDone,      // Its flow has ended; `output` is the branch's result.
  kClosed,    // Aborted or failed; kept for a redrive until dropped.
};
std::string_view PhaseName(Phase phase);

// One try of a Task, named by the position of its ...Scheduled event.
struct Attempt {
  int64_t position = 0;  // 0: none is open.
  Instant scheduled_at;
  std::optional<Instant> started_at;  // Both clocks start here.
  bool submitted = false;             // TaskSubmitted was written.
  int64_t timeout_seconds = 0;        // 0: no limit
  int64_t heartbeat_seconds = 0;
  // What will be asked again before the task is answered: an activity's input,
  // the parameters of startExecution.
  asl::Value input;
  ExecutionNumber child = 0;  // startExecution.sync: whose end is awaited.
  // Mocked calls: the script, and what it returns in the end.
  std::shared_ptr<const MockedCall> mock;
  asl::Value mocked_return;
  // The one member that changes outside Apply(): a heartbeat is no event
  // (architecture.md 3.6). Stores keep it in a table of its own.
  std::optional<Instant> last_heartbeat;
  bool beat_dirty = false;  // Changed since it was last stored.
};

// What a Parallel or Map state holds while its branches or iterations run.
struct Children {
  asl::Value effective;             // The state's effective input.
  asl::Value items;                 // Map only.
  int64_t concurrency = 0;          // Map only: iterations at once.
  int64_t next_index = 0;           // Map only: the first not yet started.
  int64_t open = 0;                 // Branches or iterations not yet ended.
  int64_t tip = 0;                  // Last event of the child that ended last.
  std::vector<FrameId> frames;      // By index; 0 when dropped or not started.
  std::vector<asl::Value> results;  // Map only, by index.
};

// One line of control: the main line, a Parallel branch or a Map iteration.
struct Frame {
  FrameId id = 0;
  FrameId parent = 0;      // 0 for the main line.
  int64_t index = 0;       // Of the branch or iteration.
  bool iteration = false;  // Of a Map.
  Phase phase = Phase::kReady;
  asl::StateIndex state = asl::kNoState;
  asl::Value input;   // Raw input of `state`.
  asl::Value output;  // kDone: result of the flow.
  int64_t tip = 0;    // The event that the next one's previousEventId names.
  int64_t entered_id = 0;
  int64_t entered_previous = 0;
  Instant entered_at;
  std::vector<int64_t> retries;  // Per Retrier of `state`.
  int64_t retry_count = 0;       // All of them: $$.State.RetryCount.
  Attempt attempt;
  Instant due;  // kWaiting, kBackoff
  std::map<std::string, asl::Value, std::less<>> variables;
  std::unique_ptr<Children> children;

  // Not state: the timer that watches this frame's deadline, and where the
  // frame is counted while it waits.
  TimerId timer = kNoTimer;
  Counted counted;
};

// Of an execution that plays a test case of the mock file.
struct ExecutionMocks {
  std::string test_case;
  // How many calls of each Task have had a mocked response.
  std::map<asl::StateIndex, int64_t> calls;
};

struct Execution {
  // Constant: who it is and what it runs.
  ExecutionRecord record;  // status, stop_date, output... follow the events.
  asl::StateMachinePtr machine;
  asl::Value input;

  int64_t position = 0;  // Of the last event.
  int64_t last_id = 0;
  Instant last_timestamp;
  FrameId next_frame = kMainFrame;
  int64_t variable_bytes = 0;  // JSON text of all variables of all frames.
  std::map<FrameId, Frame> frames;
  // Frames that became ready, oldest first. Entries may be stale (their frame
  // gone or closed); the frame's phase decides.
  std::deque<FrameId> ready;
  std::unique_ptr<ExecutionMocks> mocks;  // Null: nothing is mocked.

  // Not state. Touched frames have new deadlines; dropped timers belonged to
  // frames that are gone. Both are emptied after the commit.
  std::vector<FrameId> touched;
  std::vector<TimerId> dropped_timers;
  TimerId machine_timer = kNoTimer;
  Counted year_limit;  // Counted while `machine_timer` is for that only.
  std::vector<FrameId> beaten;  // Frames whose attempt is beat_dirty.
  PayloadWindow window;
  // Where the store's snapshot and parked record of it stand; 0: it has none.
  int64_t snapshot_position = 0;
  int64_t parked_position = 0;
  // Its place among the executions in memory, by when they were last used.
  std::list<ExecutionNumber>::iterator use;

  bool ended() const { return record.status != ExecutionStatus::kRunning; }
  Frame* FindFrame(FrameId id) {
    auto it = frames.find(id);
    return it == frames.end() ? nullptr : &it->second;
  }
  const Frame* FindFrame(FrameId id) const {
    auto it = frames.find(id);
    return it == frames.end() ? nullptr : &it->second;
  }
  // The frame whose turn it is to enter its next state, or nullptr.
  Frame* NextReady();
  const Frame* NextReady() const;
  const asl::State& StateOf(const Frame& frame) const {
    return machine->state(frame.state);
  }
  // REQUIRES: the frame is at a Task.
  const asl::Resource& ResourceOf(const Frame& frame) const {
    return StateOf(frame).As<asl::TaskState>().resource;
  }
  // The frame whose open attempt was scheduled at `position`, or nullptr.
  Frame* FindAttempt(FrameId frame, int64_t scheduled);
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_EXECUTION_H_
