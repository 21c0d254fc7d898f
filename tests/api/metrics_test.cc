// /_stepwheel/metrics: what is counted, and that Prometheus can read it.
#include "api/control/metrics.h"

#include <map>
#include <regex>
#include <set>
#include <string>

#include "tests/api/aws_harness.h"

namespace stepwheel::control {
namespace {

// Text format 0.0.4, read strictly: one HELP and one TYPE before the samples of
// a metric, which stand together; no sample twice; histograms add up.
class Exposition {
 public:
  explicit Exposition(const std::string& text) {
    EXPECT_TRUE(text.ends_with("\n"));
    size_t begin = 0;
    for (size_t end; (end = text.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      ReadLine(text.substr(begin, end - begin));
    }
    for (const auto& [name, type] : types_) {
      EXPECT_TRUE(type != "histogram" || CheckHistogram(name)) << name;
    }
  }

  double operator[](const std::string& sample) const {
    auto at = samples_.find(sample);
    EXPECT_NE(at, samples_.end()) << sample;
    return at == samples_.end() ? -1 : at->second;
  }
  bool Has(const std::string& sample) const {
    return samples_.count(sample) != 0;
  }

 private:
  void ReadLine(const std::string& line) {
    static const std::regex help(R"(# HELP ([a-z_]+) ([^\\]+))");
    static const std::regex type(
        R"(# TYPE ([a-z_]+) (counter|gauge|histogram))");
    static const std::regex sample(
        R"re(([a-z_]+)(\{[a-z]+="[^"\\\n]*"(?:,[a-z]+="[^"\\\n]*")*\})? )re"
        R"re((-?[0-9]+(?:\.[0-9]+)?(?:[eE]-?[0-9]+)?))re");
    std::smatch m;
    if (std::regex_match(line, m, help)) {
      EXPECT_TRUE(helped_.insert(m[1]).second) << line;
      current_ = m[1];
    } else if (std::regex_match(line, m, type)) {
      EXPECT_EQ(m[1], current_) << "TYPE follows its HELP";
      EXPECT_TRUE(types_.emplace(m[1], m[2]).second) << line;
    } else if (std::regex_match(line, m, sample)) {
      std::string base = m[1];
      if (types_[current_] == "histogram") {
        base = std::regex_replace(base, std::regex("_(bucket|sum|count)$"), "");
      }
      EXPECT_EQ(base, current_) << line;
      if (types_[current_] == "counter") {
        EXPECT_TRUE(base.ends_with("_total")) << line;
      }
      EXPECT_TRUE(
          samples_.emplace(m[1].str() + m[2].str(), std::stod(m[3])).second)
          << line;
    } else {
      ADD_FAILURE() << "not of the format: " << line;
    }
  }
  bool CheckHistogram(const std::string& name) {
    double last = 0;
    double bound = -1;
    const std::string prefix = name + "_bucket{le=\"";
    std::map<double, double> buckets;
    for (const auto& [sample, value] : samples_) {
      if (!sample.starts_with(prefix)) continue;
      std::string le = sample.substr(prefix.size());
      le = le.substr(0, le.find('"'));
      buckets[le == "+Inf" ? HUGE_VAL : std::stod(le)] = value;
    }
    for (const auto& [le, value] : buckets) {
      if (le <= bound || value < last) return false;
      bound = le;
      last = value;
    }
    return bound == HUGE_VAL && last == samples_[name + "_count"] &&
           samples_.count(name + "_sum") == 1;
  }

  std::string current_;
  std::set<std::string> helped_;
  std::map<std::string, std::string> types_;
  std::map<std::string, double> samples_;
};

class MetricsTest : public aws::AwsTest {
 protected:
  Exposition Read() { return Exposition(metrics_.Render(*engine_, 3)); }
  Metrics metrics_;
};

TEST_F(MetricsTest, AServerThatHasDoneNothingIsWellFormed) {
  Exposition e = Read();
  EXPECT_EQ(e["stepwheel_connections"], 3);
  EXPECT_EQ(e["stepwheel_open_tasks"], 0);
  EXPECT_EQ(e["stepwheel_timer_lateness_seconds_count"], 0);
}

TEST_F(MetricsTest, RequestsAreCountedByOperationAndError) {
  for (int i = 0; i < 3; ++i) {
    metrics_.CountRequest({.operation = "ListActivities"});
  }
  metrics_.CountRequest({.operation = "StopExecution",
                         .error_code = "InvalidArn",
                         .status = 400});
  metrics_.CountRequest({.error_code = "UnknownOperationException"});
  Exposition e = Read();
  EXPECT_EQ(
      e["stepwheel_requests_total{operation=\"ListActivities\",error=\"\"}"],
      3);
  EXPECT_EQ(e["stepwheel_requests_total{operation=\"StopExecution\",error="
              "\"InvalidArn\"}"],
            1);
  EXPECT_FALSE(e.Has(
      "stepwheel_requests_total{operation=\"StopExecution\",error=\"\"}"));
  EXPECT_EQ(e["stepwheel_requests_total{operation=\"\",error="
              "\"UnknownOperationException\"}"],
            1);
}

TEST_F(MetricsTest, TimersAreCountedFromArmingToFiring) {
  Start(Create("w", kWait), "x");
  Exposition before = Read();
  EXPECT_EQ(before["stepwheel_timers"], 2);  // The Wait, and the year.
  EXPECT_EQ(before["stepwheel_timers_armed_total{kind=\"wait\"}"], 1);
  EXPECT_EQ(before["stepwheel_timers_armed_total{kind=\"machine\"}"], 1);
  EXPECT_EQ(before["stepwheel_waiting{kind=\"wait\"}"], 1);
  Advance(Duration(60'150));
  Exposition after = Read();
  EXPECT_EQ(after["stepwheel_timers"], 0);
  EXPECT_EQ(after["stepwheel_timers_fired_total{kind=\"wait\"}"], 1);
  EXPECT_EQ(after["stepwheel_waiting{kind=\"wait\"}"], 0);
  EXPECT_EQ(after["stepwheel_timer_lateness_seconds_bucket{le=\"0.1\"}"], 0);
  EXPECT_EQ(after["stepwheel_timer_lateness_seconds_bucket{le=\"0.2\"}"], 1);
  EXPECT_DOUBLE_EQ(after["stepwheel_timer_lateness_seconds_sum"], 0.15);
}

TEST_F(MetricsTest, AWaitAfterAWaitArmsOneTimerMore) {
  Start(Create("w", R"({"StartAt":"A","States":{
      "A":{"Type":"Wait","Seconds":1,"Next":"B"},
      "B":{"Type":"Wait","Seconds":2,"End":true}}})"),
        "x");
  EXPECT_EQ(Read()["stepwheel_timers_armed_total{kind=\"wait\"}"], 1);
  Advance(Duration(1'000));
  EXPECT_EQ(Read()["stepwheel_timers_armed_total{kind=\"wait\"}"], 2);
  Advance(Duration(2'000));
  EXPECT_EQ(Read()["stepwheel_timers_armed_total{kind=\"wait\"}"], 2);
  EXPECT_EQ(Read()["stepwheel_timers_fired_total{kind=\"wait\"}"], 2);
}

TEST_F(MetricsTest, OpenTasksAreCountedByWhoHoldsThem) {
  Call("CreateActivity", R"({"name":"ship"})");
  std::string machine = Create("s", kShip);
  Start(machine, "x");
  Start(machine, "y");
  EXPECT_EQ(Read()["stepwheel_waiting{kind=\"worker\"}"], 2);
  std::string task =
      Call("GetActivityTask",
           R"({"activityArn":")" + std::string(kArn) + R"(activity:ship"})");
  const std::string token = Quote(Get(task, "taskToken"));
  EXPECT_EQ(Read()["stepwheel_waiting{kind=\"task\"}"], 1);
  EXPECT_EQ(Read()["stepwheel_open_tasks"], 2);
  EXPECT_EQ(Read()["stepwheel_timers_armed_total{kind=\"heartbeat\"}"], 1);
  Call("SendTaskHeartbeat", R"({"taskToken":)" + token + "}");
  EXPECT_EQ(Read()["stepwheel_timers_rearmed_total"], 1);
  Call("StopExecution",
       R"({"executionArn":")" + std::string(kArn) + R"(execution:s:y"})");
  EXPECT_EQ(Read()["stepwheel_open_tasks"], 1);
  Advance(Duration(10'000));
  EXPECT_EQ(Read()["stepwheel_open_tasks"], 0);
  EXPECT_EQ(Read()["stepwheel_timers_fired_total{kind=\"heartbeat\"}"], 1);
  EXPECT_EQ(Read()["stepwheel_executions_loaded"], 0);
}

TEST_F(MetricsTest, LagBelongsToTheFirstBoundThatIsNotLess) {
  for (int64_t ms : {0, 1, 7, 40'000}) metrics_.ObserveLoopLag(ms);
  Exposition e = Read();
  EXPECT_EQ(e["stepwheel_loop_lag_seconds_bucket{le=\"0.001\"}"], 2);
  EXPECT_EQ(e["stepwheel_loop_lag_seconds_bucket{le=\"0.01\"}"], 3);
  EXPECT_EQ(e["stepwheel_loop_lag_seconds_bucket{le=\"30.0\"}"], 3);
  EXPECT_EQ(e["stepwheel_loop_lag_seconds_count"], 4);
}

}  // namespace
}  // namespace stepwheel::control
