// Apply folds one event into an execution. It is the only code that changes an
// Execution, live and in recovery; it evaluates nothing, reads no clock and
// draws no random number, so the same events always give the same state.
#ifndef STEPWHEEL_ENGINE_APPLY_H_
#define STEPWHEEL_ENGINE_APPLY_H_

#include "engine/event.h"
#include "engine/execution.h"

namespace stepwheel::engine {

// REQUIRES: event.position == execution->position + 1 and references that the
// execution has (checked: a log that does not fold stops the process, unless
// CanApply() was asked first).
void Apply(const Event& event, Execution* execution);

// Whether a stored event fits this execution; if not, says why. Used when a log
// comes from a file that may be damaged.
bool CanApply(const Event& event, const Execution& execution, std::string* why);

// Whether the event becomes its frame's tip, which the next event of that chain
// names as previousEventId (history-events.md G13).
bool AdvancesChain(EventType type);

// An execution about to be started or folded: no events yet.
Execution NewExecution(ExecutionRecord record, asl::StateMachinePtr machine,
                       asl::Value input);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_APPLY_H_
