// A scenario that nobody wrote: a machine of nested Tasks, Waits, Parallels and
// Maps with time limits, Retry and Catch, and a script of workers, callers and
// operators who do anything at any time. All follows from the seed.
#ifndef STEPWHEEL_TESTS_ENGINE_RANDOM_SCENARIO_H_
#define STEPWHEEL_TESTS_ENGINE_RANDOM_SCENARIO_H_

#include <cstdint>
#include <string>

namespace stepwheel::engine {

// As a scenario file without expectations. Steps may well fail: what they are
// answered is then a problem of the outcome, the same one in every run.
std::string RandomScenario(uint64_t seed);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_TESTS_ENGINE_RANDOM_SCENARIO_H_
