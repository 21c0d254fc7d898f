#include "asl/jsonata/date_picture.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "asl/jsonata/civil_time.h"
#include "asl/jsonata/date_names.h"
#include "asl/jsonata/date_parser.h"
#include "asl/jsonata/js_number.h"
#include "asl/jsonata/utf8.h"

namespace stepwheel::asl::jsonata {
namespace {

using Part = DatePicture::Part;
using Formatted = std::variant<std::string, PictureError>;

constexpr std::string_view kIntegers = "YMDdFWwXxHhmsf";

// An offset like "-0530", as the reference splits it.
struct Offset {
  double hours = 0;
  double minutes = 0;

  double Millis() const { return (60 * hours + minutes) * 60'000; }
  double Shown() const { return hours * 100 + minutes; }
};

Offset OffsetOf(std::optional<std::string_view> timezone) {
  if (!timezone) return {};
  const double number = JsParseInt(*timezone);
  return {std::floor(number / 100), std::fmod(number, 100)};
}

// Removes JavaScript's white space, which means nothing in a marker.
std::string WithoutSpaces(std::string_view marker) {
  std::string out;
  for (size_t at = 0; at < marker.size();) {
    const size_t begin = at;
    if (!IsJsSpace(DecodeUtf8(marker, &at))) {
      out.append(marker.substr(begin, at - begin));
    }
  }
  return out;
}

std::optional<int> WidthOf(std::string_view text) {
  if (text == "*") return std::nullopt;
  const double width = JsParseInt(text);
  if (std::isnan(width)) return std::nullopt;
  return static_cast<int>(std::clamp(width, 0.0, 1e6));
}

std::string_view DefaultPresentation(const Part& part) {
  if (part.Is("YMDdWwXxHhf")) return "1";
  if (part.Is("FPCE")) return "n";
  if (part.Is("ms")) return "01";
  if (part.Is("Zz")) return "01:01";
  return "";
}

class Compiler {
 public:
  Compiler(std::string_view picture, bool level_2_2)
      : text_(picture), level_2_2_(level_2_2) {}

  std::variant<std::vector<Part>, PictureError> Run() {
    size_t literal = 0;
    size_t at = 0;
    while (at < text_.size()) {
      if (text_[at] != '[') {
        ++at;
        continue;
      }
      AddLiteral(text_.substr(literal, at - literal));
      if (text_.substr(at, 2) == "[[") {
        AddLiteral("[");
        literal = at += 2;
        continue;
      }
      const size_t close = text_.find(']', at);
      if (close == std::string_view::npos) return PictureError{"D3135"};
      const auto error =
          AddMarker(WithoutSpaces(text_.substr(at + 1, close - at - 1)));
      if (error) return *error;
      literal = at = close + 1;
    }
    AddLiteral(text_.substr(literal));
    return std::move(parts_);
  }

 private:
  void AddLiteral(std::string_view text) {
    if (text.empty()) return;
    Part part;
    for (size_t i = 0; i < text.size(); ++i) {
      part.literal.push_back(text[i]);
      if (text.substr(i, 2) == "]]") ++i;
    }
    parts_.push_back(std::move(part));
  }

  std::optional<PictureError> AddMarker(std::string_view marker);
  std::optional<PictureError> ReadInteger(std::string_view presentation,
                                          std::string_view modifier,
                                          std::optional<int> min_width,
                                          Part* part);
  void SetWidths(Part* part);

