// The clients of the soak: they keep a fixed number of tasks open on a real
// server, beat for them, and let each end in a way that was drawn for it. The
// book knows what each was told, so it can say how each may have ended, and
// compares that with its history.
#ifndef STEPWHEEL_TESTS_SOAK_TASK_BOOK_H_
#define STEPWHEEL_TESTS_SOAK_TASK_BOOK_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/http_pipeline.h"

namespace stepwheel::soak {

struct BookOptions {
  int tasks = 0;
  int heartbeat_seconds = 0;
  double life_seconds = 0;  // Mean time from being handed out to the end.
  uint64_t seed = 1;
};

// How a task may end; also bits of a set of these.
// The history of a missed heartbeat and of a total time-out look the same.
enum Outcome : uint8_t {
  kSucceeded = 1,
  kFailed = 2,
  kTimedOut = 4,
  kAborted = 8,
};
inline constexpr std::array<std::pair<Outcome, const char*>, 4> kOutcomes = {
    {{kSucceeded, "succeeded"},
     {kFailed, "failed"},
     {kTimedOut, "timed out"},
     {kAborted, "aborted"}}};

struct BookCounts {
  int64_t beats = 0;
  int64_t open = 0;   // Started and not known to have ended.
  int64_t held = 0;   // Handed out.
  int64_t ended = 0;  // Compared with its history.
  std::array<int64_t, 16> by_outcome{};
  int64_t missed = 0;        // Of those timed out: their heartbeats.
  int64_t late_refused = 0;  // Late beats and answers, refused as they should.
  int64_t in_doubt = 0;      // Requests whose answer a restart swallowed.
  int64_t lost_workers = 0;  // Tasks whose token a restart swallowed.
  int64_t wrong = 0;
};

class TaskBook {
 public:
  // `complain` gets a sentence for each thing that is wrong.
  TaskBook(const BookOptions& options,
           std::function<void(const std::string&)> complain);

  // Connects to a server that has just become ready. Creates activity and state
  // machine the first time; later sends again what had no answer.
  void Connect(uint16_t port);
  // The server was ended by us: takes what it still said; everything else that
  // was under way is in doubt.
  void Disconnect();

  // Ends up to `count` of those that are held, at once.
  void Hurry(int count);
  // Those held that have been timed out, perhaps.
  int64_t MayHaveEnded() const;

  // One round: sends what is due, takes answers. Waits `wait_ms` at most.
  void Step(int wait_ms = 1);
  // From now on tasks are only held and beaten; what was to end, ends.
  void Wind() { winding_ = true; }
  // Whether all that is open is held and beaten.
  bool wound() const { return busy_ == 0; }

  const BookCounts& counts() const { return counts_; }

 private:
  enum class State : uint8_t {
    kNone,
    kStarting,
    kQueued,
    kHeld,
    kEnding,
    kLate
  };
  enum class Fate : uint8_t {
    kSucceed,
    kFail,
    kTwice,
    kSilent,
    kTimeOut,
    kStop
  };
  enum class Request : uint8_t {
    kStart,
    kPoll,
    kBeat,
    kSuccess,
    kFailure,
    kStop,
    kHistory,
    kLate
  };
  struct Task {
    std::string token;
    int64_t sent_us = 0;      // When the last beat that was taken was sent, or
    int64_t answered_us = 0;  // its start; and when that was answered.
    int64_t sending_us = 0;   // When a beat that has no answer yet was sent.
    int64_t started_us = 0;   // When its start was sent.
    int64_t end_us = 0;       // When it is to end.
    int64_t give_up_us = 0;   // By then it must have ended.
    uint32_t generation = 0;
    uint32_t seconds = 0;  // Its TimeoutSeconds.
    State state = State::kNone;
    Fate fate = Fate::kSucceed;
    uint8_t may_end = 0;   // Outcomes.
    uint8_t doubted = 0;   // Outcomes whose request had no answer.
    uint8_t answers = 0;   // Under way.
    uint8_t accepted = 0;  // Answers.
    bool beating = false;
    bool beat_under_way = false;
  };
  // A look at a task when the time has come.
  struct Due {
    int64_t at_us;
    uint64_t tag;
    bool operator<(const Due& other) const { return at_us > other.at_us; }
  };

  uint64_t Tag(Request request, size_t n) const;
  void ReadWallClock(uint16_t port);
  void SendBeats(int64_t now);
  void Send(Request request, size_t n);
  void SendPolls();
  void Start(size_t n);
  void Look(size_t n, int64_t now);
  void End(size_t n, int64_t now);
  void OnAnswer(uint64_t tag, int status, std::string_view body);
  void OnLost(uint64_t tag);
  void OnTask(std::string_view body);
  void OnBeat(size_t n, int status, std::string_view body);
  void OnEnding(size_t n, Outcome outcome, int status, std::string_view body);
  void OnHistory(size_t n, int status, std::string_view body);
  void Close(size_t n);
  bool MayHaveMissed(const Task& task, int64_t now) const;
  void CheckEnd(size_t n, std::string_view history, uint8_t outcome);
  void Wrong(size_t n, const std::string& what);
  void At(int64_t at_us, size_t n);
  std::string Arn(size_t n) const;
  double Draw() { return std::uniform_real_distribution<>(0, 1)(random_); }

  const BookOptions options_;
  const std::function<void(const std::string&)> complain_;
  std::mt19937_64 random_;
  std::unique_ptr<bench::HttpPipeline> net_;
  int beats_ = 0, work_ = 0, polls_ = 0;  // Groups.
  bool down_ = true;
  bool winding_ = false;
  std::string machine_, activity_;
  std::vector<Task> tasks_;
  std::priority_queue<Due> due_;
  std::vector<uint64_t> again_;  // Requests in doubt.
  size_t next_start_ = 0;
  int64_t queued_ = 0;  // Starting or queued.
  int64_t busy_ = 0;    // Neither held nor unused.
  int idle_polls_ = 0;
  int64_t next_slot_us_ = 0;
  size_t next_slot_ = 0;
  int64_t down_us_ = 0;         // When it was gone last,
  int64_t ready_us_ = 0;        // and was ready again.
  int64_t wall_offset_us_ = 0;  // Its wall clock minus our clock,
  int64_t wall_doubt_us_ = 0;   // give or take this.
  BookCounts counts_;
};

}  // namespace stepwheel::soak

#endif  // STEPWHEEL_TESTS_SOAK_TASK_BOOK_H_
