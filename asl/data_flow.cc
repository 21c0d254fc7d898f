#include "asl/data_flow.h"

#include <algorithm>
#include <utility>

#include "asl/data_flow_languages.h"
#include "asl/quotas.h"

namespace stepwheel::asl {

DataFlow::InPlace::InPlace(const State& state, const Value& raw,
                           Environment& env, Observer observer)
    : flow_(state.query_language == QueryLanguage::kJsonata
                ? MakeJsonataFlow(place_, state, raw, env, std::move(observer))
                : MakeJsonPathFlow(place_, state, raw, env,
                                   std::move(observer))) {}

DataFlow::InPlace DataFlow::Of(const State& state, const Value& raw,
                               Environment& env, Observer observer) {
  return InPlace(state, raw, env, std::move(observer));
}

DataFlow::DataFlow(const State& state, const Value& raw, Environment& env,
                   Observer observer)
    : state_(state), raw_(raw), env_(env), observer_(std::move(observer)) {}

Outcome<Value> DataFlow::Input() {
  if (!input_) input_ = EvaluateInput();
  return *input_;
}

Outcome<Value> DataFlow::Observe(std::string_view stage,
                                 Outcome<Value> value) const {
  if (observer_ && value.ok()) observer_(stage, *value);
  return value;
}

Outcome<int64_t> EndOfWait(int64_t seconds, int64_t now_ms) {
  if (seconds > kWaitSecondsMax) {
    return RuntimeError("Wait state delay is too long.");
  }
  return now_ms + seconds * 1000;
}

Outcome<int64_t> EndOfWait(const Timestamp& timestamp, int64_t now_ms) {
  const int64_t due = UnixMillisRoundedUp(timestamp);
  if (due - now_ms > kWaitSecondsMax * 1000) {
    return RuntimeError("Wait state delay is too long.");
  }
  return std::max(due, now_ms);
}

int64_t InlineConcurrency(int64_t max_concurrency) {
  if (max_concurrency == 0) return kInlineMapConcurrencyMax;
  return std::min(max_concurrency, kInlineMapConcurrencyMax);
}

std::string_view ProblemOf(const ToleratedFailure& tolerated) {
  if (tolerated.count < 0) return "ToleratedFailureCount cannot be negative.";
  if (!(tolerated.percentage >= 0 && tolerated.percentage <= 100)) {
    return "ToleratedFailurePercentage must be between 0 and 100.";
  }
  return {};
}

std::optional<std::string> RoleOf(const Value& credentials) {
  const Value* role = credentials.Find("RoleArn");
  if (role == nullptr || !role->is_string()) return std::nullopt;
  return std::string(role->as_string());
}

Assigned AssignedOf(const Value& values) {
  Assigned assigned;
  for (const Member& member : values.as_object()) {
    assigned.emplace_back(std::string(member.key()), member.value);
  }
  std::sort(assigned.begin(), assigned.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return assigned;
}

Value ErrorOutput(const Error& error) {
  // A timeout has no cause, yet a Catcher sees an empty one; a worker that sent
  // neither gives two nulls (timeouts-and-heartbeats.md 4.2, 6).
  Value cause;
  if (error.cause) {
    cause = Value(*error.cause);
  } else if (error.timeout != TimeoutKind::kNone) {
    cause = Value("");
  }
  return MakeObject(
      {{"Error", error.name ? Value(*error.name) : Value()}, {"Cause", cause}});
}

}  // namespace stepwheel::asl
