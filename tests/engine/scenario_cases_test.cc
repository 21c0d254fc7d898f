// The timing suite: runs every case of tests/scenarios/*.cases in memory, on
// SQLite, on SQLite with a crash and a recovery after every turn, and on a
// store whose nth commit fails. All must do the same at the same millisecond.
//
// STEPWHEEL_UPDATE_SCENARIOS=1 writes what memory gave into the files.

#include "tests/engine/scenario_cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "storage/memory_store.h"
#include "storage/sqlite_store.h"
#include "tests/fakes/faulty_store.h"
#include "tests/paths.h"

namespace stepwheel::engine {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> CaseFiles() {
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::directory_iterator(SourceDir() + "/tests/scenarios")) {
    if (entry.path().extension() == ".cases") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

ScenarioOutcome InMemory(const Scenario& scenario) {
  storage::MemoryStore store;
  ScenarioOptions options;
  options.store = &store;
  options.check_fold = true;
  return RunScenario(scenario, options);
}

// An empty database for each case: SQLite in memory would not survive the
// crash.
std::unique_ptr<Store> OpenSqlite(const fs::path& folder) {
  auto store = storage::SqliteStore::Open((folder / "s.db").string(), {});
  EXPECT_TRUE(store.ok()) << store.status().message();
  return std::move(*store);
}

class CasesTest : public testing::TestWithParam<fs::path> {
 protected:
  void SetUp() override {
    std::string error;
    auto cases = ParseCases(ReadFile(GetParam()), &error);
    ASSERT_TRUE(cases) << GetParam() << ": " << error;
    ASSERT_FALSE(cases->empty());
    cases_ = std::move(*cases);
  }

  // Plays each case with `play` and compares with memory.
  void ExpectAsInMemory(
      const std::function<ScenarioOutcome(const Scenario&)>& play) {
    for (const ScenarioCase& c : cases_) {
      SCOPED_TRACE(c.scenario.name);
      ScenarioOutcome memory = InMemory(c.scenario);
      ScenarioOutcome outcome = play(c.scenario);
      EXPECT_THAT(outcome.problems, testing::IsEmpty());
      EXPECT_EQ(outcome.histories, memory.histories);
      EXPECT_EQ(outcome.results, memory.results);
    }
  }
  // In a folder of its own, which goes afterwards.
  static ScenarioOutcome OnDisk(const Scenario& scenario, bool crash) {
    std::string pattern =
        (fs::temp_directory_path() / "stepwheel-case-XXXXXX").string();
    const fs::path folder = ::mkdtemp(pattern.data());
    std::unique_ptr<Store> store = OpenSqlite(folder);
    ScenarioOptions options;
    options.store = store.get();
    options.crash = crash;
    options.reopen = [&] {
      store.reset();
      store = OpenSqlite(folder);
      return store.get();
    };
    ScenarioOutcome outcome = RunScenario(scenario, options);
    store.reset();
    fs::remove_all(folder);
    return outcome;
  }

  std::vector<ScenarioCase> cases_;
};

TEST_P(CasesTest, HappenAtTheExpectedMilliseconds) {
  std::vector<std::map<std::string, std::string>> traces;
  for (const ScenarioCase& c : cases_) {
    SCOPED_TRACE(c.scenario.name);
    ScenarioOutcome outcome = InMemory(c.scenario);
    EXPECT_THAT(outcome.problems, testing::IsEmpty());
    traces.push_back(TracesOf(outcome));
    if (std::getenv("STEPWHEEL_UPDATE_SCENARIOS") != nullptr) continue;
    EXPECT_EQ(traces.back(), c.expected);
  }
  if (std::getenv("STEPWHEEL_UPDATE_SCENARIOS") == nullptr) return;
  const std::string text = ReadFile(GetParam());
  std::ofstream(GetParam()) << WithExpectations(text, traces);
}

TEST_P(CasesTest, HappenAlikeOnSqlite) {
  ExpectAsInMemory([](const Scenario& s) { return OnDisk(s, false); });
}

TEST_P(CasesTest, HappenAlikeWithACrashAfterEveryTurn) {
  ExpectAsInMemory([](const Scenario& s) { return OnDisk(s, true); });
}

TEST_P(CasesTest, HappenAlikeWhenAnyOneCommitFails) {
  for (const ScenarioCase& c : cases_) {
    const ScenarioOutcome memory = InMemory(c.scenario);
    for (int64_t n = 1; n <= memory.commits + 1; ++n) {
      SCOPED_TRACE(c.scenario.name + ", commit " + std::to_string(n));
      storage::MemoryStore inner;
      FaultyStore store(&inner, {n});
      ScenarioOptions options;
      options.store = &store;
      ScenarioOutcome outcome = RunScenario(c.scenario, options);
      EXPECT_THAT(outcome.problems, testing::IsEmpty());
      EXPECT_EQ(outcome.histories, memory.histories);
      EXPECT_EQ(outcome.results, memory.results);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, CasesTest, testing::ValuesIn(CaseFiles()),
                         [](const auto& file) {
                           return file.param.stem().string();
                         });

TEST(CasesParserTest, CountsAtLeastTheCasesThatWereAskedFor) {
  size_t cases = 0;
  for (const fs::path& file : CaseFiles()) {
    std::string error;
    auto parsed = ParseCases(ReadFile(file), &error);
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
