#include "engine/task_token.h"

#include <gtest/gtest.h>

namespace stepwheel::engine {
namespace {

constexpr HashKey kKey{1, 2};
constexpr TaskToken kToken{17, 1'234'567, 3, 42};

TEST(TaskToken, ComesBackAsItWasMinted) {
  const auto back = ParseTaskToken(MintTaskToken(kToken, kKey), kKey);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->execution, 17);
  EXPECT_EQ(back->position, 1'234'567);
  EXPECT_EQ(back->frame, 3);
  EXPECT_EQ(back->state, 42);
}

TEST(TaskToken, IsUrlSafeTextAndTheSameEachTime) {
  const std::string text = MintTaskToken(kToken, kKey);
  EXPECT_EQ(text, MintTaskToken(kToken, kKey));
  EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
                                   "pqrstuvwxyz0123456789-_"),
            std::string::npos);
}

TEST(TaskToken, IsRefusedWithAnyCharacterChanged) {
  const std::string good = MintTaskToken(kToken, kKey);
  for (size_t i = 0; i < good.size(); ++i) {
    for (char c : std::string("AZaz09-_=+/ \n\xff") + '\0') {
      if (c == good[i]) continue;
      std::string bad = good;
      bad[i] = c;
      EXPECT_FALSE(ParseTaskToken(bad, kKey)) << i << ": " << int(c);
    }
  }
}

TEST(TaskToken, IsRefusedWithoutItsKey) {
  const std::string text = MintTaskToken(kToken, kKey);
  EXPECT_FALSE(ParseTaskToken(text, {1, 3}));
  EXPECT_FALSE(ParseTaskToken(text, {2, 2}));
}

TEST(TaskToken, IsRefusedAtAnyOtherLength) {
  const std::string text = MintTaskToken(kToken, kKey);
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(ParseTaskToken(text.substr(0, size), kKey)) << size;
  }
  EXPECT_FALSE(ParseTaskToken(text + "A", kKey));
  EXPECT_FALSE(ParseTaskToken(text + text, kKey));
  EXPECT_FALSE(ParseTaskToken(std::string(100'000, 'A'), kKey));
}

}  // namespace
}  // namespace stepwheel::engine
