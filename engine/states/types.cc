#include "engine/states/states.h"

namespace stepwheel::engine {

using T = EventType;

EventType EnteredType(asl::StateType type) {
  switch (type) {
    case asl::StateType::kPass:
      return T::kPassStateEntered;
    case asl::StateType::kTask:
      return T::kTaskStateEntered;
    case asl::StateType::kChoice:
      return T::kChoiceStateEntered;
    case asl::StateType::kWait:
      return T::kWaitStateEntered;
    case asl::StateType::kSucceed:
      return T::kSucceedStateEntered;
    case asl::StateType::kFail:
      return T::kFailStateEntered;
    case asl::StateType::kParallel:
      return T::kParallelStateEntered;
    case asl::StateType::kMap:
      return T::kMapStateEntered;
  }
  return T::kPassStateEntered;
}

EventType ExitedType(asl::StateType type) {
  switch (type) {
    case asl::StateType::kTask:
      return T::kTaskStateExited;
    case asl::StateType::kChoice:
      return T::kChoiceStateExited;
    case asl::StateType::kWait:
      return T::kWaitStateExited;
    case asl::StateType::kSucceed:
      return T::kSucceedStateExited;
    case asl::StateType::kParallel:
      return T::kParallelStateExited;
    case asl::StateType::kMap:
      return T::kMapStateExited;
    case asl::StateType::kPass:
    case asl::StateType::kFail:
      break;
  }
  return T::kPassStateExited;
}

std::optional<EventType> FailedType(asl::StateType type) {
  if (type == asl::StateType::kMap) return T::kMapStateFailed;
  if (type == asl::StateType::kParallel) return T::kParallelStateFailed;
  return std::nullopt;
}

}  // namespace stepwheel::engine
