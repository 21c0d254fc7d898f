// Which Retrier or Catcher takes an error, and how long a Retrier waits. Pure
// functions over the compiled fields; counters live in the engine's frame.
#ifndef STEPWHEEL_ASL_RETRY_H_
#define STEPWHEEL_ASL_RETRY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "asl/error.h"

namespace stepwheel::asl {

struct Retrier {
  std::vector<std::string> error_equals;
  int64_t interval_seconds = 1;
  int64_t max_attempts = 3;  // 0: never retry
  double backoff_rate = 2.0;
  std::optional<int64_t> max_delay_seconds;
  bool jitter_full = false;  // JitterStrategy FULL
};

// True if an ErrorEquals list takes `error` (timeouts-and-heartbeats.md 4.2,
// asl.md 12.1). `from_task`: the error is a task's, so States.TaskFailed
// matches it (never a timeout). States.Runtime is never matched.
bool ErrorEqualsMatches(const std::vector<std::string>& error_equals,
                        const Error& error, bool from_task);

// Index of the first Retrier that takes the error, or nullopt. When it is used
// up the later ones are not tried (asl.md 12.2).
std::optional<size_t> MatchingRetrier(const std::vector<Retrier>& retriers,
                                      const Error& error, bool from_task);

// Milliseconds before retry number `n` (1-based) of this Retrier:
// min(IntervalSeconds * BackoffRate^(n-1), MaxDelaySeconds), rounded up; with
// FULL jitter a uniform draw between 0 and that, from `random`.
int64_t RetryDelayMillis(const Retrier& retrier, int64_t n, uint64_t random);

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_RETRY_H_
