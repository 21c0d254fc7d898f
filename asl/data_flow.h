// The data flow of a JSONPath state, one function a stage, in AWS's order:
// raw input -> InputPath -> Parameters -> work -> ResultSelector -> ResultPath
// -> OutputPath (reference: asl.md 3). Assign is evaluated beside the output.
#ifndef STEPWHEEL_ASL_DATA_FLOW_H_
#define STEPWHEEL_ASL_DATA_FLOW_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "asl/environment.h"
#include "asl/outcome.h"
#include "asl/states.h"
#include "asl/value.h"

namespace stepwheel::asl {

// The value a path names in `input`, the Context Object or a variable. Missing:
// States.Runtime "Invalid path '$.X' : No results for path: $['X']".
Outcome<Value> EvaluatePath(const JsonPath& path, const Value& input,
                            Environment& env);

// Raw input -> effective input before Parameters (InputPath).
Outcome<Value> ApplyInputPath(const State& state, const Value& raw,
                              Environment& env);
// ... -> what the state's work gets (Parameters; not Map).
Outcome<Value> ApplyParameters(const State& state, const Value& input,
                               Environment& env);
// Result -> what ResultPath places (ResultSelector).
Outcome<Value> ApplyResultSelector(const State& state, const Value& result,
                                   Environment& env);
// Places `result` into the raw input. An absent field means "$".
Outcome<Value> ApplyResultPath(const std::optional<ResultPathField>& field,
                               const Value& raw, const Value& result);
Outcome<Value> ApplyOutputPath(const State& state, const Value& value,
                               Environment& env);

using Assigned = std::vector<std::pair<std::string, Value>>;
// The variables an Assign sets, in order of name; `input` is what "$" means
// there. No field: none.
Outcome<Assigned> EvaluateAssign(const std::optional<Assignments>& assign,
                                 const Value& input, Environment& env);

// A task's TimeoutSeconds or HeartbeatSeconds: literal or path; 0 when absent.
// `field` is "TimeoutSecondsPath" or "HeartbeatSecondsPath".
Outcome<int64_t> EvaluateSeconds(const std::optional<int64_t>& literal,
                                 const std::optional<JsonPath>& path,
                                 const char* field, const Value& input,
                                 Environment& env);

// When a Wait that is entered at `now_ms` ends, in Unix milliseconds.
Outcome<int64_t> EvaluateWait(const WaitState& wait, const Value& input,
                              int64_t now_ms, Environment& env);

// The items of a Map and how many iterations may run at once.
Outcome<Value> EvaluateItems(const MapState& map, const Value& input,
                             Environment& env);
Outcome<int64_t> EvaluateMaxConcurrency(const MapState& map, const Value& input,
                                        Environment& env);

// The Error Output a Catcher hands on: {"Error": ..., "Cause": ...}.
Value ErrorOutput(const Error& error);

// AWS's limit on a state's input, output and result (quotas.md 1), in bytes of
// JSON text.
inline constexpr size_t kPayloadBytesMax = 262'144;
// AWS's limits on variables (quotas.md 3), in bytes of JSON text: those of one
// Assign together, and all of an execution.
inline constexpr int64_t kAssignBytesMax = 262'144;
inline constexpr int64_t kVariableBytesMax = 10'485'760;
// An inline Map never runs more iterations at a time (quotas.md 4).
inline constexpr int64_t kInlineMapConcurrencyMax = 40;

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_DATA_FLOW_H_
