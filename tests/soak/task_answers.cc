// TaskBook's other half: what the server answers, and what it must have meant.

#include <algorithm>

#include "bench/answers.h"
#include "bench/http_servers.h"
#include "tests/soak/reading.h"
#include "tests/soak/task_book.h"

namespace stepwheel::soak {
namespace {

using bench::kSecondUs;
using bench::Member;
using bench::NowUs;
using bench::Number;
using bench::TimedOutAtUs;

// How late a busy server may be before a task counts as never ended.
constexpr int64_t kPatienceUs = 30 * kSecondUs;
// The server's clock follows the wall's, which is corrected now and then.
constexpr int64_t kClocksUs = 50'000;

bool IsClosed(int status, std::string_view body) {
  return status == 400 && body.find("TaskTimedOut") != body.npos;
}

std::string Quoted(int status, std::string_view body) {
  return std::to_string(status) + " " + std::string(body.substr(0, 300));
}

}  // namespace

void TaskBook::OnAnswer(uint64_t tag, int status, std::string_view body) {
  // A server that ends refuses what it has not begun.
  if (status == 0 || (down_ && status == 503)) return OnLost(tag);
  const auto request = static_cast<Request>(tag >> 56);
  if (request == Request::kPoll) {
    ++idle_polls_;
    if (status != 200) bench::Fail("a poll got " + Quoted(status, body));
    if (body.find("taskToken") != body.npos) OnTask(body);
    return;
  }
  const size_t n = tag & 0xffffffff;
  Task& task = tasks_[n];
  if (tag != Tag(request, n)) return;  // Of a task that is gone.
  switch (request) {
    case Request::kPoll:
      return;
    case Request::kStart:
      if (status != 200) return Wrong(n, "start: " + Quoted(status, body));
      // It may have been handed out already.
      if (task.state == State::kStarting) task.state = State::kQueued;
      return;
    case Request::kBeat:
      return OnBeat(n, status, body);
    case Request::kSuccess:
      return OnEnding(n, kSucceeded, status, body);
    case Request::kFailure:
      return OnEnding(n, kFailed, status, body);
    case Request::kStop:
      return OnEnding(n, kAborted, status, body);
    case Request::kHistory:
      return OnHistory(n, status, body);
    case Request::kLate:
      if (!IsClosed(status, body)) {
        Wrong(n, "had ended, and an answer got " + Quoted(status, body));
      }
      ++counts_.late_refused;
      return Close(n);
  }
}

// A restart swallowed the answer.
void TaskBook::OnLost(uint64_t tag) {
  const auto request = static_cast<Request>(tag >> 56);
  if (request == Request::kPoll) return;
  const size_t n = tag & 0xffffffff;
  Task& task = tasks_[n];
  if (tag != Tag(request, n)) return;
  if (request == Request::kBeat) {
    task.beat_under_way = false;
    return;
  }
  ++counts_.in_doubt;
  if (request == Request::kSuccess) task.doubted |= kSucceeded;
  if (request == Request::kFailure) task.doubted |= kFailed;
  if (request == Request::kStop) task.doubted |= kAborted;
  again_.push_back(tag);
}

void TaskBook::OnTask(std::string_view body) {
  const size_t n = Number(body, R"(\"n\":)");
  const uint64_t generation = Number(body, R"(\"g\":)");
  Task& task = tasks_.at(n);
  if (generation != task.generation ||
      (task.state != State::kStarting && task.state != State::kQueued)) {
    return Wrong(n, "was handed out twice: " + std::string(body));
  }
  task.token = std::string(Member(body, R"("taskToken":)"));
  task.state = State::kHeld;
  task.answered_us = NowUs();
  task.beating = true;
  --queued_;
  --busy_;
  ++counts_.held;
  std::exponential_distribution<> life(1 / options_.life_seconds);
  const double seconds = task.fate == Fate::kTimeOut
                             ? static_cast<double>(task.seconds) + 0.5
                             : life(random_);
  task.end_us = task.answered_us + static_cast<int64_t>(seconds * kSecondUs);
  At(task.end_us, n);
}

// Whether its heartbeat may have been missed, before the last restart or since:
// by us or by a server that had no time, as a busy machine holds up both.
// Counts from when the last beat that was taken was sent: it was taken then or
// later.
bool TaskBook::MayHaveMissed(const Task& task, int64_t now) const {
  const int64_t interval = options_.heartbeat_seconds * kSecondUs;
  return down_us_ - task.sent_us >= interval ||
         now - std::max(task.sent_us, down_us_) >= interval;
}

void TaskBook::OnBeat(size_t n, int status, std::string_view body) {
  Task& task = tasks_[n];
  const int64_t now = NowUs();
  task.beat_under_way = false;
  if (status == 200) {
    ++counts_.beats;
    task.sent_us = task.sending_us;
    task.answered_us = now;
    if (task.state == State::kEnding && now > task.give_up_us &&
        task.fate == Fate::kTimeOut) {
      Wrong(n, "should have timed out, and still beats");
    }
    return;
  }
  if (!IsClosed(status, body)) {
    return Wrong(n, "a beat got " + Quoted(status, body));
  }
  if (!task.beating || task.state != State::kHeld) return;  // It ends anyway.
  task.beating = false;
  const bool total = now - task.started_us >= int64_t{task.seconds} * kSecondUs;
  if (total) return;  // Its end is looked for when its time has come.
  if (!MayHaveMissed(task, now)) {
    Wrong(n, "beat in time, and got " + Quoted(status, body));
  }
  --counts_.held;
  ++busy_;
  task.state = State::kEnding;
  task.fate = Fate::kSilent;
  task.may_end = kTimedOut;
  task.give_up_us = now + kPatienceUs;
  Send(Request::kHistory, n);
}

// An answer or a stop: accepted, or refused because the task has ended.
void TaskBook::OnEnding(size_t n, Outcome outcome, int status,
                        std::string_view body) {
  Task& task = tasks_[n];
  --task.answers;
  if (status == 200) {
    ++task.accepted;
    task.may_end |= outcome;
    // To stop what has ended is no mistake.
    if (outcome == kAborted && MayHaveMissed(task, NowUs())) {
      task.may_end |= kTimedOut;
    }
  } else if (!IsClosed(status, body)) {
    Wrong(n, "an answer got " + Quoted(status, body));
  }
  if (task.answers > 0) return;
  if (task.accepted > 1) Wrong(n, "took two answers");
  if (task.accepted == 0) {
    task.may_end = task.doubted;
    if (MayHaveMissed(task, NowUs())) task.may_end |= kTimedOut;
    if (task.may_end == 0) Wrong(n, "refused its answer though it was open");
  }
  task.give_up_us = NowUs() + kPatienceUs;
  Send(Request::kHistory, n);
}

void TaskBook::OnHistory(size_t n, int status, std::string_view body) {
  Task& task = tasks_[n];
  const int64_t now = NowUs();
  if (status != 200) {
    return Wrong(n, "its history: " + Quoted(status, body));
  }
  if (task.state != State::kQueued && task.state != State::kEnding) return;
  const int outcome = OutcomeOf(body);
  if (outcome < 0)
    Wrong(n,
          "has a history with two ends: " + std::string(body.substr(0, 3000)));
  if (outcome > 0) return CheckEnd(n, body, static_cast<uint8_t>(outcome));
  const int64_t missed = std::max(task.answered_us, ready_us_) +
                         options_.heartbeat_seconds * kSecondUs;
  if (task.state == State::kQueued) {
    // Nobody holds it, if the restart swallowed its token; else it may still be
    // handed out, or wait in the queue.
    return At(
        IsTaken(body) ? now + kSecondUs : std::max(missed, now) + kSecondUs, n);
  }
  if (task.fate == Fate::kSilent) {
    task.give_up_us = std::max(task.give_up_us, missed + kPatienceUs);
    if (now < task.give_up_us) return At(std::max(now, missed) + kSecondUs, n);
  }
  if (now < task.give_up_us) return At(now + kSecondUs, n);
  Wrong(n, "has not ended: " + std::string(body.substr(0, 3000)));
  task.give_up_us = now + 10 * kPatienceUs;
  At(now + kPatienceUs, n);
}

void TaskBook::CheckEnd(size_t n, std::string_view history, uint8_t outcome) {
  Task& task = tasks_[n];
  if (task.state == State::kQueued) {
    ++counts_.lost_workers;
    --queued_;
    task.may_end = kTimedOut;
  }
  if ((task.may_end & outcome) == 0) {
    Wrong(n, "ended as " + std::to_string(outcome) + ", may end as " +
                 std::to_string(task.may_end) + ": " +
                 std::string(history.substr(0, 3000)));
  }
  if (outcome == kTimedOut) {
    const int64_t missed =
        task.sent_us + options_.heartbeat_seconds * kSecondUs;
    const int64_t total = task.started_us + int64_t{task.seconds} * kSecondUs;
    const int64_t at = TimedOutAtUs(history) - wall_offset_us_;
    // One that beats to its end has no heartbeat to miss.
    const bool beats = task.fate == Fate::kTimeOut && !task.token.empty();
    const int64_t due = beats ? total : std::min(missed, total);
    if (at < due - kClocksUs - wall_doubt_us_) {
      Wrong(n, "timed out " + std::to_string(due - at) +
                   " us too early: " + std::string(history.substr(0, 3000)));
    }
    counts_.missed += !beats;
  }
  ++counts_.ended;
  ++counts_.by_outcome[outcome];
  --counts_.open;
  task.beating = false;
  constexpr double kLatePart = 0.4;
  if (task.token.empty() || Draw() >= kLatePart) return Close(n);
  task.state = State::kLate;
  Send(Request::kLate, n);
}

// Another takes its place.
void TaskBook::Close(size_t n) {
  --busy_;
  tasks_[n].state = State::kNone;
  if (!winding_) Start(n);
}

}  // namespace stepwheel::soak
