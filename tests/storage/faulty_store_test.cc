#include "tests/fakes/faulty_store.h"

#include <gtest/gtest.h>

#include "storage/memory_store.h"

namespace stepwheel::storage {
namespace {

engine::Batch Setting(const std::string& value) {
  engine::Batch batch;
  batch.put_settings["n"] = value;
  return batch;
}

TEST(FaultyStoreTest, OnlyTheChosenCommitsFail) {
  MemoryStore memory;
  FaultyStore store(&memory, {2, 3});
  EXPECT_TRUE(store.Commit(Setting("1")).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(store.Commit(Setting("2"))));
  EXPECT_FALSE(store.Commit(Setting("3")).ok());
  EXPECT_TRUE(store.Commit(Setting("4")).ok());
  EXPECT_EQ(store.commits(), 4);
  EXPECT_EQ(store.failures(), 2);
}

TEST(FaultyStoreTest, NothingOfAFailedBatchIsRead) {
  MemoryStore memory;
  FaultyStore store(&memory, [](int64_t n) { return n % 2 == 0; });
  EXPECT_TRUE(store.Commit(Setting("kept")).ok());
  EXPECT_FALSE(store.Commit(Setting("lost")).ok());
  EXPECT_EQ((*store.Settings())["n"], "kept");
}

TEST(FaultyStoreTest, EmptyBatchesAreNotCounted) {
  MemoryStore memory;
  FaultyStore store(&memory, {1});
  EXPECT_TRUE(store.Commit({}).ok());
  EXPECT_EQ(store.commits(), 0);
}

}  // namespace
}  // namespace stepwheel::storage
