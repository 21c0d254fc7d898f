// Functions on numbers and lists of them.
#include <algorithm>
#include <cmath>
#include <limits>

#include "asl/java_random.h"
#include "asl/jsonata/functions.h"
#include "asl/jsonata/js_number.h"

namespace stepwheel::asl::jsonata {
namespace {

double NumberAt(const Items& items, size_t i) {
  Cell item = items[i];
  return item.is_number() ? item.as_double() : std::nan("");
}

bool Total(Evaluator& e, const Items& items, double* total) {
  *total = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    *total += NumberAt(items, i);
    if (!e.Work()) return false;
  }
  return true;
}

// The item that `better` prefers; NaN beats all.
template <typename Better>
Cell Extreme(Evaluator& e, const Cell& cell, Better better) {
  if (cell.is_undefined()) return cell;
  Items items(cell);
  if (items.size() == 0) return Cell();
  Cell best = items[0];
  for (size_t i = 0; i < items.size(); ++i) {
    if (!e.Work()) return Cell::Failed();
    Cell item = items[i];
    if (!item.is_number() || std::isnan(item.as_double())) {
      return Cell::Double(std::nan(""));
    }
    if (better(item.as_double(), best.as_double())) best = item;
  }
  return best;
}

template <typename Map>
Cell MapNumber(const Cell& cell, Map map) {
  if (cell.is_undefined() || cell.tag == Tag::kInt) return cell;
  return Cell::Double(map(cell.as_double()));
}

}  // namespace

Cell SumFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  double total = 0;
  return Total(e, Items(cell), &total) ? Cell::Double(total) : Cell::Failed();
}

Cell AverageFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  Items items(cell);
  if (items.size() == 0) return Cell();
  double total = 0;
  if (!Total(e, items, &total)) return Cell::Failed();
  return Cell::Double(total / static_cast<double>(items.size()));
}

Cell MaxFunction(Evaluator& e, const Arguments& a) {
  return Extreme(e, a.Get(0), [](double x, double y) { return x > y; });
}

Cell MinFunction(Evaluator& e, const Arguments& a) {
  return Extreme(e, a.Get(0), [](double x, double y) { return x < y; });
}

Cell NumberFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined() || cell.is_number()) return cell;
  if (cell.is_bool()) return Cell::Int(cell.boolean ? 1 : 0);
  if (cell.is_string()) {
    std::optional<double> number = NumberOfText(cell.as_string());
    if (number) return Cell::Double(*number);
  }
  return e.Fail("D3030", cell);
}

Cell AbsFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.tag == Tag::kInt && cell.integer < 0) {
    if (cell.integer == INT64_MIN) return Cell::Double(0x1p63);
    return Cell::Int(-cell.integer);
  }
  return MapNumber(cell, [](double x) { return std::fabs(x); });
}

Cell FloorFunction(Evaluator& e, const Arguments& a) {
  return MapNumber(a.Get(0), [](double x) { return std::floor(x); });
}

Cell CeilFunction(Evaluator& e, const Arguments& a) {
  return MapNumber(a.Get(0), [](double x) { return std::ceil(x); });
}

Cell RoundFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  double precision = a.Get(1).is_number() ? a.Get(1).as_double() : 0;
  if (cell.tag == Tag::kInt && precision >= 0) return cell;
  return Cell::Double(RoundHalfToEven(cell.as_double(), precision));
}

Cell SqrtFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  if (cell.as_double() < 0) return e.Fail("D3060", cell);
  return Cell::Double(std::sqrt(cell.as_double()));
}

Cell PowerFunction(Evaluator& e, const Arguments& a) {
  Cell base = a.Get(0);
  Cell exponent = a.Get(1);
  if (base.is_undefined()) return base;
  double power = exponent.is_number() ? exponent.as_double() : std::nan("");
  double result = std::pow(base.as_double(), power);
  // To JavaScript, 1 to the power of infinity or nothing is no number.
  if (!std::isfinite(power)) result = power == 0 ? 1 : std::nan("");
  if (!std::isfinite(result)) return e.FailPower(base, exponent);
  return Cell::Double(result);
}

Cell RandomFunction(Evaluator& e, const Arguments& a) {
  // 53 bits, as many as a double between 0 and 1 holds.
  return Cell::Double(static_cast<double>(e.host().Random() >> 11) * 0x1p-53);
}

}  // namespace stepwheel::asl::jsonata
