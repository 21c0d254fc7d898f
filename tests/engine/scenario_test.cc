// Runs every tests/scenarios/*.scenario in memory, on SQLite, on SQLite with a
// crash and a recovery after every turn, on a store whose nth commit fails, and
// all this once more with everything that waits parked after every turn. All
// histories must be the same, and the ones the file expects.
//
// STEPWHEEL_UPDATE_SCENARIOS=1 writes what memory gave into the files.

#include "tests/engine/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "storage/memory_store.h"
#include "tests/engine/scenario_runs.h"

namespace stepwheel::engine {
namespace {

namespace fs = std::filesystem;

class ScenarioTest : public testing::TestWithParam<fs::path> {
 protected:
  void SetUp() override {
    std::string error;
    auto scenario = ParseScenario(ReadScenarioFile(GetParam()), &error);
    ASSERT_TRUE(scenario) << GetParam() << ": " << error;
    scenario_ = *scenario;
  }

  void ExpectAsInMemory(Play play) {
    ExpectAlike(PlayOnSqlite(scenario_, play), PlayInMemory(scenario_));
  }

  void ExpectAsInMemoryWithoutOneCommit(bool park) {
    const ScenarioOutcome memory = PlayInMemory(scenario_);
    const int64_t step = std::max<int64_t>(1, memory.commits / 40);
    for (int64_t n = 1; n <= memory.commits + 1; n += step) {
      SCOPED_TRACE("commit " + std::to_string(n) + " fails");
      ExpectAlike(PlayWithoutOneCommit(scenario_, n, park), memory);
      if (HasFailure()) return;
    }
  }

  Scenario scenario_;
};

TEST_P(ScenarioTest, GivesTheExpectedHistoryInMemory) {
  ScenarioOutcome outcome = PlayInMemory(scenario_);
  EXPECT_THAT(outcome.problems, testing::IsEmpty());
  if (std::getenv("STEPWHEEL_UPDATE_SCENARIOS") != nullptr) {
    std::string text = ReadScenarioFile(GetParam());
    text.erase(std::min(text.find("\n== history"), text.size()));
    while (!text.empty() && text.back() == '\n') text.pop_back();
    text += "\n";
    for (const auto& [name, history] : outcome.histories) {
      text += "\n== history " + name + "\n" + history;
    }
    for (const auto& [name, result] : outcome.results) {
      text += "\n== result " + name + "\n" + result + "\n";
    }
    std::ofstream(GetParam()) << text;
    return;
  }
  EXPECT_EQ(outcome.histories, scenario_.histories);
  EXPECT_EQ(outcome.results, scenario_.results);
}

TEST_P(ScenarioTest, GivesTheSameHistoryOnSqlite) { ExpectAsInMemory({}); }

TEST_P(ScenarioTest, GivesTheSameHistoryWithACrashAfterEveryTurn) {
  ExpectAsInMemory({.crash = true});
}

TEST_P(ScenarioTest, GivesTheSameHistoryWhenAnyOneCommitFails) {
  ExpectAsInMemoryWithoutOneCommit(/*park=*/false);
}

TEST_P(ScenarioTest, GivesTheSameHistoryWhenAllThatWaitsIsParked) {
  ExpectAsInMemory({.park = true});
}

TEST_P(ScenarioTest, GivesTheSameHistoryParkedAndWithACrashAfterEveryTurn) {
  ExpectAsInMemory({.crash = true, .park = true});
}

TEST_P(ScenarioTest, GivesTheSameHistoryParkedAndWhenAnyOneCommitFails) {
  ExpectAsInMemoryWithoutOneCommit(/*park=*/true);
}

// Wherever the limit falls, the history is whole, folds, and ends in time.
TEST_P(ScenarioTest, EndsAtAnyLimitOfItsHistory) {
  for (int64_t limit = 1; limit <= 45; ++limit) {
    SCOPED_TRACE("at most " + std::to_string(limit) + " events");
    Scenario limited = scenario_;
    limited.history_events_max = limit;
    storage::MemoryStore store;
    ScenarioOptions options;
    options.store = &store;
    options.check_fold = true;
    ScenarioOutcome outcome = RunScenario(limited, options);
    for (const std::string& problem : outcome.problems) {
      // Steps that meet an execution that has ended are no problem here.
      if (problem.rfind("line ", 0) == 0 || problem.rfind("poll ", 0) == 0) {
        EXPECT_EQ(problem.find("no answer"), std::string::npos) << problem;
        continue;
      }
      ADD_FAILURE() << problem;
    }
    bool reached = false;
    for (const auto& [name, history] : outcome.histories) {
      const int64_t events = std::count(history.begin(), history.end(), '\n');
      EXPECT_LE(events, limit);
      if (events < limit) continue;
      reached = true;
      const std::string& result = outcome.results[name];
      EXPECT_TRUE(result.find("maximum number of history events (" +
                              std::to_string(limit)) != std::string::npos ||
                  result.rfind("SUCCEEDED", 0) == 0 ||
                  result.rfind("FAILED", 0) == 0)
          << result;
    }
    if (HasFailure() || !reached) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, ScenarioTest,
                         testing::ValuesIn(ScenarioFiles(".scenario")),
                         [](const auto& file) {
                           return ScenarioTestName(file.param);
                         });

TEST(ScenarioParserTest, NamesTheLineOfAStepWithoutTime) {
  std::string error;
  EXPECT_FALSE(
      ParseScenario("== definition\n{}\n== script\nbeat t1\n", &error));
  EXPECT_EQ(error,
            "line 4: expected a time and a verb, such as \"2s beat t1\"");
}

}  // namespace
}  // namespace stepwheel::engine
