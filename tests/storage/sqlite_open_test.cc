// Files that cannot be used: each is refused in words that say what to do.
#include "storage/sqlite_open.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>

#include "storage/sqlite_store.h"
#include "tests/storage/temporary_folder.h"

namespace stepwheel::storage {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void Sql(const std::string& path, const std::string& sql) {
  auto db = Connection::Open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  ASSERT_TRUE(db.ok()) << db.status();
  absl::Status status = db->Execute(sql);
  ASSERT_TRUE(status.ok()) << status;
}

// Every refusal names the file.
absl::Status Refused(const std::string& path, bool read_only = false) {
  SqliteOptions options;
  options.read_only = read_only;
  absl::Status status = SqliteStore::Open(path, options).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr(path));
  return status;
}

void ExpectRefusal(const absl::Status& status, absl::StatusCode code,
                   const std::string& words) {
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(words));
}

void CreateDatabase(const std::string& path) {
  auto store = SqliteStore::Open(path);
  ASSERT_TRUE(store.ok()) << store.status();
}

// What `open` says to a user who is not root: root may write everywhere.
std::string AsNobody(const std::function<absl::Status()>& open) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(1);
    const std::string text = open().ToString();
    _exit(write(ends[1], text.data(), text.size()) < 0 ? 1 : 0);
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof(buffer))) > 0;) {
    text.append(buffer, n);
  }
  close(ends[0]);
  int exit_status = 0;
  waitpid(child, &exit_status, 0);
  EXPECT_EQ(exit_status, 0);
  return text;
}

class SqliteOpenTest : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  const std::string path_ = folder_ / "stepwheel.db";
};

