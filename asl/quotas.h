// AWS's limits on state data and variables, in bytes of JSON text, and on
// inline Maps (reference: quotas.md 1, 3, 4).
#ifndef STEPWHEEL_ASL_QUOTAS_H_
#define STEPWHEEL_ASL_QUOTAS_H_

#include <cstddef>
#include <cstdint>

namespace stepwheel::asl {

// Of a state's input, output and result.
inline constexpr size_t kPayloadBytesMax = 262'144;
// Of the variables of one Assign together, and of all of an execution.
inline constexpr int64_t kAssignBytesMax = 262'144;
inline constexpr int64_t kVariableBytesMax = 10'485'760;
// An inline Map never runs more iterations at a time.
inline constexpr int64_t kInlineMapConcurrencyMax = 40;
// A longer Wait fails: 2^31 - 1 seconds, 24,855 days and a bit.
inline constexpr int64_t kWaitSecondsMax = 2'147'483'647;
// TimeoutSeconds, HeartbeatSeconds, Seconds.
inline constexpr int64_t kSecondsMax = 99'999'999;

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_QUOTAS_H_
