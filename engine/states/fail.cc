#include "engine/states/states.h"

namespace stepwheel::engine {

void EnterFail(Decision& d, Frame& frame) {
  FrameEnvironment env = d.EnvironmentOf(frame);
  d.Fail(frame, d.DataFlowOf(frame, env)->Failure(), false);
}

}  // namespace stepwheel::engine
