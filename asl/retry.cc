#include "asl/retry.h"

#include <cmath>

namespace stepwheel::asl {
namespace {

// No execution lives for a century, and this far from the present an instant
// still fits every clock and wheel we have.
constexpr int64_t kRetryDelayMillisMax = 100LL * 366 * 86'400 * 1000;

// A worker may report States.Timeout by name; that is a timeout as well.
bool IsTimeout(const Error& error) {
  return error.timeout != TimeoutKind::kNone || error.Is(kStatesTimeout);
}

bool NameMatches(std::string_view name, const Error& error, bool from_task) {
  if (name == kStatesAll) return true;
  if (name == kStatesTimeout && IsTimeout(error)) return true;
  if (name == kStatesHeartbeatTimeout &&
      error.timeout == TimeoutKind::kHeartbeat) {
    return true;
  }
  if (name == kStatesTaskFailed && from_task && !IsTimeout(error)) return true;
  return error.Is(name);
}

}  // namespace

bool ErrorEqualsMatches(const std::vector<std::string>& error_equals,
                        const Error& error, bool from_task) {
  if (error.Is(kStatesRuntime)) return false;
  for (const std::string& name : error_equals) {
    if (NameMatches(name, error, from_task)) return true;
  }
  return false;
}

std::optional<size_t> MatchingRetrier(const std::vector<Retrier>& retriers,
                                      const Error& error, bool from_task) {
  for (size_t i = 0; i < retriers.size(); ++i) {
    if (ErrorEqualsMatches(retriers[i].error_equals, error, from_task)) {
      return i;
    }
  }
  return std::nullopt;
}

int64_t RetryDelayMillis(const Retrier& retrier, int64_t n, uint64_t random) {
  if (retrier.interval_seconds <= 0) return 0;
  const double factor =
      n <= 1 ? 1.0 : std::pow(retrier.backoff_rate, static_cast<double>(n - 1));
  double millis =
      static_cast<double>(retrier.interval_seconds) * 1000.0 * factor;
  if (retrier.max_delay_seconds) {
    const double cap = static_cast<double>(*retrier.max_delay_seconds) * 1000.0;
    if (!(millis < cap)) millis = cap;
  }
  int64_t delay = kRetryDelayMillisMax;
  if (millis < static_cast<double>(kRetryDelayMillisMax)) {
    // 1.1 s is not a whole number of binary milliseconds: what is above one by
    // less than a nanosecond is that one.
    delay = static_cast<int64_t>(std::ceil(millis - 1e-6));
  }
  if (!retrier.jitter_full) return delay;
  return static_cast<int64_t>(random % (static_cast<uint64_t>(delay) + 1));
}

}  // namespace stepwheel::asl
