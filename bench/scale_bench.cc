// What a real server does with very many open tasks: 100,000 workers beat over
// HTTP (--full: also 1,000,000, at 25,000 beats a second), a hundredth of them
// falls silent. How late does it notice, and does it blame anybody wrongly?

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "bench/answers.h"
#include "bench/goal.h"
#include "bench/http_load.h"
#include "bench/http_servers.h"
#include "bench/process.h"
#include "bench/task_crowd.h"

namespace stepwheel::bench {
namespace {

namespace fs = std::filesystem;

struct Size {
  std::string name;
  int tasks;
  int silent;
  int heartbeat_seconds;
  int interval_seconds;
};

// Of what /_stepwheel/metrics says; `series` with its labels.
double Metric(const std::string& metrics, const std::string& series) {
  const size_t at = metrics.find("\n" + series + " ");
  if (at == metrics.npos) Fail("the server has no metric " + series);
  return std::strtod(metrics.c_str() + at + series.size() + 2, nullptr);
}

std::string Metrics(uint16_t port) {
  std::string error;
  std::string text = CallOnce(
      port, "GET /_stepwheel/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
      &error);
  if (!error.empty()) Fail("no metrics: " + error);
  return text;
}

template <class T>
double Part(std::vector<T> values, double part) {
  if (values.empty()) return 0;
  const auto at =
      values.begin() +
      static_cast<ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return static_cast<double>(*at);
}

// The least bound (ms) of the server's own histogram below which `part` of the
// observations lie.
double Bound(const std::string& metrics, const std::string& name, double part) {
  const double all = Metric(metrics, name + "_count");
  for (const char* bound :
       {"0.0", "0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2",
        "0.5", "1.0", "5.0", "30.0"}) {
    const std::string series = name + "_bucket{le=\"" + bound + "\"}";
    if (Metric(metrics, series) >= part * all) return std::atof(bound) * 1000;
  }
  return 1e9;
}

// In how many of the histories the time-out does not bear the instant of its
// deadline, as far as the client can tell when the last beat was taken.
int WrongStamps(const TaskCrowd& crowd, const std::vector<int>& silent,
                uint16_t port, int heartbeat_seconds) {
  constexpr int kMost = 1000;
  constexpr int64_t kRoundingUs = 2000;
  int wrong = 0;
  for (int i = 0; i < std::min<int>(kMost, std::ssize(silent)); ++i) {
    const std::string history =
        Call(port, "GetExecutionHistory",
             R"({"executionArn":")" + crowd.ExecutionArn(silent[i]) + "\"}");
    const auto [from, to] = crowd.LastBeat(silent[i]);
    const int64_t due =
        TimedOutAtUs(history) - int64_t{heartbeat_seconds} * kSecondUs;
    wrong += due < from - kRoundingUs || due > to + kRoundingUs;
  }
  return wrong;
}

class Run {
 public:
  Run(const Size& size, const std::string& server)
      : size_(size),
        folder_(fs::temp_directory_path() /
                ("stepwheel-scale-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
    child_ = Start({server, "serve", "--port", "0", "--db",
                    folder_ / "scale.db", "--json", "--log-level", "warn"});
    child_.folder = folder_;
    before_ = ResidentBytes(child_.pid);
  }
  ~Run() { End(child_); }

  void Measure(Goals* goals);

 private:
  void Note(const char* phase, const TaskCrowd& crowd);
  void AddRows(const TaskCrowd& crowd, const std::vector<int>& silent,
               Goals* goals);

  const Size size_;
  const fs::path folder_;
  Child child_;
  double before_ = 0;
  int64_t beats_ = 0;  // At the last note.
  // Of the time in which all beat and nobody is silent.
  double bytes_ = 0, fill_s_ = 0, cpu_us_ = 0, busy_ = 0, rate_ = 0;
  double waited_ = 0;  // For a processor, while some were silent; percent.
};

void Run::Note(const char* phase, const TaskCrowd& crowd) {
  const CrowdCounts& c = crowd.counts();
  std::fprintf(stderr,
               "%s %-7s %8lld held, %6lld beats/s, %5lld timed out, "
               "%lld refused, %lld wrong\n",
               size_.name.c_str(), phase, static_cast<long long>(c.taken),
               static_cast<long long>(c.beats - beats_),
               static_cast<long long>(std::ssize(c.late_us)),
               static_cast<long long>(c.refused),
               static_cast<long long>(c.wrong + c.early));
  beats_ = c.beats;
}

void Run::Measure(Goals* goals) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  TaskCrowd crowd({child_.port, size_.tasks, size_.heartbeat_seconds,
                   size_.interval_seconds});
  int seconds = 0;
  auto progress = [&](const char* phase) {
    return [this, &crowd, &seconds, phase] {
      if (seconds++ % 10 == 0) Note(phase, crowd);
      beats_ = crowd.counts().beats;
    };
  };
  crowd.Fill(progress("fill"));
  fill_s_ = std::chrono::duration<double>(Clock::now() - begin).count();
  crowd.RunFor(size_.interval_seconds, progress("settle"));
  bytes_ = (ResidentBytes(child_.pid) - before_) / size_.tasks;
  crowd.ClearTimes();
  const int64_t beats = crowd.counts().beats;
  const uint64_t cpu = CpuTimeNs(child_.pid);
  crowd.RunFor(size_.interval_seconds, progress("beat"));
  const auto done = static_cast<double>(crowd.counts().beats - beats);
  cpu_us_ = static_cast<double>(CpuTimeNs(child_.pid) - cpu) / 1e3 / done;
  rate_ = done / size_.interval_seconds;
  busy_ = cpu_us_ * rate_ / 1e4;
  const uint64_t waited = CpuWaitNs(child_.pid);
  const auto silent_since = Clock::now();
  const std::vector<int> silent = crowd.Silence(size_.silent);
  crowd.RunUntilLate(size_.silent,
                     size_.heartbeat_seconds + size_.interval_seconds + 30,
                     progress("silent"));
  waited_ = static_cast<double>(CpuWaitNs(child_.pid) - waited) / 1e7 /
            std::chrono::duration<double>(Clock::now() - silent_since).count();
  // Whoever else is timed out has this long to be noticed.
  crowd.RunFor(size_.interval_seconds, progress("after"));
  AddRows(crowd, silent, goals);
}

void Run::AddRows(const TaskCrowd& crowd, const std::vector<int>& silent,
                  Goals* goals) {
  const CrowdCounts& c = crowd.counts();
  const std::string metrics = Metrics(child_.port);
  const std::string n = size_.name;
  const auto ms = [](double us) { return Quantity(us / 1000, "ms"); };
  const int64_t beating = size_.tasks - size_.silent;
  const int64_t open =
      static_cast<int64_t>(Metric(metrics, "stepwheel_waiting{kind=\"task\"}"));
  const int64_t missed = size_.silent - std::ssize(c.late_us);
  const int stamps =
      WrongStamps(crowd, silent, child_.port, size_.heartbeat_seconds);
  if (c.refused != 0) {
    std::fprintf(stderr, "the first refusal: %s\n", c.first_refusal.c_str());
  }
  goals->AtMost(
      n + " wrong",
      std::to_string(beating) + " beat, " + std::to_string(size_.silent) +
          " are silent",
      std::to_string(c.wrong + c.refused) + " beating timed out, " +
          std::to_string(c.early) + " early, " + std::to_string(missed) +
          " never, " + std::to_string(stamps) + " wrong stamps, " +
          std::to_string(beating - open) + " lost",
      static_cast<double>(c.wrong + c.refused + c.early + missed + stamps +
                          std::abs(beating - open) + (beating - crowd.Alive())),
      0, "");
  const std::string own =
      "server's own p99 <= " +
      Quantity(Bound(metrics, "stepwheel_timer_lateness_seconds", 0.99), "ms");
  goals->AtMost(n + " p99", own,
                "late by " + ms(Part(c.late_us, 0.99)) + ", p50 " +
                    ms(Part(c.late_us, 0.5)),
                Part(c.late_us, 0.99) / 1000, 50, " ms");
  goals->AtMost(
      n + " max",
      "server's own <= " +
          Quantity(Bound(metrics, "stepwheel_timer_lateness_seconds", 1), "ms"),
      "late by " + ms(Part(c.late_us, 1)), Part(c.late_us, 1) / 1000, 1000,
      " ms");
  goals->Note(n + " memory", "an open task", Quantity(bytes_, "bytes resident"),
              bytes_);
  goals->Note(
      n + " beats",
      Quantity(static_cast<double>(size_.tasks) / size_.interval_seconds,
               "wanted a second"),
      Quantity(rate_, "a second, ") + Quantity(cpu_us_, "us CPU each, ") +
          Quantity(busy_, "% of a core"),
      cpu_us_);
  goals->Note(
      n + " answer",
      "client at most " + ms(static_cast<double>(c.send_lag_us)) + " behind",
      "p50 " + ms(Part(c.answer_us, 0.5)) + ", p99 " +
          ms(Part(c.answer_us, 0.99)) + ", max " + ms(Part(c.answer_us, 1)),
      Part(c.answer_us, 0.99) / 1000);
  goals->Note(n + " machine", "others that run here",
              "the server waited for its processor " +
                  Quantity(waited_, "% of the time"),
              waited_);
  goals->Note(n + " fill", "started and taken over HTTP",
              Quantity(size_.tasks / fill_s_, "a second"), fill_s_);
}

int Main(int argc, char** argv) {
  const Options options = ParseOptions(argc, argv);
  const std::string server = FindServer();
  PinTo(1);
  Goals goals;
  std::vector<Size> sizes;
  if (options.full) {
    sizes.push_back({"100k", 100'000, 1'000, 120, 40});
    sizes.push_back({"1M", 1'000'000, 10'000, 120, 40});
  } else {
    // Ten times as often, so it takes a tenth of the time.
    sizes.push_back({"100k", 100'000, 1'000, 12, 4});
  }
  for (const Size& size : sizes) Run(size, server).Measure(&goals);
  return goals.Report(options);
}

}  // namespace
}  // namespace stepwheel::bench

int main(int argc, char** argv) { return stepwheel::bench::Main(argc, argv); }
