// `./dev soak`: many open tasks on a real server for a long time, through kills
// and restarts. Every task must end once, as its clients were told, and the
// server's memory must not grow with what has ended.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "bench/answers.h"
#include "bench/http_load.h"
#include "bench/http_servers.h"
#include "bench/process.h"
#include "tests/soak/reading.h"
#include "tests/soak/task_book.h"

namespace stepwheel::soak {
namespace {

using bench::NowUs;

namespace fs = std::filesystem;

struct Options {
  double minutes = 30;
  BookOptions book{.tasks = 200'000,
                   .heartbeat_seconds = 30,
                   .life_seconds = 240,
                   .seed = 1};
  int restarts = 6;
  std::string binary;
  bool json = false;
};

[[noreturn]] void UsageError(const std::string& what) {
  std::fprintf(stderr, "./dev soak: %s (./dev soak --help shows how)\n",
               what.c_str());
  std::exit(2);
}

double Positive(const std::string& name, const char* text) {
  char* end = nullptr;
  const double value = text == nullptr ? 0 : std::strtod(text, &end);
  if (text == nullptr || end == text || *end != 0 || !(value > 0) ||
      value > 1e7) {
    UsageError(name + " expects a number above 0 and up to 10000000, found " +
               (text == nullptr ? "nothing" : "'" + std::string(text) + "'"));
  }
  return value;
}

Options Parse(int argc, char** argv) {
  Options o;
  if (const char* binary = std::getenv("STEPWHEEL_BINARY")) o.binary = binary;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    const auto number = [&] { return Positive(name, argv[++i]); };
    if (name == "--json") {
      o.json = true;
    } else if (name == "--minutes") {
      o.minutes = number();
    } else if (name == "--tasks") {
      o.book.tasks = static_cast<int>(number());
    } else if (name == "--heartbeat") {
      o.book.heartbeat_seconds = static_cast<int>(number());
    } else if (name == "--life") {
      o.book.life_seconds = number();
    } else if (name == "--restarts") {
      o.restarts = static_cast<int>(number());
    } else if (name == "--seed") {
      o.book.seed = static_cast<uint64_t>(number());
    } else {
      UsageError("unknown option '" + name + "'");
    }
  }
  if (o.binary.empty()) UsageError("STEPWHEEL_BINARY does not name the server");
  // Rounded down from less than one, or too short to miss a heartbeat in.
  if (o.book.tasks < 1 || o.book.heartbeat_seconds < 3 || o.restarts < 1) {
    UsageError("--tasks and --restarts are 1 or more, --heartbeat 3 or more");
  }
  if (o.minutes * 60 < 4 * o.book.heartbeat_seconds) {
    UsageError("--minutes is less than four times --heartbeat");
  }
  return o;
}

double Mebibytes(int pid) { return bench::ResidentBytes(pid) / 1048576; }

class Soak {
 public:
  explicit Soak(const Options& options)
      : options_(options),
        folder_(fs::temp_directory_path() /
                ("stepwheel-soak-" + std::to_string(::getpid()))),
        book_(options.book, [](const std::string& what) {
          constexpr int kMost = 50;
          static int said = 0;
          if (++said <= kMost) std::fprintf(stderr, "WRONG %s\n", what.c_str());
        }) {
    fs::create_directories(folder_);
  }
  ~Soak() { bench::End(child_); }

  int Run();

 private:
  void Begin();
  void Restart();
  void Remember();
  void Progress(const char* phase);
  double Seconds() const {
    return static_cast<double>(NowUs() - begin_us_) / 1e6;
  }
  bool MemoryIsFlat();
  bool CountsAgree();
  void Report(bool good);

  // Memory of one life of the server, in MiB.
  struct Life {
    double first = 0;  // Some seconds after everything was open.
    double last = 0;
    int64_t ended_first = 0, ended_last = 0;
  };

