#include "tests/soak/task_book.h"

#include <algorithm>
#include <utility>

#include "bench/answers.h"
#include "bench/http_load.h"
#include "bench/http_servers.h"
#include "tests/soak/reading.h"

namespace stepwheel::soak {
namespace {

using bench::kSecondUs;
using bench::NowUs;
using bench::Number;

constexpr int64_t kSlotUs = 10'000;
constexpr int kPollers = 64;
// Executions that are started and wait for a worker.
constexpr int64_t kQueuedMost = 1000;
// Requests, other than beats and polls, that may be under way.
constexpr size_t kWorkMost = 2000;

}  // namespace

TaskBook::TaskBook(const BookOptions& options,
                   std::function<void(const std::string&)> complain)
    : options_(options),
      complain_(std::move(complain)),
      random_(options.seed),
      tasks_(static_cast<size_t>(options.tasks)) {}

uint64_t TaskBook::Tag(Request request, size_t n) const {
  return uint64_t{static_cast<uint8_t>(request)} << 56 |
         uint64_t{tasks_[n].generation & 0xffffff} << 32 | n;
}

void TaskBook::At(int64_t at_us, size_t n) {
  due_.push({at_us, Tag(Request::kHistory, n)});
}

std::string TaskBook::Arn(size_t n) const {
  return bench::ExecutionArn(
      machine_,
      "s" + std::to_string(n) + "-" + std::to_string(tasks_[n].generation));
}

void TaskBook::Wrong(size_t n, const std::string& what) {
  ++counts_.wrong;
  complain_(Arn(n) + " " + what);
}

// How far the server's clock, which is the wall's, is from ours: known as well
// as the quickest answer was quick.
void TaskBook::ReadWallClock(uint16_t port) {
  constexpr int kTries = 5;
  for (int i = 0; i < kTries; ++i) {
    const int64_t before = NowUs();
    std::string error;
    const std::string clock = bench::CallOnce(
        port, "GET /_stepwheel/clock HTTP/1.1\r\nHost: localhost\r\n\r\n",
        &error);
    if (!error.empty()) bench::Fail("no clock: " + error);
    const int64_t took = NowUs() - before;
    if (wall_doubt_us_ != 0 && took >= wall_doubt_us_) continue;
    wall_doubt_us_ = took;
    wall_offset_us_ =
        static_cast<int64_t>(Number(clock, "\"nowMillis\":")) * 1000 - before -
        took / 2;
  }
}

void TaskBook::Connect(uint16_t port) {
  if (machine_.empty()) {
    activity_ = bench::CreateActivity(port, "soak");
    machine_ = bench::CreateMachine(
        port, "soak",
        R"({"StartAt":"T","States":{"T":{"Type":"Task","Resource":")" +
            activity_ + R"(","TimeoutSecondsPath":"$.t","HeartbeatSeconds":)" +
            std::to_string(options_.heartbeat_seconds) + R"(,"End":true}}})");
  }
  ReadWallClock(port);
  ready_us_ = NowUs();
  net_ = std::make_unique<bench::HttpPipeline>(
      port, [this](uint64_t tag, int status, std::string_view body) {
        OnAnswer(tag, status, body);
      });
  beats_ = net_->AddGroup(64, 16);
  work_ = net_->AddGroup(64, 4);
  polls_ = net_->AddGroup(kPollers, 1);
  if (polls_ < 0) bench::Fail("cannot connect to the server");
  idle_polls_ = kPollers;
  down_ = false;
  if (next_slot_us_ == 0) next_slot_us_ = ready_us_;
  for (const uint64_t tag : std::exchange(again_, {})) {
    const auto request = static_cast<Request>(tag >> 56);
    const size_t n = tag & 0xffffffff;
    if (tag == Tag(request, n)) Send(request, n);
  }
  // A task whose token was on its way to us has nobody who holds it.
  const int64_t missed =
      ready_us_ + (options_.heartbeat_seconds + 2) * kSecondUs;
  for (size_t n = 0; n < tasks_.size(); ++n) {
    const State state = tasks_[n].state;
    if (state == State::kStarting || state == State::kQueued) At(missed, n);
  }
}

void TaskBook::Disconnect() {
  down_ = true;
  down_us_ = NowUs();
  net_->LoseAll();
  net_.reset();
}

void TaskBook::Step(int wait_ms) {
  const int64_t now = NowUs();
  SendBeats(now);
  // A machine that is too busy for all that is to end lets it end later: a
  // queue of our own would only keep it from the server.
  while (!due_.empty() && due_.top().at_us <= now &&
         net_->under_way(work_) < kWorkMost) {
    const uint64_t tag = due_.top().tag;
    const size_t n = tag & 0xffffffff;
    due_.pop();
    if (tag == Tag(Request::kHistory, n)) Look(n, now);
  }
  while (!winding_ && queued_ < kQueuedMost && next_start_ < tasks_.size() &&
         net_->under_way(work_) < kWorkMost) {
    Start(next_start_++);
  }
  SendPolls();
  if (!net_->Poll(wait_ms)) bench::Fail("the server closed a connection");
}

void TaskBook::Hurry(int count) {
  for (size_t tries = 0; tries < tasks_.size() && count > 0; ++tries) {
    const size_t n = random_() % tasks_.size();
    const Task& task = tasks_[n];
    if (task.state != State::kHeld || task.fate == Fate::kTimeOut) continue;
    End(n, NowUs());
    --count;
  }
}

