#include "api/cli/run_setup.h"

#include <utility>
#include <vector>

#include "api/aws/arn.h"
#include "api/cli/files.h"
#include "api/cli/mocks.h"
#include "api/cli/problems.h"
#include "asl/parser.h"

namespace stepwheel::cli {
namespace {

int Say(const Terminal& terminal, const std::string& text, int code) {
  terminal.Write("stepwheel run: " + text + "\n");
  return code;
}

std::string Prefix(const RunOptions& options) {
  return "arn:aws:states:" + options.region + ":" + options.account;
}

bool ParseMachine(const RunOptions& options, const Terminal& terminal,
                  RunSubject* subject) {
  asl::ParseResult result = asl::ParseDefinition(subject->definition);
  const Hints hints(subject->definition);
  for (const asl::Diagnostic& d : result.diagnostics) {
    terminal.Write(
        DiagnosticLine(options.machine_file, d, hints.For(d), terminal));
  }
  subject->machine = result.machine;
  return subject->machine != nullptr;
}

// The test case of --case, from --mocks or the environment's file.
std::optional<int> ReadMocks(const RunOptions& options,
                             const Terminal& terminal, RunSubject* subject) {
  if (options.test_case.empty()) {
    if (options.mocks.empty()) return std::nullopt;
    return Say(terminal, "--mocks needs --case, the test case to play",
               kExitUsage);
  }
  const std::string path = MockFilePath(options.mocks);
  if (path.empty()) {
    return Say(terminal, "--case needs --mocks, the file with the test case",
               kExitUsage);
  }
  std::string problem;
  std::optional<std::string> text = ReadTextFile(path, &problem);
  if (!text) return Say(terminal, problem, kExitInvalid);
  std::vector<engine::MockProblem> problems;
  auto file = engine::MockFile::Parse(*text, &problems);
  for (const engine::MockProblem& p : problems) {
    terminal.Write(MockProblemLine(path, p) + "\n");
  }
  if (!file) return kExitInvalid;
  problem = PickTestCase(*file, path, options.test_case, &subject->machine_name,
                         &subject->test_case);
  if (!problem.empty()) return Say(terminal, problem, kExitUsage);
  if (auto bad = aws::CheckName(subject->machine_name)) {
    return Say(terminal, path + ": " + bad->message, kExitInvalid);
  }
  subject->mocks = std::make_unique<engine::FixedMocks>(path, std::move(file));
  return std::nullopt;
}

}  // namespace

bool RunSubject::IsMocked(const asl::State& state) const {
  std::string why;
  if (!mocks) return false;
  const engine::MockTestCase* states =
      mocks->Current(&why)->FindCase(machine_name, test_case);
  return states != nullptr && states->count(state.name) != 0;
}

std::optional<int> ReadSubject(const RunOptions& options,
                               const Terminal& terminal, RunSubject* subject) {
  std::string problem;
  if (!options.max_time.empty()) {
    subject->max_time = ParseSpan(options.max_time);
    if (!subject->max_time) {
      return Say(
          terminal,
          "--max-time: expected a span such as 90s, 12h or 30d, found '" +
              options.max_time + "'",
          kExitUsage);
    }
  }
  if (std::optional<engine::ApiError> bad = aws::CheckName(options.name)) {
    return Say(terminal, "--name: " + bad->message, kExitUsage);
  }
  std::optional<std::string> definition =
      options.machine_file == "-"
          ? std::optional<std::string>(ReadStream(stdin))
          : ReadTextFile(options.machine_file, &problem);
  if (!definition) return Say(terminal, problem, kExitInvalid);
  subject->definition = std::move(*definition);
  if (!ParseMachine(options, terminal, subject)) return kExitInvalid;
  if (!options.until.empty() &&
      subject->machine->Find(options.until) == nullptr) {
    return Say(terminal,
               "--until: the machine has no state '" + options.until + "'",
               kExitUsage);
  }
  if (auto code = ReadMocks(options, terminal, subject)) return code;
  std::optional<std::string> input = ReadRunInput(options.input, &problem);
  if (!input) return Say(terminal, problem, kExitInvalid);
  subject->input = std::move(*input);
  return std::nullopt;
}

std::unique_ptr<engine::Engine> MakeRunEngine(const RunOptions& options,
                                              const RunSubject& subject,
                                              uint64_t seed, Clock* clock,
                                              engine::Store* store,
                                              engine::Dispatcher* dispatcher,
                                              std::string* problem) {
  engine::EngineOptions o;
  o.region = options.region;
  o.account = options.account;
  o.seed = seed;
  o.mocks = subject.mocks.get();
  auto made =
      std::make_unique<engine::Engine>(std::move(o), clock, store, dispatcher);
  absl::Status recovered = made->Recover();
  if (!recovered.ok()) *problem = std::string(recovered.message());
  const std::string want = Prefix(options) + ":activity:";
  for (const asl::State& state : subject.machine->states) {
    const auto* task = std::get_if<asl::TaskState>(&state.body);
    if (task == nullptr ||
        task->resource.kind != asl::Resource::Kind::kActivity ||
        subject.IsMocked(state)) {
      continue;
    }
    // The machine's activities exist here without being created first.
    const std::string& arn = task->resource.arn;
    if (arn.rfind(want, 0) == 0) {
      made->CreateActivity(arn.substr(want.size()), clock->Now(),
                           [](const auto&) {});
    }
  }
  engine::CreateStateMachineRequest create;
  create.name = subject.machine_name;
  create.definition = subject.definition;
  create.role_arn = "arn:aws:iam::" + options.account + ":role/run";
  made->CreateStateMachine(create, clock->Now(), [problem](const auto& r) {
    if (!r.ok()) *problem = r.error().message;
  });
  return made;
}

void StartRun(const RunOptions& options, const RunSubject& subject, Instant now,
              engine::Engine* engine, std::string* problem) {
  engine::StartExecutionRequest start;
  start.state_machine_arn =
      Prefix(options) + ":stateMachine:" + subject.machine_name;
  if (subject.mocks) start.state_machine_arn += "#" + subject.test_case;
  start.name = options.name;
  start.input = subject.input;
  engine->StartExecution(std::move(start), now, [problem](const auto& r) {
    if (!r.ok()) *problem = r.error().message;
  });
}

bool OnlyTheMachineWaits(const asl::StateMachine& machine,
                         const engine::Engine& engine) {
  if (machine.timeout_seconds) return false;
  for (const engine::WaitingFrame& w : engine.Waiting()) {
    if (w.due) return false;
  }
  return true;
}

}  // namespace stepwheel::cli
