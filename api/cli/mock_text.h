// How mocked calls are shown to people and to programs: what will happen when
// an attempt begins, what has happened when it ends, why nothing ever will.
#ifndef STEPWHEEL_API_CLI_MOCK_TEXT_H_
#define STEPWHEEL_API_CLI_MOCK_TEXT_H_

#include <cstdint>
#include <string>

#include "asl/state_machine.h"
#include "engine/event.h"

namespace stepwheel::cli {

// REQUIRES a ...Scheduled event of a mocked call: "Slow[0] returns after 5.000
// s, beats every 2.000 s; heartbeat limit 3 s, time limit 60 s".
std::string MockPlan(const engine::Event& scheduled);
// The same as a JSON object for --json.
std::string MockJson(const engine::Event& scheduled,
                     const asl::StateMachine& machine);

// How many beats it sent in an attempt that took so long. One in the very
// millisecond of the end came too late.
int64_t BeatsIn(const engine::MockedCall& mock, Duration took);
// "mocked", "mocked, 3 beats, the last after 6.000 s".
std::string MockResult(const engine::MockedCall& mock, Duration took);

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_MOCK_TEXT_H_
