// JavaScript's conversions between numbers and text: JSONata shows and rounds
// numbers as the language of its reference does. Results are exact to the
// digit, also where C++'s own conversions break ties differently.
#ifndef STEPWHEEL_ASL_JSONATA_JS_NUMBER_H_
#define STEPWHEEL_ASL_JSONATA_JS_NUMBER_H_

#include <optional>
#include <string>
#include <string_view>

namespace stepwheel::asl::jsonata {

// Number.prototype.toString(): shortest digits that read back as `value`,
// exponent from 1e21 and below 1e-6; also NaN and Infinity. -0 is "0".
void AppendJsNumber(double value, std::string* out);
std::string JsNumberText(double value);

// The number that $string and & show in the place of `value`: what 15
// significant digits read back as. Level 2.2 leaves whole numbers alone.
double RoundedToPrecision15(double value, bool round_whole_numbers);

// AppendJsNumber of that, in one pass.
void AppendPrecision15(double value, bool round_whole_numbers,
                       std::string* out);

// Number.prototype.toFixed(): `digits` (0 to 100) behind the point, an exact
// tie away from zero; from 1e21 the same as toString().
std::string JsToFixed(double value, int digits);

// Number.prototype.toString(radix) of a whole number; radix 2 to 36. Exact up
// to 2^53.
std::string JsWholeNumberText(double value, int radix);

// $round: half to even on the decimal text, `precision` digits behind the
// point (negative: before it). Never -0.
double RoundHalfToEven(double value, double precision);

// Math.round(): to the nearest whole number, a tie upwards.
double JsMathRound(double value);

// The number that $number makes of a text: JSON's form of a number, except
// that zeros may lead, or 0x, 0o, 0b and digits. nullopt: D3030. NaN where the
// reference yields it: for a text that only begins or ends like 0x12.
std::optional<double> NumberOfText(std::string_view text);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_JS_NUMBER_H_
