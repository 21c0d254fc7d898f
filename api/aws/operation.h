// What every operation gets and how it answers: a Call is one request whose
// parameters have passed the operation's table; its Answer is sent once, now or
// when the engine replies.
#ifndef STEPWHEEL_API_AWS_OPERATION_H_
#define STEPWHEEL_API_AWS_OPERATION_H_

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "api/aws/errors.h"
#include "api/aws/params.h"
#include "api/aws/protocol.h"
#include "api/http/server.h"
#include "engine/engine.h"

namespace stepwheel::aws {

class LongPolls;

// One answered request, for the log: never payloads.
struct RequestLine {
  std::string_view operation;  // "" if there is none.
  std::string_view request_id;
  std::string_view error_code;  // "" for a success.
  std::string_view message;     // What the caller was told; may quote input.
  int status = 200;
};
using RequestLog = std::function<void(const RequestLine&)>;

// Sends the answer of one request and logs it. Copyable; the first send counts.
class Answer {
 public:
  // `operation` and `log` outlive the answer; `log` may be null.
  Answer(http::Responder responder, RequestId id, std::string_view operation,
         const RequestLog* log)
      : responder_(std::move(responder)),
        id_(id),
        operation_(operation),
        log_(log) {}

  void Ok(std::string_view body) const;
  void Fail(const engine::ApiError& error) const;
  void Fail(const ErrorForm& form, std::string_view message) const;
  // "not supported by Stepwheel yet: <what>"
  void Unsupported(std::string_view what) const;

  const http::Responder& responder() const { return responder_; }

 private:
  http::Responder responder_;
  RequestId id_;
  std::string_view operation_;
  const RequestLog* log_;
};

struct Call {
  engine::Engine* engine;
  LongPolls* polls;
  engine::Received received;
  Params params;
  Answer answer;

  Instant at() const { return received.read; }
  // Fails the call if `error` is set; then returns true.
  bool Refuse(const std::optional<engine::ApiError>& error) const {
    if (error) answer.Fail(*error);
    return error.has_value();
  }
  // A reply that sends what `render(const T&)` returns, or the error.
  template <class T, class Render>
  engine::Reply<T> Then(Render render) const {
    return [answer = answer, render](engine::Result<T> result) {
      if (result.ok()) {
        answer.Ok(render(*result));
      } else {
        answer.Fail(result.error());
      }
    };
  }
  engine::Reply<engine::Nothing> ThenNothing() const {
    return Then<engine::Nothing>([](const auto&) { return "{}"; });
  }
};

struct Operation {
  std::string_view name;
  std::span<const Member> members;
  void (*run)(const Call& call) = nullptr;  // Null: not built yet.
};

// nullptr if AWS has no such operation.
const Operation* FindOperation(std::string_view name);
// All operations of AWS, in order of name.
std::span<const Operation> Operations();

// One function for each, in state_machines.cc, definitions.cc, executions.cc,
// activities.cc, tasks.cc; their parameters are in operation.cc.
void CreateStateMachine(const Call& call);
void UpdateStateMachine(const Call& call);
void ValidateStateMachineDefinition(const Call& call);
void DescribeStateMachine(const Call& call);
void DescribeStateMachineForExecution(const Call& call);
void ListStateMachines(const Call& call);
void DeleteStateMachine(const Call& call);
void StartExecution(const Call& call);
void DescribeExecution(const Call& call);
void ListExecutions(const Call& call);
void StopExecution(const Call& call);
void GetExecutionHistory(const Call& call);
void CreateActivity(const Call& call);
void DescribeActivity(const Call& call);
void ListActivities(const Call& call);
void DeleteActivity(const Call& call);
void GetActivityTask(const Call& call);
void SendTaskSuccess(const Call& call);
void SendTaskFailure(const Call& call);
void SendTaskHeartbeat(const Call& call);

// maxResults and nextToken of a List operation: 0 means 100.
engine::ListRequest PageOf(const Params& params);

}  // namespace stepwheel::aws

#endif  // STEPWHEEL_API_AWS_OPERATION_H_
