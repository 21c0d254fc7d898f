#include "storage/sqlite_open.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

namespace stepwheel::storage {
namespace {

constexpr const char* kMigrations[] = {
#include "storage/migrations.inc"
};

// Another program's write may take this long before ours is refused. Short: the
// engine's thread waits here.
constexpr int kBusyMillis = 250;

enum class Origin { kNew, kOurs };

absl::Status WithPath(const std::string& path, const absl::Status& status) {
  if (status.message().find(path) != absl::string_view::npos) return status;
  return absl::Status(status.code(),
                      absl::StrCat(path, ": ", status.message()));
}

// What stat and access can tell is told here: SQLite says "unable to open
// database file" to all of it.
absl::Status CheckPlace(const std::string& path, bool writing) {
  const std::filesystem::path folder =
      std::filesystem::path(path).parent_path();
  struct stat place;
  if (!folder.empty() && stat(folder.c_str(), &place) != 0) {
    return absl::NotFoundError(absl::StrCat(
        path, ": the folder ", folder.string(), " cannot be reached: ",
        std::strerror(errno), "; create it first or choose another --db"));
  }
  const bool exists = stat(path.c_str(), &place) == 0;
  if (!exists && !writing) {
    return absl::NotFoundError(absl::StrCat(
        path, ": there is no such file; give the --db that the server uses"));
  }
  if (exists && S_ISDIR(place.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": this is a folder; name a file in it"));
  }
  if (!writing) return absl::OkStatus();
  if (exists && access(path.c_str(), W_OK) != 0) {
    return absl::PermissionDeniedError(absl::StrCat(
        path, ": the file cannot be written: ", std::strerror(errno),
        "; make it writable or choose another --db"));
  }
  if (access(folder.empty() ? "." : folder.c_str(), W_OK) != 0) {
    return absl::PermissionDeniedError(absl::StrCat(
        path, ": its folder cannot be written: ", std::strerror(errno),
        "; SQLite keeps its write-ahead log there; choose another --db"));
  }
  return absl::OkStatus();
}

// Payloads and the key of task tokens are nobody else's business; SQLite gives
// its other files the same mode.
absl::Status CreateFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, ": cannot be created: ", std::strerror(errno)));
  }
  close(file);
  return absl::OkStatus();
}

absl::StatusOr<Origin> OriginOf(const std::string& path, Connection* db) {
  auto application = db->QueryInt("PRAGMA application_id");
  if (absl::IsDataLoss(application.status())) {
    return absl::DataLossError(absl::StrCat(
        path,
        ": this is not a SQLite database, or its beginning is damaged "
        "(expected a file of Stepwheel); it was left as it is; choose "
        "another --db"));
  }
  if (!application.ok()) return application.status();
  auto version = db->QueryInt("PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*application == kApplicationId) {
    if (*version <= SchemaVersion()) return Origin::kOurs;
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": the database has schema version ", *version,
        ", this Stepwheel knows versions up to ", SchemaVersion(),
        ": it was written by a newer Stepwheel; use that or choose another "
        "--db"));
  }
  auto tables = db->QueryInt("SELECT count(*) FROM sqlite_schema");
  if (!tables.ok()) return tables.status();
  if (*application == 0 && *version == 0 && *tables == 0) return Origin::kNew;
  return absl::FailedPreconditionError(absl::StrCat(
      path, ": this is a SQLite database of another program (application_id ",
      *application, ", expected ", kApplicationId,
      "); it was left as it is; choose another --db"));
}

absl::Status Migrate(Connection* db) {
  auto version = db->QueryInt("PRAGMA user_version");
  if (!version.ok()) return version.status();
  for (int64_t next = *version; next < SchemaVersion(); ++next) {
    absl::Status status = db->Execute(absl::StrCat(
        "BEGIN IMMEDIATE;\n", kMigrations[next], "\nPRAGMA application_id = ",
        kApplicationId, ";\nPRAGMA user_version = ", next + 1, ";\nCOMMIT;"));
    if (!status.ok()) return status;  // Closing the connection rolls back.
  }
  return absl::OkStatus();
}

