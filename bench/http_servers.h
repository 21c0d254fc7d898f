// The servers that benchmarks start: ours, and nginx answering a constant; and
// operations and heartbeats for ours.
#ifndef STEPWHEEL_BENCH_HTTP_SERVERS_H_
#define STEPWHEEL_BENCH_HTTP_SERVERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stepwheel::bench {

struct Child {
  int pid = 0;
  uint16_t port = 0;
  std::string folder;  // Of its own; removed with it.
};

// Says what went wrong and ends the program.
[[noreturn]] void Fail(const std::string& message);

// The nth CPU this process may use; with one CPU all share it.
void PinTo(int nth);

// Starts a server on the first CPU and reads its port from its ready line.
Child Start(std::vector<std::string> arguments);
void End(const Child& child);

// Our server beside this program, or one folder up, where the build puts it.
std::string FindServer();

std::vector<std::string> ServeCommand(const std::string& server);

// `return 200` in one process; nullopt where nginx is not installed.
std::optional<Child> StartNginx();

// The answer to an operation; ends the program if it is refused.
std::string Call(uint16_t port, const std::string& operation,
                 const std::string& body);
// Their ARNs. `definition` is JSON text without blanks in need of an escape but
// for quotes.
std::string CreateActivity(uint16_t port, const std::string& name);
std::string CreateMachine(uint16_t port, const std::string& name,
                          const std::string& definition);

// Heartbeats of `count` tasks that workers hold.
std::vector<std::string> Heartbeats(uint16_t port, int count);

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_HTTP_SERVERS_H_
