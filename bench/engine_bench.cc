// The goals of the engine: E1 (transitions per second of a chain of Pass
// states) and J2 (a large payload that is only passed on costs nothing), and
// how Map and Parallel grow.
#include <malloc.h>

#include <climits>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/counting_store.h"
#include "bench/goal.h"
#include "bench/naive_interpreter.h"
#include "bench/timer_workloads.h"
#include "engine/engine.h"
#include "engine/time/virtual_clock.h"
#include "storage/memory_store.h"

namespace stepwheel::bench {
namespace {

constexpr size_t kKib = 1024;
constexpr int kStates = 200;
// For J2: what happens once per execution must not drown the rest.
constexpr int kManyStates = 1000;

// --- Input ------------------------------------------------------------------

// An order of about `bytes` bytes: some fields, and items as many as fit.
std::string Document(size_t bytes) {
  std::string text =
      R"({"order":"3f0d3a52-6a0e-4a4e-9a55-1c1f2f9e8d77","customer":{"id":417,)"
      R"("tier":"gold","vip":true},"currency":"EUR","items":[)";
  const std::string end = R"(],"total":1234,"note":null})";
  for (int i = 0;; ++i) {
    const std::string n = std::to_string(i);
    const std::string item =
        R"({"sku":"A-)" + n + R"(","count":)" + std::to_string(i % 9 + 1) +
        R"(,"price":250,"name":"Part number )" + n + R"(","tags":["a","b"]})";
    if (text.size() + item.size() + end.size() + 1 > bytes) return text + end;
    if (i > 0) text += ',';
    text += item;
  }
}

std::string PassChain(int states) {
  std::string text = R"({"StartAt":"S1","States":{)";
  for (int i = 1; i <= states; ++i) {
    text += "\"S" + std::to_string(i) +
            R"(":{"Type":"Pass","Parameters":{"id.$":"$.customer.id",)"
            R"("currency.$":"$.currency","k":1},"ResultPath":"$.summary",)";
    text += i < states ? R"("Next":"S)" + std::to_string(i + 1) + "\"},"
                       : R"("End":true})";
  }
  return text + "}}";
}

const char kMapOfPass[] =
    R"({"StartAt":"M","States":{"M":{"Type":"Map","End":true,)"
    R"("ItemProcessor":{"StartAt":"P","States":{)"
    R"("P":{"Type":"Pass","End":true}}}}}})";

// Numbers: 40,000 of anything larger would not be within AWS's 256 KiB.
std::string Items(int count) {
  std::string text = "[";
  for (int i = 0; i < count; ++i) {
    text += (i > 0 ? "," : "") + std::to_string(i);
  }
  return text + "]";
}

std::string ParallelOfPass(int branches) {
  std::string text =
      R"({"StartAt":"F","States":{"F":{"Type":"Parallel","End":true,)"
      R"("Branches":[)";
  for (int i = 0; i < branches; ++i) {
    const std::string name = "P" + std::to_string(i);
    text += (i > 0 ? ",{\"StartAt\":\"" : "{\"StartAt\":\"") + name +
            "\",\"States\":{\"" + name + R"(":{"Type":"Pass","End":true}}})";
  }
  return text + "]}}}";
}

// --- Contestants ------------------------------------------------------------

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "engine_bench: %s\n", what.c_str());
  std::exit(1);
}

// An engine with one state machine on a fresh store.
template <class Store>
class EngineRun {
 public:
  explicit EngineRun(const std::string& definition,
                     int64_t history_events_max = engine::kHistoryEventsMax)
      : clock_(Instant::FromUnixMillis(1'767'225'600'000)),
        engine_(Options(history_events_max), &clock_, &store_, nullptr) {
    if (!engine_.Recover().ok()) Die("the empty store cannot be read");
    engine::CreateStateMachineRequest request;
    request.name = "bench";
    request.definition = definition;
    request.role_arn = "arn:aws:iam::123456789012:role/bench";
    engine_.CreateStateMachine(request, clock_.Now(), [this](const auto& a) {
      if (!a.ok()) Die(a.error().message);
      arn_ = a->state_machine_arn;
    });
    Settle();
  }

  // Nanoseconds from StartExecution to the end of the execution.
  double Play(const std::string& input) {
    engine::StartExecutionRequest request;
    request.state_machine_arn = arn_;
    request.name = "x" + std::to_string(++started_);
    request.input = input;
    const Stopwatch watch;
    engine_.StartExecution(request, clock_.Now(), [](const auto& a) {
      if (!a.ok()) Die(a.error().message);
    });
    Settle();
    const double took = watch.Nanoseconds();
    if (engine_.stats().executions_loaded != 0) Die("an execution is stuck");
    return took;
  }

  const Store& store() const { return store_; }

 private:
  static engine::EngineOptions Options(int64_t history_events_max) {
    engine::EngineOptions options;
    options.history_events_max = history_events_max;
    options.seed = 1;
    return options;
  }
  void Settle() {
    while (engine_.Turn()) {
    }
  }

  VirtualClock clock_;
  Store store_;
  engine::Engine engine_;
  std::string arn_;
  int started_ = 0;
};

// --- Goals ------------------------------------------------------------------

