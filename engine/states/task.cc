#include <utility>

#include "engine/integrations/integration.h"
#include "engine/states/mocked_task.h"
#include "engine/states/states.h"
#include "engine/task_token.h"

namespace stepwheel::engine {
namespace {

using T = EventType;

void ScheduleActivity(Decision& d, Frame& frame, Event event) {
  const std::string arn = d.execution().ResourceOf(frame).arn;
  if (!d.context().world->ActivityExists(arn)) {
    return d.Fail(frame,
                  asl::RuntimeError("The activity " + arn + " does not exist."),
                  false);
  }
  event.type = T::kActivityScheduled;
  if (!d.Emit(std::move(event))) return;
  d.Add(QueueActivityTask{
      arn, AttemptKey{d.execution().record.number, frame.attempt.position},
      frame.id, frame.attempt.scheduled_at});
}

// What cannot be called fails the task after its Scheduled and Started events,
// with a message that names it: Retry and Catch see it like any other failure.
void FailUncallable(Decision& d, Frame& frame, bool lambda,
                    const std::string& why) {
  const asl::Resource& resource = d.execution().ResourceOf(frame);
  asl::Error error{std::string(asl::kStatesTaskFailed),
                   "Stepwheel cannot call '" + resource.arn + "': " + why};
  Event failed =
      d.EventOf(lambda ? T::kLambdaFunctionFailed : T::kTaskFailed, frame);
  failed.error = error.name;
  failed.cause = error.cause;
  if (!d.Emit(std::move(failed))) return;
  d.Fail(frame, std::move(error), true);
}

// Where every call of a service begins: its events, then who makes it.
void ScheduleCall(Decision& d, Frame& frame, Event event, std::string token) {
  const asl::Resource& resource = d.execution().ResourceOf(frame);
  const bool lambda = resource.kind == asl::Resource::Kind::kLambdaFunction;
  asl::Value parameters = *event.payload;
  std::optional<std::string> role = event.text;
  event.type = lambda ? T::kLambdaFunctionScheduled : T::kTaskScheduled;
  // Nobody can beat for a function (timeouts-and-heartbeats.md 2).
  if (lambda) event.heartbeat_seconds = 0;
  if (!d.Emit(std::move(event))) return;
  Event started =
      d.EventOf(lambda ? T::kLambdaFunctionStarted : T::kTaskStarted, frame);
  if (!d.Emit(std::move(started))) return;
  const AttemptKey key{d.execution().record.number, frame.attempt.position};
  if (StartsExecution(resource)) {
    return d.Add(StartChild{{key, frame.id}});
  }
  std::string why;
  if (!d.context().world->CanCall(resource, &why)) {
    return FailUncallable(d, frame, lambda, why);
  }
  d.Add(
      StartCall{Call{key,
                     std::shared_ptr<const asl::Resource>(d.execution().machine,
                                                          &resource),
                     std::move(parameters), std::move(token), std::move(role)},
                frame.id});
}

// What AWS finds wrong with the parameters before it calls anybody.
std::optional<asl::Error> RefusedParameters(const asl::Resource& resource,
                                            const asl::Value& parameters) {
  const std::vector<std::string> problems =
      ParameterProblems(resource, parameters);
  if (problems.empty()) return std::nullopt;
  std::string list;
  for (const std::string& problem : problems) {
    list += (list.empty() ? "" : ", ") + problem;
  }
  return asl::RuntimeError("The Parameters '" + parameters.Text() +
                           "' could not be used to start the Task: [" + list +
                           "]");
}

}  // namespace

// Task: one attempt. The token is minted for the position its ...Scheduled
// event will have, because Parameters may hand it on.
void EnterTask(Decision& d, Frame& frame) {
  const asl::State& state = d.execution().StateOf(frame);
  const auto& task = state.As<asl::TaskState>();
  FrameEnvironment env = d.EnvironmentOf(frame);
  std::string token;
  if (task.resource.takes_token()) {
    token = MintTaskToken(
        TaskToken{d.execution().record.number, d.execution().position + 1,
                  frame.id, frame.state},
        d.context().token_key);
    env.set_task_token(token);
  }
  const asl::DataFlow::InPlace flow = d.DataFlowOf(frame, env);
  asl::Outcome<int64_t> timeout = flow->TimeoutSeconds();
  if (!timeout.ok()) return d.Fail(frame, timeout.error(), false);
  asl::Outcome<int64_t> heartbeat = flow->HeartbeatSeconds();
  if (!heartbeat.ok()) return d.Fail(frame, heartbeat.error(), false);
  asl::Outcome<asl::Value> arguments = flow->Arguments();
  if (!arguments.ok()) return d.Fail(frame, arguments.error(), false);
  if (d.FailIfTooLarge(frame, *arguments)) return;
  asl::Outcome<std::optional<std::string>> role = flow->RoleArn();
  if (!role.ok()) return d.Fail(frame, role.error(), false);
  Event event = d.EventOf(T::kTaskScheduled, frame);
  event.timeout_seconds = *timeout;
  event.heartbeat_seconds = *heartbeat;
  event.text = *role;
  event.payload = *arguments;
  asl::Outcome<bool> mocked = ChooseMock(d, frame, &event);
  if (!mocked.ok()) return d.Fail(frame, mocked.error(), false);
  if (*mocked) return ScheduleMocked(d, frame, std::move(event));
  if (task.resource.kind == asl::Resource::Kind::kActivity) {
    return ScheduleActivity(d, frame, std::move(event));
  }
  if (auto refused = RefusedParameters(task.resource, *arguments)) {
    return d.Fail(frame, std::move(*refused), false);
  }
  ScheduleCall(d, frame, std::move(event), std::move(token));
}

}  // namespace stepwheel::engine