TEST_F(SqliteOpenTest, ANewFileIsOnlyForItsOwner) {
  CreateDatabase(path_);
  struct stat file;
  ASSERT_EQ(stat(path_.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
}

TEST_F(SqliteOpenTest, AnEmptyFileBecomesADatabase) {
  WriteFile(path_, "");
  CreateDatabase(path_);
  CreateDatabase(path_);
}

TEST_F(SqliteOpenTest, ItLeavesNothingBesideTheFileWhenClosed) {
  CreateDatabase(path_);
  int files = 0;
  for (const auto& f : std::filesystem::directory_iterator(folder_.path())) {
    EXPECT_EQ(f.path().string(), path_);
    ++files;
  }
  EXPECT_EQ(files, 1);
}

TEST_F(SqliteOpenTest, TheHeaderSaysWhoseFileItIs) {
  auto database = OpenForServing(path_, Durability::kNormal);
  ASSERT_TRUE(database.ok()) << database.status();
  // In the file itself, not only in the write-ahead log.
  EXPECT_EQ(ReadFile(path_).substr(68, 4), "Stwh");
  EXPECT_EQ(*database->connection.QueryInt("PRAGMA user_version"),
            SchemaVersion());
}

TEST_F(SqliteOpenTest, DurabilityIsPassedOnToSqlite) {
  auto full = OpenForServing(path_, Durability::kFull);
  EXPECT_EQ(*full->connection.QueryInt("PRAGMA synchronous"), 2);
  auto normal = OpenForServing(folder_ / "b.db", Durability::kNormal);
  EXPECT_EQ(*normal->connection.QueryInt("PRAGMA synchronous"), 1);
  EXPECT_EQ(*normal->connection.QueryInt("PRAGMA wal_autocheckpoint"), 0);
}

TEST_F(SqliteOpenTest, AFileThatIsNotSqliteIsRefusedAndLeftAlone) {
  const std::string text(5000, 'x');
  WriteFile(path_, text);
  ExpectRefusal(Refused(path_), absl::StatusCode::kDataLoss,
                "not a SQLite database");
  ExpectRefusal(Refused(path_, true), absl::StatusCode::kDataLoss,
                "not a SQLite database");
  EXPECT_EQ(ReadFile(path_), text);
}

TEST_F(SqliteOpenTest, AnotherProgramsDatabaseIsRefusedAndLeftAlone) {
  Sql(path_, "CREATE TABLE mine (a); PRAGMA application_id = 252006674;");
  const std::string before = ReadFile(path_);
  ExpectRefusal(Refused(path_), absl::StatusCode::kFailedPrecondition,
                "another program (application_id 252006674");
  ExpectRefusal(Refused(path_, true), absl::StatusCode::kFailedPrecondition,
                "another program");
  EXPECT_EQ(ReadFile(path_), before);
}

TEST_F(SqliteOpenTest, ADatabaseWithTablesAndNoIdIsRefusedToo) {
  Sql(path_, "CREATE TABLE mine (a); PRAGMA journal_mode = WAL;");
  ExpectRefusal(Refused(path_), absl::StatusCode::kFailedPrecondition,
                "another program");
}

TEST_F(SqliteOpenTest, ADatabaseOfANewerStepwheelIsRefusedWithBothVersions) {
  CreateDatabase(path_);
  Sql(path_, "PRAGMA user_version = 99");
  for (bool read_only : {false, true}) {
    ExpectRefusal(Refused(path_, read_only),
                  absl::StatusCode::kFailedPrecondition,
                  "schema version 99, this Stepwheel knows versions up to " +
                      std::to_string(SchemaVersion()));
  }
}

TEST_F(SqliteOpenTest, ASecondServerIsRefusedAtOnceAndToldOfTheFirst) {
  auto first = SqliteStore::Open(path_);
  ASSERT_TRUE(first.ok()) << first.status();
  ExpectRefusal(Refused(path_), absl::StatusCode::kFailedPrecondition,
                "it is served by process " + std::to_string(getpid()));
  first->reset();
  CreateDatabase(path_);
}

TEST_F(SqliteOpenTest, ALinkToTheFileIsTheSameDatabase) {
  auto first = SqliteStore::Open(path_);
  const std::string link = folder_ / "link.db";
  std::filesystem::create_symlink(path_, link);
  ExpectRefusal(Refused(link), absl::StatusCode::kFailedPrecondition,
                "it is served by process");
}

TEST_F(SqliteOpenTest, ALockFileThatWasLeftBehindLocksNobodyOut) {
  WriteFile(path_ + "-lock", "4194303\n");  // Of a process that was killed.
  CreateDatabase(path_);
}

TEST_F(SqliteOpenTest, AFileThatAnotherProgramLocksIsRefused) {
  CreateDatabase(path_);
  auto other = Connection::Open(path_, SQLITE_OPEN_READWRITE);
  ASSERT_TRUE(other
                  ->Execute("PRAGMA locking_mode = EXCLUSIVE;"
                            "BEGIN EXCLUSIVE; PRAGMA user_version = 1;")
                  .ok());
  ExpectRefusal(Refused(path_), absl::StatusCode::kUnavailable,
                "another program is writing to it");
}

TEST_F(SqliteOpenTest, ADatabaseOfTheFirstSchemaIsBroughtUpToDate) {
  CreateDatabase(path_);
  Sql(path_,
      "DROP TABLE snapshots; DROP TABLE parked; PRAGMA user_version = 1;");
  ExpectRefusal(Refused(path_, /*read_only=*/true),
                absl::StatusCode::kFailedPrecondition,
                "open it once with `stepwheel serve");
  auto database = OpenForServing(path_, Durability::kNormal);
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_EQ(*database->connection.QueryInt("SELECT count(*) FROM snapshots"),
            0);
  EXPECT_EQ(*database->connection.QueryInt("SELECT count(*) FROM parked"), 0);
}

TEST_F(SqliteOpenTest, AMissingFolderIsNamed) {
  ExpectRefusal(Refused(folder_ / "no/such.db"), absl::StatusCode::kNotFound,
                folder_ / "no cannot be reached");
}

TEST_F(SqliteOpenTest, AFolderIsNoDatabase) {
  ExpectRefusal(Refused(folder_.path()), absl::StatusCode::kInvalidArgument,
                "this is a folder");
}

TEST_F(SqliteOpenTest, ReadingCreatesNothing) {
  ExpectRefusal(Refused(path_, true), absl::StatusCode::kNotFound,
                "there is no such file");
  EXPECT_FALSE(std::filesystem::exists(path_));
  WriteFile(path_, "");
  ExpectRefusal(Refused(path_, true), absl::StatusCode::kFailedPrecondition,
                "open it once with `stepwheel serve --db");
  EXPECT_EQ(ReadFile(path_), "");
}

TEST_F(SqliteOpenTest, AReadOnlyFileIsRefusedForServing) {
  CreateDatabase(path_);
  chmod(folder_.path().c_str(), 0777);
  chmod(path_.c_str(), 0444);
  const std::string text =
      AsNobody([&] { return SqliteStore::Open(path_).status(); });
  EXPECT_THAT(text, AllOf(HasSubstr("PERMISSION_DENIED"), HasSubstr(path_),
                          HasSubstr("the file cannot be written")));
}

TEST_F(SqliteOpenTest, AReadOnlyFolderIsRefusedForServing) {
  chmod(folder_.path().c_str(), 0555);
  const std::string text =
      AsNobody([&] { return SqliteStore::Open(path_).status(); });
  EXPECT_THAT(text, AllOf(HasSubstr("PERMISSION_DENIED"), HasSubstr(path_),
                          HasSubstr("its folder cannot be written")));
}

TEST_F(SqliteOpenTest, AReadOnlyFolderCanBeRead) {
  const std::string odd = folder_ / "100%?#.db";  // Special in a URI.
  CreateDatabase(odd);
  chmod(odd.c_str(), 0444);
  chmod(folder_.path().c_str(), 0555);
  EXPECT_EQ(AsNobody([&] { return OpenForReading(odd).status(); }), "OK");
}

TEST_F(SqliteOpenTest, ATruncatedFileIsRefused) {
  CreateDatabase(path_);
  std::filesystem::resize_file(path_, 4096);
  ExpectRefusal(Refused(path_), absl::StatusCode::kDataLoss, "damaged");
}

}  // namespace
}  // namespace stepwheel::storage
