// The data flow of a JSONata state (reference: asl.md 4).
#include <cmath>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "asl/data_flow_languages.h"
#include "asl/jsonata_scope.h"
#include "asl/quotas.h"
#include "asl/timestamp.h"

namespace stepwheel::asl {
namespace {

// What is evaluated, and the field AWS names when that fails.
struct Place {
  JsonataScope& scope;
  std::string field;  // "Seconds", "Choices[1]/Condition"
};

// The value of an expression, which has to be of this kind.
Outcome<Value> Evaluate(const JsonataTemplate& expression, const Place& place,
                        bool (Value::*is_right)() const,
                        std::string_view expected) {
  Outcome<Value> value = expression.Evaluate(place.scope, place.field);
  if (!value.ok() || ((*value).*is_right)()) return value;
  const std::string* text = expression.expression();
  return UnexpectedType(text ? *text : "", place.field, expected, *value);
}

Outcome<double> Number(const ValueField<double>& number, const Place& place) {
  if (!number.expression) return number.literal.value_or(0);
  Outcome<Value> value =
      Evaluate(*number.expression, place, &Value::is_number, "number");
  if (!value.ok()) return value.error();
  return value->as_double();
}

// AWS's words for a fraction are not known; these follow those of Timestamp.
Outcome<int64_t> Integer(const ValueField<int64_t>& number,
                         const Place& place) {
  if (!number.expression) return number.literal.value_or(0);
  Outcome<Value> value =
      Evaluate(*number.expression, place, &Value::is_number, "number");
  if (!value.ok()) return value.error();
  if (value->is_int()) return value->as_int();
  return EvaluationError(
      "The " + place.field +
          " field cannot be parsed as an integer: " + value->Text(),
      place.field);
}

// The same, between two bounds. AWS's words are not known.
Outcome<int64_t> Seconds(const ValueField<int64_t>& number, int64_t min,
                         const Place& place) {
  Outcome<int64_t> seconds = Integer(number, place);
  if (!seconds.ok() || !number.expression) return seconds;
  if (*seconds >= min && *seconds <= kSecondsMax) return seconds;
  return EvaluationError("The " + place.field + " field must be between " +
                             std::to_string(min) + " and " +
                             std::to_string(kSecondsMax) +
                             " but was: " + std::to_string(*seconds),
                         place.field);
}

Outcome<std::optional<std::string>> Text(
    const ValueField<std::string, PathExpression>& text, const Place& place) {
  if (!text.expression) return text.literal;
  Outcome<Value> value =
      Evaluate(*text.expression, place, &Value::is_string, "string");
  if (!value.ok()) return value.error();
  return std::optional<std::string>(value->as_string());
}

Outcome<Timestamp> TimestampOf(const JsonataTemplate& expression,
                               const Place& place) {
  Outcome<Value> value =
      Evaluate(expression, place, &Value::is_string, "string");
  if (!value.ok()) return value.error();
  if (auto timestamp = ParseTimestamp(value->as_string())) return *timestamp;
  return EvaluationError("The " + place.field +
                             " field cannot be parsed as an ISO-8601 extended "
                             "offset date-time format string: " +
                             std::string(value->as_string()),
                         place.field);
}

class JsonataFlow : public DataFlow {
 public:
  JsonataFlow(const State& state, const Value& raw, Environment& env,
              Observer observer)
      : DataFlow(state, raw, env, std::move(observer)),
        entry_(raw_, nullptr, nullptr, env_) {}

  Outcome<Value> Arguments() override {
    Outcome<Value> input = Input();
    // A Pass has no Arguments, and TestState shows none of it.
    if (state_.type == StateType::kPass) return input;
    if (state_.arguments) {
      input = std::get<JsonataTemplate>(*state_.arguments)
                  .Evaluate(entry_, "Arguments");
    }
    return Observe("afterArguments", std::move(input));
  }

  Outcome<int64_t> TimeoutSeconds() override {
    return Seconds(state_.As<TaskState>().timeout_seconds, 1,
                   At("TimeoutSeconds"));
  }

  Outcome<int64_t> HeartbeatSeconds() override {
    return Seconds(state_.As<TaskState>().heartbeat_seconds, 1,
                   At("HeartbeatSeconds"));
  }

  Outcome<std::optional<std::string>> RoleArn() override {
    const auto& credentials = state_.As<TaskState>().credentials;
    if (!credentials) return std::optional<std::string>();
    Outcome<Value> value =
        std::get<JsonataTemplate>(*credentials).Evaluate(entry_, "Credentials");
    if (!value.ok()) return value.error();
    return RoleOf(*value);
  }

  Outcome<int64_t> WaitUntil(int64_t now_ms) override {
    (void)Input();
    const auto& wait = state_.As<WaitState>();
    if (wait.seconds.present()) {
      Outcome<int64_t> seconds = Seconds(wait.seconds, 0, At("Seconds"));
      return seconds.ok() ? EndOfWait(*seconds, now_ms) : seconds;
    }
    if (wait.timestamp.literal) {
      return EndOfWait(*wait.timestamp.literal, now_ms);
    }
    Outcome<Timestamp> due =
        TimestampOf(*wait.timestamp.expression, At("Timestamp"));
    if (!due.ok()) return due.error();
    return EndOfWait(*due, now_ms);
  }

