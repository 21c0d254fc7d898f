// $fromMillis and $toMillis without a picture: ISO 8601 as JavaScript's Date
// writes and the JSONata reference reads it.
#ifndef STEPWHEEL_ASL_JSONATA_ISO_DATE_TIME_H_
#define STEPWHEEL_ASL_JSONATA_ISO_DATE_TIME_H_

#include <optional>
#include <string>
#include <string_view>

namespace stepwheel::asl::jsonata {

// "2018-03-23T10:33:36.617Z", or at an offset like "-0530".
std::string FormatIsoDateTime(double millis,
                              std::optional<std::string_view> timezone);

// Milliseconds since 1970; without a zone, UTC. nullopt: D3110, not ISO 8601.
// NaN: of that form, but no instant (the 13th month). Level 2.0.6 accepts
// parts that are repeated, and finds no instant in them.
std::optional<double> ParseIsoDateTime(std::string_view text, bool level_2_2);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_ISO_DATE_TIME_H_
