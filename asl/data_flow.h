// DataFlow is what one state does to its data, whatever its query language:
// from the raw input to what the work gets, from the work's result to the
// output and the variables. The engine asks it stage by stage and never looks
// at paths, templates or expressions itself (reference: asl.md 3, 4, 5).
//
//   JSONPath  raw input -> InputPath -> Parameters -> work -> ResultSelector
//             -> ResultPath -> OutputPath; Assign beside it
//   JSONata   raw input -> Arguments -> work -> Output; Assign beside it
#ifndef STEPWHEEL_ASL_DATA_FLOW_H_
#define STEPWHEEL_ASL_DATA_FLOW_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "asl/environment.h"
#include "asl/outcome.h"
#include "asl/states.h"
#include "asl/value.h"

namespace stepwheel::asl {

// The variables an Assign sets, in order of name.
using Assigned = std::vector<std::pair<std::string, Value>>;

// What a state leaves behind.
struct StateOutput {
  Value output;
  Assigned assigned;
};

// How many failed items a Map tolerates; 0 and 0 when it says nothing.
struct ToleratedFailure {
  int64_t count = 0;
  double percentage = 0;
};

class DataFlow {
 public:
  // Sees the value after a stage, by the names of TestState's inspectionData.
  using Observer = std::function<void(std::string_view stage, const Value&)>;

  class InPlace;

  // `raw` is the state's raw input. `state` and `env` outlive the data flow.
  static InPlace Of(const State& state, const Value& raw, Environment& env,
                    Observer observer = {});
  virtual ~DataFlow() = default;
  DataFlow(const DataFlow&) = delete;
  DataFlow& operator=(const DataFlow&) = delete;

  // The effective input: what "$" (JSONPath) or $states.input (JSONata) is in
  // the stages before the work. Evaluated once.
  Outcome<Value> Input();
  // What the work gets: Parameters or Arguments (not of a Map).
  virtual Outcome<Value> Arguments() = 0;

  // Task: limits in seconds, 0 when absent; the role of Credentials.
  virtual Outcome<int64_t> TimeoutSeconds() = 0;
  virtual Outcome<int64_t> HeartbeatSeconds() = 0;
  virtual Outcome<std::optional<std::string>> RoleArn() = 0;
  // Wait: when one that is entered at `now_ms` ends, in Unix milliseconds.
  virtual Outcome<int64_t> WaitUntil(int64_t now_ms) = 0;
  // Choice: the index of the first rule that matches.
  virtual Outcome<std::optional<size_t>> MatchingRule() = 0;
  // Fail: its Error and Cause, or what went wrong in finding them.
  virtual Error Failure() = 0;
  // Map: its items (an array), how many run at a time, how many may fail.
  virtual Outcome<Value> Items() = 0;
  virtual Outcome<int64_t> MaxConcurrency() = 0;
  virtual Outcome<ToleratedFailure> Tolerated() = 0;
  // The input of the iteration for `item`; `input` is the Map's Input(), and
  // the environment's Context Object tells of the item.
  virtual Outcome<Value> IterationInput(const Value& input,
                                        const Value& item) = 0;

  // The state's work is done: what Pass, Task, Parallel and Map leave.
  virtual Outcome<StateOutput> Complete(const Value& result) = 0;
  // What Wait and Succeed leave, and a Choice by its Default.
  virtual Outcome<StateOutput> Leave() = 0;
  // What a Choice leaves by the rule of this index.
  virtual Outcome<StateOutput> LeaveByRule(size_t rule) = 0;
  // What a state leaves by the Catcher of this index.
  virtual Outcome<StateOutput> LeaveByCatcher(size_t catcher,
                                              const Error& error) = 0;

 protected:
  DataFlow(const State& state, const Value& raw, Environment& env,
           Observer observer);

  virtual Outcome<Value> EvaluateInput() = 0;
  // Tells the observer and hands the outcome on.
  Outcome<Value> Observe(std::string_view stage, Outcome<Value> value) const;

  const State& state_;
  const Value raw_;
  Environment& env_;

 private:
  Observer observer_;
  std::optional<Outcome<Value>> input_;
};

// Holds a data flow of either language where it is declared: one is made for
// each state entered, and asks the heap for nothing.
class DataFlow::InPlace {
 public:
  InPlace(const State& state, const Value& raw, Environment& env,
          Observer observer = {});
  ~InPlace() { flow_->~DataFlow(); }
  InPlace(const InPlace&) = delete;
  InPlace& operator=(const InPlace&) = delete;

  DataFlow* operator->() const { return flow_; }
  DataFlow& operator*() const { return *flow_; }

  // Room for the larger of the two; each checks when it is compiled.
  static constexpr size_t kBytes = 384;

 private:
  alignas(std::max_align_t) std::byte place_[kBytes];
  DataFlow* flow_;
};

// The Error Output a Catcher hands on: {"Error": ..., "Cause": ...}.
Value ErrorOutput(const Error& error);

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_DATA_FLOW_H_
