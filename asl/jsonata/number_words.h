// Whole numbers as English words, Roman numerals and letters, and back, as the
// JSONata reference writes and reads them.
#ifndef STEPWHEEL_ASL_JSONATA_NUMBER_WORDS_H_
#define STEPWHEEL_ASL_JSONATA_NUMBER_WORDS_H_

#include <string>
#include <string_view>

namespace stepwheel::asl::jsonata {

// "One Hundred and Twenty-Third". REQUIRES: value >= 0 and finite.
std::string NumberToWords(double value, bool ordinal);
// NaN if a word is unknown. Words are lower case.
double WordsToNumber(std::string_view text);
// The words of numbers as alternatives of a regular expression.
std::string NumberWordsPattern();

// "mcmxii". REQUIRES: value < 10,000,000.
std::string NumberToRoman(double value);
// NaN if a character is none of MDCLXVI.
double RomanToNumber(std::string_view upper_case);

// 1 is `a`, 27 is `a` twice.
std::string NumberToLetters(double value, char a);
double LettersToNumber(std::string_view letters, char a);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_NUMBER_WORDS_H_
