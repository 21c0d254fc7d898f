#include "asl/state_machine.h"

namespace stepwheel::asl {

const State* StateMachine::Find(std::string_view name) const {
  for (const State& state : states) {
    if (state.name == name) return &state;
  }
  return nullptr;
}

}  // namespace stepwheel::asl
