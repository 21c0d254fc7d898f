#include "api/cli/run.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <set>
#include <utility>

#include "api/aws/arn.h"
#include "api/cli/commands.h"
#include "api/cli/files.h"
#include "api/cli/problems.h"
#include "api/cli/run_printer.h"
#include "api/cli/terminal.h"
#include "asl/json.h"
#include "asl/parser.h"
#include "engine/engine.h"
#include "engine/history.h"
#include "engine/time/virtual_clock.h"
#include "storage/memory_store.h"

namespace stepwheel::cli {
namespace {

using std::chrono::steady_clock;

// Simulated time begins here, so that two runs are the same to the byte.
constexpr int64_t kStartMs = 1'767'225'600'000;  // 2026-01-01T00:00:00Z

volatile std::sig_atomic_t g_interrupted = 0;
void OnInterrupt(int) {
  if (g_interrupted != 0) _exit(kExitInterrupted);
  g_interrupted = 1;
}

class Run {
 public:
  Run(const RunOptions& options, std::FILE* out, std::FILE* err)
      : options_(options),
        out_(out),
        terminal_(err, options.color),
        printer_(terminal_, options.quiet || options.json
                                ? RunPrinter::Detail::kQuiet
                            : options.verbose ? RunPrinter::Detail::kVerbose
                                              : RunPrinter::Detail::kNormal),
        clock_(Instant::FromUnixMillis(kStartMs)) {}

  int Play() {
    if (!options_.max_time.empty()) {
      std::optional<Duration> span = ParseSpan(options_.max_time);
      if (!span) {
        return Usage(
            "--max-time: expected a span such as 90s, 12h or 30d, "
            "found '" +
            options_.max_time + "'");
      }
      end_ = clock_.Now() + *span;
    }
    if (std::optional<engine::ApiError> bad = aws::CheckName(options_.name)) {
      return Usage("--name: " + bad->message);
    }
    std::optional<std::string> definition =
        options_.machine_file == "-"
            ? std::optional<std::string>(ReadStream(stdin))
            : ReadTextFile(options_.machine_file, &problem_);
    if (!definition) return Invalid(problem_);
    if (!ParseMachine(*definition)) return kExitInvalid;
    if (!options_.until.empty() && machine_->Find(options_.until) == nullptr) {
      return Usage("--until: the machine has no state '" + options_.until +
                   "'");
    }
    std::optional<std::string> input = ReadRunInput(options_.input, &problem_);
    if (!input) return Invalid(problem_);
    if (std::optional<int> code = Start(*definition, *input)) return *code;
    return Loop();
  }

 private:
  int Usage(const std::string& text) {
    terminal_.Write("stepwheel run: " + text + "\n");
    return kExitUsage;
  }
  int Invalid(const std::string& text) {
    terminal_.Write("stepwheel run: " + text + "\n");
    return kExitInvalid;
  }

  bool ParseMachine(const std::string& text) {
    asl::ParseResult result = asl::ParseDefinition(text);
    const Hints hints(text);
    for (const asl::Diagnostic& d : result.diagnostics) {
      terminal_.Write(
          DiagnosticLine(options_.machine_file, d, hints.For(d), terminal_));
    }
    machine_ = result.machine;
    return machine_ != nullptr;
  }

  // Such a task fails, and a Catcher may hide that: so it is said before.
  void WarnOfCalls() {
    if (options_.quiet || options_.json) return;
    for (const asl::State& state : machine_->states) {
      const auto* task = std::get_if<asl::TaskState>(&state.body);
      if (task == nullptr ||
          task->resource.kind == asl::Resource::Kind::kActivity) {
        continue;
      }
      terminal_.Write(terminal_.Paint(Ink::kYellow, "warning") + ": " +
                      state.name + " calls " + task->resource.arn +
                      ", which Stepwheel cannot do yet: the task will fail\n");
    }
  }

