#include "asl/jsonata/number_layout.h"

#include <numeric>
#include <optional>

namespace stepwheel::asl::jsonata {
namespace {

using Text = std::u32string;
using TextView = std::u32string_view;

constexpr size_t kNone = TextView::npos;

// A sub-picture in its parts, as the reference cuts it.
struct SubPicture {
  Text whole;
  Text prefix;
  Text suffix;
  Text active;
  Text mantissa;
  std::optional<Text> exponent;
  Text integer;
  Text fraction;
};

SubPicture Split(const Text& whole, const NumberProperties& properties) {
  const auto marks = [&](char32_t c) {
    return properties.IsActive(c) &&
           !NumberProperties::Is(c, properties.exponent_separator);
  };
  SubPicture parts;
  parts.whole = whole;
  const auto first = std::find_if(whole.begin(), whole.end(), marks);
  if (first != whole.end()) {
    parts.prefix.assign(whole.begin(), first);
    const auto last = std::find_if(whole.rbegin(), whole.rend(), marks);
    parts.suffix.assign(last.base(), whole.end());
  }
  const size_t active_size =
      whole.size() - parts.prefix.size() - parts.suffix.size();
  parts.active = whole.substr(parts.prefix.size(), active_size);
  const size_t exponent =
      whole.find(properties.exponent_separator, parts.prefix.size());
  if (exponent == kNone || exponent > whole.size() - parts.suffix.size()) {
    parts.mantissa = parts.active;
  } else {
    // The place is one in the whole, and is used in the active part.
    parts.mantissa = parts.active.substr(0, exponent);
    parts.exponent = exponent + 1 < parts.active.size()
                         ? parts.active.substr(exponent + 1)
                         : Text();
  }
  const size_t decimal = parts.mantissa.find(properties.decimal_separator);
  parts.integer = parts.mantissa.substr(0, decimal);
  parts.fraction =
      decimal == kNone ? parts.suffix : parts.mantissa.substr(decimal + 1);
  return parts;
}

bool StandsTwice(const Text& text, const Text& what) {
  return text.find(what) != text.rfind(what);
}

// The code of what is wrong with a sub-picture, or nullptr. If much is, the
// reference names what it finds last.
const char* ErrorOf(const SubPicture& parts,
                    const NumberProperties& properties) {
  const Text& whole = parts.whole;
  const char* error = nullptr;
  if (StandsTwice(whole, properties.decimal_separator)) error = "D3081";
  if (StandsTwice(whole, properties.percent)) error = "D3082";
  if (StandsTwice(whole, properties.per_mille)) error = "D3083";
  const bool scaled = whole.find(properties.percent) != kNone ||
                      whole.find(properties.per_mille) != kNone;
  if (whole.find(properties.percent) != kNone &&
      whole.find(properties.per_mille) != kNone) {
    error = "D3084";
  }
  if (properties.CountPlaces(parts.mantissa) == 0) error = "D3085";
  for (const char32_t c : parts.active) {
    if (!properties.IsActive(c)) error = "D3086";
  }
  const Text& separator = properties.grouping_separator;
  const size_t decimal = whole.find(properties.decimal_separator);
  if (decimal != kNone) {
    const bool before =
        decimal > 0 && NumberProperties::Is(whole[decimal - 1], separator);
    const bool behind = decimal + 1 < whole.size() &&
                        NumberProperties::Is(whole[decimal + 1], separator);
    if (before || behind) error = "D3087";
  } else if (!parts.integer.empty() &&
             NumberProperties::Is(parts.integer.back(), separator)) {
    error = "D3088";
  }
  if (whole.find(separator + separator) != kNone) error = "D3089";
  size_t optional = parts.integer.find(properties.digit);
  if (optional != kNone &&
      properties.CountDigits(TextView(parts.integer).substr(0, optional)) > 0) {
    error = "D3090";
  }
  optional = parts.fraction.rfind(properties.digit);
  if (optional != kNone &&
      properties.CountDigits(TextView(parts.fraction).substr(optional)) > 0) {
    error = "D3091";
  }
  if (parts.exponent && !parts.exponent->empty() && scaled) error = "D3092";
  if (parts.exponent && (parts.exponent->empty() ||
                         properties.CountDigits(*parts.exponent) !=
                             static_cast<int>(parts.exponent->size()))) {
    error = "D3093";
  }
  return error;
}

// Places beside each separator. After the first the reference searches the
// integer part, whichever part it is asked about.
std::vector<int> GroupsOf(const SubPicture& parts, const Text& part,
                          bool to_left, const NumberProperties& properties) {
  std::vector<int> groups;
  size_t at = part.find(properties.grouping_separator);
  while (at != kNone) {
    const TextView text = part;
    const TextView beside = to_left ? text.substr(0, std::min(at, text.size()))
                                    : text.substr(std::min(at, text.size()));
    groups.push_back(properties.CountPlaces(beside));
    at = parts.integer.find(properties.grouping_separator, at + 1);
  }
  return groups;
}

int RegularGroup(const std::vector<int>& groups) {
  if (groups.empty()) return 0;
  int factor = groups[0];
  for (const int each : groups) factor = std::gcd(factor, each);
  for (size_t i = 1; i <= groups.size(); ++i) {
    if (std::find(groups.begin(), groups.end(), static_cast<int>(i) * factor) ==
        groups.end()) {
      return 0;
    }
  }
  return factor;
}

NumberLayout Analyse(const SubPicture& parts,
                     const NumberProperties& properties) {
  NumberLayout layout;
  layout.picture = parts.whole;
  layout.prefix = parts.prefix;
  layout.suffix = parts.suffix;
  layout.integer_groups = GroupsOf(parts, parts.integer, false, properties);
  layout.regular_group = RegularGroup(layout.integer_groups);
  layout.fraction_groups = GroupsOf(parts, parts.fraction, true, properties);
  layout.min_integer = properties.CountDigits(parts.integer);
  layout.scale = layout.min_integer;
  layout.min_fraction = properties.CountDigits(parts.fraction);
  layout.max_fraction = properties.CountPlaces(parts.fraction);
  if (layout.min_integer == 0 && layout.max_fraction == 0) {
    if (parts.exponent) {
      layout.min_fraction = 1;
      layout.max_fraction = 1;
    } else {
      layout.min_integer = 1;
    }
  }
  if (parts.exponent && layout.min_integer == 0 &&
      parts.integer.find(properties.digit) != kNone) {
    layout.min_integer = 1;
  }
  if (layout.min_integer == 0 && layout.min_fraction == 0) {
    layout.min_fraction = 1;
  }
  if (parts.exponent) {
    layout.min_exponent = properties.CountDigits(*parts.exponent);
  }
  return layout;
}

}  // namespace

const char* ReadNumberPicture(const std::u32string& picture,
                              const NumberProperties& properties,
                              NumberLayout* layout) {
  const SubPicture parts = Split(picture, properties);
  if (const char* error = ErrorOf(parts, properties)) return error;
  *layout = Analyse(parts, properties);
  return nullptr;
}

}  // namespace stepwheel::asl::jsonata
