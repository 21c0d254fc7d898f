// The goal E3: what an execution costs that only waits. Each measurement runs
// in a process of its own, so that nobody finds a heap another has grown, with
// a real engine on a real SqliteStore.
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "bench/goal.h"
#include "bench/process.h"
#include "bench/timer_workloads.h"
#include "engine/engine.h"
#include "engine/time/virtual_clock.h"
#include "storage/sqlite_store.h"

namespace stepwheel::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kFew = 20'000;
constexpr int kMany = 100'000;
constexpr int kMillion = 1'000'000;
constexpr size_t kTokenBytes = 48;
constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();

constexpr char kDefinition[] =
    R"({"StartAt":"Ship","States":{"Ship":{"Type":"Task",)"
    R"("Resource":"arn:aws:states:us-east-1:123456789012:activity:ship",)"
    R"("HeartbeatSeconds":3600,"TimeoutSeconds":86400,"End":true}}})";

// Starts one of those and awaits its end.
constexpr char kParentDefinition[] =
    R"({"StartAt":"Nest","States":{"Nest":{"Type":"Task",)"
    R"("Resource":"arn:aws:states:::states:startExecution.sync",)"
    R"("Parameters":{"StateMachineArn":)"
    R"("arn:aws:states:us-east-1:123456789012:stateMachine:bench",)"
    R"("Input.$":"$"},"TimeoutSeconds":86400,"End":true}}})";

// What waits: an execution whose task a worker holds, or one that awaits the
// end of such an execution, and both count as one.
enum class What { kOne, kPair };

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "parking_bench: %s\n", what.c_str());
  std::exit(1);
}

// A JSON object of about 1 KiB, different each time.
std::string Input(int i) {
  return "{\"order\":" + std::to_string(i) + ",\"note\":\"" +
         std::string(1000, 'x') + "\"}";
}

// What one process measured; sent through a pipe as it is.
struct Measured {
  double bytes = 0;       // Resident, each.
  double disk_bytes = 0;  // In the file, each.
  double start_us = 0;    // Processor time to start one and hand its task out.
  double beat_ns = 0;
  double answer_us = 0;
  double recover_s = 0;  // Of the wall clock, for all.
};

// An engine on a database, with what it takes to drive it.
class Server {
 public:
  Server(const std::string& path, size_t in_memory)
      : path_(path), clock_(Instant::FromUnixMillis(1'767'225'600'000)) {
    auto store = storage::SqliteStore::Open(path);
    if (!store.ok()) Die(std::string(store.status().message()));
    store_ = *std::move(store);
    engine::EngineOptions options;
    options.seed = 1;
    options.executions_in_memory = in_memory;
    engine_ = std::make_unique<engine::Engine>(options, &clock_, store_.get(),
                                               nullptr);
  }

  void Recover() {
    const absl::Status status = engine_->Recover();
    if (!status.ok()) Die(std::string(status.message()));
  }

  void Create(What what) {
    CreateMachine("bench", kDefinition);
    if (what == What::kPair) CreateMachine("pair", kParentDefinition);
    engine_->CreateActivity("ship", clock_.Now(), [](const auto&) {});
    Settle();
  }
  // The one created last is started.
  void CreateMachine(const std::string& name, const std::string& definition) {
    engine::CreateStateMachineRequest request;
    request.name = name;
    request.definition = definition;
    request.role_arn = "arn:aws:iam::123456789012:role/bench";
    engine_->CreateStateMachine(request, clock_.Now(), [this](const auto& a) {
      if (!a.ok()) Die(a.error().message);
      machine_ = a->state_machine_arn;
    });
    Settle();
  }

