// STEPWHEEL_CHECK stops the process when an invariant of our own is broken, in
// release builds too. It is never used for bad input: that gets an error.
#ifndef STEPWHEEL_ASL_CHECK_H_
#define STEPWHEEL_ASL_CHECK_H_

#include <cstdio>
#include <cstdlib>

#define STEPWHEEL_CHECK(condition, message)                           \
  do {                                                                \
    if (!(condition)) [[unlikely]] {                                  \
      std::fprintf(stderr,                                            \
                   "stepwheel: internal error at %s:%d: %s: %s\n"     \
                   "This is a bug in Stepwheel; please report it.\n", \
                   __FILE__, __LINE__, #condition,                    \
                   static_cast<const char*>(message));                \
      std::abort();                                                   \
    }                                                                 \
  } while (false)

#endif  // STEPWHEEL_ASL_CHECK_H_
