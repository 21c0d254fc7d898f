// Requests and answers of the engine, one pair for each AWS operation it has.
// Members have AWS's names in snake_case; shape checks (lengths, patterns,
// missing members) are the API layer's, everything else is checked here.
#ifndef STEPWHEEL_ENGINE_OPERATIONS_H_
#define STEPWHEEL_ENGINE_OPERATIONS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/event.h"
#include "engine/records.h"
#include "engine/time/clock.h"

namespace stepwheel::engine {

struct CreateStateMachineRequest {
  std::string name;
  std::string definition;
  std::string role_arn;
  std::string type = "STANDARD";
  // JSON texts, already checked by the API layer; empty: the default.
  std::string logging_configuration;
  std::string tracing_configuration;
  std::string encryption_configuration;
};
struct CreateStateMachineAnswer {
  std::string state_machine_arn;
  Instant creation_date;
};

// Absent members stay as they are.
struct UpdateStateMachineRequest {
  std::string state_machine_arn;
  std::optional<std::string> definition;
  std::optional<std::string> role_arn;
  std::optional<std::string> logging_configuration;
  std::optional<std::string> tracing_configuration;
  std::optional<std::string> encryption_configuration;
};
struct UpdateStateMachineAnswer {
  Instant update_date;
  std::string revision_id;  // Empty while nothing was ever changed.
};

struct DescribeStateMachineAnswer {
  StateMachineRecord record;
  std::string definition;
  // State name -> variables it reads; only states that read some.
  std::vector<std::pair<std::string, std::vector<std::string>>>
      variable_references;
};

struct ListStateMachinesAnswer {
  std::vector<StateMachineRecord> state_machines;  // By name.
  std::optional<std::string> next_token;
};

struct ListRequest {
  int max_results = 100;  // 1..1000; the API layer maps 0 to 100.
  std::string next_token;
};

struct StartExecutionRequest {
  std::string state_machine_arn;
  std::optional<std::string> name;  // Absent: a UUID.
  std::string input = "{}";         // JSON text.
  std::string trace_header;
};
struct StartExecutionAnswer {
  std::string execution_arn;
  Instant start_date;
};

struct ListExecutionsRequest {
  std::string state_machine_arn;
  std::optional<ExecutionStatus> status_filter;
  int max_results = 100;
  std::string next_token;
};
struct ListExecutionsAnswer {
  std::vector<ExecutionRecord> executions;  // Newest start first.
  std::optional<std::string> next_token;
};

struct StopExecutionRequest {
  std::string execution_arn;
  std::optional<std::string> error;
  std::optional<std::string> cause;
};
struct StopExecutionAnswer {
  Instant stop_date;
};

struct GetExecutionHistoryRequest {
  std::string execution_arn;
  int max_results = 100;
  bool reverse_order = false;
  bool include_execution_data = true;
  std::string next_token;
};
struct GetExecutionHistoryAnswer {
  // Each is the JSON text of one HistoryEvent as AWS sends it, ready to be put
  // into the "events" array (history.h makes them).
  std::vector<std::string> events;
  std::optional<std::string> next_token;
};

struct CreateActivityAnswer {
  std::string activity_arn;
  Instant creation_date;
};
struct ListActivitiesAnswer {
  std::vector<ActivityRecord> activities;
  std::optional<std::string> next_token;
};

struct GetActivityTaskRequest {
  std::string activity_arn;
  std::optional<std::string> worker_name;
  // Asked just before a task is handed out, where set: is somebody still there?
  std::function<bool()> alive = nullptr;
};
// Both empty when the poll ended without a task: the answer is {}.
struct GetActivityTaskAnswer {
  std::string task_token;
  std::string input;  // JSON text.
};

struct SendTaskSuccessRequest {
  std::string task_token;
  std::string output;  // JSON text, not yet checked.
};
struct SendTaskFailureRequest {
  std::string task_token;
  std::optional<std::string> error;
  std::optional<std::string> cause;
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_OPERATIONS_H_
