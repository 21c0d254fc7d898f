#include "engine/event.h"

#include <iterator>

namespace stepwheel::engine {
namespace {

constexpr std::string_view kNames[] = {
#define X(name) #name,
    STEPWHEEL_EVENT_TYPES(X)
#undef X
};

static_assert(std::size(kNames) ==
              static_cast<size_t>(EventType::kEventTypeCount));
static_assert(static_cast<int>(EventType::kWaitScheduled) == kPublicEventTypes);

}  // namespace

std::string_view EventTypeName(EventType type) {
  return kNames[static_cast<size_t>(type)];
}

std::optional<EventType> EventTypeFromName(std::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) return static_cast<EventType>(i);
  }
  return std::nullopt;
}

bool IsInternal(EventType type) {
  return static_cast<int>(type) >= kPublicEventTypes;
}

bool IsStateEntered(EventType type) {
  switch (type) {
    case EventType::kPassStateEntered:
    case EventType::kChoiceStateEntered:
    case EventType::kWaitStateEntered:
    case EventType::kSucceedStateEntered:
    case EventType::kFailStateEntered:
    case EventType::kTaskStateEntered:
    case EventType::kParallelStateEntered:
    case EventType::kMapStateEntered:
      return true;
    default:
      return false;
  }
}

bool IsStateExited(EventType type) {
  switch (type) {
    case EventType::kPassStateExited:
    case EventType::kChoiceStateExited:
    case EventType::kWaitStateExited:
    case EventType::kSucceedStateExited:
    case EventType::kTaskStateExited:
    case EventType::kParallelStateExited:
    case EventType::kMapStateExited:
      return true;
    default:
      return false;
  }
}

}  // namespace stepwheel::engine
