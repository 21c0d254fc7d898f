#include "api/cli/run_repeat.h"

#include <algorithm>
#include <chrono>

#include "asl/json.h"
#include "engine/engine.h"
#include "engine/time/virtual_clock.h"
#include "storage/memory_store.h"

namespace stepwheel::cli {
namespace {

using std::chrono::steady_clock;

constexpr char kStuck[] = "STUCK";
constexpr char kMaxTime[] = "MAX_TIME";

std::string Pad(std::string text, size_t width, bool left = true) {
  if (text.size() >= width) return text;
  const std::string blanks(width - text.size(), ' ');
  return left ? text + blanks : blanks + text;
}

std::string Percent(size_t part, size_t all) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f%%",
                100.0 * static_cast<double>(part) / static_cast<double>(all));
  return text;
}

constexpr int kPercentiles[] = {50, 90, 99};

std::vector<int64_t> Sorted(std::vector<int64_t> millis) {
  std::sort(millis.begin(), millis.end());
  return millis;
}

asl::Members Times(const std::vector<int64_t>& millis) {
  const std::vector<int64_t> sorted = Sorted(millis);
  asl::Members members;
  members.emplace_back("runs", asl::Value(static_cast<int64_t>(sorted.size())));
  for (int percent : kPercentiles) {
    members.emplace_back("p" + std::to_string(percent) + "Milliseconds",
                         asl::Value(Percentile(sorted, percent)));
  }
  members.emplace_back("maxMilliseconds", asl::Value(sorted.back()));
  return members;
}

std::string TimesText(const std::vector<int64_t>& millis) {
  constexpr size_t kWidth = 13;
  const std::vector<int64_t> sorted = Sorted(millis);
  std::string text;
  for (int percent : kPercentiles) {
    text +=
        Pad(ShowDuration(Duration(Percentile(sorted, percent))), kWidth, false);
  }
  return text + Pad(ShowDuration(Duration(sorted.back())), kWidth, false);
}

}  // namespace

int64_t Percentile(const std::vector<int64_t>& sorted, int percent) {
  const size_t rank = (sorted.size() * static_cast<size_t>(percent) + 99) / 100;
  return sorted[std::max<size_t>(rank, 1) - 1];
}

void RepeatSummary::Add(const RunOutcome& outcome) {
  Group& group = groups_[{outcome.status, outcome.error}];
  if (group.millis.empty()) group.example_seed = outcome.seed;
  group.millis.push_back(outcome.simulated.count());
}

int64_t RepeatSummary::runs() const {
  size_t all = 0;
  for (const auto& [key, group] : groups_) all += group.millis.size();
  return static_cast<int64_t>(all);
}

std::vector<std::pair<RepeatSummary::Key, const RepeatSummary::Group*>>
RepeatSummary::Ordered() const {
  std::vector<std::pair<Key, const Group*>> ordered;
  for (const auto& [key, group] : groups_) ordered.emplace_back(key, &group);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) {
                     return a.second->millis.size() > b.second->millis.size();
                   });
  return ordered;
}

std::string RepeatSummary::Table() const {
  size_t wide = 5;
  for (const auto& [key, group] : groups_) {
    wide = std::max(wide, key.second.size());
  }
  const auto all = static_cast<size_t>(runs());
  std::string text = "  " + Pad("status", 11) + Pad("error", wide + 2) +
                     "     runs    share          p50          p90          "
                     "p99          max   to see one\n";
  std::vector<int64_t> together;
  for (const auto& [key, group] : Ordered()) {
    const size_t n = group->millis.size();
    text += "  " + Pad(key.first, 11) + Pad(key.second, wide + 2) +
            Pad(std::to_string(n), 9, false) + Pad(Percent(n, all), 9, false) +
            TimesText(group->millis) + "   --seed " +
            std::to_string(group->example_seed) + "\n";
    together.insert(together.end(), group->millis.begin(), group->millis.end());
  }
  if (groups_.size() < 2) return text;
  return text + "  " + Pad("all", 13 + wide) +
         Pad(std::to_string(all), 9, false) + Pad("100.00%", 9, false) +
         TimesText(together) + "\n";
}

