// Metrics counts what the server does and shows it, with what the engine counts
// itself, as Prometheus reads it (text format 0.0.4).
#ifndef STEPWHEEL_API_CONTROL_METRICS_H_
#define STEPWHEEL_API_CONTROL_METRICS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "api/aws/operation.h"
#include "engine/engine.h"
#include "engine/histogram.h"

namespace stepwheel::control {

inline constexpr std::string_view kMetricsPath = "/_stepwheel/metrics";
inline constexpr std::string_view kMetricsType =
    "text/plain; version=0.0.4; charset=utf-8";

class Metrics {
 public:
  // One answered request of AWS's API. Cheap: heartbeats come here.
  void CountRequest(const aws::RequestLine& line);
  // How much later than planned the loop came to something that was due.
  void ObserveLoopLag(int64_t ms) { loop_lag_.Observe(ms); }

  std::string Render(const engine::Engine& engine, size_t connections) const;

 private:
  struct Requests {
    std::string_view operation;
    int64_t ok = 0;
    std::map<std::string, int64_t> failed;  // By error code.
  };

  // By the address of the operation's name, which is a constant.
  absl::flat_hash_map<const char*, Requests> requests_;
  engine::Histogram loop_lag_;
};

}  // namespace stepwheel::control

#endif  // STEPWHEEL_API_CONTROL_METRICS_H_
