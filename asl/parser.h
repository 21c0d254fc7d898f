// ParseDefinition turns a definition's text into a StateMachine, or into every
// problem it has: the one place that decides what CreateStateMachine accepts.
#ifndef STEPWHEEL_ASL_PARSER_H_
#define STEPWHEEL_ASL_PARSER_H_

#include <string_view>
#include <vector>

#include "asl/diagnostic.h"
#include "asl/state_machine.h"

namespace stepwheel::asl {

enum class MachineType { kStandard, kExpress };

struct ParseResult {
  StateMachinePtr machine;              // Null if any diagnostic is an error.
  std::vector<Diagnostic> diagnostics;  // Errors and warnings, schema first.
};

ParseResult ParseDefinition(std::string_view text,
                            MachineType type = MachineType::kStandard);

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_PARSER_H_
