// Census counts what the frames in memory wait for, by kind, as they change:
// metrics and the virtual clock ask often, and walking every execution for an
// answer would cost as much as the server's work.
#ifndef STEPWHEEL_ENGINE_CENSUS_H_
#define STEPWHEEL_ENGINE_CENSUS_H_

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace stepwheel::engine {

enum class WaitKind : uint8_t {
  kWorker,  // An activity task that no worker has polled yet.
  kTask,    // An activity task in the hands of a worker.
  kToken,   // A .waitForTaskToken task whose request has arrived.
  kJob,     // A .sync task whose job was started.
  kCall,    // A request that has no answer yet.
  kWait,    // A Wait state.
  kRetry,   // A Retrier's interval.
  kMock,    // A call that the mock file answers.
};
inline constexpr int kWaitKinds = 8;
std::string_view WaitKindName(WaitKind kind);

struct Census {
  std::array<int64_t, kWaitKinds> frames{};
  // Armed deadlines of executions whose machine sets none: the year after
  // which AWS ends any.
  int64_t year_limits = 0;

  int64_t of(WaitKind kind) const { return frames[static_cast<size_t>(kind)]; }
  int64_t tasks() const {
    return of(WaitKind::kWorker) + of(WaitKind::kTask) + of(WaitKind::kToken) +
           of(WaitKind::kJob) + of(WaitKind::kCall) + of(WaitKind::kMock);
  }
};

// One who is counted, in at most one counter at a time; leaves it when it is
// destroyed. The counter outlives it.
class Counted {
 public:
  Counted() = default;
  ~Counted() { Leave(); }
  Counted(Counted&& other) noexcept
      : counter_(std::exchange(other.counter_, nullptr)) {}
  Counted& operator=(Counted&& other) noexcept {
    std::swap(counter_, other.counter_);
    return *this;
  }

  void Enter(int64_t* counter) {
    if (counter == counter_) return;
    Leave();
    counter_ = counter;
    ++*counter;
  }
  void Leave() {
    if (counter_ != nullptr) --*counter_;
    counter_ = nullptr;
  }

 private:
  int64_t* counter_ = nullptr;
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_CENSUS_H_
