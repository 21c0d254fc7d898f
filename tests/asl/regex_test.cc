#include "asl/regex.h"

#include <gtest/gtest.h>

namespace stepwheel::asl {
namespace {

std::optional<bool> Match(std::string_view pattern, std::string_view flags,
                          std::string_view subject, int64_t budget = 100000) {
  std::string error;
  const auto regex = Regex::Compile(pattern, flags, &error);
  EXPECT_TRUE(regex.has_value()) << error;
  return regex ? regex->FullMatch(subject, &budget) : std::nullopt;
}

TEST(Regex, MatchesTheWholeSubject) {
  EXPECT_EQ(Match("a+", "", "aaa"), true);
  EXPECT_EQ(Match("a+", "", "aaab"), false);
  EXPECT_EQ(Match("a+", "", "baaa"), false);
  EXPECT_EQ(Match("a|ab", "", "ab"), true);
  EXPECT_EQ(Match("", "", ""), true);
}

TEST(Regex, KnowsJavasFlags) {
  EXPECT_EQ(Match("AB", "i", "ab"), true);
  EXPECT_EQ(Match("AB", "", "ab"), false);
  EXPECT_EQ(Match("a.b", "s", "a\nb"), true);
  EXPECT_EQ(Match("a.b", "", "a\nb"), false);
  EXPECT_EQ(Match("a b # c", "xd", "ab"), true);
  EXPECT_EQ(Match("\\w", "u", "\u00e9"), true);
}

TEST(Regex, MatchesCharactersNotBytes) {
  EXPECT_EQ(Match(".", "", "\u20ac"), true);
  EXPECT_EQ(Match(".", "", "\xff"), false);
}

TEST(Regex, SaysWhatIsWrongWithAPattern) {
  std::string error;
  EXPECT_FALSE(Regex::Compile("a(b", "", &error).has_value());
  EXPECT_EQ(error,
            "bad regular expression: missing closing parenthesis at character "
            "4");
  EXPECT_FALSE(Regex::Compile("a", "q", &error).has_value());
  EXPECT_EQ(error, "unknown regular expression flag 'q'");
}

TEST(Regex, EndsWhenItsBudgetIsSpent) {
  const std::string hostile = std::string(40, 'a') + "!";
  int64_t budget = 100000;
  const auto regex = Regex::Compile("(a+)+", "", nullptr);
  EXPECT_EQ(regex->FullMatch(hostile, &budget), std::nullopt);
  EXPECT_EQ(budget, 0);
  EXPECT_EQ(regex->FullMatch("aaa", &budget), std::nullopt);
}

TEST(Regex, TakesItsWorkFromTheBudget) {
  int64_t budget = 1000;
  const auto regex = Regex::Compile("a", "", nullptr);
  EXPECT_EQ(regex->FullMatch("a", &budget), true);
  EXPECT_LT(budget, 1000);
  EXPECT_GT(budget, 0);
}

}  // namespace
}  // namespace stepwheel::asl
