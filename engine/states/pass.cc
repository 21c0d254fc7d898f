#include "engine/states/states.h"

namespace stepwheel::engine {

// Pass: its result is Result, else its effective input (asl.md 3).
void EnterPass(Decision& d, Frame& frame) {
  FrameEnvironment env = d.EnvironmentOf(frame);
  asl::Outcome<asl::Value> input = d.DataFlowOf(frame, env)->Arguments();
  if (!input.ok()) return d.Fail(frame, input.error(), false);
  const auto& pass = d.execution().StateOf(frame).As<asl::PassState>();
  d.Complete(frame, pass.result ? *pass.result : *input);
}

}  // namespace stepwheel::engine
