#include "asl/jsonata/number_picture.h"

#include <algorithm>
#include <cmath>

#include "asl/jsonata/js_number.h"
#include "asl/jsonata/number_layout.h"
#include "asl/jsonata/utf8.h"

namespace stepwheel::asl::jsonata {
namespace {

using Text = std::u32string;
using TextView = std::u32string_view;

// The reference's toFixed() takes no more digits; and a bound where the
// reference has none.
constexpr int kMaxFraction = 100;
constexpr size_t kMaxPicture = 1000;
constexpr size_t kNone = TextView::npos;

Text Decoded(std::string_view text) {
  Text characters;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = DecodeUtf8(text, &at);
    characters.push_back(c == kNoChar ? U'\uFFFD' : c);
  }
  return characters;
}

std::string Encoded(TextView characters) {
  std::string text;
  for (const char32_t c : characters) {
    // Digits that follow a strange zero need not be characters.
    AppendUtf8(IsSurrogate(c) || c > 0x10FFFF ? U'\uFFFD' : c, &text);
  }
  return text;
}

// JavaScript's text.slice(0, end) + middle + text.slice(end): a negative end
// counts from the back.
void InsertAt(int64_t at, const Text& middle, Text* text) {
  const auto size = static_cast<int64_t>(text->size());
  if (at < 0) at = std::max<int64_t>(size + at, 0);
  text->insert(static_cast<size_t>(std::min(at, size)), middle);
}

Text FixedText(double value, int digits, const NumberProperties& properties) {
  Text text = Decoded(JsToFixed(std::fabs(value), digits));
  for (char32_t& c : text) {
    if (c >= U'0' && c <= U'9') c = properties.zero_digit[0] + (c - U'0');
  }
  return text;
}

// The number's digits with at least as many as the layout wants on either
// side of the decimal separator, which is there even if nothing follows.
Text PaddedText(double value, const NumberLayout& layout,
                const NumberProperties& properties) {
  const char32_t zero = properties.zero_digit[0];
  Text text = FixedText(value, layout.max_fraction, properties);
  const size_t point = text.find(U'.');
  if (point == kNone) {
    text += properties.decimal_separator;
  } else {
    text.replace(point, 1, properties.decimal_separator);
  }
  if (properties.zero_digit.size() == 1) {
    text.erase(0, std::min(text.find_first_not_of(zero), text.size()));
    while (!text.empty() && text.back() == zero) text.pop_back();
  }
  const auto position = [&] {
    const size_t found = text.find(properties.decimal_separator);
    return found == kNone ? int64_t{-1} : static_cast<int64_t>(found);
  };
  const int64_t before = layout.min_integer - position();
  const int64_t behind = layout.min_fraction -
                         (static_cast<int64_t>(text.size()) - position() - 1);
  for (int64_t i = 0; i < before; ++i) {
    text.insert(0, properties.zero_digit);
  }
  for (int64_t i = 0; i < behind; ++i) text += properties.zero_digit;
  return text;
}

void InsertSeparators(const NumberLayout& layout,
                      const NumberProperties& properties, Text* text) {
  const Text& separator = properties.grouping_separator;
  const auto position = [&] {
    const size_t found = text->find(properties.decimal_separator);
    return found == kNone ? int64_t{-1} : static_cast<int64_t>(found);
  };
  int64_t decimal = position();
  if (layout.regular_group > 0) {
    const int64_t groups = (decimal - 1) / layout.regular_group;
    for (int64_t group = 1; group <= groups; ++group) {
      InsertAt(decimal - group * layout.regular_group, separator, text);
    }
  } else {
    for (const int group : layout.integer_groups) {
      InsertAt(decimal - group, separator, text);
      ++decimal;
    }
  }
  decimal = position();
  for (const int group : layout.fraction_groups) {
    InsertAt(group + decimal + 1, separator, text);
  }
  decimal = position();
  const bool none = layout.picture.find(properties.decimal_separator) == kNone;
  if (none || decimal == static_cast<int64_t>(text->size()) - 1) {
    if (!text->empty()) text->pop_back();
  }
}

// Moves the decimal point until the layout's number of digits stands before
// it; gives how far it moved.
int Normalise(int scale, double* mantissa) {
  const double greatest = std::pow(10, scale);
  const double least = std::pow(10, scale - 1);
  int exponent = 0;
  if (*mantissa == 0 || !std::isfinite(*mantissa)) return 0;
  while (std::fabs(*mantissa) < least) {
    *mantissa *= 10;
    --exponent;
  }
  while (std::fabs(*mantissa) > greatest) {
    *mantissa /= 10;
    ++exponent;
  }
  return exponent;
}

std::string Show(double value, const NumberLayout& layout,
                 const NumberProperties& properties) {
  if (layout.picture.find(properties.percent) != kNone) {
    value *= 100;
  } else if (layout.picture.find(properties.per_mille) != kNone) {
    value *= 1000;
  }
  int exponent = 0;
  if (layout.min_exponent > 0) exponent = Normalise(layout.scale, &value);
  Text text = PaddedText(RoundHalfToEven(value, layout.max_fraction), layout,
                         properties);
  InsertSeparators(layout, properties, &text);
  if (layout.min_exponent > 0) {
    Text digits = FixedText(exponent, 0, properties);
    while (static_cast<int>(digits.size()) < layout.min_exponent) {
      digits.insert(0, properties.zero_digit);
    }
    text += properties.exponent_separator;
    if (exponent < 0) text += properties.minus_sign;
    text += digits;
  }
  return Encoded(layout.prefix + text + layout.suffix);
}

std::vector<Text> SplitPicture(const Text& picture, const Text& separator) {
  std::vector<Text> parts;
  size_t begin = 0;
  while (true) {
    const size_t end = picture.find(separator, begin);
    parts.push_back(picture.substr(begin, end - begin));
    if (end == kNone) return parts;
    begin = end + separator.size();
  }
}

}  // namespace

std::variant<std::string, PictureError> FormatNumber(
    double value, std::string_view picture, const NumberOptions& options) {
  NumberProperties properties;
  for (const auto& [name, option] : options) {
    Text* property = properties.Find(name);
    if (property == nullptr) continue;
    *property = Decoded(option);
    // Nothing can be found or written with these; the reference hangs.
    if (property->empty() && property != &properties.minus_sign) {
      return PictureError{"T0410"};
    }
  }
  if (picture.size() > kMaxPicture) return PictureError{"U1001"};
  const std::vector<Text> pictures =
      SplitPicture(Decoded(picture), properties.pattern_separator);
  if (pictures.size() > 2) return PictureError{"D3080"};
  std::vector<NumberLayout> layouts;
  for (const Text& each : pictures) {
    NumberLayout layout;
    if (const char* error = ReadNumberPicture(each, properties, &layout)) {
      return PictureError{error};
    }
    layouts.push_back(std::move(layout));
  }
  if (layouts.size() == 1) {
    layouts.push_back(layouts[0]);
    layouts[1].prefix.insert(0, properties.minus_sign);
  }
  const NumberLayout& layout = layouts[value >= 0 ? 0 : 1];
  if (layout.max_fraction > kMaxFraction) return PictureError{"U1001"};
  return Show(value, layout, properties);
}

std::variant<std::string, PictureError> FormatBase(double value, double radix) {
  radix = RoundHalfToEven(radix, 0);
  if (!(radix >= 2 && radix <= 36)) return PictureError{"D3100", radix};
  return JsWholeNumberText(RoundHalfToEven(value, 0), static_cast<int>(radix));
}

}  // namespace stepwheel::asl::jsonata
