// Functions on strings that need no pattern.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "asl/jsonata/case_map.h"
#include "asl/jsonata/functions.h"
#include "asl/jsonata/text.h"

namespace stepwheel::asl::jsonata {
namespace {

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<uint8_t>(c) < 0x80; });
}

Cell MapCase(Evaluator& e, const Cell& cell, bool upper) {
  if (cell.is_undefined()) return cell;
  std::string_view text = cell.as_string();
  if (!IsAscii(text)) return e.Text(upper ? ToUpper(text) : ToLower(text));
  char* bytes = e.NewText(text.size());
  if (bytes == nullptr) return Cell::Failed();
  char first = upper ? 'a' : 'A';
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    bool change = c >= first && c < first + 26;
    bytes[i] = change ? static_cast<char>(c ^ 0x20) : c;
  }
  return Cell::String({bytes, text.size()});
}

// An offset as Array.prototype.slice takes it: from the end if negative, and
// within the size.
double SliceOffset(double at, double size) {
  at = std::isnan(at) ? 0 : std::trunc(at);
  return at < 0 ? std::max(size + at, 0.0) : std::min(at, size);
}

}  // namespace

Cell StringFunction(Evaluator& e, const Arguments& a) {
  Cell pretty = a.Get(1);
  return e.StringOf(a.Get(0), pretty.is_bool() && pretty.boolean);
}

Cell SubstringFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  std::string_view text = cell.as_string();
  double size = static_cast<double>(CodePoints(text));
  // Left out, an offset is NaN to JavaScript, and NaN is 0 to slice.
  double start = a.Get(1).is_number() ? a.Get(1).as_double() : 0;
  if (size + start < 0) start = 0;
  double end = size;
  if (a.Get(2).is_number()) {
    double length = a.Get(2).as_double();
    if (length <= 0) return Cell::String("");
    end = start >= 0 ? start + length : size + start + length;
  }
  double from = SliceOffset(start, size);
  double to = SliceOffset(end, size);
  if (to <= from) return Cell::String("");
  bool bytes_are_points = static_cast<size_t>(size) == text.size();
  size_t begin = static_cast<size_t>(from);
  size_t count = static_cast<size_t>(to - from);
  if (!bytes_are_points) {
    begin = OffsetOf(text, begin);
    count = OffsetOf(text.substr(begin), count);
  }
  // A part of a string shares its bytes.
  return Cell::String(text.substr(begin, count));
}

Cell SubstringBeforeFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined() || !a.Get(1).is_string()) return cell;
  std::string_view text = cell.as_string();
  size_t at = text.find(a.Get(1).as_string());
  if (at == std::string_view::npos) return cell;
  return Cell::String(text.substr(0, at));
}

Cell SubstringAfterFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined() || !a.Get(1).is_string()) return cell;
  std::string_view text = cell.as_string();
  std::string_view mark = a.Get(1).as_string();
  size_t at = text.find(mark);
  if (at == std::string_view::npos) return cell;
  return Cell::String(text.substr(at + mark.size()));
}

Cell LowercaseFunction(Evaluator& e, const Arguments& a) {
  return MapCase(e, a.Get(0), false);
}

Cell UppercaseFunction(Evaluator& e, const Arguments& a) {
  return MapCase(e, a.Get(0), true);
}

Cell LengthFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  return Cell::Int(static_cast<int64_t>(CodePoints(cell.as_string())));
}

Cell TrimFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  std::string out;
  bool blank = false;
  for (char c : cell.as_string()) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      blank = true;
      continue;
    }
    if (blank && !out.empty()) out.push_back(' ');
    blank = false;
    out.push_back(c);
  }
  return e.Text(out);
}

Cell PadFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  std::string_view text = cell.as_string();
  double width =
      a.Get(1).is_number() ? std::trunc(a.Get(1).as_double()) : std::nan("");
  double missing = std::fabs(width) - static_cast<double>(CodePoints(text));
  if (!(missing > 0)) return cell;
  if (missing > static_cast<double>(e.limits().pad_characters)) {
    return e.FailLimit(Failure::Limit::kMemory);
  }
  std::string_view fill = " ";
  if (a.Get(2).is_string() && !a.Get(2).as_string().empty()) {
    fill = a.Get(2).as_string();
  }
  std::string padding;
  size_t at = 0;
  for (auto left = static_cast<uint64_t>(missing); left > 0; --left) {
    if (!e.Work()) return Cell::Failed();
    size_t size = CodePointSize(fill, at);
    padding += fill.substr(at, size);
    at += size;
    if (at >= fill.size()) at = 0;
    if (!e.arena().Fits(padding.size())) {
      return e.FailLimit(Failure::Limit::kMemory);
    }
  }
  return e.Text(width > 0 ? std::string(text) + padding
                          : padding + std::string(text));
}

Cell JoinFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  std::string_view separator;
  if (a.Get(1).is_string()) separator = a.Get(1).as_string();
  Items items(cell);
  auto text_of = [](const Cell& item) {
    return item.is_string() ? item.as_string() : std::string_view();
  };
  size_t size = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    size += text_of(items[i]).size() + (i > 0 ? separator.size() : 0);
    if (!e.Work()) return Cell::Failed();
  }
  char* bytes = e.NewText(size);
  if (bytes == nullptr) return Cell::Failed();
  char* at = bytes;
  auto add = [&at](std::string_view part) {
    if (part.empty()) return;
    std::memcpy(at, part.data(), part.size());
    at += part.size();
  };
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) add(separator);
    add(text_of(items[i]));
  }
  return Cell::String({bytes, size});
}

}  // namespace stepwheel::asl::jsonata
