#include "asl/wildcard.h"

#include <gtest/gtest.h>

#include <string>

namespace stepwheel::asl {
namespace {

bool Matches(std::string_view pattern, std::string_view text) {
  return Wildcard(pattern).Matches(text);
}

TEST(WildcardTest, WithoutAStarOnlyTheTextItselfMatches) {
  EXPECT_TRUE(Matches("", ""));
  EXPECT_TRUE(Matches("abc", "abc"));
  EXPECT_FALSE(Matches("abc", "abcd"));
  EXPECT_FALSE(Matches("abc", "ABC"));
  EXPECT_FALSE(Matches("", "a"));
}

TEST(WildcardTest, AStarStandsForAnyRunOfCharacters) {
  EXPECT_TRUE(Matches("*", ""));
  EXPECT_TRUE(Matches("log-*.txt", "log-2024.txt"));
  EXPECT_TRUE(Matches("log-*.txt", "log-.txt"));
  EXPECT_FALSE(Matches("log-*.txt", "log-2024.txt.gz"));
  EXPECT_TRUE(Matches("*a*b*", "xxaxxbxx"));
  EXPECT_FALSE(Matches("*a*b*", "xxbxxaxx"));
  EXPECT_TRUE(Matches("**", "any"));
}

TEST(WildcardTest, PartsDoNotOverlap) {
  EXPECT_FALSE(Matches("ab*ba", "aba"));
  EXPECT_TRUE(Matches("ab*ba", "abba"));
  EXPECT_FALSE(Matches("a*aba*a", "aaba"));
  EXPECT_TRUE(Matches("*aab*", "aaab"));
}

TEST(WildcardTest, ABackslashMakesAStarOrABackslashLiteral) {
  EXPECT_TRUE(Matches(R"(a\*b)", "a*b"));
  EXPECT_FALSE(Matches(R"(a\*b)", "axb"));
  EXPECT_TRUE(Matches(R"(a\\*)", R"(a\bc)"));
  EXPECT_TRUE(Matches(R"(\x\)", R"(\x\)")) << "other backslashes stand";
}

TEST(WildcardTest, TimeIsLinearForRepetitivePatterns) {
  const std::string half(100'000, 'a');
  EXPECT_FALSE(Matches("*" + half + "b*", half + half + half));
  std::string stars;
  for (int i = 0; i < 100'000; ++i) stars += "*a";
  EXPECT_TRUE(Matches(stars + "*", half));
  EXPECT_FALSE(Matches(stars + "*b", half));
}

}  // namespace
}  // namespace stepwheel::asl
