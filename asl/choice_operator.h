// ChoiceOperator says what one of the 39 comparison operators of a Choice Rule
// compares and how, read off its name (reference: asl.md 9).
#ifndef STEPWHEEL_ASL_CHOICE_OPERATOR_H_
#define STEPWHEEL_ASL_CHOICE_OPERATOR_H_

#include <optional>
#include <string_view>

namespace stepwheel::asl {

struct ChoiceOperator {
  // What the Variable must be for the comparison to be true.
  enum class Type { kString, kNumeric, kTimestamp, kBoolean, kIs };
  enum class Comparison {
    kEquals,
    kLessThan,
    kGreaterThan,
    kLessThanEquals,
    kGreaterThanEquals,
    kMatches,  // StringMatches
  };
  enum class Test { kNull, kPresent, kNumeric, kString, kBoolean, kTimestamp };

  Type type = Type::kString;
  Comparison comparison = Comparison::kEquals;
  Test test = Test::kNull;       // kIs only.
  bool operand_is_path = false;  // StringEqualsPath
};

// nullopt if `name` is none of the 39.
std::optional<ChoiceOperator> ParseChoiceOperator(std::string_view name);

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_CHOICE_OPERATOR_H_
