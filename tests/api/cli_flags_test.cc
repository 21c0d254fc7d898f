#include <gtest/gtest.h>

#include "api/cli/flags.h"
#include "api/cli/serve.h"

namespace stepwheel::cli {
namespace {

class FlagsTest : public testing::Test {
 protected:
  FlagsTest() {
    command_.name = "play";
    command_.summary = "Plays.";
    command_.positionals = {{"FILE", "what to play", true, &file_}};
    command_.flags = {
        {"port", "N", "a port", SetInteger(&port_, 0, 65535)},
        {"seed", "N", "a seed", SetUnsigned(&seed_)},
        {"log", "FORMAT", "a format", SetOneOf(&log_, {"text", "json"})},
        {"name", "TEXT", "a name", SetText(&name_)},
        {"quiet", "", "say less", SetTrue(&quiet_)}};
    command_.examples = {"stepwheel play x.json"};
  }
  std::string Parse(std::vector<std::string_view> arguments) {
    return ParseArguments(command_, arguments, &help_);
  }

  Command command_;
  std::string file_, log_ = "text", name_;
  int64_t port_ = 1;
  std::optional<uint64_t> seed_;
  bool quiet_ = false, help_ = false;
};

TEST_F(FlagsTest, ValuesStandBesideOrBehindAnEqualsSign) {
  EXPECT_EQ(Parse({"--port", "80", "a.json", "--log=json", "--quiet"}), "");
  EXPECT_EQ(port_, 80);
  EXPECT_EQ(log_, "json");
  EXPECT_EQ(file_, "a.json");
  EXPECT_TRUE(quiet_);
  EXPECT_EQ(seed_, std::nullopt);
}

TEST_F(FlagsTest, ADashIsAnArgumentAndTwoDashesEndTheFlags) {
  EXPECT_EQ(Parse({"-"}), "");
  EXPECT_EQ(file_, "-");
  EXPECT_EQ(Parse({"--", "--quiet"}), "");
  EXPECT_EQ(file_, "--quiet");
  EXPECT_FALSE(quiet_);
}

TEST_F(FlagsTest, HelpWinsAndIsMadeOfTheSameTable) {
  EXPECT_EQ(Parse({"--port", "80", "--help"}), "");
  EXPECT_TRUE(help_);
  std::string text = HelpText(command_);
  EXPECT_TRUE(text.starts_with("Usage: stepwheel play FILE [options]\n"));
  EXPECT_NE(text.find("--log FORMAT  a format\n"), std::string::npos);
  EXPECT_NE(text.find("  stepwheel play x.json\n"), std::string::npos);
}

TEST_F(FlagsTest, UnknownFlagsAreAnsweredWithTheLikelyOne) {
  EXPECT_EQ(Parse({"--prot", "80"}),
            "unknown option --prot; did you mean --port?");
  EXPECT_EQ(Parse({"--elephant"}), "unknown option --elephant");
  EXPECT_EQ(Parse({"-p", "80"}),
            "unknown option -p; options begin with two dashes");
}

TEST_F(FlagsTest, BadValuesSayWhatWasExpectedAndFound) {
  EXPECT_EQ(Parse({"--port", "65536"}),
            "--port: expected a whole number from 0 to 65535, found '65536'");
  EXPECT_EQ(Parse({"--port=8o"}),
            "--port: expected a whole number from 0 to 65535, found '8o'");
  EXPECT_EQ(Parse({"--seed", "-1"}),
            "--seed: expected a whole number from 0 to 18446744073709551615, "
            "found '-1'");
  EXPECT_EQ(Parse({"--log", "xml"}),
            "--log: expected one of text, json, found 'xml'");
  EXPECT_EQ(Parse({"--name", ""}), "--name: expected a text, found ''");
}

TEST_F(FlagsTest, MissingAndSuperfluousWordsAreRefused) {
  EXPECT_EQ(Parse({}), "missing argument FILE");
  EXPECT_EQ(Parse({"a", "b"}), "unexpected argument 'b'");
  EXPECT_EQ(Parse({"a", "--port"}), "--port needs a value: --port N");
  EXPECT_EQ(Parse({"a", "--quiet=yes"}), "--quiet takes no value");
}

TEST(DidYouMeanTest, FindsTyposAndNothingFarAway) {
  EXPECT_EQ(DidYouMean("sreve", {"serve", "run"}), "serve");
  EXPECT_EQ(DidYouMean("zzz", {"serve", "run"}), "");
  EXPECT_EQ(DidYouMean(std::string(100'000, 'x'), {"serve"}), "");
}

TEST(ServeFlagsTest, DefaultsAreThoseOfTheManual) {
  ServeOptions options;
  bool help = false;
  EXPECT_EQ(ParseArguments(ServeCommandTable(&options), {}, &help), "");
  EXPECT_EQ(options.port, 8083);
  EXPECT_EQ(options.db, "./stepwheel.db");
  EXPECT_EQ(options.region, "us-east-1");
  EXPECT_EQ(options.account, "123456789012");
  EXPECT_EQ(options.poll_seconds, 60);
}

TEST(ServeFlagsTest, NonsenseIsRefused) {
  ServeOptions options;
  bool help = false;
  for (std::vector<std::string_view> bad :
       std::vector<std::vector<std::string_view>>{{"--account", "12"},
                                                  {"--region", "US EAST"},
                                                  {"--durability", "maybe"},
                                                  {"--poll-seconds", "-1"},
                                                  {"--log-level", "loud"},
                                                  {"--db", ""},
                                                  {"extra"}}) {
    EXPECT_NE(ParseArguments(ServeCommandTable(&options), bad, &help), "")
        << bad[0];
  }
}

}  // namespace
}  // namespace stepwheel::cli
