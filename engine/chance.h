// Chance as a pure function: every random number is a keyed hash of what it is
// for, so a replay, a restart and a second run with the same seed draw the same
// numbers (rules.md 5). Nothing here is secret-grade except the token MAC key,
// which is stored with the database.
#ifndef STEPWHEEL_ENGINE_CHANCE_H_
#define STEPWHEEL_ENGINE_CHANCE_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace stepwheel::engine {

// A 128-bit key of SipHash.
struct HashKey {
  uint64_t a = 0;
  uint64_t b = 0;
};

// SipHash-2-4 of `bytes`.
uint64_t KeyedHash(HashKey key, std::string_view bytes);

// What a number is drawn for; part of the hash, so uses never share numbers.
enum class Use : uint8_t {
  kTokenKey = 1,
  kExecutionName = 2,
  kJitter = 3,
  kEvaluation = 4,
  kRevision = 5,
  kMock = 6,
  kRequestId = 7,
};

// 64 bits for (seed, execution number, event position, use, n).
uint64_t Draw(uint64_t seed, int64_t execution, int64_t position, Use use,
              uint64_t n);

// A version 4 UUID made of two draws.
std::string UuidFrom(uint64_t high, uint64_t low);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_CHANCE_H_