int64_t TaskBook::MayHaveEnded() const {
  const int64_t now = NowUs();
  return std::count_if(tasks_.begin(), tasks_.end(), [now](const Task& task) {
    return task.state == State::kHeld &&
           now >= task.started_us + int64_t{task.seconds} * kSecondUs;
  });
}

void TaskBook::SendBeats(int64_t now) {
  const auto slots =
      static_cast<size_t>(options_.heartbeat_seconds * kSecondUs / 3 / kSlotUs);
  for (; next_slot_us_ <= now; next_slot_us_ += kSlotUs) {
    for (size_t n = next_slot_; n < tasks_.size(); n += slots) {
      Task& task = tasks_[n];
      if (!task.beating || task.beat_under_way) continue;
      task.beat_under_way = true;
      Send(Request::kBeat, n);
    }
    next_slot_ = (next_slot_ + 1) % slots;
  }
}

void TaskBook::SendPolls() {
  for (; idle_polls_ > 0; --idle_polls_) {
    net_->Send(polls_, uint64_t{static_cast<uint8_t>(Request::kPoll)} << 56,
               bench::AwsRequest("GetActivityTask",
                                 R"({"activityArn":")" + activity_ + "\"}"));
  }
}

void TaskBook::Send(Request request, size_t n) {
  const uint64_t tag = Tag(request, n);
  if (down_) return again_.push_back(tag);
  Task& task = tasks_[n];
  const std::string token = R"({"taskToken":")" + task.token + "\"";
  const std::string execution = R"({"executionArn":")" + Arn(n) + "\"}";
  switch (request) {
    case Request::kStart: {
      const std::string number = std::to_string(n);
      const std::string generation = std::to_string(task.generation);
      return net_->Send(
          work_, tag,
          bench::AwsRequest("StartExecution",
                            R"({"stateMachineArn":")" + machine_ +
                                R"(","name":"s)" + number + "-" + generation +
                                R"(","input":"{\"n\":)" + number +
                                R"(,\"g\":)" + generation + R"(,\"t\":)" +
                                std::to_string(task.seconds) + R"(}"})"));
    }
    case Request::kPoll:
      return;
    case Request::kBeat:
      task.sending_us = NowUs();
      return net_->Send(beats_, tag,
                        bench::AwsRequest("SendTaskHeartbeat", token + "}"));
    case Request::kLate:
    case Request::kSuccess:
      return net_->Send(
          work_, tag,
          bench::AwsRequest("SendTaskSuccess", token + R"(,"output":"1"})"));
    case Request::kFailure:
      return net_->Send(
          work_, tag,
          bench::AwsRequest("SendTaskFailure", token + R"(,"error":"E"})"));
    case Request::kStop:
      return net_->Send(work_, tag,
                        bench::AwsRequest("StopExecution", execution));
    case Request::kHistory:
      return net_->Send(work_, tag,
                        bench::AwsRequest("GetExecutionHistory", execution));
  }
}

void TaskBook::Start(size_t n) {
  Task& task = tasks_[n];
  task = Task{.generation = task.generation + 1};
  constexpr std::array<std::pair<double, Fate>, 5> kParts = {
      {{0.45, Fate::kSucceed},
       {0.55, Fate::kFail},
       {0.70, Fate::kTwice},
       {0.85, Fate::kSilent},
       {0.92, Fate::kTimeOut}}};
  const double part = Draw();
  task.fate = Fate::kStop;
  for (const auto& [below, fate] : kParts) {
    if (part >= below) continue;
    task.fate = fate;
    break;
  }
  constexpr uint32_t kForever = 99'999'999;
  task.seconds = kForever;
  if (task.fate == Fate::kTimeOut) {
    // AWS wants it longer than the heartbeat's.
    task.seconds = static_cast<uint32_t>(options_.heartbeat_seconds) + 1 +
                   static_cast<uint32_t>(Draw() * 2 * options_.life_seconds);
  }
  task.state = State::kStarting;
  task.started_us = task.sent_us = NowUs();
  ++queued_;
  ++busy_;
  ++counts_.open;
  Send(Request::kStart, n);
}

// Its time has come: to end, to be looked for, or to have ended.
void TaskBook::Look(size_t n, int64_t now) {
  Task& task = tasks_[n];
  if (task.state == State::kHeld) {
    if (now < task.end_us) return;  // It was looked for in the queue.
    // What ends of itself ends while we wind up, too.
    if (winding_ && task.fate != Fate::kTimeOut) return;
    return End(n, now);
  }
  if (task.state == State::kQueued || task.state == State::kEnding) {
    Send(Request::kHistory, n);
  }
}

void TaskBook::End(size_t n, int64_t now) {
  Task& task = tasks_[n];
  task.state = State::kEnding;
  ++busy_;
  --counts_.held;
  task.beating = task.fate != Fate::kSilent;  // Until the end is known.
  const auto ask = [&](Request request) {
    ++task.answers;
    Send(request, n);
  };
  switch (task.fate) {
    case Fate::kSucceed:
      return ask(Request::kSuccess);
    case Fate::kFail:
      return ask(Request::kFailure);
    case Fate::kTwice:
      ask(Request::kSuccess);
      return ask(Request::kFailure);
    case Fate::kStop:
      return ask(Request::kStop);
    case Fate::kSilent:
      task.may_end = kTimedOut;
      return At(now + options_.heartbeat_seconds * kSecondUs, n);
    case Fate::kTimeOut:
      task.may_end = kTimedOut;
      task.give_up_us = now + 30 * kSecondUs;
      return At(now, n);
  }
}

}  // namespace stepwheel::soak
