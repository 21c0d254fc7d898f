// The yardstick of the goals for calls: what Beast costs as a client that does
// nothing but send the same request and read the answer, written as Beast's
// examples are.
#ifndef STEPWHEEL_BENCH_BEAST_CALLS_H_
#define STEPWHEEL_BENCH_BEAST_CALLS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stepwheel::bench {

class BeastCalls {
 public:
  // Opens `connections` connections to 127.0.0.1:`port`.
  BeastCalls(uint16_t port, int connections);
  ~BeastCalls();
  BeastCalls(const BeastCalls&) = delete;

  // One call on each connection, all at once; returns when all are answered.
  // False if one failed.
  bool Round(const std::string& target,
             const std::vector<std::pair<std::string, std::string>>& headers,
             const std::string& body);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_BEAST_CALLS_H_
