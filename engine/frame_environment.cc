#include "engine/frame_environment.h"

#include <utility>

#include "asl/timestamp.h"
#include "engine/chance.h"

namespace stepwheel::engine {
namespace {

using asl::MakeObject;
using asl::Value;

Value TimeText(Instant t) {
  return Value(asl::FormatTimestamp(t.unix_millis()));
}

Value ItemObject(int64_t index, const Value& value) {
  return MakeObject(
      {{"Item", MakeObject({{"Index", Value(index)}, {"Value", value}})}});
}

// The item of the innermost iteration around `frame`, if there is one.
std::optional<Value> ItemAround(const Execution& e, const Frame* frame) {
  for (; frame != nullptr; frame = e.FindFrame(frame->parent)) {
    if (!frame->iteration) continue;
    const Frame* map = e.FindFrame(frame->parent);
    if (map == nullptr || !map->children) return std::nullopt;
    return ItemObject(frame->index,
                      map->children->items.as_array()[frame->index]);
  }
  return std::nullopt;
}

Value ExecutionObject(const Execution& e) {
  const ExecutionRecord& r = e.record;
  Value object = MakeObject({{"Id", Value(r.arn)},
                             {"Input", e.input},
                             {"StartTime", TimeText(r.start_date)},
                             {"Name", Value(r.name)},
                             {"RoleArn", Value(r.role_arn)},
                             {"RedriveCount", Value(r.redrive_count)}});
  if (r.redrive_date) {
    object = object.WithMember("RedriveTime", TimeText(*r.redrive_date));
  }
  return object;
}

Value StateObject(const Execution& e, const Frame& frame) {
  const asl::State& state = e.StateOf(frame);
  Value object = MakeObject({{"Name", Value(state.name)},
                             {"EnteredTime", TimeText(frame.entered_at)}});
  if (state.type == asl::StateType::kTask ||
      state.type == asl::StateType::kParallel ||
      state.type == asl::StateType::kMap) {
    object = object.WithMember("RetryCount", Value(frame.retry_count));
  }
  return object;
}

}  // namespace

FrameEnvironment::FrameEnvironment(const Execution& execution,
                                   const Frame& frame, uint64_t seed,
                                   Instant now, asl::Interrupt* interrupt)
    : execution_(execution),
      frame_(frame),
      seed_(seed),
      now_(now),
      interrupt_(interrupt) {}

void FrameEnvironment::set_task_token(std::string token) {
  task_token_ = std::move(token);
  context_.reset();
}

void FrameEnvironment::set_item(int64_t index, Value value) {
  item_.emplace(index, std::move(value));
  context_.reset();
}

const Value& FrameEnvironment::Context() {
  if (context_) return *context_;
  const std::string& machine_arn = execution_.record.state_machine_arn;
  Value context = MakeObject(
      {{"Execution", ExecutionObject(execution_)},
       {"StateMachine", MakeObject({{"Id", Value(machine_arn)},
                                    {"Name", Value(NameOfArn(machine_arn))}})},
       {"State", StateObject(execution_, frame_)}});
  if (task_token_) {
    context = context.WithMember("Task",
                                 MakeObject({{"Token", Value(*task_token_)}}));
  }
  std::optional<Value> item = item_ ? ItemObject(item_->first, item_->second)
                                    : ItemAround(execution_, &frame_);
  if (item) context = context.WithMember("Map", *item);
  context_ = std::move(context);
  return *context_;
}

const Value* FrameEnvironment::Variable(std::string_view name) {
  for (const Frame* frame = &frame_; frame != nullptr;
       frame = execution_.FindFrame(frame->parent)) {
    auto it = frame->variables.find(name);
    if (it != frame->variables.end()) return &it->second;
  }
  return nullptr;
}

uint64_t FrameEnvironment::Random() {
  return Draw(seed_, execution_.record.number, execution_.position + 1,
              Use::kEvaluation, draws_++);
}

}  // namespace stepwheel::engine
