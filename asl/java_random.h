// JavaRandom draws the numbers of java.util.Random, because AWS runs on Java:
// the same seed gives the same sequence there and here.
#ifndef STEPWHEEL_ASL_JAVA_RANDOM_H_
#define STEPWHEEL_ASL_JAVA_RANDOM_H_

#include <cstdint>

namespace stepwheel::asl {

class JavaRandom {
 public:
  explicit JavaRandom(int64_t seed)
      : state_((static_cast<uint64_t>(seed) ^ kMultiplier) & kMask) {}

  // Uniform in [0, bound). REQUIRES bound > 0.
  int32_t NextInt(int32_t bound) {
    if ((bound & (bound - 1)) == 0) {
      return static_cast<int32_t>((int64_t{bound} * Next(31)) >> 31);
    }
    while (true) {
      // The last, incomplete run of `bound` numbers is not drawn from.
      const int64_t bits = Next(31);
      const int64_t value = bits % bound;
      if (bits - value + (bound - 1) <= INT32_MAX) {
        return static_cast<int32_t>(value);
      }
    }
  }

  // Uniform in [0, 1).
  double NextDouble() {
    const int64_t high = Next(26);
    return static_cast<double>((high << 27) + Next(27)) * 0x1.0p-53;
  }

  // 64 bits of which two draws were joined, as Java's nextLong.
  int64_t NextLong() {
    const uint64_t high = static_cast<uint64_t>(NextSigned32());
    return static_cast<int64_t>((high << 32) +
                                static_cast<uint64_t>(NextSigned32()));
  }

 private:
  static constexpr uint64_t kMultiplier = 0x5DEECE66DULL;
  static constexpr uint64_t kMask = (uint64_t{1} << 48) - 1;

  int64_t Next(int bits) {
    state_ = (state_ * kMultiplier + 0xB) & kMask;
    return static_cast<int64_t>(state_ >> (48 - bits));
  }
  int64_t NextSigned32() {
    return static_cast<int32_t>(static_cast<uint32_t>(Next(32)));
  }

  uint64_t state_;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_JAVA_RANDOM_H_
