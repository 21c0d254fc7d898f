#include "engine/states/states.h"

namespace stepwheel::engine {

// Choice: the first rule that matches, else Default (asl.md 9).
void EnterChoice(Decision& d, Frame& frame) {
  const auto& choice = d.execution().StateOf(frame).As<asl::ChoiceState>();
  FrameEnvironment env = d.EnvironmentOf(frame);
  const asl::DataFlow::InPlace flow = d.DataFlowOf(frame, env);
  asl::Outcome<std::optional<size_t>> rule = flow->MatchingRule();
  if (!rule.ok()) return d.Fail(frame, rule.error(), false);
  if (*rule) {
    return d.Exit(frame, flow->LeaveByRule(**rule),
                  choice.choices[**rule].next);
  }
  if (choice.default_next != asl::kNoState) {
    return d.Exit(frame, flow->Leave(), choice.default_next);
  }
  d.Fail(frame,
         asl::RuntimeError("Failed to transition out of the state. The state "
                           "does not point to a next state."),
         false);
}

}  // namespace stepwheel::engine
