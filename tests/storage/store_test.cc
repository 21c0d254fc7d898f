// The one suite, run against every Store.
#include "storage/memory_store.h"
#include "storage/sqlite_store.h"
#include "tests/storage/store_conformance.h"
#include "tests/storage/temporary_folder.h"

namespace stepwheel::storage {
namespace {

std::unique_ptr<engine::Store> OpenSqlite(const std::string& path) {
  auto store = SqliteStore::Open(path);
  EXPECT_TRUE(store.ok()) << store.status();
  return *std::move(store);
}

StoreFactory Memory() {
  return {"Memory", [] { return std::make_unique<MemoryStore>(); }, nullptr};
}

StoreFactory Sqlite() {
  // Each store in a file of its own, all in one folder.
  auto folder = std::make_shared<TemporaryFolder>();
  auto path = std::make_shared<std::string>();
  return {"Sqlite",
          [folder, path] {
            static int count = 0;
            *path = *folder / (std::to_string(++count) + ".db");
            return OpenSqlite(*path);
          },
          [folder, path](std::unique_ptr<engine::Store>* store) {
            store->reset();
            *store = OpenSqlite(*path);
          }};
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreConformance,
                         ::testing::Values(Memory(), Sqlite()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace stepwheel::storage
