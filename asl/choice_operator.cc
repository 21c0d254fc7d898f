#include "asl/choice_operator.h"

#include <array>
#include <utility>

namespace stepwheel::asl {
namespace {

using Type = ChoiceOperator::Type;
using Comparison = ChoiceOperator::Comparison;
using Test = ChoiceOperator::Test;

template <class T, size_t kSize>
std::optional<T> Find(
    const std::array<std::pair<std::string_view, T>, kSize>& table,
    std::string_view name) {
  for (const auto& [key, value] : table) {
    if (key == name) return value;
  }
  return std::nullopt;
}

constexpr std::array<std::pair<std::string_view, Comparison>, 5> kComparisons =
    {{{"Equals", Comparison::kEquals},
      {"LessThan", Comparison::kLessThan},
      {"GreaterThan", Comparison::kGreaterThan},
      {"LessThanEquals", Comparison::kLessThanEquals},
      {"GreaterThanEquals", Comparison::kGreaterThanEquals}}};

constexpr std::array<std::pair<std::string_view, Type>, 4> kTypes = {
    {{"String", Type::kString},
     {"Numeric", Type::kNumeric},
     {"Timestamp", Type::kTimestamp},
     {"Boolean", Type::kBoolean}}};

constexpr std::array<std::pair<std::string_view, Test>, 6> kTests = {
    {{"IsNull", Test::kNull},
     {"IsPresent", Test::kPresent},
     {"IsNumeric", Test::kNumeric},
     {"IsString", Test::kString},
     {"IsBoolean", Test::kBoolean},
     {"IsTimestamp", Test::kTimestamp}}};

}  // namespace

std::optional<ChoiceOperator> ParseChoiceOperator(std::string_view name) {
  ChoiceOperator result;
  if (const std::optional<Test> test = Find(kTests, name)) {
    result.type = Type::kIs;
    result.test = *test;
    return result;
  }
  if (name == "StringMatches") {
    result.comparison = Comparison::kMatches;
    return result;
  }
  if (name.ends_with("Path")) {
    result.operand_is_path = true;
    name.remove_suffix(4);
  }
  for (const auto& [prefix, type] : kTypes) {
    if (!name.starts_with(prefix)) continue;
    const std::optional<Comparison> comparison =
        Find(kComparisons, name.substr(prefix.size()));
    if (!comparison) return std::nullopt;
    // Booleans have no order.
    if (type == Type::kBoolean && *comparison != Comparison::kEquals) {
      return std::nullopt;
    }
    result.type = type;
    result.comparison = *comparison;
    return result;
  }
  return std::nullopt;
}

}  // namespace stepwheel::asl