// E1: with MemoryStore, so with the log's bytes.
void PassChainGoal(const Options& options, Goals& goals) {
  const int repetitions = options.full ? 25 : 9;
  const std::string definition = PassChain(kStates);
  const std::string input = Document(kKib);
  const NaiveInterpreter naive(definition);
  std::vector<double> ours, theirs, ratios;
  std::vector<std::string> history;
  for (int i = -1; i < repetitions; ++i) {
    EngineRun<storage::MemoryStore> run(definition);
    double engine_ns = 0, naive_ns = 0;
    for (int k = 0; k < 4; ++k) {
      engine_ns += run.Play(input) / 4 / kStates;
      const Stopwatch watch;
      naive.Run(input, &history);
      naive_ns += watch.Nanoseconds() / 4 / kStates;
    }
    if (i < 0) continue;
    ours.push_back(engine_ns);
    theirs.push_back(naive_ns);
    ratios.push_back(naive_ns / engine_ns);
  }
  goals.AtLeast("E1",
                "naive, text to text: " + Quantity(Median(theirs) / 1e3, "us"),
                "Pass, 1 KiB " + Quantity(Median(ours) / 1e3, "us") + ", " +
                    Quantity(1e6 / Median(ours), "k/s"),
                Median(ratios), 4);
}

// J2: the same chain with 200 times the payload.
void LargePayloadGoal(const Options& options, Goals& goals) {
  const int repetitions = options.full ? 25 : 9;
  const std::string definition = PassChain(kManyStates);
  const std::string small_input = Document(kKib);
  const std::string large_input = Document(200 * kKib);
  const std::string one = PassChain(1);
  EngineRun<CountingStore> run(definition);
  EngineRun<CountingStore> shortest(one);
  std::vector<double> small, large, ratios;
  for (int i = -1; i < repetitions; ++i) {
    // Less what it takes to read the input, write the output and check sizes:
    // that is there once, however long the chain.
    const auto per_state = [&](const std::string& input) {
      return (run.Play(input) - shortest.Play(input)) / (kManyStates - 1);
    };
    const double small_ns = per_state(small_input);
    const double large_ns = per_state(large_input);
    if (i < 0) continue;
    small.push_back(small_ns);
    large.push_back(large_ns);
    ratios.push_back(large_ns / small_ns);
  }
  // Started, entered and exited per state, succeeded.
  if (run.store().events() != (repetitions + 1) * 2 * (2 * kManyStates + 2)) {
    Die("unexpected number of events");
  }
  goals.AtMost("J2", "Pass, 1 KiB: " + Quantity(Median(small) / 1e3, "us"),
               "Pass, 200 KiB " + Quantity(Median(large) / 1e3, "us"),
               Median(ratios), 2);
}

// --- Growth -----------------------------------------------------------------

// What one run took: processor time, and memory that stayed (the log).
struct Cost {
  double ns = 0;
  double bytes = 0;
};

template <class Run>
Cost MedianCost(Run& run, const std::string& input, int repetitions) {
  std::vector<double> ns, bytes;
  for (int i = -1; i < repetitions; ++i) {
    const size_t before = mallinfo2().uordblks;
    const double took = run.Play(input);
    if (i < 0) continue;
    ns.push_back(took);
    bytes.push_back(static_cast<double>(mallinfo2().uordblks - before));
  }
  return {Median(ns), Median(bytes)};
}

// One row: what a child costs among `count` of them against among `few`.
void GrowthRow(const std::string& id, const std::string& child, int few,
               const Cost& least, int count, const Cost& cost, Goals& goals) {
  goals.Note(id + std::to_string(count),
             child + " of " + std::to_string(few) + ": " +
                 Quantity(least.ns / few / 1e3, "us, ") +
                 Quantity(least.bytes / few, "bytes each"),
             "of " + std::to_string(count) + " " +
                 Quantity(cost.ns / count / 1e3, "us, ") +
                 Quantity(cost.bytes / count, "bytes each"),
             (cost.ns / count) / (least.ns / few));
}

// With 40,000 iterations the limit of a history has to be raised.
void MapGrowth(Goals& goals) {
  EngineRun<storage::MemoryStore> run(kMapOfPass, 1'000'000);
  const Cost least = MedianCost(run, Items(1000), 9);
  for (const int count : {2000, 4000, 6000, 40000}) {
    const Cost cost = MedianCost(run, Items(count), count > 10000 ? 3 : 5);
    GrowthRow("Map", "iteration", 1000, least, count, cost, goals);
  }
}

void ParallelGrowth(Goals& goals) {
  // Small, or the results together would not be within AWS's 256 KiB.
  const std::string input = R"({"n":1})";
  Cost least;
  for (const int count : {250, 500, 1000, 2000}) {
    EngineRun<storage::MemoryStore> run(ParallelOfPass(count));
    const Cost cost = MedianCost(run, input, 9);
    if (count == 250) {
      least = cost;
    } else {
      GrowthRow("Par", "branch", 250, least, count, cost, goals);
    }
  }
}

int Main(int argc, char** argv) {
  const Options options = ParseOptions(argc, argv);
  // Freed memory is kept: else both sides mostly measure how the kernel clears
  // the pages that a log's growing string takes and gives back.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
  Goals goals;
  PassChainGoal(options, goals);
  LargePayloadGoal(options, goals);
  MapGrowth(goals);
  ParallelGrowth(goals);
  return goals.Report(options);
}

}  // namespace
}  // namespace stepwheel::bench

int main(int argc, char** argv) { return stepwheel::bench::Main(argc, argv); }
