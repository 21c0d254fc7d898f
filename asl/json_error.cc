#include "asl/json_error.h"

#include <algorithm>
#include <array>

namespace stepwheel::asl {
namespace {

// Jackson quotes this many characters of the source.
constexpr size_t kSnippetMax = 500;

char32_t CodePointAt(std::string_view text, size_t offset) {
  if (offset >= text.size()) return 0;
  const CodePoint c = DecodeUtf8(text.substr(offset));
  return c.bytes == 0 ? 0xFFFD : c.value;
}

// Java counts in UTF-16 units.
size_t Utf16Units(unsigned char lead_byte) {
  if ((lead_byte & 0xC0) == 0x80) return 0;
  return lead_byte >= 0xF0 ? 2 : 1;
}

size_t CountUtf16(std::string_view text) {
  size_t units = 0;
  for (const char c : text) units += Utf16Units(static_cast<unsigned char>(c));
  return units;
}

// The line of `offset` and where that line starts. A line ends with LF, CR or
// both.
struct LineStart {
  int line = 1;
  size_t offset = 0;
};

LineStart FindLine(std::string_view text, size_t offset) {
  LineStart found;
  offset = std::min(offset, text.size());
  for (size_t i = 0; i < offset; ++i) {
    const bool ends =
        text[i] == '\n' ||
        (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'));
    if (!ends) continue;
    ++found.line;
    found.offset = i + 1;
  }
  return found;
}

}  // namespace

CodePoint DecodeUtf8(std::string_view text) {
  const auto at = [text](size_t i) -> uint32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const auto follows = [&at](size_t i) { return (at(i) & 0xC0) == 0x80; };
  const uint32_t lead = at(0);
  if (text.empty()) return {};
  if (lead < 0x80) return {lead, 1};
  if (lead >= 0xC2 && lead <= 0xDF && follows(1)) {
    return {(lead & 0x1F) << 6 | (at(1) & 0x3F), 2};
  }
  if ((lead & 0xF0) == 0xE0 && follows(1) && follows(2)) {
    const char32_t c =
        (lead & 0x0F) << 12 | (at(1) & 0x3F) << 6 | (at(2) & 0x3F);
    // Neither an overlong form nor half of a surrogate pair.
    if (c < 0x800 || (c >= 0xD800 && c <= 0xDFFF)) return {};
    return {c, 3};
  }
  if (lead >= 0xF0 && lead <= 0xF4 && follows(1) && follows(2) && follows(3)) {
    const char32_t c = (lead & 0x07) << 18 | (at(1) & 0x3F) << 12 |
                       (at(2) & 0x3F) << 6 | (at(3) & 0x3F);
    if (c < 0x10000 || c > 0x10FFFF) return {};
    return {c, 4};
  }
  return {};
}

std::string DescribeCharacter(std::string_view text, size_t offset) {
  const char32_t c = CodePointAt(text, offset);
  const std::string code = std::to_string(static_cast<uint32_t>(c));
  if (c < 0x20 || (c >= 0x7F && c <= 0x9F)) {
    return "(CTRL-CHAR, code " + code + ")";
  }
  const size_t bytes = DecodeUtf8(text.substr(offset)).bytes;
  const std::string shown = "'" + std::string(text.substr(offset, bytes)) + "'";
  if (c <= 0xFF) return shown + " (code " + code + ")";
  std::string hex;
  for (int shift = 20; shift >= 0; shift -= 4) {
    const auto digit = (static_cast<uint32_t>(c) >> shift) & 15;
    if (digit != 0 || !hex.empty()) hex.push_back("0123456789abcdef"[digit]);
  }
  return shown + " (code " + code + " / 0x" + hex + ")";
}

bool IsIdentifierStart(char32_t c) {
  if (c < 0x80) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '$';
  }
  if (c < 0xC0) return c == 0xAA || c == 0xB5 || c == 0xBA;
  struct Range {
    char32_t first, last;
  };
  // Signs, punctuation, symbols, private use, specials.
  static constexpr std::array<Range, 9> kNoLetters = {{{0xD7, 0xD7},
                                                       {0xF7, 0xF7},
                                                       {0x2000, 0x206F},
                                                       {0x2190, 0x2BFF},
                                                       {0x3000, 0x3004},
                                                       {0x3008, 0x3020},
                                                       {0xE000, 0xF8FF},
                                                       {0xFE00, 0xFF20},
                                                       {0xFFE0, 0x1FFFF}}};
  return std::none_of(kNoLetters.begin(), kNoLetters.end(),
                      [c](Range r) { return c >= r.first && c <= r.last; });
}

bool IsIdentifierPart(char32_t c) {
  return IsIdentifierStart(c) || (c >= '0' && c <= '9');
}

std::string SourceLocation(std::string_view text, int line, int column) {
  std::string out = "[Source: (String)\"";
  size_t units = 0;
  size_t end = 0;
  while (end < text.size() && units < kSnippetMax) {
    units += Utf16Units(static_cast<unsigned char>(text[end]));
    ++end;
    while (end < text.size() &&
           (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
      ++end;
    }
  }
  out.append(text.substr(0, end));
  out.push_back('"');
  const size_t left = CountUtf16(text.substr(end));
  if (left > 0) out += "[truncated " + std::to_string(left) + " chars]";
  out += "; line: " + std::to_string(line) +
         ", column: " + std::to_string(column) + "]";
  return out;
}

JsonError MakeJsonError(std::string_view text, size_t at, size_t consumed,
                        std::string message) {
  const LineStart line = FindLine(text, at);
  const size_t before = std::max(consumed, line.offset) - line.offset;
  const size_t units = CountUtf16(text.substr(line.offset, before));
  JsonError error;
  error.message = std::move(message);
  error.offset = at;
  error.line = line.line;
  error.column = static_cast<int>(units) + 1;
  return error;
}

std::string JsonErrorLocation(std::string_view text, const JsonError& error) {
  return SourceLocation(text, error.line, error.column);
}

std::string JsonErrorWithLocation(std::string_view text,
                                  const JsonError& error) {
  return error.message + "\n at " + JsonErrorLocation(text, error);
}

TextPosition PositionOf(std::string_view text, size_t offset) {
  offset = std::min(offset, text.size());
  const LineStart line = FindLine(text, offset);
  TextPosition position;
  position.line = line.line;
  for (size_t i = line.offset; i < offset; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) ++position.column;
  }
  return position;
}

}  // namespace stepwheel::asl
