// One problem found in a definition: AWS's code and text, and where it stands
// both for AWS's answer (a JSON-Pointer-like location) and for people (line and
// column in the text). A definition yields all of its problems at once.
#ifndef STEPWHEEL_ASL_DIAGNOSTIC_H_
#define STEPWHEEL_ASL_DIAGNOSTIC_H_

#include <optional>
#include <string>
#include <vector>

namespace stepwheel::asl {

enum class Severity { kError, kWarning };

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string code;  // SCHEMA_VALIDATION_FAILED, MISSING_TRANSITION_TARGET...
  std::string message;  // AWS's words where they are known (api.md 6).
  // AWS's form: "/States/C/Choices[0]/Next". Absent prints as "null".
  std::optional<std::string> location;
  // 1-based position in the definition's text; 0 when the problem has none.
  int line = 0;
  int column = 0;
};

// The form CreateStateMachine answers with: "CODE: message at location",
// joined by ", " (api.md 6). Only errors are included.
std::string JoinDiagnostics(const std::vector<Diagnostic>& diagnostics);

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_DIAGNOSTIC_H_
