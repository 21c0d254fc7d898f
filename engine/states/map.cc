#include <algorithm>

#include "asl/data_flow.h"
#include "engine/states/states.h"

namespace stepwheel::engine {
namespace {

// Starts the next iteration; its ItemSelector is evaluated only now. False if
// that failed: the Map may then have been retried, left or dropped.
bool StartIteration(Decision& d, Frame& map) {
  const asl::State& state = d.execution().StateOf(map);
  Children& children = *map.children;
  const int64_t index = children.next_index;
  asl::Value input = children.items.as_array()[index];
  const auto& selector = state.As<asl::MapState>().item_selector;
  if (selector) {
    FrameEnvironment env = d.EnvironmentOf(map);
    env.set_item(index, input);
    asl::Outcome<asl::Value> selected = d.Observe(
        map, "afterItemSelector", selector->Evaluate(children.effective, env));
    if (!selected.ok()) {
      d.Fail(map, selected.error(), false);
      return false;
    }
    if (d.FailIfTooLarge(map, *selected)) return false;
    input = *selected;
  }
  Event started = d.EventOf(EventType::kMapIterationStarted, map);
  started.previous = children.tip;
  started.number = index;
  started.effective = input;
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
  asl::Outcome<asl::Value> input = d.EffectiveInput(frame, env);
  if (!input.ok()) return d.Fail(frame, input.error(), false);
  asl::Outcome<int64_t> concurrency =
      asl::EvaluateMaxConcurrency(map, *input, env);
  if (!concurrency.ok()) return d.Fail(frame, concurrency.error(), false);
  asl::Outcome<asl::Value> items =
      d.Observe(frame, "afterItemsPath", asl::EvaluateItems(map, *input, env));
  if (!items.ok()) return d.Fail(frame, items.error(), false);
  const auto length = static_cast<int64_t>(items->as_array().size());
  Event started = d.EventOf(EventType::kMapStateStarted, frame);
  started.number = length;
  started.concurrency = *concurrency;
  started.effective = *input;
  started.items = *items;
  if (!d.Emit(std::move(started))) return;
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
