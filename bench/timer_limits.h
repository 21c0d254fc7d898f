// The worst of the timer wheel, not its average: instructions of a heartbeat
// with all that follows from it (T4), a million expiries (T6), the longest
// drains (T9), and the same answers as an ordered set (T10).
#ifndef STEPWHEEL_BENCH_TIMER_LIMITS_H_
#define STEPWHEEL_BENCH_TIMER_LIMITS_H_

#include <unistd.h>

#include <algorithm>
#include <boost/asio/detail/chrono_time_traits.hpp>
#include <boost/asio/detail/timer_queue.hpp>
#include <boost/asio/detail/wait_op.hpp>
#include <boost/asio/wait_traits.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bench/timer_workloads.h"

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#define STEPWHEEL_COUNT_FROM_HERE CALLGRIND_START_INSTRUMENTATION
#define STEPWHEEL_COUNT_TO_HERE CALLGRIND_STOP_INSTRUMENTATION
#else
#define STEPWHEEL_COUNT_FROM_HERE
#define STEPWHEEL_COUNT_TO_HERE
#endif

namespace stepwheel::bench {

// --- T4 ----------------------------------------------------------------------

inline constexpr char kCountFlag[] = "--count-beats-of";
inline constexpr char kCountLoopFlag[] = "--count-loop-of";
// Whole turns of what repeats: a million beats, or the 262 s after which the
// timers of the next long slot are dealt out, whichever is more.
inline size_t CountedBeats(const Heartbeats& plan) {
  return std::max<size_t>(1'000'000,
                          262'144'000'000 / plan.nanoseconds_per_beat());
}

// What the loop of the workload takes by itself: a contestant that does nothing
// with its arguments, unnoticed by the compiler.
class DoNothing {
 public:
  explicit DoNothing(size_t) {}
  void Schedule(TimerId, Tick) {}
  void Rearm(TimerId id, Tick due) { asm volatile("" ::"r"(id), "r"(due)); }
  template <typename Fire>
  void Advance(Tick to, Fire&& fire) {
    asm volatile("" ::"r"(this), "r"(to), "r"(&fire) : "memory");
  }
};

// What callgrind is to count, in a process of its own: beats of `timers`
// workers who have been at it for a while, and the time that goes on meanwhile.
template <typename Timers>
int PlayCounted(size_t timers) {
  Heartbeats plan(timers);
  HeartbeatRun<Timers> run(plan, timers);
  run.Play(plan.Next(std::min<size_t>(20 * timers, 6'000'000)));
  const std::vector<Heartbeats::Beat> slice = plan.Next(CountedBeats(plan));
  STEPWHEEL_COUNT_FROM_HERE;
  run.Play(slice);
  STEPWHEEL_COUNT_TO_HERE;
  return 0;
}

// User instructions per beat, or nullopt where callgrind cannot be run. `flag`
// says whose: kCountFlag or kCountLoopFlag.
inline std::optional<double> InstructionsPerBeat(const char* flag,
                                                 size_t timers) {
  char self[4096];
  const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  if (length <= 0) return std::nullopt;
  self[length] = '\0';
  const std::string command =
      "valgrind --tool=callgrind --instr-atstart=no "
      "--callgrind-out-file=/dev/null '" +
      std::string(self) + "' " + flag + " " + std::to_string(timers) + " 2>&1";
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::optional<double> count;
  char line[512];
  while (std::fgets(line, sizeof line, pipe) != nullptr) {
    const char* at = std::strstr(line, "Collected : ");
    if (at != nullptr) count = std::strtod(at + 12, nullptr);
  }
  pclose(pipe);
  if (!count || *count == 0) return std::nullopt;
  return *count / static_cast<double>(CountedBeats(Heartbeats(timers)));
}

// --- T6 ----------------------------------------------------------------------

// Asio's own queue of timers (a binary heap), without its reactor, on a clock
// that we move.
class AsioQueue {
 public:
  explicit AsioQueue(size_t timers) : timers_(new Timer[timers]) {
    for (size_t i = 0; i < timers; ++i) {
      timers_[i].op.id = static_cast<TimerId>(i);
    }
  }
  void Schedule(TimerId id, Tick due) {
    queue_.enqueue_timer(At(due), timers_[id].data, &timers_[id].op);
  }
  template <typename Fire>
  void Advance(Tick to, Fire&& fire) {
    ManualClock::current = At(to);
    boost::asio::detail::op_queue<boost::asio::detail::operation> ready;
    queue_.get_ready_timers(ready);
    while (boost::asio::detail::operation* op = ready.front()) {
      ready.pop();
      fire(static_cast<Op*>(op)->id);
    }
  }

 private:
  struct ManualClock {
    using duration = std::chrono::milliseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<ManualClock>;
    static constexpr bool is_steady = true;
    static inline time_point current;
    static time_point now() { return current; }
  };
  using Traits = boost::asio::detail::chrono_time_traits<
      ManualClock, boost::asio::wait_traits<ManualClock>>;
  using Queue = boost::asio::detail::timer_queue<Traits>;
  struct Op : boost::asio::detail::wait_op {
    Op() : wait_op(&Ignore) {}
    static void Ignore(void*, boost::asio::detail::operation*,
                       const boost::system::error_code&, size_t) {}
    TimerId id = 0;
  };
  struct Timer {
    Queue::per_timer_data data;
    Op op;
  };
  static ManualClock::time_point At(Tick tick) {
    return ManualClock::time_point(
        std::chrono::milliseconds(static_cast<int64_t>(tick)));
  }

  std::unique_ptr<Timer[]> timers_;
  Queue queue_;
};

// As many timers as ticks, at random ticks; time goes through all of them.
// Nanoseconds per timer.
template <typename Timers>
double SpreadExpiry(size_t count) {
  Timers timers(count);
  std::mt19937_64 random(777);
  for (size_t i = 0; i < count; ++i) {
    timers.Schedule(static_cast<TimerId>(i), 1 + Scale(random(), count));
  }
  uint64_t expired = 0;
  const Stopwatch watch;
  for (Tick tick = 1; tick <= count; ++tick) {
    timers.Advance(tick, [&](TimerId) { ++expired; });
  }
  const double nanoseconds = watch.Nanoseconds();
  if (expired != count) std::abort();
  return nanoseconds / static_cast<double>(count);
}

// --- T9 ----------------------------------------------------------------------

// A contestant whose Advance() is timed each time it is called.
template <typename Timers>
class Timed : public Timers {
 public:
  using Timers::Timers;
  template <typename Fire>
  void Advance(Tick to, Fire&& fire) {
    const Stopwatch watch;
    Timers::Advance(to, fire);
    took.push_back(watch.Nanoseconds());
  }
  std::vector<double> took;
};

struct Drains {
  double p999_ns = 0;
  double worst_ns = 0;
};

// Of Advance() over the next `beats` of `run`.
template <typename Timers>
Drains MeasureDrains(HeartbeatRun<Timed<Timers>>& run,
                     const std::vector<Heartbeats::Beat>& beats) {
  std::vector<double>& took = run.timers().took;
  took.clear();
  run.Play(beats);
  std::sort(took.begin(), took.end());
  return {took[took.size() * 999 / 1000], took.back()};
}

// --- T10 ---------------------------------------------------------------------

// Expiries at another tick, or in other number, than an ordered set says.
// (tests/engine/timer_wheel_diff_test.cc goes further: jumps, cancels, changes
// from within.)
inline uint64_t WrongExpiries(size_t timers, uint64_t* expiries) {
  std::mt19937_64 random(31337);
  TimerWheel wheel;
  std::set<std::pair<Tick, TimerId>> model;
  std::vector<Tick> due(timers);
  auto arm = [&](TimerId id) {
    const Tick from = wheel.now();
    due[id] = std::min(from + 1 + Scale(random(), Tick{1} << (random() % 47)),
                       TimerWheel::kMaxTick);
    model.insert({due[id], id});
    wheel.Arm(id, due[id]);
  };
  for (size_t i = 0; i < timers; ++i) arm(wheel.Create());
  uint64_t wrong = 0;
  for (size_t beat = 0; beat < timers; ++beat) {
    const auto id = static_cast<TimerId>(random() % timers);
    model.erase({due[id], id});
    arm(id);
  }
  while (!model.empty()) {
    const Tick next = model.begin()->first;
    if (wheel.NextDue() != next) ++wrong;
    wheel.Advance(next, [&](TimerId id) {
      if (wheel.now() != due[id] || model.erase({due[id], id}) != 1) ++wrong;
      ++*expiries;
    });
    if (!model.empty() && model.begin()->first <= next) ++wrong;
    if (wrong > 0) break;
  }
  return wrong;
}

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_TIMER_LIMITS_H_
