#include "asl/data_flow.h"
#include "engine/states/states.h"

namespace stepwheel::engine {
namespace {

// Error or Cause: literal, or what the Path form gives. A value that is no
// string is printed as JSON.
asl::Outcome<std::optional<std::string>> Text(
    const std::optional<std::string>& literal,
    const std::optional<asl::PathExpression>& path, const char* field,
    const asl::Value& input, asl::Environment& env) {
  if (!path) return literal;
  asl::Outcome<asl::Value> value = path->Evaluate(input, field, env);
  if (!value.ok()) return value.error();
  if (value->is_string()) {
    return std::optional<std::string>(value->as_string());
  }
  return std::optional<std::string>(value->Text());
}

}  // namespace

void EnterFail(Decision& d, Frame& frame) {
  const auto& fail = d.execution().StateOf(frame).As<asl::FailState>();
  FrameEnvironment env = d.EnvironmentOf(frame);
  auto error = Text(fail.error, fail.error_path, "ErrorPath", frame.input, env);
  if (!error.ok()) return d.Fail(frame, error.error(), false);
  auto cause = Text(fail.cause, fail.cause_path, "CausePath", frame.input, env);
  if (!cause.ok()) return d.Fail(frame, cause.error(), false);
  d.Fail(frame, asl::Error{*error, *cause}, false);
}

}  // namespace stepwheel::engine
