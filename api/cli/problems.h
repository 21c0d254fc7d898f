// How a definition's problems are shown to people: as a compiler shows its own,
// with a guess at what was meant. Shared by `run` and `validate`.
#ifndef STEPWHEEL_API_CLI_PROBLEMS_H_
#define STEPWHEEL_API_CLI_PROBLEMS_H_

#include <set>
#include <string>
#include <string_view>

#include "api/cli/terminal.h"
#include "asl/diagnostic.h"

namespace stepwheel::cli {

// Guesses the state or field that a misspelt name stands for.
class Hints {
 public:
  explicit Hints(const std::string& definition);
  // "" if there is no good guess.
  std::string For(const asl::Diagnostic& diagnostic) const;

 private:
  std::set<std::string> states_;
};

std::string_view SeverityName(const asl::Diagnostic& diagnostic);
// The message, its place and the hint, without file and line.
std::string DiagnosticText(const asl::Diagnostic& diagnostic,
                           const std::string& hint);
// "file:line:column: error: CODE: message at /States/A; did you mean 'B'?"
std::string DiagnosticLine(const std::string& file,
                           const asl::Diagnostic& diagnostic,
                           const std::string& hint, const Terminal& terminal);

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_PROBLEMS_H_
