// How an execution of the soak ended, by its history.
#ifndef STEPWHEEL_TESTS_SOAK_READING_H_
#define STEPWHEEL_TESTS_SOAK_READING_H_

#include <string_view>

namespace stepwheel::soak {

// How it ended (an Outcome of task_book.h), 0 if it has not, or -1 if the
// history contradicts itself: it must have one end of the task at most, one end
// of the execution, and the one must follow from the other.
int OutcomeOf(std::string_view history);
bool IsTaken(std::string_view history);

}  // namespace stepwheel::soak

#endif  // STEPWHEEL_TESTS_SOAK_READING_H_