  std::string_view text_;
  const bool level_2_2_;
  std::vector<Part> parts_;
};

std::optional<PictureError> Compiler::AddMarker(std::string_view marker) {
  Part part;
  size_t first = 0;
  if (!marker.empty()) DecodeUtf8(marker, &first);
  part.component = std::string(marker.substr(0, first));

  const size_t comma = marker.rfind(',');
  std::optional<int> min_width;
  std::string_view presentation = marker.substr(first);
  if (comma != std::string_view::npos) {
    const std::string_view width = marker.substr(comma + 1);
    const size_t dash = width.find('-');
    min_width = WidthOf(width.substr(0, dash));
    if (dash != std::string_view::npos) {
      part.max_width = WidthOf(width.substr(dash + 1));
    }
    presentation =
        comma == 0 ? marker.substr(0, 1) : marker.substr(first, comma - first);
  }
  std::string_view modifier;
  if (presentation.size() > 1 &&
      std::string_view("atco").find(presentation.back()) !=
          std::string_view::npos) {
    modifier = presentation.substr(presentation.size() - 1);
    presentation.remove_suffix(1);
  }
  if (presentation.empty()) presentation = DefaultPresentation(part);
  if (presentation.empty()) return PictureError{"D3132", part.component};
  part.zulu = modifier == "t";
  part.reads_fraction = level_2_2_ && part.Is("f");
  if (presentation[0] == 'n') {
    part.names = Part::Names::kLower;
  } else if (presentation[0] == 'N') {
    part.names = presentation.substr(1, 1) == "n" ? Part::Names::kTitle
                                                  : Part::Names::kUpper;
  }
  const bool is_zone = part.Is("Zz");
  if (is_zone || (part.Is(kIntegers) && part.names == Part::Names::kNone)) {
    auto error =
        ReadInteger(presentation, is_zone ? "" : modifier, min_width, &part);
    if (error) return error;
  }
  parts_.push_back(std::move(part));
  return std::nullopt;
}

std::optional<PictureError> Compiler::ReadInteger(std::string_view presentation,
                                                  std::string_view modifier,
                                                  std::optional<int> min_width,
                                                  Part* part) {
  std::string pattern(presentation);
  if (!modifier.empty()) pattern.append(";").append(modifier);
  auto compiled = IntegerPicture::Compile(pattern);
  if (auto* error = std::get_if<PictureError>(&compiled)) return *error;
  part->integer = std::move(std::get<IntegerPicture>(compiled));
  if (part->Is("Zz")) return std::nullopt;
  IntegerPicture& integer = *part->integer;
  const bool decimal = integer.form == IntegerPicture::Form::kDecimal;
  if (decimal && min_width) {
    integer.mandatory_digits = std::max(integer.mandatory_digits, *min_width);
  }
  SetWidths(part);
  return std::nullopt;
}

void Compiler::SetWidths(Part* part) {
  IntegerPicture& integer = *part->integer;
  const bool decimal = integer.form == IntegerPicture::Form::kDecimal;
  if (part->Is(level_2_2_ ? "Y" : "YMD")) {
    int width =
        decimal ? integer.mandatory_digits + integer.optional_digits : 0;
    if (part->max_width) width = integer.mandatory_digits = *part->max_width;
    if (part->max_width || width >= 2) part->year_digits = width;
  }
  if (!level_2_2_) {
    if (part->year_digits > 0) {
      part->exact_digits = part->year_digits;
      part->fewest_digits =
          std::max(0, part->year_digits - integer.optional_digits);
    }
    return;
  }
  Part* previous = parts_.empty() ? nullptr : &parts_.back();
  if (previous != nullptr && previous->integer) {
    previous->exact_digits = previous->integer->mandatory_digits;
    previous->fewest_digits = previous->exact_digits;
  }
}

Formatted FormatZone(const Part& part, const Offset& offset) {
  const double shown = offset.Shown();
  const IntegerPicture& integer = *part.integer;
  Formatted formatted;
  if (integer.regular_group > 0) {
    formatted = integer.Format(shown);
  } else if (integer.form != IntegerPicture::Form::kDecimal) {
    return PictureError{"D3134"};
  } else if (integer.mandatory_digits <= 2) {
    formatted = integer.Format(offset.hours);
    auto* hours = std::get_if<std::string>(&formatted);
    if (hours != nullptr && offset.minutes != 0) {
      auto minutes = FormatInteger(offset.minutes, "00");
      hours->append(":").append(std::get<std::string>(minutes));
    }
  } else if (integer.mandatory_digits <= 4) {
    formatted = integer.Format(shown);
  } else {
    return PictureError{"D3134", static_cast<double>(integer.mandatory_digits)};
  }
  auto* text = std::get_if<std::string>(&formatted);
  if (text == nullptr) return formatted;
  if (shown >= 0) text->insert(0, "+");
  if (part.Is("z")) text->insert(0, "GMT");
  if (shown == 0 && part.zulu) *text = "Z";
  return formatted;
}

std::string InCase(std::string_view name, Part::Names names) {
  std::string text(name);
  for (char& c : text) {
    if (names == Part::Names::kUpper && c >= 'a') {
      c = static_cast<char>(c - 'a' + 'A');
    } else if (names == Part::Names::kLower && c < 'a') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return text;
}

Formatted FormatName(const Part& part, const std::optional<CivilTime>& time) {
  if (!part.Is("MxF")) return PictureError{"D3133", part.component};
  if (!time) return "undefined";
  const auto number =
      static_cast<size_t>(ComponentOf(*time, part.component[0]));
  std::string text =
      InCase(part.Is("F") ? kDayNames[number - 1] : kMonthNames[number - 1],
             part.names);
  if (part.max_width && text.size() > static_cast<size_t>(*part.max_width)) {
    text.resize(static_cast<size_t>(*part.max_width));
  }
  return text;
}

Formatted FormatPart(const Part& part, const std::optional<CivilTime>& time,
                     const Offset& offset) {
  if (part.component.empty()) return part.literal;
  if (part.Is("Zz")) return FormatZone(part, offset);
  if (part.Is("CE")) return "ISO";
  if (part.Is("P")) {
    const bool afternoon = time && time->hour >= 12;
    return InCase(afternoon ? "pm" : "am", part.names);
  }
  // So the reference shows a component that it does not know.
  if (!part.Is(kIntegers)) return "undefined";
  if (part.names != Part::Names::kNone) return FormatName(part, time);
  double value = std::numeric_limits<double>::quiet_NaN();
  if (time) value = ComponentOf(*time, part.component[0]);
  if (part.Is("Y") && part.year_digits >= 0) {
    value = std::fmod(value, std::pow(10, part.year_digits));
  }
  return part.integer->Format(value);
}

}  // namespace

struct DatePicture::Parts {
  std::vector<Part> parts;
  // Made when first needed.
  std::optional<DateParser> parser;
  std::optional<PictureError> parser_error;
};

DatePicture::DatePicture(std::shared_ptr<Parts> parts)
    : parts_(std::move(parts)) {}

std::variant<DatePicture, PictureError> DatePicture::Compile(
    std::string_view picture, bool level_2_2) {
  auto compiled = Compiler(picture, level_2_2).Run();
  if (auto* error = std::get_if<PictureError>(&compiled)) return *error;
  auto parts = std::make_shared<Parts>();
  parts->parts = std::move(std::get<std::vector<Part>>(compiled));
  return DatePicture(std::move(parts));
}

std::variant<DatePicture, PictureError> DatePicture::Cached(
    std::string_view picture, bool level_2_2) {
  struct Entry {
    std::string picture;
    bool level_2_2;
    DatePicture compiled;
  };
  constexpr size_t kEntries = 8;
  constexpr size_t kLongest = 256;
  thread_local std::vector<Entry> entries;
  thread_local size_t oldest = 0;
  for (const Entry& entry : entries) {
    if (entry.level_2_2 == level_2_2 && entry.picture == picture) {
      return entry.compiled;
    }
  }
  auto compiled = Compile(picture, level_2_2);
  auto* made = std::get_if<DatePicture>(&compiled);
  if (made == nullptr || picture.size() > kLongest) return compiled;
  Entry entry{std::string(picture), level_2_2, *made};
  if (entries.size() < kEntries) {
    entries.push_back(std::move(entry));
  } else {
    entries[oldest++ % kEntries] = std::move(entry);
  }
  return compiled;
}

std::variant<std::string, PictureError> DatePicture::Format(
    double millis, std::optional<std::string_view> timezone) const {
  const Offset offset = OffsetOf(timezone);
  const double shifted = TimeClip(millis + offset.Millis());
  std::optional<CivilTime> time;
  if (!std::isnan(shifted)) time = CivilTimeOf(shifted);
  std::string text;
  for (const Part& part : parts_->parts) {
    Formatted formatted = FormatPart(part, time, offset);
    if (auto* error = std::get_if<PictureError>(&formatted)) return *error;
    text.append(std::get<std::string>(formatted));
  }
  return text;
}

std::variant<std::optional<double>, PictureError> DatePicture::Parse(
    std::string_view text, double now_millis) const {
  if (!parts_->parser && !parts_->parser_error) {
    auto made = DateParser::Make(parts_->parts);
    if (auto* error = std::get_if<PictureError>(&made)) {
      parts_->parser_error = *error;
    } else {
      parts_->parser = std::move(std::get<DateParser>(made));
    }
  }
  if (parts_->parser_error) return *parts_->parser_error;
  return parts_->parser->Parse(text, now_millis);
}

}  // namespace stepwheel::asl::jsonata
