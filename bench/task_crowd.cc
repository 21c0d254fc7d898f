#include "bench/task_crowd.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "bench/answers.h"
#include "bench/http_load.h"
#include "bench/http_servers.h"

namespace stepwheel::bench {
namespace {

constexpr int64_t kSlotUs = 10'000;
constexpr int kPollers = 128;
constexpr int kLostPollers = 64;
// Executions that are started and not taken: a queue that stays in memory.
constexpr int64_t kAhead = 512;

int64_t WallUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// The task's number in its input, which is {"n": 12} written as a JSON string.
int TaskNumber(std::string_view body) {
  constexpr std::string_view kName = R"(\"n\":)";
  if (Member(body, kName).empty()) {
    Fail("a task without its number: " + std::string(body));
  }
  return static_cast<int>(Number(body, kName));
}

std::string Token(std::string_view body) {
  std::string token(Member(body, R"("taskToken":)"));
  if (token.empty()) Fail("no task token in " + std::string(body));
  return token;
}

}  // namespace

TaskCrowd::TaskCrowd(const CrowdOptions& options)
    : options_(options),
      net_(options.port,
           [this](uint64_t tag, int status, std::string_view body) {
             OnAnswer(tag, status, body);
           }),
      tasks_(static_cast<size_t>(options.tasks)),
      slots_(
          static_cast<size_t>(options.interval_seconds * kSecondUs / kSlotUs)),
      random_(options.seed) {
  Create();
  starts_ = net_.AddGroup(64, 4);
  polls_ = net_.AddGroup(kPollers, 1);
  beats_ = net_.AddGroup(64, 16);
  losts_ = net_.AddGroup(kLostPollers, 1);
  if (losts_ < 0) Fail("cannot connect to the server");
  idle_polls_ = kPollers;
  next_slot_us_ = NowUs();
  for (int i = 0; i < kLostPollers; ++i) SendLostPoll();
}

void TaskCrowd::Create() {
  activity_arn_ = CreateActivity(options_.port, "work");
  lost_arn_ = CreateActivity(options_.port, "lost");
  machine_arn_ = CreateMachine(
      options_.port, "crowd",
      R"({"StartAt":"Work","States":{"Work":{"Type":"Task","Resource":")" +
          activity_arn_ + R"(","HeartbeatSeconds":)" +
          std::to_string(options_.heartbeat_seconds) +
          R"(,"Catch":[{"ErrorEquals":["States.HeartbeatTimeout"],)"
          R"("ResultPath":"$.error","Next":"Lost"}],"End":true},)"
          R"("Lost":{"Type":"Task","Resource":")" +
          lost_arn_ + R"(","End":true}}})");
}

std::string TaskCrowd::ExecutionArn(int task) const {
  return bench::ExecutionArn(machine_arn_, "t" + std::to_string(task));
}

void TaskCrowd::SendStarts() {
  while (next_start_ <
             std::min<int64_t>(options_.tasks, counts_.taken + kAhead) &&
         net_.under_way(starts_) < 256) {
    const std::string n = std::to_string(next_start_++);
    net_.Send(
        starts_, uint64_t{kStart} << 32,
        AwsRequest("StartExecution",
                   R"({"stateMachineArn":")" + machine_arn_ + R"(","name":"t)" +
                       n + R"(","input":"{\"n\":)" + n + R"(}"})"));
  }
  while (idle_polls_ > 0 &&
         counts_.taken + kPollers - idle_polls_ < options_.tasks) {
    --idle_polls_;
    net_.Send(polls_, uint64_t{kPoll} << 32,
              AwsRequest("GetActivityTask",
                         R"({"activityArn":")" + activity_arn_ + "\"}"));
  }
}

void TaskCrowd::SendBeats() {
  const int64_t now = NowUs();
  for (; next_slot_us_ <= now; next_slot_us_ += kSlotUs) {
    const std::vector<int>& slot = slots_[next_slot_];
    next_slot_ = next_slot_ + 1 == slots_.size() ? 0 : next_slot_ + 1;
    if (!slot.empty()) {
      counts_.send_lag_us = std::max(counts_.send_lag_us, now - next_slot_us_);
    }
    for (const int n : slot) {
      Task& task = tasks_[static_cast<size_t>(n)];
      // One that still waits for an answer would not be told apart.
      if (task.silent || task.lost || task.answered_us == 0) continue;
      task.sent_us = now;
      task.answered_us = 0;
      net_.Send(
          beats_, uint64_t{kBeat} << 32 | static_cast<uint32_t>(n),
          AwsRequest("SendTaskHeartbeat",
                     R"({"taskToken":")" +
                         std::string(task.token, sizeof task.token) + "\"}"));
    }
  }
}

void TaskCrowd::SendLostPoll() {
  net_.Send(
      losts_, uint64_t{kLostPoll} << 32,
      AwsRequest("GetActivityTask", R"({"activityArn":")" + lost_arn_ + "\"}"));
}

