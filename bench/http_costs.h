// What a heartbeat costs the server, counted and not timed: user instructions
// (callgrind) and system calls (strace).
#ifndef STEPWHEEL_BENCH_HTTP_COSTS_H_
#define STEPWHEEL_BENCH_HTTP_COSTS_H_

#include <optional>
#include <string>

namespace stepwheel::bench {

// Of the server program `server`; nullopt where the tool is not installed.
std::optional<double> InstructionsPerHeartbeat(const std::string& server,
                                               int tasks);
std::optional<double> SystemCallsPerHeartbeat(const std::string& server);

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_HTTP_COSTS_H_
