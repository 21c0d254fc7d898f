// The goals of the JSONata engine: each expression of jsonata_cases.json
// against the reference implementation in Node, in turns; compiling; and the
// memory that filtering 100,000 items takes.
#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "asl/json.h"
#include "asl/jsonata/expression.h"
#include "asl/value.h"
#include "bench/goal.h"
#include "bench/reference_process.h"

namespace stepwheel::bench {
namespace {

using asl::Value;
using asl::jsonata::CompileOptions;
using asl::jsonata::Expression;
using asl::jsonata::Failure;
using asl::jsonata::Level;
using asl::jsonata::Limits;
using asl::jsonata::Result;

constexpr double kMillion = 1e6;

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "jsonata_bench: %s\n", what.c_str());
  std::exit(1);
}

class BenchHost : public asl::jsonata::Host {
 public:
  int64_t NowMillis() override { return 1'700'000'000'000; }
  uint64_t Random() override { return 4; }
  bool MayGoOn() override { return true; }
};

class NoBindings : public asl::jsonata::Bindings {
 public:
  const Value* Find(std::string_view) const override { return nullptr; }
};

// Benchmarks run without AWS's limits: 100,000 items are beyond them.
Limits Unlimited() {
  Limits limits;
  limits.depth = 1'000;
  limits.value_bytes = Limits::kUnbounded;
  limits.range_items = Limits::kUnbounded;
  limits.memory_bytes = Limits::kUnbounded;
  return limits;
}

// --- Input ------------------------------------------------------------------

// The same recipe as makeOrders() in jsonata_reference.js.
std::string MakeOrders(int64_t n) {
  std::string text =
      R"({"account":{"name":"ACME","owner":{"first":"Ada","last":"Lovelace"}},)"
      R"("orders":[)";
  const auto number = [](int64_t value) { return std::to_string(value); };
  for (int64_t i = 0; i < n; ++i) {
    const int64_t mixed = i * 7919 % 10007;
    const int64_t quarters = mixed % 1000;
    constexpr const char* kFractions[] = {"", ".25", ".5", ".75"};
    if (i > 0) text += ',';
    text += R"({"id":)" + number(i) + R"(,"name":"item-)" + number(mixed) +
            R"(","price":)" + number(quarters / 4) + kFractions[quarters % 4] +
            R"(,"qty":)" + number(mixed % 7 + 1) + R"(,"tags":["t)" +
            number(mixed % 5) + R"(","t)" + number(mixed % 3) +
            R"("],"active":)" + (mixed % 2 == 0 ? "true" : "false") +
            R"(,"address":{"city":"city)" + number(mixed % 50) +
            R"(","zip":")" + number(10000 + mixed) + R"("}})";
  }
  return text + "]}";
}

Value Parse(const std::string& text) {
  std::optional<Value> value = asl::ParseJson(text, nullptr);
  if (!value) Die("this is not JSON: " + text.substr(0, 200));
  return *std::move(value);
}

Expression Compile(const std::string& text) {
  CompileOptions options;
  options.level = Level::k2_2;
  options.aws = false;
  auto compiled = Expression::Compile(text, options);
  if (auto* failure = std::get_if<Failure>(&compiled)) {
    Die(text + ": " + failure->Text());
  }
  return std::get<Expression>(compiled);
}

Result Evaluate(const Expression& expression, const Value& input) {
  BenchHost host;
  Result result = expression.Evaluate(&input, NoBindings(), host, Unlimited());
  if (result.kind != Result::Kind::kValue) {
    Die(expression.text() + ": " + result.failure.Text());
  }
  return result;
}

// --- Time -------------------------------------------------------------------

// Processor time of this thread, in nanoseconds.
double Used() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 +
         static_cast<double>(time.tv_nsec);
}

// Nanoseconds per call in the best of five slices, after warming up.
template <class Call>
double Time(double millis, Call call) {
  using Clock = std::chrono::steady_clock;
  const auto slice =
      std::chrono::nanoseconds(static_cast<int64_t>(millis * kMillion / 5));
  for (const auto end = Clock::now() + slice; Clock::now() < end;) call();
  double best = HUGE_VAL;
  for (int i = 0; i < 5; ++i) {
    const auto end = Clock::now() + slice;
    const double before = Used();
    int64_t calls = 0;
    do {
      call();
      ++calls;
    } while (Clock::now() < end);
    best = std::min(best, (Used() - before) / static_cast<double>(calls));
  }
  return best;
}

std::string Shown(double nanoseconds) {
  if (nanoseconds < 1e3) return Quantity(nanoseconds, "ns");
  if (nanoseconds < 1e6) return Quantity(nanoseconds / 1e3, "us");
  return Quantity(nanoseconds / 1e6, "ms");
}

