// ServeClock is the clock that `stepwheel serve` runs on: the system's, or a
// virtual one that a ClockDriver moves and whose time outlives a restart.
#ifndef STEPWHEEL_API_CLI_SERVE_CLOCK_H_
#define STEPWHEEL_API_CLI_SERVE_CLOCK_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/cli/flags.h"
#include "api/control/clock_driver.h"
#include "engine/engine.h"
#include "engine/time/system_clock.h"
#include "engine/time/virtual_clock.h"

namespace stepwheel::cli {

struct ClockOptions {
  bool is_virtual = false;
  std::optional<Instant> start;  // Of a virtual clock.
  control::ClockSettings settings;
  std::string needs_virtual;  // A flag that means nothing otherwise, if given.
};
// --clock, --pace, --settle, --patience, --jumps-max.
std::vector<Flag> ClockFlags(ClockOptions* options);

class ServeClock {
 public:
  explicit ServeClock(const ClockOptions& options) : options_(options) {}
  ServeClock(const ServeClock&) = delete;

  // Decides where time begins, by what the store remembers. Returns what is
  // wrong, or "". Before it the time is the system's.
  std::string Open(engine::Store& store);
  // After Open(). `driver` is completed here; everything outlives this object.
  void Attach(engine::Engine* engine, control::ClockDriver::Options driver);

  Clock* clock();
  // Null: the clock is the system's.
  control::ClockDriver* driver() { return driver_.get(); }
  bool is_virtual() const { return options_.is_virtual; }
  // What is new for the engine on this clock.
  void Configure(engine::EngineOptions* options) const;

  Instant Wall() { return system_.Now(); }
  // What time it is for a request that was just read.
  Instant Now() { return driver_ ? driver_->Now() : clock()->Now(); }
  // Whoever called; `x_amz_target` names the operation.
  void NoteCall(std::string_view x_amz_target);

  // Lets the engine do what there is to do, and returns how long the loop may
  // sleep at most (nullopt: until something comes from outside).
  std::optional<std::chrono::milliseconds> Step(engine::Engine* engine);

  // "Date: ...\r\n", for a virtual clock also "x-stepwheel-time: ...\r\n".
  // Valid until the next call.
  std::string_view Headers();

 private:
  ClockOptions options_;
  SystemClock system_;
  std::unique_ptr<VirtualClock> virtual_;
  std::unique_ptr<control::ClockDriver> driver_;
  std::string headers_;
  int64_t date_ = -1;  // The second that headers_ tell,
  Instant told_;       // and the virtual time.
};

int64_t MonotonicMillis();

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_SERVE_CLOCK_H_
