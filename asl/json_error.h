// The words and positions of JSON errors, as Jackson (and so AWS) gives them.
// Private to the JSON parser: others see a finished JsonError (json.h).
#ifndef STEPWHEEL_ASL_JSON_ERROR_H_
#define STEPWHEEL_ASL_JSON_ERROR_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "asl/json.h"

namespace stepwheel::asl {

// What a JSON value may be, as the messages list it.
inline constexpr std::string_view kJsonValueList =
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

// A code point of valid UTF-8 and the number of its bytes; 0 bytes if `text`
// does not start with one.
struct CodePoint {
  char32_t value = 0;
  size_t bytes = 0;
};
CodePoint DecodeUtf8(std::string_view text);

// "'x' (code 120)", "(CTRL-CHAR, code 0)": how messages name the character at
// `offset`; past the end it is code 0.
std::string DescribeCharacter(std::string_view text, size_t offset);

// Whether Java lets an identifier start or go on with the character: decides
// between "Unrecognized token" and "Unexpected character". Close enough beyond
// ASCII: letters yes, punctuation and symbols no.
bool IsIdentifierStart(char32_t c);
bool IsIdentifierPart(char32_t c);

// "[Source: (String)"..."; line: 1, column: 4]"
std::string SourceLocation(std::string_view text, int line, int column);

// An error at byte `at` found when everything before `consumed` was read:
// that, not `at`, is where Jackson's column points.
JsonError MakeJsonError(std::string_view text, size_t at, size_t consumed,
                        std::string message);

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_JSON_ERROR_H_
