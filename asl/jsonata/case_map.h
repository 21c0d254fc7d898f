// Letters in upper and lower case, for all of Unicode, as JavaScript has them.
#ifndef STEPWHEEL_ASL_JSONATA_CASE_MAP_H_
#define STEPWHEEL_ASL_JSONATA_CASE_MAP_H_

#include <string>
#include <string_view>

namespace stepwheel::asl::jsonata {

std::string ToUpper(std::string_view text);
std::string ToLower(std::string_view text);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_CASE_MAP_H_
