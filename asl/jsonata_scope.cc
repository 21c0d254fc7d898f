#include "asl/jsonata_scope.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "asl/json.h"
#include "asl/quotas.h"

namespace stepwheel::asl {
namespace {

// Beyond these a value is never stored: what asks for its state data refuses
// it, and nothing is gained by walking through it.
constexpr size_t kTextMax = 64 * kPayloadBytesMax;

bool WantsContext(const jsonata::Facts& facts) {
  return std::any_of(
      facts.states_members.begin(), facts.states_members.end(),
      [](const auto& m) { return m.name == "context" || m.name.empty(); });
}

std::optional<Value> ChangedNumber(double d) {
  if (std::isnan(d)) return Value("NaN");
  if (std::isinf(d)) return Value(d > 0 ? "Infinity" : "-Infinity");
  // Both bounds are exact as doubles; 2^63 itself is no int64.
  if (d != std::floor(d) || d < -0x1p63 || d >= 0x1p63) return std::nullopt;
  return Value(static_cast<int64_t>(d));
}

std::optional<Value> Changed(const Value& value);

std::optional<Value> ChangedArray(const Elements& elements) {
  std::optional<Elements> copy;
  for (size_t i = 0; i < elements.size(); ++i) {
    std::optional<Value> changed = Changed(elements[i]);
    if (!changed) continue;
    if (!copy) copy = elements;
    (*copy)[i] = *std::move(changed);
  }
  if (!copy) return std::nullopt;
  return Value(*std::move(copy));
}

std::optional<Value> ChangedObject(const Members& members) {
  std::optional<Members> copy;
  for (size_t i = 0; i < members.size(); ++i) {
    std::optional<Value> changed = Changed(members[i].value);
    if (!changed) continue;
    if (!copy) copy = members;
    (*copy)[i].value = *std::move(changed);
  }
  if (!copy) return std::nullopt;
  return Value(*std::move(copy));
}

// The value as it should be, or nothing if it is so already.
std::optional<Value> Changed(const Value& value) {
  if (value.is_double()) return ChangedNumber(value.as_double());
  if (value.is_array()) return ChangedArray(value.as_array());
  if (value.is_object()) return ChangedObject(value.as_object());
  return std::nullopt;
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
  jsonata::Result result = expression.Evaluate(nullptr, *this, *this);
  if (result.kind == jsonata::Result::Kind::kValue) {
    result.value = StateData(result.value);
  }
  return result;
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

Value StateData(const Value& value) {
  if (value.depth() > kJsonDepthMax || value.text_size() > kTextMax) {
    return value;
  }
  return Changed(value).value_or(value);
}

}  // namespace stepwheel::asl
