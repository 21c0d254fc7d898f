#include "asl/jsonata/date_parser.h"

#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "asl/jsonata/civil_time.h"
#include "asl/jsonata/date_names.h"
#include "asl/jsonata/integer_picture.h"
#include "asl/jsonata/js_number.h"
#include "asl/jsonata/number_words.h"
#include "asl/jsonata/utf8.h"

namespace stepwheel::asl::jsonata {
namespace {

using Part = DatePicture::Part;
using Form = IntegerPicture::Form;
// What each component letter was read as; nullopt: as nothing known.
using Components = std::map<char, std::optional<double>>;

std::string Quoted(std::string_view literal) {
  std::string quoted;
  for (const char c : literal) {
    if (std::string_view(".*+?^${}()|[]\\/").find(c) !=
        std::string_view::npos) {
      quoted.push_back('\\');
    }
    quoted.push_back(c);
  }
  return quoted;
}

// The separator of hours and minutes, if there is one.
std::string ZoneSeparator(const Part& part) {
  std::string separator;
  if (part.integer->regular_group > 0) {
    AppendUtf8(part.integer->separators[0].character, &separator);
  }
  return separator;
}

std::string DigitsPattern(const Part& part) {
  std::string pattern = "[0-9]";
  if (part.exact_digits == 0) {
    pattern += "+";
  } else if (part.exact_digits == part.fewest_digits) {
    pattern += "{" + std::to_string(part.exact_digits) + "}";
  } else {
    pattern += "{" + std::to_string(part.fewest_digits) + "," +
               std::to_string(part.exact_digits) + "}";
  }
  return pattern + (part.integer->ordinal ? "(?:th|st|nd|rd)" : "");
}

std::variant<std::string, PictureError> PatternOf(const Part& part) {
  if (part.component.empty()) return Quoted(part.literal);
  if (part.Is("Zz")) {
    std::string pattern = part.Is("z") ? "GMT[-+][0-9]+" : "[-+][0-9]+";
    const std::string separator = ZoneSeparator(part);
    if (!separator.empty()) pattern += Quoted(separator) + "[0-9]+";
    return pattern;
  }
  if (part.reads_fraction) return "[0-9]+";
  if (!part.integer) {
    if (part.Is("MxFP")) return "[a-zA-Z]+";
    return PictureError{"D3133", part.component};
  }
  const bool upper = part.integer->letter_case == IntegerPicture::Case::kUpper;
  switch (part.integer->form) {
    case Form::kLetters:
      return upper ? "[A-Z]+" : "[a-z]+";
    case Form::kRoman:
      return upper ? "[MDCLXVI]+" : "[mdclxvi]+";
    case Form::kWords:
      return NumberWordsPattern();
    case Form::kSequence:
      return PictureError{"D3130", part.integer->sequence};
    case Form::kDecimal:
      break;
  }
  return DigitsPattern(part);
}

// Minutes. The minutes of a negative offset are added all the same, as the
// reference does.
double ReadZone(const Part& part, std::string_view text) {
  if (part.Is("z")) text.remove_prefix(3);
  const std::string separator = ZoneSeparator(part);
  if (!separator.empty()) {
    const size_t at = text.find(separator);
    return JsParseInt(text.substr(0, at)) * 60 +
           JsParseInt(text.substr(at + separator.size()));
  }
  if (text.size() <= 3) return JsParseInt(text) * 60;
  return JsParseInt(text.substr(0, 3)) * 60 + JsParseInt(text.substr(3));
}

std::optional<double> ReadName(const Part& part, std::string_view text) {
  if (part.Is("P")) {
    if (text == "am" || text == "AM") return 0;
    if (text == "pm" || text == "PM") return 1;
    return std::nullopt;
  }
  std::optional<double> number;
  const auto look_in = [&](const auto& names) {
    for (size_t i = 0; i < names.size(); ++i) {
      std::string_view name = names[i];
      const int width = part.max_width.value_or(0);
      if (width > 0) name = name.substr(0, static_cast<size_t>(width));
      if (name == text) number = static_cast<double>(i + 1);
    }
  };
  if (part.Is("F")) {
    look_in(kDayNames);
  } else {
    look_in(kMonthNames);
  }
  return number;
}

std::optional<double> ReadPart(const Part& part, std::string_view text) {
  if (part.Is("Zz")) return ReadZone(part, text);
  if (part.reads_fraction) {
    // In JavaScript's arithmetic: what it loses is cut off later.
    const std::string decimals = "0." + std::string(text.substr(0, 3));
    return *NumberOfText(decimals) * 1000;
  }
  if (!part.integer) return ReadName(part, text);
  const auto number = part.integer->Parse(text);
  return std::get<double>(number);
}

// Which of `letters` were read, and not as zero: one bit each, the first one
// the highest.
int MaskOf(const Components& components, std::string_view letters) {
  int mask = 0;
  for (const char letter : letters) {
    const auto found = components.find(letter);
    const double value =
        found == components.end() ? 0 : found->second.value_or(0);
    mask = mask * 2 + (value != 0 && !std::isnan(value) ? 1 : 0);
  }
  return mask;
}

bool IsType(int type, int mask) {
  return (~type & mask) == 0 && (type & mask) != 0;
}

// Which of the ways to tell a date and a time of day the components make.
struct Kind {
  bool day_of_year = false;
  bool week = false;  // Of a month or of a year: the reference gives up.
  bool half_day = false;
  std::string letters;  // From the greatest to the smallest.
};

Kind KindOf(const Components& components) {
  const int date = MaskOf(components, "YXMxWwdD");
  const int time = MaskOf(components, "PHhmsf");
  Kind kind;
  kind.day_of_year = !IsType(0b10100001, date) && IsType(0b10000010, date);
  const bool week_of_month = IsType(0b01010100, date);
  const bool week_of_year = !week_of_month && IsType(0b01001000, date);
  kind.week = week_of_month || week_of_year;
  kind.half_day = !IsType(0b010111, time) && IsType(0b101111, time);
  kind.letters = kind.day_of_year ? "YD"
                 : week_of_month  ? "XxwF"
                 : week_of_year   ? "XWF"
                                  : "YMD";
  kind.letters += kind.half_day ? "Phmsf" : "Hmsf";
  return kind;
}

// What is missing on the left comes from the present, on the right it is the
// least there is; false if something is missing in between.
bool FillGaps(const Kind& kind, double now_millis, Components* components) {
  const CivilTime now = CivilTimeOf(now_millis);
  bool started = false;
  bool ended = false;
  for (const char letter : kind.letters) {
    std::optional<double>& value = (*components)[letter];
    if (value.has_value()) {
      started = true;
      if (ended) return false;
    } else if (started) {
      value = letter == 'M' || letter == 'D' ? 1 : 0;
      ended = true;
    } else {
      // The present's half of the day is not taken over.
      value = letter == 'P' ? 0 : ComponentOf(now, letter);
    }
  }
  return true;
}

double InstantOf(const Kind& kind, const Components& components) {
  const auto get = [&](char letter) {
    const auto found = components.find(letter);
    return found == components.end() ? 0 : found->second.value_or(0);
  };
  double month = get('M') > 0 ? get('M') - 1 : 0;
  double day = get('D');
  if (kind.day_of_year) {
    const double first = JsDateUtc(get('Y'), 0, 1, 0, 0, 0, 0);
    const double there = TimeClip(first + (get('d') - 1) * kMillisPerDay);
    if (std::isnan(there)) return there;
    const CivilTime derived = CivilTimeOf(there);
    month = derived.month - 1;
    day = derived.day;
  }
  double hour = get('H');
  if (kind.half_day) {
    hour = get('h') == 12 ? 0 : get('h');
    if (get('P') == 1) hour += 12;
  }
  const double zone = get('Z') != 0 ? get('Z') : get('z');
  return JsDateUtc(get('Y'), month, day, hour, get('m'), get('s'), get('f')) -
         zone * 60'000;
}

}  // namespace

std::variant<DateParser, PictureError> DateParser::Make(
    const std::vector<Part>& parts) {
  std::string pattern = "^";
  for (const Part& part : parts) {
    auto made = PatternOf(part);
    if (auto* error = std::get_if<PictureError>(&made)) return *error;
    pattern += "(" + std::get<std::string>(made) + ")";
  }
  auto regex = JsRegex::Compile(pattern + "$", "i");
  // It is well-formed, so it can only be too large.
  if (std::holds_alternative<JsRegexError>(regex)) {
    return PictureError{"U1001"};
  }
  return DateParser(std::move(std::get<JsRegex>(regex)), parts);
}

std::variant<std::optional<double>, PictureError> DateParser::Parse(
    std::string_view text, double now_millis) const {
  int64_t budget = JsRegex::kDefaultBudget;
  std::vector<JsRegex::Span> spans;
  const auto outcome = regex_.Exec(text, 0, &budget, &spans);
  if (outcome == JsRegex::Outcome::kLimit) return PictureError{"U1001"};
  if (outcome == JsRegex::Outcome::kNoMatch) return std::nullopt;
  Components components;
  for (size_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].component.empty()) continue;
    const JsRegex::Span& span = spans[i + 1];
    components[parts_[i].component[0]] =
        ReadPart(parts_[i], text.substr(span.begin, span.end - span.begin));
  }
  if (components.empty()) return std::nullopt;
  const Kind kind = KindOf(components);
  if (!FillGaps(kind, now_millis, &components) || kind.week) {
    return PictureError{"D3136"};
  }
  return InstantOf(kind, components);
}

}  // namespace stepwheel::asl::jsonata
