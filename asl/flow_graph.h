// FlowGraph is one StartAt/States pair of a definition as a graph: where its
// states can go and which variables they assign. It reads the JSON and skips
// what breaks the schema; only the validator uses it.
#ifndef STEPWHEEL_ASL_FLOW_GRAPH_H_
#define STEPWHEEL_ASL_FLOW_GRAPH_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "asl/field_reader.h"
#include "asl/value.h"

namespace stepwheel::asl {

// Calls `visit(object, location)` for each object of the array field `name`.
template <class Visit>
void ForEachObjectOf(const Value& object, std::string_view location,
                     std::string_view name, Visit visit) {
  const Value* list = object.Find(name);
  if (list == nullptr || !list->is_array()) return;
  const std::string at = FieldLocation(location, name);
  const Elements& elements = list->as_array();
  for (size_t i = 0; i < elements.size(); ++i) {
    if (elements[i].is_object()) visit(elements[i], ElementLocation(at, i));
  }
}

// The names that an Assign field gives: "x.$" assigns x.
std::vector<std::string_view> AssignedNames(const Value& object);

class FlowGraph {
 public:
  // Somewhere a state can go. The place is relative to the state: locations in
  // deep nesting are long, and only wrong targets need theirs.
  struct Target {
    std::string place;  // "/Choices[0]/Next"
    std::string_view name;
  };

  // REQUIRES: `states` is an object that outlives the graph.
  explicit FlowGraph(const Value& states);

  size_t size() const { return targets_.size(); }
  bool Contains(std::string_view name) const { return index_.contains(name); }
  const std::vector<Target>& targets(size_t state) const {
    return targets_[state];
  }
  // A state that ends the flow exists. A state without any way on counts too:
  // that it says neither Next nor End is a schema error already.
  bool has_end() const { return has_end_; }
  // Which states can be reached from `start`, it included.
  std::vector<bool> ReachableFrom(std::string_view start) const;
  // Whether the variable may have been assigned by a state of this flow when
  // `state` is entered. Cheap for many variables of the same state in a row.
  bool MayBeAssignedBefore(std::string_view variable, size_t state);

 private:
  void FindStatesBefore(size_t state);

  std::map<std::string_view, size_t> index_;
  std::vector<std::vector<Target>> targets_;
  std::map<std::string_view, std::vector<size_t>> assigners_;
  bool has_end_ = false;
  // What the last question about variables worked out.
  std::vector<std::vector<size_t>> predecessors_;  // Empty until the first.
  std::optional<size_t> asked_state_;
  std::vector<bool> before_;  // The states that lead to it.
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_FLOW_GRAPH_H_