std::string RepeatSummary::Json(uint64_t first_seed) const {
  asl::Elements outcomes;
  std::vector<int64_t> together;
  for (const auto& [key, group] : Ordered()) {
    asl::Members members;
    members.emplace_back("status", asl::Value(key.first));
    if (!key.second.empty()) {
      members.emplace_back("error", asl::Value(key.second));
    }
    for (asl::Member& m : Times(group->millis)) members.push_back(m);
    members.emplace_back("exampleSeed",
                         asl::Value(std::to_string(group->example_seed)));
    outcomes.push_back(asl::Value(std::move(members)));
    together.insert(together.end(), group->millis.begin(), group->millis.end());
  }
  return asl::MakeObject({{"type", asl::Value("repeated")},
                          {"seed", asl::Value(std::to_string(first_seed))},
                          {"all", asl::Value(Times(together))},
                          {"outcomes", asl::Value(std::move(outcomes))}})
      .Text();
}

int RepeatSummary::ExitCode() const {
  int code = kExitOk;
  for (const auto& [key, group] : groups_) {
    if (key.first == kStuck) return kExitStuck;
    if (key.first == "FAILED") {
      code = kExitFailed;
    } else if (key.first != "SUCCEEDED" && code == kExitOk) {
      code = kExitTimedOut;
    }
  }
  return code;
}

RunOutcome PlayOnce(const RunOptions& options, const RunSubject& subject,
                    uint64_t seed, std::string* problem) {
  VirtualClock clock(Instant::FromUnixMillis(kRunStartMs));
  storage::MemoryStore store;
  auto engine =
      MakeRunEngine(options, subject, seed, &clock, &store, nullptr, problem);
  StartRun(options, subject, clock.Now(), engine.get(), problem);
  engine::ExecutionRecord last;
  engine->SetObserver(
      [&last](const auto& record, const auto&, const auto&) { last = record; });
  RunOutcome outcome;
  outcome.seed = seed;
  while (true) {
    if (engine->Turn()) continue;
    if (!problem->empty()) return outcome;
    if (last.status != engine::ExecutionStatus::kRunning) {
      outcome.status = std::string(engine::ExecutionStatusName(last.status));
      outcome.error = last.error.value_or("");
      break;
    }
    std::optional<Instant> next = engine->NextWake();
    if (!next || OnlyTheMachineWaits(*subject.machine, *engine)) {
      outcome.status = kStuck;
      break;
    }
    if (subject.max_time && *next > last.start_date + *subject.max_time) {
      outcome.status = kMaxTime;
      clock.AdvanceTo(last.start_date + *subject.max_time);
      break;
    }
    clock.AdvanceTo(std::max(*next, clock.Now()));
  }
  outcome.simulated = clock.Now() - last.start_date;
  return outcome;
}

int RepeatRuns(const RunOptions& options, const RunSubject& subject,
               const Terminal& terminal, std::FILE* out) {
  const uint64_t first = options.seed.value_or(0);
  const auto runs = static_cast<uint64_t>(options.repeat);
  const auto begin = steady_clock::now();
  auto shown = begin;
  auto millis = [](steady_clock::duration d) {
    return std::chrono::duration_cast<Duration>(d).count();
  };
  RepeatSummary summary;
  std::string problem;
  uint64_t done = 0;
  for (; done < runs && !Interrupted(); ++done) {
    RunOutcome outcome = PlayOnce(options, subject, first + done, &problem);
    if (!problem.empty()) {
      terminal.Write("stepwheel run: " + problem + "\n");
      return kExitInvalid;
    }
    summary.Add(outcome);
    const auto now = steady_clock::now();
    if (millis(now - shown) < 100) continue;
    shown = now;
    if (!options.json) {
      terminal.WriteStatus(std::to_string(done + 1) + " of " +
                           std::to_string(runs) + " runs");
    }
  }
  if (done == 0) return kExitInterrupted;
  if (options.json) {
    std::fputs((summary.Json(first) + "\n").c_str(), out);
  } else {
    if (!options.quiet) {
      terminal.WriteStatus("");
      std::fputs(summary.Table().c_str(), out);
      std::fflush(out);
    }
    terminal.Write(
        std::to_string(done) + " runs, seeds " + std::to_string(first) +
        " to " + std::to_string(first + done - 1) + ", in " +
        std::to_string(millis(steady_clock::now() - begin)) + " ms\n");
  }
  return Interrupted() ? kExitInterrupted : summary.ExitCode();
}

}  // namespace stepwheel::cli
