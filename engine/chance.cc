#include "engine/chance.h"

#include <bit>
#include <cstdio>
#include <cstring>

namespace stepwheel::engine {
namespace {

struct SipState {
  uint64_t v0, v1, v2, v3;

  void Round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void Absorb(uint64_t word) {
    v3 ^= word;
    Round();
    Round();
    v0 ^= word;
  }
};

}  // namespace

uint64_t KeyedHash(HashKey key, std::string_view bytes) {
  SipState s{key.a ^ 0x736f6d6570736575ULL, key.b ^ 0x646f72616e646f6dULL,
             key.a ^ 0x6c7967656e657261ULL, key.b ^ 0x7465646279746573ULL};
  size_t whole = bytes.size() / 8 * 8;
  for (size_t i = 0; i < whole; i += 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + i, 8);
    s.Absorb(word);
  }
  uint64_t last = static_cast<uint64_t>(bytes.size()) << 56;
  for (size_t i = whole; i < bytes.size(); ++i) {
    last |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[i]))
            << (8 * (i - whole));
  }
  s.Absorb(last);
  s.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) s.Round();
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

uint64_t Draw(uint64_t seed, int64_t execution, int64_t position, Use use,
              uint64_t n) {
  uint64_t words[3] = {static_cast<uint64_t>(execution),
                       static_cast<uint64_t>(position), n};
  HashKey key{seed, static_cast<uint64_t>(use)};
  return KeyedHash(key, {reinterpret_cast<const char*>(words), sizeof words});
}

std::string UuidFrom(uint64_t high, uint64_t low) {
  high = (high & ~0xf000ULL) | 0x4000ULL;      // version 4
  low = (low & ~(3ULL << 62)) | (1ULL << 63);  // RFC 4122 variant
  char text[40];
  std::snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%012llx",
                static_cast<unsigned>(high >> 32),
                static_cast<unsigned>(high >> 16 & 0xffff),
                static_cast<unsigned>(high & 0xffff),
                static_cast<unsigned>(low >> 48),
                static_cast<unsigned long long>(low & 0xffffffffffffULL));
  return text;
}

}  // namespace stepwheel::engine
