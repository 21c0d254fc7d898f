// $formatNumber and $formatBase: numbers by XPath's fn:format-number pictures,
// with the quirks of the JSONata reference, and in other radixes.
#ifndef STEPWHEEL_ASL_JSONATA_NUMBER_PICTURE_H_
#define STEPWHEEL_ASL_JSONATA_NUMBER_PICTURE_H_

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "asl/jsonata/picture_error.h"

namespace stepwheel::asl::jsonata {

// Names and values of the options object, such as "zero-digit" and "0". Names
// that mean nothing are ignored.
using NumberOptions =
    std::vector<std::pair<std::string_view, std::string_view>>;

std::variant<std::string, PictureError> FormatNumber(
    double value, std::string_view picture, const NumberOptions& options);

// Both are rounded (half to even); D3100 unless 2 <= radix <= 36.
std::variant<std::string, PictureError> FormatBase(double value, double radix);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_NUMBER_PICTURE_H_
