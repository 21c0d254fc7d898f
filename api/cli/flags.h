// The command line of one sub-command as a table: the same rows parse the
// arguments and print --help, so the two cannot differ.
#ifndef STEPWHEEL_API_CLI_FLAGS_H_
#define STEPWHEEL_API_CLI_FLAGS_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stepwheel::cli {

// Exit codes that all sub-commands share.
inline constexpr int kExitOk = 0;
inline constexpr int kExitBug = 1;
inline constexpr int kExitUsage = 2;

// Takes a flag's value; returns what is wrong with it ("expected ...") or "".
using SetFlag = std::function<std::string(std::string_view value)>;

struct Flag {
  std::string name;   // Without the dashes: "port".
  std::string value;  // What stands for the value in --help: "N". Empty: a
                      // switch, which takes none.
  std::string help;   // One line.
  SetFlag set;
};

// Makers of SetFlag. The targets outlive the parsing.
SetFlag SetTrue(bool* target);
SetFlag SetText(std::string* target);
SetFlag SetText(std::optional<std::string>* target);
// Whole numbers in [min, max].
SetFlag SetInteger(int64_t* target, int64_t min, int64_t max);
SetFlag SetUnsigned(std::optional<uint64_t>* target);
SetFlag SetOneOf(std::string* target,
                 std::initializer_list<std::string_view> values);

struct Positional {
  std::string name;  // "ARN"
  std::string help;
  bool required = true;
  std::string* target = nullptr;
};

struct Command {
  std::string name;     // "serve"
  std::string summary;  // One line.
  std::vector<Positional> positionals;
  std::vector<Flag> flags;  // --help is added.
  // Where further positionals go; without it they are an error.
  std::vector<std::string>* rest = nullptr;
  std::vector<std::string> examples;
  std::string notes;  // More for --help, may be empty.
};

// Takes `--flag value`, `--flag=value`, switches, positionals; `--` ends the
// flags, and `-` is a positional. Returns the exit code if the program is to
// end: kExitOk after --help (printed to standard output), kExitUsage after a
// usage error (printed to standard error).
std::optional<int> ParseCommandLine(const Command& command, int argc,
                                    char** argv);

// The parts of ParseCommandLine, for tests. "" if all is well.
std::string ParseArguments(const Command& command,
                           const std::vector<std::string_view>& arguments,
                           bool* help);
std::string HelpText(const Command& command);

// The one of `known` that somebody who wrote `word` most likely meant, or "".
std::string_view DidYouMean(std::string_view word,
                            const std::vector<std::string_view>& known);

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_FLAGS_H_
