#include "bench/http_servers.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "bench/answers.h"
#include "bench/http_load.h"

namespace stepwheel::bench {
namespace {

// A member that an answer must have.
std::string Needed(const std::string& json, const std::string& name) {
  std::string text(Member(json, "\"" + name + "\":"));
  if (text.empty()) Fail("no " + name + " in " + json);
  return text;
}

}  // namespace

void Fail(const std::string& message) {
  std::fprintf(stderr, "%s: %s\n", program_invocation_short_name,
               message.c_str());
  std::exit(1);
}

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
  if (!child.folder.empty()) std::filesystem::remove_all(child.folder);
}

std::string Call(uint16_t port, const std::string& operation,
                 const std::string& body) {
  std::string error;
  std::string answer = CallOnce(port, AwsRequest(operation, body), &error);
  if (!error.empty()) Fail(operation + " failed: " + error);
  return answer;
}

std::string CreateActivity(uint16_t port, const std::string& name) {
  return Needed(Call(port, "CreateActivity", R"({"name": ")" + name + "\"}"),
                "activityArn");
}

std::string CreateMachine(uint16_t port, const std::string& name,
                          const std::string& definition) {
  std::string escaped;
  for (const char c : definition) {
    if (c == '"') escaped += '\\';
    escaped += c;
  }
  return Needed(Call(port, "CreateStateMachine",
                     R"({"roleArn": "arn:aws:iam::123456789012:role/bench", )"
                     R"("name": ")" +
                         name + R"(", "definition": ")" + escaped + "\"}"),
                "stateMachineArn");
}

std::vector<std::string> Heartbeats(uint16_t port, int count) {
  const std::string activity = CreateActivity(port, "bench");
  const std::string machine = CreateMachine(
      port, "bench",
      R"({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": ")" +
          activity + R"(", "HeartbeatSeconds": 3600, "End": true}}})");
  std::vector<std::string> requests;
  for (int i = 0; i < count; ++i) {
    Call(port, "StartExecution", R"({"stateMachineArn": ")" + machine + "\"}");
    std::string task = Call(port, "GetActivityTask",
                            R"({"activityArn": ")" + activity + "\"}");
    requests.push_back(
        AwsRequest("SendTaskHeartbeat",
                   R"({"taskToken": ")" + Needed(task, "taskToken") + "\"}"));
  }
  return requests;
}

std::string FindServer() {
  const std::filesystem::path folder =
      std::filesystem::read_symlink("/proc/self/exe").parent_path();
  for (const auto& at : {folder, folder.parent_path()}) {
    if (std::filesystem::exists(at / "stepwheel")) return at / "stepwheel";
  }
  Fail("no stepwheel beside this program: build it");
}

std::vector<std::string> ServeCommand(const std::string& server) {
  return {server,     "serve",  "--port",      "0",   "--db",
          ":memory:", "--json", "--log-level", "warn"};
}

// nginx cannot be told to choose a port and say which.
uint16_t FreePort() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size) != 0) {
    Fail("no port is free");
  }
  ::close(fd);
  return ntohs(at.sin_port);
}

std::optional<Child> StartNginx() {
  constexpr char kNginx[] = "/usr/sbin/nginx";
  if (::access(kNginx, X_OK) != 0) return std::nullopt;
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() /
      ("stepwheel-nginx-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  Child child;
  child.port = FreePort();
  child.folder = folder.string();
  const std::string base = child.folder + "/";
  std::ofstream(base + "nginx.conf")
      << "daemon off; master_process off; worker_processes 1;\n"
      << "pid " << base << "pid; error_log " << base << "error.log crit;\n"
      << "events { worker_connections 4096; }\n"
      << "http { access_log off; keepalive_requests 1000000000;\n"
      << "client_body_temp_path " << base << "body;\n"
      << "server { listen 127.0.0.1:" << child.port << ";\n"
      << "location / { default_type application/x-amz-json-1.0; "
      << "return 200 '{}'; } } }\n";
  child.pid = ::fork();
  if (child.pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    PinTo(0);
    const std::string config = base + "nginx.conf";
    ::execl(kNginx, kNginx, "-p", base.c_str(), "-c", config.c_str(),
            static_cast<char*>(nullptr));
    _exit(127);
  }
  // It says nothing when it is ready.
  std::string error = "not tried";
  for (int tries = 0; tries < 500 && !error.empty(); ++tries) {
    ::poll(nullptr, 0, 10);
    error.clear();
    CallOnce(child.port, AwsRequest("Ready", "{}"), &error);
  }
  if (!error.empty()) Fail("nginx does not answer: " + error);
  return child;
}

}  // namespace stepwheel::bench
