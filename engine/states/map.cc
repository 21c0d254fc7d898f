#include <algorithm>

#include "engine/states/states.h"

namespace stepwheel::engine {
namespace {

// Starts the next iteration; its ItemSelector is evaluated only now. False if
// that failed: the Map may then have been retried, left or dropped.
bool StartIteration(Decision& d, Frame& map) {
  Children& children = *map.children;
  const int64_t index = children.next_index;
  const asl::Value item = children.items.as_array()[index];
  FrameEnvironment env = d.EnvironmentOf(map);
  env.set_item(index, item);
  asl::Outcome<asl::Value> input =
      d.DataFlowOf(map, env)->IterationInput(children.effective, item);
  if (!input.ok()) {
    d.Fail(map, input.error(), false);
    return false;
  }
  if (d.FailIfTooLarge(map, *input)) return false;
  Event started = d.EventOf(EventType::kMapIterationStarted, map);
  started.previous = children.tip;
  started.number = index;
  started.effective = *input;
  return d.Emit(std::move(started));
}

void Join(Decision& d, Frame& map) {
  Event succeeded = d.EventOf(EventType::kMapStateSucceeded, map);
  if (!d.Emit(std::move(succeeded))) return;
  d.Complete(map, asl::Value(asl::Elements(map.children->results)));
}

}  // namespace

// Map: one iteration for each item, at most `concurrency` at a time (asl.md
// 11). Also runs again, from the start, for a retry.
void EnterMap(Decision& d, Frame& frame) {
  const asl::State& state = d.execution().StateOf(frame);
  const auto& map = state.As<asl::MapState>();
  if (map.distributed) {
    return d.Fail(frame,
                  asl::RuntimeError("Map with ProcessorConfig.Mode "
                                    "DISTRIBUTED is not supported by "
                                    "Stepwheel yet."),
                  false);
  }
  FrameEnvironment env = d.EnvironmentOf(frame);
  const asl::DataFlow::InPlace flow = d.DataFlowOf(frame, env);
  asl::Outcome<asl::Value> input = flow->Input();
  if (!input.ok()) return d.Fail(frame, input.error(), false);
  asl::Outcome<int64_t> concurrency = flow->MaxConcurrency();
  if (!concurrency.ok()) return d.Fail(frame, concurrency.error(), false);
  asl::Outcome<asl::Value> items = flow->Items();
  if (!items.ok()) return d.Fail(frame, items.error(), false);
  const auto length = static_cast<int64_t>(items->as_array().size());
  Event started = d.EventOf(EventType::kMapStateStarted, frame);
  started.number = length;
  started.concurrency = *concurrency;
  started.effective = *input;
  started.items = *items;
  if (!d.Emit(std::move(started))) return;
  // Without effect on an inline Map, but a wrong value fails it (asl.md 11.1).
  asl::Outcome<asl::ToleratedFailure> tolerated = flow->Tolerated();
  if (!tolerated.ok()) return d.Fail(frame, tolerated.error(), false);
  if (length == 0) return Join(d, frame);
  const int64_t first = std::min(length, *concurrency);
  for (int64_t i = 0; i < first; ++i) {
    if (!StartIteration(d, frame)) return;
  }
}

void EndIteration(Decision& d, Frame& iteration) {
  Frame& map = *d.execution().FindFrame(iteration.parent);
  Event succeeded = d.EventOf(EventType::kMapIterationSucceeded, iteration);
  succeeded.state = map.state;
  succeeded.number = iteration.index;
  if (!d.Emit(std::move(succeeded))) return;
  const auto length =
      static_cast<int64_t>(map.children->items.as_array().size());
  if (map.children->next_index < length) {
    StartIteration(d, map);
    return;
  }
  if (map.children->open == 0) Join(d, map);
}

}  // namespace stepwheel::engine
