// Stored events to what GetExecutionHistory shows: a projection that leaves out
// internal events and private members (history-events.md 2).
#ifndef STEPWHEEL_ENGINE_HISTORY_H_
#define STEPWHEEL_ENGINE_HISTORY_H_

#include <string>

#include "asl/state_machine.h"
#include "engine/event.h"

namespace stepwheel::engine {

// The JSON text of one HistoryEvent, or "" for an internal event. Without
// `include_execution_data` payloads and their details are left out
// (history-events.md 1, Retrieval).
std::string HistoryEventJson(const Event& event,
                             const asl::StateMachine& machine,
                             const std::string& region,
                             bool include_execution_data = true);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_HISTORY_H_
