#include "api/cli/serve_clock.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "api/aws/protocol.h"
#include "api/cli/run.h"
#include "asl/timestamp.h"

namespace stepwheel::cli {
namespace {

using std::chrono::milliseconds;

// Where virtual time begins in a new database, as in `stepwheel run`: the same
// script gives the same bytes.
constexpr Instant kVirtualStart =
    Instant::FromUnixMillis(1'767'225'600'000);  // 2026-01-01T00:00:00Z
constexpr int64_t kWallMsMax = 3'600'000;

std::string Shown(Instant t) { return asl::FormatTimestamp(t.unix_millis()); }

SetFlag SetClock(ClockOptions* o) {
  return [o](std::string_view value) -> std::string {
    constexpr std::string_view kVirtual = "virtual:";
    o->is_virtual = value != "system";
    o->start.reset();
    if (value == "system" || value == "virtual") return "";
    std::optional<asl::Timestamp> t;
    if (value.starts_with(kVirtual)) {
      t = asl::ParseTimestamp(value.substr(kVirtual.size()));
    }
    if (!t || t->seconds < 0) {
      return "expected system, virtual or virtual:START with a START such as "
             "2026-01-01T00:00:00Z";
    }
    o->start = Instant::FromUnixMillis(asl::UnixMillisRoundedUp(*t));
    return *o->start > control::kEndOfTime ? "expected a START before the year "
                                             "10000"
                                           : "";
  };
}

SetFlag SetPace(control::ClockSettings* s) {
  return [s](std::string_view value) -> std::string {
    if (value == "paused" || value == "auto") {
      s->pace = value == "auto" ? control::Pace::kAuto : control::Pace::kPaused;
      return "";
    }
    s->pace = control::Pace::kRunning;
    if (value.starts_with('x') &&
        SetInteger(&s->rate, 1, control::kRateMax)(value.substr(1)).empty()) {
      return "";
    }
    return "expected paused, auto or xN with N from 1 to " +
           std::to_string(control::kRateMax);
  };
}

SetFlag SetSpan(milliseconds* target) {
  return [target](std::string_view value) -> std::string {
    std::optional<Duration> span = ParseSpan(std::string(value));
    if (!span || span->count() > kWallMsMax) {
      return "expected a span of at most an hour, such as 200ms or 5s";
    }
    *target = *span;
    return "";
  };
}

// Sun, 06 Nov 1994 08:49:37 GMT (RFC 9110 5.6.7), in no locale.
std::string HttpDate(int64_t unix_seconds) {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed",
                                   "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = unix_seconds;
  std::tm t{};
  gmtime_r(&seconds, &t);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                kDays[t.tm_wday], t.tm_mday, kMonths[t.tm_mon],
                t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
  return text;
}

}  // namespace

int64_t MonotonicMillis() {
  return std::chrono::duration_cast<milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::vector<Flag> ClockFlags(ClockOptions* o) {
  std::vector<Flag> flags = {
      {"clock", "CLOCK",
       "system, virtual or virtual:START (see `stepwheel clock --help`)",
       SetClock(o)},
      {"pace", "PACE",
       "of a virtual clock: paused, xN (N times as fast) or auto (default "
       "paused)",
       SetPace(&o->settings)},
      {"settle", "SPAN",
       "auto: jump when nothing came from outside for so long (default 200ms)",
       SetSpan(&o->settings.settle)},
      {"patience", "SPAN",
       "wait so long for those who hold a task (default 5s)",
       SetSpan(&o->settings.patience)},
      {"jumps-max", "N",
       "auto: pause after so many jumps without a call (default 100000)",
       SetInteger(&o->settings.jumps_max, 1, control::kJumpsMaxMax)},
  };
  for (size_t i = 1; i < flags.size(); ++i) {
    flags[i].set = [o, name = flags[i].name,
                    set = std::move(flags[i].set)](std::string_view value) {
      o->needs_virtual = "--" + name;
      return set(value);
    };
  }
  return flags;
}

std::string ServeClock::Open(engine::Store& store) {
  auto stored = engine::StoredTime(store);
  if (!stored.ok()) return std::string(stored.status().message());
  auto settings = store.Settings();
  if (!settings.ok()) return std::string(settings.status().message());
  const bool is_new = settings->empty();
  if (!options_.is_virtual) {
    if (*stored && **stored > system_.Now()) {
      return "the database's virtual time is " + Shown(**stored) +
             ", ahead of the system's clock; start with --clock virtual or "
             "another --db";
    }
    return "";
  }
  // A database without a virtual time has been written on the system's clock.
  Instant start = is_new ? kVirtualStart : system_.Now();
  if (*stored) start = **stored;
  if (options_.start) {
    if (!is_new && *options_.start < start) {
      return "the database's time is " + Shown(start) +
             " and cannot go back to " + Shown(*options_.start) +
             "; start with --clock virtual or another --db";
    }
    start = *options_.start;
  }
  virtual_ = std::make_unique<VirtualClock>(start);
  return "";
}

Clock* ServeClock::clock() {
  if (virtual_) return virtual_.get();
  return &system_;
}

void ServeClock::Configure(engine::EngineOptions* options) const {
  if (!virtual_) return;
  options->keep_time = true;
  options->wall_ms = MonotonicMillis;
  // Virtual time may stand still: the store is tried again at every turn, and
  // the driver waits between two of them.
  options->commit_retry_min = Duration(0);
  options->commit_retry_max = Duration(0);
}

void ServeClock::Attach(engine::Engine* engine,
                        control::ClockDriver::Options driver) {
  if (!virtual_) return;
  driver.settings = options_.settings;
  driver.wall_ms = MonotonicMillis;
  driver_ = std::make_unique<control::ClockDriver>(engine, virtual_.get(),
                                                   std::move(driver));
}

// Who only looks has no work in its wake: a client that asks every 100 ms
// whether an execution has ended does not keep it from ending.
void ServeClock::NoteCall(std::string_view x_amz_target) {
  if (!driver_) return;
  std::optional<std::string_view> name = aws::OperationName(x_amz_target);
  if (!name || name->starts_with("Describe") || name->starts_with("List") ||
      name->starts_with("Validate") || *name == "GetExecutionHistory") {
    return;
  }
  driver_->NoteCall();
}

std::optional<milliseconds> ServeClock::Step(engine::Engine* engine) {
  if (driver_) return driver_->Step();
  system_.Now();  // Looks at the wall clock, so that a leap shows.
  if (system_.TakeLeap() > Duration(0)) engine->ClockLeapt();
  if (engine->Turn()) return milliseconds(0);
  std::optional<Instant> wake = engine->NextWake();
  if (!wake) return std::nullopt;
  return std::max(milliseconds(0), *wake - system_.Now());
}

std::string_view ServeClock::Headers() {
  constexpr int64_t kMillis = 1000;
  const int64_t second = system_.Now().unix_millis() / kMillis;
  const Instant now = virtual_ ? virtual_->Now() : Instant();
  if (second == date_ && now == told_) return headers_;
  date_ = second;
  told_ = now;
  headers_ = "Date: " + HttpDate(second) + "\r\n";
  if (virtual_) headers_ += "x-stepwheel-time: " + Shown(now) + "\r\n";
  return headers_;
}

}  // namespace stepwheel::cli
