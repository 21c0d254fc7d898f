#include "engine/task_token.h"

#include <array>
#include <cstring>

namespace stepwheel::engine {
namespace {

// 1 version, 8 execution, 8 position, 8 frame, 3 state, 8 MAC: 36 bytes, which
// base64 writes in 48 characters without padding.
constexpr size_t kBodyBytes = 28;
constexpr size_t kTokenBytes = 36;
constexpr size_t kTokenChars = 48;
constexpr uint8_t kVersion = 1;
constexpr char kAlphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<int8_t, 256> MakeDecodeTable() {
  std::array<int8_t, 256> table{};
  for (auto& entry : table) entry = -1;
  for (int i = 0; i < 64; ++i) {
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int8_t>(i);
  }
  return table;
}
constexpr std::array<int8_t, 256> kDecode = MakeDecodeTable();

uint64_t Mac(const unsigned char* body, HashKey key) {
  return KeyedHash(key, {reinterpret_cast<const char*>(body), kBodyBytes});
}

}  // namespace

std::string MintTaskToken(const TaskToken& token, HashKey key) {
  unsigned char bytes[kTokenBytes];
  bytes[0] = kVersion;
  std::memcpy(bytes + 1, &token.execution, 8);
  std::memcpy(bytes + 9, &token.position, 8);
  std::memcpy(bytes + 17, &token.frame, 8);
  std::memcpy(bytes + 25, &token.state, 3);
  uint64_t mac = Mac(bytes, key);
  std::memcpy(bytes + kBodyBytes, &mac, 8);
  std::string text;
  text.reserve(kTokenChars);
  for (size_t i = 0; i < kTokenBytes; i += 3) {
    uint32_t group = bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2];
    for (int shift = 18; shift >= 0; shift -= 6) {
      text.push_back(kAlphabet[group >> shift & 63]);
    }
  }
  return text;
}

std::optional<TaskToken> ParseTaskToken(std::string_view text, HashKey key) {
  if (text.size() != kTokenChars) return std::nullopt;
  unsigned char bytes[kTokenBytes];
  for (size_t i = 0, o = 0; i < kTokenChars; i += 4, o += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 4; ++k) {
      int value = kDecode[static_cast<unsigned char>(text[i + k])];
      if (value < 0) return std::nullopt;
      group = group << 6 | static_cast<uint32_t>(value);
    }
    bytes[o] = static_cast<unsigned char>(group >> 16);
    bytes[o + 1] = static_cast<unsigned char>(group >> 8);
    bytes[o + 2] = static_cast<unsigned char>(group);
  }
  uint64_t mac;
  std::memcpy(&mac, bytes + kBodyBytes, 8);
  if (bytes[0] != kVersion || mac != Mac(bytes, key)) return std::nullopt;
  TaskToken token;
  std::memcpy(&token.execution, bytes + 1, 8);
  std::memcpy(&token.position, bytes + 9, 8);
  std::memcpy(&token.frame, bytes + 17, 8);
  std::memcpy(&token.state, bytes + 25, 3);
  return token;
}

}  // namespace stepwheel::engine
