#include "asl/jsonata_scope.h"

#include <algorithm>
#include <utility>

namespace stepwheel::asl {
namespace {

bool WantsContext(const jsonata::Facts& facts) {
  return std::any_of(
      facts.states_members.begin(), facts.states_members.end(),
      [](const auto& m) { return m.name == "context" || m.name.empty(); });
}

}  // namespace

JsonataScope::JsonataScope(const Value& input, const Value* result,
                           const Value* error_output, Environment& env)
    : input_(input), result_(result), error_output_(error_output), env_(env) {}

jsonata::Result JsonataScope::Evaluate(const jsonata::Expression& expression) {
  if (!wants_context_ && WantsContext(expression.facts())) {
    wants_context_ = true;
    states_.reset();
  }
  env_.interrupt().Begin();
  // Step Functions gives no context item: $ is undefined.
  return expression.Evaluate(nullptr, *this, *this);
}

const Value* JsonataScope::Find(std::string_view name) const {
  if (name != "states") return env_.Variable(name);
  if (!states_) {
    Members members;
    members.emplace_back("input", input_);
    if (result_ != nullptr) members.emplace_back("result", *result_);
    if (error_output_ != nullptr) {
      members.emplace_back("errorOutput", *error_output_);
    }
    if (wants_context_) members.emplace_back("context", env_.Context());
    states_ = Value(std::move(members));
  }
  return &*states_;
}

}  // namespace stepwheel::asl
