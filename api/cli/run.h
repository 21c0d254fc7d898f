// `stepwheel run` in parts: its options, and the run itself, in this process on
// the virtual clock with nothing written to disk. run_setup.h reads what is
// played, run_repeat.h plays it often.
#ifndef STEPWHEEL_API_CLI_RUN_H_
#define STEPWHEEL_API_CLI_RUN_H_

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

#include "api/aws_client/endpoints.h"
#include "api/cli/flags.h"
#include "engine/time/clock.h"

namespace stepwheel::cli {

// Exit codes of `run`, besides kExitOk, kExitBug and kExitUsage.
inline constexpr int kExitInvalid = 3;   // Definition or input.
inline constexpr int kExitFailed = 4;    // FAILED
inline constexpr int kExitTimedOut = 5;  // TIMED_OUT or ABORTED
inline constexpr int kExitStuck = 6;     // Waits, and no timer is armed.
inline constexpr int kExitInterrupted = 130;

struct RunOptions {
  std::string machine_file;
  std::string input = "{}";  // A file, JSON text, or "-".
  std::string name = "run";
  aws_client::Endpoints endpoints;  // Of --endpoint.
  std::optional<uint64_t> seed;
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  std::string color = "auto";
  std::string until;      // Stop when this state is entered.
  std::string max_time;   // "30d": simulated time.
  std::string mocks;      // A mock file; empty: see MockFilePath().
  std::string test_case;  // Of the mock file: CASE or MACHINE#CASE.
  int64_t repeat = 0;     // 0: once, and show it.
  std::string region = "us-east-1";
  std::string account = "123456789012";
};
Command RunCommandTable(RunOptions* options);

// "1500ms", "90s", "10m", "12h", "30d"; nullopt for anything else.
std::optional<Duration> ParseSpan(const std::string& text);

// --input: a file, JSON text or "-" to its text; on failure says why.
std::optional<std::string> ReadRunInput(const std::string& option,
                                        std::string* problem);

// Whether Ctrl-C was pressed since RunCommand() began.
bool Interrupted();

// Plays the machine; results go to `out`, prose to `err`.
int RunMachine(const RunOptions& options, std::FILE* out, std::FILE* err);

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_RUN_H_
