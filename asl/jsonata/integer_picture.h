// IntegerPicture is how $formatInteger, $parseInteger and the parts of a date
// show whole numbers: digits with separators, letters, Roman numerals, English
// words (XPath's fn:format-integer, with the quirks of the JSONata reference).
#ifndef STEPWHEEL_ASL_JSONATA_INTEGER_PICTURE_H_
#define STEPWHEEL_ASL_JSONATA_INTEGER_PICTURE_H_

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "asl/jsonata/picture_error.h"

namespace stepwheel::asl::jsonata {

class IntegerPicture {
 public:
  enum class Form { kDecimal, kLetters, kRoman, kWords, kSequence };
  enum class Case { kUpper, kLower, kTitle };
  struct Separator {
    int position = 0;  // Digits to its right.
    char32_t character = 0;
  };

  static std::variant<IntegerPicture, PictureError> Compile(
      std::string_view picture);

  // REQUIRES: `value` is whole, or no number.
  std::variant<std::string, PictureError> Format(double value) const;
  // NaN where the text does not fit the picture.
  std::variant<double, PictureError> Parse(std::string_view text) const;

  // What a date picture looks at and may change.
  Form form = Form::kDecimal;
  Case letter_case = Case::kLower;
  bool ordinal = false;
  char32_t zero = U'0';
  int mandatory_digits = 0;
  int optional_digits = 0;
  // Digits between equal separators all the way up; 0 if they are not regular.
  int regular_group = 0;
  std::vector<Separator> separators;  // From the right.
  std::string sequence;               // Of kSequence.

 private:
  PictureError SequenceError() const;
  std::variant<std::string, PictureError> FormatDecimal(double value) const;
};

// $formatInteger and $parseInteger.
std::variant<std::string, PictureError> FormatInteger(double value,
                                                      std::string_view picture);
std::variant<double, PictureError> ParseInteger(std::string_view text,
                                                std::string_view picture);

// JavaScript's parseInt(text).
double JsParseInt(std::string_view text);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_INTEGER_PICTURE_H_
