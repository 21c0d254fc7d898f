#include "tests/paths.h"

namespace stepwheel {

std::string SourceDir() { return STEPWHEEL_SOURCE_DIR; }
std::string BinaryDir() { return STEPWHEEL_BINARY_DIR; }

}  // namespace stepwheel
