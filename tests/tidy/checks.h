// The style rules that look at one file at a time: sizes, includes, banned
// calls, leftover reminders, paths of somebody's machine. Each check is a pure
// function, so that tidy_checks_test.cc can show it both good and bad text.

#ifndef STEPWHEEL_TESTS_TIDY_CHECKS_H_
#define STEPWHEEL_TESTS_TIDY_CHECKS_H_

#include <vector>

#include "tests/tidy/source.h"

namespace stepwheel::tidy {

inline constexpr int kLinesMax = 400;
inline constexpr int kTestLinesMax = 600;
inline constexpr int kFunctionLinesMax = 70;
inline constexpr int kColumnsMax = 80;

// Each appends to nothing and returns what it found, in order of line.
std::vector<Finding> CheckFileLength(const File& file);
std::vector<Finding> CheckFunctionLength(const File& file);
std::vector<Finding> CheckColumns(const File& file);
std::vector<Finding> CheckHeaderForm(const File& file);
std::vector<Finding> CheckIncludes(const File& file);
std::vector<Finding> CheckBannedCalls(const File& file);
std::vector<Finding> CheckReminders(const File& file);
std::vector<Finding> CheckPlaces(const File& file);

}  // namespace stepwheel::tidy

#endif  // STEPWHEEL_TESTS_TIDY_CHECKS_H_
