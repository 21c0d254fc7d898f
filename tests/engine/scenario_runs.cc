#include "tests/engine/scenario_runs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

#include "storage/memory_store.h"
#include "storage/sqlite_store.h"
#include "tests/fakes/faulty_store.h"
#include "tests/paths.h"

namespace stepwheel::engine {
namespace {

namespace fs = std::filesystem;

// An empty folder until the end of the run.
class Folder {
 public:
  Folder() {
    std::string pattern =
        (fs::temp_directory_path() / "stepwheel-scenario-XXXXXX").string();
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr) << pattern;
    path_ = pattern;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;

  std::unique_ptr<Store> OpenStore() const {
    auto store = storage::SqliteStore::Open((path_ / "s.db").string(), {});
    EXPECT_TRUE(store.ok()) << store.status().message();
    return std::move(*store);
  }

 private:
  fs::path path_;
};

}  // namespace

std::vector<fs::path> ScenarioFiles(std::string_view extension) {
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::directory_iterator(SourceDir() + "/tests/scenarios")) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string ReadScenarioFile(const fs::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path << " cannot be read";
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string ScenarioTestName(const fs::path& path) {
  std::string name = path.stem().string();
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

ScenarioOutcome PlayInMemory(const Scenario& scenario) {
  storage::MemoryStore store;
  ScenarioOptions options;
  options.store = &store;
  options.check_fold = true;
  return RunScenario(scenario, options);
}

ScenarioOutcome PlayOnSqlite(const Scenario& scenario, Play play) {
  const Folder folder;
  std::unique_ptr<Store> store = folder.OpenStore();
  ScenarioOptions options;
  options.store = store.get();
  options.crash = play.crash;
  options.park = play.park;
  // What is stored of a parked execution is what its events say.
  options.check_fold = play.park && !play.crash;
  options.reopen = [&] {
    store.reset();
    store = folder.OpenStore();
    return store.get();
  };
  return RunScenario(scenario, options);
}

ScenarioOutcome PlayWithoutOneCommit(const Scenario& scenario, int64_t n,
                                     bool park) {
  storage::MemoryStore inner;
  FaultyStore store(&inner, {n});
  ScenarioOptions options;
  options.store = &store;
  options.park = park;
  return RunScenario(scenario, options);
}

ScenarioOutcome PlayWithCrashesAndFailures(const Scenario& scenario) {
  storage::MemoryStore inner;
  std::minstd_rand random;
  FaultyStore store(&inner, [&](int64_t) { return random() % 4 == 0; });
  ScenarioOptions options;
  options.store = &store;
  options.crash = true;
  options.park = true;
  return RunScenario(scenario, options);
}

void ExpectAlike(const ScenarioOutcome& outcome,
                 const ScenarioOutcome& memory) {
  EXPECT_THAT(outcome.problems, testing::IsEmpty());
  EXPECT_EQ(outcome.histories, memory.histories);
  EXPECT_EQ(outcome.results, memory.results);
}

}  // namespace stepwheel::engine
