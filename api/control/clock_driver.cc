#include "api/control/clock_driver.h"

#include <algorithm>
#include <array>
#include <utility>

#include "asl/timestamp.h"

namespace stepwheel::control {
namespace {

// Between two looks at the sockets.
constexpr int kTurnsPerStep = 64;
// While the store cannot be written: how long until it is tried again.
constexpr std::chrono::milliseconds kStoreRetry{200};
constexpr size_t kNamesLogged = 10;

}  // namespace

std::string_view PaceName(Pace pace) {
  switch (pace) {
    case Pace::kPaused:
      return "paused";
    case Pace::kRunning:
      return "running";
    case Pace::kAuto:
      return "auto";
  }
  return "";
}

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kReached:
      return "reached";
    case Outcome::kIdle:
      return "idle";
    case Outcome::kJumpsMax:
      return "jumpsMax";
    case Outcome::kCalls:
      return "calls";
    case Outcome::kEnd:
      return "endOfTime";
  }
  return "";
}

ClockDriver::ClockDriver(engine::Engine* engine, VirtualClock* clock,
                         Options options)
    : engine_(engine),
      clock_(clock),
      options_(std::move(options)),
      settings_(options_.settings),
      base_(clock->Now()),
      base_wall_ms_(options_.wall_ms()),
      last_call_ms_(base_wall_ms_) {}

std::optional<std::chrono::milliseconds> ClockDriver::Step() {
  for (int turns = 0; turns < kTurnsPerStep; ++turns) {
    if (engine_->Turn()) continue;
    // Time stands still until what has happened can be stored.
    if (engine_->degraded()) return kStoreRetry;
    const Plan plan = Next();
    if (!plan.go) return plan.sleep;
    clock_->AdvanceTo(*plan.go);
  }
  return Milliseconds(0);
}

// Between two steps time may flow, but never past a timer: it has to fire
// first.
Instant ClockDriver::Now() {
  if (settings_.pace != Pace::kRunning || !moves_.empty() ||
      engine_->degraded()) {
    return clock_->Now();
  }
  Instant to = PacedNow();
  if (std::optional<Instant> due = engine_->NextTimer()) {
    to = std::min(to, *due);
  }
  if (to > clock_->Now()) clock_->AdvanceTo(to);
  return clock_->Now();
}

void ClockDriver::NoteCall() {
  last_call_ms_ = options_.wall_ms();
  jumps_ = 0;
  idle_logged_ = false;
}

void ClockDriver::SetPace(Pace pace) {
  settings_.pace = pace;
  base_ = clock_->Now();
  base_wall_ms_ = options_.wall_ms();
  stopped_.clear();
  NoteCall();
}

void ClockDriver::Pause() { SetPace(Pace::kPaused); }

void ClockDriver::Resume(int64_t rate) {
  Now();  // What has passed has passed at the old rate.
  settings_.rate = rate;
  SetPace(Pace::kRunning);
}

void ClockDriver::Auto(std::optional<Milliseconds> settle,
                       std::optional<Milliseconds> patience,
                       std::optional<int64_t> jumps_max) {
  settings_.settle = settle.value_or(settings_.settle);
  settings_.patience = patience.value_or(settings_.patience);
  settings_.jumps_max = jumps_max.value_or(settings_.jumps_max);
  SetPace(Pace::kAuto);
}

void ClockDriver::PauseBecause(std::string why) {
  SetPace(Pace::kPaused);
  stopped_ = std::move(why);
  options_.log("warn", "the clock is paused: " + stopped_);
}

void ClockDriver::AdvanceTo(Instant to, Done done) {
  moves_.push_back({.kind = Move::Kind::kAdvance,
                    .to = to,
                    .patience = settings_.patience,
                    .done = std::move(done)});
}

void ClockDriver::AdvanceBy(Duration by, Done done) {
  moves_.push_back({.kind = Move::Kind::kAdvance,
                    .by = by,
                    .patience = settings_.patience,
                    .done = std::move(done)});
}

void ClockDriver::JumpToNextTimer(Done done) {
  moves_.push_back({.kind = Move::Kind::kJump,
                    .patience = settings_.patience,
                    .done = std::move(done)});
}

