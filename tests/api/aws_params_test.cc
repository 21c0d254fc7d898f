#include <gtest/gtest.h>

#include <string>

#include "api/aws/params.h"
#include "asl/json.h"

namespace stepwheel::aws {
namespace {

constexpr std::string_view kColours[] = {"RED", "GREEN"};
constexpr Pattern kDigits = {"[0-9]+", [](std::string_view text) {
                               return text.find_first_not_of("0123456789") ==
                                      std::string_view::npos;
                             }};
constexpr Member kItem[] = {Text("arn", 1, 10).Required(),
                            Integer("weight", 0, 100)};
constexpr Member kItemElement = Structure("member", "Item", kItem);
constexpr Member kMembers[] = {Text("name", 1, 5),
                               Text("secret", 1, 3).Sensitive(),
                               Integer("size", 0, 1000),
                               Boolean("publish"),
                               OneOf("colour", kColours),
                               Text("code", 1, 4).Matching(&kDigits),
                               Text("bytes", kNoLimit, 3).InBytes(),
                               List("items", &kItemElement, 1, 2)};
constexpr Member kRequired[] = {Text("name", 1, 5).Required(),
                                Text("output", 0, 9).Required()};

std::optional<ParamsError> Check(std::string_view body,
                                 std::span<const Member> members = kMembers) {
  asl::JsonError error;
  std::optional<asl::Value> value = asl::ParseJson(body, &error);
  EXPECT_TRUE(value.has_value()) << error.message;
  return CheckParams(*value, members);
}

std::string Problem(std::string_view body,
                    std::span<const Member> members = kMembers) {
  std::optional<ParamsError> error = Check(body, members);
  return error ? error->message : "";
}

TEST(ParamsTest, GoodAndUnknownMembersPass) {
  EXPECT_EQ(Problem(R"({"name":"a","size":0,"publish":true,"colour":"RED",
                        "items":[{"arn":"x","weight":1}],"other":[1]})"),
            "");
}

TEST(ParamsTest, NullIsAsGoodAsAbsent) {
  EXPECT_EQ(Problem(R"({"name":null,"items":null})"), "");
  EXPECT_EQ(Problem(R"({"name":"a","output":null})", kRequired),
            "1 validation error detected: Value at 'output' failed to satisfy "
            "constraint: Member must not be null");
}

TEST(ParamsTest, SeveralProblemsAreReportedTogether) {
  EXPECT_EQ(Problem("{}", kRequired),
            "2 validation errors detected: Value at 'name' failed to satisfy "
            "constraint: Member must not be null; Value at 'output' failed to "
            "satisfy constraint: Member must not be null");
}

TEST(ParamsTest, LengthsAreThoseOfTheModel) {
  EXPECT_EQ(Problem(R"({"name":""})"),
            "1 validation error detected: Value '' at 'name' failed to satisfy "
            "constraint: Member must have length greater than or equal to 1");
  EXPECT_EQ(Problem(R"({"name":"abcdef"})"),
            "1 validation error detected: Value 'abcdef' at 'name' failed to "
            "satisfy constraint: Member must have length less than or equal "
            "to 5");
}

TEST(ParamsTest, LengthCountsCharactersUnlessBytesAreMeant) {
  EXPECT_EQ(Problem(R"({"name":"äöüßé"})"), "");
  EXPECT_NE(Problem(R"({"bytes":"äö"})"), "");
}

TEST(ParamsTest, SensitiveValuesAreNotRepeated) {
  EXPECT_EQ(Problem(R"({"secret":"hunter2"})"),
            "1 validation error detected: Value at 'secret' failed to satisfy "
            "constraint: Member must have length less than or equal to 3");
}

TEST(ParamsTest, IntegersHaveARange) {
  EXPECT_EQ(Problem(R"({"size":1001})"),
            "1 validation error detected: Value '1001' at 'size' failed to "
            "satisfy constraint: Member must have value less than or equal to "
            "1000");
  EXPECT_EQ(Problem(R"({"size":-1})"),
            "1 validation error detected: Value '-1' at 'size' failed to "
            "satisfy constraint: Member must have value greater than or equal "
            "to 0");
  EXPECT_EQ(Problem(R"({"size":5.0})"), "");
}

TEST(ParamsTest, EnumerationsPrintTheirSet) {
  EXPECT_EQ(Problem(R"({"colour":"red"})"),
            "1 validation error detected: Value 'red' at 'colour' failed to "
            "satisfy constraint: Member must satisfy enum value set: [RED, "
            "GREEN]");
}

TEST(ParamsTest, LengthAndPatternAreTwoProblems) {
  EXPECT_EQ(Problem(R"({"code":"12x45"})"),
            "2 validation errors detected: Value '12x45' at 'code' failed to "
            "satisfy constraint: Member must have length less than or equal to "
            "4; Value '12x45' at 'code' failed to satisfy constraint: Member "
            "must satisfy regular expression pattern: [0-9]+");
}

TEST(ParamsTest, ListsPrintAsJavaPrintsThem) {
  EXPECT_EQ(Problem(R"({"items":[{"arn":"a","weight":1},{"arn":"b"},
                                 {"arn":"c"}]})"),
            "1 validation error detected: Value '[Item(arn=a, weight=1), "
            "Item(arn=b, weight=null), Item(arn=c, weight=null)]' at 'items' "
            "failed to satisfy constraint: Member must have length less than "
            "or equal to 2");
}

TEST(ParamsTest, ElementsAreNamedByTheirOneBasedIndex) {
  EXPECT_EQ(Problem(R"({"items":[{"arn":"a","weight":101}]})"),
            "1 validation error detected: Value '101' at "
            "'items.1.member.weight' failed to satisfy constraint: Member must "
            "have value less than or equal to 100");
}

TEST(ParamsTest, WrongTypesAreSerializationErrorsAndComeFirst) {
  std::optional<ParamsError> error = Check(R"({"name":5,"size":9999})");
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind, ProtocolError::kSerialization);
  EXPECT_EQ(error->message,
            "NUMBER_VALUE can not be converted to a String (at 'name')");
  EXPECT_EQ(Problem(R"({"size":"5"})"),
            "STRING_VALUE can not be converted to an Integer (at 'size')");
  EXPECT_EQ(Problem(R"({"size":1.5})"),
            "DECIMAL_VALUE can not be converted to an Integer (at 'size')");
  EXPECT_EQ(Problem(R"({"publish":"true"})"),
            "STRING_VALUE can not be converted to a Boolean (at 'publish')");
  EXPECT_EQ(Problem(R"({"items":{}})"),
            "START_OBJECT can not be converted to a list (at 'items')");
  EXPECT_EQ(Problem(R"({"items":[1]})"),
            "NUMBER_VALUE can not be converted to a structure (at "
            "'items.1.member')");
}

TEST(ParamsTest, ReadsWhatWasChecked) {
  asl::JsonError error;
  Params params(*asl::ParseJson(
      R"({"name":"n","size":7.0,"publish":true,"inner":{"a":"b"}})", &error));
  EXPECT_EQ(params.View("name"), "n");
  EXPECT_EQ(params.Integer("size", 0), 7);
  EXPECT_TRUE(params.Boolean("publish", false));
  EXPECT_EQ(params.Structure("inner").View("a"), "b");
  EXPECT_EQ(params.Structure("none").View("a"), "");
  EXPECT_EQ(params.Optional("none"), std::nullopt);
  EXPECT_TRUE(params.List("none").empty());
}

}  // namespace
}  // namespace stepwheel::aws
