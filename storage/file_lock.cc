#include "storage/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace stepwheel::storage {
namespace {

absl::Status SystemError(const std::string& path, const char* what) {
  const int error = errno;
  const std::string text =
      absl::StrCat(path, ": cannot ", what, ": ", std::strerror(error));
  if (error == EACCES || error == EROFS || error == EPERM) {
    return absl::PermissionDeniedError(absl::StrCat(
        text,
        "; the folder of a database must be writable, choose another "
        "with --db, or --db :memory:"));
  }
  if (error == ENOSPC || error == EDQUOT) {
    return absl::ResourceExhaustedError(
        absl::StrCat(text, "; free some space on that disk"));
  }
  return absl::UnavailableError(text);
}

std::string HolderOf(int descriptor) {
  char text[32] = {};
  const ssize_t size = pread(descriptor, text, sizeof(text) - 1, 0);
  if (size <= 0) return "another process";
  return absl::StrCat("process ", absl::StripSuffix(text, "\n"));
}

// False if the last holder removed the file between our open and our lock.
bool StillThere(const std::string& path, int descriptor) {
  struct stat by_path, by_descriptor;
  return stat(path.c_str(), &by_path) == 0 &&
         fstat(descriptor, &by_descriptor) == 0 &&
         by_path.st_ino == by_descriptor.st_ino &&
         by_path.st_dev == by_descriptor.st_dev;
}

}  // namespace

absl::StatusOr<FileLock> FileLock::Acquire(const std::string& path) {
  FileLock lock;
  while (true) {
    const int descriptor =
        open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return SystemError(path, "create the lock file");
    lock.descriptor_ = descriptor;
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return SystemError(path, "lock");
      return absl::FailedPreconditionError(
          absl::StrCat("it is served by ", HolderOf(descriptor)));
    }
    if (StillThere(path, descriptor)) break;
    close(std::exchange(lock.descriptor_, -1));
  }
  lock.path_ = path;
  const std::string holder = absl::StrCat(getpid(), "\n");
  // Only for the message above: on a full disk the lock is as good without.
  if (ftruncate(lock.descriptor_, 0) != 0 ||
      pwrite(lock.descriptor_, holder.data(), holder.size(), 0) < 0) {
    errno = 0;
  }
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept
    : path_(std::exchange(other.path_, "")),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ < 0) return;
  // While it is still locked: nobody can be holding the file that goes.
  if (!path_.empty()) unlink(path_.c_str());
  close(descriptor_);
}

}  // namespace stepwheel::storage
