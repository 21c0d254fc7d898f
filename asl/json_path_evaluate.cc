#include <algorithm>

#include "asl/json_path_program.h"

namespace stepwheel::asl {
namespace {

// One unit is about a node visited or an element compared. Five million are a
// fraction of a second: far beyond any payload of 256 KiB that is not built to
// make a path explode.
constexpr int64_t kBudget = 5000000;

// What an index outside an array gives; known by its address.
const Value& OutsideNull() {
  static const Value& null = *new Value();
  return null;
}

// What Java calls the class of a node: part of Jayway's message.
std::string_view NodeClass(const Value& v) {
  switch (v.kind()) {
    case Value::Kind::kNull:
      return "NullNode";
    case Value::Kind::kBool:
      return "BooleanNode";
    case Value::Kind::kInt:
      return v.as_int() >= INT32_MIN && v.as_int() <= INT32_MAX ? "IntNode"
                                                                : "LongNode";
    case Value::Kind::kDouble:
      return "DoubleNode";
    case Value::Kind::kString:
      return "TextNode";
    case Value::Kind::kArray:
      return "ArrayNode";
    case Value::Kind::kObject:
      return "ObjectNode";
  }
  return "";
}

std::string NotAnObject(const PathSteps& path, size_t at, const Value& v) {
  const std::string found =
      &v == &OutsideNull()
          ? "null"
          : "com.fasterxml.jackson.databind.node." + std::string(NodeClass(v));
  return "Expected to find an object with property " +
         path.steps[at].Spelling() + " in path " + path.Spelling(at) +
         " but found '" + found +
         "'. This is not a json object according to the JsonProvider: "
         "'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.";
}

// An index outside gives null, as AWS does (reference: asl.md 3.2).
const Value* ElementAt(const Elements& elements, int64_t index) {
  const auto size = static_cast<int64_t>(elements.size());
  if (index < 0) index += size;
  if (index < 0 || index >= size) return &OutsideNull();
  return &elements[static_cast<size_t>(index)];
}

// A union of names gives an object and must end a path, on AWS too.
std::optional<size_t> MisplacedUnion(const PathSteps& path) {
  for (size_t i = 0; i + 1 < path.steps.size(); ++i) {
    if (path.steps[i].kind == PathStep::Kind::kNames &&
        path.steps[i].names.size() > 1) {
      return i;
    }
  }
  return std::nullopt;
}

}  // namespace

PathEvaluator::PathEvaluator(const Value& root)
    : root_(root), budget_(kBudget) {}

bool PathEvaluator::Spend(int64_t work) {
  budget_ -= work;
  if (budget_ > 0) return true;
  missing_ = "The evaluation of the path takes too much work";
  return false;
}

bool PathEvaluator::Missing(const Segment& segment, std::string text) {
  if (!segment.strict) return true;
  missing_ = std::move(text);
  return false;
}

std::optional<Value> PathEvaluator::Run(const PathSteps& path,
                                        const Value& from) {
  if (const auto at = MisplacedUnion(path)) {
    missing_ = "Multi properties can only be used as path leafs: " +
               path.Spelling(*at + 1);
    return std::nullopt;
  }
  // A function after an indefinite part gets the matches so far as an array.
  Value here = from;
  size_t at = 0;
  while (true) {
    bool definite = true;
    size_t end = at;
    for (; end < path.steps.size(); ++end) {
      const PathStep& step = path.steps[end];
      if (step.kind == PathStep::Kind::kFunction) break;
      definite = definite && step.definite();
    }
    Elements matches;
    const Segment segment{&path, end, definite, &matches};
    if (!Walk(segment, at, &here)) return std::nullopt;
    if (definite && matches.empty()) {
      missing_ = "No results for path: " + path.Spelling(end);
      return std::nullopt;
    }
    here = definite ? std::move(matches.front()) : Value(std::move(matches));
    if (end == path.steps.size()) return here;
    auto folded = ApplyPathFunction(path.steps[end], here);
    if (!folded) {
      missing_ =
          "Aggregation function attempted to calculate value using empty array";
      return std::nullopt;
    }
    here = *std::move(folded);
    at = end + 1;
  }
}

// Runs along definite steps in a loop; a step that fans out calls Walk for each
// branch, at most kBranchingsMax (json_path_parse.cc) deep.
bool PathEvaluator::Walk(const Segment& segment, size_t at, const Value* v) {
  for (; at < segment.end; ++at) {
    if (!Spend(1)) return false;
    bool done = false;
    switch (segment.path->steps[at].kind) {
      case PathStep::Kind::kNames:
        if (!Names(segment, at, &v, &done)) return false;
        break;
      case PathStep::Kind::kIndexes:
        if (!Indexes(segment, at, &v, &done)) return false;
        break;
      case PathStep::Kind::kSlice:
        return Slice(segment, at, *v);
      case PathStep::Kind::kWildcard:
        return Wildcard(segment, at, *v);
      case PathStep::Kind::kDescend:
        return Descend(segment, at, *v);
      case PathStep::Kind::kFilter:
        return Filter(segment, at, *v);
      case PathStep::Kind::kFunction:
        return true;  // Run() ends segments before functions.
    }
    if (done) return true;
  }
  segment.matches->push_back(*v);
  return true;
}

bool PathEvaluator::Names(const Segment& segment, size_t at, const Value** v,
                          bool* done) {
  const PathStep& step = segment.path->steps[at];
  *done = true;
  if (!(*v)->is_object()) {
    return !segment.strict ||
           Missing(segment, NotAnObject(*segment.path, at, **v));
  }
  if (step.names.size() > 1) {
    Members members;
    for (const std::string& name : step.names) {
      const Value* found = (*v)->Find(name);
      const bool twice =
          std::any_of(members.begin(), members.end(),
                      [&](const Member& m) { return m.key() == name; });
      if (found != nullptr && !twice) members.emplace_back(name, *found);
    }
    segment.matches->push_back(Value(std::move(members)));
    return Spend(static_cast<int64_t>(step.names.size()));
  }
  const Value* found = (*v)->Find(step.names[0]);
  if (found == nullptr) {
    // The last step's absence is told by Run: "No results for path".
    if (at + 1 == segment.end || !segment.strict) return true;
    return Missing(
        segment, "Missing property in path " + segment.path->Spelling(at + 1));
  }
  *v = found;
  *done = false;
  return true;
}

bool PathEvaluator::Indexes(const Segment& segment, size_t at, const Value** v,
                            bool* done) {
  const PathStep& step = segment.path->steps[at];
  *done = true;
  if (!(*v)->is_array()) {
    if (!segment.strict) return true;
    if (*v == &OutsideNull()) {
      return Missing(segment,
                     "The path " + segment.path->Spelling(at) + " is null");
    }
    return Missing(segment, "Filter: " + step.Spelling() +
                                " can only be applied to arrays. Current "
                                "context is: " +
                                (*v)->Text());
  }
  const Elements& elements = (*v)->as_array();
  if (step.indexes.size() == 1) {
    *v = ElementAt(elements, step.indexes[0]);
    *done = false;
    return true;
  }
  for (const int64_t index : step.indexes) {
    if (!Walk(segment, at + 1, ElementAt(elements, index))) return false;
  }
  return true;
}

// Bounds as Jayway reads them: a negative one counts from the end if it stands
// alone; [from:to] walks the indexes as they are written, so [1:-1] is empty.
bool PathEvaluator::Slice(const Segment& segment, size_t at, const Value& v) {
  if (!v.is_array()) return true;
  const PathStep& step = segment.path->steps[at];
  const Elements& elements = v.as_array();
  const auto size = static_cast<int64_t>(elements.size());
  int64_t from = step.from.value_or(0);
  int64_t to = step.to.value_or(size);
  if (from < 0 && !step.to) from = std::max<int64_t>(0, from + size);
  if (to < 0 && !step.from) to += size;
  to = std::min(to, size);
  from = std::max(from, -size);
  for (int64_t i = from; i < to; i += step.step) {
    if (!Walk(segment, at + 1, ElementAt(elements, i))) return false;
  }
  return true;
}

bool PathEvaluator::Wildcard(const Segment& segment, size_t at,
                             const Value& v) {
  if (v.is_array()) {
    for (const Value& element : v.as_array()) {
      if (!Walk(segment, at + 1, &element)) return false;
    }
  } else if (v.is_object()) {
    for (const Member& member : v.as_object()) {
      if (!Walk(segment, at + 1, &member.value)) return false;
    }
  }
  return true;
}

// The next step at `v` and at every array and object below it, parents first.
// An explicit stack, because values may be nested deeper than the thread's.
bool PathEvaluator::Descend(const Segment& segment, size_t at, const Value& v) {
  std::vector<const Value*> stack = {&v};
  while (!stack.empty()) {
    const Value* node = stack.back();
    stack.pop_back();
    if (!node->is_array() && !node->is_object()) continue;
    if (!Walk(segment, at + 1, node)) return false;
    if (node->is_array()) {
      const Elements& elements = node->as_array();
      if (!Spend(static_cast<int64_t>(elements.size()))) return false;
      for (auto it = elements.rbegin(); it != elements.rend(); ++it) {
        stack.push_back(&*it);
      }
    } else {
      const Members& members = node->as_object();
      if (!Spend(static_cast<int64_t>(members.size()))) return false;
      for (auto it = members.rbegin(); it != members.rend(); ++it) {
        stack.push_back(&it->value);
      }
    }
  }
  return true;
}

// On an array the filter picks elements; an object it takes or leaves whole.
bool PathEvaluator::Filter(const Segment& segment, size_t at, const Value& v) {
  const PathStep& step = segment.path->steps[at];
  const bool after_descend =
      at > 0 && segment.path->steps[at - 1].kind == PathStep::Kind::kDescend;
  // ".." meets each element of an array by itself; it would count twice.
  if (v.is_array() && !after_descend) {
    for (const Value& element : v.as_array()) {
      const bool accepted = Accepts(*step.filter, element);
      if (exhausted()) return false;
      if (accepted && !Walk(segment, at + 1, &element)) return false;
    }
  } else if (v.is_object() || v.is_array()) {
    const bool accepted = v.is_object() && Accepts(*step.filter, v);
    if (exhausted()) return false;
    if (accepted) return Walk(segment, at + 1, &v);
  }
  return true;
}

}  // namespace stepwheel::asl