void ClockDriver::RunUntilIdle(std::optional<int64_t> jumps_max,
                               std::optional<Milliseconds> patience,
                               Done done) {
  moves_.push_back({.kind = Move::Kind::kRun,
                    .jumps_max = jumps_max.value_or(settings_.jumps_max),
                    .patience = patience.value_or(settings_.patience),
                    .done = std::move(done)});
}

ClockDriver::Plan ClockDriver::Next() {
  const int64_t in_flight = options_.in_flight ? options_.in_flight() : 0;
  if (in_flight != calls_) {
    // An answer from outside lets things settle again, as a call does.
    calls_ = in_flight;
    calls_since_ms_ = options_.wall_ms();
    last_call_ms_ = calls_since_ms_;
  }
  const std::optional<Instant> due = engine_->NextTimer();
  if (!moves_.empty()) return NextOfMove(due);
  switch (settings_.pace) {
    case Pace::kPaused:
      return {};
    case Pace::kRunning:
      return NextWhileRunning(due);
    case Pace::kAuto:
      return NextOfAuto(due);
  }
  return {};
}

ClockDriver::Plan ClockDriver::NextOfMove(std::optional<Instant> due) {
  Move& move = moves_.front();
  if (move.kind == Move::Kind::kAdvance && !move.to) {
    move.to = std::min(clock_->Now() + move.by, kEndOfTime);
  }
  Plan wait;
  if (HeldByCalls(move.patience, &wait)) return wait;
  if (move.kind == Move::Kind::kRun) return NextOfRun(move, due);
  if (move.kind == Move::Kind::kJump) {
    if (move.jumps > 0) return Finish(Outcome::kReached);
    if (!engine_->AwaitsTimer()) return Finish(Outcome::kIdle);
  } else {
    const Instant to = std::max(*move.to, clock_->Now());
    if (!due || *due > to) {
      if (clock_->Now() == to) return Finish(Outcome::kReached);
      return {.go = to};
    }
  }
  if (*due > kEndOfTime) return Finish(Outcome::kEnd);
  ++move.jumps;
  return {.go = due};
}

ClockDriver::Plan ClockDriver::NextOfRun(Move& move,
                                         std::optional<Instant> due) {
  Plan wait;
  if (HeldByTasks(move.patience, &wait)) return wait;
  if (!engine_->AwaitsTimer()) {
    return Finish(calls_ > 0 ? Outcome::kCalls : Outcome::kIdle);
  }
  if (move.jumps >= move.jumps_max) return Finish(Outcome::kJumpsMax);
  if (*due > kEndOfTime) return Finish(Outcome::kEnd);
  ++move.jumps;
  return {.go = due};
}

ClockDriver::Plan ClockDriver::Finish(Outcome outcome) {
  Move move = std::move(moves_.front());
  moves_.pop_front();
  // The pace goes on from here.
  base_ = clock_->Now();
  base_wall_ms_ = options_.wall_ms();
  MoveResult result{.outcome = outcome, .jumps = move.jumps};
  // Whoever hears of it may count on it after a restart as well.
  result.stored = engine_->StoreTime();
  move.done(result);
  return Sleep(0);
}

Instant ClockDriver::PacedNow() const {
  const int64_t passed = options_.wall_ms() - base_wall_ms_;
  const int64_t left = (kEndOfTime - base_).count();
  // Divided, not multiplied: a server may run for long.
  if (passed > left / settings_.rate) return kEndOfTime;
  return base_ + Duration(passed * settings_.rate);
}

ClockDriver::Plan ClockDriver::NextWhileRunning(std::optional<Instant> due) {
  const Instant now = clock_->Now();
  const Instant paced = PacedNow();
  if (due && *due <= paced) return {.go = std::max(*due, now)};
  if (paced > now) return {.go = paced};
  if (now >= kEndOfTime) {
    PauseBecause("virtual time ends here");
    return {};
  }
  if (!due) return {};
  const int64_t left = (*due - now).count();
  return Sleep((left + settings_.rate - 1) / settings_.rate);
}

