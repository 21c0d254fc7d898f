// What timers go through in a server, as programs that any of the contestants
// in reference_timers.h can run. Times are nanoseconds of processor time per
// operation.
#ifndef STEPWHEEL_BENCH_TIMER_WORKLOADS_H_
#define STEPWHEEL_BENCH_TIMER_WORKLOADS_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "engine/time/timer_wheel.h"

namespace stepwheel::bench {

// Processor time of this thread: what others do on the machine is not counted
// (but for the caches that they use up).
class Stopwatch {
 public:
  double Nanoseconds() const { return Now() - start_; }

 private:
  static double Now() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 +
           static_cast<double>(time.tv_nsec);
  }

  double start_ = Now();
};

// A random number below n from 64 random bits.
inline uint64_t Scale(uint64_t bits, uint64_t n) {
  return static_cast<uint64_t>(static_cast<double>(bits >> 11) * 0x1p-53 *
                               static_cast<double>(n));
}

// Waits until all loads and stores so far are done, so that nothing overlaps
// with the next operation: what one request by itself would see.
inline void Isolate() {
#if defined(__x86_64__)
  __builtin_ia32_mfence();
  __builtin_ia32_lfence();
#else
  std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

// A million workers and their heartbeats: eight classes with intervals from
// 30 s to 1 h, everybody beats at a third of his interval, and 0.5 % of each
// class never beat, time out and are started again.
class Heartbeats {
 public:
  struct Beat {
    TimerId id;
    uint32_t interval;
  };

  explicit Heartbeats(size_t timers)
      : class_size_(timers / kIntervals.size()), ids_(timers) {
    std::iota(ids_.begin(), ids_.end(), TimerId{0});
    std::shuffle(ids_.begin(), ids_.end(), random_);
    double rate = 0;  // Beats per millisecond.
    for (size_t c = 0; c < kIntervals.size(); ++c) {
      rate += static_cast<double>(class_size_) * 3 / kIntervals[c];
      cumulative_rate_[c] = rate;
    }
    nanoseconds_per_beat_ = static_cast<uint64_t>(1e6 / rate);
  }

  // Everybody has beaten once, a random part of a third of an interval ago.
  template <typename Timers>
  void Start(Timers& timers) const {
    for (size_t i = 0; i < ids_.size(); ++i) {
      const Tick interval = IntervalOf(i);
      const size_t phase = (i % class_size_) * (interval / 3) / class_size_;
      timers.Schedule(ids_[i], interval - interval / 3 + phase + 1);
    }
  }

  // The next beats in order of time.
  std::vector<Beat> Next(size_t count) {
    std::vector<Beat> beats(count);
    const size_t beating = class_size_ - class_size_ / 200;
    for (Beat& beat : beats) {
      const double at = static_cast<double>(random_() >> 11) * 0x1p-53 *
                        cumulative_rate_.back();
      size_t c = 0;
      while (c + 1 < kIntervals.size() && cumulative_rate_[c] < at) ++c;
      beat = {ids_[c * class_size_ + turn_[c]], kIntervals[c]};
      turn_[c] = (turn_[c] + 1) % beating;
    }
    return beats;
  }

  uint64_t nanoseconds_per_beat() const { return nanoseconds_per_beat_; }

 private:
  static constexpr std::array<uint32_t, 8> kIntervals = {
      30'000, 59'400, 117'800, 233'000, 462'000, 916'000, 1'816'000, 3'600'000};

  uint32_t IntervalOf(size_t index) const {
    return kIntervals[std::min(index / class_size_, kIntervals.size() - 1)];
  }

  size_t class_size_;
  std::vector<TimerId> ids_;
  std::mt19937_64 random_{12345};
  std::array<double, 8> cumulative_rate_;
  std::array<size_t, 8> turn_ = {};
  uint64_t nanoseconds_per_beat_;
};

// One contestant's run of Heartbeats: it keeps its simulated time between
// slices, so that contestants can take turns.
template <typename Timers>
class HeartbeatRun {
 public:
  HeartbeatRun(const Heartbeats& plan, size_t timers)
      : timers_(timers), nanoseconds_per_beat_(plan.nanoseconds_per_beat()) {
    plan.Start(timers_);
  }

  // Time per beat, with all the work of Advance() while time goes on.
  // `between` is called after each beat.
  template <typename Between>
  double Play(const std::vector<Heartbeats::Beat>& beats, Between between) {
    const Stopwatch watch;
    for (const Heartbeats::Beat& beat : beats) {
      nanoseconds_ += nanoseconds_per_beat_;
      const Tick now = nanoseconds_ / 1'000'000;
      if (now != now_) {
        now_ = now;
        timers_.Advance(now, [&](TimerId id) {
          ++expired_;
          timers_.Schedule(id, now + 60'000);
        });
      }
      timers_.Rearm(beat.id, now + beat.interval);
      between();
    }
    return watch.Nanoseconds() / static_cast<double>(beats.size());
  }
  double Play(const std::vector<Heartbeats::Beat>& beats) {
    return Play(beats, [] {});
  }

  Timers& timers() { return timers_; }
  uint64_t expired() const { return expired_; }

 private:
  Timers timers_;
  uint64_t nanoseconds_per_beat_;
  uint64_t nanoseconds_ = 0;
  Tick now_ = 0;
  uint64_t expired_ = 0;
};

// Tasks that end before their timeout: a timer is armed, and one armed 2,048
// tasks ago is cancelled, beside `timers` others.
template <typename Timers>
class ScheduleCancelRun {
 public:
  explicit ScheduleCancelRun(size_t timers)
      : base_(static_cast<TimerId>(timers)), timers_(timers + kIds) {
    std::mt19937_64 random(99);
    const auto timeout = [&] { return 30'000 + Scale(random(), 3'570'000); };
    for (TimerId id = 0; id < base_; ++id) timers_.Schedule(id, timeout());
    for (Tick& due : due_) due = timeout();
    for (; next_ < kIds / 2; ++next_) {
      timers_.Schedule(base_ + next_, due_[next_]);
    }
  }

  // Time per pair.
  double Play(size_t pairs) {
    const Stopwatch watch;
    for (size_t i = 0; i < pairs; ++i, ++next_) {
      timers_.Schedule(base_ + next_ % kIds, due_[next_ % due_.size()]);
      timers_.Cancel(base_ + (next_ + kIds / 2) % kIds);
    }
    return watch.Nanoseconds() / static_cast<double>(pairs);
  }

 private:
  static constexpr TimerId kIds = 4096;

  TimerId base_;
  Timers timers_;
  std::vector<Tick> due_ = std::vector<Tick>(1 << 16);
  TimerId next_ = 0;
};

// Virtual time: timers spread over a year, and time jumps from each to the
// next until none is left. Time per jump.
template <typename Timers>
double VirtualYear(size_t count) {
  constexpr uint64_t kYear = 31'536'000'000;
  Timers timers(count);
  std::mt19937_64 random(4242);
  for (size_t i = 0; i < count; ++i) {
    timers.Schedule(static_cast<TimerId>(i), 1 + Scale(random(), kYear));
  }
  uint64_t expired = 0;
  uint64_t jumps = 0;
  const Stopwatch watch;
  while (timers.Jump([&](TimerId) { ++expired; })) ++jumps;
  const double nanoseconds = watch.Nanoseconds();
  if (expired != count) std::abort();
  return nanoseconds / static_cast<double>(jumps);
}

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_TIMER_WORKLOADS_H_
