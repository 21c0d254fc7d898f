// CanApply: whether a log read from a file that may be damaged still folds.
// Apply() itself trusts its caller, because live events are made by Decide.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "engine/apply.h"

namespace stepwheel::engine {
namespace {

using T = EventType;

bool Fail(const Event& event, std::string_view problem, std::string* why) {
  *why = "event " + std::to_string(event.position) + " (" +
         std::string(EventTypeName(event.type)) + "): " + std::string(problem);
  return false;
}

bool NeedsPayload(EventType type) {
  return type == T::kExecutionStarted || type == T::kActivityScheduled ||
         IsStateEntered(type) || IsStateExited(type);
}

// Only these belong to no line of control.
bool NeedsFrame(EventType type) {
  return EventTypeName(type).rfind("Execution", 0) != 0;
}

// Whether `frame` is the open child at its index of the frame above it.
bool IsOpenChild(const Execution& e, const Frame& frame) {
  const Frame* parent = e.FindFrame(frame.parent);
  if (parent == nullptr || !parent->children) return false;
  const std::vector<FrameId>& frames = parent->children->frames;
  const auto index = static_cast<size_t>(frame.index);
  return index < frames.size() && frames[index] == frame.id;
}

// What ParallelStateStarted and the Map events need of their frame.
bool CheckChildren(const Event& event, const Execution& e, const Frame& frame,
                   std::string* why) {
  switch (event.type) {
    case T::kParallelStateStarted:
      if (!std::holds_alternative<asl::ParallelState>(e.StateOf(frame).body) ||
          !event.effective) {
        return Fail(event, "its frame is in no Parallel state", why);
      }
      return true;
    case T::kMapStateStarted:
      if (!std::holds_alternative<asl::MapState>(e.StateOf(frame).body) ||
          !event.effective || !event.items || !event.items->is_array() ||
          static_cast<int64_t>(event.items->as_array().size()) !=
              event.number) {
        return Fail(event, "it holds no items for a Map state", why);
      }
      return true;
    case T::kMapIterationStarted:
      if (!std::holds_alternative<asl::MapState>(e.StateOf(frame).body) ||
          !frame.children || !event.effective || event.number < 0 ||
          event.number >= static_cast<int64_t>(frame.children->frames.size()) ||
          frame.children->frames[static_cast<size_t>(event.number)] != 0) {
        return Fail(event, "its Map has no such iteration to start", why);
      }
      return true;
    case T::kMapIterationSucceeded:
      if (!frame.iteration || !IsOpenChild(e, frame)) {
        return Fail(event, "its frame is no iteration", why);
      }
      return true;
    default:
      return true;
  }
}

}  // namespace

bool CanApply(const Event& event, const Execution& e, std::string* why) {
  if (event.position != e.position + 1) {
    return Fail(event, "expected position " + std::to_string(e.position + 1),
                why);
  }
  if (!IsInternal(event.type) && event.id != e.last_id + 1) {
    return Fail(event, "expected id " + std::to_string(e.last_id + 1), why);
  }
  if (event.timestamp < e.last_timestamp) {
    return Fail(event, "its timestamp is before the last one", why);
  }
  if (event.type == T::kExecutionStarted && event.position != 1) {
    return Fail(event, "the execution has started already", why);
  }
  if (e.ended()) return Fail(event, "the execution has ended", why);
  const auto states = static_cast<asl::StateIndex>(e.machine->states.size());
  if (event.state >= states || event.state < asl::kNoState ||
      event.next >= states || event.next < asl::kNoState) {
    return Fail(event, "it names a state the definition does not have", why);
  }
  if (NeedsPayload(event.type) && !event.payload) {
    return Fail(event, "its payload is missing", why);
  }
  if (event.type == T::kRetryScheduled &&
      (event.number < 0 || event.number > 1000)) {
    return Fail(event, "it names no Retrier", why);
  }
  if (event.frame == 0) {
    if (NeedsFrame(event.type)) return Fail(event, "it has no frame", why);
    return true;
  }
  const Frame* frame = e.FindFrame(event.frame);
  if (frame == nullptr) return Fail(event, "its frame is not open", why);
  if (IsStateEntered(event.type) &&
      std::find(e.ready.begin(), e.ready.end(), event.frame) == e.ready.end()) {
    return Fail(event, "its frame is not ready to enter a state", why);
  }
  if (IsStateExited(event.type) && frame->parent != 0 &&
      !IsOpenChild(e, *frame)) {
    return Fail(event, "its frame is no child of the one above it", why);
  }
  return CheckChildren(event, e, *frame, why);
}

}  // namespace stepwheel::engine
