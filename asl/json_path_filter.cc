#include <algorithm>
#include <charconv>
#include <cmath>

#include "asl/json_path_program.h"

namespace stepwheel::asl {
namespace {

std::optional<double> NumberIn(std::string_view text) {
  double d = 0;
  const char* end = text.data() + text.size();
  const auto [ptr, ec] = std::from_chars(text.data(), end, d);
  if (ec != std::errc() || ptr != end || !std::isfinite(d)) return std::nullopt;
  return d;
}

// Jayway compares a number with a string by the number on the left's terms and
// by the text on the right's.
bool Equal(const Value& left, const Value& right) {
  if (left.is_number() && right.is_string()) {
    const auto number = NumberIn(right.as_string());
    return number && left == Value(*number);
  }
  if (left.is_string() && right.is_number()) {
    return left.as_string() == right.text();
  }
  return left == right;
}

// Whether `left` orders before (-1), with (0) or after (1) `right`; nullopt for
// kinds that have no order. Bytes of UTF-8 order as code points do.
std::optional<int> Order(const Value& left, const Value& right) {
  if (left.is_string() && right.is_string()) {
    const int sign = left.as_string().compare(right.as_string());
    return sign < 0 ? -1 : sign > 0;
  }
  if (!left.is_number() || !right.is_number()) return std::nullopt;
  if (left == right) return 0;
  const bool less = left.is_int() && right.is_int()
                        ? left.as_int() < right.as_int()
                        : left.as_double() < right.as_double();
  return less ? -1 : 1;
}

bool Contains(const Elements& list, const Value& wanted) {
  return std::any_of(list.begin(), list.end(), [&](const Value& element) {
    return Equal(wanted, element);
  });
}

bool ContainsAny(const Elements& list, const Elements& wanted) {
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const Value& v) { return Contains(list, v); });
}

bool ContainsAll(const Elements& list, const Elements& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const Value& v) { return Contains(list, v); });
}

bool HasSubstringOrElement(const Value& left, const Value& right) {
  if (left.is_array()) return Contains(left.as_array(), right);
  return left.is_string() && right.is_string() &&
         left.as_string().find(right.as_string()) != std::string_view::npos;
}

std::optional<size_t> SizeOf(const Value& v) {
  if (v.is_string()) return v.as_string().size();
  if (v.is_array()) return v.as_array().size();
  if (v.is_object()) return v.as_object().size();
  return std::nullopt;
}

bool ComparesLists(FilterOperator op, const Value& left, const Value& right) {
  if (op == FilterOperator::kIn) {
    return right.is_array() && Contains(right.as_array(), left);
  }
  if (op == FilterOperator::kNotIn) {
    return !right.is_array() || !Contains(right.as_array(), left);
  }
  if (!left.is_array() || !right.is_array()) return false;
  const Elements& l = left.as_array();
  const Elements& r = right.as_array();
  switch (op) {
    case FilterOperator::kAll:
      return ContainsAll(l, r);
    case FilterOperator::kSubsetOf:
      return ContainsAll(r, l);
    case FilterOperator::kAnyOf:
      return ContainsAny(r, l);
    default:
      return !ContainsAny(r, l);  // kNoneOf
  }
}

bool SameType(const Value& a, const Value& b) {
  return a.kind() == b.kind() || (a.is_number() && b.is_number());
}

int64_t ElementsIn(const Value& v) {
  return v.is_array() ? static_cast<int64_t>(v.as_array().size()) : 1;
}

bool CompareValues(FilterOperator op, const Value& left, const Value& right) {
  const std::optional<int> order = Order(left, right);
  const std::optional<size_t> size = SizeOf(left);
  switch (op) {
    case FilterOperator::kEqual:
      return Equal(left, right);
    case FilterOperator::kNotEqual:
      return !Equal(left, right);
    case FilterOperator::kSameType:
      return SameType(left, right) && Equal(left, right);
    case FilterOperator::kNotSameType:
      return !SameType(left, right) || !Equal(left, right);
    case FilterOperator::kLess:
      return order && *order < 0;
    case FilterOperator::kLessEqual:
      return order && *order <= 0;
    case FilterOperator::kGreater:
      return order && *order > 0;
    case FilterOperator::kGreaterEqual:
      return order && *order >= 0;
    case FilterOperator::kContains:
      return HasSubstringOrElement(left, right);
    case FilterOperator::kSize:
      return size && right.is_number() &&
             static_cast<double>(*size) == right.as_double();
    case FilterOperator::kEmpty:
      return size && right.is_bool() && (*size == 0) == right.as_bool();
    default:
      return ComparesLists(op, left, right);
  }
}

}  // namespace

bool PathEvaluator::Accepts(const FilterNode& filter, const Value& item) {
  if (!Spend(1)) return false;
  switch (filter.kind) {
    case FilterNode::Kind::kOr:
      return std::any_of(
          filter.children.begin(), filter.children.end(),
          [&](const FilterNode& child) { return Accepts(child, item); });
    case FilterNode::Kind::kAnd:
      return std::all_of(
          filter.children.begin(), filter.children.end(),
          [&](const FilterNode& child) { return Accepts(child, item); });
    case FilterNode::Kind::kNot:
      return !Accepts(filter.children.front(), item);
    case FilterNode::Kind::kCompare:
      return Compare(filter, item);
    case FilterNode::Kind::kExists:
      return Exists(filter, item);
  }
  return false;
}

// nullopt: the path leads nowhere.
std::optional<Value> PathEvaluator::Operand(const FilterOperand& operand,
                                            const Value& item) {
  switch (operand.kind) {
    case FilterOperand::Kind::kItemPath:
      return Run(operand.path, item);
    case FilterOperand::Kind::kRootPath:
      return Run(operand.path, root_);
    default:
      return operand.literal;
  }
}

bool PathEvaluator::Exists(const FilterNode& node, const Value& item) {
  const std::optional<Value> found = Operand(node.left, item);
  if (!found) return false;
  // A path to many nodes exists if it has found one.
  return node.left.path.definite() || !found->as_array().empty();
}

bool PathEvaluator::Compare(const FilterNode& node, const Value& item) {
  if (node.op == FilterOperator::kMatches) return Matches(node, item);
  const std::optional<Value> left = Operand(node.left, item);
  const std::optional<Value> right = Operand(node.right, item);
  if (exhausted()) return false;
  if (!left || !right) {
    // What is missing equals nothing, and so differs from everything.
    return node.op == FilterOperator::kNotEqual ||
           node.op == FilterOperator::kNotSameType ||
           node.op == FilterOperator::kNotIn;
  }
  if (!Spend(ElementsIn(*left) * ElementsIn(*right))) return false;
  return CompareValues(node.op, *left, *right);
}

// The whole text must match; of an array, one element's.
bool PathEvaluator::Matches(const FilterNode& node, const Value& item) {
  const bool on_left = node.left.regex.has_value();
  if (on_left == node.right.regex.has_value()) return false;
  const Regex& regex = on_left ? *node.left.regex : *node.right.regex;
  const auto subject = Operand(on_left ? node.right : node.left, item);
  if (!subject) return false;
  const auto matches = [&](const Value& v) {
    if (v.is_null() || v.is_array() || v.is_object()) return false;
    const std::string text(v.is_string() ? v.as_string() : v.text());
    const std::optional<bool> matched = regex.FullMatch(text, &budget_);
    return Spend(0) && matched.value_or(false);
  };
  if (!subject->is_array()) return matches(*subject);
  const Elements& elements = subject->as_array();
  return std::any_of(elements.begin(), elements.end(), matches);
}

}  // namespace stepwheel::asl
