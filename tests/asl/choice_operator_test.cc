#include "asl/choice_operator.h"

#include <gtest/gtest.h>

#include <string>

namespace stepwheel::asl {
namespace {

TEST(ChoiceOperatorTest, KnowsAll39) {
  int count = 0;
  for (const char* type : {"String", "Numeric", "Timestamp"}) {
    for (const char* comparison : {"Equals", "LessThan", "GreaterThan",
                                   "LessThanEquals", "GreaterThanEquals"}) {
      for (const char* path : {"", "Path"}) {
        const std::string name = std::string(type) + comparison + path;
        EXPECT_TRUE(ParseChoiceOperator(name).has_value()) << name;
        ++count;
      }
    }
  }
  for (const char* name :
       {"StringMatches", "BooleanEquals", "BooleanEqualsPath", "IsNull",
        "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp"}) {
    EXPECT_TRUE(ParseChoiceOperator(name).has_value()) << name;
    ++count;
  }
  EXPECT_EQ(count, 39);
}

TEST(ChoiceOperatorTest, KnowsNoOther) {
  for (const char* name :
       {"", "And", "Or", "Not", "Equals", "EqualsPath", "String", "Path",
        "StringMatchesPath", "BooleanLessThan", "BooleanGreaterThanPath",
        "IsNullPath", "IsObject", "stringEquals", "StringEqualsPathPath",
        "NumericMatches", "StringNotEquals"}) {
    EXPECT_FALSE(ParseChoiceOperator(name).has_value()) << name;
  }
}

TEST(ChoiceOperatorTest, ReadsTypeComparisonAndFormOffTheName) {
  const auto op = ParseChoiceOperator("NumericGreaterThanEqualsPath");
  ASSERT_TRUE(op.has_value());
  EXPECT_EQ(op->type, ChoiceOperator::Type::kNumeric);
  EXPECT_EQ(op->comparison, ChoiceOperator::Comparison::kGreaterThanEquals);
  EXPECT_TRUE(op->operand_is_path);
  EXPECT_FALSE(ParseChoiceOperator("NumericLessThan")->operand_is_path);
}

}  // namespace
}  // namespace stepwheel::asl
