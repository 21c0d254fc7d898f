#include "asl/data_flow.h"
#include "engine/states/states.h"

namespace stepwheel::engine {

void EnterSucceed(Decision& d, Frame& frame) {
  const asl::State& state = d.execution().StateOf(frame);
  FrameEnvironment env = d.EnvironmentOf(frame);
  asl::Outcome<asl::Value> output = d.EffectiveInput(frame, env);
  if (output.ok()) output = asl::ApplyOutputPath(state, *output, env);
  if (!output.ok()) return d.Fail(frame, output.error(), false);
  d.Exit(frame, *output, asl::kNoState, {});
}

}  // namespace stepwheel::engine
