// Scenarios that nobody thought of: each seed makes one, and it must come to
// the same histories in memory, on SQLite, after crashes, with failing commits
// and with everything that waits parked. What is right is not known here, only
// that nothing depends on what the engine happens to have in memory.
//
// STEPWHEEL_RANDOM_SCENARIOS=N plays N of them; STEPWHEEL_RANDOM_SEED=S begins
// at seed S.

#include "tests/engine/random_scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "tests/engine/scenario_runs.h"

namespace stepwheel::engine {
namespace {

using testing::HasSubstr;
using testing::Not;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void ExpectTheSame(const ScenarioOutcome& outcome,
                   const ScenarioOutcome& memory) {
  EXPECT_EQ(outcome.histories, memory.histories);
  EXPECT_EQ(outcome.results, memory.results);
  EXPECT_EQ(outcome.problems, memory.problems);
}

// Steps may be refused; anything else that the player finds is a mistake.
void ExpectOnlyRefusals(const ScenarioOutcome& outcome) {
  for (const std::string& problem : outcome.problems) {
    EXPECT_THAT(problem, testing::AnyOf(testing::StartsWith("line "),
                                        testing::StartsWith("poll ")));
    EXPECT_THAT(problem, Not(HasSubstr("no answer")));
    EXPECT_THAT(problem, Not(HasSubstr("five times")));
    EXPECT_THAT(problem, Not(HasSubstr("still in memory")));
  }
}

// Too many commits failed in a row for the player to go on.
bool GaveUp(const ScenarioOutcome& outcome) {
  return std::any_of(outcome.problems.begin(), outcome.problems.end(),
                     [](const std::string& problem) {
                       return problem.find("five times") != std::string::npos ||
                              problem.starts_with("recover: ");
                     });
}

void Play(const Scenario& scenario, std::set<std::string>* seen) {
  const ScenarioOutcome memory = PlayInMemory(scenario);
  ExpectOnlyRefusals(memory);
  for (const bool crash : {false, true}) {
    for (const bool park : {false, true}) {
      SCOPED_TRACE(std::string(crash ? "crashes" : "") +
                   (park ? " parked" : ""));
      ExpectTheSame(PlayOnSqlite(scenario, {.crash = crash, .park = park}),
                    memory);
    }
  }
  // Some of the commits, each one sooner or later.
  for (int64_t n = 1; n <= memory.commits; n += 1 + memory.commits / 4) {
    for (const bool park : {false, true}) {
      SCOPED_TRACE("commit " + std::to_string(n) + " fails" +
                   (park ? ", parked" : ""));
      const ScenarioOutcome outcome = PlayWithoutOneCommit(scenario, n, park);
      ExpectOnlyRefusals(outcome);
      if (outcome.polls_refused == 0) ExpectTheSame(outcome, memory);
    }
  }
  const ScenarioOutcome shaken = PlayWithCrashesAndFailures(scenario);
  if (shaken.polls_refused == 0 && !GaveUp(shaken)) {
    SCOPED_TRACE("crashes, parked, many commits fail");
    EXPECT_EQ(shaken.histories, memory.histories);
    EXPECT_EQ(shaken.results, memory.results);
    seen->insert("Shaken");
  }
  for (const auto& [name, history] : memory.histories) {
    for (const char* type :
         {"ActivityTimedOut", "TaskTimedOut", "ExecutionTimedOut",
          "ExecutionAborted", "ExecutionSucceeded", "MapIterationAborted",
          "ParallelStateExited", "ActivitySucceeded", "TaskSubmitted"}) {
      if (history.find(type) != std::string::npos) seen->insert(type);
    }
  }
}

TEST(RandomScenarioTest, ComesToTheSameWhereverStateIsKept) {
  const uint64_t first = FromEnvironment("STEPWHEEL_RANDOM_SEED", 1);
  const uint64_t count = FromEnvironment("STEPWHEEL_RANDOM_SCENARIOS", 60);
  std::set<std::string> seen;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const std::string text = RandomScenario(seed);
    SCOPED_TRACE("seed " + std::to_string(seed) + ":\n" + text);
    std::string error;
    const auto scenario = ParseScenario(text, &error);
    ASSERT_TRUE(scenario) << error;
    Play(*scenario, &seen);
    if (HasFailure()) return;
  }
  // Whether the scenarios are worth their time.
  if (count >= 60) {
    EXPECT_THAT(
        seen, testing::IsSupersetOf({"ActivityTimedOut", "TaskTimedOut",
                                     "ExecutionTimedOut", "ExecutionAborted",
                                     "ExecutionSucceeded", "ActivitySucceeded",
                                     "Shaken"}));
  }
}

}  // namespace
}  // namespace stepwheel::engine
