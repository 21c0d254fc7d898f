#include "asl/jsonata/number_words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "asl/jsonata/utf8.h"

namespace stepwheel::asl::jsonata {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

constexpr std::array<std::string_view, 20> kFew = {
    "Zero",    "One",     "Two",       "Three",    "Four",
    "Five",    "Six",     "Seven",     "Eight",    "Nine",
    "Ten",     "Eleven",  "Twelve",    "Thirteen", "Fourteen",
    "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen"};
constexpr std::array<std::string_view, 20> kOrdinals = {
    "Zeroth",    "First",     "Second",      "Third",      "Fourth",
    "Fifth",     "Sixth",     "Seventh",     "Eighth",     "Ninth",
    "Tenth",     "Eleventh",  "Twelfth",     "Thirteenth", "Fourteenth",
    "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth"};
constexpr std::array<std::string_view, 8> kDecades = {
    "Twenty", "Thirty",  "Forty",  "Fifty",
    "Sixty",  "Seventy", "Eighty", "Ninety"};
constexpr std::array<std::string_view, 4> kMagnitudes = {"Thousand", "Million",
                                                         "Billion", "Trillion"};

// One word after another: `joined` says that something stands before.
void AppendWords(double value, bool joined, bool ordinal, std::string* out) {
  if (value < 20) {
    const auto index = static_cast<size_t>(value);
    if (joined) out->append(" and ");
    out->append(ordinal ? kOrdinals[index] : kFew[index]);
    return;
  }
  if (value < 100) {
    const double rest = std::fmod(value, 10);
    if (joined) out->append(" and ");
    out->append(kDecades[static_cast<size_t>(value / 10) - 2]);
    if (rest > 0) {
      out->push_back('-');
      AppendWords(rest, false, ordinal, out);
    } else if (ordinal) {
      out->pop_back();
      out->append("ieth");
    }
    return;
  }
  double rest = 0;
  if (joined) out->append(", ");
  if (value < 1000) {
    rest = std::fmod(value, 100);
    out->append(kFew[static_cast<size_t>(value / 100)]).append(" Hundred");
  } else {
    const auto magnitude = std::min<size_t>(
        static_cast<size_t>(std::log10(value) / 3), kMagnitudes.size());
    const double factor = std::pow(10, 3.0 * static_cast<double>(magnitude));
    const double count = std::floor(value / factor);
    rest = value - count * factor;
    AppendWords(count, false, false, out);
    out->append(" ").append(kMagnitudes[magnitude - 1]);
  }
  if (rest > 0) {
    AppendWords(rest, true, ordinal, out);
  } else if (ordinal) {
    out->append("th");
  }
}

std::string Lower(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

struct Word {
  std::string text;
  double value = 0;
};

// Every word that a number may have, in the reference's order.
std::vector<Word> MakeWords() {
  std::vector<Word> words;
  for (size_t i = 0; i < kFew.size(); ++i) {
    words.push_back({Lower(kFew[i]), static_cast<double>(i)});
  }
  for (size_t i = 0; i < kOrdinals.size(); ++i) {
    words.push_back({Lower(kOrdinals[i]), static_cast<double>(i)});
  }
  for (size_t i = 0; i < kDecades.size(); ++i) {
    const std::string word = Lower(kDecades[i]);
    const double value = static_cast<double>(i + 2) * 10;
    words.push_back({word, value});
    words.push_back({word.substr(0, word.size() - 1) + "ieth", value});
  }
  words.push_back({"hundred", 100});
  words.push_back({"hundredth", 100});
  double value = 1;
  for (const std::string_view magnitude : kMagnitudes) {
    value *= 1000;
    words.push_back({Lower(magnitude), value});
    words.push_back({Lower(magnitude) + "th", value});
  }
  return words;
}

const std::vector<Word>& Words() {
  static const std::vector<Word> words = MakeWords();
  return words;
}

double ValueOfWord(std::string_view word) {
  static const std::map<std::string, double, std::less<>> values = [] {
    std::map<std::string, double, std::less<>> made;
    for (const Word& each : Words()) made[each.text] = each.value;
    return made;
  }();
  const auto found = values.find(word);
  return found == values.end() ? kNan : found->second;
}

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Length of what parts two words at `at`: ", ", " and ", or one of space,
// hyphen and backslash.
size_t SeparatorAt(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.size() >= 2 && rest[0] == ',' && IsSpace(rest[1])) return 2;
  if (rest.size() >= 5 && IsSpace(rest[0]) && rest.substr(1, 3) == "and" &&
      IsSpace(rest[4])) {
    return 5;
  }
  return IsSpace(rest[0]) || rest[0] == '-' || rest[0] == '\\' ? 1 : 0;
}

double RomanDigit(char c) {
  switch (c) {
    case 'M':
      return 1000;
    case 'D':
      return 500;
    case 'C':
      return 100;
    case 'L':
      return 50;
    case 'X':
      return 10;
    case 'V':
      return 5;
    case 'I':
      return 1;
    default:
      return kNan;
  }
}

}  // namespace

