#include "api/cli/run.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <utility>

#include "api/cli/commands.h"
#include "api/cli/mock_text.h"
#include "api/cli/run_calls.h"
#include "api/cli/run_printer.h"
#include "api/cli/run_repeat.h"
#include "api/cli/run_setup.h"
#include "api/cli/terminal.h"
#include "asl/json.h"
#include "engine/engine.h"
#include "engine/history.h"
#include "engine/time/virtual_clock.h"
#include "storage/memory_store.h"

namespace stepwheel::cli {
namespace {

using std::chrono::steady_clock;

volatile std::sig_atomic_t g_interrupted = 0;
void OnInterrupt(int) {
  if (g_interrupted != 0) _exit(kExitInterrupted);
  g_interrupted = 1;
}

class Run {
 public:
  Run(const RunOptions& options, const RunSubject& subject,
      const Terminal& terminal, std::FILE* out)
      : options_(options),
        subject_(subject),
        out_(out),
        terminal_(terminal),
        printer_(terminal_, options.quiet || options.json
                                ? RunPrinter::Detail::kQuiet
                            : options.verbose ? RunPrinter::Detail::kVerbose
                                              : RunPrinter::Detail::kNormal),
        clock_(Instant::FromUnixMillis(kRunStartMs)),
        calls_(&clock_, {options.region, options.account}, options.endpoints,
               [this](std::string_view problem) { Warn(problem); }) {}

  int Play() {
    if (subject_.max_time) end_ = clock_.Now() + *subject_.max_time;
    if (std::optional<int> code = Start()) return *code;
    return Loop();
  }

 private:
  int Invalid(const std::string& text) {
    terminal_.Write("stepwheel run: " + text + "\n");
    return kExitInvalid;
  }

  // Such a task fails, and a Catcher may hide that: so it is said before.
  void Warn(std::string_view what) {
    if (options_.quiet || options_.json) return;
    terminal_.Write(terminal_.Paint(Ink::kYellow, "warning") + ": " +
                    std::string(what) + "\n");
  }

  void WarnOfCalls() {
    for (const std::string& warning : calls_.Warnings(subject_)) Warn(warning);
  }

  std::optional<int> Start() {
    WarnOfCalls();
    engine_ = MakeRunEngine(options_, subject_, options_.seed.value_or(0),
                            &clock_, &store_, calls_.dispatcher(), &problem_);
    calls_.Attach(engine_.get());
    engine_->SetObserver(
        [this](const auto& record, const auto& event, const auto& machine) {
          OnEvent(record, event, machine);
        });
    engine_->SetDataFlowObserver([this](const auto&, const engine::Frame& frame,
                                        std::string_view stage,
                                        const asl::Value& value) {
      printer_.OnStage(frame.entered_id, stage, value);
    });
    StartRun(options_, subject_, clock_.Now(), engine_.get(), &problem_);
    if (options_.json) PrintStarted();
    started_ = steady_clock::now();
    engine_->Turn();
    if (!problem_.empty()) return Invalid(problem_);
    return std::nullopt;
  }

  void PrintStarted() {
    asl::Members members;
    members.emplace_back("type", asl::Value("started"));
    members.emplace_back("name", asl::Value(options_.name));
    if (subject_.mocks) {
      members.emplace_back("mocks", asl::Value(subject_.mocks->Name()));
      members.emplace_back("testCase", asl::Value(subject_.test_case));
    }
    Print(asl::Value(std::move(members)).Text());
  }

  void OnEvent(const engine::ExecutionRecord& record,
               const engine::Event& event, const asl::StateMachine& machine) {
    if (reached_) return;  // What the same turn went on to do is not shown.
    if (record.name != options_.name) return;  // Started by the machine itself.
    record_ = record;
    shown_until_ = event.timestamp;
    printer_.OnEvent(record, event, machine);
    if (options_.json) {
      std::string json =
          engine::HistoryEventJson(event, machine, options_.region);
      if (!json.empty()) Print(json);
      if (event.mock && event.frame != 0) Print(MockJson(event, machine));
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
      if (Interrupted()) return Abort();
      const bool more = !reached_ && engine_->Turn();
      if (reached_) return Finish("reached " + options_.until, kExitOk);
      if (more) {
        ShowProgress();
        continue;
      }
      if (record_.status != engine::ExecutionStatus::kRunning) break;
      std::optional<Instant> next = engine_->NextWake();
      if (calls_.open() && (!end_ || clock_.Now() < *end_)) {
        calls_.Await(next && end_ ? std::min(next, end_) : next ? next : end_);
        continue;
      }
      if (!next || OnlyTheMachineWaits(*subject_.machine, *engine_)) {
        return Stuck();
      }
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
      note = subject_.machine->timeout_seconds
                 ? "the machine's TimeoutSeconds passed"
                 : "an execution lasts a year at most";
    } else if (!options_.until.empty()) {
      note = "never entered " + options_.until;
    }
    return Finish(note, CodeOf(record_.status));
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

  int Abort() {
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
      } else if (w.mock) {
        line += "its mock " + w.mock->response + "[" +
                std::to_string(w.mock->number) +
                "], which never answers; no TimeoutSeconds ends it, and no "
                "heartbeat is missed\n";
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
      if (w.mock) {
        waiting.back() = waiting.back().WithMember("mocked", asl::Value(true));
      }
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
  const RunSubject& subject_;
  std::FILE* out_;
  const Terminal& terminal_;
  RunPrinter printer_;
  VirtualClock clock_;
  storage::MemoryStore store_;
  RunCalls calls_;
  std::unique_ptr<engine::Engine> engine_;
  engine::ExecutionRecord record_;
  std::optional<Instant> end_;
  bool reached_ = false;
  Instant shown_until_;
  std::string problem_;
  steady_clock::time_point started_, shown_;
};

}  // namespace

bool Interrupted() { return g_interrupted != 0; }

int RunMachine(const RunOptions& options, std::FILE* out, std::FILE* err) {
  const Terminal terminal(err, options.color);
  RunSubject subject;
  if (auto code = ReadSubject(options, terminal, &subject)) return *code;
  if (options.repeat > 0) {
    return RepeatRuns(options, subject, terminal, out);
  }
  return Run(options, subject, terminal, out).Play();
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
  if (options.repeat > 0 && (options.verbose || !options.until.empty())) {
    std::fputs(
        "stepwheel run: --repeat shows no single run: leave out "
        "--verbose and --until\n",
        stderr);
    return kExitUsage;
  }
  std::signal(SIGINT, OnInterrupt);
  return RunMachine(options, stdout, stderr);
}

}  // namespace stepwheel::cli
