#include "asl/hash.h"

#include <gtest/gtest.h>

#include <string>

namespace stepwheel::asl {
namespace {

TEST(HexDigestTest, GivesTheDigestsRecordedOnAws) {
  EXPECT_EQ(HexDigest("MD5", "input data"), "812f45842bc6d66ee14572ce20db8e86");
  EXPECT_EQ(HexDigest("SHA-1", "input data"),
            "aaff4a450a104cd177d28d18d74485e8cae074b7");
  EXPECT_EQ(HexDigest("SHA-1", "input"),
            "140f86aae51ab9e1cda9b4254fe98a74eb54c1a1");
  EXPECT_EQ(HexDigest("SHA-256", "input data"),
            "b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3");
  EXPECT_EQ(HexDigest("SHA-384", "input data"),
            "d28a7d5cf25a74f11a50a18452b75e04bb3d70c9dd0510d6123aa008c756511b"
            "87525bdc835ebb27e1fb9e9374a15562");
  EXPECT_EQ(HexDigest("SHA-512", "input data"),
            "6ce4adb348546d4f449c4d25aad9a7c9cb711d9e91982d3f0b29ca2f3f47d4ce"
            "2deba23bf2954f0f1d593fc50283731a533d30d425402d4f91316d871303aac4");
}

TEST(HexDigestTest, KnowsNoOtherAlgorithmAndNoOtherSpelling) {
  for (const char* name : {"", "SHA1", "sha-256", "SHA-224", "md5", "SHA-3"}) {
    EXPECT_EQ(HexDigest(name, "x"), std::nullopt) << name;
  }
}

TEST(Base64Test, EncodesWithPadding) {
  EXPECT_EQ(Base64Encode(""), "");
  EXPECT_EQ(Base64Encode("f"), "Zg==");
  EXPECT_EQ(Base64Encode("fo"), "Zm8=");
  EXPECT_EQ(Base64Encode("foo"), "Zm9v");
  EXPECT_EQ(Base64Encode("Data to encode"), "RGF0YSB0byBlbmNvZGU=");
  EXPECT_EQ(Base64Encode("\xFF\xFE\xFD"), "//79");
}

TEST(Base64Test, DecodesWhatItEncoded) {
  std::string text;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(Base64DecodeToText(Base64Encode(text)), text);
    text.push_back(static_cast<char>(' ' + i % 90));
  }
}

TEST(Base64Test, DecodesLeniently) {
  EXPECT_EQ(Base64DecodeToText("Zm8"), "fo") << "padding is missing";
  EXPECT_EQ(Base64DecodeToText("Z m\n8="), "fo") << "blanks are skipped";
  EXPECT_EQ(Base64DecodeToText("!Z?m8="), "fo") << "so is the unknown";
  EXPECT_EQ(Base64DecodeToText("Zm8=Zm8="), "fo") << "padding ends it";
  EXPECT_EQ(Base64DecodeToText("Z"), "") << "six bits make no byte";
}

TEST(Base64Test, BytesThatAreNoTextBecomeReplacementCharacters) {
  EXPECT_EQ(Base64DecodeToText("/w=="), "\xEF\xBF\xBD");
  EXPECT_EQ(Base64DecodeToText("w6Q="), "\xC3\xA4");
}

TEST(Utf8Test, ReplacesEachMaximalIllFormedPartOnce) {
  const std::string r = "\xEF\xBF\xBD";
  EXPECT_EQ(ReplaceIllFormedUtf8("a\xE2\x82\xAC\xF0\x9F\x86\x97"),
            "a\xE2\x82\xAC\xF0\x9F\x86\x97");
  EXPECT_EQ(ReplaceIllFormedUtf8("a\xE2\x82"), "a" + r);
  EXPECT_EQ(ReplaceIllFormedUtf8("\xE2\x82x"), r + "x");
  EXPECT_EQ(ReplaceIllFormedUtf8("\xC0\xAF"), r + r) << "overlong";
  EXPECT_EQ(ReplaceIllFormedUtf8("\xED\xA0\x80"), r + r + r) << "surrogate";
  EXPECT_EQ(ReplaceIllFormedUtf8("\xF5\x80"), r + r);
}

TEST(Utf8Test, CountsCodePoints) {
  EXPECT_EQ(CountCodePoints(""), 0u);
  EXPECT_EQ(CountCodePoints("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x86\x97"), 4u);
}

}  // namespace
}  // namespace stepwheel::asl