  // Starts executions and lets a worker take each task; `token` gets it.
  void Start(int first, int count,
             const std::function<void(const std::string&)>& token) {
    for (int i = first; i < first + count; ++i) {
      engine::StartExecutionRequest request;
      request.state_machine_arn = machine_;
      request.name = "x" + std::to_string(i);
      request.input = Input(i);
      engine_->StartExecution(request, clock_.Now(), [](const auto& a) {
        if (!a.ok()) Die(a.error().message);
      });
      engine_->GetActivityTask(
          {"arn:aws:states:us-east-1:123456789012:activity:ship", std::nullopt},
          clock_.Now(), [&token](const auto& a) {
            if (!a.ok()) Die(a.error().message);
            token(a->task_token);
          });
    }
    Settle();
  }

  void Beat(std::string_view token) {
    engine_->SendTaskHeartbeat(token, clock_.Now(), [](const auto& a) {
      if (!a.ok()) Die(a.error().message);
    });
  }
  void Answer(std::string_view token) {
    engine_->SendTaskSuccess({std::string(token), "{\"done\":true}"},
                             clock_.Now(), [](const auto& a) {
                               if (!a.ok()) Die(a.error().message);
                             });
  }
  void Settle() {
    while (engine_->Turn()) {
    }
  }
  void Tick() { clock_.Advance(Duration(1)); }
  const engine::Engine& engine() const { return *engine_; }
  double disk_bytes() const {
    return static_cast<double>(fs::file_size(path_) +
                               fs::file_size(path_ + "-wal"));
  }

 private:
  std::string path_;
  VirtualClock clock_;
  std::unique_ptr<storage::SqliteStore> store_;
  std::unique_ptr<engine::Engine> engine_;
  std::string machine_;
};

// --- In processes of their own
// ------------------------------------------------

// Runs `measure` in a child and gives what it measured.
Measured InChild(const std::function<Measured()>& measure) {
  int ends[2];
  if (pipe(ends) != 0) Die("no pipe");
  const pid_t child = fork();
  if (child < 0) Die("no process");
  if (child == 0) {
    const Measured result = measure();
    const bool written =
        write(ends[1], &result, sizeof(result)) == sizeof(result);
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  Measured result;
  const bool whole = read(ends[0], &result, sizeof(result)) == sizeof(result);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!whole || status != 0) Die("a measuring process failed");
  return result;
}

// `count` executions wait; then the first of them beat and are answered.
Measured Waiting(const std::string& path, What what, int count,
                 size_t in_memory) {
  Server server(path, in_memory);
  server.Recover();
  server.Create(what);
  // Touched before anything is measured.
  std::string tokens(static_cast<size_t>(count) * kTokenBytes, ' ');
  size_t taken = 0;
  const double before = ResidentBytes();
  Measured m;
  {
    const Stopwatch watch;
    for (int i = 0; i < count; i += 200) {
      server.Start(i, 200, [&](const std::string& token) {
        if (token.size() != kTokenBytes) Die("a token of another length");
        std::memcpy(&tokens[taken++ * kTokenBytes], token.data(), kTokenBytes);
      });
    }
    m.start_us = watch.Nanoseconds() / 1e3 / count;
  }
  if (taken != static_cast<size_t>(count)) Die("some tasks were not taken");
  m.bytes = (ResidentBytes() - before) / count;
  m.disk_bytes = server.disk_bytes() / count;

  const auto token = [&tokens](size_t i) {
    return std::string_view(tokens).substr(i * kTokenBytes, kTokenBytes);
  };
  std::mt19937_64 random(1);
  constexpr int kBeats = 200'000;
  {
    const Stopwatch watch;
    for (int i = 0; i < kBeats; ++i) {
      if (i % 1000 == 0) server.Tick();
      server.Beat(token(Scale(random(), kFew)));
    }
    m.beat_ns = watch.Nanoseconds() / kBeats;
  }
  constexpr int kAnswers = 5'000;
  const Stopwatch watch;
  for (int i = 0; i < kAnswers; ++i) {
    // Every third, so that the store finds no row beside the last one.
    server.Answer(token(static_cast<size_t>(i) * 3));
    if (i % 100 == 99) server.Settle();
  }
  m.answer_us = watch.Nanoseconds() / 1e3 / kAnswers;
  return m;
}