std::string NumberToWords(double value, bool ordinal) {
  std::string words;
  AppendWords(value, false, ordinal, &words);
  return words;
}

double WordsToNumber(std::string_view text) {
  std::vector<double> parts = {0};
  const auto take = [&](double value) {
    if (!(value < 100)) {
      parts.back() *= value;
    } else if (parts.back() >= 1000) {
      parts.push_back(value);
    } else {
      parts.back() += value;
    }
  };
  size_t begin = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t separator = SeparatorAt(text, at);
    if (separator == 0) {
      ++at;
      continue;
    }
    take(ValueOfWord(text.substr(begin, at - begin)));
    at += separator;
    begin = at;
  }
  take(ValueOfWord(text.substr(begin)));
  double sum = 0;
  for (const double part : parts) sum += part;
  return sum;
}

std::string NumberWordsPattern() {
  std::string pattern = "(?:";
  for (const Word& word : Words()) pattern.append(word.text).append("|");
  return pattern + "and|[\\-, ])+";
}

std::string NumberToRoman(double value) {
  struct Numeral {
    int value;
    const char* text;
  };
  static constexpr std::array<Numeral, 13> kNumerals = {{{1000, "m"},
                                                         {900, "cm"},
                                                         {500, "d"},
                                                         {400, "cd"},
                                                         {100, "c"},
                                                         {90, "xc"},
                                                         {50, "l"},
                                                         {40, "xl"},
                                                         {10, "x"},
                                                         {9, "ix"},
                                                         {5, "v"},
                                                         {4, "iv"},
                                                         {1, "i"}}};
  std::string roman;
  for (const Numeral& numeral : kNumerals) {
    for (; value >= numeral.value; value -= numeral.value) {
      roman.append(numeral.text);
    }
  }
  return roman;
}

double RomanToNumber(std::string_view upper_case) {
  double sum = 0;
  double greatest = 1;
  for (size_t i = upper_case.size(); i-- > 0;) {
    const double value = RomanDigit(upper_case[i]);
    if (value < greatest) {
      sum -= value;
    } else {
      greatest = value;
      sum += value;
    }
  }
  return sum;
}

std::string NumberToLetters(double value, char a) {
  std::string reversed;
  while (value > 0) {
    reversed.push_back(
        static_cast<char>(a + static_cast<int>(std::fmod(value - 1, 26))));
    value = std::floor((value - 1) / 26);
  }
  return std::string(reversed.rbegin(), reversed.rend());
}

double LettersToNumber(std::string_view letters, char a) {
  std::vector<char32_t> characters;
  for (size_t at = 0; at < letters.size();) {
    characters.push_back(DecodeUtf8(letters, &at));
  }
  double sum = 0;
  const size_t size = characters.size();
  for (size_t i = 0; i < size; ++i) {
    sum += (static_cast<double>(characters[size - i - 1]) - a + 1) *
           std::pow(26, static_cast<double>(i));
  }
  return sum;
}

}  // namespace stepwheel::asl::jsonata
