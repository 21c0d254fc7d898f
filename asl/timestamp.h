// Timestamps as ASL restricts RFC 3339: a capital T, and a capital Z or a
// numeric offset. Instants are milliseconds since the Unix epoch.
#ifndef STEPWHEEL_ASL_TIMESTAMP_H_
#define STEPWHEEL_ASL_TIMESTAMP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stepwheel::asl {

// A parsed timestamp to the nanosecond, so that comparison keeps what the text
// says. `nanos` is 0..999,999,999.
struct Timestamp {
  int64_t seconds = 0;  // Unix time.
  int32_t nanos = 0;
  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

std::optional<Timestamp> ParseTimestamp(std::string_view text);
// Rounded up to the next whole millisecond: a deadline is never early.
int64_t UnixMillisRoundedUp(const Timestamp& t);
// "2026-09-24T02:56:17.620Z"; a zero fraction is dropped ("...:17Z")
// (reference: asl.md 3.3).
std::string FormatTimestamp(int64_t unix_millis);

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_TIMESTAMP_H_
