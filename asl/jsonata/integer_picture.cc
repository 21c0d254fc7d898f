#include "asl/jsonata/integer_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "asl/jsonata/js_number.h"
#include "asl/jsonata/number_words.h"
#include "asl/jsonata/utf8.h"

namespace stepwheel::asl::jsonata {
namespace {

// The reference bounds neither; its host's stack and memory do.
constexpr size_t kMaxSeparators = 1000;
constexpr int kMaxDigits = 10'000;
constexpr double kMaxRoman = 1e7;

// The zeros of Unicode's families of decimal digits, below U+10000.
constexpr std::array<char32_t, 37> kZeros = {
    0x30,   0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6,
    0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0,
    0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
    0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900,
    0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10};

// 0 if `c` is no digit.
char32_t ZeroOfFamily(char32_t c) {
  for (const char32_t zero : kZeros) {
    if (c >= zero && c <= zero + 9) return zero;
  }
  return 0;
}

std::u32string Decoded(std::string_view text) {
  std::u32string characters;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = DecodeUtf8(text, &at);
    characters.push_back(c == kNoChar ? U'\uFFFD' : c);
  }
  return characters;
}

std::string Encoded(const std::u32string& characters) {
  std::string text;
  for (const char32_t c : characters) AppendUtf8(c, &text);
  return text;
}

// The distance at which equal separators stand, from the right and without a
// gap; 0 if they do not.
int RegularGroup(const std::vector<IntegerPicture::Separator>& separators) {
  if (separators.empty()) return 0;
  int factor = separators[0].position;
  for (const auto& each : separators) {
    if (each.character != separators[0].character) return 0;
    factor = std::gcd(factor, each.position);
  }
  for (size_t i = 1; i <= separators.size(); ++i) {
    const auto stands_here = [&](const IntegerPicture::Separator& each) {
      return each.position == static_cast<int>(i) * factor;
    };
    if (std::none_of(separators.begin(), separators.end(), stands_here)) {
      return 0;
    }
  }
  return factor;
}

// The reference inserts the separators at places counted from the end; one
// that would stand before the beginning cuts off what it should part.
std::u32string WithSeparators(
    std::u32string digits,
    const std::vector<IntegerPicture::Separator>& separators) {
  for (size_t i = separators.size(); i-- > 0;) {
    const auto size = static_cast<int64_t>(digits.size());
    const int64_t at = size - separators[i].position;
    const int64_t tail = at < 0 ? std::max<int64_t>(size + at, 0) : at;
    digits = digits.substr(0, static_cast<size_t>(std::max<int64_t>(at, 0))) +
             separators[i].character + digits.substr(static_cast<size_t>(tail));
  }
  return digits;
}

std::u32string WithRegularSeparators(const std::u32string& digits, int group,
                                     char32_t separator) {
  std::u32string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    const size_t left = digits.size() - i;
    if (i > 0 && left % static_cast<size_t>(group) == 0) {
      out.push_back(separator);
    }
    out.push_back(digits[i]);
  }
  return out;
}

std::u32string_view OrdinalSuffix(const std::u32string& digits) {
  const bool teen = digits.size() > 1 && digits[digits.size() - 2] == U'1';
  if (teen || digits.empty()) return U"th";
  switch (digits.back()) {
    case U'1':
      return U"st";
    case U'2':
      return U"nd";
    case U'3':
      return U"rd";
    default:
      return U"th";
  }
}

std::string Upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

void Erase(char32_t c, std::u32string* text) {
  text->erase(std::remove(text->begin(), text->end(), c), text->end());
}

// Reads what stands for digits; NaN without any. A picture of decimal digits.
double ParseDecimal(const IntegerPicture& picture, std::string_view text) {
  std::u32string digits = Decoded(text);
  if (picture.ordinal)
    digits.resize(digits.size() - std::min<size_t>(digits.size(), 2));
  // The reference takes commas away from regular groups, whatever separator
  // the picture has.
  if (picture.regular_group > 0) Erase(U',', &digits);
  if (picture.regular_group == 0) {
    for (const auto& each : picture.separators) Erase(each.character, &digits);
  }
  for (char32_t& c : digits) {
    const int64_t ascii =
        static_cast<int64_t>(c) - static_cast<int64_t>(picture.zero) + '0';
    c = ascii < 0 || ascii > 0x7F ? U'?' : static_cast<char32_t>(ascii);
  }
  return JsParseInt(Encoded(digits));
}

void ReadDigitPattern(const std::u32string& pattern, IntegerPicture* picture,
                      bool* mixed) {
  char32_t zero = 0;
  int position = 0;
  for (size_t i = pattern.size(); i-- > 0;) {
    const char32_t family = ZeroOfFamily(pattern[i]);
    if (family != 0) {
      if (zero != 0 && family != zero) *mixed = true;
      zero = family;
      ++picture->mandatory_digits;
      ++position;
    } else if (pattern[i] == U'#') {
      ++picture->optional_digits;
      ++position;
    } else {
      picture->separators.push_back({position, pattern[i]});
    }
  }
  if (zero != 0) picture->zero = zero;
}

bool ReadForm(std::string_view primary, IntegerPicture* picture) {
  using Form = IntegerPicture::Form;
  using Case = IntegerPicture::Case;
  if (primary == "A" || primary == "a") {
    picture->form = Form::kLetters;
  } else if (primary == "I" || primary == "i") {
    picture->form = Form::kRoman;
  } else if (primary == "W" || primary == "w" || primary == "Ww") {
    picture->form = Form::kWords;
  } else {
    return false;
  }
  const bool upper = primary[0] < 'a';
  picture->letter_case = primary == "Ww" ? Case::kTitle
                         : upper         ? Case::kUpper
                                         : Case::kLower;
  return true;
}

}  // namespace

