// A picture of $formatNumber in its parts, checked, and what it says about the
// look of a number. For number_picture only.
#ifndef STEPWHEEL_ASL_JSONATA_NUMBER_LAYOUT_H_
#define STEPWHEEL_ASL_JSONATA_NUMBER_LAYOUT_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace stepwheel::asl::jsonata {

// The characters with a meaning; an option may replace each.
struct NumberProperties {
  std::u32string decimal_separator = U".";
  std::u32string grouping_separator = U",";
  std::u32string exponent_separator = U"e";
  std::u32string minus_sign = U"-";
  std::u32string percent = U"%";
  std::u32string per_mille = U"\u2030";
  std::u32string zero_digit = U"0";
  std::u32string digit = U"#";
  std::u32string pattern_separator = U";";

  std::u32string* Find(std::string_view name) {
    if (name == "decimal-separator") return &decimal_separator;
    if (name == "grouping-separator") return &grouping_separator;
    if (name == "exponent-separator") return &exponent_separator;
    if (name == "minus-sign") return &minus_sign;
    if (name == "percent") return &percent;
    if (name == "per-mille") return &per_mille;
    if (name == "zero-digit") return &zero_digit;
    if (name == "digit") return &digit;
    if (name == "pattern-separator") return &pattern_separator;
    return nullptr;
  }

  // One of the ten digits that begin with the zero.
  bool IsDigit(char32_t c) const {
    return c >= zero_digit[0] && c <= zero_digit[0] + 9;
  }
  bool IsDigitOrOptional(char32_t c) const {
    return IsDigit(c) || Is(c, digit);
  }
  // Only a property of one character can be equal to a character.
  static bool Is(char32_t c, const std::u32string& property) {
    return property.size() == 1 && property[0] == c;
  }
  bool IsActive(char32_t c) const {
    return IsDigitOrOptional(c) || Is(c, decimal_separator) ||
           Is(c, exponent_separator) || Is(c, grouping_separator) ||
           Is(c, pattern_separator);
  }
  int CountDigits(std::u32string_view text) const {
    return static_cast<int>(std::count_if(
        text.begin(), text.end(), [&](char32_t c) { return IsDigit(c); }));
  }
  int CountPlaces(std::u32string_view text) const {
    return static_cast<int>(
        std::count_if(text.begin(), text.end(),
                      [&](char32_t c) { return IsDigitOrOptional(c); }));
  }
};

// How a picture wants a number to look.
struct NumberLayout {
  std::u32string picture;
  std::u32string prefix;
  std::u32string suffix;
  std::vector<int> integer_groups;
  int regular_group = 0;
  std::vector<int> fraction_groups;
  int min_integer = 0;
  int scale = 0;
  int min_fraction = 0;
  int max_fraction = 0;
  int min_exponent = 0;
};

// The code of what is wrong with the picture, or nullptr; then `layout` is
// what it says.
const char* ReadNumberPicture(const std::u32string& picture,
                              const NumberProperties& properties,
                              NumberLayout* layout);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_NUMBER_LAYOUT_H_
