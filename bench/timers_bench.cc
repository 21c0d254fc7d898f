// The goals of the timer wheel, T1 to T10.
#include <benchmark/benchmark.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/goal.h"
#include "bench/process.h"
#include "bench/reference_timers.h"
#include "bench/timer_limits.h"
#include "bench/timer_workloads.h"

namespace stepwheel::bench {
namespace {

constexpr size_t kMillion = 1'000'000;

// The median of each contestant, and of the ratio that each repetition gave.
struct Duel {
  std::vector<double> ours;
  std::vector<double> theirs;

  double Ours() const { return Median(ours); }
  double Theirs() const { return Median(theirs); }
  double TheirsByOurs() const {
    std::vector<double> ratios;
    for (size_t i = 0; i < ours.size(); ++i) {
      ratios.push_back(theirs[i] / ours[i]);
    }
    return Median(ratios);
  }
  double OursByTheirs() const { return 1 / TheirsByOurs(); }
};

std::string Nanoseconds(const std::string& name, double value) {
  return name + " " + Quantity(value, "ns");
}

void HeartbeatGoals(const Options& options, Goals& goals) {
  const int repetitions = options.full ? 11 : 5;
  const size_t beats = 2 * kMillion;
  Heartbeats plan(kMillion);
  HeartbeatRun<Wheel> wheel(plan, kMillion);
  HeartbeatRun<Heap4> heap(plan, kMillion);
  HeartbeatRun<SteadyTimers> steady(plan, kMillion);
  Duel against_steady;
  Duel against_heap;
  // The first slice is not counted: nothing has been postponed by then.
  for (int i = -1; i < repetitions; ++i) {
    const std::vector<Heartbeats::Beat> slice = plan.Next(beats);
    const std::vector<Heartbeats::Beat> part(
        slice.begin(), slice.begin() + static_cast<ptrdiff_t>(beats / 8));
    const double wheel_ns = wheel.Play(slice);
    const double heap_ns = heap.Play(slice);
    const double steady_ns = steady.Play(part);
    if (i < 0) continue;
    against_steady.ours.push_back(wheel_ns);
    against_steady.theirs.push_back(steady_ns);
    against_heap.ours.push_back(wheel_ns);
    against_heap.theirs.push_back(heap_ns);
  }
  goals.AtLeast(
      "T1", Nanoseconds("a steady_timer per task:", against_steady.Theirs()),
      Nanoseconds("re-arm", against_steady.Ours()),
      against_steady.TheirsByOurs(), 15);
  goals.AtLeast("T2", Nanoseconds("4-ary heap:", against_heap.Theirs()),
                Nanoseconds("re-arm", against_heap.Ours()),
                against_heap.TheirsByOurs(), 2.5);
}

void IsolatedGoal(const Options& options, Goals& goals) {
  const int repetitions = options.full ? 11 : 5;
  Heartbeats plan(kMillion);
  HeartbeatRun<Wheel> wheel(plan, kMillion);
  HeartbeatRun<BareStore> bare(plan, kMillion);
  Duel duel;
  for (int i = -1; i < repetitions; ++i) {
    const std::vector<Heartbeats::Beat> slice = plan.Next(kMillion / 2);
    const double wheel_ns = wheel.Play(slice, Isolate);
    const double bare_ns = bare.Play(slice, Isolate);
    if (i < 0) continue;
    duel.ours.push_back(wheel_ns);
    duel.theirs.push_back(bare_ns);
  }
  goals.AtMost("T3", Nanoseconds("bare store and fence:", duel.Theirs()),
               Nanoseconds("re-arm and fence", duel.Ours()),
               duel.OursByTheirs(), 1.5);
}

void ScheduleCancelGoals(const Options& options, Goals& goals) {
  const int repetitions = options.full ? 11 : 5;
  ScheduleCancelRun<Wheel> wheel(kMillion);
  ScheduleCancelRun<Heap4> heap(kMillion);
  ScheduleCancelRun<SteadyTimers> steady(kMillion);
  Duel against_steady;
  Duel against_heap;
  for (int i = 0; i < repetitions; ++i) {
    const double wheel_ns = wheel.Play(kMillion);
    against_steady.ours.push_back(wheel_ns);
    against_heap.ours.push_back(wheel_ns);
    against_heap.theirs.push_back(heap.Play(kMillion));
    against_steady.theirs.push_back(steady.Play(kMillion / 4));
  }
  goals.AtLeast(
      "T5", Nanoseconds("a steady_timer per task:", against_steady.Theirs()),
      Nanoseconds("schedule and cancel", against_steady.Ours()),
      against_steady.TheirsByOurs(), 5);
  goals.AtLeast("T5", Nanoseconds("4-ary heap:", against_heap.Theirs()),
                Nanoseconds("schedule and cancel", against_heap.Ours()),
                against_heap.TheirsByOurs(), 1);
}

void VirtualYearGoals(const Options& options, Goals& goals) {
  const int repetitions = options.full ? 7 : 3;
  Duel against_heap;
  Duel against_btree;
  for (int i = 0; i < repetitions; ++i) {
    const double wheel_ns = VirtualYear<Wheel>(kMillion);
    against_heap.ours.push_back(wheel_ns);
    against_btree.ours.push_back(wheel_ns);
    against_heap.theirs.push_back(VirtualYear<Heap4>(kMillion));
    against_btree.theirs.push_back(VirtualYear<BtreeSet>(kMillion));
  }
  goals.AtLeast("T7", Nanoseconds("4-ary heap:", against_heap.Theirs()),
                Nanoseconds("jump", against_heap.Ours()),
                against_heap.TheirsByOurs(), 3);
  goals.AtMost("T7", Nanoseconds("absl::btree_set:", against_btree.Theirs()),
               Nanoseconds("jump", against_btree.Ours()),
               against_btree.OursByTheirs(), 1.5);
}

// Of the wheel alone: the loop of the workload is counted in the same run, and
// subtracted.
void InstructionGoals(Goals& goals) {
  const size_t sizes[] = {1000, 100'000, kMillion};
  double wheel[3];
  double loop[3];
  for (int i = 0; i < 3; ++i) {
    const auto with = InstructionsPerBeat(kCountFlag, sizes[i]);
    const auto without = InstructionsPerBeat(kCountLoopFlag, sizes[i]);
    if (!with || !without) {
      return goals.Note("T4", "callgrind", "not counted: valgrind is missing",
                        0);
    }
    wheel[i] = *with - *without;
    loop[i] = *without;
  }
  goals.AtMost("T4", "itself, with 100,000 timers",
               Quantity(wheel[1], "instructions a beat") + ", without the " +
                   Quantity(loop[1], "of the loop"),
               wheel[1], 60, " instructions");
  goals.AtMost("T4", "1,000 timers: " + Quantity(wheel[0], "instructions"),
               "1,000,000 timers: " + Quantity(wheel[2], "instructions"),
               wheel[2] / wheel[0], 1);
}

void SpreadExpiryGoal(const Options& options, Goals& goals) {
  Duel duel;
  for (int i = 0; i < (options.full ? 7 : 3); ++i) {
    duel.ours.push_back(SpreadExpiry<Wheel>(kMillion));
    duel.theirs.push_back(SpreadExpiry<AsioQueue>(kMillion));
  }
  goals.AtLeast("T6", Nanoseconds("Asio's timer queue:", duel.Theirs()),
                Nanoseconds("expiry", duel.Ours()), duel.TheirsByOurs(), 3);
}

void DrainGoals(const Options& options, Goals& goals) {
  Heartbeats plan(kMillion);
  HeartbeatRun<Timed<Wheel>> wheel(plan, kMillion);
  HeartbeatRun<Timed<Heap4>> heap(plan, kMillion);
  Duel usual;
  Duel worst;
  for (int i = -1; i < (options.full ? 11 : 5); ++i) {
    const std::vector<Heartbeats::Beat> slice = plan.Next(2 * kMillion);
    const Drains ours = MeasureDrains(wheel, slice);
    const Drains theirs = MeasureDrains(heap, slice);
    if (i < 0) continue;
    usual.ours.push_back(ours.p999_ns);
    usual.theirs.push_back(theirs.p999_ns);
    worst.ours.push_back(ours.worst_ns);
    worst.theirs.push_back(theirs.worst_ns);
  }
  goals.AtMost("T9", Nanoseconds("4-ary heap, p99.9:", usual.Theirs()),
               Nanoseconds("p99.9 of Advance()", usual.Ours()),
               usual.OursByTheirs(), 2);
  goals.AtMost("T9", Nanoseconds("4-ary heap, worst:", worst.Theirs()),
               Nanoseconds("worst Advance()", worst.Ours()),
               worst.OursByTheirs(), 2);
}

void ExactnessGoal(Goals& goals) {
  uint64_t expiries = 0;
  const uint64_t wrong = WrongExpiries(kMillion, &expiries);
  goals.AtMost("T10", "std::set",
               std::to_string(expiries) + " expiries, up to 2^47 ms away",
               static_cast<double>(wrong), 0, " wrong");
}

// Runs `measure` in a process of its own: memory that others have freed would
// be used again unseen.
template <typename Measure>
double InChild(Measure measure) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) std::abort();
  const pid_t child = fork();
  if (child == 0) {
    const double result = measure();
    _exit(write(pipe_ends[1], &result, sizeof result) != sizeof result);
  }
  close(pipe_ends[1]);
  double result = -1;
  if (read(pipe_ends[0], &result, sizeof result) != sizeof result) std::abort();
  close(pipe_ends[0]);
  waitpid(child, nullptr, 0);
  return result;
}

template <typename Timers>
double BytesPerTimer() {
  const double before = ResidentBytes();
  Timers timers(kMillion);
  std::mt19937_64 random(7);
  for (size_t i = 0; i < kMillion; ++i) {
    timers.Schedule(static_cast<TimerId>(i),
                    30'000 + Scale(random(), 3'570'000));
  }
  return (ResidentBytes() - before) / kMillion;
}

// After four minutes of heartbeats, with NextDue() asked for as often as the
// server asks: what the wheel needs in service.
double BytesPerBeatingTimer() {
  Heartbeats plan(kMillion);
  const std::vector<Heartbeats::Beat> beats = plan.Next(6 * kMillion);
  const double before = ResidentBytes();
  HeartbeatRun<Wheel> run(plan, kMillion);
  double most = 0;
  size_t count = 0;
  run.Play(beats, [&] {
    run.timers().wheel().NextDue();
    if (++count % 100'000 == 0) most = std::max(most, ResidentBytes());
  });
  return (most - before) / kMillion;
}

void MemoryGoal(Goals& goals) {
  const double steady = InChild(BytesPerTimer<SteadyTimers>);
  const double armed = InChild(BytesPerTimer<Wheel>);
  const double beating = InChild(BytesPerBeatingTimer);
  const double worst = std::max(armed, beating);
  goals.AtMost("T8", "a steady_timer per task: " + Quantity(steady, "bytes"),
               "armed " + Quantity(armed, "bytes") + ", beating " +
                   Quantity(beating, "bytes"),
               worst, 32, " bytes");
}

// --- Programs for Google Benchmark ------------------------------------------

void BM_Heartbeat(benchmark::State& state) {
  const auto timers = static_cast<size_t>(state.range(0));
  Heartbeats plan(timers);
  HeartbeatRun<Wheel> run(plan, timers);
  const std::vector<Heartbeats::Beat> slice = plan.Next(1 << 18);
  for (auto _ : state) run.Play(slice);
  state.SetItemsProcessed(state.iterations() * (1 << 18));
}
BENCHMARK(BM_Heartbeat)->RangeMultiplier(10)->Range(1000, 10 * kMillion);

void BM_HeartbeatThenNextDue(benchmark::State& state) {
  const auto timers = static_cast<size_t>(state.range(0));
  Heartbeats plan(timers);
  HeartbeatRun<Wheel> run(plan, timers);
  const std::vector<Heartbeats::Beat> slice = plan.Next(1 << 18);
  for (auto _ : state) {
    run.Play(slice, [&] { run.timers().wheel().NextDue(); });
  }
  state.SetItemsProcessed(state.iterations() * (1 << 18));
}
BENCHMARK(BM_HeartbeatThenNextDue)->RangeMultiplier(10)->Range(1000, kMillion);

// The worst order for NextDue(): each beat is that of the earliest timer, and
// all timers lie in one bucket.
void BM_EarliestBeatsThenNextDue(benchmark::State& state) {
  const auto timers = static_cast<size_t>(state.range(0));
  constexpr Tick kHour = 3'600'000;
  TimerWheel wheel;
  for (size_t i = 0; i < timers; ++i) {
    wheel.Arm(wheel.Create(), kHour + i / 100);
  }
  uint64_t beat = 0;
  for (auto _ : state) {
    wheel.Arm(static_cast<TimerId>(beat % timers),
              kHour + (beat + timers) / 100 % 200'000);
    benchmark::DoNotOptimize(wheel.NextDue());
    ++beat;
  }
}
BENCHMARK(BM_EarliestBeatsThenNextDue)->RangeMultiplier(10)->Range(1000, 1e6);

void BM_ExpireSpread(benchmark::State& state) {
  const auto timers = static_cast<size_t>(state.range(0));
  std::mt19937_64 random(777);
  for (auto _ : state) {
    state.PauseTiming();
    TimerWheel wheel;
    for (size_t i = 0; i < timers; ++i) {
      wheel.Arm(wheel.Create(), 1 + Scale(random(), timers));
    }
    uint64_t sum = 0;
    state.ResumeTiming();
    for (Tick tick = 1; tick <= timers; ++tick) {
      wheel.Advance(tick, [&](TimerId id) { sum += id; });
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_ExpireSpread)->RangeMultiplier(10)->Range(1000, kMillion);

int Main(int argc, char** argv) {
  if (argc == 3 && argv[1] == std::string(kCountFlag)) {
    return PlayCounted<Wheel>(std::strtoull(argv[2], nullptr, 10));
  }
  if (argc == 3 && argv[1] == std::string(kCountLoopFlag)) {
    return PlayCounted<DoNothing>(std::strtoull(argv[2], nullptr, 10));
  }
  const Options options = ParseOptions(argc, argv);
  if (options.micro) {
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
  }
  Goals goals;
  MemoryGoal(goals);  // First, while this process has nothing to reuse.
  HeartbeatGoals(options, goals);
  IsolatedGoal(options, goals);
  ScheduleCancelGoals(options, goals);
  VirtualYearGoals(options, goals);
  SpreadExpiryGoal(options, goals);
  DrainGoals(options, goals);
  ExactnessGoal(goals);
  InstructionGoals(goals);
  return goals.Report(options);
}

}  // namespace
}  // namespace stepwheel::bench

int main(int argc, char** argv) { return stepwheel::bench::Main(argc, argv); }
