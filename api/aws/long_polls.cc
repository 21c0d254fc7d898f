#include "api/aws/long_polls.h"

#include <algorithm>

#include "api/aws/render.h"

namespace stepwheel::aws {
namespace {

std::string RenderTask(const engine::GetActivityTaskAnswer& task) {
  if (task.task_token.empty()) return "{}";
  std::string body;
  ObjectWriter(&body)
      .String("input", task.input)
      .String("taskToken", task.task_token)
      .Close();
  return body;
}

}  // namespace

void LongPolls::Wait(engine::GetActivityTaskRequest request, const Call& call) {
  uint64_t number = ++arrivals_;
  polls_[number].due_ms = options_.now_ms() + options_.duration.count();
  request.alive = [responder = call.answer.responder()] {
    return responder.alive();
  };
  engine::Engine::PollId id = engine_->GetActivityTask(
      std::move(request), call.at(),
      [this, number, answer = call.answer](
          engine::Result<engine::GetActivityTaskAnswer> result) {
        polls_.erase(number);
        if (result.ok()) {
          answer.Ok(RenderTask(*result));
        } else {
          answer.Fail(result.error());
        }
      });
  auto poll = polls_.find(number);
  if (poll == polls_.end()) return;
  poll->second.id = id;
  call.answer.responder().OnPeerGone([this, number, id] {
    polls_.erase(number);
    engine_->WithdrawPoll(id, /*answer=*/false);
  });
  Arm();
}

void LongPolls::Arm() {
  if (armed_ || polls_.empty()) return;
  armed_ = true;
  int64_t left =
      std::max<int64_t>(0, polls_.begin()->second.due_ms - options_.now_ms());
  options_.after(std::chrono::milliseconds(left), [this] {
    armed_ = false;
    EndDue();
    Arm();
  });
}

void LongPolls::EndDue() {
  int64_t now = options_.now_ms();
  while (!polls_.empty() && polls_.begin()->second.due_ms <= now) {
    engine::Engine::PollId id = polls_.begin()->second.id;
    polls_.erase(polls_.begin());
    engine_->WithdrawPoll(id, /*answer=*/true);
  }
}

}  // namespace stepwheel::aws
