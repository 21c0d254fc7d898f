// A scenario is a test that is data: a definition, a script in virtual time and
// the history that must come of it. tests/scenarios/README.md describes the
// format for people who write one.
#ifndef STEPWHEEL_TESTS_ENGINE_SCENARIO_H_
#define STEPWHEEL_TESTS_ENGINE_SCENARIO_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/time/virtual_clock.h"

namespace stepwheel::engine {

struct ScenarioStep {
  int line = 0;
  Duration at{0};
  std::string verb;
  std::vector<std::string> words;  // After the verb, without the two below.
  std::string rest;                // Everything after the verb, for JSON.
  std::string expect_error;        // "! TaskTimedOut"
};

struct Scenario {
  std::string name;
  std::string definition;
  std::string mocks;  // A mock file, or empty.
  // Further machines by name, for executions that start others.
  std::map<std::string, std::string> machines;
  std::vector<ScenarioStep> script;
  int64_t history_events_max = kHistoryEventsMax;
  // By execution name: what the file expects.
  std::map<std::string, std::string> histories;
  std::map<std::string, std::string> results;
};

// Reads a scenario file. On failure `error` says line and problem.
std::optional<Scenario> ParseScenario(const std::string& text,
                                      std::string* error);

struct ScenarioOutcome {
  std::map<std::string, std::string> histories;  // By execution name.
  std::map<std::string, std::string> results;    // "SUCCEEDED {...}"
  std::vector<std::string> problems;  // Steps that did not do as they say.
  int64_t commits = 0;
  // Polls that a failed commit had answered with an error: the worker polled
  // again, and comes after the timers of that instant.
  int64_t polls_refused = 0;
};

struct ScenarioOptions {
  Store* store = nullptr;
  // Crash and recover after every turn that committed something. Where
  // `reopen` is set it closes the store and opens it again.
  bool crash = false;
  std::function<Store*()> reopen;
  // Compare the live state with the fold of the stored events at every step.
  bool check_fold = false;
  // Park whatever only waits after every turn, each time with a snapshot.
  bool park = false;
};

ScenarioOutcome RunScenario(const Scenario& scenario,
                            const ScenarioOptions& options);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_TESTS_ENGINE_SCENARIO_H_
