#include "engine/states/states.h"

namespace stepwheel::engine {

// Wait: the input is looked at once; a time that has passed already ends the
// wait at once, in the same step (asl.md 8).
void EnterWait(Decision& d, Frame& frame) {
  FrameEnvironment env = d.EnvironmentOf(frame);
  const int64_t entered = frame.entered_at.unix_millis();
  asl::Outcome<int64_t> due = d.DataFlowOf(frame, env)->WaitUntil(entered);
  if (!due.ok()) return d.Fail(frame, due.error(), false);
  if (*due <= entered) return EndWait(d, frame);
  Event event = d.EventOf(EventType::kWaitScheduled, frame);
  event.due = Instant::FromUnixMillis(*due);
  d.Emit(std::move(event));
}

void EndWait(Decision& d, Frame& frame) {
  const asl::State& state = d.execution().StateOf(frame);
  FrameEnvironment env = d.EnvironmentOf(frame);
  // Not observed: the stages before the wait have been.
  d.Exit(frame, asl::DataFlow::Of(state, frame.input, env)->Leave(),
         state.next);
}

}  // namespace stepwheel::engine
