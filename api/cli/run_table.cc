// The options of `stepwheel run`: the table, spans of time, the input.

#include <charconv>

#include "api/cli/files.h"
#include "api/cli/mocks.h"
#include "api/cli/outgoing.h"
#include "api/cli/run.h"
#include "asl/quotas.h"

namespace stepwheel::cli {

Command RunCommandTable(RunOptions* o) {
  constexpr int64_t kRepeatMax = 100'000'000;
  Command command;
  command.name = "run";
  command.summary =
      "Runs one execution in this process on the virtual clock: a Wait of "
      "three days takes no time.";
  command.positionals = {{"MACHINE", "file with the definition (.asl.json)",
                          true, &o->machine_file}};
  command.flags = {
      {"input", "FILE|JSON|-", "the execution's input (default {})",
       SetText(&o->input)},
      {"name", "NAME", "the execution's name (default run)", SetText(&o->name)},
      MocksFlag(&o->mocks),
      {"case", "CASE", "its test case to play; MACHINE#CASE if several have it",
       SetText(&o->test_case)},
      {"repeat", "N",
       "play it N times and print how often it ended in which way",
       SetInteger(&o->repeat, 1, kRepeatMax)},
      EndpointFlag(&o->endpoints),
      {"seed", "N", "seed of all chance (default 0); --repeat counts it up",
       SetUnsigned(&o->seed)},
      {"json", "", "JSON lines on standard output and nothing else",
       SetTrue(&o->json)},
      {"quiet", "", "only how it ended", SetTrue(&o->quiet)},
      {"verbose", "", "every history event and stage of the data flow",
       SetTrue(&o->verbose)},
      {"color", "WHEN", "auto, always or never (default auto)",
       SetOneOf(&o->color, {"auto", "always", "never"})},
      {"until", "STATE", "stop when this state is entered", SetText(&o->until)},
      {"max-time", "SPAN", "stop after this much simulated time, such as 30d",
       SetText(&o->max_time)},
  };
  command.examples = {"stepwheel run machine.asl.json --input '{\"order\":17}'",
                      "stepwheel run machine.asl.json --json | tail -1",
                      "stepwheel run machine.asl.json --mocks mocks.json "
                      "--case Slow --repeat 10000"};
  command.notes =
      "The output alone goes to standard output, prose to standard error.\n"
      "Exit codes: 0 SUCCEEDED or --until reached, 2 usage, 3 invalid "
      "definition, input or\nmock file, 4 FAILED, 5 TIMED_OUT, ABORTED or "
      "--max-time, 6 stuck: it waits for a worker\nor a task token, 130 "
      "interrupted; with --repeat the worst of 6, 4, 5, 0 that came up.";
  return command;
}

std::optional<Duration> ParseSpan(const std::string& text) {
  int64_t n = 0;
  const char* end = text.data() + text.size();
  auto [at, ec] = std::from_chars(text.data(), end, n);
  if (ec != std::errc() || n < 0 || n > 1'000'000'000) return std::nullopt;
  const std::string unit(at, end);
  if (unit == "ms") return Duration(n);
  if (unit == "s") return Duration(n * 1000);
  if (unit == "m") return Duration(n * 60'000);
  if (unit == "h") return Duration(n * 3'600'000);
  if (unit == "d") return Duration(n * 86'400'000);
  return std::nullopt;
}

std::optional<std::string> ReadRunInput(const std::string& option,
                                        std::string* problem) {
  std::optional<std::string> text = ReadJsonOption(option, "--input", problem);
  if (text && text->size() > asl::kPayloadBytesMax) {
    *problem = "--input has " + std::to_string(text->size()) +
               " bytes; at most " + std::to_string(asl::kPayloadBytesMax);
    return std::nullopt;
  }
  return text;
}

}  // namespace stepwheel::cli
