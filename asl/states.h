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
// Assign: variable names and the templates of their values, evaluated together.
struct Assignments {
  PayloadTemplate values;
  std::vector<std::string> names;
};

struct Catcher {
  std::vector<std::string> error_equals;
  StateIndex next = kNoState;
  std::optional<ResultPathField> result_path;
  std::optional<Assignments> assign;
};

struct PassState {
  std::optional<Value> result;  // `Result: null` is absent (asl.md 3).
};
struct TaskState {
  Resource resource;
  std::optional<int64_t> timeout_seconds;
  std::optional<JsonPath> timeout_seconds_path;
  std::optional<int64_t> heartbeat_seconds;
  std::optional<JsonPath> heartbeat_seconds_path;
  std::optional<PayloadTemplate> credentials;
};
struct ChoiceBranch {
  ChoiceRule rule;
  StateIndex next = kNoState;
  std::optional<Assignments> assign;
};
struct ChoiceState {
  std::vector<ChoiceBranch> choices;
  StateIndex default_next = kNoState;
};
struct WaitState {  // Exactly one is set.
  std::optional<int64_t> seconds;
  std::optional<Timestamp> timestamp;
  std::optional<JsonPath> seconds_path;
  std::optional<JsonPath> timestamp_path;
};
struct SucceedState {};
struct FailState {
  std::optional<std::string> error;
  std::optional<std::string> cause;
  std::optional<PathExpression> error_path;
  std::optional<PathExpression> cause_path;
};
struct ParallelState {
  std::vector<FlowIndex> branches;
};
struct MapState {
  FlowIndex processor = 0;
  bool distributed = false;  // ProcessorConfig.Mode
  std::optional<PathField> items_path;
  std::optional<PayloadTemplate> item_selector;  // or the old Parameters
  int64_t max_concurrency = 0;
  std::optional<JsonPath> max_concurrency_path;
};

struct State {
  std::string name;
  StateType type = StateType::kPass;
  QueryLanguage query_language = QueryLanguage::kJsonPath;
  StateIndex index = kNoState;
  FlowIndex flow = 0;
  StateIndex next = kNoState;  // kNoState with `end`, Choice, Succeed, Fail.
  bool end = false;            // "End": true

  // JSONPath data flow (asl.md 3); absent means the default.
  std::optional<PathField> input_path;
  std::optional<PayloadTemplate> parameters;  // Not Map (see item_selector).
  std::optional<PayloadTemplate> result_selector;
  std::optional<ResultPathField> result_path;
  std::optional<PathField> output_path;
  std::optional<Assignments> assign;

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
