// Whether an execution of a state machine can play a test case: asked before
// anything of it exists, so that a misspelt name starts nothing.
#ifndef STEPWHEEL_ENGINE_MOCKS_START_TEST_CASE_H_
#define STEPWHEEL_ENGINE_MOCKS_START_TEST_CASE_H_

#include <string>

#include "asl/state_machine.h"
#include "engine/mocks/mock_source.h"

namespace stepwheel::engine {

// "" if it can, and `states` names what is mocked ("Charge, Ship"); otherwise
// what is wrong: no such test case, or one that mocks what is no Task.
std::string CheckTestCase(MockSource& source, const std::string& machine_name,
                          const std::string& test_case,
                          const asl::StateMachine& machine,
                          std::string* states);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_MOCKS_START_TEST_CASE_H_
