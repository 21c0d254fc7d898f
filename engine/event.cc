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

}  // namespace stepwheel::engine
