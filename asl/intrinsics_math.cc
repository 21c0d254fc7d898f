// States.MathAdd, MathRandom, UUID.
#include <cmath>
#include <cstdio>

#include "asl/intrinsic_functions.h"
#include "asl/java_random.h"

namespace stepwheel::asl {
namespace {

bool IsInt32(int64_t i) { return i >= INT32_MIN && i <= INT32_MAX; }

// floor(x + 0.5), as recorded on AWS: -1.5 is -1, -1.51 is -2 (asl.md 6).
std::optional<int64_t> RoundedInt32(const Value& value) {
  if (value.is_int()) {
    if (!IsInt32(value.as_int())) return std::nullopt;
    return value.as_int();
  }
  if (!value.is_double()) return std::nullopt;
  const double rounded = std::floor(value.as_double() + 0.5);
  if (!(rounded >= INT32_MIN && rounded <= INT32_MAX)) return std::nullopt;
  return static_cast<int64_t>(rounded);
}

}  // namespace

std::optional<Value> MathAdd(const Arguments& args, Environment&) {
  const std::optional<int64_t> a = RoundedInt32(args[0]);
  const std::optional<int64_t> b = RoundedInt32(args[1]);
  if (!a || !b || !IsInt32(*a + *b)) return std::nullopt;
  return Value(*a + *b);
}

std::optional<Value> MathRandom(const Arguments& args, Environment& env) {
  const std::optional<int64_t> start = TruncatedInteger(args[0]);
  const std::optional<int64_t> end = TruncatedInteger(args[1]);
  if (!start || !end || *start >= *end) return std::nullopt;
  // Unsigned, because the distance may be larger than int64.
  const uint64_t from = static_cast<uint64_t>(*start);
  const uint64_t bound = static_cast<uint64_t>(*end) - from;
  uint64_t drawn;
  if (args.size() == 3) {
    const std::optional<int64_t> seed = TruncatedInteger(args[2]);
    if (!seed) return std::nullopt;
    JavaRandom random(*seed);
    drawn =
        bound <= INT32_MAX
            ? static_cast<uint64_t>(random.NextInt(static_cast<int32_t>(bound)))
            : static_cast<uint64_t>(random.NextLong()) % bound;
  } else {
    drawn = env.Random() % bound;
  }
  return Value(static_cast<int64_t>(from + drawn));
}

std::optional<Value> Uuid(const Arguments&, Environment& env) {
  // Version 4 in the 13th digit, variant 10 in the top bits of the 17th.
  const uint64_t high = (env.Random() & 0xFFFF'FFFF'FFFF'0FFFULL) | 0x4000ULL;
  const uint64_t low =
      (env.Random() & 0x3FFF'FFFF'FFFF'FFFFULL) | 0x8000'0000'0000'0000ULL;
  char text[37];
  std::snprintf(text, sizeof(text), "%08llx-%04llx-%04llx-%04llx-%012llx",
                static_cast<unsigned long long>(high >> 32),
                static_cast<unsigned long long>(high >> 16 & 0xFFFF),
                static_cast<unsigned long long>(high & 0xFFFF),
                static_cast<unsigned long long>(low >> 48),
                static_cast<unsigned long long>(low & 0xFFFF'FFFF'FFFFULL));
  return Value(text);
}

}  // namespace stepwheel::asl
