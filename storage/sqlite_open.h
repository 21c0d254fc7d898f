// Opens the file of a SqliteStore: refuses what is not ours or cannot be used,
// in words a person can act on, creates or migrates the schema, and sets what
// each connection needs.
#ifndef STEPWHEEL_STORAGE_SQLITE_OPEN_H_
#define STEPWHEEL_STORAGE_SQLITE_OPEN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "storage/file_lock.h"
#include "storage/sqlite.h"

namespace stepwheel::storage {

// In the header of each of our files, so that no other is ever changed: "Stwh".
inline constexpr int64_t kApplicationId = 0x53747768;
// The number of migrations this program knows.
int64_t SchemaVersion();

enum class Durability {
  kNormal,  // Survives the death of the process; a power failure may lose the
            // last commits, never the order.
  kFull     // Each commit is on the disk when it returns.
};

struct Database {
  FileLock lock;  // Declared first: released after the connection is closed.
  Connection connection;
};

// Opens `path` for the one server, creating it if it does not exist or is
// empty. Every error names the path:
//   FailedPrecondition  served by another process; not a Stepwheel database;
//                       of a newer Stepwheel (both versions are named)
//   NotFound            its folder does not exist
//   InvalidArgument     it is a folder
//   PermissionDenied    the file or its folder cannot be written
//   Unavailable         another program locks it
//   DataLoss            not a SQLite file, or damaged
//   ResourceExhausted   the disk is full
absl::StatusOr<Database> OpenForServing(const std::string& path,
                                        Durability durability);

// Opens `path` for reading, also while a server serves it. Same errors, and
// NotFound if there is no such file. Nothing is created or migrated.
absl::StatusOr<Database> OpenForReading(const std::string& path);

}  // namespace stepwheel::storage

#endif  // STEPWHEEL_STORAGE_SQLITE_OPEN_H_
