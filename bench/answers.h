// What the clients of a real server read out of its answers: members of JSON
// texts whose shape is known, which need no parser.
#ifndef STEPWHEEL_BENCH_ANSWERS_H_
#define STEPWHEEL_BENCH_ANSWERS_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace stepwheel::bench {

inline constexpr int64_t kSecondUs = 1'000'000;

// Of a clock that never goes back, in microseconds.
int64_t NowUs();

// The text or number after `name`, which ends with a colon, or "".
std::string_view Member(std::string_view json, std::string_view name);
uint64_t Number(std::string_view json, std::string_view name);

// When the task of this history timed out, in microseconds since 1970; 0 if it
// did not.
int64_t TimedOutAtUs(std::string_view history);

std::string ExecutionArn(std::string machine_arn, const std::string& name);

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_ANSWERS_H_
