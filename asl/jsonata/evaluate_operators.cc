// Operators and constructors.
#include <cmath>

#include "asl/jsonata/evaluator.h"
#include "asl/jsonata/text.h"

namespace stepwheel::asl::jsonata {

Cell Evaluator::Binary(const Node* node, const Cell& input, Frame* frame) {
  Cell left = Eval(node->lhs, input, frame);
  if (left.failed()) return left;
  if (node->op == Op::kAnd || node->op == Op::kOr) {
    Cell result = Logic(node, left, input, frame);
    if (result.failed()) Blame(node->position, node->text);
    return result;
  }
  Cell right = Eval(node->rhs, input, frame);
  if (right.failed()) return right;
  Cell result;
  switch (node->op) {
    case Op::kEqual:
    case Op::kNotEqual: {
      if (left.is_undefined() || right.is_undefined()) {
        return Cell::Bool(false);
      }
      bool same = DeepEqual(left, right);
      result = failed_ ? Cell::Failed()
                       : Cell::Bool(same == (node->op == Op::kEqual));
      break;
    }
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
      result = Compare(node->op, left, right);
      break;
    case Op::kConcatenate:
      result = Concatenate(left, right);
      break;
    case Op::kRange:
      result = RangeOf(left, right);
      break;
    case Op::kIn:
      result = IsIn(left, right);
      break;
    default:
      result = Arithmetic(node->op, left, right);
  }
  if (result.failed()) Blame(node->position, node->text);
  return result;
}

Cell Evaluator::Logic(const Node* node, const Cell& left, const Cell& input,
                      Frame* frame) {
  bool holds = Truthy(left);
  if (failed_) return Cell::Failed();
  if (holds == (node->op == Op::kOr)) return Cell::Bool(holds);
  Cell right = Eval(node->rhs, input, frame);
  if (right.failed()) return right;
  holds = Truthy(right);
  return failed_ ? Cell::Failed() : Cell::Bool(holds);
}

Cell Evaluator::Arithmetic(Op op, const Cell& a, const Cell& b) {
  bool good = a.is_undefined() || IsNumeric(a);
  if (failed_) return Cell::Failed();
  if (!good) return Fail("T2001", a);
  good = b.is_undefined() || IsNumeric(b);
  if (failed_) return Cell::Failed();
  if (!good) return Fail("T2002", b);
  if (a.is_undefined() || b.is_undefined()) return Cell();
  double x = a.as_double();
  double y = b.as_double();
  switch (op) {
    case Op::kAdd:
      return Cell::Double(x + y);
    case Op::kSubtract:
      return Cell::Double(x - y);
    case Op::kMultiply:
      return Cell::Double(x * y);
    case Op::kDivide:
      return Cell::Double(x / y);
    default:
      return Cell::Double(std::fmod(x, y));
  }
}

Cell Evaluator::Compare(Op op, const Cell& a, const Cell& b) {
  auto comparable = [](const Cell& cell) {
    return cell.is_undefined() || cell.is_string() || cell.is_number();
  };
  if (!comparable(a) || !comparable(b)) {
    bool left = !a.is_string() && !a.is_number();
    return Fail("T2010", left ? a : b);
  }
  if (a.is_undefined() || b.is_undefined()) return Cell();
  if (a.is_string() != b.is_string()) {
    error_.value2 = b;
    return Fail("T2009", a);
  }
  bool less = false;
  bool equal = false;
  bool ordered = true;
  if (a.is_string()) {
    int order = CompareText(a.as_string(), b.as_string());
    less = order < 0;
    equal = order == 0;
  } else {
    double x = a.as_double();
    double y = b.as_double();
    less = x < y;
    equal = x == y;
    ordered = !std::isnan(x) && !std::isnan(y);
  }
  switch (op) {
    case Op::kLess:
      return Cell::Bool(less);
    case Op::kLessEqual:
      return Cell::Bool(less || equal);
    case Op::kGreater:
      return Cell::Bool(ordered && !less && !equal);
    default:
      return Cell::Bool(ordered && !less);
  }
}

Cell Evaluator::RangeOf(const Cell& a, const Cell& b) {
  auto whole = [](const Cell& cell) {
    if (!cell.is_number()) return false;
    double number = cell.as_double();
    return std::isfinite(number) && std::floor(number) == number;
  };
  if (!a.is_undefined() && !whole(a)) return Fail("T2003", a);
  if (!b.is_undefined() && !whole(b)) return Fail("T2004", b);
  if (a.is_undefined() || b.is_undefined()) return Cell();
  double first = a.as_double();
  double last = b.as_double();
  if (first > last) return Cell();
  double size = last - first + 1;
  if (size > 1e7) return Fail("D2014", Cell::Double(size));
  if (!ItemsFit(static_cast<uint64_t>(size))) return Cell::Failed();
  // Beyond the whole numbers that a double counts one by one.
  if (std::fabs(first) > 9e15 || std::fabs(last) > 9e15) {
    return Fail("D2014", Cell::Double(size));
  }
  Range* range = arena_.New<Range>();
  range->marks.sequence = true;
  range->first = static_cast<int64_t>(first);
  range->size = static_cast<uint32_t>(size);
  return Cell::Of(range);
}

Cell Evaluator::IsIn(const Cell& a, const Cell& b) {
  if (a.is_undefined() || b.is_undefined()) return Cell::Bool(false);
  Items items = b.is_array() ? Items(b) : Items::Single(&b);
  for (size_t i = 0; i < items.size(); ++i) {
    if (!Work()) return Cell::Failed();
    Cell item = items[i];
    // Values without parts only: others are the same if they are one.
    if (item.is_array() || item.is_object()) {
      if (item.tag == a.tag && item.integer == a.integer) {
        return Cell::Bool(true);
      }
    } else if (DeepEqual(a, item)) {
      return Cell::Bool(true);
    }
  }
  return Cell::Bool(false);
}

Cell Evaluator::Negate(const Node* node, const Cell& input, Frame* frame) {
  Cell value = Eval(node->lhs, input, frame);
  if (value.failed() || value.is_undefined()) return value;
  if (IsNumeric(value)) {
    bool exact = value.tag == Tag::kInt && value.integer != 0 &&
                 value.integer != INT64_MIN;
    return exact ? Cell::Int(-value.integer) : Cell::Double(-value.as_double());
  }
  if (failed_) return Cell::Failed();
  Fail("D1002", value);
  Blame(node->position, "-");
  return Cell::Failed();
}

Cell Evaluator::ArrayOf(const Node* node, const Cell& input, Frame* frame) {
  // [a..b] alone stays a range.
  if (node->children.size() == 1) {
    const Node* only = node->children[0];
    if (only->type == NodeType::kBinary && only->op == Op::kRange) {
      Cell value = Eval(only, input, frame);
      if (value.tag == Tag::kRange) {
        Range* range = arena_.New<Range>(*value.range);
        range->marks = {};
        range->marks.constructed = node->constructs;
        return Cell::Of(range);
      }
      if (value.failed()) return value;
      Array* single = arena_.New<Array>();
      single->marks.constructed = node->constructs;
      if (!value.is_undefined()) Push(arena_, single, value);
      return Cell::Of(single);
    }
  }
  Array* out = arena_.New<Array>();
  out->marks.constructed = node->constructs;
  for (const Node* item : node->children) {
    Cell value = Eval(item, input, frame);
    if (value.failed()) return value;
    if (value.is_undefined()) continue;
    if (item->type != NodeType::kArray && value.is_array()) {
      PushAll(arena_, out, value);
    } else {
      Push(arena_, out, value);
    }
  }
  return ItemsFit(out->size) ? Cell::Of(out) : Cell::Failed();
}

}  // namespace stepwheel::asl::jsonata