void TaskCrowd::OnAnswer(uint64_t tag, int status, std::string_view body) {
  const auto kind = static_cast<Kind>(tag >> 32);
  if (status != 200 && kind != kBeat) {
    Fail("the server answered " + std::to_string(status) + " " +
         std::string(body));
  }
  switch (kind) {
    case kStart:
      ++counts_.started;
      break;
    case kPoll:
      ++idle_polls_;
      if (body.find("taskToken") != body.npos) OnTask(body);
      break;
    case kBeat:
      OnBeat(&tasks_[tag & 0xffffffff], status, body);
      break;
    case kLostPoll:
      if (body.find("taskToken") != body.npos) OnLost(body);
      SendLostPoll();
      break;
    case kDone:
      break;
  }
}

void TaskCrowd::OnTask(std::string_view body) {
  const int n = TaskNumber(body);
  Task& task = tasks_.at(static_cast<size_t>(n));
  const std::string token = Token(body);
  if (task.held || token.size() != sizeof task.token) {
    Fail("a task was handed out twice: " + std::string(body));
  }
  std::memcpy(task.token, token.data(), sizeof task.token);
  task.held = true;
  task.sent_us = task.answered_us = NowUs();
  slots_[random_() % slots_.size()].push_back(n);
  ++counts_.taken;
}

void TaskCrowd::OnBeat(Task* task, int status, std::string_view body) {
  task->answered_us = NowUs();
  if (status != 200) {
    if (counts_.refused++ == 0) counts_.first_refusal = body;
    return;
  }
  ++counts_.beats;
  counts_.answer_us.push_back(
      static_cast<float>(task->answered_us - task->sent_us));
}

// Late by the client's clocks: from when the last beat was sent, so the way
// there and back is counted as well.
void TaskCrowd::OnLost(std::string_view body) {
  Task& task = tasks_.at(static_cast<size_t>(TaskNumber(body)));
  const int64_t late =
      NowUs() - task.sent_us - options_.heartbeat_seconds * kSecondUs;
  if (!task.silent || std::exchange(task.lost, true)) {
    ++counts_.wrong;
  } else {
    counts_.late_us.push_back(late);
    // The server's clock counts milliseconds, rounded down.
    if (late < -1000) ++counts_.early;
  }
  net_.Send(beats_, uint64_t{kDone} << 32,
            AwsRequest("SendTaskSuccess", R"({"taskToken":")" + Token(body) +
                                              R"(","output":"1"})"));
}

bool TaskCrowd::Step() {
  if (counts_.taken < options_.tasks) SendStarts();
  SendBeats();
  return net_.Poll(1);
}

void TaskCrowd::RunWhile(const std::function<bool()>& more,
                         const std::function<void()>& progress) {
  int64_t next = NowUs() + kSecondUs;
  while (more()) {
    if (!Step()) Fail("the server closed a connection");
    if (NowUs() < next) continue;
    next += kSecondUs;
    progress();
  }
}

void TaskCrowd::Fill(const std::function<void()>& progress) {
  RunWhile(
      [this] {
        return counts_.taken < options_.tasks ||
               net_.under_way(starts_) + net_.under_way(polls_) > 0;
      },
      progress);
  // The server would close them itself: they would be idle for too long.
  net_.CloseGroup(starts_);
  net_.CloseGroup(polls_);
}

void TaskCrowd::RunFor(double seconds, const std::function<void()>& progress) {
  const int64_t end = NowUs() + static_cast<int64_t>(seconds * kSecondUs);
  RunWhile([end] { return NowUs() < end; }, progress);
}

void TaskCrowd::RunUntilLate(int64_t count, double seconds,
                             const std::function<void()>& progress) {
  const int64_t end = NowUs() + static_cast<int64_t>(seconds * kSecondUs);
  RunWhile(
      [&] {
        return NowUs() < end &&
               std::ssize(counts_.late_us) + counts_.wrong < count;
      },
      progress);
}

std::vector<int> TaskCrowd::Silence(int count) {
  std::vector<int> silent;
  while (std::ssize(silent) < count) {
    const auto n = static_cast<int>(random_() % tasks_.size());
    Task& task = tasks_[static_cast<size_t>(n)];
    if (std::exchange(task.silent, true)) continue;
    silent.push_back(n);
  }
  return silent;
}

void TaskCrowd::ClearTimes() {
  counts_.answer_us.clear();
  counts_.send_lag_us = 0;
}

int64_t TaskCrowd::Alive() const {
  const int64_t since = NowUs() - (options_.interval_seconds + 5) * kSecondUs;
  return std::count_if(tasks_.begin(), tasks_.end(), [since](const Task& t) {
    return t.held && !t.silent && !t.lost &&
           std::max(t.sent_us, t.answered_us) >= since;
  });
}

std::pair<int64_t, int64_t> TaskCrowd::LastBeat(int task) const {
  const int64_t offset = WallUs() - NowUs();
  const Task& t = tasks_.at(static_cast<size_t>(task));
  return {t.sent_us + offset, t.answered_us + offset};
}

}  // namespace stepwheel::bench
