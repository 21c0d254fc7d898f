#include "api/control/metrics.h"

#include <utility>

#include "asl/json.h"

namespace stepwheel::control {
namespace {

using engine::DeadlineKind;
using engine::WaitKind;

// No value here needs an escape.
std::string Label(std::string_view name, std::string_view value) {
  return std::string(name).append("=\"").append(value).append("\"");
}

// One metric after the other; each with its help and its type.
class Writer {
 public:
  void Begin(std::string_view name, std::string_view type,
             std::string_view help) {
    name_ = std::string("stepwheel_").append(name);
    Add("# HELP ", name_, " ", help, "\n# TYPE ", name_, " ", type, "\n");
  }
  // `labels` is `a="b",c="d"` or empty.
  void Sample(std::string_view labels, int64_t value,
              std::string_view suffix = "") {
    Add(name_, suffix);
    if (!labels.empty()) Add("{", labels, "}");
    Add(" ", std::to_string(value), "\n");
  }
  void One(std::string_view name, std::string_view type, std::string_view help,
           int64_t value) {
    Begin(name, type, help);
    Sample("", value);
  }
  void Durations(std::string_view name, std::string_view help,
                 const engine::Histogram& histogram) {
    Begin(name, "histogram", help);
    int64_t below = 0;
    for (size_t i = 0; i < engine::Histogram::kBoundsMs.size(); ++i) {
      below += histogram.counts[i];
      Sample(Label("le", Seconds(engine::Histogram::kBoundsMs[i])), below,
             "_bucket");
    }
    Sample("le=\"+Inf\"", histogram.count, "_bucket");
    Add(name_, "_sum ", Seconds(histogram.sum_ms), "\n");
    Sample("", histogram.count, "_count");
  }
  std::string Take() { return std::move(text_); }

 private:
  template <class... Text>
  void Add(const Text&... text) {
    (text_.append(text), ...);
  }
  static std::string Seconds(int64_t ms) {
    std::string text;
    asl::AppendJsonDouble(static_cast<double>(ms) / 1000, &text);
    return text;
  }

  std::string name_;
  std::string text_;
};

void WriteTimers(const engine::Engine& engine, Writer* w) {
  const engine::TimerCounts& timers = engine.timer_counts();
  w->One("timers", "gauge", "Timers that are armed now.",
         engine.stats().timers_armed);
  auto by_kind = [w](std::string_view name, std::string_view help,
                     const auto& counts) {
    w->Begin(name, "counter", help);
    for (int k = 0; k < engine::kDeadlineKinds; ++k) {
      w->Sample(
          Label("kind", engine::DeadlineKindName(static_cast<DeadlineKind>(k))),
          counts[k]);
    }
  };
  by_kind("timers_armed_total", "Timers that a change of state armed.",
          timers.armed);
  by_kind("timers_fired_total", "Timers that came due.", timers.fired);
  w->One("timers_rearmed_total", "counter",
         "Timers that a heartbeat moved to later.", timers.rearmed);
  w->Durations("timer_lateness_seconds",
               "How long after its due time a timer was acted on.",
               timers.lateness);
}

void WriteEngine(const engine::Engine& engine, Writer* w) {
  const engine::EngineStats stats = engine.stats();
  const engine::Census& census = engine.census();
  w->Begin("waiting", "gauge",
           "What executions wait for: worker, task, token, job, call and mock "
           "are open tasks.");
  for (int k = 0; k < engine::kWaitKinds; ++k) {
    w->Sample(Label("kind", engine::WaitKindName(static_cast<WaitKind>(k))),
              census.frames[k]);
  }
  w->One("open_tasks", "gauge", "Tasks that are scheduled and not ended.",
         census.tasks());
  w->One("executions_loaded", "gauge", "Running executions in memory.",
         stats.executions_loaded);
  w->One("pollers", "gauge", "GetActivityTask calls that wait.", stats.pollers);
  w->One("turns_total", "counter", "Turns of the engine.", stats.turns);
  w->One("commits_total", "counter", "Turns that stored something.",
         stats.commits);
  w->One("commit_failures_total", "counter", "Commits that failed.",
         stats.commit_failures);
}

}  // namespace

void Metrics::CountRequest(const aws::RequestLine& line) {
  Requests& requests = requests_[line.operation.data()];
  if (line.error_code.empty()) [[likely]] {
    requests.operation = line.operation;
    ++requests.ok;
    return;
  }
  requests.operation = line.operation;
  ++requests.failed[std::string(line.error_code)];
}

std::string Metrics::Render(const engine::Engine& engine,
                            size_t connections) const {
  Writer w;
  w.One("connections", "gauge", "Open HTTP connections.",
        static_cast<int64_t>(connections));
  w.Durations("loop_lag_seconds",
              "How much later than planned the loop came to what was due.",
              loop_lag_);
  w.Begin("requests_total", "counter",
          "Answered API requests by operation and error; an empty operation "
          "is a request that names none.");
  std::map<std::string_view, const Requests*> ordered;
  for (const auto& [name, r] : requests_) ordered[r.operation] = &r;
  for (const auto& [operation, r] : ordered) {
    const std::string label = Label("operation", operation);
    if (r->ok > 0) w.Sample(label + "," + Label("error", ""), r->ok);
    for (const auto& [error, count] : r->failed) {
      w.Sample(label + "," + Label("error", error), count);
    }
  }
  WriteTimers(engine, &w);
  WriteEngine(engine, &w);
  return w.Take();
}

}  // namespace stepwheel::control
