// Where the sources and the build are, for tests that read files or start the
// program. In an object of its own: any other test then compiles to the same
// bytes in every checkout, so that a compiler cache serves them all.
#ifndef STEPWHEEL_TESTS_PATHS_H_
#define STEPWHEEL_TESTS_PATHS_H_

#include <string>

namespace stepwheel {

std::string SourceDir();  // The repository's root.
std::string BinaryDir();  // Of CMake, for example build/dev.

}  // namespace stepwheel

#endif  // STEPWHEEL_TESTS_PATHS_H_
