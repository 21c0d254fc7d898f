// StateMachine is a parsed definition: immutable, precompiled, shared by all
// executions that were started from it. States of nested flows are flattened
// into one list, because state names are unique in the whole machine.
#ifndef STEPWHEEL_ASL_STATE_MACHINE_H_
#define STEPWHEEL_ASL_STATE_MACHINE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "asl/states.h"

namespace stepwheel::asl {

// One StartAt/States pair: the machine itself (flow 0), a Parallel branch, or a
// Map's ItemProcessor.
struct Flow {
  StateIndex start_at = kNoState;
  StateIndex owner = kNoState;  // The Parallel or Map state; none for flow 0.
  std::vector<StateIndex> states;  // Its direct states, in order of definition.
};

struct StateMachine {
  std::string definition;  // The text, byte for byte.
  QueryLanguage query_language = QueryLanguage::kJsonPath;
  std::optional<int64_t> timeout_seconds;
  std::vector<State> states;
  std::vector<Flow> flows;
  // State name -> sorted names of the variables it reads; states that read
  // none are absent (api.md 3.1 DescribeStateMachine).
  std::map<std::string, std::vector<std::string>> variable_references;

  const State& state(StateIndex i) const { return states[i]; }
  const State* Find(std::string_view name) const;
};

using StateMachinePtr = std::shared_ptr<const StateMachine>;

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_STATE_MACHINE_H_
