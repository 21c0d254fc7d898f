// The timing suite: runs every case of tests/scenarios/*.cases in memory, on
// SQLite, on SQLite with a crash and a recovery after every turn, on a store
// whose nth commit fails, and these three with everything that waits parked
// after every turn. All must do the same at the same millisecond.
//
// STEPWHEEL_UPDATE_SCENARIOS=1 writes what memory gave into the files.

#include "tests/engine/scenario_cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/engine/scenario_runs.h"

namespace stepwheel::engine {
namespace {

namespace fs = std::filesystem;

class CasesTest : public testing::TestWithParam<fs::path> {
 protected:
  void SetUp() override {
    std::string error;
    auto cases = ParseCases(ReadScenarioFile(GetParam()), &error);
    ASSERT_TRUE(cases) << GetParam() << ": " << error;
    ASSERT_FALSE(cases->empty());
    cases_ = std::move(*cases);
  }

  void ExpectAsInMemory(Play play) {
    for (const ScenarioCase& c : cases_) {
      SCOPED_TRACE(c.scenario.name);
      ExpectAlike(PlayOnSqlite(c.scenario, play), PlayInMemory(c.scenario));
    }
  }

  void ExpectAsInMemoryWithoutOneCommit(bool park) {
    for (const ScenarioCase& c : cases_) {
      const ScenarioOutcome memory = PlayInMemory(c.scenario);
      for (int64_t n = 1; n <= memory.commits + 1; ++n) {
        SCOPED_TRACE(c.scenario.name + ", commit " + std::to_string(n));
        ExpectAlike(PlayWithoutOneCommit(c.scenario, n, park), memory);
      }
    }
  }

  std::vector<ScenarioCase> cases_;
};

TEST_P(CasesTest, HappenAtTheExpectedMilliseconds) {
  std::vector<std::map<std::string, std::string>> traces;
  for (const ScenarioCase& c : cases_) {
    SCOPED_TRACE(c.scenario.name);
    ScenarioOutcome outcome = PlayInMemory(c.scenario);
    EXPECT_THAT(outcome.problems, testing::IsEmpty());
    traces.push_back(TracesOf(outcome));
    if (std::getenv("STEPWHEEL_UPDATE_SCENARIOS") != nullptr) continue;
    EXPECT_EQ(traces.back(), c.expected);
  }
  if (std::getenv("STEPWHEEL_UPDATE_SCENARIOS") == nullptr) return;
  const std::string text = ReadScenarioFile(GetParam());
  std::ofstream(GetParam()) << WithExpectations(text, traces);
}

TEST_P(CasesTest, HappenAlikeOnSqlite) { ExpectAsInMemory({}); }

TEST_P(CasesTest, HappenAlikeWithACrashAfterEveryTurn) {
  ExpectAsInMemory({.crash = true});
}

TEST_P(CasesTest, HappenAlikeWhenAnyOneCommitFails) {
  ExpectAsInMemoryWithoutOneCommit(/*park=*/false);
}

TEST_P(CasesTest, HappenAlikeParked) { ExpectAsInMemory({.park = true}); }

TEST_P(CasesTest, HappenAlikeParkedWithACrashAfterEveryTurn) {
  ExpectAsInMemory({.crash = true, .park = true});
}

TEST_P(CasesTest, HappenAlikeParkedWhenAnyOneCommitFails) {
  ExpectAsInMemoryWithoutOneCommit(/*park=*/true);
}

INSTANTIATE_TEST_SUITE_P(Files, CasesTest,
                         testing::ValuesIn(ScenarioFiles(".cases")),
                         [](const auto& file) {
                           return ScenarioTestName(file.param);
                         });

TEST(CasesParserTest, CountsAtLeastTheCasesThatWereAskedFor) {
  size_t cases = 0;
  for (const fs::path& file : ScenarioFiles(".cases")) {
    std::string error;
    auto parsed = ParseCases(ReadScenarioFile(file), &error);
    ASSERT_TRUE(parsed) << file << ": " << error;
    for (const ScenarioCase& c : *parsed) {
      EXPECT_FALSE(c.expected.empty()) << file << ": " << c.scenario.name;
    }
    cases += parsed->size();
  }
  EXPECT_GE(cases, 120u);
}

TEST(CasesParserTest, NamesACaseThatIsThereTwice) {
  std::string error;
  EXPECT_FALSE(
      ParseCases("== definition\n{}\n== case a\n0s end\n"
                 "== case a\n0s end\n",
                 &error));
  EXPECT_EQ(error, "two cases are called a");
}

TEST(CasesParserTest, NamesTheCaseOfABadStep) {
  std::string error;
  EXPECT_FALSE(
      ParseCases("== definition\n{}\n== case a\nsoon beat t\n", &error));
  EXPECT_EQ(error,
            "case a: line 4: expected a time and a verb, such as \"2s beat "
            "t1\"");
}

}  // namespace
}  // namespace stepwheel::engine
