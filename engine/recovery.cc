// After a start the store is the truth: settings, catalog, and every execution
// that was running, folded from its events, with its timers armed again
// (rules.md 7).

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "engine/engine_impl.h"
#include "engine/integrations/integration.h"
#include "engine/replay.h"

namespace stepwheel::engine {
namespace {

// Parsed machines kept for definitions that nobody runs right now.
constexpr size_t kParsedMax = 1000;
constexpr char kTimeSetting[] = "virtual_time";  // Unix milliseconds.

// How many parked records are read at a time, and how many executions beyond
// the limit may be in memory before they are parked in one commit.
constexpr int kParkedPerPage = 1000;

std::optional<uint64_t> ReadNumber(
    const std::map<std::string, std::string>& settings,
    const std::string& name) {
  auto it = settings.find(name);
  uint64_t value = 0;
  if (it == settings.end() || !absl::SimpleAtoi(it->second, &value)) {
    return std::nullopt;
  }
  return value;
}

// The stored beats of an execution become those of its waits. False: one is of
// a mocked call, and where that moves its deadline only the script tells.
bool TakeBeats(ExecutionNumber number, const std::vector<BeatRecord>& beats,
               Parked* parked) {
  auto beat = std::lower_bound(
      beats.begin(), beats.end(), number,
      [](const BeatRecord& b, ExecutionNumber n) { return b.execution < n; });
  for (; beat != beats.end() && beat->execution == number; ++beat) {
    for (ParkedWait& wait : *parked) {
      if (wait.position != beat->position) continue;
      if (wait.kind == WaitKind::kMock) return false;
      wait.clocks.beat = std::max(wait.clocks.beat, beat->at);
    }
  }
  return true;
}

}  // namespace

absl::Status Engine::Impl::ReadSettings() {
  auto settings = store->Settings();
  if (!settings.ok()) return settings.status();
  std::optional<uint64_t> seed = ReadNumber(*settings, "seed");
  std::optional<uint64_t> key_a = ReadNumber(*settings, "token_key_a");
  std::optional<uint64_t> key_b = ReadNumber(*settings, "token_key_b");
  Batch batch;
  if (!seed || (options.seed && *options.seed != *seed)) {
    seed = options.seed ? *options.seed
                        : (options.draw_seed ? options.draw_seed() : 0);
    batch.put_settings["seed"] = std::to_string(*seed);
  }
  if (!key_a || !key_b) {
    // With a given seed tokens repeat from run to run, as everything else does.
    key_a = Draw(*seed, 0, 0, Use::kTokenKey, 0);
    key_b = Draw(*seed, 0, 0, Use::kTokenKey, 1);
    batch.put_settings["token_key_a"] = std::to_string(*key_a);
    batch.put_settings["token_key_b"] = std::to_string(*key_b);
  }
  for (const auto& [name, value] :
       {std::pair<std::string, std::string>{"region", options.region},
        {"account", options.account}}) {
    auto stored = settings->find(name);
    if (stored == settings->end()) {
      batch.put_settings[name] = value;
    } else if (stored->second != value) {
      // Its ARNs name that region and account; mixing them helps nobody.
      return absl::FailedPreconditionError(
          "the database belongs to " + name + " " + stored->second + ", not " +
          value + "; start with --" + name + " " + stored->second +
          " or with another --db");
    }
  }
  context.seed = *seed;
  context.token_key = HashKey{*key_a, *key_b};
  return batch.empty() ? absl::OkStatus() : store->Commit(batch);
}

absl::StatusOr<std::optional<Instant>> StoredTime(Store& store) {
  auto settings = store.Settings();
  if (!settings.ok()) return settings.status();
  std::optional<uint64_t> ms = ReadNumber(*settings, kTimeSetting);
  if (!ms) return std::optional<Instant>();
  return Instant::FromUnixMillis(static_cast<int64_t>(*ms));
}

void Engine::Impl::AddTime(Batch* batch) const {
  batch->put_settings[kTimeSetting] =
      std::to_string(clock->Now().unix_millis());
}

absl::Status Engine::StoreTime() {
  const Instant now = impl_->clock->Now();
  if (impl_->stored_time == now) return absl::OkStatus();
  Batch batch;
  impl_->AddTime(&batch);
  absl::Status status = impl_->store->Commit(batch);
  if (status.ok()) impl_->stored_time = now;
  return status;
}

absl::Status Engine::Impl::Recover() {
  const Instant now = clock->Now();
  recovered_at = now;
  if (absl::Status s = ReadSettings(); !s.ok()) return s;
  auto records = store->StateMachines();
  if (!records.ok()) return records.status();
  for (StateMachineRecord& record : *records) {
    machines[record.arn] = std::move(record);
  }
  auto activity_records = store->Activities();
  if (!activity_records.ok()) return activity_records.status();
  for (ActivityRecord& record : *activity_records) {
    activities[record.arn] = std::move(record);
  }
  auto last = store->LastExecutionNumber();
  if (!last.ok()) return last.status();
  last_number = *last;
  if (absl::Status s = RecoverExecutions(now); !s.ok()) return s;
  for (const auto& [arn, record] : machines) {
    auto running = store->CountRunning(arn);
    if (!running.ok()) return running.status();
    running_of[arn] = *running;
    if (record.status == "DELETING" && running_of[arn] == 0) {
      SubmitPurge(arn);
    }
  }
  return absl::OkStatus();
}

// What was parked stays parked: its record says all that is needed to watch
// over it. The others are read back.
absl::Status Engine::Impl::RecoverExecutions(Instant now) {
  auto numbers = store->RunningExecutions();
  if (!numbers.ok()) return numbers.status();
  std::vector<ParkedRecord> page;
  std::vector<BeatRecord> beats;
  size_t at = 0;
  bool more = true;
  for (ExecutionNumber number : *numbers) {
    while (at < page.size() && page[at].execution < number) ++at;
    if (at == page.size() && more) {
      auto next = store->Parked(number - 1, kParkedPerPage);
      if (!next.ok()) return next.status();
      page = *std::move(next);
      at = 0;
      more = page.size() == kParkedPerPage;
      if (!page.empty()) {
        auto read = store->Beats(number, page.back().execution);
        if (!read.ok()) return read.status();
        beats = *std::move(read);
      }
    }
    ++counts.executions_recovered;
    if (at < page.size() && page[at].execution == number) {
      auto facts = DecodeParked(page[at].waits);
      if (!facts.ok()) {
        // Of another version, or damaged: the log tells the same.
        Log("info", "execution " + std::to_string(number) + " is read back: " +
                        std::string(facts.status().message()));
      } else if (TakeBeats(number, beats, &facts->parked)) {
        RecoverParked(number, *std::move(facts), now);
        continue;
      }
    }
    if (absl::Status s = Adopt(number); !s.ok()) return s;
    if (Execution* e = Find(number)) {
      ApplyGrace(*e, now);
      SubmitCallsInDoubt(number, e->position, now);
    }
    if (absl::Status s = ParkSurplus(kParkedPerPage); !s.ok()) return s;
  }
  return ParkSurplus(0);
}

void Engine::Impl::RecoverParked(ExecutionNumber number, ParkedFacts facts,
                                 Instant now) {
  Parked& p = parked[number] = std::move(facts.parked);
  for (ParkedWait& wait : p) {
    const std::optional<Deadline> deadline = NextDeadline(wait.clocks);
    if (!deadline) continue;
    wait.timer = NewTimer(number, wait.frame);
    ArmParked(wait);
    ++timer_counts.armed[static_cast<size_t>(deadline->kind)];
  }
  p.machine_timer = NewTimer(number, 0);
  wheel.Arm(p.machine_timer, TickOf(p.machine_due));
  ++timer_counts.armed[static_cast<size_t>(DeadlineKind::kMachine)];
  CountParked(p, 1);
  ApplyGrace(p, now);
  for (const ParkedFacts::Queued& task : facts.queued) {
    queues[task.activity_arn].tasks.insert(
        {task.scheduled_at, {number, task.position}, task.frame});
    matchable.insert(task.activity_arn);
  }
  for (const ParkedFacts::Child& child : facts.children) {
    parents.emplace(child.number,
                    OpenAttempt{{number, child.position}, child.frame});
  }
  if (facts.calls_in_flight) SubmitCallsInDoubt(number, p.position, now);
}

// Parks, in a commit of its own, if more than `slack` are in memory than may
// be.
absl::Status Engine::Impl::ParkSurplus(size_t slack) {
  if (executions.size() <= options.executions_in_memory + slack) {
    return absl::OkStatus();
  }
  TurnState turn;
  ChooseToPark(turn);
  if (!turn.batch.empty()) {
    absl::Status status = store->Commit(turn.batch);
    if (!status.ok()) return status;
    ++counts.commits;
  }
  ParkChosen(turn);
  return absl::OkStatus();
}

absl::StatusOr<asl::StateMachinePtr> Engine::Impl::Machine(
    const std::string& hash) {
  auto it = parsed.find(hash);
  if (it != parsed.end()) return it->second;
  auto machine = PinnedMachine(*store, hash);
  if (!machine.ok()) return machine.status();
  KeepParsed(hash, *machine);
  return *machine;
}

void Engine::Impl::KeepParsed(const std::string& hash,
                              asl::StateMachinePtr machine) {
  if (parsed.size() >= kParsedMax) parsed.clear();
  parsed[hash] = std::move(machine);
}

absl::StatusOr<std::unique_ptr<Execution>> Engine::Impl::Load(
    ExecutionNumber number) {
  auto record = store->Execution(number);
  if (!record.ok()) return record.status();
  auto machine = Machine(record->definition_hash);
  if (!machine.ok()) return machine.status();
  return ReadBack(*store, *record, *machine);
}

// Reads an execution into memory: timers, queued activity tasks, unfinished
// steps. Its heartbeats are the stored ones, or later ones memory still knows.
absl::Status Engine::Impl::Adopt(ExecutionNumber number) {
  auto loaded = Load(number);
  if (!loaded.ok()) return loaded.status();
  if ((*loaded)->ended()) return absl::OkStatus();
  auto beats = store->Beats(number, number);
  if (!beats.ok()) return beats.status();
  std::map<int64_t, Instant> last;
  for (const BeatRecord& beat : *beats) last[beat.position] = beat.at;
  Execution& e = **loaded;
  for (auto& [id, frame] : e.frames) {
    Attempt& attempt = frame.attempt;
    if (attempt.position == 0) continue;
    if (auto it = last.find(attempt.position); it != last.end()) {
      attempt.last_heartbeat = it->second;
    }
    auto kept = kept_beats.find({number, attempt.position});
    if (kept != kept_beats.end()) {
      NoteBeat(e, frame, kept->second);
    }
    AdoptChildOf(e, frame);
    const auto& task = e.StateOf(frame).As<asl::TaskState>();
    if (task.resource.kind == asl::Resource::Kind::kActivity &&
        !attempt.started_at) {
      queues[task.resource.arn].tasks.insert(
          {attempt.scheduled_at, {number, attempt.position}, id});
      matchable.insert(task.resource.arn);
    }
  }
  if (e.NextReady() != nullptr) continues.insert(number);
  for (auto& [id, frame] : e.frames) ArmFrame(e, frame);
  e.touched.clear();
  ArmTimers(e);
  Keep(*std::move(loaded));
  return absl::OkStatus();
}

// A worker is not to blame for the server's absence: its next beat may come as
// late as the grace allows. Total and machine deadlines never move.
Instant Engine::Impl::WithGrace(Instant beat, int64_t heartbeat_seconds,
                                Instant now) const {
  const Duration interval = std::chrono::seconds(heartbeat_seconds);
  const Duration grace = options.recovery_grace.value_or(interval);
  if (grace <= Duration(0)) return beat;
  return std::max(beat, now + grace - interval);
}

void Engine::Impl::ApplyGrace(Execution& execution, Instant now) {
  for (auto& [id, frame] : execution.frames) {
    Attempt& attempt = frame.attempt;
    if (!attempt.started_at || attempt.heartbeat_seconds == 0) continue;
    if (attempt.mock) continue;  // It beats whether the server is there or not.
    attempt.last_heartbeat =
        WithGrace(attempt.last_heartbeat.value_or(*attempt.started_at),
                  attempt.heartbeat_seconds, now);
    ArmFrame(execution, frame);
  }
}

void Engine::Impl::ApplyGrace(Parked& p, Instant now) {
  for (ParkedWait& wait : p) {
    if (wait.clocks.heartbeat_seconds == 0) continue;
    wait.clocks.beat =
        WithGrace(wait.clocks.beat, wait.clocks.heartbeat_seconds, now);
    ArmParked(wait);
  }
}

void Engine::Impl::SubmitCallsInDoubt(ExecutionNumber number, int64_t last,
                                      Instant now) {
  SubmitKept(now, [this, number, last](TurnState& turn, Instant at) {
    if (Execution* e = Need(turn, number)) {
      SettleCallsInDoubt(turn, e, last, at);
    }
  });
}

// A call in flight when the server died: whether it arrived is unknown, and
// nothing is sent again by itself. Callback tasks are kept while a clock runs.
void Engine::Impl::SettleCallsInDoubt(TurnState& turn, Execution* execution,
                                      int64_t last, Instant now) {
  struct InDoubt {
    FrameId frame;
    int64_t position;
    bool keep;
    std::string arn;
  };
  std::vector<InDoubt> calls;
  for (auto& [id, frame] : execution->frames) {
    if (!CallInFlight(*execution, frame)) continue;
    const Attempt& attempt = frame.attempt;
    // What became due in the server's absence has led to it: it is not sent
    // yet.
    if (attempt.position > last) continue;
    const auto& resource = execution->ResourceOf(frame);
    // Its child starts with TaskSubmitted or not at all: never in doubt.
    if (StartsExecution(resource)) continue;
    AttemptKey key{execution->record.number, attempt.position};
    if (dispatcher != nullptr && dispatcher->Knows(key)) continue;
    const bool callback =
        resource.pattern == asl::Resource::Pattern::kWaitForTaskToken;
    const bool clock_runs =
        attempt.timeout_seconds > 0 || attempt.heartbeat_seconds > 0;
    calls.push_back(
        {id, attempt.position, callback && clock_runs, resource.arn});
  }
  for (const InDoubt& call : calls) {
    Decide(turn, execution, now, [&](Decision& decision) {
      if (call.keep) {
        return decision.SubmitTask(call.frame, call.position,
                                   asl::Value::EmptyObject());
      }
      decision.FailTask(
          call.frame, call.position,
          asl::Error{std::string(asl::kStatesTaskFailed),
                     "The server stopped while the request to " + call.arn +
                         " was in flight; whether it arrived is unknown."});
    });
  }
}

}  // namespace stepwheel::engine
