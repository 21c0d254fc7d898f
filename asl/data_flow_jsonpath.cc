// The data flow of a JSONPath state (reference: asl.md 3).
#include <algorithm>
#include <charconv>
#include <cmath>
#include <new>
#include <optional>
#include <utility>

#include "asl/data_flow_languages.h"
#include "asl/path_lookup.h"
#include "asl/quotas.h"
#include "asl/timestamp.h"

namespace stepwheel::asl {
namespace {

std::string InvalidPath(const JsonPath& path, const std::string& missing) {
  return "Invalid path '" + path.text() + "' : " + missing;
}

template <class Number>
std::optional<Number> Parse(std::string_view text) {
  Number n = 0;
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (ec != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return n;
}

// An integer, or a string that holds one: AWS accepts both (asl.md 8).
std::optional<int64_t> IntegerOf(const Value& value) {
  if (value.is_int()) return value.as_int();
  if (value.is_double()) {
    double d = value.as_double();
    if (d == std::floor(d) && std::abs(d) < 9e15) {
      return static_cast<int64_t>(d);
    }
    return std::nullopt;
  }
  if (value.is_string()) return Parse<int64_t>(value.as_string());
  return std::nullopt;
}

std::optional<double> NumberOf(const Value& value) {
  if (value.is_number()) return value.as_double();
  if (value.is_string()) return Parse<double>(value.as_string());
  return std::nullopt;
}

// How a value prints in AWS's causes: strings raw, the rest as JSON.
std::string Shown(const Value& value) {
  return value.is_string() ? std::string(value.as_string()) : value.Text();
}

// The value a path names in `input`, the Context Object or a variable.
std::optional<Value> ValueAt(const JsonPath& path, const Value& input,
                             Environment& env) {
  const Value* root = RootOf(path, input, env);
  if (root == nullptr) return std::nullopt;
  return path.Evaluate(*root).value;
}

// The same where a missing one is States.Runtime "Invalid path '$.X' : No
// results for path: $['X']".
Outcome<Value> EvaluatePath(const JsonPath& path, const Value& input,
                            Environment& env) {
  const Value* root = RootOf(path, input, env);
  if (root == nullptr) {
    return RuntimeError(InvalidPath(
        path,
        "No results for path: $['" + std::string(path.variable()) + "']"));
  }
  JsonPath::Result result = path.Evaluate(*root);
  if (!result.value) return RuntimeError(InvalidPath(path, result.missing));
  return std::move(*result.value);
}

Outcome<Value> Evaluate(const Template& t, const Value& input,
                        Environment& env) {
  return std::get<PayloadTemplate>(t).Evaluate(input, env);
}

// InputPath, OutputPath.
Outcome<Value> Apply(const std::optional<PathField>& field, const Value& value,
                     Environment& env) {
  if (!field) return value;
  if (!field->path) return Value::EmptyObject();
  return EvaluatePath(*field->path, value, env);
}

// Places `result` into the raw input. An absent field means "$".
Outcome<Value> ApplyResultPath(const std::optional<ResultPathField>& field,
                               const Value& raw, const Value& result) {
  if (!field) return result;
  if (!field->path) return raw;
  return field->path->Apply(raw, result);
}

// `input` is what "$" means in the Assign.
Outcome<Assigned> Assign(const std::optional<Assignments>& assign,
                         const Value& input, Environment& env) {
  if (!assign) return Assigned{};
  Outcome<Value> values = Evaluate(assign->values, input, env);
  if (!values.ok()) return values.error();
  return AssignedOf(*values);
}

Outcome<int64_t> WaitSeconds(const JsonPath& path, const Value& input,
                             Environment& env) {
  const std::optional<Value> value = ValueAt(path, input, env);
  if (!value) {
    return RuntimeError(
        "The SecondsPath parameter does not reference an input value: " +
        path.text());
  }
  std::optional<int64_t> seconds = IntegerOf(*value);
  if (!seconds) {
    return RuntimeError(
        "The SecondsPath parameter cannot be parsed as a long value: " +
        path.text() + " == " + Shown(*value));
  }
  if (*seconds < 0) {
    return RuntimeError(
        "The SecondsPath parameter references a negative value: " +
        path.text() + " == " + Shown(*value));
  }
  return *seconds;
}

Outcome<Timestamp> WaitTimestamp(const JsonPath& path, const Value& input,
                                 Environment& env) {
  const std::optional<Value> value = ValueAt(path, input, env);
  if (!value) {
    return RuntimeError(
        "The TimestampPath parameter does not reference an input value: " +
        path.text());
  }
  std::optional<Timestamp> timestamp;
  if (value->is_string()) timestamp = ParseTimestamp(value->as_string());
  if (!timestamp) {
    return RuntimeError(
        "The TimestampPath parameter does not reference a valid ISO-8601 "
        "extended offset date-time format string: " +
        path.text() + " == " + Shown(*value));
  }
  return *timestamp;
}

// `field` is "TimeoutSecondsPath" or "HeartbeatSecondsPath"; 0 when absent.
Outcome<int64_t> Limit(const ValueField<int64_t>& limit, const char* field,
                       const Value& input, Environment& env) {
  if (limit.literal) return *limit.literal;
  if (!limit.path) return int64_t{0};
  Outcome<Value> value = EvaluatePath(*limit.path, input, env);
  if (!value.ok()) return value.error();
  // The words of the two failures follow Wait's recorded ones; AWS's own are
  // unverified (timeouts-and-heartbeats.md 1).
  const auto fail = [&](const char* why) {
    return RuntimeError("The " + std::string(field) + " parameter " + why +
                        ": " + limit.path->text() + " == " + Shown(*value));
  };
  std::optional<int64_t> seconds = IntegerOf(*value);
  if (!seconds) return fail("cannot be parsed as a long value");
  if (*seconds < 0) return fail("references a negative value");
  if (*seconds == 0 || *seconds > kSecondsMax) {
    return fail("must be between 1 and 99999999");
  }
  return *seconds;
}

// A Map's number by its path; `kind` is what AWS calls it when it is none.
template <class Number>
Outcome<Number> MapNumber(const ValueField<Number>& number, const char* field,
                          const char* kind,
                          std::optional<Number> (*read)(const Value&),
                          const Value& input, Environment& env) {
  if (!number.path) return number.literal.value_or(0);
  Outcome<Value> value = EvaluatePath(*number.path, input, env);
  if (!value.ok()) return value.error();
  if (std::optional<Number> n = read(*value)) return *n;
  return RuntimeError(
      "The " + std::string(field) + " field refers to value \"" +
      (value->is_object() ? "{}" : Shown(*value)) + "\" which is not a valid " +
      kind + ": " + number.path->text());
}

// Error or Cause: literal, or what the Path form gives. A value that is no
// string is printed as JSON.
Outcome<std::optional<std::string>> Text(
    const ValueField<std::string, PathExpression>& text, const char* field,
    const Value& input, Environment& env) {
  if (!text.path) return text.literal;
  Outcome<Value> value = text.path->Evaluate(input, field, env);
  if (!value.ok()) return value.error();
  return std::optional<std::string>(Shown(*value));
}

class JsonPathFlow : public DataFlow {
 public:
  JsonPathFlow(const State& state, const Value& raw, Environment& env,
               Observer observer)
      : DataFlow(state, raw, env, std::move(observer)) {}

  Outcome<Value> Arguments() override {
    Outcome<Value> input = Input();
    if (!input.ok() || !state_.arguments) {
      return Observe("afterParameters", std::move(input));
    }
    return Observe("afterParameters",
                   Evaluate(*state_.arguments, *input, env_));
  }

  Outcome<int64_t> TimeoutSeconds() override {
    Outcome<Value> input = Input();
    if (!input.ok()) return input.error();
    return Limit(state_.As<TaskState>().timeout_seconds, "TimeoutSecondsPath",
                 *input, env_);
  }

  Outcome<int64_t> HeartbeatSeconds() override {
    Outcome<Value> input = Input();
    if (!input.ok()) return input.error();
    return Limit(state_.As<TaskState>().heartbeat_seconds,
                 "HeartbeatSecondsPath", *input, env_);
  }

  Outcome<std::optional<std::string>> RoleArn() override {
    const auto& credentials = state_.As<TaskState>().credentials;
    if (!credentials) return std::optional<std::string>();
    Outcome<Value> input = Input();
    if (!input.ok()) return input.error();
    Outcome<Value> value = Evaluate(*credentials, *input, env_);
    if (!value.ok()) return value.error();
    return RoleOf(*value);
  }

  Outcome<int64_t> WaitUntil(int64_t now_ms) override {
    Outcome<Value> input = Input();
    if (!input.ok()) return input.error();
    const auto& wait = state_.As<WaitState>();
    if (wait.seconds.literal) return EndOfWait(*wait.seconds.literal, now_ms);
    if (wait.timestamp.literal) {
      return EndOfWait(*wait.timestamp.literal, now_ms);
    }
    if (wait.seconds.path) {
      Outcome<int64_t> read = WaitSeconds(*wait.seconds.path, *input, env_);
      return read.ok() ? EndOfWait(*read, now_ms) : read;
    }
    Outcome<Timestamp> read = WaitTimestamp(*wait.timestamp.path, *input, env_);
    if (!read.ok()) return read.error();
    return EndOfWait(*read, now_ms);
  }

  Outcome<std::optional<size_t>> MatchingRule() override {
    Outcome<Value> input = Input();
    if (!input.ok()) return input.error();
    const auto& choices = state_.As<ChoiceState>().choices;
    for (size_t i = 0; i < choices.size(); ++i) {
      Outcome<bool> match = choices[i].rule.Evaluate(*input, env_);
      if (!match.ok()) return match.error();
      if (*match) return std::optional<size_t>(i);
    }
    return std::optional<size_t>();
  }

  Error Failure() override {
    const auto& fail = state_.As<FailState>();
    auto error = Text(fail.error, "ErrorPath", raw_, env_);
    if (!error.ok()) return error.error();
    auto cause = Text(fail.cause, "CausePath", raw_, env_);
    if (!cause.ok()) return cause.error();
    return Error{*error, *cause};
  }

  Outcome<Value> Items() override {
    Outcome<Value> items = Input();
    if (!items.ok()) return items;
    std::string path = "$";
    const auto& field = state_.As<MapState>().items_path;
    if (field) {
      if (field->path) path = field->path->text();
      items = Apply(field, *items, env_);
      if (!items.ok()) return items;
    }
    if (!items->is_array()) {
      // A "$$." path is printed with one "$" (asl.md 11).
      if (path.starts_with("$$")) path.erase(0, 1);
      return PlainRuntimeError("Reference path \"" + path +
                               "\" must point to array.");
    }
    return Observe("afterItemsPath", std::move(items));
  }

  Outcome<int64_t> MaxConcurrency() override {
    Outcome<Value> input = Input();
    if (!input.ok()) return input.error();
    Outcome<int64_t> read =
        MapNumber(state_.As<MapState>().max_concurrency, "MaxConcurrencyPath",
                  "integer", IntegerOf, *input, env_);
    if (!read.ok()) return read;
    if (*read < 0) return RuntimeError("MaxConcurrency cannot be negative.");
    return InlineConcurrency(*read);
  }

  Outcome<ToleratedFailure> Tolerated() override {
    Outcome<Value> input = Input();
    if (!input.ok()) return input.error();
    const auto& map = state_.As<MapState>();
    Outcome<int64_t> count =
        MapNumber(map.tolerated_failure_count, "ToleratedFailureCountPath",
                  "integer", IntegerOf, *input, env_);
    if (!count.ok()) return count.error();
    Outcome<double> percentage = MapNumber(map.tolerated_failure_percentage,
                                           "ToleratedFailurePercentagePath",
                                           "float", NumberOf, *input, env_);
    if (!percentage.ok()) return percentage.error();
    ToleratedFailure tolerated{*count, *percentage};
    const std::string_view problem = ProblemOf(tolerated);
    if (!problem.empty()) return RuntimeError(std::string(problem));
    return tolerated;
  }

  Outcome<Value> IterationInput(const Value& input,
                                const Value& item) override {
    const auto& selector = state_.As<MapState>().item_selector;
    if (!selector) return item;
    return Observe("afterItemSelector", Evaluate(*selector, input, env_));
  }

  Outcome<StateOutput> Complete(const Value& result) override {
    (void)Observe("result", result);
    Outcome<Value> value = result;
    if (state_.result_selector) {
      value = state_.result_selector->Evaluate(result, env_);
    }
    value = Observe("afterResultSelector", std::move(value));
    if (value.ok()) {
      value = Observe("afterResultPath",
                      ApplyResultPath(state_.result_path, raw_, *value));
    }
    if (value.ok()) {
      value =
          Observe("afterOutputPath", Apply(state_.output_path, *value, env_));
    }
    if (!value.ok()) return value.error();
    Outcome<Assigned> assigned = Assign(state_.assign, result, env_);
    if (!assigned.ok()) return assigned.error();
    return StateOutput{*value, *assigned};
  }

  Outcome<StateOutput> Leave() override { return LeaveWith(state_.assign); }

  Outcome<StateOutput> LeaveByRule(size_t rule) override {
    return LeaveWith(state_.As<ChoiceState>().choices[rule].assign);
  }

  Outcome<StateOutput> LeaveByCatcher(size_t index,
                                      const Error& error) override {
    const Catcher& catcher = state_.catchers[index];
    const Value output = ErrorOutput(error);
    Outcome<Value> placed = ApplyResultPath(catcher.result_path, raw_, output);
    if (!placed.ok()) return placed.error();
    Outcome<Assigned> assigned = Assign(catcher.assign, output, env_);
    if (!assigned.ok()) return assigned.error();
    return StateOutput{*placed, *assigned};
  }

 private:
  Outcome<Value> EvaluateInput() override {
    (void)Observe("input", raw_);
    return Observe("afterInputPath", Apply(state_.input_path, raw_, env_));
  }

  Outcome<StateOutput> LeaveWith(const std::optional<Assignments>& assign) {
    Outcome<Value> input = Input();
    if (!input.ok()) return input.error();
    Outcome<Assigned> assigned = Assign(assign, *input, env_);
    if (!assigned.ok()) return assigned.error();
    Outcome<Value> output = Apply(state_.output_path, *input, env_);
    if (!output.ok()) return output.error();
    return StateOutput{*output, *assigned};
  }
};

}  // namespace

DataFlow* MakeJsonPathFlow(void* place, const State& state, const Value& raw,
                           Environment& env, DataFlow::Observer observer) {
  static_assert(sizeof(JsonPathFlow) <= DataFlow::InPlace::kBytes);
  return new (place) JsonPathFlow(state, raw, env, std::move(observer));
}

}  // namespace stepwheel::asl
