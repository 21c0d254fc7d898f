// Any text is either a machine or has at least one error, and its layout
// changes neither. What a machine refers to exists.
#include "asl/parser.h"
#include "tests/fuzz/fuzz.h"

namespace stepwheel::fuzz {
namespace {

void CheckDiagnostic(const asl::Diagnostic& d) {
  STEPWHEEL_CHECK(!d.code.empty() && !d.message.empty(), "it says nothing");
  STEPWHEEL_CHECK(d.line >= 0 && d.column >= 0, "no such position");
  STEPWHEEL_CHECK(IsUtf8(d.message) || d.code == "INVALID_JSON_DESCRIPTION",
                  "a message is not UTF-8");
}

void CheckMachine(const asl::StateMachine& machine) {
  const auto states = static_cast<asl::StateIndex>(machine.states.size());
  STEPWHEEL_CHECK(!machine.flows.empty() && states > 0, "an empty machine");
  for (const asl::Flow& flow : machine.flows) {
    STEPWHEEL_CHECK(flow.start_at >= 0 && flow.start_at < states,
                    "StartAt is no state");
    STEPWHEEL_CHECK(flow.owner < states, "no such owner");
  }
  for (const asl::State& state : machine.states) {
    STEPWHEEL_CHECK(machine.Find(state.name) == &machine.states[state.index],
                    "a state is not found by its name");
    STEPWHEEL_CHECK(state.next < states, "Next is no state");
  }
}

void Check(std::string_view text) {
  const asl::ParseResult result = asl::ParseDefinition(text);
  bool errors = false;
  for (const asl::Diagnostic& d : result.diagnostics) {
    CheckDiagnostic(d);
    errors = errors || d.severity == asl::Severity::kError;
  }
  STEPWHEEL_CHECK((result.machine != nullptr) != errors,
                  "either a machine or errors");
  if (result.machine != nullptr) {
    STEPWHEEL_CHECK(result.machine->definition == text, "another definition");
    CheckMachine(*result.machine);
  }
  const auto json = asl::ParseJson(text, nullptr);
  if (!json) return;
  const asl::ParseResult compact = asl::ParseDefinition(json->Text());
  STEPWHEEL_CHECK(asl::JoinDiagnostics(compact.diagnostics) ==
                      asl::JoinDiagnostics(result.diagnostics),
                  "blanks make a difference");
  asl::ParseDefinition(text, asl::MachineType::kExpress);
}

}  // namespace
}  // namespace stepwheel::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  stepwheel::fuzz::Check(stepwheel::fuzz::TextOf(data, size));
  return 0;
}
