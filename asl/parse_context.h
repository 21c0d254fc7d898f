// What the parts of the parser share: the machine that is being built, the
// flow whose names are in scope, and the state at hand. Internal to the parser
// (parser.cc, parse_states.cc, parse_map.cc, parse_fields.cc,
// parse_jsonata.cc).
#ifndef STEPWHEEL_ASL_PARSE_CONTEXT_H_
#define STEPWHEEL_ASL_PARSE_CONTEXT_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "asl/diagnostic.h"
#include "asl/field_reader.h"
#include "asl/parser.h"
#include "asl/state_machine.h"

namespace stepwheel::asl {

struct MachineContext {
  MachineType type = MachineType::kStandard;
  StateMachine* machine = nullptr;
  std::vector<Diagnostic>* diagnostics = nullptr;
};

// Names of the states of one flow: what Next may say there.
using FlowNames = std::map<std::string, StateIndex, std::less<>>;

struct StateContext {
  MachineContext& machine;
  const FlowNames& names;
  FieldReader& fields;
  State& state;
  std::set<std::string>* variables;  // Read by this state.

  bool jsonpath() const {
    return state.query_language == QueryLanguage::kJsonPath;
  }
  bool jsonata() const { return !jsonpath(); }
};

// parser.cc: one StartAt/States pair. `owner` is the Parallel or Map state.
// `fields` has been checked for unknown fields. Without `owner`, the machine.
FlowIndex ParseFlow(FieldReader& fields, StateIndex owner,
                    MachineContext& context);

// parse_states.cc: fills `state` (whose name, index and flow are set).
void ParseState(const Value& value, std::string location,
                const FlowNames& names, State* state, MachineContext& context);

// parse_map.cc
void ParseMap(StateContext& s);

// parse_fields.cc: what several state types have in common.
void ParseTransition(StateContext& s);  // Next xor End
void ParseDataFlow(StateContext& s);    // InputPath ... OutputPath, Assign
void ParseRetry(StateContext& s);
void ParseCatch(StateContext& s);

// "Next" of a rule or Catcher, "Default" of a Choice. Targets that do not exist
// are the validator's business; they resolve to kNoState here.
StateIndex ParseTarget(FieldReader& fields, std::string_view field,
                       const FlowNames& names);
// `states` says what $states has there, if the state's language is JSONata.
std::optional<Assignments> ParseAssign(FieldReader& fields, StatesFields states,
                                       StateContext& s);
// A template in the state's language; JSON of any kind.
std::optional<Template> ParseTemplate(FieldReader& fields,
                                      std::string_view field, StateContext& s);
std::optional<PayloadTemplate> ParsePayloadTemplate(FieldReader& fields,
                                                    std::string_view field,
                                                    StateContext& s);
// A Path or null (InputPath, OutputPath), or a Reference Path or null.
std::optional<PathField> ParsePathField(FieldReader& fields,
                                        std::string_view field, bool reference,
                                        StateContext& s);
std::optional<ResultPathField> ParseResultPath(FieldReader& fields);
// The path of a field that has both forms: a Reference Path without $$.
std::optional<JsonPath> ParseValuePath(FieldReader& fields,
                                       std::string_view field, StateContext& s);
// Refuses the fields that belong to the other query language than `language`,
// and one such field.
void CheckLanguage(FieldReader& fields, QueryLanguage language);
void RefuseForLanguage(FieldReader& fields, std::string_view field,
                       QueryLanguage language);
void NoteVariable(const JsonPath& path, StateContext& s);

// parse_jsonata.cc: a field of a JSONata state. Of a JSONPath state: nothing.
std::optional<JsonataTemplate> ParseJsonata(FieldReader& fields,
                                            std::string_view field,
                                            StatesFields states,
                                            StateContext& s);
// Fields with a literal, perhaps a ...Path form, and an expression.
ValueField<int64_t> ParseInteger(FieldReader& fields, std::string_view field,
                                 int64_t min, int64_t max, StateContext& s);
ValueField<double> ParseNumber(FieldReader& fields, std::string_view field,
                               double min, double max, StateContext& s);
ValueField<bool> ParseCondition(FieldReader& fields, StateContext& s);
ValueField<std::string, PathExpression> ParseText(FieldReader& fields,
                                                  std::string_view field,
                                                  StateContext& s);
ValueField<Timestamp> ParseTimestampField(FieldReader& fields, StateContext& s);
std::optional<JsonataTemplate> ParseItems(FieldReader& fields, StateContext& s);

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_PARSE_CONTEXT_H_
