// STEPWHEEL_TIME_CHECK stops the process when the caller of this folder breaks
// its promise, in release builds too. It is a twin of asl/check.h, because
// engine/time depends on the standard library only.
#ifndef STEPWHEEL_ENGINE_TIME_CHECK_H_
#define STEPWHEEL_ENGINE_TIME_CHECK_H_

#include <cstdio>
#include <cstdlib>

#define STEPWHEEL_TIME_CHECK(condition, message)                      \
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

#endif  // STEPWHEEL_ENGINE_TIME_CHECK_H_
