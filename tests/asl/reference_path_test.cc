#include <gtest/gtest.h>

#include "asl/json.h"
#include "asl/json_path.h"

namespace stepwheel::asl {
namespace {

Value Json(std::string_view text) {
  return ParseJson(text, nullptr).value_or(Value());
}

std::string Apply(std::string_view path, std::string_view into,
                  std::string_view value) {
  const auto parsed = ReferencePath::Parse(path, nullptr);
  EXPECT_TRUE(parsed.has_value()) << path;
  if (!parsed) return "";
  const Outcome<Value> result = parsed->Apply(Json(into), Json(value));
  return result.ok() ? result->Text() : *result.error().cause;
}

TEST(ReferencePath, PutsAResultIntoTheInput) {
  EXPECT_EQ(Apply("$", R"({"a":1})", "2"), "2");
  EXPECT_EQ(Apply("$.r", R"({"a":1})", "[2]"), R"({"a":1,"r":[2]})");
  EXPECT_EQ(Apply("$.a", R"({"a":1,"b":2})", "null"), R"({"a":null,"b":2})");
  EXPECT_EQ(Apply("$['x y']", "{}", "1"), R"({"x y":1})");
}

TEST(ReferencePath, MakesMissingObjects) {
  EXPECT_EQ(Apply("$.a.b.c", R"({"x":1})", "2"),
            R"({"x":1,"a":{"b":{"c":2}}})");
  EXPECT_EQ(Apply("$.a.b", R"({"a":{"x":1}})", "2"), R"({"a":{"x":1,"b":2}})");
}

TEST(ReferencePath, ReplacesElementsOfArrays) {
  EXPECT_EQ(Apply("$.a[1]", R"({"a":[1,2,3]})", "0"), R"({"a":[1,0,3]})");
  EXPECT_EQ(Apply("$[0].b", "[{}]", "1"), R"([{"b":1}])");
}

TEST(ReferencePath, ConflictsWithWhatIsNoObject) {
  EXPECT_EQ(Apply("$.child", "4", "1"),
            "Unable to apply ReferencePath $.child to input 4");
  EXPECT_EQ(Apply("$.a.b", R"({"a":"x"})", "1"),
            R"(Unable to apply ReferencePath $.a.b to input {"a":"x"})");
  EXPECT_EQ(Apply("$.a.b", R"({"a":null})", "1"),
            R"(Unable to apply ReferencePath $.a.b to input {"a":null})");
  EXPECT_EQ(Apply("$.a[3]", R"({"a":[1]})", "1"),
            R"(Unable to apply ReferencePath $.a[3] to input {"a":[1]})");
  EXPECT_EQ(Apply("$[0]", "{}", "1"),
            "Unable to apply ReferencePath $[0] to input {}");
}

TEST(ReferencePath, NamesItsConflict) {
  const auto path = ReferencePath::Parse("$.child", nullptr);
  const Outcome<Value> result = path->Apply(Value(4), Value(1));
  ASSERT_FALSE(result.ok());
  EXPECT_TRUE(result.error().Is("States.ReferencePathConflict"));
}

TEST(ReferencePath, SharesWhatItDoesNotTouch) {
  const Value into = Json(R"({"a":{"x":[1]},"b":[2]})");
  const Value result =
      std::move(ReferencePath::Parse("$.a.y", nullptr)->Apply(into, Value(1)))
          .value();
  EXPECT_TRUE(result.Find("b")->SameAs(*into.Find("b")));
  EXPECT_TRUE(result.Find("a")->Find("x")->SameAs(*into.Find("a")->Find("x")));
}

TEST(ReferencePath, RefusesWhatNamesNoSingleNode) {
  for (const char* path :
       {"$.a[*]", "$..a", "$.a[0:1]", "$.a[0,1]", "$['a','b']", "$.a[?(@)]",
        "$.a.length()", "$.a[-1]", "$$.a", "$name.a", "a", "$.", ""}) {
    std::string error;
    EXPECT_FALSE(ReferencePath::Parse(path, &error).has_value()) << path;
    EXPECT_EQ(error, "Value is not a Reference Path");
  }
}

}  // namespace
}  // namespace stepwheel::asl
