// Nested executions: states:startExecution starts its child in the commit of
// its parent, so that neither is ever in doubt (rules.md 7). A .sync parent is
// answered in the commit that ends the child, and stops the child when its own
// attempt ends first.

#include <utility>

#include "asl/json.h"
#include "asl/timestamp.h"
#include "engine/engine_impl.h"
#include "engine/integrations/answer.h"
#include "engine/names.h"

namespace stepwheel::engine {
namespace {

using asl::Value;

// Bounds the work between two looks at the sockets: machines may start each
// other without end. The rest follows in the next turn.
constexpr int kChildrenPerTurnMax = 256;

// What AWS writes here is not known.
constexpr char kStoppedCause[] =
    "The execution was stopped because the task that started it has ended.";

std::string_view CodeName(ApiErrorCode code) {
  switch (code) {
#define X(name)               \
  case ApiErrorCode::k##name: \
    return #name;
    STEPWHEEL_API_ERRORS(X)
#undef X
  }
  return "InternalFailure";
}

StartExecutionRequest RequestOf(const Value& parameters) {
  StartExecutionRequest request;
  auto text = [&](std::string_view name) {
    return JsonText(parameters.Find(name));
  };
  request.state_machine_arn = text("StateMachineArn").value_or("");
  request.name = text("Name");
  request.input = text("Input").value_or("{}");
  request.trace_header = text("TraceHeader").value_or("");
  return request;
}

std::optional<ApiError> Refused(const StartExecutionRequest& request) {
  if (!request.state_machine_arn.starts_with("arn:")) {
    return ApiError{
        ApiErrorCode::kInvalidArn,
        "Invalid Arn: 'Invalid ARN prefix: " + request.state_machine_arn + "'"};
  }
  if (!request.name) return std::nullopt;
  if (auto invalid = CheckName(*request.name)) return invalid;
  size_t characters = 0;
  for (size_t at = 0; at < request.name->size(); ++characters) {
    NextCodePoint(*request.name, &at);
  }
  if (characters > 0 && characters <= kNameCharactersMax) return std::nullopt;
  const std::string bound =
      characters == 0
          ? "greater than or equal to 1"
          : "less than or equal to " + std::to_string(kNameCharactersMax);
  return ApiError{ApiErrorCode::kValidationException,
                  "1 validation error detected: Value '" + *request.name +
                      "' at 'name' failed to satisfy constraint: Member must "
                      "have length " +
                      bound};
}

// Optimized integrations count milliseconds, aws-sdk:... writes text.
Value DateOf(Instant t, bool aws_sdk) {
  return aws_sdk ? Value(asl::FormatTimestamp(t.unix_millis()))
                 : Value(t.unix_millis());
}

AnswerHead HeadOf(const std::string& request_id, int status) {
  return {status,
          request_id,
          {{"Content-Type", "application/x-amz-json-1.0"},
           {"x-amzn-RequestId", request_id}}};
}

Value StartedAnswer(const StartExecutionAnswer& started, bool aws_sdk,
                    const AnswerHead& head) {
  asl::Members members;
  members.emplace_back("ExecutionArn", Value(started.execution_arn));
  if (!aws_sdk) AppendMetadata(head, &members);
  members.emplace_back("StartDate", DateOf(started.start_date, aws_sdk));
  return Value(std::move(members));
}

// What .sync gives of its child. `parsed` (.sync:2): Input and Output as JSON,
// not as text.
Value Description(const ExecutionRecord& child, bool parsed) {
  asl::Members members;
  auto add = [&](std::string_view name, Value value) {
    members.emplace_back(name, std::move(value));
  };
  auto json = [&](const std::string& text) {
    asl::JsonError ignored;
    return parsed ? asl::ParseJson(text, &ignored).value_or(Value())
                  : Value(text);
  };
  const Value included = asl::MakeObject({{"Included", Value(true)}});
  const bool succeeded = child.status == ExecutionStatus::kSucceeded;
  if (child.cause) add("Cause", Value(*child.cause));
  if (child.error) add("Error", Value(*child.error));
  add("ExecutionArn", Value(child.arn));
  add("Input", json(child.input));
  add("InputDetails", included);
  add("Name", Value(child.name));
  if (child.output) {
    add("Output", json(*child.output));
    add("OutputDetails", included);
  }
  add("RedriveCount", Value(0));
  add("RedriveStatus", Value(succeeded ? "NOT_REDRIVABLE" : "REDRIVABLE"));
  if (succeeded) {
    add("RedriveStatusReason",
        Value("Execution is SUCCEEDED and cannot be redriven"));
  }
  add("StartDate", DateOf(child.start_date, false));
  add("StateMachineArn", Value(child.state_machine_arn));
  add("Status", Value(ExecutionStatusName(child.status)));
  if (child.stop_date) add("StopDate", DateOf(*child.stop_date, false));
  return Value(std::move(members));
}

bool AwaitsEnd(const asl::Resource& resource) {
  return resource.pattern == asl::Resource::Pattern::kSync ||
         resource.pattern == asl::Resource::Pattern::kSync2;
}

}  // namespace

// One step of what this turn still owes to parents and children; false when
// there is none.
bool Engine::Impl::SettleChild(TurnState& turn, Instant now) {
  if (!turn.ended.empty()) {
    const ExecutionNumber number = turn.ended.front();
    turn.ended.pop_front();
    OnEnded(turn, number, now);
    return true;
  }
  if (!turn.stops.empty()) {
    Execution* child = Need(turn, turn.stops.front());
    turn.stops.pop_front();
    if (child != nullptr && !child->ended()) {
      Decide(turn, child, now, [](Decision& decision) {
        decision.Stop(std::nullopt, kStoppedCause);
      });
    }
    return true;
  }
  if (child_starts.empty() || turn.children_started >= kChildrenPerTurnMax) {
    return false;
  }
  const OpenAttempt parent = *child_starts.begin();
  child_starts.erase(child_starts.begin());
  turn.undo.push_back([this, parent] { child_starts.insert(parent); });
  ++turn.children_started;
  StartTheChild(turn, parent, now);
  return true;
}

void Engine::Impl::StartTheChild(TurnState& turn, const OpenAttempt& parent,
                                 Instant now) {
  Execution* e = Find(parent.key.execution);  // It was not parked meanwhile.
  if (e == nullptr) return;
  const Frame* frame = e->FindAttempt(parent.frame, parent.key.position);
  if (frame == nullptr || frame->attempt.submitted) return;
  const asl::Resource& resource = e->ResourceOf(*frame);
  const StartExecutionRequest request = RequestOf(frame->attempt.input);
  std::optional<ApiError> refused = Refused(request);
  const Result<StartExecutionAnswer> started =
      refused ? Result<StartExecutionAnswer>(*refused)
              : Start(turn, request, now);
  auto draw = [&](uint64_t n) {
    return Draw(context.seed, parent.key.execution, parent.key.position,
                Use::kRequestId, n);
  };
  const std::string request_id = UuidFrom(draw(0), draw(1));
  if (!started.ok()) {
    constexpr int kBadRequest = 400;
    constexpr int kServerError = 500;
    const bool ours = started.error().code == ApiErrorCode::kInternalFailure;
    return Decide(turn, e, now, [&](Decision& decision) {
      decision.FailTask(
          parent.frame, parent.key.position,
          ServiceError(*FindIntegration(resource)->service,
                       HeadOf(request_id, ours ? kServerError : kBadRequest),
                       CodeName(started.error().code),
                       started.error().message));
    });
  }
  const Value answer =
      StartedAnswer(*started, resource.aws_sdk, HeadOf(request_id, 200));
  ExecutionNumber child = 0;
  if (AwaitsEnd(resource)) {
    // An execution of that name may have been running, and be parked.
    child = NumberOf(turn, started->execution_arn);
    if (child == 0) return;  // The store cannot be read: the turn is undone.
    AwaitChild(turn, child, parent);
  }
  Decide(turn, e, now, [&](Decision& decision) {
    if (resource.takes_token()) {
      return decision.SubmitTask(parent.frame, parent.key.position, answer,
                                 child);
    }
    decision.AnswerTask(parent.frame, parent.key.position, answer);
  });
}

void Engine::Impl::AwaitChild(TurnState& turn, ExecutionNumber child,
                              const OpenAttempt& parent) {
  parents.emplace(child, parent);
  turn.undo.push_back([this, child, parent] {
    parents.erase({child, parent});
  });
}

void Engine::Impl::OnEnded(TurnState& turn, ExecutionNumber number,
                           Instant now) {
  const Execution& e = *executions.at(number);
  for (const auto& [id, frame] : e.frames) {
    if (frame.attempt.child != 0) turn.stops.push_back(frame.attempt.child);
  }
  auto it = parents.lower_bound({number, OpenAttempt{}});
  while (it != parents.end() && it->first == number) {
    const OpenAttempt parent = it->second;
    it = parents.erase(it);
    turn.undo.push_back(
        [this, number, parent] { parents.emplace(number, parent); });
    AnswerParent(turn, parent, e.record, now);
  }
}

void Engine::Impl::AnswerParent(TurnState& turn, const OpenAttempt& parent,
                                const ExecutionRecord& child, Instant now) {
  Execution* e = NeedOpen(turn, parent);
  if (e == nullptr) return;
  const Frame* frame = e->FindAttempt(parent.frame, parent.key.position);
  if (frame == nullptr || frame->attempt.child != child.number) return;
  const Value described = Description(
      child, e->ResourceOf(*frame).pattern == asl::Resource::Pattern::kSync2);
  Decide(turn, e, now, [&](Decision& decision) {
    if (child.status == ExecutionStatus::kSucceeded) {
      return decision.AnswerTask(parent.frame, parent.key.position, described);
    }
    decision.FailTask(
        parent.frame, parent.key.position,
        asl::Error{std::string(asl::kStatesTaskFailed), described.Text()});
  });
}

// After a start: children that were not started yet, and whose end is awaited.
void Engine::Impl::AdoptChildOf(const Execution& e, const Frame& frame) {
  const Attempt& attempt = frame.attempt;
  const OpenAttempt open{{e.record.number, attempt.position}, frame.id};
  if (attempt.child != 0) parents.emplace(attempt.child, open);
  if (OwesStart(e, frame)) child_starts.insert(open);
}

}  // namespace stepwheel::engine
