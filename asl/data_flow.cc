#include "asl/data_flow.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "asl/path_lookup.h"
#include "asl/timestamp.h"

namespace stepwheel::asl {
namespace {

// A longer Wait fails (quotas.md 3): 2^31 - 1 seconds, 24,855 days and a bit.
constexpr int64_t kWaitSecondsMax = 2'147'483'647;

std::string InvalidPath(const JsonPath& path, const std::string& missing) {
  return "Invalid path '" + path.text() + "' : " + missing;
}

std::optional<int64_t> ParseInt(std::string_view text) {
  int64_t n = 0;
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
  if (value.is_string()) return ParseInt(value.as_string());
  return std::nullopt;
}

// How a value prints in AWS's causes: strings raw, the rest as JSON.
std::string Shown(const Value& value) {
  return value.is_string() ? std::string(value.as_string()) : value.Text();
}

std::optional<Value> ValueAt(const JsonPath& path, const Value& input,
                             Environment& env) {
  const Value* root = RootOf(path, input, env);
  if (root == nullptr) return std::nullopt;
  return path.Evaluate(*root).value;
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

}  // namespace

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

Outcome<Value> ApplyInputPath(const State& state, const Value& raw,
                              Environment& env) {
  if (!state.input_path) return raw;
  if (!state.input_path->path) return Value::EmptyObject();
  return EvaluatePath(*state.input_path->path, raw, env);
}

Outcome<Value> ApplyParameters(const State& state, const Value& input,
                               Environment& env) {
  if (!state.parameters) return input;
  return state.parameters->Evaluate(input, env);
}

Outcome<Value> ApplyResultSelector(const State& state, const Value& result,
                                   Environment& env) {
  if (!state.result_selector) return result;
  return state.result_selector->Evaluate(result, env);
}

Outcome<Value> ApplyResultPath(const std::optional<ResultPathField>& field,
                               const Value& raw, const Value& result) {
  if (!field) return result;
  if (!field->path) return raw;
  return field->path->Apply(raw, result);
}

Outcome<Value> ApplyOutputPath(const State& state, const Value& value,
                               Environment& env) {
  if (!state.output_path) return value;
  if (!state.output_path->path) return Value::EmptyObject();
  return EvaluatePath(*state.output_path->path, value, env);
}

Outcome<Assigned> EvaluateAssign(const std::optional<Assignments>& assign,
                                 const Value& input, Environment& env) {
  if (!assign) return Assigned{};
  Outcome<Value> values = assign->values.Evaluate(input, env);
  if (!values.ok()) return values.error();
  Assigned assigned;
  for (const Member& member : values->as_object()) {
    assigned.emplace_back(std::string(member.key()), member.value);
  }
  std::sort(assigned.begin(), assigned.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return assigned;
}

Outcome<int64_t> EvaluateSeconds(const std::optional<int64_t>& literal,
                                 const std::optional<JsonPath>& path,
                                 const char* field, const Value& input,
                                 Environment& env) {
  if (literal) return *literal;
  if (!path) return int64_t{0};
  Outcome<Value> value = EvaluatePath(*path, input, env);
  if (!value.ok()) return value.error();
  // The words of the two failures follow Wait's recorded ones; AWS's own are
  // unverified (timeouts-and-heartbeats.md 1).
  std::optional<int64_t> seconds = IntegerOf(*value);
  if (!seconds) {
    return RuntimeError("The " + std::string(field) +
                        " parameter cannot be parsed as a long value: " +
                        path->text() + " == " + Shown(*value));
  }
  if (*seconds <= 0 || *seconds > 99'999'999) {
    return RuntimeError("The " + std::string(field) +
                        (*seconds < 0
                             ? " parameter references a negative value: "
                             : " parameter must be between 1 and 99999999: ") +
                        path->text() + " == " + Shown(*value));
  }
  return *seconds;
}

Outcome<int64_t> EvaluateWait(const WaitState& wait, const Value& input,
                              int64_t now_ms, Environment& env) {
  int64_t due = now_ms;
  if (wait.seconds || wait.seconds_path) {
    int64_t seconds = 0;
    if (wait.seconds) {
      seconds = *wait.seconds;
    } else {
      Outcome<int64_t> read = WaitSeconds(*wait.seconds_path, input, env);
      if (!read.ok()) return read.error();
      seconds = *read;
    }
    if (seconds > kWaitSecondsMax) {
      return RuntimeError("Wait state delay is too long.");
    }
    return now_ms + seconds * 1000;
  }
  if (wait.timestamp) {
    due = UnixMillisRoundedUp(*wait.timestamp);
  } else {
    Outcome<Timestamp> read = WaitTimestamp(*wait.timestamp_path, input, env);
    if (!read.ok()) return read.error();
    due = UnixMillisRoundedUp(*read);
  }
  if (due - now_ms > kWaitSecondsMax * 1000) {
    return RuntimeError("Wait state delay is too long.");
  }
  return std::max(due, now_ms);
}

Outcome<Value> EvaluateItems(const MapState& map, const Value& input,
                             Environment& env) {
  Value items = input;
  std::string path = "$";
  if (map.items_path && map.items_path->path) {
    path = map.items_path->path->text();
    Outcome<Value> read = EvaluatePath(*map.items_path->path, input, env);
    if (!read.ok()) return read.error();
    items = *read;
  } else if (map.items_path) {
    items = Value::EmptyObject();
  }
  if (!items.is_array()) {
    // A "$$." path is printed with one "$" (asl.md 11).
    if (path.rfind("$$", 0) == 0) path.erase(0, 1);
    return PlainRuntimeError("Reference path \"" + path +
                             "\" must point to array.");
  }
  return items;
}

Outcome<int64_t> EvaluateMaxConcurrency(const MapState& map, const Value& input,
                                        Environment& env) {
  int64_t concurrency = map.max_concurrency;
  if (map.max_concurrency_path) {
    Outcome<Value> value = EvaluatePath(*map.max_concurrency_path, input, env);
    if (!value.ok()) return value.error();
    std::optional<int64_t> read = IntegerOf(*value);
    if (!read) {
      std::string shown =
          value->is_object() || value->is_array() ? "{}" : Shown(*value);
      if (value->is_array()) shown = value->Text();
      return RuntimeError("The MaxConcurrencyPath field refers to value \"" +
                          shown + "\" which is not a valid integer: " +
                          map.max_concurrency_path->text());
    }
    if (*read < 0) return RuntimeError("MaxConcurrency cannot be negative.");
    concurrency = *read;
  }
  if (concurrency == 0) return kInlineMapConcurrencyMax;
  return std::min(concurrency, kInlineMapConcurrencyMax);
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
