// Base64 and percent-encoding, as JavaScript does them.
#include <string>
#include <string_view>

#include "asl/jsonata/functions.h"
#include "asl/jsonata/text.h"
#include "asl/jsonata/utf8.h"

namespace stepwheel::asl::jsonata {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kReserved = ";/?:@&=+$,#";
constexpr std::string_view kMarks = "-_.!~*'()";

// The reference encodes the low byte of each UTF-16 unit.
std::string LowBytes(std::string_view text) {
  std::string bytes;
  for (size_t at = 0; at < text.size(); at += CodePointSize(text, at)) {
    uint32_t code = CodePointAt(text, at);
    if (code > 0xFFFF) {
      bytes.push_back(static_cast<char>((0xD800 + ((code - 0x10000) >> 10))));
      code = 0xDC00 + ((code - 0x10000) & 0x3FF);
    }
    bytes.push_back(static_cast<char>(code));
  }
  return bytes;
}

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9');
}

bool IsIn(std::string_view set, char c) {
  return set.find(c) != std::string_view::npos;
}

Cell Encode(Evaluator& e, const Cell& cell, std::string_view kept,
            std::string_view function) {
  if (cell.is_undefined()) return cell;
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string_view text = cell.as_string();
  // U+FFFD is what a lone surrogate has become, which JavaScript refuses.
  if (text.find("\uFFFD") != std::string_view::npos) {
    return e.FailNamed("D3140", cell, function);
  }
  std::string out;
  for (char c : text) {
    if (IsAlphanumeric(c) || IsIn(kMarks, c) || IsIn(kept, c)) {
      out.push_back(c);
      continue;
    }
    uint8_t byte = static_cast<uint8_t>(c);
    out.push_back('%');
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
  return e.Text(out);
}

int HexOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The byte that %XX at `at` stands for, or -1.
int ByteAt(std::string_view text, size_t at) {
  if (at + 2 >= text.size() || text[at] != '%') return -1;
  int high = HexOf(text[at + 1]);
  int low = HexOf(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

// One encoded character, which moves `*at` behind it; empty if it is none.
std::string DecodeOne(std::string_view text, size_t* at) {
  int lead = ByteAt(text, *at);
  if (lead < 0) return {};
  size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  std::string bytes;
  for (size_t i = 0; i < size; ++i, *at += 3) {
    int byte = ByteAt(text, *at);
    if (byte < 0) return {};
    bytes.push_back(static_cast<char>(byte));
  }
  size_t end = 0;
  bool good = DecodeUtf8(bytes, &end) != kNoChar && end == bytes.size();
  return good ? bytes : std::string();
}

Cell Decode(Evaluator& e, const Cell& cell, std::string_view kept,
            std::string_view function) {
  if (cell.is_undefined()) return cell;
  std::string_view text = cell.as_string();
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '%') {
      out.push_back(text[at++]);
      continue;
    }
    size_t start = at;
    std::string decoded = DecodeOne(text, &at);
    if (decoded.empty()) return e.FailNamed("D3140", cell, function);
    bool keep = decoded.size() == 1 && IsIn(kept, decoded[0]);
    out += keep ? text.substr(start, at - start) : decoded;
  }
  return e.Text(out);
}

}  // namespace

Cell Base64EncodeFunction(Evaluator& e, const Arguments& a) {
  if (a.Get(0).is_undefined()) return Cell();
  std::string bytes = LowBytes(a.Get(0).as_string());
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j) {
      uint8_t byte =
          i + j < bytes.size() ? static_cast<uint8_t>(bytes[i + j]) : 0;
      group = group << 8 | byte;
    }
    for (size_t j = 0; j < 4; ++j) {
      bool padding = i + j > bytes.size();
      out.push_back(padding ? '=' : kBase64[group >> (18 - 6 * j) & 63]);
    }
  }
  return e.Text(out);
}

// Skips what does not belong, and takes the URL alphabet too, like Node.
Cell Base64DecodeFunction(Evaluator& e, const Arguments& a) {
  if (a.Get(0).is_undefined()) return Cell();
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (char c : a.Get(0).as_string()) {
    if (c == '=') break;
    if (c == '-') c = '+';
    if (c == '_') c = '/';
    size_t digit = kBase64.find(c);
    if (digit == std::string_view::npos) continue;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    AppendCodePoint(bits >> count & 0xFF, &out);
  }
  return e.Text(out);
}

Cell EncodeUrlComponentFunction(Evaluator& e, const Arguments& a) {
  return Encode(e, a.Get(0), "", "encodeUrlComponent");
}

Cell EncodeUrlFunction(Evaluator& e, const Arguments& a) {
  return Encode(e, a.Get(0), kReserved, "encodeUrl");
}

Cell DecodeUrlComponentFunction(Evaluator& e, const Arguments& a) {
  return Decode(e, a.Get(0), "", "decodeUrlComponent");
}

Cell DecodeUrlFunction(Evaluator& e, const Arguments& a) {
  return Decode(e, a.Get(0), kReserved, "decodeUrl");
}

}  // namespace stepwheel::asl::jsonata
