// `stepwheel validate FILE...`: a definition's problems, shown as a compiler
// shows its own, as JSON lines, or as SARIF for code review tools.

#include <cstdio>
#include <utility>

#include "api/cli/commands.h"
#include "api/cli/files.h"
#include "api/cli/flags.h"
#include "api/cli/problems.h"
#include "api/cli/terminal.h"
#include "asl/parser.h"

namespace stepwheel::cli {
namespace {

using asl::Value;

constexpr int kExitProblems = 3;

struct ValidateOptions {
  std::string file;
  std::vector<std::string> more;
  std::string type = "STANDARD";
  std::string color = "auto";
  bool json = false;
  bool sarif = false;
};

Command ValidateCommandTable(ValidateOptions* o) {
  Command command;
  command.name = "validate";
  command.summary = "Checks definitions and shows every problem they have.";
  command.positionals = {
      {"FILE", "file with a definition, - for standard input; more may follow",
       true, &o->file}};
  command.rest = &o->more;
  command.flags = {
      {"type", "TYPE", "STANDARD or EXPRESS (default STANDARD)",
       SetOneOf(&o->type, {"STANDARD", "EXPRESS"})},
      {"json", "", "one JSON object a problem, a line each", SetTrue(&o->json)},
      {"sarif", "", "one SARIF 2.1.0 document", SetTrue(&o->sarif)},
      {"color", "WHEN", "auto, always or never (default auto)",
       SetOneOf(&o->color, {"auto", "always", "never"})},
  };
  command.examples = {"stepwheel validate machine.asl.json",
                      "stepwheel validate *.asl.json --sarif > problems.sarif"};
  command.notes =
      "Exit codes: 0 no error (warnings are shown), 2 usage, 3 a definition "
      "has errors\nor cannot be read.";
  return command;
}

Value AsJson(const std::string& file, const asl::Diagnostic& d,
             const std::string& hint) {
  asl::Members m;
  m.emplace_back("file", Value(file));
  m.emplace_back("line", Value(d.line));
  m.emplace_back("column", Value(d.column));
  m.emplace_back("severity", Value(SeverityName(d)));
  m.emplace_back("code", Value(d.code));
  m.emplace_back("message", Value(d.message));
  if (d.location) m.emplace_back("location", Value(*d.location));
  if (!hint.empty()) m.emplace_back("didYouMean", Value(hint));
  return Value(std::move(m));
}

Value AsSarif(const std::string& file, const asl::Diagnostic& d,
              const std::string& text) {
  Value region =
      asl::MakeObject({{"startLine", Value(d.line > 0 ? d.line : 1)},
                       {"startColumn", Value(d.column > 0 ? d.column : 1)}});
  Value place = asl::MakeObject(
      {{"physicalLocation",
        asl::MakeObject(
            {{"artifactLocation", asl::MakeObject({{"uri", Value(file)}})},
             {"region", region}})}});
  return asl::MakeObject({{"ruleId", Value(d.code)},
                          {"level", Value(SeverityName(d))},
                          {"message", asl::MakeObject({{"text", Value(text)}})},
                          {"locations", Value(asl::Elements{place})}});
}

class Validation {
 public:
  explicit Validation(const ValidateOptions& options)
      : options_(options), terminal_(stdout, options.color) {}

  void Check(const std::string& file) {
    std::string problem;
    std::optional<std::string> text =
        file == "-" ? std::optional<std::string>(ReadStream(stdin))
                    : ReadTextFile(file, &problem);
    if (!text) {
      std::fprintf(stderr, "stepwheel validate: %s\n", problem.c_str());
      failed_ = true;
      return;
    }
    asl::ParseResult result = asl::ParseDefinition(
        *text, options_.type == "EXPRESS" ? asl::MachineType::kExpress
                                          : asl::MachineType::kStandard);
    const Hints hints(*text);
    for (const asl::Diagnostic& d : result.diagnostics) {
      Show(file, d, hints.For(d));
    }
    failed_ = failed_ || !result.machine;
  }

  int Finish() {
    if (options_.sarif) {
      Value driver = asl::MakeObject(
          {{"driver", asl::MakeObject({{"name", Value("stepwheel")},
                                       {"version", Value(Version())}})}});
      Value run = asl::MakeObject(
          {{"tool", driver}, {"results", Value(std::move(sarif_))}});
      Value document = asl::MakeObject(
          {{"version", Value("2.1.0")},
           {"$schema", Value("https://json.schemastore.org/sarif-2.1.0.json")},
           {"runs", Value(asl::Elements{run})}});
      terminal_.Write(document.Text() + "\n");
    }
    return failed_ ? kExitProblems : kExitOk;
  }

 private:
  void Show(const std::string& file, const asl::Diagnostic& d,
            const std::string& hint) {
    if (options_.sarif) {
      sarif_.push_back(AsSarif(file, d, DiagnosticText(d, hint)));
    } else if (options_.json) {
      terminal_.Write(AsJson(file, d, hint).Text() + "\n");
    } else {
      terminal_.Write(DiagnosticLine(file, d, hint, terminal_));
    }
  }

  const ValidateOptions& options_;
  Terminal terminal_;
  asl::Elements sarif_;
  bool failed_ = false;
};

}  // namespace

int ValidateCommand(int argc, char** argv) {
  ValidateOptions options;
  Command command = ValidateCommandTable(&options);
  if (std::optional<int> code = ParseCommandLine(command, argc, argv)) {
    return *code;
  }
  if (options.json && options.sarif) {
    std::fputs("stepwheel validate: --json and --sarif exclude each other\n",
               stderr);
    return kExitUsage;
  }
  Validation validation(options);
  validation.Check(options.file);
  for (const std::string& file : options.more) validation.Check(file);
  return validation.Finish();
}

}  // namespace stepwheel::cli