absl::StatusOr<Connection> Connect(const std::string& path, int flags) {
  auto db = Connection::Open(path, flags);
  if (!db.ok()) return db.status();
  sqlite3_busy_timeout(db->handle(), kBusyMillis);
  // Until we know that the file is ours, closing it must not change it.
  sqlite3_db_config(db->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  // Never run code that a database brings along.
  sqlite3_db_config(db->handle(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db->handle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  return db;
}

// Puts what was written without waiting for the disk on it.
absl::Status SyncFile(Connection* db) {
  sqlite3_file* file = nullptr;
  int code = sqlite3_file_control(db->handle(), "main",
                                  SQLITE_FCNTL_FILE_POINTER, &file);
  if (code == SQLITE_OK) code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
  return code == SQLITE_OK ? absl::OkStatus() : SqliteError(db->handle(), code);
}

absl::Status PrepareForServing(const std::string& path, Durability durability,
                               Connection* db) {
  auto origin = OriginOf(path, db);
  if (!origin.ok()) return origin.status();
  sqlite3_db_config(db->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  // A new file holds nothing to lose: it is synced once at the end, not eight
  // times, or an empty database would take 50 ms on a busy disk. It gets its
  // schema before the write-ahead log, so that its header says whose it is.
  const bool is_new = *origin == Origin::kNew;
  if (is_new) {
    absl::Status status = db->Execute("PRAGMA synchronous = OFF");
    if (!status.ok()) return status;
  }
  if (absl::Status status = Migrate(db); !status.ok()) return status;
  absl::Status status = db->Execute("PRAGMA journal_mode = WAL");
  if (status.ok() && is_new) status = SyncFile(db);
  if (!status.ok()) return status;
  // The caller checkpoints (SqliteStore); the log file is kept and overwritten.
  sqlite3_wal_autocheckpoint(db->handle(), 0);
  return db->Execute(absl::StrCat(
      "PRAGMA synchronous = ",
      durability == Durability::kFull ? "FULL" : "NORMAL",
      "; PRAGMA journal_size_limit = -1; PRAGMA temp_store = MEMORY"));
}

// A file on a read-only disk: SQLite cannot make the shared memory that reading
// a write-ahead log takes, and needs none if no log is left.
absl::StatusOr<Connection> ConnectImmutable(const std::string& path) {
  std::string uri = "file:";
  for (char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      absl::StrAppend(&uri, "%", absl::Hex(c, absl::kZeroPad2));
    } else {
      uri += c;
    }
  }
  uri += "?immutable=1";
  return Connect(uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

bool HasLog(const std::string& path) {
  struct stat log;
  return stat((path + "-wal").c_str(), &log) == 0 && log.st_size > 0;
}

}  // namespace

int64_t SchemaVersion() { return std::size(kMigrations); }

absl::StatusOr<Database> OpenForServing(const std::string& path,
                                        Durability durability) {
  if (absl::Status status = CheckPlace(path, /*writing=*/true); !status.ok()) {
    return status;
  }
  // One database has one lock, whatever link leads to it.
  std::error_code error;
  const std::filesystem::path real =
      std::filesystem::weakly_canonical(path, error);
  auto lock = FileLock::Acquire((error ? path : real.string()) + "-lock");
  if (absl::IsFailedPrecondition(lock.status())) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": ", lock.status().message(),
        "; stop that server or choose another --db (reading with `stepwheel "
        "history --db` works meanwhile)"));
  }
  if (!lock.ok()) return WithPath(path, lock.status());
  if (absl::Status status = CreateFile(path); !status.ok()) return status;

  auto connection = Connect(path, SQLITE_OPEN_READWRITE);
  if (!connection.ok()) return WithPath(path, connection.status());
  Database database{*std::move(lock), *std::move(connection)};
  absl::Status status =
      PrepareForServing(path, durability, &database.connection);
  if (!status.ok()) return WithPath(path, status);
  return database;
}

absl::StatusOr<Database> OpenForReading(const std::string& path) {
  if (absl::Status status = CheckPlace(path, /*writing=*/false); !status.ok()) {
    return status;
  }
  auto connection = Connect(path, SQLITE_OPEN_READONLY);
  if (!connection.ok()) return WithPath(path, connection.status());
  auto origin = OriginOf(path, &*connection);
  if (absl::IsPermissionDenied(origin.status()) && !HasLog(path)) {
    connection = ConnectImmutable(path);
    if (!connection.ok()) return WithPath(path, connection.status());
    origin = OriginOf(path, &*connection);
  }
  if (!origin.ok()) return WithPath(path, origin.status());
  auto version = connection->QueryInt("PRAGMA user_version");
  if (!version.ok()) return WithPath(path, version.status());
  if (*version < SchemaVersion()) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": the database has schema version ", *version, ", expected ",
        SchemaVersion(), "; open it once with `stepwheel serve --db ", path,
        "`, which brings it up to date"));
  }
  return Database{FileLock(), *std::move(connection)};
}

}  // namespace stepwheel::storage
