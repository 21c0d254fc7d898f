// GetActivityTask and the answers of workers: SendTaskSuccess, SendTaskFailure,
// SendTaskHeartbeat (reference: timeouts-and-heartbeats.md 6 and 7). Whether a
// token is one, and its task open, is the engine's question.
#include "api/aws/arn.h"
#include "api/aws/long_polls.h"
#include "api/aws/operation.h"

namespace stepwheel::aws {

void GetActivityTask(const Call& call) {
  std::string arn = call.params.String("activityArn");
  if (call.Refuse(CheckArn(arn, "activity"))) return;
  call.polls->Wait({.activity_arn = std::move(arn),
                    .worker_name = call.params.Optional("workerName")},
                   call);
}

void SendTaskSuccess(const Call& call) {
  call.engine->SendTaskSuccess({.task_token = call.params.String("taskToken"),
                                .output = call.params.String("output")},
                               call.received, call.ThenNothing());
}

void SendTaskFailure(const Call& call) {
  call.engine->SendTaskFailure({.task_token = call.params.String("taskToken"),
                                .error = call.params.Optional("error"),
                                .cause = call.params.Optional("cause")},
                               call.received, call.ThenNothing());
}

void SendTaskHeartbeat(const Call& call) {
  call.engine->SendTaskHeartbeat(call.params.View("taskToken"), call.received,
                                 call.ThenNothing());
}

}  // namespace stepwheel::aws
