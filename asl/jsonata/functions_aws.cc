// The functions that Step Functions adds: $partition, $range, $hash, $random
// with a seed, $uuid, $parse.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "asl/hash.h"
#include "asl/json.h"
#include "asl/jsonata/aws_functions.h"
#include "asl/jsonata/functions.h"

namespace stepwheel::asl::jsonata {
namespace {

// As Java casts to long, which AWS runs on: towards zero, to the nearest end
// of the range, 0 for what is no number.
int64_t ToLong(const Cell& cell) {
  if (cell.tag == Tag::kInt) return cell.integer;
  double number = std::trunc(cell.as_double());
  if (std::isnan(number)) return 0;
  if (number >= 0x1p63) return INT64_MAX;
  if (number < -0x1p63) return INT64_MIN;
  return static_cast<int64_t>(number);
}

// Members and elements at all depths.
size_t CountNodes(const Value& root) {
  std::vector<const Value*> left = {&root};
  size_t count = 0;
  while (!left.empty()) {
    const Value* value = left.back();
    left.pop_back();
    if (value->is_array()) {
      for (const Value& element : value->as_array()) left.push_back(&element);
      count += value->as_array().size();
    } else if (value->is_object()) {
      for (const Member& member : value->as_object()) {
        left.push_back(&member.value);
      }
      count += value->as_object().size();
    }
  }
  return count;
}

// Does a name stand twice in one object? Then the text has more members than
// its value.
bool RepeatsName(std::string_view text, const Value& value) {
  if (text.find('{') == std::string_view::npos) return false;
  size_t written = 0;
  JsonError error;
  ParseJsonWithPaths(text, &error,
                     [&](std::string_view, size_t) { ++written; });
  return written != CountNodes(value);
}

}  // namespace

Cell PartitionFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  Items items(cell);
  int64_t size = static_cast<int64_t>(items.size());
  if (!a.Get(1).is_undefined()) size = ToLong(a.Get(1));
  if (items.size() == 0 || size <= 0) return Cell();
  Array* out = e.arena().New<Array>();
  Array* part = nullptr;
  for (size_t i = 0; i < items.size(); ++i) {
    if (!e.Work()) return Cell::Failed();
    if (part == nullptr || part->size >= static_cast<uint64_t>(size)) {
      part = e.arena().New<Array>();
      Push(e.arena(), out, Cell::Of(part));
    }
    Push(e.arena(), part, items[i]);
  }
  return Cell::Of(out);
}

Cell RangeFunction(Evaluator& e, const Arguments& a) {
  for (size_t i = 0; i < 3; ++i) {
    if (!a.Get(i).is_number()) return Cell();
  }
  int64_t first = ToLong(a.Get(0));
  int64_t last = ToLong(a.Get(1));
  int64_t step = ToLong(a.Get(2));
  bool up = step > 0;
  if (step == 0 || (up ? first > last : first < last)) return Cell();
  // Differences of int64 need all 64 bits.
  uint64_t from = static_cast<uint64_t>(first);
  uint64_t to = static_cast<uint64_t>(last);
  uint64_t stride = up ? static_cast<uint64_t>(step)
                       : uint64_t{0} - static_cast<uint64_t>(step);
  uint64_t more = (up ? to - from : from - to) / stride;
  if (more >= static_cast<uint64_t>(e.limits().range_items) ||
      more >= UINT32_MAX) {
    return e.FailLimit(Failure::Limit::kMemory);
  }
  Range* range = e.arena().New<Range>();
  range->marks.sequence = true;
  range->first = first;
  range->step = step;
  range->size = static_cast<uint32_t>(more + 1);
  return Cell::Of(range);
}

Cell HashFunction(Evaluator& e, const Arguments& a) {
  if (!a.Get(0).is_string() || !a.Get(1).is_string()) return Cell();
  std::string_view algorithm = a.Get(1).as_string();
  std::optional<std::string> digest =
      HexDigest(algorithm, a.Get(0).as_string());
  if (digest) return e.Text(*digest);
  return e.FailWith("D3137",
                    "The hash algorithm " + std::string(algorithm) +
                        " is not one of MD5, SHA-1, SHA-256, SHA-384, SHA-512");
}

Cell SeededRandomFunction(Evaluator& e, const Arguments& a) {
  if (a.Get(0).is_undefined()) return RandomFunction(e, a);
  return Cell::Double(SeededRandom(ToLong(a.Get(0))));
}

Cell UuidFunction(Evaluator& e, const Arguments& a) {
  uint64_t high = e.host().Random();
  return e.Text(UuidOfBits(high, e.host().Random()));
}

Cell ParseFunction(Evaluator& e, const Arguments& a) {
  if (!a.Get(0).is_string()) return Cell();
  std::string_view text = a.Get(0).as_string();
  uint32_t cost = static_cast<uint32_t>(std::min<size_t>(text.size(), 1 << 30));
  if (!e.Work(cost / 8 + 1)) return Cell::Failed();
  JsonError error;
  std::optional<Value> value = ParseJson(text, &error);
  if (!value) return e.FailWith("D3137", error.message);
  if (RepeatsName(text, *value)) {
    return e.FailWith("D3137", "A name stands twice in one object");
  }
  return e.Keep(std::move(*value));
}

}  // namespace stepwheel::asl::jsonata
