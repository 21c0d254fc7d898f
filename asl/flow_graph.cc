#include "asl/flow_graph.h"

#include <algorithm>

namespace stepwheel::asl {
namespace {

using Target = FlowGraph::Target;

void AddTarget(const Value& object, std::string_view place,
               std::string_view field, std::vector<Target>* targets) {
  const Value* name = object.Find(field);
  if (name == nullptr || !name->is_string()) return;
  targets->push_back({FieldLocation(place, field), name->as_string()});
}

// Where a state of whatever Type can go.
std::vector<Target> TargetsOf(const Value& state) {
  std::vector<Target> targets;
  const auto add_next = [&](const Value& item, const std::string& place) {
    AddTarget(item, place, "Next", &targets);
  };
  AddTarget(state, "", "Next", &targets);
  ForEachObjectOf(state, "", "Choices", add_next);
  AddTarget(state, "", "Default", &targets);
  ForEachObjectOf(state, "", "Catch", add_next);
  return targets;
}

bool TypeIs(const Value& state, std::string_view type) {
  const Value* value = state.Find("Type");
  return value != nullptr && value->is_string() && value->as_string() == type;
}

bool IsEnd(const Value& state) {
  const Value* end = state.Find("End");
  if (end != nullptr && end->is_bool() && end->as_bool()) return true;
  return TypeIs(state, "Succeed") || TypeIs(state, "Fail");
}

}  // namespace

std::vector<std::string_view> AssignedNames(const Value& object) {
  std::vector<std::string_view> names;
  const Value* assign = object.Find("Assign");
  if (assign == nullptr || !assign->is_object()) return names;
  for (const Member& member : assign->as_object()) {
    std::string_view name = member.key();
    if (name.ends_with(".$")) name.remove_suffix(2);
    names.push_back(name);
  }
  return names;
}

FlowGraph::FlowGraph(const Value& states) {
  for (const Member& state : states.as_object()) {
    const size_t index = targets_.size();
    index_.emplace(state.key(), index);
    targets_.push_back(TargetsOf(state.value));
    has_end_ = has_end_ || targets_.back().empty() || IsEnd(state.value);
    const auto note = [&](const Value& object, const std::string&) {
      for (std::string_view name : AssignedNames(object)) {
        assigners_[name].push_back(index);
      }
    };
    note(state.value, "");
    ForEachObjectOf(state.value, "", "Choices", note);
    ForEachObjectOf(state.value, "", "Catch", note);
  }
}

std::vector<bool> FlowGraph::ReachableFrom(std::string_view start) const {
  std::vector<bool> reached(size());
  std::vector<std::string_view> todo = {start};
  while (!todo.empty()) {
    const auto state = index_.find(todo.back());
    todo.pop_back();
    if (state == index_.end() || reached[state->second]) continue;
    reached[state->second] = true;
    for (const Target& target : targets_[state->second]) {
      todo.push_back(target.name);
    }
  }
  return reached;
}

void FlowGraph::FindStatesBefore(size_t state) {
  if (predecessors_.empty()) {
    predecessors_.resize(size());
    for (size_t from = 0; from < size(); ++from) {
      for (const Target& target : targets_[from]) {
        const auto to = index_.find(target.name);
        if (to != index_.end()) predecessors_[to->second].push_back(from);
      }
    }
  }
  asked_state_ = state;
  before_.assign(size(), false);
  std::vector<size_t> todo = predecessors_[state];
  while (!todo.empty()) {
    const size_t from = todo.back();
    todo.pop_back();
    if (before_[from]) continue;
    before_[from] = true;
    todo.insert(todo.end(), predecessors_[from].begin(),
                predecessors_[from].end());
  }
}

bool FlowGraph::MayBeAssignedBefore(std::string_view variable, size_t state) {
  const auto assigners = assigners_.find(variable);
  if (assigners == assigners_.end()) return false;
  if (asked_state_ != state) FindStatesBefore(state);
  return std::any_of(assigners->second.begin(), assigners->second.end(),
                     [this](size_t from) { return before_[from]; });
}

}  // namespace stepwheel::asl
