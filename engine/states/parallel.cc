#include "engine/states/states.h"

namespace stepwheel::engine {

// Parallel: every branch gets the effective input (asl.md 10). Also runs again,
// from the start, for a retry.
void EnterParallel(Decision& d, Frame& frame) {
  FrameEnvironment env = d.EnvironmentOf(frame);
  asl::Outcome<asl::Value> input = d.DataFlowOf(frame, env)->Arguments();
  if (!input.ok()) return d.Fail(frame, input.error(), false);
  if (d.FailIfTooLarge(frame, *input)) return;
  Event started = d.EventOf(EventType::kParallelStateStarted, frame);
  started.effective = *input;
  d.Emit(std::move(started));
}

void JoinParallel(Decision& d, Frame& parallel) {
  if (d.ended() || parallel.children->open > 0) return;
  asl::Elements outputs;
  outputs.reserve(parallel.children->frames.size());
  for (FrameId id : parallel.children->frames) {
    outputs.push_back(d.execution().FindFrame(id)->output);
  }
  // ...Succeeded names the last event of the branch that ended last, and so
  // does the exit (history-events.md 3.9).
  Event succeeded = d.EventOf(EventType::kParallelStateSucceeded, parallel);
  succeeded.previous = parallel.children->tip;
  if (!d.Emit(std::move(succeeded))) return;
  d.Complete(parallel, asl::Value(std::move(outputs)));
}

}  // namespace stepwheel::engine
