// The GetActivityTask calls that wait: each ends when the engine hands it a
// task, when its time is up, or when its connection is gone. This is wall time:
// long polls are never a matter of the engine's clock (design: rules 9).
#ifndef STEPWHEEL_API_AWS_LONG_POLLS_H_
#define STEPWHEEL_API_AWS_LONG_POLLS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>

#include "api/aws/operation.h"

namespace stepwheel::aws {

class LongPolls {
 public:
  struct Options {
    std::chrono::milliseconds duration{60'000};
    // Wall or monotonic time in milliseconds; never decreases.
    std::function<int64_t()> now_ms;
    // Calls `f` once after `delay`, on this thread.
    std::function<void(std::chrono::milliseconds delay,
                       std::function<void()> f)>
        after;
  };

  // `engine` outlives this object, and this object all its polls.
  LongPolls(engine::Engine* engine, Options options)
      : engine_(engine), options_(std::move(options)) {}
  LongPolls(const LongPolls&) = delete;

  // Asks the engine for a task and answers `call` in the end.
  void Wait(engine::GetActivityTaskRequest request, const Call& call);

  size_t waiting() const { return polls_.size(); }

 private:
  struct Poll {
    engine::Engine::PollId id = 0;
    int64_t due_ms = 0;
  };

  void Arm();
  void EndDue();

  engine::Engine* engine_;
  Options options_;
  // By number of arrival, so in order of due time: all last as long. A poll
  // leaves when it is answered or told to end.
  std::map<uint64_t, Poll> polls_;
  uint64_t arrivals_ = 0;
  bool armed_ = false;
};

}  // namespace stepwheel::aws

#endif  // STEPWHEEL_API_AWS_LONG_POLLS_H_
