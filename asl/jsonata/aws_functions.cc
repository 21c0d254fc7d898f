#include "asl/jsonata/aws_functions.h"

#include "asl/java_random.h"

namespace stepwheel::asl::jsonata {

double SeededRandom(int64_t seed) { return JavaRandom(seed).NextDouble(); }

double RandomOfBits(uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

std::string UuidOfBits(uint64_t high, uint64_t low) {
  constexpr char kDigits[] = "0123456789abcdef";
  high = (high & ~uint64_t{0xF000}) | 0x4000;
  low = (low & ~(uint64_t{3} << 62)) | (uint64_t{2} << 62);
  std::string text;
  for (int i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) text.push_back('-');
    const uint64_t half = i < 16 ? high : low;
    text.push_back(kDigits[(half >> (60 - 4 * (i % 16))) & 0xF]);
  }
  return text;
}

}  // namespace stepwheel::asl::jsonata