ClockDriver::Plan ClockDriver::NextOfAuto(std::optional<Instant> due) {
  const int64_t settled = last_call_ms_ + settings_.settle.count();
  const int64_t wall_ms = options_.wall_ms();
  if (wall_ms < settled) return Sleep(settled - wall_ms);
  if (calls_ > 0) return {};  // They have limits of their own.
  Plan wait;
  if (!engine_->AwaitsTimer()) {
    LogIdle();
    return {};
  }
  if (HeldByTasks(settings_.patience, &wait)) return wait;
  if (*due > kEndOfTime || jumps_ >= settings_.jumps_max) {
    std::optional<engine::NamedTimer> timer = engine_->DescribeNextTimer();
    PauseBecause((*due > kEndOfTime
                      ? std::string("virtual time ends before ")
                      : std::to_string(jumps_) +
                            " jumps and no call from outside; the next would "
                            "be to ") +
                 (timer ? TimerText(*timer) : "a timer"));
    return {};
  }
  ++jumps_;
  if (!overtaken_.empty()) {
    options_.log("info", "the clock jumps to " +
                             asl::FormatTimestamp(due->unix_millis()) +
                             " although " + overtaken_);
  }
  return {.go = due};
}

bool ClockDriver::HeldByCalls(Milliseconds patience, Plan* plan) {
  if (calls_ == 0) return false;
  const int64_t until = calls_since_ms_ + patience.count();
  const int64_t wall_ms = options_.wall_ms();
  if (wall_ms >= until) return false;
  *plan = Sleep(until - wall_ms);
  return true;
}

bool ClockDriver::HeldByTasks(Milliseconds patience, Plan* plan) {
  using engine::WaitKind;
  overtaken_.clear();
  const engine::Census& census = engine_->census();
  const int64_t held = census.of(WaitKind::kWorker) +
                       census.of(WaitKind::kTask) + census.of(WaitKind::kToken);
  if (held == 0) return false;
  std::optional<engine::NamedTask> last = engine_->LastNamedTask();
  if (!last) return false;
  const int64_t until = last->named_ms + patience.count();
  const int64_t wall_ms = options_.wall_ms();
  if (wall_ms < until) {
    *plan = Sleep(until - wall_ms);
    return true;
  }
  overtaken_ = std::to_string(held) +
               (held == 1 ? " task is held: " : " tasks are held, last ") +
               last->task.state + " (" + last->task.what + ") in " +
               last->task.execution_arn;
  return false;
}

void ClockDriver::LogIdle() {
  if (std::exchange(idle_logged_, true)) return;
  options_.log("info", IdleText(*engine_, kNamesLogged));
}

bool WaitsForOthers(const engine::WaitingFrame& w) {
  return w.kind != engine::WaitKind::kWait &&
         w.kind != engine::WaitKind::kRetry;
}

std::string WaitingText(const std::vector<engine::WaitingFrame>& waiting) {
  using engine::WaitKind;
  constexpr std::array<std::pair<std::string_view, WaitKind>, 6> kWhom = {{
      {"a worker", WaitKind::kWorker},
      {"a worker", WaitKind::kTask},
      {"a task token", WaitKind::kToken},
      {"a job", WaitKind::kJob},
      {"a call", WaitKind::kCall},
      {"a mock", WaitKind::kMock},
  }};
  const auto tasks =
      std::count_if(waiting.begin(), waiting.end(), WaitsForOthers);
  if (tasks == 0) return "nothing waits";
  std::string text =
      std::to_string(tasks) + (tasks == 1 ? " task waits" : " tasks wait");
  std::string_view last;
  for (const auto& [whom, kind] : kWhom) {
    const bool some =
        std::any_of(waiting.begin(), waiting.end(),
                    [kind = kind](const auto& w) { return w.kind == kind; });
    if (!some || whom == last) continue;
    text.append(last.empty() ? " for " : " or ").append(whom);
    last = whom;
  }
  return text;
}

std::string IdleText(const engine::Engine& engine, size_t names) {
  const std::vector<engine::WaitingFrame> waiting = engine.Waiting();
  std::string text = "Idle: " + WaitingText(waiting);
  size_t tasks = 0;
  for (const engine::WaitingFrame& w : waiting) {
    if (!WaitsForOthers(w) || ++tasks > names) continue;
    text += (tasks == 1 ? ": " : ", ") + w.state + " (" + w.what + ")";
  }
  return tasks > names ? text + ", ..." : text;
}

std::string TimerText(const engine::NamedTimer& timer) {
  std::string what(engine::DeadlineKindName(timer.kind));
  std::string text = timer.state.empty()
                         ? "the deadline of"
                         : "the " + what + " of " + timer.state + " in";
  return text + " " + timer.execution_arn + ", due " +
         asl::FormatTimestamp(timer.due.unix_millis());
}

}  // namespace stepwheel::control
