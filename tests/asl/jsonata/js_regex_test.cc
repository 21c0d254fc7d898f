#include "asl/jsonata/js_regex.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace stepwheel::asl::jsonata {
namespace {

// "2:[bc][c]-": where the first match begins, its text, and the groups'.
std::string Find(std::string_view pattern, std::string_view subject,
                 std::string_view flags = "", size_t from = 0) {
  auto compiled = JsRegex::Compile(pattern, flags);
  if (auto* error = std::get_if<JsRegexError>(&compiled)) {
    return error->message;
  }
  const JsRegex& regex = std::get<JsRegex>(compiled);
  int64_t budget = JsRegex::kDefaultBudget;
  std::vector<JsRegex::Span> spans;
  std::string found;
  // The first uses are interpreted, later ones machine code.
  for (int use = 0; use < (subject.size() < 100 ? 6 : 1); ++use) {
    const auto outcome = regex.Exec(subject, from, &budget, &spans);
    if (outcome == JsRegex::Outcome::kLimit) return "limit";
    if (outcome == JsRegex::Outcome::kNoMatch) return "no";
    std::string text = std::to_string(spans[0].begin) + ":";
    for (const JsRegex::Span& span : spans) {
      text += span.is_set() ? "[" +
                                  std::string(subject.substr(
                                      span.begin, span.end - span.begin)) +
                                  "]"
                            : "-";
    }
    EXPECT_TRUE(use == 0 || text == found) << text << " was " << found;
    found = text;
  }
  return found;
}

TEST(JsRegex, FindsTheFirstMatchAndItsGroups) {
  EXPECT_EQ(Find("b(c|d)", "abcbd"), "1:[bc][c]");
  EXPECT_EQ(Find("(ab)|(a)", "a"), "0:[a]-[a]");
  EXPECT_EQ(Find("(a)|b", "b"), "0:[b]-");
  EXPECT_EQ(Find("x", "abc"), "no");
  EXPECT_EQ(Find("", "abc"), "0:[]");
}

TEST(JsRegex, SearchesFromAnOffset) {
  EXPECT_EQ(Find("a", "abca", "", 1), "3:[a]");
  EXPECT_EQ(Find("^a", "aa", "", 1), "no");
  EXPECT_EQ(Find("(?<=a)b", "ab", "", 1), "1:[b]");
  EXPECT_EQ(Find("$", "ab", "", 2), "2:[]");
  EXPECT_EQ(Find("$", "ab", "", 3), "no");
}

TEST(JsRegex, KnowsTheFlagsOfJsonata) {
  EXPECT_EQ(Find("HAT", "a hat", "i"), "2:[hat]");
  EXPECT_EQ(Find("^b$", "a\nb\nc"), "no");
  EXPECT_EQ(Find("^b$", "a\nb\nc", "m"), "2:[b]");
  EXPECT_EQ(Find("^b", "a\r\nb", "m"), "3:[b]");
  EXPECT_EQ(Find("a$", "a\r\nb", "m"), "0:[a]");
  EXPECT_EQ(Find("^b", "a\u2028b", "im"), "4:[b]");
  EXPECT_EQ(Find("a", "a", "g"), "Invalid regular expression flags");
}

TEST(JsRegex, EndsOnlyAtTheVeryEnd) {
  EXPECT_EQ(Find("a$", "a\n"), "no");
  EXPECT_EQ(Find("a.b", "a\nb"), "no");
  EXPECT_EQ(Find("a.b", "a\u2029b"), "no");
  EXPECT_EQ(Find("a[^]b", "a\nb"), "0:[a\nb]");
  EXPECT_EQ(Find("a.b", "a\u20acb"), "0:[a\u20acb]");
}

TEST(JsRegex, LooksAroundAndBack) {
  EXPECT_EQ(Find("(?=a)a{3}(?<n>a)\\k<n>\\u0061[^]", "aaaaaa!"),
            "0:[aaaaaa!][a]");
  EXPECT_EQ(Find("(a)(b)?\\2c", "ac"), "0:[ac][a]-");
  EXPECT_EQ(Find("a(?!b)", "abac"), "2:[a]");
  EXPECT_EQ(Find("(?<!a)b", "abb"), "2:[b]");
  EXPECT_EQ(Find("(.)\\1", "hello"), "2:[ll][l]");
}

TEST(JsRegex, ReadsEscapesAsJavaScriptDoes) {
  EXPECT_EQ(Find("\\1", "\x01"), "0:[\x01]");
  EXPECT_EQ(Find("\\8\\141", "8a"), "0:[8a]");
  EXPECT_EQ(Find("\\x41\\x4", "Ax4"), "0:[Ax4]");
  EXPECT_EQ(Find("\\cA[\\c_\\b]", "\x01\x1f"), "0:[\x01\x1f]");
  EXPECT_EQ(Find("\\ud83d\\ude00", "\U0001f600"), "0:[\U0001f600]");
  EXPECT_EQ(Find("\\ud83d", "\U0001f600"), "no");
  EXPECT_EQ(Find("[\\s]x\\S", "\u00a0xy"), "0:[\u00a0xy]");
  EXPECT_EQ(Find("\\k<n>", "k<n>"), "0:[k<n>]");
}

TEST(JsRegex, TakesLettersThatMeanSomethingToPerlAlone) {
  EXPECT_EQ(Find("\\A\\Z\\K\\Q\\p{L}\\h\\R", "AZKQp{L}hR"), "0:[AZKQp{L}hR]");
  EXPECT_EQ(Find("[[:alpha:]]", "a]"), "0:[a]]");
  EXPECT_EQ(Find("a{,3}#{1", "a{,3}#{1"), "0:[a{,3}#{1]");
}

TEST(JsRegex, RefusesWhatJavaScriptRefuses) {
  EXPECT_EQ(Find("(?i)a", ""), "Invalid group");
  EXPECT_EQ(Find("(?>a)", ""), "Invalid group");
  EXPECT_EQ(Find("(?#a)", ""), "Invalid group");
  EXPECT_EQ(Find("a++", ""), "Nothing to repeat");
  EXPECT_EQ(Find("^*", ""), "Nothing to repeat");
  EXPECT_EQ(Find("*", ""), "Nothing to repeat");
  EXPECT_EQ(Find("{1}", ""), "Nothing to repeat");
  EXPECT_EQ(Find("a{2,1}", ""), "numbers out of order in {} quantifier");
  EXPECT_EQ(Find("(a", ""), "Unterminated group");
  EXPECT_EQ(Find("a)", ""), "Unmatched ')'");
  EXPECT_EQ(Find("[a", ""), "Unterminated character class");
  EXPECT_EQ(Find("[b-a]", ""), "Range out of order in character class");
  EXPECT_EQ(Find("\\", ""), "\\ at end of pattern");
  EXPECT_EQ(Find("(?<n>a)(?<n>b)", ""), "Duplicate capture group name");
  EXPECT_EQ(Find("(?<n>a)\\k<m>", ""), "Invalid named capture referenced");
}

TEST(JsRegex, SaysWhereAPatternIsWrong) {
  auto compiled = JsRegex::Compile("ab(?#c)", "");
  EXPECT_EQ(std::get<JsRegexError>(compiled).position, 2u);
}

TEST(JsRegex, RefusesPatternsBeyondItsLimits) {
  EXPECT_EQ(Find(std::string(50000, '('), ""), "Regular expression too large");
  EXPECT_EQ(Find(std::string(50000, '(') + std::string(50000, ')'), ""),
            "Regular expression too large");
  EXPECT_EQ(Find("a{70000}", ""), "Regular expression too large");
  EXPECT_EQ(Find("((a{999}){999}){999}", ""),
            "regular expression is too large");
  EXPECT_EQ(Find("\xff", ""), "Invalid UTF-8");
  EXPECT_EQ(Find("[\xc3", ""), "Invalid UTF-8");
  EXPECT_EQ(Find("(?<\xff>a)", ""), "Invalid capture group name");
}

// Seconds until a search without a match ends, by whatever it ends.
double SecondsToFail(std::string_view pattern, const std::string& subject,
                     bool expect_limit) {
  auto compiled = JsRegex::Compile(pattern, "");
  const JsRegex& regex = std::get<JsRegex>(compiled);
  int64_t budget = JsRegex::kDefaultBudget;
  const auto begin = std::chrono::steady_clock::now();
  const auto outcome = regex.Exec(subject, 0, &budget, nullptr);
  EXPECT_EQ(outcome, expect_limit ? JsRegex::Outcome::kLimit
                                  : JsRegex::Outcome::kNoMatch)
      << pattern;
  EXPECT_EQ(budget == 0, expect_limit) << pattern;
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
      .count();
}

TEST(JsRegex, StopsHostileSearches) {
  const std::string as(40, 'a');
  const std::string many(100000, 'a');
  EXPECT_LT(SecondsToFail("^(a+)+$", as + "!", true), 10);
  EXPECT_LT(SecondsToFail("(a|a)*[bc]", as, true), 10);
  EXPECT_LT(SecondsToFail("(.*)*[bc]", as, true), 10);
  // Polynomial: each start is cheap, all of them are not.
  EXPECT_LT(SecondsToFail("a*[bc]", many, true), 10);
  EXPECT_LT(SecondsToFail(".*.*.*[bc]", many, true), 10);
  // One step that looks at much: a comparison with a group.
  EXPECT_LT(
      SecondsToFail("^(a*)b(?:\\1c|a)*$", many + "b" + many + many + "x", true),
      10);
  EXPECT_LT(SecondsToFail("(?:|a|){40}[xy]", "a", true), 10);
}

TEST(JsRegex, MatchesLongSubjects) {
  const std::string many(200000, 'a');
  EXPECT_TRUE(Find("^(a|b)*$", many) == "0:[" + many + "][a]");
  EXPECT_EQ(Find("b", many), "no");
  EXPECT_TRUE(Find("^(?:[^,]*,)*[^,]*$", many + "," + many) ==
              "0:[" + many + "," + many + "]");
}

TEST(JsRegex, TakesItsWorkFromTheBudget) {
  auto compiled = JsRegex::Compile("a", "");
  const JsRegex& regex = std::get<JsRegex>(compiled);
  int64_t budget = 100;
  int matches = 0;
  while (regex.Exec("bab", 0, &budget, nullptr) == JsRegex::Outcome::kMatch) {
    ++matches;
  }
  EXPECT_GT(matches, 2);
  EXPECT_LE(budget, 0);
}

}  // namespace
}  // namespace stepwheel::asl::jsonata
