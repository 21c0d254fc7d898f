#include "bench/http_costs.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string_view>
#include <vector>

#include "bench/http_load.h"
#include "bench/http_servers.h"

namespace stepwheel::bench {
namespace {

// What `tool` counts while our server starts, makes a task and, for `duration`,
// takes heartbeats on 64 connections. `read` finds the number in a line of the
// tool's report.
struct Count {
  double total = 0;
  double requests = 0;
};
using ReadLine = std::function<double(const std::string& line)>;

// The last number that `read` finds in a report, which goes afterwards.
double LastNumber(const std::string& report, const ReadLine& read) {
  double last = 0;
  std::ifstream lines(report);
  for (std::string line; std::getline(lines, line);) {
    if (double n = read(line); n > 0) last = n;
  }
  std::filesystem::remove(report);
  return last;
}

// Whether a tracer has joined the process, within five seconds.
bool IsTraced(const std::string& pid) {
  for (int tries = 0; tries < 500; ++tries) {
    std::ifstream lines("/proc/" + pid + "/status");
    for (std::string line; std::getline(lines, line);) {
      if (line.rfind("TracerPid:", 0) == 0 && line != "TracerPid:\t0") {
        return true;
      }
    }
    ::poll(nullptr, 0, 10);
  }
  return false;
}

Count Measure(std::vector<std::string> tool, const std::string& report,
              const std::string& server, int tasks,
              std::chrono::milliseconds duration, const ReadLine& read) {
  for (std::string& word : ServeCommand(server)) tool.push_back(word);
  Child child = Start(tool);
  std::vector<std::string> requests = Heartbeats(child.port, tasks);
  // Those used least recently are the first ones to leave memory.
  constexpr size_t kBeating = 100;
  requests.resize(kBeating);
  Count count;
  if (duration.count() > 0) {
    LoadOptions load;
    load.port = child.port;
    load.warm_up = std::chrono::milliseconds(0);
    load.duration = duration;
    LoadResult result = RunLoad(load, requests, 0);
    if (!result.error.empty()) Fail("the load failed: " + result.error);
    count.requests = static_cast<double>(result.requests);
  }
  End(child);
  count.total = LastNumber(report, read);
  return count;
}

// The difference that the heartbeats make.
double PerRequest(const std::vector<std::string>& tool,
                  const std::string& report, const std::string& server,
                  int tasks, const ReadLine& read) {
  constexpr std::chrono::milliseconds kLoad{3000};
  const Count idle = Measure(tool, report, server, tasks, {}, read);
  const Count busy = Measure(tool, report, server, tasks, kLoad, read);
  if (idle.total == 0 || busy.requests == 0) Fail(tool[0] + " counted nothing");
  return (busy.total - idle.total) / busy.requests;
}

std::string ReportFile(const char* name) {
  return (std::filesystem::temp_directory_path() /
          (std::string("stepwheel-") + name + "-" + std::to_string(::getpid())))
      .string();
}

}  // namespace

std::optional<double> InstructionsPerHeartbeat(const std::string& server,
                                               int tasks) {
  constexpr char kValgrind[] = "/usr/bin/valgrind";
  if (::access(kValgrind, X_OK) != 0) return std::nullopt;
  const std::string report = ReportFile("callgrind");
  return PerRequest(
      {kValgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null",
       "--log-file=" + report},
      report, server, tasks, [](const std::string& line) {
        constexpr char kCollected[] = "Collected : ";
        const char* at = std::strstr(line.c_str(), kCollected);
        return at == nullptr ? 0
                             : std::strtod(at + sizeof kCollected - 1, nullptr);
      });
}

// strace joins the running server, so that it counts the heartbeats only.
std::optional<double> SystemCallsPerHeartbeat(const std::string& server) {
  constexpr char kStrace[] = "/usr/bin/strace";
  if (::access(kStrace, X_OK) != 0) return std::nullopt;
  const std::string report = ReportFile("strace");
  Child child = Start(ServeCommand(server));
  const std::vector<std::string> requests = Heartbeats(child.port, 100);
  const std::string pid = std::to_string(child.pid);
  const int tracer = ::fork();
  if (tracer == 0) {
    ::execl(kStrace, kStrace, "-f", "-c", "-U", "name,calls", "-o",
            report.c_str(), "-p", pid.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  if (!IsTraced(pid)) Fail("strace cannot join the server");
  LoadOptions load;
  load.port = child.port;
  load.warm_up = std::chrono::milliseconds(0);
  const LoadResult result = RunLoad(load, requests, 0);
  ::kill(tracer, SIGINT);
  ::waitpid(tracer, nullptr, 0);
  End(child);
  if (!result.error.empty()) Fail("the load failed: " + result.error);
  const double calls = LastNumber(report, [](const std::string& line) {
    // "total                 12345"
    return line.rfind("total", 0) == 0 ? std::strtod(line.c_str() + 5, nullptr)
                                       : 0;
  });
  if (calls == 0 || result.requests == 0) Fail("strace counted nothing");
  return calls / static_cast<double>(result.requests);
}

}  // namespace stepwheel::bench
