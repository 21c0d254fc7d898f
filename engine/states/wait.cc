#include "asl/data_flow.h"
#include "engine/states/states.h"

namespace stepwheel::engine {

// Wait: the input is looked at once; a time that has passed already ends the
// wait at once, in the same step (asl.md 8).
void EnterWait(Decision& d, Frame& frame) {
  const asl::State& state = d.execution().StateOf(frame);
  FrameEnvironment env = d.EnvironmentOf(frame);
  asl::Outcome<asl::Value> input = d.EffectiveInput(frame, env);
  if (!input.ok()) return d.Fail(frame, input.error(), false);
  int64_t entered = frame.entered_at.unix_millis();
  asl::Outcome<int64_t> due =
      asl::EvaluateWait(state.As<asl::WaitState>(), *input, entered, env);
  if (!due.ok()) return d.Fail(frame, due.error(), false);
  if (*due <= entered) return EndWait(d, frame);
  Event event = d.EventOf(EventType::kWaitScheduled, frame);
  event.due = Instant::FromUnixMillis(*due);
  d.Emit(std::move(event));
}

void EndWait(Decision& d, Frame& frame) {
  const asl::State& state = d.execution().StateOf(frame);
  FrameEnvironment env = d.EnvironmentOf(frame);
  asl::Outcome<asl::Value> input = asl::ApplyInputPath(state, frame.input, env);
  if (!input.ok()) return d.Fail(frame, input.error(), false);
  asl::Outcome<asl::Assigned> assigned =
      asl::EvaluateAssign(state.assign, *input, env);
  if (!assigned.ok()) return d.Fail(frame, assigned.error(), false);
  asl::Outcome<asl::Value> output = asl::ApplyOutputPath(state, *input, env);
  if (!output.ok()) return d.Fail(frame, output.error(), false);
  d.Exit(frame, *output, state.next, *assigned);
}

}  // namespace stepwheel::engine
