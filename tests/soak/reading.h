// What the soak reads out of answers: members of JSON texts whose shape is
// known, and how an execution ended by its history.
#ifndef STEPWHEEL_TESTS_SOAK_READING_H_
#define STEPWHEEL_TESTS_SOAK_READING_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace stepwheel::soak {

inline constexpr int64_t kSecondUs = 1'000'000;

// Of a clock that never goes back, in microseconds.
int64_t NowUs();

// The text or number after `name`, which ends with a colon, or "".
std::string_view Member(std::string_view json, std::string_view name);
uint64_t Number(std::string_view json, std::string_view name);

// How it ended (an Outcome of task_book.h), 0 if it has not, or -1 if the
// history contradicts itself: it must have one end of the task at most, one end
// of the execution, and the one must follow from the other.
int OutcomeOf(std::string_view history);
bool IsTaken(std::string_view history);

// When its task timed out, in microseconds since 1970.
int64_t TimedOutAtUs(std::string_view history);

}  // namespace stepwheel::soak

#endif  // STEPWHEEL_TESTS_SOAK_READING_H_
