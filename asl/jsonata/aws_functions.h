// The parts of Step Functions' own JSONata functions that need no values:
// $random(seed), $uuid. The digests of $hash are in asl/hash.h.
#ifndef STEPWHEEL_ASL_JSONATA_AWS_FUNCTIONS_H_
#define STEPWHEEL_ASL_JSONATA_AWS_FUNCTIONS_H_

#include <cstdint>
#include <string>

namespace stepwheel::asl::jsonata {

// $random(seed): the first nextDouble() of a java.util.Random with this seed.
double SeededRandom(int64_t seed);

// $random(): uniform in [0, 1).
double RandomOfBits(uint64_t bits);

// $uuid(): version 4, lower case, of 128 random bits.
std::string UuidOfBits(uint64_t high, uint64_t low);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_AWS_FUNCTIONS_H_
