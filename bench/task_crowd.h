// A crowd of workers, each holding one activity task of a real server and
// beating over HTTP at a constant interval, from a phase of its own; some fall
// silent. It remembers when each beat was sent and answered, so it can tell how
// late the server noticed, and whom it timed out without a reason.
#ifndef STEPWHEEL_BENCH_TASK_CROWD_H_
#define STEPWHEEL_BENCH_TASK_CROWD_H_

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "bench/http_pipeline.h"

namespace stepwheel::bench {

struct CrowdOptions {
  uint16_t port = 0;
  int tasks = 0;
  int heartbeat_seconds = 120;
  int interval_seconds = 40;  // Between two beats of one task.
  uint64_t seed = 1;
};

// What the client saw; times in microseconds.
struct CrowdCounts {
  int64_t started = 0, taken = 0;
  int64_t beats = 0;    // Answered with 200.
  int64_t refused = 0;  // Beats that were not; the first one says why:
  std::string first_refusal;
  std::vector<float> answer_us;  // Of beats, since ClearTimes().
  int64_t send_lag_us = 0;       // The most that a beat was sent too late.
  std::vector<int64_t> late_us;  // Of each silent task that timed out.
  int64_t early = 0;             // Silent, but timed out too early.
  int64_t wrong = 0;             // Timed out although it was beating.
};

class TaskCrowd {
 public:
  // Creates activities and a state machine whose task, when its heartbeat is
  // missed, goes on to a second task: who polls for that one learns of the
  // time-out when it happens. Ends the program if the server refuses.
  explicit TaskCrowd(const CrowdOptions& options);

  // Each drives everything: starts, polls, beats and answers. `progress` is
  // called once a second.
  void Fill(const std::function<void()>& progress);
  void RunFor(double seconds, const std::function<void()>& progress);
  // Until `count` silent tasks have timed out, or `seconds` are over.
  void RunUntilLate(int64_t count, double seconds,
                    const std::function<void()>& progress);

  // From now on `count` of the tasks send no beat. Returns their numbers.
  std::vector<int> Silence(int count);
  // Forgets the times of what was answered so far.
  void ClearTimes();

  const CrowdCounts& counts() const { return counts_; }
  // Those that beat, and whose last beat was answered within an interval and
  // five seconds.
  int64_t Alive() const;
  // Between which two instants of the wall clock (microseconds since 1970) the
  // server took the last beat of a task.
  std::pair<int64_t, int64_t> LastBeat(int task) const;
  std::string ExecutionArn(int task) const;

 private:
  struct Task {
    char token[48];
    int64_t sent_us = 0;      // The last beat, or the poll that got it.
    int64_t answered_us = 0;  // 0: under way.
    bool held = false;
    bool silent = false;
    bool lost = false;  // Its time-out was seen.
  };
  enum Kind : uint64_t { kStart, kPoll, kBeat, kLostPoll, kDone };

  void Create();
  bool Step();  // One round. False: the connection is lost.
  void RunWhile(const std::function<bool()>& more,
                const std::function<void()>& progress);
  void SendStarts();
  void SendBeats();
  void SendLostPoll();
  void OnAnswer(uint64_t tag, int status, std::string_view body);
  void OnTask(std::string_view body);
  void OnBeat(Task* task, int status, std::string_view body);
  void OnLost(std::string_view body);

  const CrowdOptions options_;
  HttpPipeline net_;
  int starts_ = 0, polls_ = 0, beats_ = 0, losts_ = 0;  // Groups.
  std::string machine_arn_, activity_arn_, lost_arn_;
  std::vector<Task> tasks_;
  std::vector<std::vector<int>> slots_;  // By phase, each kSlotUs long.
  int64_t next_slot_us_ = 0;
  size_t next_slot_ = 0;
  std::mt19937_64 random_;
  CrowdCounts counts_;
  int64_t next_start_ = 0;
  int idle_polls_ = 0;  // Poll connections with nothing under way.
};

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_TASK_CROWD_H_
