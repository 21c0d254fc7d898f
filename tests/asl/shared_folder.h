// SharedFolder is where the corpora that are not part of this repository are
// looked for: in $STEPWHEEL_SHARED, then beside the repository.
#ifndef STEPWHEEL_TESTS_ASL_SHARED_FOLDER_H_
#define STEPWHEEL_TESTS_ASL_SHARED_FOLDER_H_

#include <cstdlib>
#include <filesystem>

#include "tests/paths.h"

namespace stepwheel::asl {

inline std::filesystem::path SharedFolder() {
  const char* named = std::getenv("STEPWHEEL_SHARED");
  if (named != nullptr) return named;
  return std::filesystem::path(SourceDir()).parent_path() / "shared";
}

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_TESTS_ASL_SHARED_FOLDER_H_
