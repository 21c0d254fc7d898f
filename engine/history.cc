#include "engine/history.h"

#include <cstdio>
#include <string_view>

#include "asl/json.h"

namespace stepwheel::engine {
namespace {

using T = EventType;

// Which detail object a type has, by member names of the AWS model
// (history-events.md 2); "" for types without details.
std::string_view DetailsName(EventType type) {
  if (IsStateEntered(type)) return "stateEnteredEventDetails";
  if (IsStateExited(type)) return "stateExitedEventDetails";
  switch (type) {
#define DETAILS(Type, name) \
  case T::k##Type:          \
    return name "EventDetails"
    DETAILS(ExecutionStarted, "executionStarted");
    DETAILS(ExecutionSucceeded, "executionSucceeded");
    DETAILS(ExecutionFailed, "executionFailed");
    DETAILS(ExecutionAborted, "executionAborted");
    DETAILS(ExecutionTimedOut, "executionTimedOut");
    DETAILS(ExecutionRedriven, "executionRedriven");
    DETAILS(MapStateStarted, "mapStateStarted");
    DETAILS(MapIterationStarted, "mapIterationStarted");
    DETAILS(MapIterationSucceeded, "mapIterationSucceeded");
    DETAILS(MapIterationFailed, "mapIterationFailed");
    DETAILS(MapIterationAborted, "mapIterationAborted");
    DETAILS(EvaluationFailed, "evaluationFailed");
    DETAILS(LambdaFunctionScheduled, "lambdaFunctionScheduled");
    DETAILS(LambdaFunctionSucceeded, "lambdaFunctionSucceeded");
    DETAILS(LambdaFunctionFailed, "lambdaFunctionFailed");
    DETAILS(LambdaFunctionTimedOut, "lambdaFunctionTimedOut");
    DETAILS(TaskScheduled, "taskScheduled");
    DETAILS(TaskStarted, "taskStarted");
    DETAILS(TaskSubmitted, "taskSubmitted");
    DETAILS(TaskSucceeded, "taskSucceeded");
    DETAILS(TaskFailed, "taskFailed");
    DETAILS(TaskTimedOut, "taskTimedOut");
    DETAILS(ActivityScheduled, "activityScheduled");
    DETAILS(ActivityStarted, "activityStarted");
    DETAILS(ActivitySucceeded, "activitySucceeded");
    DETAILS(ActivityFailed, "activityFailed");
    DETAILS(ActivityTimedOut, "activityTimedOut");
#undef DETAILS
    default:
      return "";
  }
}

// Writes the members of one JSON object, in the order they are added.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string* out) : out_(out) { out_->push_back('{'); }
  void Close() { out_->push_back('}'); }

  void Name(std::string_view name) {
    if (!first_) out_->push_back(',');
    first_ = false;
    asl::AppendJsonString(name, out_);
    out_->push_back(':');
  }
  void Text(std::string_view name, std::string_view value) {
    Name(name);
    asl::AppendJsonString(value, out_);
  }
  void TextIfAny(std::string_view name,
                 const std::optional<std::string>& value) {
    if (value) Text(name, *value);
  }
  void Number(std::string_view name, int64_t value) {
    Name(name);
    asl::AppendJsonInt(value, out_);
  }
  // After Name(): JSON that is finished already.
  void Raw(std::string_view json) { *out_ += json; }
  // Payloads are strings that hold JSON text.
  void Payload(std::string_view name, const asl::Value& value) {
    Text(name, value.Text());
    Name(std::string(name) + "Details");
    *out_ += "{\"truncated\":false}";
  }

