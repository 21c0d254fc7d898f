#include "api/cli/run_calls.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace stepwheel::cli {
namespace {

using std::chrono::steady_clock;

// Ctrl-C is looked for in between.
constexpr Duration kWaitMax{100};
constexpr size_t kReadyMax = 512;

}  // namespace

RunCalls::RunCalls(VirtualClock* clock, const calls::Place& place,
                   const aws_client::Endpoints& endpoints,
                   std::function<void(std::string_view)> warn)
    : clock_(clock),
      outgoing_(loop_.io(),
                {place, [clock] { return clock->Now(); },
                 [this] { return router_.get(); },
                 [this](std::function<void()> f) { loop_.Post(std::move(f)); },
                 endpoints, std::move(warn)}) {}

void RunCalls::Attach(engine::Engine* engine) {
  outgoing_.set_engine(engine);
  aws::RouterOptions options;
  // A poll of the machine itself: whatever is there now, or nothing.
  options.polls.duration = Duration(0);
  options.polls.now_ms = [this] { return clock_->Now().unix_millis(); };
  options.polls.after = [this](Duration, std::function<void()> f) {
    loop_.Post(std::move(f));
  };
  router_ = std::make_unique<aws::Router>(engine, std::move(options));
}

std::vector<std::string> RunCalls::Warnings(const RunSubject& subject) {
  std::vector<std::string> warnings;
  for (const asl::State& state : subject.machine->states) {
    const auto* task = std::get_if<asl::TaskState>(&state.body);
    if (task == nullptr || subject.IsMocked(state) ||
        task->resource.kind == asl::Resource::Kind::kActivity ||
        engine::StartsExecution(task->resource)) {
      continue;
    }
    std::string why;
    if (dispatcher()->CanCall(task->resource, &why)) continue;
    warnings.push_back(state.name + " calls " + task->resource.arn +
                       ", and the task will fail: " + why);
  }
  return warnings;
}

void RunCalls::Await(std::optional<Instant> until) {
  const Instant from = clock_->Now();
  const auto start = steady_clock::now();
  Duration limit = kWaitMax;
  if (until) limit = std::clamp(*until - from, Duration(0), kWaitMax);
  loop_.RunOne(limit);
  loop_.RunReady(kReadyMax);
  const auto waited =
      std::chrono::duration_cast<Duration>(steady_clock::now() - start);
  const Instant now = from + waited;
  clock_->AdvanceTo(until ? std::min(now, *until) : now);
}

}  // namespace stepwheel::cli