  std::optional<int> Start(const std::string& definition,
                           const std::string& input) {
    WarnOfCalls();
    engine::EngineOptions o;
    o.region = options_.region;
    o.account = options_.account;
    o.seed = options_.seed.value_or(0);
    engine_ = std::make_unique<engine::Engine>(o, &clock_, &store_, nullptr);
    absl::Status recovered = engine_->Recover();
    if (!recovered.ok()) return Invalid(std::string(recovered.message()));
    engine_->SetObserver(
        [this](const auto& record, const auto& event, const auto& machine) {
          OnEvent(record, event, machine);
        });
    engine_->SetDataFlowObserver([this](const auto&, const engine::Frame& frame,
                                        std::string_view stage,
                                        const asl::Value& value) {
      printer_.OnStage(frame.entered_id, stage, value);
    });
    const std::string prefix =
        "arn:aws:states:" + options_.region + ":" + options_.account;
    for (const asl::State& state : machine_->states) {
      const auto* task = std::get_if<asl::TaskState>(&state.body);
      if (task == nullptr ||
          task->resource.kind != asl::Resource::Kind::kActivity) {
        continue;
      }
      // The machine's activities exist here without being created first.
      const std::string& arn = task->resource.arn;
      const std::string want = prefix + ":activity:";
      if (arn.rfind(want, 0) == 0) {
        engine_->CreateActivity(arn.substr(want.size()), clock_.Now(),
                                [](const auto&) {});
      }
    }
    engine::CreateStateMachineRequest create;
    create.name = "machine";
    create.definition = definition;
    create.role_arn = "arn:aws:iam::" + options_.account + ":role/run";
    engine_->CreateStateMachine(create, clock_.Now(), [this](const auto& r) {
      if (!r.ok()) problem_ = r.error().message;
    });
    engine::StartExecutionRequest start;
    start.state_machine_arn = prefix + ":stateMachine:machine";
    start.name = options_.name;
    start.input = input;
    engine_->StartExecution(start, clock_.Now(), [this](const auto& r) {
      if (!r.ok()) problem_ = r.error().message;
    });
    if (options_.json)
      Print("{\"type\":\"started\",\"name\":" +
            asl::Value(options_.name).Text() + "}");
    started_ = steady_clock::now();
    engine_->Turn();
    if (!problem_.empty()) return Invalid(problem_);
    return std::nullopt;
  }

  void OnEvent(const engine::ExecutionRecord& record,
               const engine::Event& event, const asl::StateMachine& machine) {
    if (reached_) return;  // What the same turn went on to do is not shown.
    record_ = record;
    shown_until_ = event.timestamp;
    printer_.OnEvent(record, event, machine);
    if (options_.json) {
      std::string json =
          engine::HistoryEventJson(event, machine, options_.region);
      if (!json.empty()) Print(json);
    }
    if (!options_.until.empty() && event.state != asl::kNoState &&
        machine.state(event.state).name == options_.until &&
        engine::IsStateEntered(event.type)) {
      reached_ = true;
      record_.status = engine::ExecutionStatus::kRunning;
      record_.output.reset();
      record_.error.reset();
      record_.cause.reset();
    }
  }

  // A jump of the clock is a loop of turns: to the next due tick, turn until
  // nothing is left, again.
  int Loop() {
    while (record_.status == engine::ExecutionStatus::kRunning) {
      if (g_interrupted != 0) return Interrupted();
      const bool more = !reached_ && engine_->Turn();
      if (reached_) return Finish("reached " + options_.until, kExitOk);
      if (more) {
        ShowProgress();
        continue;
      }
      if (record_.status != engine::ExecutionStatus::kRunning) break;
      std::optional<Instant> next = engine_->NextWake();
      // The deadline of the execution itself is no reason to go on: only it is
      // left when everything waits for somebody.
      if (!next || OnlyTheMachineWaits()) return Stuck();
      if (end_ && *next > *end_) {
        clock_.AdvanceTo(*end_);
        Finish("stopped at --max-time " + options_.max_time, kExitTimedOut);
        if (!options_.json) ShowWaiting();
        return kExitTimedOut;
      }
      clock_.AdvanceTo(std::max(*next, clock_.Now()));
    }
    std::string note;
    if (record_.status == engine::ExecutionStatus::kTimedOut) {
      note = machine_->timeout_seconds ? "the machine's TimeoutSeconds passed"
                                       : "an execution lasts a year at most";
    } else if (!options_.until.empty()) {
      note = "never entered " + options_.until;
    }
    return Finish(note, CodeOf(record_.status));
  }

  bool OnlyTheMachineWaits() const {
    if (machine_->timeout_seconds) return false;
    for (const engine::WaitingFrame& w : engine_->Waiting()) {
      if (w.due) return false;
    }
    return true;
  }

  static int CodeOf(engine::ExecutionStatus status) {
    switch (status) {
      case engine::ExecutionStatus::kSucceeded:
        return kExitOk;
      case engine::ExecutionStatus::kFailed:
        return kExitFailed;
      default:
        return kExitTimedOut;
    }
  }

  void ShowProgress() {
    const auto now = steady_clock::now();
    if (now - shown_ < std::chrono::milliseconds(100)) return;
    if (now - started_ < std::chrono::milliseconds(500)) return;
    shown_ = now;
    terminal_.WriteStatus(Summary(""));
  }

  Duration Simulated() {
    return (reached_ ? shown_until_ : clock_.Now()) - record_.start_date;
  }

