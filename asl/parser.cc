#include "asl/parser.h"

#include <algorithm>
#include <map>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "asl/field_reader.h"
#include "asl/json.h"
#include "asl/parse_context.h"
#include "asl/validator.h"

namespace stepwheel::asl {
namespace {

constexpr int64_t kTimeoutSecondsMax = 99'999'999;  // timeouts...md 1

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

void ParseMachine(FieldReader& fields, MachineContext& context) {
  StateMachine& machine = *context.machine;
  fields.AllowOnly({"Comment", "QueryLanguage", "StartAt", "States",
                    "TimeoutSeconds", "Version"});
  fields.String("Comment");
  fields.OneOf("Version", {"1.0"});
  const auto language = fields.OneOf("QueryLanguage", {"JSONPath", "JSONata"});
  if (fields.Has("QueryLanguage") && language != 0) {
    machine.query_language = QueryLanguage::kJsonata;
  }
  machine.timeout_seconds =
      fields.Integer("TimeoutSeconds", 1, kTimeoutSecondsMax);
  ParseFlow(fields, kNoState, context);
}

// Line and column of every diagnostic's location. The text is read a second
// time for it, only when something is wrong: remembering where everything
// stands would cost more than the definition itself in deep nesting.
class Locator {
 public:
  explicit Locator(std::string_view text) : text_(text) {}

  void Locate(std::vector<Diagnostic>* diagnostics) {
    std::unordered_set<size_t> sizes;
    for (const Diagnostic& d : *diagnostics) {
      if (!d.location) continue;
      for (std::string_view at = *d.location; at.size() > 1; at = Parent(at)) {
        if (!offsets_.emplace(at, kUnknown).second) break;
        sizes.insert(at.size());
      }
    }
    JsonError error;
    ParseJsonWithPaths(text_, &error,
                       [&](std::string_view path, size_t offset) {
                         if (!sizes.contains(path.size())) return;
                         const auto found = offsets_.find(std::string(path));
                         if (found != offsets_.end()) found->second = offset;
                       });
    for (const Diagnostic& d : *diagnostics) positions_[OffsetOf(d)] = {};
    FindPositions();
    for (Diagnostic& d : *diagnostics) {
      if (!d.location || d.line > 0) continue;
      const TextPosition position = positions_[OffsetOf(d)];
      d.line = position.line;
      d.column = position.column;
    }
  }

 private:
  static constexpr size_t kUnknown = static_cast<size_t>(-1);

  // The enclosing location: a problem of a field that is not in the text (or
  // of a part inside a field) is shown where its object stands.
  static std::string_view Parent(std::string_view location) {
    const size_t cut = location.find_last_of("/[");
    return location.substr(0, cut == std::string_view::npos ? 0 : cut);
  }

  size_t OffsetOf(const Diagnostic& d) const {
    if (d.location) {
      for (std::string_view at = *d.location; at.size() > 1; at = Parent(at)) {
        const auto found = offsets_.find(std::string(at));
        if (found != offsets_.end() && found->second != kUnknown) {
          return found->second;
        }
      }
    }
    return text_.find_first_not_of(" \t\r\n");
  }

  // In one walk through the text, each position counted on from the one before.
  void FindPositions() {
    TextPosition last;
    size_t last_offset = 0;
    for (auto& [offset, position] : positions_) {
      position = PositionOf(text_.substr(last_offset), offset - last_offset);
      if (position.line == 1) position.column += last.column - 1;
      position.line += last.line - 1;
      last = position;
      last_offset = offset;
    }
  }

  std::string_view text_;
  std::unordered_map<std::string, size_t> offsets_;
  std::map<size_t, TextPosition> positions_;
};

bool HasErrors(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(
      diagnostics.begin(), diagnostics.end(),
      [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

std::optional<Value> ParseText(std::string_view text,
                               std::vector<Diagnostic>* diagnostics) {
  Diagnostic problem{.code = "SCHEMA_VALIDATION_FAILED",
                     .message = "Definition must be a valid JSON object"};
  if (!IsBlank(text)) {
    JsonError error;
    std::optional<Value> value = ParseJson(text, &error);
    if (value && value->is_object()) return value;
    problem.line = problem.column = 1;
    if (!value) {
      const TextPosition position = PositionOf(text, error.offset);
      problem = {.code = "INVALID_JSON_DESCRIPTION",
                 .message = JsonErrorWithLocation(text, error),
                 .location = JsonErrorLocation(text, error),
                 .line = position.line,
                 .column = position.column};
    }
  }
  diagnostics->push_back(std::move(problem));
  return std::nullopt;
}

}  // namespace

FlowIndex ParseFlow(FieldReader& fields, StateIndex owner,
                    MachineContext& context) {
  StateMachine& machine = *context.machine;
  const FlowIndex index = static_cast<FlowIndex>(machine.flows.size());
  machine.flows.push_back({.owner = owner});
  fields.Require({"States", "StartAt"});
  const std::optional<std::string> start = fields.String("StartAt");
  const Value* states = fields.Object("States");
  if (states == nullptr) return index;
  if (states->as_object().empty()) {
    fields.ErrorAt("States", "Value cannot be empty");
  }
  // All names first: states may point forward.
  FlowNames names;
  const StateIndex first = static_cast<StateIndex>(machine.states.size());
  for (const Member& member : states->as_object()) {
    State state;
    state.name = std::string(member.key());
    state.index = static_cast<StateIndex>(machine.states.size());
    state.flow = index;
    names.emplace(state.name, state.index);
    machine.flows[index].states.push_back(state.index);
    machine.states.push_back(std::move(state));
  }
  if (start) {
    const auto found = names.find(*start);
    if (found != names.end()) machine.flows[index].start_at = found->second;
  }
  const std::string location = fields.At("States");
  StateIndex at = first;
  for (const Member& member : states->as_object()) {
    // A copy, because nested flows make `machine.states` grow.
    State state = machine.states[at];
    ParseState(member.value, FieldLocation(location, member.key()), names,
               &state, context);
    machine.states[at++] = std::move(state);
  }
  return index;
}

ParseResult ParseDefinition(std::string_view text, MachineType type) {
  ParseResult result;
  const std::optional<Value> definition = ParseText(text, &result.diagnostics);
  if (!definition) return result;
  auto machine = std::make_shared<StateMachine>();
  MachineContext context{.type = type,
                         .machine = machine.get(),
                         .diagnostics = &result.diagnostics};
  FieldReader fields(*definition, "/", &result.diagnostics);
  ParseMachine(fields, context);
  ValidateGraph(*definition, &result.diagnostics);
  if (!result.diagnostics.empty()) {
    Locator(text).Locate(&result.diagnostics);
  }
  if (HasErrors(result.diagnostics)) return result;
  machine->definition = std::string(text);
  result.machine = std::move(machine);
  return result;
}

}  // namespace stepwheel::asl
