#include "engine/states/states.h"

namespace stepwheel::engine {

void EnterSucceed(Decision& d, Frame& frame) {
  FrameEnvironment env = d.EnvironmentOf(frame);
  d.Exit(frame, d.DataFlowOf(frame, env)->Leave(), asl::kNoState);
}

}  // namespace stepwheel::engine
