// One struct per state Type, fields named as in the spec. They are filled by
// the parser and never change afterwards; paths and templates are compiled.
#ifndef STEPWHEEL_ASL_STATES_H_
#define STEPWHEEL_ASL_STATES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "asl/choice_rule.h"
#include "asl/json_path.h"
#include "asl/jsonata_template.h"
#include "asl/payload_template.h"
#include "asl/resource.h"
#include "asl/retry.h"
#include "asl/timestamp.h"

namespace stepwheel::asl {

using StateIndex = int32_t;  // Into StateMachine::states.
inline constexpr StateIndex kNoState = -1;
using FlowIndex = int32_t;  // Into StateMachine::flows.

enum class QueryLanguage { kJsonPath, kJsonata };
enum class StateType {
  kPass,
  kTask,
  kChoice,
  kWait,
  kSucceed,
  kFail,
  kParallel,
  kMap
};
std::string_view StateTypeName(StateType type);  // "Pass"

// InputPath, OutputPath, ItemsPath: a path, or JSON null.
struct PathField {
  std::optional<JsonPath> path;  // nullopt: the field is null.
};
struct ResultPathField {
  std::optional<ReferencePath> path;  // nullopt: the field is null.
};
// A template in the query language of its state.
using Template = std::variant<PayloadTemplate, JsonataTemplate>;
// Assign: variable names and the templates of their values, evaluated together.
struct Assignments {
  Template values;
  std::vector<std::string> names;
};
// A value written as such (Seconds), as a path (SecondsPath), or as a JSONata
// expression (Seconds again). At most one is set.
template <class T, class Path = JsonPath>
struct ValueField {
  std::optional<T> literal;
  std::optional<Path> path;
  std::optional<JsonataTemplate> expression;

  bool present() const { return literal || path || expression; }
};

struct Catcher {
  std::vector<std::string> error_equals;
  StateIndex next = kNoState;
  std::optional<ResultPathField> result_path;  // JSONPath
  std::optional<JsonataTemplate> output;       // JSONata
  std::optional<Assignments> assign;
};

struct PassState {
  std::optional<Value> result;  // `Result: null` is absent (asl.md 3).
};
struct TaskState {
  Resource resource;
  ValueField<int64_t> timeout_seconds;
  ValueField<int64_t> heartbeat_seconds;
  std::optional<Template> credentials;
};
struct ChoiceBranch {
  ChoiceRule rule;                        // JSONPath
  ValueField<bool> condition;             // JSONata
  std::optional<JsonataTemplate> output;  // JSONata
  StateIndex next = kNoState;
  std::optional<Assignments> assign;
};
struct ChoiceState {
  std::vector<ChoiceBranch> choices;
  StateIndex default_next = kNoState;
};
struct WaitState {  // Exactly one is present.
  ValueField<int64_t> seconds;
  ValueField<Timestamp> timestamp;
};
struct SucceedState {};
struct FailState {
  ValueField<std::string, PathExpression> error;
  ValueField<std::string, PathExpression> cause;
};
struct ParallelState {
  std::vector<FlowIndex> branches;
};
struct MapState {
  FlowIndex processor = 0;
  bool distributed = false;               // ProcessorConfig.Mode
  std::optional<PathField> items_path;    // JSONPath
  std::optional<JsonataTemplate> items;   // JSONata
  std::optional<Template> item_selector;  // or the old Parameters
  ValueField<int64_t> max_concurrency;
  ValueField<int64_t> tolerated_failure_count;
  ValueField<double> tolerated_failure_percentage;
};

struct State {
  std::string name;
  StateType type = StateType::kPass;
  QueryLanguage query_language = QueryLanguage::kJsonPath;
  StateIndex index = kNoState;
  FlowIndex flow = 0;
  StateIndex next = kNoState;  // kNoState with `end`, Choice, Succeed, Fail.
  bool end = false;            // "End": true

  // Data flow, which DataFlow evaluates; absent means the default. In both
  // languages: Parameters (not of a Map, see item_selector) or Arguments.
  std::optional<Template> arguments;
  std::optional<Assignments> assign;
  // JSONPath (asl.md 3).
  std::optional<PathField> input_path;
  std::optional<PayloadTemplate> result_selector;
  std::optional<ResultPathField> result_path;
  std::optional<PathField> output_path;
  // JSONata (asl.md 4).
  std::optional<JsonataTemplate> output;

  std::vector<Retrier> retry;
  std::vector<Catcher> catchers;  // "Catch"

  std::variant<PassState, TaskState, ChoiceState, WaitState, SucceedState,
               FailState, ParallelState, MapState>
      body;

  template <class T>
  const T& As() const {
    return std::get<T>(body);
  }
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_STATES_H_
