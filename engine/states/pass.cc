#include "asl/data_flow.h"
#include "engine/states/states.h"

namespace stepwheel::engine {

// Pass: its result is Result, else its effective input (asl.md 3).
void EnterPass(Decision& d, Frame& frame) {
  const asl::State& state = d.execution().StateOf(frame);
  FrameEnvironment env = d.EnvironmentOf(frame);
  asl::Outcome<asl::Value> input = d.EffectiveInput(frame, env);
  if (input.ok()) input = d.ParametersOf(frame, *input, env);
  if (!input.ok()) return d.Fail(frame, input.error(), false);
  const auto& pass = state.As<asl::PassState>();
  d.Complete(frame, pass.result ? *pass.result : *input);
}

}  // namespace stepwheel::engine
