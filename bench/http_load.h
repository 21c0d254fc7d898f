// A closed-loop HTTP load generator over loopback: N keep-alive connections,
// each with a fixed number of requests under way, one thread, epoll. It does as
// little as possible per request, since client and server share the machine.
#ifndef STEPWHEEL_BENCH_HTTP_LOAD_H_
#define STEPWHEEL_BENCH_HTTP_LOAD_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stepwheel::bench {

struct LoadOptions {
  uint16_t port = 0;  // on 127.0.0.1
  int connections = 64;
  int depth = 1;  // requests under way per connection (pipelining)
  std::chrono::milliseconds warm_up{200};
  std::chrono::milliseconds duration{1000};
};

struct LoadResult {
  uint64_t requests = 0;  // answered while measuring
  double seconds = 0;
  double p50_us = 0;
  double p99_us = 0;
  double server_cpu_us = 0;  // per request
  std::string error;         // the first answer that was not 200, or the like
};

// Sends `requests` (complete HTTP requests) round robin, until the time is
// over. `server_pid` is whose CPU time is counted (0: none).
LoadResult RunLoad(const LoadOptions& options,
                   const std::vector<std::string>& requests, int server_pid);

// One request on a connection of its own; the body of a 200, or "" and `error`.
std::string CallOnce(uint16_t port, const std::string& request,
                     std::string* error);

// POST / with the headers an AWS SDK sends, SigV4-like Authorization included.
std::string AwsRequest(const std::string& operation, const std::string& body);

// A connected socket to 127.0.0.1 without Nagle's delay; -1 and errno.
int ConnectLoopback(uint16_t port);

// The size of the first response in `in`, by its Content-Length; 0 when it is
// not complete.
size_t HttpResponseSize(std::string_view in);

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_HTTP_LOAD_H_