// A start with what Waiting() has left.
Measured Restarted(const std::string& path, What what) {
  Measured m;
  const double before = ResidentBytes();
  const auto start = std::chrono::steady_clock::now();
  Server server(path, engine::EngineOptions().executions_in_memory);
  server.Recover();
  server.Settle();
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - start;
  m.recover_s = took.count();
  const int64_t each = what == What::kPair ? 2 : 1;
  m.bytes =
      (ResidentBytes() - before) /
      static_cast<double>(server.engine().stats().executions_recovered / each);
  return m;
}

// --- Goals
// --------------------------------------------------------------------

struct Both {
  Measured waiting, restarted;
};

class Bench {
 public:
  Bench()
      : folder_(fs::temp_directory_path() /
                ("stepwheel_parking_" + std::to_string(getpid()))) {
    fs::create_directory(folder_);
  }
  ~Bench() { fs::remove_all(folder_); }

  Both Run(What what, int count, size_t in_memory) {
    const std::string path = folder_ / "bench.db";
    Both both;
    both.waiting =
        InChild([&] { return Waiting(path, what, count, in_memory); });
    both.restarted = InChild([&] { return Restarted(path, what); });
    for (const char* end : {"", "-wal", "-shm", "-lock"}) {
      fs::remove(path + end);
    }
    return both;
  }

 private:
  fs::path folder_;
};

void Report(const std::string& id, const std::string& size,
            const Measured& kept, const Both& parked, double most,
            Goals& goals) {
  const Measured& m = parked.waiting;
  goals.AtMost("E3" + id, "in memory " + Quantity(kept.bytes, "bytes"),
               size + " parked " + Quantity(m.bytes, "bytes") + ", on disk " +
                   Quantity(m.disk_bytes, "bytes"),
               m.bytes, most, " bytes");
  goals.Note("E3start" + id, "in memory " + Quantity(kept.start_us, "us"),
             size + " parked " + Quantity(m.start_us, "us each"),
             m.start_us / kept.start_us);
  goals.Note("E3beat" + id, "in memory " + Quantity(kept.beat_ns, "ns"),
             size + " parked " + Quantity(m.beat_ns, "ns"),
             m.beat_ns / kept.beat_ns);
  goals.Note("E3answer" + id, "in memory " + Quantity(kept.answer_us, "us"),
             size + " parked " + Quantity(m.answer_us, "us"),
             m.answer_us / kept.answer_us);
  const Measured& r = parked.restarted;
  goals.Note("E3restart" + id, "started " + Quantity(m.bytes, "bytes"),
             size + " " + Quantity(r.recover_s, "s") + ", " +
                 Quantity(r.bytes, "bytes"),
             r.bytes / m.bytes);
}

int Main(int argc, char** argv) {
  const Options options = ParseOptions(argc, argv);
  Goals goals;
  Bench bench;
  const size_t limit = engine::EngineOptions().executions_in_memory;
  constexpr double kBytes = 512;  // Of an execution.
  const Measured kept = bench.Run(What::kOne, kFew, kNoLimit).waiting;
  Report("", "100,000", kept, bench.Run(What::kOne, kMany, limit), kBytes,
         goals);
  const Measured pairs = bench.Run(What::kPair, kFew, kNoLimit).waiting;
  Report("pair", "50,000 pairs", pairs,
         bench.Run(What::kPair, kMany / 2, limit), 2 * kBytes, goals);
  if (options.full) {
    Report("M", "1,000,000", kept, bench.Run(What::kOne, kMillion, limit),
           kBytes, goals);
  }
  return goals.Report(options);
}

}  // namespace
}  // namespace stepwheel::bench

int main(int argc, char** argv) { return stepwheel::bench::Main(argc, argv); }
