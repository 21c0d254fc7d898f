// ClockDriver moves the virtual clock of a server: at a pace, to where a client
// says, or to the next timer whenever nothing else is left to do. It is the
// loop between HTTP and engine in place of "turn, then sleep until the next
// timer".
//
// One rule makes every stamp exact: time never passes a timer. It goes to the
// instant a timer is due at, the engine does all there is to do at that
// instant, and only then time goes on. Wall time is an argument, so tests do
// not wait.
#ifndef STEPWHEEL_API_CONTROL_CLOCK_DRIVER_H_
#define STEPWHEEL_API_CONTROL_CLOCK_DRIVER_H_

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "engine/time/virtual_clock.h"

namespace stepwheel::control {

enum class Pace {
  kPaused,   // Stands still; only a move takes it on.
  kRunning,  // `rate` times as fast as the wall clock.
  kAuto,     // Stands still while there is work, then jumps to the next timer.
};
std::string_view PaceName(Pace pace);

inline constexpr int64_t kRateMax = 1'000'000;
inline constexpr int64_t kJumpsMaxMax = 1'000'000'000;
// The end of virtual time: the last instant with a year of four digits.
inline constexpr Instant kEndOfTime =
    Instant::FromUnixMillis(253'402'300'799'999);

struct ClockSettings {
  Pace pace = Pace::kPaused;
  int64_t rate = 1;
  // Pace::kAuto (rules.md 9): how long nothing may have come from outside, and
  // how long it waits for whoever holds a task.
  std::chrono::milliseconds settle{200};
  std::chrono::milliseconds patience{5000};
  // How often it jumps without anybody asking for anything, before it pauses.
  int64_t jumps_max = 100'000;
};

// How a move ended.
enum class Outcome {
  kReached,   // It is where it was to go.
  kIdle,      // No timer is armed: only somebody outside can go on.
  kJumpsMax,  // More jumps than were allowed.
  kCalls,     // Outgoing calls are not answered, and no timer is armed.
  kEnd,       // The next timer lies beyond kEndOfTime.
};
std::string_view OutcomeName(Outcome outcome);

struct MoveResult {
  Outcome outcome = Outcome::kReached;
  int64_t jumps = 0;    // How many instants with timers it went to.
  absl::Status stored;  // Whether the time it came to could be stored.
};

class ClockDriver {
 public:
  struct Options {
    ClockSettings settings;
    std::function<int64_t()> wall_ms;    // Monotonic.
    std::function<int64_t()> in_flight;  // Outgoing calls; may be empty: none.
    std::function<void(std::string_view level, const std::string& line)> log;
  };
  // All outlive the driver.
  ClockDriver(engine::Engine* engine, VirtualClock* clock, Options options);
  ClockDriver(const ClockDriver&) = delete;

  // Does what there is to do now. Returns how long the loop may sleep at most
  // (nullopt: until something comes from outside).
  std::optional<std::chrono::milliseconds> Step();

  // What time it is for a request that was just read.
  Instant Now();
  // A call came from outside that may have work in its wake.
  void NoteCall();

  void Pause();
  void Resume(int64_t rate);
  void Auto(std::optional<std::chrono::milliseconds> settle,
            std::optional<std::chrono::milliseconds> patience,
            std::optional<int64_t> jumps_max);

  // Moves are done one after the other; `done` is called when time has got
  // there and everything on the way has happened and is stored. They wait for
  // outgoing calls, but not longer than `patience`.
  using Done = std::function<void(const MoveResult&)>;
  void AdvanceTo(Instant to, Done done);
  // From where the moves before it will have ended.
  void AdvanceBy(Duration by, Done done);
  void JumpToNextTimer(Done done);
  // Until no timer is armed. Also waits for those who hold tasks.
  void RunUntilIdle(std::optional<int64_t> jumps_max,
                    std::optional<std::chrono::milliseconds> patience,
                    Done done);

  const ClockSettings& settings() const { return settings_; }
  int64_t jumps() const { return jumps_; }
  // Why the automatic pace ended, or "".
  const std::string& stopped() const { return stopped_; }

 private:
  using Milliseconds = std::chrono::milliseconds;
  struct Move {
    enum class Kind { kAdvance, kJump, kRun } kind;
    std::optional<Instant> to;  // kAdvance
    Duration by{0};             // kAdvance, while `to` is not known
    int64_t jumps_max = 0;      // kRun
    Milliseconds patience{0};
    int64_t jumps = 0;
    Done done;
  };
  // Where time may go now; otherwise how long to sleep at most.
  struct Plan {
    std::optional<Instant> go;
    std::optional<Milliseconds> sleep;
  };

  Plan Next();
  Plan NextOfMove(std::optional<Instant> due);
  Plan NextOfRun(Move& move, std::optional<Instant> due);
  Plan NextWhileRunning(std::optional<Instant> due);
  Plan NextOfAuto(std::optional<Instant> due);
  Plan Finish(Outcome outcome);
  Plan Sleep(int64_t ms) const { return {.sleep = Milliseconds(ms)}; }
  bool HeldByCalls(Milliseconds patience, Plan* plan);
  bool HeldByTasks(Milliseconds patience, Plan* plan);
  Instant PacedNow() const;
  void SetPace(Pace pace);
  void PauseBecause(std::string why);
  void LogIdle();

  engine::Engine* engine_;
  VirtualClock* clock_;
  Options options_;
  ClockSettings settings_;
  std::deque<Move> moves_;
  // Pace::kRunning: virtual and wall time from which the pace is counted.
  Instant base_;
  int64_t base_wall_ms_ = 0;
  int64_t last_call_ms_;
  // Outgoing calls: how many there were and since when that number stands.
  int64_t calls_ = 0;
  int64_t calls_since_ms_ = 0;
  // The task that time went past although somebody holds it, for the log.
  std::string overtaken_;
  int64_t jumps_ = 0;  // Since the last call from outside.
  bool idle_logged_ = false;
  std::string stopped_;
};

// A task that somebody outside ends; other frames go on by themselves.
bool WaitsForOthers(const engine::WaitingFrame& w);
// "2 tasks wait for a worker or a task token": those that wait for others, and
// for whom. "nothing waits" if there are none.
std::string WaitingText(const std::vector<engine::WaitingFrame>& waiting);
// "Idle: 2 tasks wait for a worker or a task token: Ship (…), …". `names` at
// most are named.
std::string IdleText(const engine::Engine& engine, size_t names);
// "the heartbeat of Ship in arn:..., due 2026-01-01T00:00:10Z"
std::string TimerText(const engine::NamedTimer& timer);

}  // namespace stepwheel::control

#endif  // STEPWHEEL_API_CONTROL_CLOCK_DRIVER_H_
