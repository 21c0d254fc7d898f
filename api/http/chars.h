// Which bytes may stand where in an HTTP message, and comparisons without
// regard to case. Tables and word tricks, because every byte passes here.
#ifndef STEPWHEEL_API_HTTP_CHARS_H_
#define STEPWHEEL_API_HTTP_CHARS_H_

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace stepwheel::http {

inline char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// `lower` must be in lower case.
inline bool EqualsIgnoreCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (LowerAscii(text[i]) != lower[i]) return false;
  }
  return true;
}

inline std::string_view TrimBlanks(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) {
    s.remove_prefix(1);
  }
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t'))
    s.remove_suffix(1);
  return s;
}

constexpr std::array<bool, 256> MakeTokenTable() {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[c] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[c] = table[c - 32] = true;
  for (char c : std::string_view("!#$%&'*+-.^_`|~")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}

// RFC 9110 5.6.2: method and field names.
inline bool IsToken(std::string_view s) {
  static constexpr std::array<bool, 256> kTable = MakeTokenTable();
  if (s.empty()) return false;
  for (char c : s) {
    if (!kTable[static_cast<unsigned char>(c)]) return false;
  }
  return true;
}

// RFC 9110 5.5: a field value has no control characters but the tab.
inline bool IsFieldValue(std::string_view s) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighs = 0x8080808080808080;
  const char* p = s.data();
  size_t n = s.size();
  while (n >= 8) {
    uint64_t v;
    std::memcpy(&v, p, 8);
    uint64_t del = v ^ (kOnes * 0x7f);
    // A byte below 0x20, or one equal to DEL, sets a high bit.
    uint64_t hit =
        (((v - kOnes * 0x20) & ~v) | ((del - kOnes) & ~del)) & kHighs;
    if (hit != 0) break;
    p += 8;
    n -= 8;
  }
  for (; n > 0; ++p, --n) {
    unsigned char c = static_cast<unsigned char>(*p);
    if ((c < 0x20 && c != '\t') || c == 0x7f) return false;
  }
  return true;
}

inline bool IsPrintable(std::string_view s) {
  for (char c : s) {
    if (c <= 0x20 || c >= 0x7f) return false;
  }
  return true;
}

}  // namespace stepwheel::http

#endif  // STEPWHEEL_API_HTTP_CHARS_H_