class Race {
 public:
  explicit Race(double millis)
      : millis_(millis),
        node_({"node", "--max-old-space-size=4096",
               STEPWHEEL_SOURCE_DIR "/bench/jsonata_reference.js"}) {}

  // Both times, the reference's first.
  struct Times {
    double reference;
    double ours;
    double Ratio() const { return reference / ours; }
  };

  Times Run(const std::string& text, int64_t n) {
    const Value answer = Ask(asl::MakeObject(
        {{"expr", Value(text)}, {"n", Value(n)}, {"millis", Value(millis_)}}));
    const Value& input = InputOf(n);
    const Expression expression = Compile(text);
    const Result result = Evaluate(expression, input);
    const Value* expected = answer.Find("result");
    if (expected == nullptr || !(*expected == result.value)) {
      Die("another result than the reference's for " + text);
    }
    const double ours = Time(millis_, [&] { Evaluate(expression, input); });
    return {answer.Find("nanoseconds")->as_double(), ours};
  }

  Times Compiling(const std::string& text) {
    const Value answer = Ask(asl::MakeObject(
        {{"compile", Value(text)}, {"millis", Value(millis_)}}));
    return {answer.Find("nanoseconds")->as_double(),
            Time(millis_, [&] { Compile(text); })};
  }

  const Value& InputOf(int64_t n) {
    auto [at, made] = inputs_.try_emplace(n);
    if (made) at->second = Parse(MakeOrders(n));
    return at->second;
  }

 private:
  Value Ask(const Value& request) {
    const std::optional<std::string> line = node_.Ask(request.Text());
    if (!line) {
      Die("the reference does not answer; it needs `node`, and the package in "
          "NODE_PATH (./dev bench jsonata sees to that)");
    }
    return Parse(*line);
  }

  const double millis_;
  ReferenceProcess node_;
  std::map<int64_t, Value> inputs_;
};

// --- Memory -----------------------------------------------------------------

// Bytes from a line of /proc/self/status, which counts in kilobytes.
double MemoryOf(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key + ":")) {
      return std::atof(line.c_str() + key.size() + 1) * 1024;
    }
  }
  Die("/proc/self/status has no " + key);
}

// How far resident memory rises above what it was while `call` runs.
template <class Call>
double PeakMemory(Call call) {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";  // Forgets the peak so far.
  const double before = MemoryOf("VmRSS");
  call();
  return MemoryOf("VmHWM") - before;
}

// --- Goals ------------------------------------------------------------------

double LimitOf(const std::string& name) {
  return name == "order-by-20k" ? 100 : 5;
}

void Measure(const Options& options, Goals& goals) {
  std::ifstream file(STEPWHEEL_SOURCE_DIR "/bench/jsonata_cases.json");
  const Value cases = Parse(std::string(std::istreambuf_iterator<char>(file),
                                        std::istreambuf_iterator<char>()));
  Race race(options.full ? 2000 : 400);
  double logarithms = 0;
  double least = HUGE_VAL;
  int collections = 0;
  for (const Value& each : cases.Find("cases")->as_array()) {
    const std::string name(each.Find("name")->as_string());
    const int64_t n = each.Find("n")->as_int();
    const Race::Times times =
        race.Run(std::string(each.Find("expr")->as_string()), n);
    goals.AtLeast(name, "node " + Shown(times.reference), Shown(times.ours),
                  times.Ratio(), LimitOf(name));
    std::fprintf(stderr, "%-24s %8.1f x\n", name.c_str(), times.Ratio());
    if (n < 1000) continue;
    logarithms += std::log(times.Ratio());
    least = std::min(least, times.Ratio());
    ++collections;
  }
  const std::string over = std::to_string(collections) + " collections";
  goals.AtLeast("geometric mean", "node", over,
                std::exp(logarithms / collections), 20);
  goals.AtLeast("least", "node", over, least, 8);
  const Race::Times compiling =
      race.Compiling(std::string(cases.Find("compile")->as_string()));
  goals.AtLeast("compile", "node " + Shown(compiling.reference),
                Shown(compiling.ours), compiling.Ratio(), 10);

  const Value& input = race.InputOf(100'000);
  const Expression filter_map = Compile("orders[price > 100].(price * qty)");
  const double bytes = PeakMemory([&] { Evaluate(filter_map, input); });
  goals.AtMost("memory", "", "filter-map-100k", bytes / (1 << 20), 16, " MiB");
}

}  // namespace
}  // namespace stepwheel::bench

int main(int argc, char** argv) {
  using namespace stepwheel::bench;
  const Options options = ParseOptions(argc, argv);
  Goals goals;
  Measure(options, goals);
  return goals.Report(options);
}
