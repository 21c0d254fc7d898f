// What a run plays: the machine, its input and the test case of a mock file,
// read and checked once, however often it is played then.
#ifndef STEPWHEEL_API_CLI_RUN_SETUP_H_
#define STEPWHEEL_API_CLI_RUN_SETUP_H_

#include <memory>
#include <optional>
#include <string>

#include "api/cli/run.h"
#include "api/cli/terminal.h"
#include "asl/state_machine.h"
#include "engine/engine.h"
#include "engine/mocks/mock_source.h"

namespace stepwheel::cli {

// Simulated time begins here, so that two runs are the same to the byte.
inline constexpr int64_t kRunStartMs = 1'767'225'600'000;  // 2026-01-01

struct RunSubject {
  std::string definition;
  std::string input;
  asl::StateMachinePtr machine;
  // The mock file names the state machines it is for.
  std::string machine_name = "machine";
  std::string test_case;  // Empty: nothing is mocked.
  std::unique_ptr<engine::MockSource> mocks;
  std::optional<Duration> max_time;

  bool IsMocked(const asl::State& state) const;
};

// Reads what the options name. The exit code, after saying why, if something
// cannot be used.
std::optional<int> ReadSubject(const RunOptions& options,
                               const Terminal& terminal, RunSubject* subject);

// An engine in which the subject's state machine and activities will exist
// after its first turn. `dispatcher` may be null: what is not mocked then fails
// its task. `problem` is written during that turn.
std::unique_ptr<engine::Engine> MakeRunEngine(const RunOptions& options,
                                              const RunSubject& subject,
                                              uint64_t seed, Clock* clock,
                                              engine::Store* store,
                                              engine::Dispatcher* dispatcher,
                                              std::string* problem);
void StartRun(const RunOptions& options, const RunSubject& subject, Instant now,
              engine::Engine* engine, std::string* problem);

// The deadline of the execution itself, a year after its start, is no reason to
// go on: true if only it is left, because everything waits for somebody.
bool OnlyTheMachineWaits(const asl::StateMachine& machine,
                         const engine::Engine& engine);

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_RUN_SETUP_H_
