// Functions on arrays that call nobody back, and $sort.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "asl/jsonata/functions.h"
#include "asl/jsonata/text.h"

namespace stepwheel::asl::jsonata {
namespace {

bool AllOf(const Items& items, bool (Cell::*is)() const) {
  for (size_t i = 0; i < items.size(); ++i) {
    if (!(items[i].*is)()) return false;
  }
  return true;
}

// What JavaScript takes for true: a comparator is asked its way.
bool JsTruthy(const Cell& cell) {
  if (cell.is_bool()) return cell.boolean;
  if (cell.is_number()) {
    return cell.as_double() != 0 && !std::isnan(cell.as_double());
  }
  if (cell.is_string()) return !cell.as_string().empty();
  return !cell.is_undefined() && !cell.is_null();
}

}  // namespace

Cell CountFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (!cell.is_array()) return Cell::Int(0);
  return Cell::Int(static_cast<int64_t>(Items(cell).size()));
}

Cell AppendFunction(Evaluator& e, const Arguments& a) {
  return e.Append(a.Get(0), a.Get(1));
}

Cell ReverseFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  Items items(cell);
  if (items.size() <= 1) return cell;
  Array* out = e.arena().New<Array>();
  Reserve(e.arena(), out, items.size());
  for (size_t i = items.size(); i-- > 0;) Push(e.arena(), out, items[i]);
  return Cell::Of(out);
}

Cell ShuffleFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  Items items(cell);
  if (items.size() <= 1) return cell;
  Array* out = e.arena().New<Array>();
  Reserve(e.arena(), out, items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    if (!e.Work()) return Cell::Failed();
    Push(e.arena(), out, items[i]);
    double chance = static_cast<double>(e.host().Random() >> 11) * 0x1p-53;
    auto other = static_cast<size_t>(chance * static_cast<double>(i + 1));
    std::swap(out->items[i], out->items[other]);
  }
  return Cell::Of(out);
}

Cell DistinctFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (!cell.is_array() || Items(cell).size() <= 1) return cell;
  Items items(cell);
  Array* out = e.arena().New<Array>();
  out->marks.sequence = cell.is_sequence();
  for (size_t i = 0; i < items.size(); ++i) {
    Cell item = items[i];
    bool known = false;
    for (uint32_t j = 0; j < out->size && !known; ++j) {
      if (!e.Work()) return Cell::Failed();
      known = e.DeepEqual(item, out->items[j]);
    }
    if (!known) Push(e.arena(), out, item);
  }
  return e.failed() ? Cell::Failed() : Cell::Of(out);
}

Cell ZipFunction(Evaluator& e, const Arguments& a) {
  size_t length = SIZE_MAX;
  for (size_t i = 0; i < a.size(); ++i) {
    Cell cell = a.Get(i);
    length = std::min(length, cell.is_array() ? Items(cell).size() : 0);
  }
  Array* out = e.arena().New<Array>();
  if (a.empty()) return Cell::Of(out);
  for (size_t i = 0; i < length; ++i) {
    if (!e.Work()) return Cell::Failed();
    Array* tuple = e.arena().New<Array>();
    for (size_t j = 0; j < a.size(); ++j) {
      Push(e.arena(), tuple, Items(a.Get(j))[i]);
    }
    Push(e.arena(), out, Cell::Of(tuple));
  }
  return Cell::Of(out);
}

Cell SortFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  Items items(cell);
  if (items.size() <= 1) return cell;
  Cell comparator = a.Get(1);
  if (comparator.is_function()) {
    auto after = [&](uint32_t left, uint32_t right, bool* stop) {
      Arguments arguments;
      arguments.Add(items[left]);
      arguments.Add(items[right]);
      Cell verdict = e.Call(comparator, arguments);
      bool is_after = !verdict.failed() && JsTruthy(verdict);
      *stop = e.failed();
      return is_after;
    };
    return e.SortItems(items, after);
  }
  bool numbers = AllOf(items, &Cell::is_number);
  if (!numbers && !AllOf(items, &Cell::is_string)) return e.Fail("D3070");
  auto after = [&](uint32_t left, uint32_t right, bool* stop) {
    *stop = !e.Work();
    Cell x = items[left];
    Cell y = items[right];
    if (numbers) return x.as_double() > y.as_double();
    return CompareText(x.as_string(), y.as_string()) > 0;
  };
  return e.SortItems(items, after);
}

}  // namespace stepwheel::asl::jsonata
