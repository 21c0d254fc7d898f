// The ways in which both scenario suites (*.scenario, *.cases) play a scenario:
// in memory, on SQLite with or without crashes, and on a store that fails; each
// also with everything that only waits parked after every turn.
#ifndef STEPWHEEL_TESTS_ENGINE_SCENARIO_RUNS_H_
#define STEPWHEEL_TESTS_ENGINE_SCENARIO_RUNS_H_

#include <filesystem>
#include <string>
#include <vector>

#include "tests/engine/scenario.h"

namespace stepwheel::engine {

// The files of tests/scenarios with this extension (".cases"), by name.
std::vector<std::filesystem::path> ScenarioFiles(std::string_view extension);
std::string ReadScenarioFile(const std::filesystem::path& path);
// The name of a parameterised test: the file's, as far as GoogleTest takes it.
std::string ScenarioTestName(const std::filesystem::path& path);

// What the others are compared with. The live state is compared with the fold
// of the stored events at every step.
ScenarioOutcome PlayInMemory(const Scenario& scenario);

struct Play {
  bool crash = false;  // And recover from the file after every turn.
  bool park = false;   // What only waits leaves memory after every turn.
};
// On a database in a folder of its own, which goes afterwards.
ScenarioOutcome PlayOnSqlite(const Scenario& scenario, Play play);

// The nth commit fails and is tried again.
ScenarioOutcome PlayWithoutOneCommit(const Scenario& scenario, int64_t n,
                                     bool park);

// All at once: every fourth commit or so fails, each that does not is followed
// by a crash, and what only waits is parked.
ScenarioOutcome PlayWithCrashesAndFailures(const Scenario& scenario);

// Fails the current test where the two differ, or `outcome` had problems.
void ExpectAlike(const ScenarioOutcome& outcome, const ScenarioOutcome& memory);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_TESTS_ENGINE_SCENARIO_RUNS_H_
