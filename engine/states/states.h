// One pair of functions for each state Type: Enter... does the state's work
// right after its ...StateEntered event, the others go on after a wait. Each
// lives in the file of its Type; decide.cc calls them.
#ifndef STEPWHEEL_ENGINE_STATES_STATES_H_
#define STEPWHEEL_ENGINE_STATES_STATES_H_

#include "engine/decide.h"

namespace stepwheel::engine {

void EnterPass(Decision& d, Frame& frame);
void EnterChoice(Decision& d, Frame& frame);
void EnterSucceed(Decision& d, Frame& frame);
void EnterFail(Decision& d, Frame& frame);

void EnterWait(Decision& d, Frame& frame);
void EndWait(Decision& d, Frame& frame);

// Also begins every further attempt after a back-off.
void EnterTask(Decision& d, Frame& frame);

void EnterParallel(Decision& d, Frame& frame);
// A branch has ended with `output`; joins when it was the last.
void JoinParallel(Decision& d, Frame& parallel);

void EnterMap(Decision& d, Frame& frame);
// An iteration has ended; starts the next one or joins.
void EndIteration(Decision& d, Frame& iteration);

EventType EnteredType(asl::StateType type);
EventType ExitedType(asl::StateType type);
// MapStateFailed, ParallelStateFailed; the other states have no such event.
std::optional<EventType> FailedType(asl::StateType type);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_STATES_STATES_H_
