#include "engine/names.h"

#include <array>
#include <string>
#include <utility>

namespace stepwheel::engine {
namespace {

bool IsForbidden(uint32_t c) {
  if (c <= 0x1F || (c >= 0x7F && c <= 0x9F)) return true;
  if (c == 0xFFFE || c == 0xFFFF) return true;
  if (c < 0x80) {
    constexpr std::string_view kForbidden = " <>{}[]?*\"#%\\^|~`$&,;:/";
    return kForbidden.find(static_cast<char>(c)) != std::string_view::npos;
  }
  // White space beyond ASCII.
  return c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

}  // namespace

std::optional<ApiError> CheckName(std::string_view name) {
  size_t at = 0;
  while (at < name.size()) {
    std::optional<uint32_t> c = NextCodePoint(name, &at);
    if (c && !IsForbidden(*c)) continue;
    std::string message = "Invalid Name: '";
    message.append(name).append("'");
    return ApiError{ApiErrorCode::kInvalidName, std::move(message)};
  }
  return std::nullopt;
}

std::optional<uint32_t> NextCodePoint(std::string_view text, size_t* at) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char lead = byte(*at);
  if (lead < 0x80) {
    ++*at;
    return lead;
  }
  int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4 || *at + more >= text.size()) {
    return std::nullopt;
  }
  uint32_t c = lead & (0x3Fu >> more);
  for (int i = 1; i <= more; ++i) {
    unsigned char next = byte(*at + i);
    if ((next & 0xC0) != 0x80) return std::nullopt;
    c = c << 6 | (next & 0x3Fu);
  }
  constexpr std::array<uint32_t, 4> kLeast = {0, 0x80, 0x800, 0x10000};
  if (c < kLeast[more] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
    return std::nullopt;
  }
  *at += more + 1;
  return c;
}

}  // namespace stepwheel::engine
