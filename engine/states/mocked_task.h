// Mocked Tasks: an attempt that the mock file answers follows a script that is
// chosen when it is scheduled. task.cc asks here before it calls the outside.
#ifndef STEPWHEEL_ENGINE_STATES_MOCKED_TASK_H_
#define STEPWHEEL_ENGINE_STATES_MOCKED_TASK_H_

#include "asl/outcome.h"
#include "engine/decide.h"

namespace stepwheel::engine {

// Puts the script of the attempt that `event` will schedule into it, if the
// execution plays a test case that mocks this state. An error if the file has
// no response for this call: what is mocked never reaches the outside.
asl::Outcome<bool> ChooseMock(Decision& d, const Frame& frame, Event* event);

// Writes the events of a call that was made and waits for its answer.
void ScheduleMocked(Decision& d, Frame& frame, Event event);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_STATES_MOCKED_TASK_H_
