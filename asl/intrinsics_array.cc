// States.Array, ArrayContains, ArrayGetItem, ArrayLength, ArrayPartition,
// ArrayRange, ArrayUnique.
#include <bit>
#include <cmath>
#include <unordered_map>

#include "asl/intrinsic_functions.h"
#include "asl/json.h"

namespace stepwheel::asl {
namespace {

uint64_t Mix(uint64_t h) {
  h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9ULL;
  h = (h ^ (h >> 27)) * 0x94D049BB133111EBULL;
  return h ^ (h >> 31);
}

uint64_t HashNumber(const Value& value) {
  // 1 and 1.0 are equal, so they hash alike.
  const double d = value.as_double();
  return Mix(std::bit_cast<uint64_t>(d == 0 ? 0.0 : d));
}

// Equal values have equal hashes: the order of members does not count.
uint64_t HashValue(const Value& value) {
  const uint64_t kind = static_cast<uint64_t>(value.kind());
  switch (value.kind()) {
    case Value::Kind::kNull:
      return Mix(kind);
    case Value::Kind::kBool:
      return Mix(kind + (value.as_bool() ? 100 : 200));
    case Value::Kind::kInt:
    case Value::Kind::kDouble:
      return HashNumber(value);
    case Value::Kind::kString:
      return std::hash<std::string_view>()(value.as_string());
    case Value::Kind::kArray: {
      uint64_t hash = Mix(kind);
      for (const Value& element : value.as_array()) {
        hash = Mix(hash + HashValue(element));
      }
      return hash;
    }
    case Value::Kind::kObject: {
      uint64_t hash = Mix(kind);
      for (const Member& member : value.as_object()) {
        hash += Mix(std::hash<std::string_view>()(member.key()) +
                    3 * HashValue(member.value));
      }
      return hash;
    }
  }
  return 0;
}

}  // namespace

std::optional<int64_t> TruncatedInteger(const Value& value) {
  if (value.is_int()) return value.as_int();
  if (!value.is_double()) return std::nullopt;
  const double whole = std::trunc(value.as_double());
  if (!(whole >= -0x1.0p63 && whole < 0x1.0p63)) return std::nullopt;
  return static_cast<int64_t>(whole);
}

std::optional<Value> Array(const Arguments& args, Environment&) {
  return Value(Elements(args));
}

std::optional<Value> ArrayContains(const Arguments& args, Environment&) {
  if (!args[0].is_array()) return std::nullopt;
  for (const Value& element : args[0].as_array()) {
    if (element == args[1]) return Value(true);
  }
  return Value(false);
}

std::optional<Value> ArrayGetItem(const Arguments& args, Environment&) {
  if (!args[0].is_array()) return std::nullopt;
  const Elements& elements = args[0].as_array();
  const std::optional<int64_t> index = TruncatedInteger(args[1]);
  if (!index || *index < 0) return std::nullopt;
  // AWS was seen to answer null for any item of an empty array, and to fail for
  // one past the end of any other.
  if (elements.empty()) return Value();
  const uint64_t position = static_cast<uint64_t>(*index);
  if (position >= elements.size()) return std::nullopt;
  return elements[position];
}

std::optional<Value> ArrayLength(const Arguments& args, Environment&) {
  if (!args[0].is_array()) return std::nullopt;
  return Value(static_cast<int64_t>(args[0].as_array().size()));
}

std::optional<Value> ArrayPartition(const Arguments& args, Environment&) {
  if (!args[0].is_array()) return std::nullopt;
  const Elements& elements = args[0].as_array();
  const std::optional<int64_t> asked = TruncatedInteger(args[1]);
  if (!asked || *asked < 1) return std::nullopt;
  const size_t size = static_cast<size_t>(
      std::min<uint64_t>(static_cast<uint64_t>(*asked), elements.size() + 1));
  Elements parts;
  for (size_t i = 0; i < elements.size(); i += size) {
    const size_t end = std::min(i + size, elements.size());
    parts.emplace_back(
        Elements(elements.begin() + static_cast<std::ptrdiff_t>(i),
                 elements.begin() + static_cast<std::ptrdiff_t>(end)));
  }
  return Value(std::move(parts));
}

std::optional<Value> ArrayRange(const Arguments& args, Environment&) {
  const std::optional<int64_t> first = TruncatedInteger(args[0]);
  const std::optional<int64_t> last = TruncatedInteger(args[1]);
  const std::optional<int64_t> step = TruncatedInteger(args[2]);
  if (!first || !last || !step || *step == 0) return std::nullopt;
  const bool up = *step > 0;
  if (up ? *first > *last : *first < *last) return Value::EmptyArray();
  // As unsigned numbers, because the distance may be larger than int64.
  const uint64_t from = static_cast<uint64_t>(*first);
  const uint64_t to = static_cast<uint64_t>(*last);
  const uint64_t stride = static_cast<uint64_t>(*step);
  const uint64_t steps = up ? (to - from) / stride : (from - to) / (0 - stride);
  if (steps >= kArrayRangeElementsMax) return std::nullopt;
  Elements elements;
  elements.reserve(steps + 1);
  for (uint64_t i = 0; i <= steps; ++i) {
    elements.emplace_back(static_cast<int64_t>(from + i * stride));
  }
  return Value(std::move(elements));
}

std::optional<Value> ArrayUnique(const Arguments& args, Environment&) {
  // Loops of states can nest values deeper than the parser lets them be.
  if (!args[0].is_array() || args[0].depth() > uint32_t{kJsonDepthMax}) {
    return std::nullopt;
  }
  Elements kept;
  std::unordered_multimap<uint64_t, size_t> seen;
  for (const Value& element : args[0].as_array()) {
    const uint64_t hash = HashValue(element);
    const auto [begin, end] = seen.equal_range(hash);
    bool repeated = false;
    for (auto it = begin; it != end && !repeated; ++it) {
      repeated = kept[it->second] == element;
    }
    if (repeated) continue;
    seen.emplace(hash, kept.size());
    kept.push_back(element);
  }
  return Value(std::move(kept));
}

}  // namespace stepwheel::asl
