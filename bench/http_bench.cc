// H1, H2: SendTaskHeartbeat on the real server against Beast and nginx
// answering a constant, in turns in one run; requests per second and the
// server's CPU per request. H3, H5: user instructions and system calls of a
// heartbeat.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/beast_constant_server.h"
#include "bench/goal.h"
#include "bench/http_costs.h"
#include "bench/http_load.h"
#include "bench/http_servers.h"
#include "bench/http_stub_server.h"

namespace stepwheel::bench {
namespace {

struct Measured {
  std::vector<double> rate, cpu_us, p50_us, p99_us;

  void Add(const LoadResult& result) {
    if (!result.error.empty()) Fail("the load failed: " + result.error);
    rate.push_back(static_cast<double>(result.requests) / result.seconds);
    cpu_us.push_back(result.server_cpu_us);
    p50_us.push_back(result.p50_us);
    p99_us.push_back(result.p99_us);
  }
  void Print(const char* name) const {
    std::fprintf(stderr,
                 "%-10s %8.0f req/s, server CPU %.2f us/req, p50 %.0f us, "
                 "p99 %.0f us\n",
                 name, Median(rate), Median(cpu_us), Median(p50_us),
                 Median(p99_us));
  }
};

struct Arguments {
  std::string server;
  bool stub = false;
  int connections = 64;
  int depth = 1;
};

// Takes this program's own arguments out of `argv`.
Arguments TakeArguments(int* argc, char** argv) {
  Arguments arguments;
  int kept = 1;
  for (int i = 1; i < *argc; ++i) {
    std::string_view argument = argv[i];
    bool more = i + 1 < *argc;
    if (argument == "--stub") {
      arguments.stub = true;
    } else if (argument == "--server" && more) {
      arguments.server = argv[++i];
    } else if (argument == "--connections" && more) {
      arguments.connections = std::max(1, std::atoi(argv[++i]));
    } else if (argument == "--depth" && more) {
      arguments.depth = std::max(1, std::atoi(argv[++i]));
    } else {
      argv[kept++] = argv[i];
    }
  }
  *argc = kept;
  return arguments;
}

double MedianRatio(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> ratios;
  for (size_t i = 0; i < a.size(); ++i) ratios.push_back(a[i] / b[i]);
  return Median(ratios);
}

void AddComparisons(const Measured& beast, const Measured& mine,
                    const Measured* nginx, Goals* goals) {
  const std::string cpu =
      "heartbeats " + Quantity(Median(mine.cpu_us), "us CPU/req");
  goals->AtLeast("H1", "Beast " + Quantity(Median(beast.rate), "req/s"),
                 "heartbeats " + Quantity(Median(mine.rate), "req/s"),
                 MedianRatio(mine.rate, beast.rate), 1);
  goals->AtLeast("H1cpu",
                 "Beast " + Quantity(Median(beast.cpu_us), "us CPU/req"), cpu,
                 MedianRatio(beast.cpu_us, mine.cpu_us), 1);
  if (nginx == nullptr) {
    return goals->Note("H2", "nginx", "not measured: it is not installed", 0);
  }
  goals->AtMost(
      "H2",
      "nginx return 200: " + Quantity(Median(nginx->cpu_us), "us CPU/req"), cpu,
      MedianRatio(mine.cpu_us, nginx->cpu_us), 1.25);
}

void AddCosts(const std::string& server, Goals* goals) {
  constexpr int kInMemory = 100;
  constexpr int kMoreThanStay = 1200;  // The first 200 leave memory.
  if (std::optional<double> n = InstructionsPerHeartbeat(server, kInMemory)) {
    goals->AtMost("H3", "itself, under callgrind",
                  Quantity(*n, "instructions a heartbeat"), *n, 18'000,
                  " instructions");
    const double parked = *InstructionsPerHeartbeat(server, kMoreThanStay);
    goals->AtMost("H3parked", "in memory " + Quantity(*n, "instructions"),
                  Quantity(parked, "where the execution has left memory"),
                  parked, 18'000, " instructions");
  } else {
    goals->Note("H3", "callgrind", "not counted: valgrind is missing", 0);
  }
  if (std::optional<double> n = SystemCallsPerHeartbeat(server)) {
    goals->AtMost("H5", "itself, under strace",
                  Quantity(*n, "system calls a heartbeat"), *n, 3.1, " calls");
  } else {
    goals->Note("H5", "strace", "not counted: strace is missing", 0);
  }
}

int Run(int argc, char** argv) {
  Arguments arguments = TakeArguments(&argc, argv);
  Options options = ParseOptions(argc, argv);
  std::string self = std::filesystem::read_symlink("/proc/self/exe");
  const std::string server =
      arguments.server.empty() ? FindServer() : arguments.server;
  Child beast = Start({self, "--serve-beast"});
  std::optional<Child> nginx = StartNginx();
  Child ours = arguments.stub ? Start({self, "--serve-stub"})
                              : Start(ServeCommand(server));
  PinTo(1);
  std::vector<std::string> requests =
      arguments.stub
          ? std::vector<std::string>{AwsRequest(
                "SendTaskHeartbeat",
                R"({"taskToken": ")" + std::string(128, 'A') + "\"}")}
          : Heartbeats(ours.port, options.full ? 10'000 : 500);
  Measured theirs, mine, constant;
  LoadOptions load;
  load.connections = arguments.connections;
  load.depth = arguments.depth;
  auto measure = [&](const Child& child, Measured* measured) {
    load.port = child.port;
    measured->Add(RunLoad(load, requests, child.pid));
  };
  for (int round = 0; round < (options.full ? 15 : 5); ++round) {
    measure(beast, &theirs);
    measure(ours, &mine);
    if (nginx) measure(*nginx, &constant);
  }
  End(ours);
  End(beast);
  if (nginx) End(*nginx);
  theirs.Print("beast");
  mine.Print(arguments.stub ? "stub" : "stepwheel");
  if (nginx) constant.Print("nginx");
  Goals goals;
  AddComparisons(theirs, mine, nginx ? &constant : nullptr, &goals);
  if (!arguments.stub) AddCosts(server, &goals);
  return goals.Report(options);
}

}  // namespace
}  // namespace stepwheel::bench

int main(int argc, char** argv) {
  std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "--serve-beast") {
    return stepwheel::bench::RunBeastConstantServer();
  }
  if (first == "--serve-stub") return stepwheel::bench::RunHttpStubServer();
  return stepwheel::bench::Run(argc, argv);
}
