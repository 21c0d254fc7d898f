#include "api/cli/commands.h"

#include <cstdio>
#include <string>
#include <vector>

#include "api/cli/flags.h"

namespace stepwheel::cli {
namespace {

struct SubCommand {
  std::string_view name;
  std::string_view summary;
  int (*run)(int argc, char** argv);
};

constexpr SubCommand kSubCommands[] = {
    {"serve", "answer the AWS Step Functions API on a local port",
     ServeCommand},
    {"clock", "read and move a server's virtual clock", ClockCommand},
    {"run", "run one execution here, on the virtual clock", RunCommand},
    {"validate", "check definitions and show every problem", ValidateCommand},
    {"jsonata", "evaluate a JSONata expression", JsonataCommand},
    {"history", "draw an execution's history as a timeline", HistoryCommand},
    {"replay", "fold stored executions again and check them", ReplayCommand},
};

void PrintHelp(std::FILE* file) {
  std::string text = "Stepwheel " + std::string(Version()) +
                     ": AWS Step Functions on your own machine.\n\n"
                     "Usage: stepwheel COMMAND [options]\n\n";
  auto row = [&text](std::string_view left, std::string_view right) {
    constexpr size_t kWidth = 12;
    text.append("  ").append(left).append(kWidth - left.size(), ' ');
    text.append(right).append("\n");
  };
  for (const SubCommand& command : kSubCommands) {
    row(command.name, command.summary);
  }
  row("version", "print the version; also --version");
  row("help", "this text; also --help, and COMMAND --help");
  text +=
      "\nExamples:\n"
      "  stepwheel serve\n"
      "  stepwheel run machine.asl.json --input '{\"order\":17}'\n";
  std::fputs(text.c_str(), file);
}

const SubCommand* Find(std::string_view name) {
  for (const SubCommand& command : kSubCommands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

int UnknownCommand(const std::string& name) {
  std::vector<std::string_view> known = {"help", "version"};
  for (const SubCommand& command : kSubCommands) known.push_back(command.name);
  std::string_view meant = DidYouMean(name, known);
  std::string hint =
      meant.empty() ? "" : "; did you mean " + std::string(meant) + "?";
  std::fprintf(stderr,
               "stepwheel: unknown command '%s'%s\n"
               "(stepwheel --help lists the commands)\n",
               name.c_str(), hint.c_str());
  return kExitUsage;
}

int Dispatch(int argc, char** argv) {
  if (argc < 2) {
    PrintHelp(stderr);
    return kExitUsage;
  }
  std::string name = argv[1];
  if (name == "version" || name == "--version") {
    std::printf("stepwheel %s\n", std::string(Version()).c_str());
    return kExitOk;
  }
  if (name == "--help" || name == "-h" || (name == "help" && argc == 2)) {
    PrintHelp(stdout);
    return kExitOk;
  }
  if (name == "help") {
    std::string asked = argv[2];
    const SubCommand* command = Find(asked);
    if (command == nullptr) return UnknownCommand(asked);
    std::string flag = "--help";
    char* help[] = {flag.data(), nullptr};
    return command->run(1, help);
  }
  const SubCommand* command = Find(name);
  if (command == nullptr) return UnknownCommand(name);
  return command->run(argc - 2, argv + 2);
}

}  // namespace

std::string_view Version() { return STEPWHEEL_VERSION; }

int Main(int argc, char** argv) {
  const int code = Dispatch(argc, argv);
  // What could not be written was not answered, whatever the code says.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fputs("stepwheel: standard output cannot be written\n", stderr);
    return code == kExitOk ? kExitBug : code;
  }
  return code;
}

}  // namespace stepwheel::cli
