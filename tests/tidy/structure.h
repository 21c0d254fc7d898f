// The style rules that look at the repository as a whole: what lies at the top
// level, what each folder's README names, how a document begins. Pure
// functions over a list of files.

#ifndef STEPWHEEL_TESTS_TIDY_STRUCTURE_H_
#define STEPWHEEL_TESTS_TIDY_STRUCTURE_H_

#include <vector>

#include "tests/tidy/source.h"

namespace stepwheel::tidy {

std::vector<Finding> CheckTopLevel(const std::vector<File>& files);
std::vector<Finding> CheckReadmes(const std::vector<File>& files);
std::vector<Finding> CheckTitles(const std::vector<File>& files);

}  // namespace stepwheel::tidy

#endif  // STEPWHEEL_TESTS_TIDY_STRUCTURE_H_