std::variant<IntegerPicture, PictureError> IntegerPicture::Compile(
    std::string_view picture) {
  IntegerPicture compiled;
  const size_t semicolon = picture.rfind(';');
  std::string_view primary = picture;
  if (semicolon != std::string_view::npos) {
    primary = picture.substr(0, semicolon);
    compiled.ordinal = picture.substr(semicolon + 1).starts_with('o');
  }
  if (ReadForm(primary, &compiled)) return compiled;
  bool mixed = false;
  ReadDigitPattern(Decoded(primary), &compiled, &mixed);
  if (mixed) return PictureError{"D3131"};
  if (compiled.mandatory_digits == 0) {
    IntegerPicture sequence;
    sequence.form = Form::kSequence;
    sequence.sequence = std::string(primary);
    return sequence;
  }
  if (compiled.separators.size() > kMaxSeparators) {
    return PictureError{"U1001"};
  }
  compiled.regular_group = RegularGroup(compiled.separators);
  return compiled;
}

PictureError IntegerPicture::SequenceError() const {
  return PictureError{"D3130", sequence};
}

std::variant<std::string, PictureError> IntegerPicture::FormatDecimal(
    double value) const {
  std::u32string digits = Decoded(JsNumberText(value));
  if (mandatory_digits > kMaxDigits) return PictureError{"U1001"};
  if (static_cast<int>(digits.size()) < mandatory_digits) {
    digits.insert(0, static_cast<size_t>(mandatory_digits) - digits.size(),
                  U'0');
  }
  if (zero != U'0') {
    for (char32_t& c : digits) c = c + zero - U'0';
  }
  digits = regular_group > 0 ? WithRegularSeparators(digits, regular_group,
                                                     separators[0].character)
                             : WithSeparators(std::move(digits), separators);
  if (ordinal) digits += OrdinalSuffix(digits);
  return Encoded(digits);
}

std::variant<std::string, PictureError> IntegerPicture::Format(
    double value) const {
  const double size = std::fabs(value);
  if (form == Form::kSequence) return SequenceError();
  std::variant<std::string, PictureError> formatted;
  if (form == Form::kDecimal) {
    formatted = FormatDecimal(size);
  } else if (std::isnan(value)) {
    return "";  // What is no number has no letters.
  } else if (std::isinf(value)) {
    return PictureError{"U1001"};
  } else if (form == Form::kLetters) {
    formatted = NumberToLetters(size, letter_case == Case::kUpper ? 'A' : 'a');
  } else if (form == Form::kRoman) {
    if (!(size < kMaxRoman)) return PictureError{"U1001"};
    const std::string roman = NumberToRoman(size);
    formatted = letter_case == Case::kUpper ? Upper(roman) : roman;
  } else {
    const std::string words = NumberToWords(size, ordinal);
    formatted = letter_case == Case::kUpper   ? Upper(words)
                : letter_case == Case::kLower ? Lower(words)
                                              : words;
  }
  std::string* text = std::get_if<std::string>(&formatted);
  if (text != nullptr && value < 0) text->insert(0, 1, '-');
  return formatted;
}

std::variant<double, PictureError> IntegerPicture::Parse(
    std::string_view text) const {
  const bool upper = letter_case == Case::kUpper;
  switch (form) {
    case Form::kSequence:
      return SequenceError();
    case Form::kLetters:
      return LettersToNumber(text, upper ? 'A' : 'a');
    case Form::kRoman:
      return RomanToNumber(upper ? std::string(text)
                                 : Upper(std::string(text)));
    case Form::kWords:
      return WordsToNumber(Lower(std::string(text)));
    case Form::kDecimal:
      break;
  }
  return ParseDecimal(*this, text);
}

std::variant<std::string, PictureError> FormatInteger(
    double value, std::string_view picture) {
  auto compiled = IntegerPicture::Compile(picture);
  if (auto* error = std::get_if<PictureError>(&compiled)) return *error;
  return std::get<IntegerPicture>(compiled).Format(std::floor(value));
}

std::variant<double, PictureError> ParseInteger(std::string_view text,
                                                std::string_view picture) {
  auto compiled = IntegerPicture::Compile(picture);
  if (auto* error = std::get_if<PictureError>(&compiled)) return *error;
  return std::get<IntegerPicture>(compiled).Parse(text);
}

double JsParseInt(std::string_view text) {
  size_t at = 0;
  for (size_t next = 0; next < text.size();) {
    if (!IsJsSpace(DecodeUtf8(text, &next))) break;
    at = next;
  }
  text.remove_prefix(at);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  double value = std::numeric_limits<double>::quiet_NaN();
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  const std::string_view allowed =
      hexadecimal ? "0123456789abcdefABCDEF" : "0123456789";
  const std::string_view body = hexadecimal ? text.substr(2) : text;
  const std::string_view digits =
      body.substr(0, std::min(body.find_first_not_of(allowed), body.size()));
  if (!digits.empty()) {
    const std::string number = (hexadecimal ? "0x" : "") + std::string(digits);
    // Digits alone are refused only if the number is too great.
    value = NumberOfText(number).value_or(HUGE_VAL);
  }
  return negative ? -value : value;
}

}  // namespace stepwheel::asl::jsonata
