// A folder of its own for a test, removed with all that is in it at the end.
#ifndef STEPWHEEL_TESTS_STORAGE_TEMPORARY_FOLDER_H_
#define STEPWHEEL_TESTS_STORAGE_TEMPORARY_FOLDER_H_

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace stepwheel::storage {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name =
        (std::filesystem::temp_directory_path() / "stepwheel-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string operator/(const std::string& file) const {
    return path_ + "/" + file;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace stepwheel::storage

#endif  // STEPWHEEL_TESTS_STORAGE_TEMPORARY_FOLDER_H_
