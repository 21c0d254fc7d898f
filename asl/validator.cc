#include "asl/validator.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "asl/flow_graph.h"

namespace stepwheel::asl {
namespace {

// A state of an enclosing flow, inside of which the flow at hand stands.
struct Enclosing {
  FlowGraph* flow;
  size_t state;
};
using Scopes = std::vector<Enclosing>;

class GraphValidator {
 public:
  explicit GraphValidator(std::vector<Diagnostic>* diagnostics)
      : diagnostics_(diagnostics) {}

  void Run(const Value& definition) {
    Scopes scopes;
    VisitFlow(definition, "/", &scopes);
    for (auto* list : {&scopes_, &duplicates_, &missing_, &unreachable_}) {
      for (Diagnostic& diagnostic : *list) {
        AddDiagnostic(std::move(diagnostic), diagnostics_);
      }
    }
  }

 private:
  void VisitFlow(const Value& flow, const std::string& location,
                 Scopes* outer) {
    const Value* states = flow.Find("States");
    if (states == nullptr || !states->is_object()) return;
    FlowGraph graph(*states);
    CheckTargets(flow, *states, location, graph);
    const std::string at = FieldLocation(location, "States");
    size_t index = 0;
    for (const Member& state : states->as_object()) {
      const std::string state_at = FieldLocation(at, state.key());
      if (!names_.insert(state.key()).second) {
        Add(&duplicates_, "DUPLICATE_STATE_NAME",
            "Duplicate State name: " + std::string(state.key()), state_at);
      }
      CheckAssigns(state.value, state_at, *outer);
      outer->push_back({&graph, index++});
      VisitNested(state.value, state_at, outer);
      outer->pop_back();
    }
  }

  void VisitNested(const Value& state, const std::string& location,
                   Scopes* scopes) {
    ForEachObjectOf(state, location, "Branches",
                    [&](const Value& branch, const std::string& at) {
                      VisitFlow(branch, at, scopes);
                    });
    for (std::string_view name : {"ItemProcessor", "Iterator"}) {
      const Value* processor = state.Find(name);
      if (processor == nullptr || !processor->is_object()) continue;
      // Children of a distributed Map are executions of their own and do not
      // see the variables around the Map (asl.md 5).
      const Value* config = processor->Find("ProcessorConfig");
      const Value* mode = config == nullptr ? nullptr : config->Find("Mode");
      const bool distributed = mode != nullptr && mode->is_string() &&
                               mode->as_string() == "DISTRIBUTED";
      Scopes none;
      VisitFlow(*processor, FieldLocation(location, name),
                distributed ? &none : scopes);
    }
  }

  void CheckTargets(const Value& flow, const Value& states,
                    const std::string& location, const FlowGraph& graph) {
    const std::string at = FieldLocation(location, "States");
    const Value* start = flow.Find("StartAt");
    const bool has_start = start != nullptr && start->is_string();
    if (has_start && !graph.Contains(start->as_string())) {
      AddMissingTarget(start->as_string(), FieldLocation(location, "StartAt"));
    }
    size_t index = 0;
    for (const Member& state : states.as_object()) {
      for (const FlowGraph::Target& target : graph.targets(index++)) {
        if (graph.Contains(target.name)) continue;
        AddMissingTarget(target.name,
                         FieldLocation(at, state.key()) + target.place);
      }
    }
    if (graph.size() > 0 && !graph.has_end()) {
      // AWS then says nothing of states that cannot be reached.
      Add(&missing_, "MISSING_END_STATE", "Workflow has no terminal state",
          std::nullopt);
    } else if (has_start) {
      CheckReachable(states, at, graph.ReachableFrom(start->as_string()));
    }
  }

  void CheckReachable(const Value& states, const std::string& at,
                      const std::vector<bool>& reached) {
    size_t index = 0;
    for (const Member& state : states.as_object()) {
      if (reached[index++]) continue;
      Add(&unreachable_, "MISSING_TRANSITION_TARGET",
          "State \"" + std::string(state.key()) + "\" is not reachable.",
          FieldLocation(at, state.key()));
    }
  }

  // An inner scope may not assign a variable that an outer one holds when the
  // inner one begins. (AWS accepts a branch that assigns what only the Catch of
  // its own Parallel state assigns: at that time there is no such variable.)
  void CheckAssigns(const Value& state, const std::string& location,
                    const Scopes& outer) {
    const auto check = [&](const Value& object, const std::string& at) {
      for (std::string_view name : AssignedNames(object)) {
        for (const Enclosing& scope : outer) {
          if (!scope.flow->MayBeAssignedBefore(name, scope.state)) continue;
          Add(&scopes_, "SCHEMA_VALIDATION_FAILED",
              "Variable '" + std::string(name) +
                  "' is assigned in an outer scope and cannot be assigned here",
              FieldLocation(at, "Assign"));
          break;
        }
      }
    };
    check(state, location);
    ForEachObjectOf(state, location, "Choices", check);
    ForEachObjectOf(state, location, "Catch", check);
  }

  void AddMissingTarget(std::string_view name, std::string location) {
    Add(&missing_, "MISSING_TRANSITION_TARGET",
        "Missing 'Next' target: " + std::string(name), std::move(location));
  }

  void Add(std::vector<Diagnostic>* list, std::string code, std::string message,
           std::optional<std::string> location) {
    AddDiagnostic({.code = std::move(code),
                   .message = std::move(message),
                   .location = std::move(location)},
                  list);
  }

  std::vector<Diagnostic>* diagnostics_;
  std::set<std::string_view> names_;  // Of the whole machine.
  std::vector<Diagnostic> duplicates_, scopes_, missing_, unreachable_;
};

}  // namespace

void ValidateGraph(const Value& definition,
                   std::vector<Diagnostic>* diagnostics) {
  GraphValidator(diagnostics).Run(definition);
}

}  // namespace stepwheel::asl
