// What the operators and functions ask of values: truth, equality, joining,
// looking up, copying.
#include <cmath>

#include "asl/jsonata/evaluator.h"
#include "asl/jsonata/js_number.h"

namespace stepwheel::asl::jsonata {

bool Evaluator::IsNumeric(const Cell& cell) {
  if (cell.tag == Tag::kInt) return true;
  if (cell.tag != Tag::kDouble || std::isnan(cell.number)) return false;
  if (std::isinf(cell.number)) {
    Fail("D1001", cell);
    return false;
  }
  return true;
}

bool Evaluator::Truthy(const Cell& cell) {
  switch (cell.tag) {
    case Tag::kBool:
      return cell.boolean;
    case Tag::kInt:
      return cell.integer != 0;
    case Tag::kDouble:
      return IsNumeric(cell) && cell.number != 0;
    case Tag::kString:
    case Tag::kBorrowedString:
      return !cell.as_string().empty();
    case Tag::kObject:
    case Tag::kBorrowedObject:
      return Fields(cell).size() > 0;
    case Tag::kArray:
    case Tag::kRange:
    case Tag::kBorrowedArray:
      break;
    default:
      return false;
  }
  if (!StackLeft()) return false;
  Items items(cell);
  bool any = false;
  for (size_t i = 0; i < items.size() && Work(); ++i) {
    // All are asked, since an infinity fails.
    any = Truthy(items[i]) || any;
  }
  return any && !failed_;
}

bool Evaluator::DeepEqual(const Cell& a, const Cell& b) {
  if (a.is_number() && b.is_number()) {
    if (a.tag == Tag::kInt && b.tag == Tag::kInt) {
      return a.integer == b.integer;
    }
    return a.as_double() == b.as_double();
  }
  if (a.is_string() && b.is_string()) return a.as_string() == b.as_string();
  if (a.is_array() && b.is_array()) {
    Items left(a);
    Items right(b);
    if (left.size() != right.size() || !StackLeft()) return false;
    for (size_t i = 0; i < left.size(); ++i) {
      if (!Work() || !DeepEqual(left[i], right[i])) return false;
    }
    return true;
  }
  if (a.is_object() && b.is_object()) {
    Fields fields(a);
    if (fields.size() != Fields(b).size() || !StackLeft()) return false;
    for (size_t i = 0; i < fields.size(); ++i) {
      Cell other = GetField(b, fields.key(i));
      // A member whose value is nothing is a member still, but nobody makes
      // one.
      if (other.is_undefined() || !Work()) return false;
      if (!DeepEqual(fields.value(i), other)) return false;
    }
    return true;
  }
  if (a.tag != b.tag) return false;
  if (a.is_bool()) return a.boolean == b.boolean;
  if (a.is_function()) return a.function == b.function;
  return a.is_null() || a.is_undefined();
}

Cell Evaluator::Append(const Cell& given, const Cell& more) {
  if (given.is_undefined()) return more;
  if (more.is_undefined()) return given;
  Array* out = arena_.New<Array>();
  for (const Cell* part : {&given, &more}) {
    if (part->is_array()) {
      PushAll(arena_, out, *part);
    } else {
      Push(arena_, out, *part);
    }
  }
  return ItemsFit(out->size) ? Cell::Of(out) : Cell::Failed();
}

Cell Evaluator::Lookup(const Cell& input, std::string_view name) {
  if (input.is_object()) return GetField(input, name);
  if (!input.is_array()) return Cell();
  if (!StackLeft()) return Cell::Failed();
  Array* found = NewSequence(arena_);
  Items items(input);
  for (size_t i = 0; i < items.size() && Work(); ++i) {
    Cell value = Lookup(items[i], name);
    if (value.failed()) return value;
    if (value.is_array()) {
      PushAll(arena_, found, value);
    } else if (!value.is_undefined()) {
      Push(arena_, found, value);
    }
  }
  return failed_ ? Cell::Failed() : Cell::Of(found);
}

// A copy that may be changed. Numbers come out as their text would read.
Cell Evaluator::CloneOf(const Cell& cell) {
  if (!StackLeft() || !Work()) return Cell::Failed();
  if (cell.tag == Tag::kDouble) {
    if (std::isinf(cell.number)) return Fail("D1001", cell);
    if (std::isnan(cell.number)) return Cell::Null();
    return Cell::Double(
        RoundedToPrecision15(cell.number, level() == Level::k2_0_6));
  }
  if (cell.is_array()) {
    Array* copy = arena_.New<Array>();
    Items items(cell);
    for (size_t i = 0; i < items.size(); ++i) {
      Cell item = CloneOf(items[i]);
      if (item.failed()) return item;
      Push(arena_, copy, item.is_undefined() ? Cell::Null() : item);
    }
    return Cell::Of(copy);
  }
  if (cell.is_object()) {
    Object* copy = arena_.New<Object>();
    Fields fields(cell);
    for (size_t i = 0; i < fields.size(); ++i) {
      Cell value = CloneOf(fields.value(i));
      if (value.failed()) return value;
      if (!value.is_undefined()) {
        AddField(arena_, copy, fields.name(i), value);
      }
    }
    return Cell::Of(copy);
  }
  return cell.is_function() ? Cell::String("") : cell;
}

}  // namespace stepwheel::asl::jsonata
