// UTF-8 one character at a time, for what reads patterns and pictures.
#ifndef STEPWHEEL_ASL_JSONATA_UTF8_H_
#define STEPWHEEL_ASL_JSONATA_UTF8_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace stepwheel::asl::jsonata {

// Not a character: the end of the text, or bytes that are not UTF-8.
inline constexpr char32_t kNoChar = 0xFFFFFFFF;

inline bool IsSurrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

// White space and line ends, as JavaScript counts them.
inline bool IsJsSpace(char32_t c) {
  return (c >= 9 && c <= 13) || c == 0x20 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

// The character at byte `*at`, which moves behind it; by one byte and with
// kNoChar where the bytes are ill-formed. REQUIRES: *at < text.size().
inline char32_t DecodeUtf8(std::string_view text, size_t* at) {
  const auto byte = [&](size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  const size_t begin = (*at)++;
  const unsigned char lead = byte(begin);
  if (lead < 0x80) return lead;
  const size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4 || begin + more >= text.size()) {
    return kNoChar;
  }
  char32_t c = lead & (0x3F >> more);
  for (size_t i = 1; i <= more; ++i) {
    if ((byte(begin + i) & 0xC0) != 0x80) return kNoChar;
    c = (c << 6) | (byte(begin + i) & 0x3F);
  }
  const bool overlong = (more == 2 && c < 0x800) || (more == 3 && c < 0x10000);
  if (overlong || c > 0x10FFFF || IsSurrogate(c)) return kNoChar;
  *at = begin + more + 1;
  return c;
}

// REQUIRES: c is a code point and no surrogate.
inline void AppendUtf8(char32_t c, std::string* out) {
  if (c < 0x80) {
    out->push_back(static_cast<char>(c));
    return;
  }
  const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  constexpr unsigned char kLeads[] = {0xC0, 0xE0, 0xF0};
  out->push_back(static_cast<char>(kLeads[more - 1] | (c >> (6 * more))));
  for (int i = more - 1; i >= 0; --i) {
    out->push_back(static_cast<char>(0x80 | ((c >> (6 * i)) & 0x3F)));
  }
}

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_UTF8_H_
