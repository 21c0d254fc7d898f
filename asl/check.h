// STEPWHEEL_CHECK stops the process when an invariant of our own is broken, in
// release builds too. It is never used for bad input: that gets an error.
#ifndef STEPWHEEL_ASL_CHECK_H_
#define STEPWHEEL_ASL_CHECK_H_

#include <cstdio>
#include <cstdlib>

namespace stepwheel::asl::internal {

// Out of line, so that a check costs its caller a branch.
[[noreturn, gnu::cold, gnu::noinline]] inline void CheckFailed(
    const char* file, int line, const char* condition, const char* message) {
  std::fprintf(stderr,
               "stepwheel: internal error at %s:%d: %s: %s\n"
               "This is a bug in Stepwheel; please report it.\n",
               file, line, condition, message);
  std::abort();
}

}  // namespace stepwheel::asl::internal

#define STEPWHEEL_CHECK(condition, message)                                   \
  do {                                                                        \
    if (!(condition)) [[unlikely]] {                                          \
      ::stepwheel::asl::internal::CheckFailed(__FILE__, __LINE__, #condition, \
                                              (message));                     \
    }                                                                         \
  } while (false)

#endif  // STEPWHEEL_ASL_CHECK_H_