  std::string Summary(const std::string& status) {
    const auto wall =
        std::chrono::duration_cast<Duration>(steady_clock::now() - started_);
    return status + (status.empty() ? "" : "  ") + options_.name + "   " +
           ShowDuration(Simulated()) + " simulated in " +
           std::to_string(wall.count()) + " ms   " +
           std::to_string(printer_.events()) + " events, " +
           std::to_string(printer_.transitions()) + " transitions";
  }

  int Interrupted() {
    engine_->StopExecution({record_.arn, "Interrupted", "Ctrl-C"}, clock_.Now(),
                           [](const auto&) {});
    while (engine_->Turn()) {
    }
    return Finish("", kExitInterrupted);
  }

  int Stuck() {
    Finish("stuck", kExitStuck);
    if (options_.json) return kExitStuck;
    terminal_.Write("No timer is armed; the execution waits for:\n");
    ShowWaiting();
    return kExitStuck;
  }

  void ShowWaiting() {
    for (const engine::WaitingFrame& w : engine_->Waiting()) {
      std::string line = "  " + w.state + "   ";
      if (w.due) {
        line += w.what + ", " + ShowDuration(*w.due - clock_.Now()) + " left\n";
      } else if (w.task_token.empty()) {
        line += "a worker that polls " + w.what +
                "\n    (run it against `stepwheel serve`, where workers can "
                "poll)\n";
      } else {
        line += "the task token of " + w.what + "\n    " + w.task_token + "\n";
      }
      terminal_.Write(line);
    }
  }

  int Finish(const std::string& note, int code) {
    const auto& r = record_;
    const std::string status(engine::ExecutionStatusName(r.status));
    if (options_.json) {
      PrintFinished(note, status);
      return code;
    }
    const bool good = code == kExitOk;
    terminal_.Write(
        terminal_.Paint(good ? Ink::kGreen : Ink::kRed, Summary(status)) +
        (note.empty() ? "" : "   " + note) + "\n");
    if (r.error || r.cause) {
      std::string in = printer_.last_failed_state().empty()
                           ? ""
                           : " in " + printer_.last_failed_state();
      terminal_.Write("  " + r.error.value_or("(no error name)") + in +
                      (r.cause ? ": " + *r.cause : "") + "\n");
    }
    if (r.output) Print(*r.output);
    return code;
  }

  void PrintFinished(const std::string& note, const std::string& status) {
    asl::Members members;
    members.emplace_back("type", asl::Value("finished"));
    members.emplace_back("status", asl::Value(status));
    asl::JsonError error;
    if (record_.output) {
      members.emplace_back("output", *asl::ParseJson(*record_.output, &error));
    }
    if (record_.error)
      members.emplace_back("error", asl::Value(*record_.error));
    if (record_.cause)
      members.emplace_back("cause", asl::Value(*record_.cause));
    if (!note.empty()) members.emplace_back("note", asl::Value(note));
    asl::Elements waiting;
    for (const engine::WaitingFrame& w : engine_->Waiting()) {
      waiting.push_back(
          asl::MakeObject({{"state", asl::Value(w.state)},
                           {"waitsFor", asl::Value(w.what)},
                           {"taskToken", asl::Value(w.task_token)}}));
    }
    if (!waiting.empty()) {
      members.emplace_back("waiting", asl::Value(std::move(waiting)));
    }
    members.emplace_back("simulatedMilliseconds",
                         asl::Value(Simulated().count()));
    Print(asl::Value(std::move(members)).Text());
  }

  void Print(const std::string& line) {
    std::fputs((line + "\n").c_str(), out_);
  }

  const RunOptions& options_;
  std::FILE* out_;
  Terminal terminal_;
  RunPrinter printer_;
  VirtualClock clock_;
  storage::MemoryStore store_;
  std::unique_ptr<engine::Engine> engine_;
  asl::StateMachinePtr machine_;
  engine::ExecutionRecord record_;
  std::optional<Instant> end_;
  bool reached_ = false;
  Instant shown_until_;
  std::string problem_;
  steady_clock::time_point started_, shown_;
};

}  // namespace

int RunMachine(const RunOptions& options, std::FILE* out, std::FILE* err) {
  return Run(options, out, err).Play();
}

int RunCommand(int argc, char** argv) {
  RunOptions options;
  Command command = RunCommandTable(&options);
  if (std::optional<int> code = ParseCommandLine(command, argc, argv)) {
    return *code;
  }
  if (options.quiet && options.verbose) {
    std::fputs("stepwheel run: --quiet and --verbose exclude each other\n",
               stderr);
    return kExitUsage;
  }
  std::signal(SIGINT, OnInterrupt);
  return RunMachine(options, stdout, stderr);
}

}  // namespace stepwheel::cli
