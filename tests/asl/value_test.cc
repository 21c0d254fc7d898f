#include "asl/value.h"

#include <gtest/gtest.h>

#include "asl/json.h"

namespace stepwheel::asl {
namespace {

Value Json(std::string_view text) {
  JsonError error;
  auto value = ParseJson(text, &error);
  EXPECT_TRUE(value.has_value()) << error.message << " in " << text;
  return value.value_or(Value());
}

TEST(Value, IsSixteenBytes) { EXPECT_EQ(sizeof(Value), 16u); }

TEST(Value, TellsItsKind) {
  EXPECT_TRUE(Value().is_null());
  EXPECT_TRUE(Value(nullptr).is_null());
  EXPECT_TRUE(Value(true).as_bool());
  EXPECT_EQ(Value(7).as_int(), 7);
  EXPECT_EQ(Value(0.5).as_double(), 0.5);
  EXPECT_EQ(Value("x").as_string(), "x");
  EXPECT_TRUE(Value::EmptyArray().as_array().empty());
  EXPECT_TRUE(Value::EmptyObject().as_object().empty());
}

TEST(Value, ReadsAnIntAsADouble) {
  EXPECT_EQ(Value(3).as_double(), 3.0);
  EXPECT_TRUE(Value(3).is_number());
  EXPECT_FALSE(Value(3).is_double());
}

TEST(Value, KeepsBytesOfAStringIncludingZero) {
  const std::string bytes("a\0b", 3);
  EXPECT_EQ(Value(bytes).as_string(), bytes);
  EXPECT_EQ(Value("").as_string(), "");
}

TEST(ValueDeathTest, StopsOnTheWrongKind) {
  EXPECT_DEATH(Value(1).as_string(), "the value is no string");
  EXPECT_DEATH(Value("x").as_array(), "the value is no array");
  EXPECT_DEATH(Value().as_bool(), "the value is no boolean");
  EXPECT_DEATH(Value("1").as_double(), "the value is no number");
  EXPECT_DEATH(Value::EmptyArray().WithElement(0, Value()), "no such element");
}

TEST(Value, FindsMembers) {
  const Value v = Json(R"({"a":1,"":2})");
  EXPECT_EQ(v.Find("a")->as_int(), 1);
  EXPECT_EQ(v.Find("")->as_int(), 2);
  EXPECT_EQ(v.Find("b"), nullptr);
  EXPECT_EQ(Value(1).Find("a"), nullptr);
  EXPECT_EQ(Json("[1]").Find("0"), nullptr);
}

TEST(Value, FindsEachMemberOfALargeObject) {
  Members members;
  for (int i = 0; i < 5000; ++i) {
    members.emplace_back("key" + std::to_string(i), Value(i));
  }
  const Value v(std::move(members));
  for (int i = 0; i < 5000; ++i) {
    const Value* found = v.Find("key" + std::to_string(i));
    ASSERT_NE(found, nullptr);
    ASSERT_EQ(found->as_int(), i);
  }
  EXPECT_EQ(v.Find("key5000"), nullptr);
  EXPECT_EQ(v.Find(""), nullptr);
}

TEST(Value, ReplacesAMemberInItsPlace) {
  const Value v = Json(R"({"a":1,"b":2,"c":3})");
  EXPECT_EQ(v.WithMember("b", Value("x")).Text(), R"({"a":1,"b":"x","c":3})");
  EXPECT_EQ(v.WithMember("d", Value()).Text(),
            R"({"a":1,"b":2,"c":3,"d":null})");
  EXPECT_EQ(v.Text(), R"({"a":1,"b":2,"c":3})");
}

TEST(Value, ReplacesAMemberOfALargeObject) {
  Value v = Value::EmptyObject();
  for (int i = 0; i < 40; ++i) {
    v = v.WithMember("k" + std::to_string(i), Value(i));
  }
  const Value changed = v.WithMember("k30", Value("new"));
  EXPECT_EQ(changed.Find("k30")->as_string(), "new");
  EXPECT_EQ(changed.as_object().size(), 40u);
  EXPECT_EQ(changed.as_object()[30].key(), "k30");
}

TEST(Value, SharesTheOtherMembersOfAChangedCopy) {
  const Value v = Json(R"({"a":[1,2],"b":{"c":[3]}})");
  const Value changed = v.WithMember("a", Value(0));
  EXPECT_TRUE(changed.Find("b")->SameAs(*v.Find("b")));
  EXPECT_FALSE(changed.SameAs(v));
}

TEST(Value, SharesTheOtherElementsOfAChangedCopy) {
  const Value v = Json(R"([[1],[2]])");
  const Value changed = v.WithElement(0, Value("x"));
  EXPECT_EQ(changed.Text(), R"(["x",[2]])");
  EXPECT_TRUE(changed.as_array()[1].SameAs(v.as_array()[1]));
}

TEST(Value, IsTheSameAsItsCopyButNotAsAnEqualOne) {
  const Value a = Json(R"({"x":[1]})");
  const Value copy = a;  // NOLINT: the copy is the point.
  EXPECT_TRUE(a.SameAs(copy));
  EXPECT_FALSE(a.SameAs(Json(R"({"x":[1]})")));
  EXPECT_TRUE(Value(1).SameAs(Value(1)));
  EXPECT_FALSE(Value(1).SameAs(Value(1.0)));
  EXPECT_TRUE(Value(true).SameAs(Value(true)));
  EXPECT_FALSE(Value(true).SameAs(Value(false)));
  EXPECT_TRUE(Value().SameAs(Value()));
}

TEST(Value, ComparesNumbersByValue) {
  EXPECT_EQ(Value(1), Value(1.0));
  EXPECT_EQ(Value(0.0), Value(-0.0));
  EXPECT_FALSE(Value(1) == Value(1.5));
  EXPECT_FALSE(Value(1) == Value("1"));
  EXPECT_FALSE(Value(1) == Value(true));
}

TEST(Value, ComparesIntsAndDoublesExactly) {
  EXPECT_FALSE(Value(int64_t{9007199254740993}) == Value(9007199254740992.0));
  EXPECT_EQ(Value(int64_t{9007199254740992}), Value(9007199254740992.0));
  EXPECT_FALSE(Value(INT64_MAX) == Value(9223372036854775808.0));
  EXPECT_EQ(Value(INT64_MIN), Value(-9223372036854775808.0));
}

TEST(Value, ComparesObjectsWithoutOrderAndArraysWithIt) {
  EXPECT_EQ(Json(R"({"a":1,"b":[2]})"), Json(R"({"b":[2.0],"a":1})"));
  EXPECT_FALSE(Json(R"({"a":1})") == Json(R"({"b":1})"));
  EXPECT_FALSE(Json(R"({"a":1})") == Json(R"({"a":1,"b":1})"));
  EXPECT_FALSE(Json("[1,2]") == Json("[2,1]"));
  EXPECT_FALSE(Json("[]") == Json("{}"));
  EXPECT_FALSE(Json("[1]") == Json("[1,1]"));
}

TEST(Value, KnowsItsDepth) {
  EXPECT_EQ(Value("x").depth(), 0u);
  EXPECT_EQ(Json("{}").depth(), 1u);
  EXPECT_EQ(Json(R"([1,[2,{"a":[]}]])").depth(), 4u);
  EXPECT_EQ(Json("[1]").WithElement(0, Json("[[]]")).depth(), 3u);
}

TEST(Value, MakesItsTextOnce) {
  const Value v = Json(R"({ "a" : [ 1 , 2.50 ] })");
  EXPECT_EQ(v.text(), R"({"a":[1,2.5]})");
  EXPECT_EQ(v.text().data(), v.text().data());
  const Value copy = v;  // NOLINT: shares the text.
  EXPECT_EQ(copy.text().data(), v.text().data());
}

TEST(Value, PrintsScalars) {
  EXPECT_EQ(Value().text(), "null");
  EXPECT_EQ(Value(true).text(), "true");
  EXPECT_EQ(Value(false).text(), "false");
  EXPECT_EQ(Value("a\"b").text(), R"("a\"b")");
  const std::string_view one = Value(1).text();
  const std::string_view half = Value(0.5).text();
  EXPECT_EQ(one, "1");
  EXPECT_EQ(half, "0.5");
}

TEST(Value, AppendsItsText) {
  std::string out = "x=";
  Json(R"([true,null,"s"])").AppendText(&out);
  EXPECT_EQ(out, R"(x=[true,null,"s"])");
}

TEST(Value, KeepsTheTextItWasGivenForTheWholeValueOnly) {
  const Value v = Json(R"({"a":1})");
  v.SetText(R"({ "a": 1 })");
  EXPECT_EQ(v.text(), R"({ "a": 1 })");
  EXPECT_EQ(v.Text(), R"({ "a": 1 })");
  EXPECT_EQ(Value(Elements{v}).text(), R"([{"a":1}])");
}

TEST(Value, UsesAChildsMemoInItsParentsText) {
  const Value child = Json("[ 1 ]");
  EXPECT_EQ(child.text(), "[1]");
  EXPECT_EQ(Value(Elements{child, child}).text(), "[[1],[1]]");
}

TEST(Value, KnowsTheSizeOfItsTextWithoutMakingIt) {
  for (const char* text :
       {"null", "true", "-12", "1.0E10", "\"\"", "\"a\\n\\u0001\\\"\u00e9\"",
        "[]", "{}", "[1,\"x\",[],{}]", R"({"a\n":[{"b":0.5},"q"],"c":null})"}) {
    EXPECT_EQ(Json(text).text_size(), Json(text).Text().size()) << text;
  }
}

TEST(Value, OfAstronomicTextIsMeasuredAtOnce) {
  Value v("x");
  for (int i = 0; i < 200; ++i) v = Value(Elements{v, v});
  EXPECT_GT(v.text_size(), size_t{1} << 59);
}

TEST(Value, MakesObjectsWhereTheLastOfARepeatedNameWins) {
  EXPECT_EQ(
      MakeObject({{"a", Value(1)}, {"b", Value(2)}, {"a", Value(3)}}).Text(),
      R"({"a":3,"b":2})");
}

TEST(Value, CanBeAssignedItsOwnPart) {
  Value v = Json(R"({"a":{"b":[1]}})");
  v = *v.Find("a");
  v = *v.Find("b");
  EXPECT_EQ(v.Text(), "[1]");
  Value& same = v;
  v = same;
  EXPECT_EQ(v.Text(), "[1]");
}

TEST(Value, IsNullAfterAMove) {
  Value v = Json("[1]");
  const Value taken = std::move(v);
  EXPECT_EQ(taken.Text(), "[1]");
  EXPECT_TRUE(v.is_null());  // NOLINT: what a move leaves is specified.
}

Value Nested(int levels) {
  Value v(1);
  for (int i = 0; i < levels; ++i) {
    v = i % 2 == 0 ? Value(Elements{std::move(v)})
                   : MakeObject({{"n", std::move(v)}});
  }
  return v;
}

TEST(Value, OfAMillionLevelsIsFreed) {
  EXPECT_EQ(Nested(1000000).depth(), 1000000u);
}

TEST(Value, OfAHundredThousandLevelsIsPrintedAndCompared) {
  const Value v = Nested(100000);
  const Value w = Nested(100000);
  EXPECT_TRUE(v == w);
  EXPECT_EQ(v.text_size(), 50000u * 2 + 50000u * 6 + 1);
  EXPECT_EQ(v.text().size(), v.text_size());
}

TEST(Value, FreesADeepPartThatIsSharedOnlyWithItsLastOwner) {
  Value kept = Nested(5000);
  { const Value outer = Value(Elements{kept, Nested(5000), kept}); }
  EXPECT_EQ(kept.depth(), 5000u);
  EXPECT_EQ(kept.Text(), Nested(5000).Text());
}

TEST(Value, PartsThatAreSharedPrintTheSameInEveryParent) {
  const Value inner = MakeObject({{"quote", Value("a \"b\"")}});
  const Value list(Elements{inner, Value(std::string(80, 'x')), Value(1.5)});
  const Value before = MakeObject({{"list", list}});
  ASSERT_GT(before.text_size(), 64u);
  const std::string text = before.Text();
  const Value after = before.WithMember("n", Value(1));
  ASSERT_GT(after.text_size(), 64u);
  EXPECT_EQ(after.Text(), text.substr(0, text.size() - 1) + ",\"n\":1}");
  EXPECT_EQ(before.Text(), text);
  EXPECT_EQ(list.Text(), text.substr(8, text.size() - 9));
  EXPECT_EQ(after.Text().size(), after.text_size());
}

TEST(Value, AMeasuredObjectKnowsTheSizeOfACopyWithAnotherMember) {
  for (const char* text : {"{}", R"({"a":1})", R"({"a":"x\"y","b":[1,2.5]})"}) {
    const Value before = Json(text);
    ASSERT_EQ(before.text_size(), before.Text().size());
    for (const char* name : {"a", "new", "quo\"te"}) {
      for (const char* member : {"null", R"("s\n")", R"({"deep":[{}]})"}) {
        const Value after = before.WithMember(name, Json(member));
        EXPECT_EQ(after.text_size(), after.Text().size()) << after.Text();
      }
    }
  }
}

}  // namespace
}  // namespace stepwheel::asl
