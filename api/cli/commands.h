// The sub-commands of `stepwheel`: each is one function of one file, and the
// table in commands.cc is the only place that lists them.
#ifndef STEPWHEEL_API_CLI_COMMANDS_H_
#define STEPWHEEL_API_CLI_COMMANDS_H_

#include <string_view>

namespace stepwheel::cli {

// Runs the sub-command that argv[1] names; returns the exit code.
int Main(int argc, char** argv);

// The version of this build: "0.1.0".
std::string_view Version();

// Each takes the arguments after its own name and returns the exit code.
int ServeCommand(int argc, char** argv);
int ClockCommand(int argc, char** argv);
int RunCommand(int argc, char** argv);
int ValidateCommand(int argc, char** argv);
int JsonataCommand(int argc, char** argv);
int HistoryCommand(int argc, char** argv);
int ReplayCommand(int argc, char** argv);

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_COMMANDS_H_
