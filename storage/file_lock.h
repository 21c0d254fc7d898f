// FileLock says that this process serves a database file: a second server is
// refused at once, while readers are let in. It is a file beside the database,
// not a lock on it, since closing any descriptor of the database would drop
// SQLite's own locks in this process.
#ifndef STEPWHEEL_STORAGE_FILE_LOCK_H_
#define STEPWHEEL_STORAGE_FILE_LOCK_H_

#include <string>

#include "absl/status/statusor.h"

namespace stepwheel::storage {

class FileLock {
 public:
  // Creates and locks `path`. FailedPrecondition: another process (or another
  // lock of this one) has it; the text says which process. PermissionDenied:
  // the folder cannot be written.
  static absl::StatusOr<FileLock> Acquire(const std::string& path);

  FileLock() = default;
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();  // Removes the file. The kernel unlocks it when a process dies.

 private:
  std::string path_;
  int descriptor_ = -1;
};

}  // namespace stepwheel::storage

#endif  // STEPWHEEL_STORAGE_FILE_LOCK_H_
