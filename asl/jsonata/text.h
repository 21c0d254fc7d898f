// UTF-8 as the string functions need it: code points, their number, and the
// order of JavaScript, which compares UTF-16 units.
#ifndef STEPWHEEL_ASL_JSONATA_TEXT_H_
#define STEPWHEEL_ASL_JSONATA_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stepwheel::asl::jsonata {

// Bytes of the code point that begins at `at`; at least 1 before the end.
size_t CodePointSize(std::string_view text, size_t at);
size_t CodePoints(std::string_view text);
uint32_t CodePointAt(std::string_view text, size_t at);
// The byte at which code point number `n` begins; the size if there are fewer.
size_t OffsetOf(std::string_view text, size_t n);
// A lone surrogate becomes U+FFFD: UTF-8 has no form for it.
void AppendCodePoint(uint32_t code, std::string* out);

// Less than, equal to or greater than 0.
int CompareText(std::string_view a, std::string_view b);

// REQUIRES a number's text; rounds to nearest, infinity past the largest.
double TextToDouble(std::string_view text);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_TEXT_H_