  const Options options_;
  const fs::path folder_;
  TaskBook book_;
  bench::Child child_;
  const int64_t begin_us_ = NowUs();
  double next_second_ = 0, next_progress_ = 0, last_progress_ = 0;
  int64_t beats_ = 0, ended_ = 0;  // At the last progress line.
  double ready_at_ = 0, slowest_start_ = 0;
  int restarts_ = 0;
  std::vector<Life> lives_;
};

void Soak::Begin() {
  const double before = Seconds();
  child_ = bench::Start(
      {options_.binary, "serve", "--port", std::to_string(child_.port), "--db",
       folder_ / "soak.db", "--json", "--log-level", "error"});
  child_.folder = folder_;
  book_.Connect(child_.port);
  ready_at_ = Seconds();
  if (restarts_ > 0) {
    slowest_start_ = std::max(slowest_start_, ready_at_ - before);
  }
}

void Soak::Restart() {
  // With answers on their way in both directions.
  constexpr int kInFlight = 500;
  book_.Hurry(kInFlight);
  book_.Step(0);
  ::kill(child_.pid, restarts_ % 2 == 0 ? SIGKILL : SIGTERM);
  ::waitpid(child_.pid, nullptr, 0);
  book_.Disconnect();
  ++restarts_;
  Begin();
}

// Called once a second. A life counts from when all tasks are open and the
// server has had ten seconds to warm up.
void Soak::Remember() {
  constexpr double kWarmUp = 10;
  const BookCounts& c = book_.counts();
  const bool full = c.open >= options_.book.tasks * 0.95;
  if (Seconds() - ready_at_ < kWarmUp || !full) return;
  if (std::ssize(lives_) <= restarts_) {
    lives_.resize(static_cast<size_t>(restarts_) + 1);
    lives_.back().first = Mebibytes(child_.pid);
    lives_.back().ended_first = c.ended;
  }
  lives_.back().last = Mebibytes(child_.pid);
  lives_.back().ended_last = c.ended;
}

void Soak::Progress(const char* phase) {
  Remember();
  const BookCounts& c = book_.counts();
  const bool terminal = ::isatty(STDERR_FILENO) != 0;
  const double now = Seconds();
  if (now < next_progress_) return;
  const double span = std::max(now - last_progress_, 1e-3);
  std::fprintf(stderr,
               "%s%5.0f s %-5s open %" PRId64 ", beats %.0f/s, ended %" PRId64
               " (%.0f/s), late refused %" PRId64 ", in doubt %" PRId64
               ", %.0f MiB, restarts %d, wrong %" PRId64 "%s",
               terminal ? "\r\x1b[K" : "", now, phase, c.open,
               static_cast<double>(c.beats - beats_) / span, c.ended,
               static_cast<double>(c.ended - ended_) / span, c.late_refused,
               c.in_doubt, Mebibytes(child_.pid), restarts_, c.wrong,
               terminal ? "" : "\n");
  beats_ = c.beats;
  ended_ = c.ended;
  last_progress_ = now;
  next_progress_ = now + (terminal ? 1 : 10);
}

// What has ended leaves nothing behind. An allocator's reserve and SQLite's
// caches are filled within some seconds, so 16 MiB and a tenth are a bound that
// a leak of a hundred bytes an execution breaks in half an hour.
bool Soak::MemoryIsFlat() {
  const auto within = [](double before, double after) {
    return after <= before * 1.1 + 16;
  };
  bool flat = true;
  double least = 0;  // Of the first life that was long enough.
  for (const Life& life : lives_) {
    if (life.first == 0) continue;
    if (least == 0) least = life.first;
    if (within(life.first, life.last) && within(least, life.first)) continue;
    flat = false;
    std::fprintf(stderr, "WRONG memory grew from %.1f, or %.1f, to %.1f MiB\n",
                 least, life.first, life.last);
  }
  if (least > 0) return flat;
  std::fputs(
      "WRONG memory was never measured: more minutes, fewer tasks or fewer "
      "restarts are needed\n",
      stderr);
  return false;
}

// What the book holds is what the server says it has open.
bool Soak::CountsAgree() {
  std::string error;
  const std::string metrics = bench::CallOnce(
      child_.port,
      "GET /_stepwheel/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", &error);
  constexpr std::string_view kOpen = "\nstepwheel_open_tasks ";
  const size_t at = metrics.find(kOpen);
  const int64_t open =
      at == metrics.npos ? -1 : std::atoll(metrics.c_str() + at + kOpen.size());
  const BookCounts& c = book_.counts();
  if (open <= c.open && open >= c.open - book_.MayHaveEnded() &&
      c.open == c.held) {
    return true;
  }
  std::fprintf(stderr,
               "WRONG the server has %" PRId64
               " open tasks, the clients %" PRId64
               " of which they hold %" PRId64 "\n",
               open, c.open, c.held);
  return false;
}

void Soak::Report(bool good) {
  const BookCounts& c = book_.counts();
  const Life life = lives_.empty() ? Life{} : lives_.back();
  const auto line = [this](const char* name, double value) {
    if (options_.json) {
      std::printf(", \"%s\": %.10g", name, value);
    } else {
      std::printf("%-24s %.10g\n", name, value);
    }
  };
  const auto integer = [&](const char* name, int64_t value) {
    line(name, static_cast<double>(value));
  };
  if (options_.json) std::printf("{\"good\": %s", good ? "true" : "false");
  line("seconds", Seconds());
  integer("tasks open", c.open);
  integer("beats", c.beats);
  integer("ended", c.ended);
  for (const auto& [outcome, name] : kOutcomes) {
    integer(name, c.by_outcome[outcome]);
  }
  integer("missed a heartbeat", c.missed);
  integer("late refused", c.late_refused);
  integer("in doubt", c.in_doubt);
  integer("lost workers", c.lost_workers);
  integer("restarts", restarts_);
  line("slowest start s", slowest_start_);
  line("last life first MiB", life.first);
  line("last life last MiB", life.last);
  integer("last life ended", life.ended_last - life.ended_first);
  integer("wrong", c.wrong);
  std::fputs(options_.json ? "}\n"
             : good        ? "all is well\n"
                           : "FAILED\n",
             stdout);
}

int Soak::Run() {
  Begin();
  const double seconds = options_.minutes * 60;
  // The end leaves time for what has fallen silent to be missed.
  const double wind_at = seconds - 2 * options_.book.heartbeat_seconds;
  while (Seconds() < wind_at) {
    // In the first three fifths, at equal distances.
    const double next = seconds * 0.6 * (restarts_ + 1) / options_.restarts;
    if (restarts_ < options_.restarts && Seconds() >= next) Restart();
    book_.Step();
    if (Seconds() >= next_second_) {
      next_second_ = Seconds() + 1;
      Progress("soak");
    }
  }
  book_.Wind();
  const double late = seconds + 3 * options_.book.heartbeat_seconds + 60;
  while (!book_.wound() && Seconds() < late) {
    book_.Step();
    if (Seconds() >= next_second_) {
      next_second_ = Seconds() + 1;
      Progress("wind");
    }
  }
  if (::isatty(STDERR_FILENO)) std::fputc('\n', stderr);
  bool good = book_.counts().wrong == 0 && book_.counts().ended > 0;
  if (!book_.wound()) {
    std::fputs("WRONG some tasks did not come to an end\n", stderr);
    good = false;
  }
  good = CountsAgree() && good;
  good = MemoryIsFlat() && good;
  Report(good);
  return good ? 0 : 1;
}

}  // namespace
}  // namespace stepwheel::soak

int main(int argc, char** argv) {
  const stepwheel::soak::Options options = stepwheel::soak::Parse(argc, argv);
  return stepwheel::soak::Soak(options).Run();
}
