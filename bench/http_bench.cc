// H1: SendTaskHeartbeat on the real server against Beast answering a constant,
// in turns in one run; requests per second and the server's CPU per request.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "bench/beast_constant_server.h"
#include "bench/goal.h"
#include "bench/http_load.h"
#include "bench/http_stub_server.h"

namespace stepwheel::bench {
namespace {

struct Child {
  int pid = 0;
  uint16_t port = 0;
};

[[noreturn]] void Fail(const std::string& message) {
  std::fprintf(stderr, "stepwheel_bench_http: %s\n", message.c_str());
  std::exit(1);
}

// The nth CPU this process may use; with one CPU all share it.
void PinTo(int nth) {
  cpu_set_t allowed, one;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  if (CPU_COUNT(&allowed) <= nth) return;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed) || nth-- != 0) continue;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    ::sched_setaffinity(0, sizeof one, &one);
  }
}

// Starts a server on the first CPU and reads its port from its ready line.
Child Start(std::vector<std::string> arguments) {
  int out[2];
  if (::pipe2(out, O_CLOEXEC) != 0) Fail("cannot make a pipe");
  Child child;
  child.pid = ::fork();
  if (child.pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    ::dup2(out[1], STDOUT_FILENO);
    PinTo(0);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    ::execv(argv[0], argv.data());
    _exit(127);
  }
  ::close(out[1]);
  std::string line;
  char c;
  while (::read(out[0], &c, 1) == 1 && c != '\n') line += c;
  // The pipe stays open: a server that logs there must not die of it.
  constexpr std::string_view kAddress = "127.0.0.1:";
  size_t at = line.find(kAddress);
  if (at != line.npos) {
    child.port =
        static_cast<uint16_t>(std::atoi(line.c_str() + at + kAddress.size()));
  }
  if (child.port == 0) {
    Fail(arguments[0] + " did not say where it listens: \"" + line + "\"");
  }
  return child;
}

void End(const Child& child) {
  ::kill(child.pid, SIGTERM);
  ::waitpid(child.pid, nullptr, 0);
}

// The text of a member in an answer; the values here need no unescaping.
std::string Member(const std::string& json, const std::string& name) {
  size_t at = json.find("\"" + name + "\"");
  at = at == json.npos ? at : json.find('"', json.find(':', at));
  if (at == json.npos) Fail("no " + name + " in " + json);
  return json.substr(at + 1, json.find('"', at + 1) - at - 1);
}

std::string Call(uint16_t port, const std::string& operation,
                 const std::string& body) {
  std::string error;
  std::string answer = CallOnce(port, AwsRequest(operation, body), &error);
  if (!error.empty()) Fail(operation + " failed: " + error);
  return answer;
}

// Heartbeats of `count` tasks that workers hold.
std::vector<std::string> Heartbeats(uint16_t port, int count) {
  std::string activity = Member(
      Call(port, "CreateActivity", R"({"name": "bench"})"), "activityArn");
  std::string definition =
      R"({\"StartAt\": \"T\", \"States\": {\"T\": {\"Type\": \"Task\", )"
      R"(\"Resource\": \")" +
      activity + R"(\", \"HeartbeatSeconds\": 3600, \"End\": true}}})";
  std::string machine =
      Member(Call(port, "CreateStateMachine",
                  R"({"name": "bench", "roleArn": "arn:aws:iam::123456789012:)"
                  R"(role/bench", "definition": ")" +
                      definition + "\"}"),
             "stateMachineArn");
  std::vector<std::string> requests;
  for (int i = 0; i < count; ++i) {
    Call(port, "StartExecution", R"({"stateMachineArn": ")" + machine + "\"}");
    std::string task = Call(port, "GetActivityTask",
                            R"({"activityArn": ")" + activity + "\"}");
    requests.push_back(
        AwsRequest("SendTaskHeartbeat",
                   R"({"taskToken": ")" + Member(task, "taskToken") + "\"}"));
  }
  return requests;
}

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

// Beside this program, or one folder up, where the build puts it.
std::string FindServer(const std::string& self) {
  std::filesystem::path folder = std::filesystem::path(self).parent_path();
  for (const auto& at : {folder, folder.parent_path()}) {
    if (std::filesystem::exists(at / "stepwheel")) return at / "stepwheel";
  }
  Fail("no stepwheel beside this program: build it or use --server PATH");
}

int Run(int argc, char** argv) {
  Arguments arguments = TakeArguments(&argc, argv);
  Options options = ParseOptions(argc, argv);
  std::string self = std::filesystem::read_symlink("/proc/self/exe");
  Child beast = Start({self, "--serve-beast"});
  Child ours =
      arguments.stub
          ? Start({self, "--serve-stub"})
          : Start(
                {arguments.server.empty() ? FindServer(self) : arguments.server,
                 "serve", "--port", "0", "--db", ":memory:", "--json"});
  PinTo(1);
  std::vector<std::string> requests =
      arguments.stub
          ? std::vector<std::string>{AwsRequest(
                "SendTaskHeartbeat",
                R"({"taskToken": ")" + std::string(128, 'A') + "\"}")}
          : Heartbeats(ours.port, options.full ? 10'000 : 500);
  Measured theirs, mine;
  std::vector<double> rate_ratios, cpu_ratios;
  LoadOptions load;
  load.connections = arguments.connections;
  load.depth = arguments.depth;
  for (int round = 0; round < (options.full ? 15 : 5); ++round) {
    load.port = beast.port;
    theirs.Add(RunLoad(load, requests, beast.pid));
    load.port = ours.port;
    mine.Add(RunLoad(load, requests, ours.pid));
    rate_ratios.push_back(mine.rate.back() / theirs.rate.back());
    cpu_ratios.push_back(theirs.cpu_us.back() / mine.cpu_us.back());
  }
  End(ours);
  End(beast);
  theirs.Print("beast");
  mine.Print(arguments.stub ? "stub" : "stepwheel");
  Goals goals;
  goals.AtLeast("H1", "Beast " + Quantity(Median(theirs.rate), "req/s"),
                "heartbeats " + Quantity(Median(mine.rate), "req/s"),
                Median(rate_ratios), 0.7);
  goals.AtLeast("H1cpu",
                "Beast " + Quantity(Median(theirs.cpu_us), "us CPU/req"),
                "heartbeats " + Quantity(Median(mine.cpu_us), "us CPU/req"),
                Median(cpu_ratios), 0.7);
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
