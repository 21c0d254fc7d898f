// What only a store in a file can show: full disks, crashes, damage, readers
// beside a server, checkpoints.
#include "storage/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "tests/storage/temporary_folder.h"

namespace stepwheel::storage {
namespace {

using ::testing::HasSubstr;

constexpr char kMachine[] = "arn:machine";

std::unique_ptr<SqliteStore> Open(const std::string& path,
                                  const SqliteOptions& options = {}) {
  auto store = SqliteStore::Open(path, options);
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

SqliteOptions ReadOnly() {
  SqliteOptions options;
  options.read_only = true;
  return options;
}

std::vector<engine::Event> OneEvent(int64_t position, size_t bytes) {
  std::vector<engine::Event> events(1);
  events[0].type = engine::EventType::kPassStateEntered;
  events[0].position = position;
  events[0].payload = asl::Value(std::string(bytes, 'p'));
  return events;
}

// A commit that touches every kind of row of execution 1: its log grows by one
// event, and the setting "n" says how long it is.
absl::Status CommitNext(engine::Store* store, int64_t position,
                        size_t bytes = 100) {
  const auto events = OneEvent(position, bytes);
  engine::Batch batch;
  engine::ExecutionRecord& e = batch.put_executions.emplace_back();
  e.number = 1;
  e.state_machine_arn = kMachine;
  e.redrive_count = position;
  batch.log = {{1, &events, nullptr}};
  batch.put_beats = {{1, 1, Instant::FromUnixMillis(position)}};
  batch.put_settings["n"] = std::to_string(position);
  return store->Commit(batch);
}

int64_t LogLength(engine::Store* store) {
  std::vector<engine::Event> events;
  absl::Status status = store->ReadLog(1, nullptr, &events);
  EXPECT_TRUE(status.ok()) << status;
  return static_cast<int64_t>(events.size());
}

// All rows tell of the same commit, which is returned.
int64_t ExpectWhole(engine::Store* store) {
  const int64_t n = LogLength(store);
  if (n == 0) return 0;
  EXPECT_EQ((*store->Settings())["n"], std::to_string(n));
  EXPECT_EQ(store->Execution(1)->redrive_count, n);
  EXPECT_EQ((*store->Beats(1, 1))[0].at, Instant::FromUnixMillis(n));
  return n;
}

void Sql(const std::string& path, const std::string& sql) {
  auto db = Connection::Open(path, SQLITE_OPEN_READWRITE);
  ASSERT_TRUE(db.ok()) << db.status();
  absl::Status status = db->Execute(sql);
  ASSERT_TRUE(status.ok()) << status;
}

class SqliteStoreTest : public ::testing::Test {
 protected:
  std::string DamageOf(const std::string& sql) {
    {
      auto store = Open(path_);
      for (int i = 1; i <= 3; ++i) {
        EXPECT_TRUE(CommitNext(store.get(), i).ok());
      }
    }
    Sql(path_, sql);
    std::vector<engine::Event> events;
    absl::Status status = Open(path_)->ReadLog(1, nullptr, &events);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(status.message()), HasSubstr(path_));
    return std::string(status.message());
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_ / "stepwheel.db";
};

TEST_F(SqliteStoreTest, DescribesItselfByItsFullPath) {
  EXPECT_EQ(Open(path_)->Description(), path_);
}

TEST_F(SqliteStoreTest, ACommitOnAFullDiskLeavesNothingAndLaterOnesSucceed) {
  SqliteOptions options;
  options.file_bytes_max = 400'000;
  auto store = Open(path_, options);
  EXPECT_TRUE(CommitNext(store.get(), 1).ok());
  EXPECT_TRUE(CommitNext(store.get(), 2, 200'000).ok());
  const absl::Status full = CommitNext(store.get(), 3, 200'000);
  EXPECT_TRUE(absl::IsResourceExhausted(full)) << full;
  EXPECT_THAT(std::string(full.message()), HasSubstr(path_));
  EXPECT_THAT(std::string(full.message()), HasSubstr("free some space"));
  EXPECT_EQ(ExpectWhole(store.get()), 2);
  EXPECT_TRUE(CommitNext(store.get(), 3, 1000).ok());
  EXPECT_EQ(ExpectWhole(store.get()), 3);
}

TEST_F(SqliteStoreTest, SpaceOfDeletedExecutionsIsUsedAgain) {
  SqliteOptions options;
  options.file_bytes_max = 400'000;
  auto store = Open(path_, options);
  for (int round = 0; round < 5; ++round) {
    const absl::Status status = CommitNext(store.get(), 1, 200'000);
    EXPECT_TRUE(status.ok()) << status;
    engine::Batch batch;
    batch.delete_state_machines = {kMachine};
    EXPECT_TRUE(store->Commit(batch).ok());
  }
}

TEST_F(SqliteStoreTest, ACommitFailsWhileAnotherProgramWritesAndNotAfter) {
  auto store = Open(path_);
  auto other = Connection::Open(path_, SQLITE_OPEN_READWRITE);
  ASSERT_TRUE(other->Execute("BEGIN IMMEDIATE").ok());
  const absl::Status status = CommitNext(store.get(), 1);
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  ASSERT_TRUE(other->Execute("ROLLBACK").ok());
  EXPECT_TRUE(CommitNext(store.get(), 1).ok());
  EXPECT_EQ(ExpectWhole(store.get()), 1);
}

TEST_F(SqliteStoreTest, ReadersSeeEachCommitWhileTheServerWrites) {
  auto server = Open(path_);
  EXPECT_TRUE(CommitNext(server.get(), 1).ok());
  auto reader = Open(path_, ReadOnly());
  EXPECT_EQ(ExpectWhole(reader.get()), 1);
  EXPECT_TRUE(CommitNext(server.get(), 2).ok());
  EXPECT_EQ(ExpectWhole(reader.get()), 2);
}

TEST_F(SqliteStoreTest, AReaderMayNotCommit) {
  Open(path_);
  auto reader = Open(path_, ReadOnly());
  const absl::Status status = CommitNext(reader.get(), 1);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(LogLength(reader.get()), 0);
}

TEST_F(SqliteStoreTest, TheWriteAheadLogIsFoldedBackAndNotTruncated) {
  SqliteOptions options;
  options.checkpoint_bytes = 256 << 10;
  auto store = Open(path_, options);
  uintmax_t longest = 0;
  for (int i = 1; i <= 300; ++i) {
    ASSERT_TRUE(CommitNext(store.get(), i, 8000).ok());
    const uintmax_t now = std::filesystem::file_size(path_ + "-wal");
    EXPECT_GE(now, longest);
    longest = now;
  }
  EXPECT_GT(longest, 256u << 10);
  EXPECT_LT(longest, 400u << 10);
  EXPECT_GT(std::filesystem::file_size(path_), 2'000'000u);
  EXPECT_EQ(ExpectWhole(store.get()), 300);
}

TEST_F(SqliteStoreTest, AReaderOfAnOldStateHoldsUpNoCommit) {
  SqliteOptions options;
  options.checkpoint_bytes = 64 << 10;
  auto store = Open(path_, options);
  ASSERT_TRUE(CommitNext(store.get(), 1).ok());
  auto reader = Connection::Open(path_, SQLITE_OPEN_READONLY);
  ASSERT_TRUE(reader->Execute("BEGIN; SELECT count(*) FROM log;").ok());
  for (int i = 2; i <= 60; ++i) {
    ASSERT_TRUE(CommitNext(store.get(), i, 8000).ok());
  }
  const uintmax_t held = std::filesystem::file_size(path_ + "-wal");
  ASSERT_TRUE(reader->Execute("COMMIT").ok());
  for (int i = 61; i <= 120; ++i) {
    ASSERT_TRUE(CommitNext(store.get(), i, 8000).ok());
  }
  EXPECT_LT(std::filesystem::file_size(path_ + "-wal"), held + (96u << 10));
  EXPECT_EQ(ExpectWhole(store.get()), 120);
}

// The child commits and says so; it dies in the middle of its work.
int64_t CommitUntilKilled(const std::string& path, int64_t from,
                          int64_t acknowledged, Durability durability) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    SqliteOptions options;
    options.durability = durability;
    options.checkpoint_bytes = 64 << 10;
    auto store = SqliteStore::Open(path, options);
    for (int64_t i = from + 1; store.ok(); ++i) {
      if (!CommitNext(store->get(), i, 700).ok()) break;
      if (write(ends[1], &i, sizeof(i)) != sizeof(i)) break;
    }
    _exit(1);
  }
  close(ends[1]);
  int64_t last = 0;
  while (last < from + acknowledged &&
         read(ends[0], &last, sizeof(last)) == sizeof(last)) {
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  while (read(ends[0], &last, sizeof(last)) == sizeof(last)) {
  }
  close(ends[0]);
  EXPECT_GE(last, from + acknowledged);
  return last;
}

TEST_F(SqliteStoreTest, WhatWasCommittedSurvivesSigkillAndTheRestIsWhole) {
  int64_t found = 0;
  for (int round = 0; round < 6; ++round) {
    const auto durability = round % 2 ? Durability::kFull : Durability::kNormal;
    const int64_t last =
        CommitUntilKilled(path_, found, 7 * round + 1, durability);
    // A reader finds it too, before any server has been there.
    EXPECT_GE(ExpectWhole(Open(path_, ReadOnly()).get()), last);
    found = ExpectWhole(Open(path_).get());
    EXPECT_GE(found, last);      // Nothing acknowledged is lost;
    EXPECT_LE(found, last + 1);  // one commit may not have been told of.
  }
}

TEST_F(SqliteStoreTest, ADamagedEventIsNamedByExecutionAndPosition) {
  EXPECT_THAT(DamageOf("UPDATE log SET events = substr(events, 1, 40) "
                       "WHERE id = 2"),
              HasSubstr("execution 1: event at position 2"));
}

TEST_F(SqliteStoreTest, AMissingLogRowIsNoticed) {
  EXPECT_THAT(DamageOf("DELETE FROM log WHERE id = 2"),
              HasSubstr("log row 2 is missing"));
}

TEST_F(SqliteStoreTest, ALogThatLostItsBeginningIsNoticed) {
  EXPECT_THAT(DamageOf("UPDATE log SET previous = 0 WHERE id = 2"),
              HasSubstr("begins at position 2"));
}

TEST_F(SqliteStoreTest, AChainThatRunsInCirclesIsNoticed) {
  EXPECT_THAT(DamageOf("UPDATE log SET previous = 3 WHERE id = 2"),
              HasSubstr("names 3 as earlier"));
}

TEST_F(SqliteStoreTest, AnUnknownStatusIsNoticed) {
  EXPECT_TRUE(CommitNext(Open(path_).get(), 1).ok());
  Sql(path_, "UPDATE executions SET status = 77");
  EXPECT_TRUE(absl::IsDataLoss(Open(path_)->Execution(1).status()));
}

// Any byte may be wrong: errors are fine, crashes and hangs are not.
TEST_F(SqliteStoreTest, DamagedFilesNeverCrash) {
  {
    auto store = Open(path_);
    for (int i = 1; i <= 50; ++i) {
      ASSERT_TRUE(CommitNext(store.get(), i, 500).ok());
    }
  }
  std::string good;
  {
    std::ifstream in(path_, std::ios::binary);
    good.assign(std::istreambuf_iterator<char>(in), {});
  }
  std::mt19937 random(11);
  for (int round = 0; round < 40; ++round) {
    std::string bad = good;
    for (int i = 0; i < 40; ++i) {
      bad[100 + random() % (bad.size() - 100)] = static_cast<char>(random());
    }
    const std::string path = folder_ / "bad.db";
    std::ofstream(path, std::ios::binary) << bad;
    auto store = SqliteStore::Open(path);
    if (!store.ok()) continue;
    std::vector<engine::Event> events;
    (void)(*store)->ReadLog(1, nullptr, &events);
    (void)(*store)->Execution(1);
    (void)(*store)->RunningExecutions();
    (void)CommitNext(store->get(), 51);
    engine::Batch batch;
    batch.delete_state_machines = {kMachine};
    (void)(*store)->Commit(batch);
  }
}

}  // namespace
}  // namespace stepwheel::storage
