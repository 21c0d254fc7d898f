#include "engine/chance.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace stepwheel::engine {
namespace {

// The key and inputs of the paper that defines SipHash: 00, 01, 02...
constexpr HashKey kPaperKey{0x0706050403020100, 0x0f0e0d0c0b0a0908};

std::string Counting(int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text.push_back(static_cast<char>(i));
  return text;
}

TEST(KeyedHash, GivesTheVectorsOfTheSipHashPaper) {
  EXPECT_EQ(KeyedHash(kPaperKey, Counting(15)), 0xa129ca6149be45e5u);
  EXPECT_EQ(KeyedHash(kPaperKey, ""), 0x726fdb47dd0e0e31u);
}

TEST(KeyedHash, EveryBitOfTheKeyCounts) {
  std::set<uint64_t> hashes;
  for (int bit = 0; bit < 64; ++bit) {
    hashes.insert(KeyedHash({uint64_t{1} << bit, 0}, "x"));
    hashes.insert(KeyedHash({0, uint64_t{1} << bit}, "x"));
  }
  EXPECT_EQ(hashes.size(), 128u);
}

TEST(KeyedHash, ZeroBytesAtTheEndCount) {
  EXPECT_NE(KeyedHash(kPaperKey, std::string(7, '\0')),
            KeyedHash(kPaperKey, std::string(8, '\0')));
}

TEST(Draw, IsAFunctionOfItsArguments) {
  const uint64_t first = Draw(1, 2, 3, Use::kJitter, 4);
  EXPECT_EQ(Draw(1, 2, 3, Use::kJitter, 4), first);
  EXPECT_NE(Draw(9, 2, 3, Use::kJitter, 4), first);
  EXPECT_NE(Draw(1, 9, 3, Use::kJitter, 4), first);
  EXPECT_NE(Draw(1, 2, 9, Use::kJitter, 4), first);
  EXPECT_NE(Draw(1, 2, 3, Use::kEvaluation, 4), first);
  EXPECT_NE(Draw(1, 2, 3, Use::kJitter, 9), first);
}

TEST(UuidFrom, IsAVersion4UuidWhateverTheBits) {
  const std::regex shape(
      "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  for (uint64_t bits : {uint64_t{0}, ~uint64_t{0}, uint64_t{0x123456789}}) {
    EXPECT_TRUE(std::regex_match(UuidFrom(bits, bits), shape))
        << UuidFrom(bits, bits);
  }
  EXPECT_NE(UuidFrom(1, 0), UuidFrom(0, 1));
}

}  // namespace
}  // namespace stepwheel::engine
