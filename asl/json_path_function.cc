#include <algorithm>
#include <cmath>

#include "asl/json_path_program.h"

namespace stepwheel::asl {
namespace {

// Counts as Java counts a string: in UTF-16 units.
int64_t StringLength(std::string_view s) {
  int64_t units = 0;
  for (const char c : s) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

Value Length(const Value& v) {
  if (v.is_array()) return Value(static_cast<int64_t>(v.as_array().size()));
  if (v.is_object()) return Value(static_cast<int64_t>(v.as_object().size()));
  if (v.is_string()) return Value(StringLength(v.as_string()));
  return Value();
}

Value Keys(const Value& v) {
  if (!v.is_object()) return Value();
  Elements names;
  for (const Member& m : v.as_object()) names.push_back(m.name);
  return Value(std::move(names));
}

Value At(const Value& v, int64_t index) {
  if (!v.is_array()) return Value();
  const auto size = static_cast<int64_t>(v.as_array().size());
  if (index < 0) index += size;
  if (index < 0 || index >= size) return Value();
  return v.as_array()[static_cast<size_t>(index)];
}

// The numbers of an array; everything else in it does not count.
std::vector<double> NumbersOf(const Value& v) {
  std::vector<double> numbers;
  if (!v.is_array()) return numbers;
  for (const Value& element : v.as_array()) {
    if (element.is_number()) numbers.push_back(element.as_double());
  }
  return numbers;
}

double Fold(PathFunction function, const std::vector<double>& numbers) {
  const auto count = static_cast<double>(numbers.size());
  double sum = 0;
  double squares = 0;
  for (const double d : numbers) {
    sum += d;
    squares += d * d;
  }
  switch (function) {
    case PathFunction::kMin:
      return *std::min_element(numbers.begin(), numbers.end());
    case PathFunction::kMax:
      return *std::max_element(numbers.begin(), numbers.end());
    case PathFunction::kAvg:
      return sum / count;
    case PathFunction::kStddev: {
      const double mean = sum / count;
      return std::sqrt(std::max(0.0, squares / count - mean * mean));
    }
    default:
      return sum;
  }
}

}  // namespace

std::optional<Value> ApplyPathFunction(const PathStep& step, const Value& on) {
  switch (step.function) {
    case PathFunction::kLength:
      return Length(on);
    case PathFunction::kKeys:
      return Keys(on);
    case PathFunction::kFirst:
      return At(on, 0);
    case PathFunction::kLast:
      return At(on, -1);
    case PathFunction::kIndex:
      return At(on, step.argument);
    default: {
      const std::vector<double> numbers = NumbersOf(on);
      if (numbers.empty()) return std::nullopt;
      return Value(Fold(step.function, numbers));
    }
  }
}

}  // namespace stepwheel::asl
