// A file of cases is many small scenarios about one definition: each is a few
// steps and one line for each execution that says what must happen when.
// tests/scenarios/README.md describes the format.
#ifndef STEPWHEEL_TESTS_ENGINE_SCENARIO_CASES_H_
#define STEPWHEEL_TESTS_ENGINE_SCENARIO_CASES_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/engine/scenario.h"

namespace stepwheel::engine {

struct ScenarioCase {
  Scenario scenario;
  // "x: 0 ActivityScheduled, 1 ActivityStarted ... : SUCCEEDED {}", by
  // execution name.
  std::map<std::string, std::string> expected;
};

// Reads a file of cases. On failure `error` says line and problem.
std::optional<std::vector<ScenarioCase>> ParseCases(const std::string& text,
                                                    std::string* error);

// What happened, in the words of a case's expectation.
std::map<std::string, std::string> TracesOf(const ScenarioOutcome& outcome);

// The file with the expectations of its cases replaced, in their order.
std::string WithExpectations(
    const std::string& text,
    const std::vector<std::map<std::string, std::string>>& traces);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_TESTS_ENGINE_SCENARIO_CASES_H_
