#include "asl/data_flow.h"
#include "engine/states/states.h"

namespace stepwheel::engine {
namespace {

void Leave(Decision& d, Frame& frame, const asl::Value& input,
           asl::StateIndex next,
           const std::optional<asl::Assignments>& assign) {
  const asl::State& state = d.execution().StateOf(frame);
  FrameEnvironment env = d.EnvironmentOf(frame);
  asl::Outcome<asl::Assigned> assigned =
      asl::EvaluateAssign(assign, input, env);
  if (!assigned.ok()) return d.Fail(frame, assigned.error(), false);
  asl::Outcome<asl::Value> output = asl::ApplyOutputPath(state, input, env);
  if (!output.ok()) return d.Fail(frame, output.error(), false);
  d.Exit(frame, *output, next, *assigned);
}

}  // namespace

// Choice: the first rule that matches, else Default (asl.md 9).
void EnterChoice(Decision& d, Frame& frame) {
  const asl::State& state = d.execution().StateOf(frame);
  const auto& choice = state.As<asl::ChoiceState>();
  FrameEnvironment env = d.EnvironmentOf(frame);
  asl::Outcome<asl::Value> input = d.EffectiveInput(frame, env);
  if (!input.ok()) return d.Fail(frame, input.error(), false);
  for (const asl::ChoiceBranch& branch : choice.choices) {
    asl::Outcome<bool> match = branch.rule.Evaluate(*input, env);
    if (!match.ok()) return d.Fail(frame, match.error(), false);
    if (*match) {
      return Leave(d, frame, *input, branch.next, branch.assign);
    }
  }
  if (choice.default_next != asl::kNoState) {
    return Leave(d, frame, *input, choice.default_next, state.assign);
  }
  d.Fail(frame,
         asl::RuntimeError("Failed to transition out of the state. The state "
                           "does not point to a next state."),
         false);
}

}  // namespace stepwheel::engine
