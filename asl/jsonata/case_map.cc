#include "asl/jsonata/case_map.h"

#include <clocale>
#include <cwctype>

#include "asl/jsonata/text.h"

namespace stepwheel::asl::jsonata {
namespace {

// The C library's tables of single characters, without touching the process's
// own locale.
locale_t Unicode() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

uint32_t Upper(uint32_t code) {
  if (Unicode() == nullptr) return code;
  return static_cast<uint32_t>(towupper_l(code, Unicode()));
}

uint32_t Lower(uint32_t code) {
  if (Unicode() == nullptr) return code;
  return static_cast<uint32_t>(towlower_l(code, Unicode()));
}

// Characters whose upper case is several.
struct Expansion {
  uint32_t code;
  std::string_view upper;
};
constexpr Expansion kExpansions[] = {{0x00DF, "SS"},
                                     {0x0149, "\u02BCN"},
                                     {0x01F0, "J\u030C"},
                                     {0x0390, "\u0399\u0308\u0301"},
                                     {0x03B0, "\u03A5\u0308\u0301"},
                                     {0x0587, "\u0535\u0552"},
                                     {0x1E96, "H\u0331"},
                                     {0x1E97, "T\u0308"},
                                     {0x1E98, "W\u030A"},
                                     {0x1E99, "Y\u030A"},
                                     {0x1E9A, "A\u02BE"},
                                     {0xFB00, "FF"},
                                     {0xFB01, "FI"},
                                     {0xFB02, "FL"},
                                     {0xFB03, "FFI"},
                                     {0xFB04, "FFL"},
                                     {0xFB05, "ST"},
                                     {0xFB06, "ST"}};

constexpr uint32_t kSigma = 0x03A3;

bool IsLetter(uint32_t code) { return Upper(code) != Lower(code); }

// Does the capital sigma at `at` end a word?
bool EndsWord(std::string_view text, size_t at) {
  size_t next = at + CodePointSize(text, at);
  if (next < text.size() && IsLetter(CodePointAt(text, next))) return false;
  if (at == 0) return false;
  size_t before = at - 1;
  while (before > 0 && (static_cast<uint8_t>(text[before]) & 0xC0) == 0x80) {
    --before;
  }
  return IsLetter(CodePointAt(text, before));
}

}  // namespace

std::string ToUpper(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); at += CodePointSize(text, at)) {
    uint32_t code = CodePointAt(text, at);
    std::string_view expansion;
    for (const Expansion& e : kExpansions) {
      if (e.code == code) expansion = e.upper;
    }
    if (expansion.empty()) {
      AppendCodePoint(Upper(code), &out);
    } else {
      out += expansion;
    }
  }
  return out;
}

std::string ToLower(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); at += CodePointSize(text, at)) {
    uint32_t code = CodePointAt(text, at);
    if (code == kSigma && EndsWord(text, at)) {
      AppendCodePoint(0x03C2, &out);
    } else if (code == 0x0130) {
      out += "i\u0307";
    } else {
      AppendCodePoint(Lower(code), &out);
    }
  }
  return out;
}

}  // namespace stepwheel::asl::jsonata