 private:
  std::string* out_;
  bool first_ = true;
};

void AppendTimestamp(Instant t, std::string* out) {
  // Epoch seconds with up to three decimals, trailing zeros dropped.
  char text[40];
  const long long ms = t.unix_millis();
  int n = std::snprintf(text, sizeof text, "%lld.%03lld", ms / 1000, ms % 1000);
  while (text[n - 1] == '0') --n;
  if (text[n - 1] == '.') --n;
  out->append(text, n);
}

bool IsScheduled(EventType type) {
  return type == T::kTaskScheduled || type == T::kActivityScheduled ||
         type == T::kLambdaFunctionScheduled;
}

std::string_view PayloadName(const Event& event) {
  if (event.type == T::kTaskScheduled) return "parameters";
  if (event.type == T::kExecutionStarted || IsScheduled(event.type)) {
    return "input";
  }
  return IsStateEntered(event.type) ? "input" : "output";
}

void WriteTaskMembers(const Event& event, const asl::Resource& resource,
                      const std::string& region, ObjectWriter& w) {
  const std::string_view name = EventTypeName(event.type);
  if (event.type == T::kActivityScheduled ||
      event.type == T::kLambdaFunctionScheduled) {
    w.Text("resource", resource.arn);
  } else if (name.rfind("Task", 0) == 0) {
    w.Text("resource", resource.resource);
    w.Text("resourceType", resource.resource_type);
    if (event.type == T::kTaskScheduled) w.Text("region", region);
  }
  if (!IsScheduled(event.type)) return;
  if (event.timeout_seconds > 0) {
    w.Number("timeoutInSeconds", event.timeout_seconds);
  }
  if (event.heartbeat_seconds > 0 &&
      event.type != T::kLambdaFunctionScheduled) {
    w.Number("heartbeatInSeconds", event.heartbeat_seconds);
  }
  if (event.text) {
    w.Name("taskCredentials");
    std::string role = *event.text;
    w.Raw("{\"roleArn\":" + asl::Value(role).Text() + "}");
  }
}

void WritePayload(const Event& event, bool include_data, ObjectWriter& w) {
  if (!event.payload || !include_data) return;
  if (event.type == T::kTaskScheduled) {
    w.Text("parameters", event.payload->Text());
  } else {
    w.Payload(PayloadName(event), *event.payload);
  }
}

void WriteAssigned(const Event& event, bool include_data, ObjectWriter& w) {
  if (event.assigned.empty() || !include_data) return;
  std::string object = "{";
  for (const auto& [name, value] : event.assigned) {
    if (object.size() > 1) object.push_back(',');
    asl::AppendJsonString(name, &object);
    object.push_back(':');
    asl::AppendJsonString(value.Text(), &object);
  }
  w.Name("assignedVariables");
  w.Raw(object + "}");
  w.Name("assignedVariablesDetails");
  w.Raw("{\"truncated\":false}");
}

void WriteDetails(const Event& event, const asl::StateMachine& machine,
                  const std::string& region, bool include_data,
                  ObjectWriter& w) {
  const bool state_event =
      IsStateEntered(event.type) || IsStateExited(event.type);
  const asl::State* state =
      event.state >= 0 ? &machine.state(event.state) : nullptr;
  const bool iteration =
      EventTypeName(event.type).rfind("MapIteration", 0) == 0;
  if (state != nullptr && (state_event || iteration)) {
    w.Text("name", state->name);
  }
  if (iteration) w.Number("index", event.number);
  if (event.type == T::kMapStateStarted) w.Number("length", event.number);
  if (state != nullptr && state->type == asl::StateType::kTask &&
      !state_event) {
    WriteTaskMembers(event, state->As<asl::TaskState>().resource, region, w);
  }
  if (event.type == T::kExecutionStarted) w.TextIfAny("roleArn", event.text);
  if (event.type == T::kActivityStarted) w.TextIfAny("workerName", event.text);
  if (event.type == T::kEvaluationFailed) {
    if (state != nullptr) w.Text("state", state->name);
    w.TextIfAny("location", event.text);
  }
  if (event.type == T::kExecutionRedriven) {
    w.Number("redriveCount", event.number);
  }
  WritePayload(event, include_data, w);
  WriteAssigned(event, include_data, w);
  w.TextIfAny("error", event.error);
  w.TextIfAny("cause", event.cause);
}

}  // namespace

std::string HistoryEventJson(const Event& event,
                             const asl::StateMachine& machine,
                             const std::string& region,
                             bool include_execution_data) {
  if (IsInternal(event.type)) return "";
  std::string out;
  ObjectWriter w(&out);
  if (std::string_view name = DetailsName(event.type); !name.empty()) {
    w.Name(name);
    ObjectWriter details(&out);
    WriteDetails(event, machine, region, include_execution_data, details);
    details.Close();
  }
  w.Number("id", event.id);
  w.Number("previousEventId", event.previous);
  w.Name("timestamp");
  AppendTimestamp(event.timestamp, &out);
  w.Text("type", EventTypeName(event.type));
  w.Close();
  return out;
}

}  // namespace stepwheel::engine
