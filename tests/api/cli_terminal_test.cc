#include <gtest/gtest.h>

#include "api/cli/terminal.h"
#include "tests/api/cli_harness.h"

namespace stepwheel::cli {
namespace {

class TerminalTest : public testing::Test {
 protected:
  // "x" in red on a stream that is no terminal.
  std::string Red(std::string_view color) {
    return Terminal(stream_.file(), color).Paint(Ink::kRed, "x");
  }

  const std::string kRedX = "\x1b[31mx\x1b[0m";
  PlainEnvironment environment_;
  CapturedStream stream_;
};

TEST_F(TerminalTest, AFileGetsNoColours) {
  EXPECT_EQ(Red("auto"), "x");
  EXPECT_EQ(Red("never"), "x");
  EXPECT_EQ(Red("always"), kRedX);
}

TEST_F(TerminalTest, ForceColorOverridesAutoAndNotNever) {
  for (const char* name : {"FORCE_COLOR", "CLICOLOR_FORCE"}) {
    environment_.Set(name, "1");
    EXPECT_EQ(Red("auto"), kRedX) << name;
    EXPECT_EQ(Red("never"), "x") << name;
    environment_.Set(name, "0");
    EXPECT_EQ(Red("auto"), "x") << name;
    environment_.Set(name, "");
    EXPECT_EQ(Red("auto"), "x") << name;
  }
}

TEST_F(TerminalTest, AlwaysOverridesNoColor) {
  environment_.Set("NO_COLOR", "1");
  EXPECT_EQ(Red("auto"), "x");
  EXPECT_EQ(Red("always"), kRedX);
}

TEST_F(TerminalTest, PlainTextIsNeverPainted) {
  EXPECT_EQ(Terminal(stream_.file(), "always").Paint(Ink::kPlain, "x"), "x");
}

TEST_F(TerminalTest, AFileIsEightyColumnsWideAndGetsNoStatusLine) {
  const Terminal terminal(stream_.file(), "auto");
  EXPECT_FALSE(terminal.is_terminal());
  EXPECT_EQ(terminal.width(), 80);
  terminal.WriteStatus("working");
  terminal.Write("done\n");
  EXPECT_EQ(stream_.text(), "done\n");
}

TEST(ShowDuration, IsExactWhenShortAndReadableWhenLong) {
  EXPECT_EQ(ShowDuration(Duration(0)), "0.000 s");
  EXPECT_EQ(ShowDuration(Duration(250)), "0.250 s");
  EXPECT_EQ(ShowDuration(Duration(9'999)), "9.999 s");
  EXPECT_EQ(ShowDuration(Duration(19'000)), "19.0 s");
  EXPECT_EQ(ShowDuration(Duration(3'599'000)), "3599.0 s");
  EXPECT_EQ(ShowDuration(Duration(3'600'000)), "01:00:00");
  EXPECT_EQ(ShowDuration(Duration(86'399'000)), "23:59:59");
  EXPECT_EQ(ShowDuration(Duration(3 * 86'400'000 + 42'000)), "3 d 00:00:42");
}

TEST(Elide, ShortensInTheMiddleAndOnlyWhatIsTooLong) {
  EXPECT_EQ(Elide("0123456789", 10), "0123456789");
  EXPECT_EQ(Elide("0123456789", 9), "012...789");
  EXPECT_EQ(Elide("0123456789", 8), "01...789");
  EXPECT_EQ(Elide("0123456789", 4), "0123");
  EXPECT_EQ(Elide("", 0), "");
}

}  // namespace
}  // namespace stepwheel::cli
