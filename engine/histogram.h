// A histogram of durations with fixed bounds, cheap enough for every timer that
// fires: one short search and two additions. Prometheus shows it as it is.
#ifndef STEPWHEEL_ENGINE_HISTOGRAM_H_
#define STEPWHEEL_ENGINE_HISTOGRAM_H_

#include <array>
#include <cstdint>

namespace stepwheel::engine {

struct Histogram {
  // Milliseconds; an observation belongs to the first bound that is not less.
  static constexpr std::array<int64_t, 13> kBoundsMs = {
      0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 30'000};

  // By bound, not added up; the last counts what is above all bounds.
  std::array<int64_t, kBoundsMs.size() + 1> counts{};
  int64_t count = 0;
  int64_t sum_ms = 0;

  void Observe(int64_t ms) {
    size_t i = 0;
    while (i < kBoundsMs.size() && ms > kBoundsMs[i]) ++i;
    ++counts[i];
    ++count;
    sum_ms += ms;
  }
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_HISTOGRAM_H_