  Outcome<std::optional<size_t>> MatchingRule() override {
    (void)Input();
    const auto& choices = state_.As<ChoiceState>().choices;
    for (size_t i = 0; i < choices.size(); ++i) {
      Outcome<bool> match = Matches(choices[i].condition, i);
      if (!match.ok()) return match.error();
      if (*match) return std::optional<size_t>(i);
    }
    return std::optional<size_t>();
  }

  Error Failure() override {
    (void)Input();
    const auto& fail = state_.As<FailState>();
    auto error = Text(fail.error, At("Error"));
    if (!error.ok()) return error.error();
    auto cause = Text(fail.cause, At("Cause"));
    if (!cause.ok()) return cause.error();
    return Error{*error, *cause};
  }

  Outcome<Value> Items() override {
    Outcome<Value> input = Input();
    const auto& items = state_.As<MapState>().items;
    if (items) {
      return Evaluate(*items, At("Items"), &Value::is_array, "array");
    }
    if (input->is_array()) return input;
    return EvaluationError(
        "Map state input must be an array but was: " + input->Text(), "");
  }

  Outcome<int64_t> MaxConcurrency() override {
    Outcome<int64_t> concurrency =
        Integer(state_.As<MapState>().max_concurrency, At("MaxConcurrency"));
    if (!concurrency.ok()) return concurrency;
    if (*concurrency >= 0) return InlineConcurrency(*concurrency);
    return EvaluationError("MaxConcurrency cannot be negative.",
                           "MaxConcurrency");
  }

  Outcome<ToleratedFailure> Tolerated() override {
    const auto& map = state_.As<MapState>();
    Outcome<int64_t> count =
        Integer(map.tolerated_failure_count, At("ToleratedFailureCount"));
    if (!count.ok()) return count.error();
    Outcome<double> percentage = Number(map.tolerated_failure_percentage,
                                        At("ToleratedFailurePercentage"));
    if (!percentage.ok()) return percentage.error();
    ToleratedFailure tolerated{*count, *percentage};
    const std::string_view problem = ProblemOf(tolerated);
    if (problem.empty()) return tolerated;
    return EvaluationError(
        std::string(problem),
        *count < 0 ? "ToleratedFailureCount" : "ToleratedFailurePercentage");
  }

  Outcome<Value> IterationInput(const Value& input,
                                const Value& item) override {
    const auto& selector = state_.As<MapState>().item_selector;
    if (!selector) return item;
    // A scope of its own: its Context Object tells of the item.
    JsonataScope scope(input, nullptr, nullptr, env_);
    return Observe(
        "afterItemSelector",
        std::get<JsonataTemplate>(*selector).Evaluate(scope, "ItemSelector"));
  }

  Outcome<StateOutput> Complete(const Value& result) override {
    // A Pass does no work that could have a result.
    if (state_.type == StateType::kPass) return Leave();
    (void)Observe("result", result);
    JsonataScope scope(raw_, &result, nullptr, env_);
    return LeaveWith(state_.assign, state_.output, scope, "", result);
  }

  Outcome<StateOutput> Leave() override {
    return LeaveWith(state_.assign, state_.output, entry_, "", raw_);
  }

  Outcome<StateOutput> LeaveByRule(size_t rule) override {
    const ChoiceBranch& branch = state_.As<ChoiceState>().choices[rule];
    return LeaveWith(branch.assign, branch.output, entry_,
                     "Choices[" + std::to_string(rule) + "]/", raw_);
  }

  Outcome<StateOutput> LeaveByCatcher(size_t index,
                                      const Error& error) override {
    const Catcher& catcher = state_.catchers[index];
    const Value output = ErrorOutput(error);
    JsonataScope scope(raw_, nullptr, &output, env_);
    return LeaveWith(catcher.assign, catcher.output, scope,
                     "Catch[" + std::to_string(index) + "]/", output);
  }

 private:
  Outcome<Value> EvaluateInput() override { return Observe("input", raw_); }

  Place At(std::string field) { return Place{entry_, std::move(field)}; }

  Outcome<bool> Matches(const ValueField<bool>& condition, size_t rule) {
    if (!condition.expression) return condition.literal.value_or(false);
    Outcome<Value> value =
        Evaluate(*condition.expression,
                 At("Choices[" + std::to_string(rule) + "]/Condition"),
                 &Value::is_bool, "boolean");
    if (!value.ok()) return value.error();
    return value->as_bool();
  }

  // Assign and Output, both from the values at this moment; `otherwise` is the
  // output where no Output says anything else.
  static Outcome<StateOutput> LeaveWith(
      const std::optional<Assignments>& assign,
      const std::optional<JsonataTemplate>& output, JsonataScope& scope,
      const std::string& prefix, const Value& otherwise) {
    StateOutput left{otherwise, {}};
    if (assign) {
      Outcome<Value> values = std::get<JsonataTemplate>(assign->values)
                                  .Evaluate(scope, prefix + "Assign");
      if (!values.ok()) return values.error();
      left.assigned = AssignedOf(*values);
    }
    if (output) {
      Outcome<Value> value = output->Evaluate(scope, prefix + "Output");
      if (!value.ok()) return value.error();
      left.output = *value;
    }
    return left;
  }

  // What is read before the state's work is done.
  JsonataScope entry_;
};

}  // namespace

DataFlow* MakeJsonataFlow(void* place, const State& state, const Value& raw,
                          Environment& env, DataFlow::Observer observer) {
  static_assert(sizeof(JsonataFlow) <= DataFlow::InPlace::kBytes);
  return new (place) JsonataFlow(state, raw, env, std::move(observer));
}

}  // namespace stepwheel::asl
