// Paths: steps over sequences, predicates, names, wildcards.
#include <cmath>

#include "asl/jsonata/collector.h"
#include "asl/jsonata/evaluator.h"

namespace stepwheel::asl::jsonata {

Cell Evaluator::Path(const Node* node, const Cell& input, Frame* frame) {
  if (node->binds) return TuplePath(node, input, frame);
  const std::vector<Node*>& steps = node->children;
  Cell current = input;
  bool is_item = !input.is_array() || steps[0]->type == NodeType::kVariable;
  for (size_t i = 0; i < steps.size(); ++i) {
    const Node* step = steps[i];
    Cell result;
    bool result_is_item = false;
    // The most frequent step needs no collector.
    if (is_item && FieldWithoutMarks(step, current, &result)) {
      if (result.failed()) return result;
      if (result.is_undefined()) return PathResult(node, result, false, frame);
      result_is_item = !result.is_array();
    } else if (i == 0 && step->constructs) {
      // The constructor sees its input whole.
      if (is_item) {
        Array* whole = NewSequence(arena_);
        Push(arena_, whole, current);
        current = Cell::Of(whole);
      }
      result = Eval(step, current, frame);
      if (result.failed()) return result;
      // What is no array has nothing for the next step to go through.
      if (!result.is_array()) {
        bool done = steps.size() == 1 || result.is_undefined();
        return PathResult(node, done ? result : Cell(), true, frame);
      }
    } else {
      Items items = is_item ? Items::Single(&current) : Items(current);
      // `**.name` is one step.
      const bool descends = step->plain_descent && i + 1 < steps.size() &&
                            steps[i + 1]->plain_name;
      if (descends) step = steps[++i];
      if (!Step(step, items, frame, descends, i + 1 == steps.size(), &result,
                &result_is_item)) {
        return Cell::Failed();
      }
    }
    current = result;
    is_item = result_is_item;
    if (is_item || Items(current).size() > 0) continue;
    // Nothing left to go on with: an array that is empty is a path's result
    // only if it is what the last step found or the first one constructed.
    const bool constructed = i == 0 && step->constructs;
    if (i + 1 < steps.size() && !constructed) current = Cell();
    break;
  }
  return PathResult(node, current, is_item, frame);
}

Cell Evaluator::PathResult(const Node* node, Cell result, bool is_item,
                           Frame* frame) {
  ArrayMarks* marks = is_item ? nullptr : result.marks();
  if (node->keep_singleton_array) {
    bool constructed =
        marks != nullptr && marks->constructed && !marks->sequence;
    if (constructed || (is_item && !result.is_undefined())) {
      Array* kept = NewSequence(arena_);
      Push(arena_, kept, result);
      result = Cell::Of(kept);
      is_item = false;
      marks = &kept->marks;
    }
    if (marks != nullptr) marks->keep_singleton = true;
  }
  if (node->group == nullptr) return result;
  if (is_item && result.is_array()) {
    Array* whole = NewSequence(arena_);
    Push(arena_, whole, result);
    result = Cell::Of(whole);
  }
  return Group(node->group, result, frame);
}

// One step over all items, or (`descends`) over them and what is below them.
// The result is a sequence, or (`is_item`) one item that need not be put into
// one.
bool Evaluator::Step(const Node* step, const Items& items, Frame* frame,
                     bool descends, bool last, Cell* result, bool* is_item) {
  if (step->type == NodeType::kSort) {
    Array* copy = NewSequence(arena_);
    for (size_t i = 0; i < items.size(); ++i) Push(arena_, copy, items[i]);
    *result = Sort(step, Cell::Of(copy), frame);
    for (const Stage& stage : step->stages) {
      if (!result->failed()) *result = Filter(stage.filter, *result, frame);
    }
    return !result->failed();
  }
  Collector collector(arena_);
  for (size_t i = 0; i < items.size(); ++i) {
    const Cell each = items[i];
    if (descends) {
      // As deep as evaluating `**` by itself.
      if (depth_ >= limits_.depth) FailLimit(Failure::Limit::kDepth);
      if (failed_ || !FindBelow(step, each, &collector)) return false;
      continue;
    }
    Cell item;
    if (!FieldWithoutMarks(step, each, &item)) {
      item = StepItem(step, each, frame);
    }
    if (item.failed()) return false;
    collector.Add(item);
  }
  collector.Finish(last, result, is_item);
  return true;
}

Cell Evaluator::StepItem(const Node* step, const Cell& item, Frame* frame) {
  Cell result;
  if (step->type == NodeType::kName && step->group == nullptr) {
    if (depth_ >= limits_.depth) return FailLimit(Failure::Limit::kDepth);
    if (!Work()) return Cell::Failed();
    result = NameStep(step, item);
    ArrayMarks* marks = result.marks();
    if (marks != nullptr && marks->sequence) {
      if (step->keep_array) marks->keep_singleton = true;
      Items items(result);
      if (items.size() == 0) result = Cell();
      if (items.size() == 1 && !marks->keep_singleton) result = items[0];
    }
  } else {
    result = Eval(step, item, frame);
  }
  for (const Stage& stage : step->stages) {
    if (result.failed()) return result;
    result = Filter(stage.filter, result, frame);
  }
  return result;
}

Cell Evaluator::NameStep(const Node* step, const Cell& item) {
  if (item.is_object()) return FieldOf(step, item);
  if (!item.is_array()) return Cell();
  Array* found = NewSequence(arena_);
  LookupInto(step, Items(item), found);
  return Cell::Of(found);
}

// The shortcut for a plain name and anything but an array: false if the general
// way is the one to go, since the member is an array with marks to look after.
bool Evaluator::FieldWithoutMarks(const Node* step, const Cell& item,
                                  Cell* field) {
  if (!step->plain_name || item.is_array() || depth_ >= limits_.depth) {
    return false;
  }
  *field = Cell();
  if (!Work()) {
    *field = Cell::Failed();
  } else if (item.is_object()) {
    *field = FieldOf(step, item);
    return field->marks() == nullptr;
  }
  return true;
}

// Objects of one kind have their members in the same places: look where the
// last one was first.
Cell Evaluator::FieldOf(const Node* name, const Cell& object) {
  if (object.tag != Tag::kBorrowedObject) return GetField(object, name->text);
  const Members& members = object.value->as_object();
  uint32_t& hint = hints_[name->hint];
  if (hint < members.size() && members[hint].key() == name->text) {
    return Cell::Of(members[hint].value);
  }
  const Value* found = object.value->Find(name->text);
  if (found == nullptr) return Cell();
  const char* from = reinterpret_cast<const char*>(&members[0].value);
  const char* to = reinterpret_cast<const char*>(found);
  hint = static_cast<uint32_t>((to - from) / sizeof(Member));
  return Cell::Of(*found);
}

void Evaluator::LookupInto(const Node* name, const Items& items, Array* out) {
  if (!StackLeft()) return;
  for (size_t i = 0; i < items.size() && Work(); ++i) {
    Cell item = items[i];
    if (item.is_array()) {
      LookupInto(name, Items(item), out);
      continue;
    }
    if (!item.is_object()) continue;
    Cell value = FieldOf(name, item);
    if (value.is_array()) {
      PushAll(arena_, out, value);
    } else if (!value.is_undefined()) {
      Push(arena_, out, value);
    }
  }
}

Cell Evaluator::FilterByNumber(const Cell& index, const Items& items) {
  Array* out = NewSequence(arena_);
  double at = std::floor(index.as_double());
  double size = static_cast<double>(items.size());
  if (at < 0) at += size;
  if (at < 0 || at >= size) return Cell::Of(out);
  Cell item = items[static_cast<size_t>(at)];
  if (item.is_array()) return item;
  if (!item.is_undefined()) Push(arena_, out, item);
  return Cell::Of(out);
}

// How often does the predicate's value choose the item at `index`? A number
// or numbers choose by position.
bool Evaluator::Selects(const Cell& verdict, size_t index, size_t size,
                        size_t* times) {
  *times = 0;
  auto matches = [&](const Cell& number) {
    double at = std::floor(number.as_double());
    if (at < 0) at += static_cast<double>(size);
    return at == static_cast<double>(index);
  };
  if (verdict.is_bool()) {
    *times = verdict.boolean ? 1 : 0;
    return true;
  }
  if (verdict.is_number()) {
    if (IsNumeric(verdict)) *times = matches(verdict) ? 1 : 0;
    return !failed_;
  }
  bool numbers = verdict.is_array();
  if (numbers) {
    Items all(verdict);
    if (!WorkOn(all.size())) return false;
    for (size_t i = 0; i < all.size() && numbers; ++i) {
      numbers = IsNumeric(all[i]);
    }
    for (size_t i = 0; numbers && i < all.size(); ++i) {
      if (matches(all[i])) ++*times;
    }
  }
  if (!numbers && !failed_) *times = Truthy(verdict) ? 1 : 0;
  return !failed_;
}

Cell Evaluator::Filter(const Node* predicate, const Cell& input, Frame* frame) {
  bool tuples = input.is_tuple_stream();
  Items items = input.is_array() ? Items(input) : Items::Single(&input);
  if (predicate->type == NodeType::kNumber && predicate->group == nullptr) {
    Cell found = FilterByNumber(predicate->literal, items);
    if (tuples && found.tag == Tag::kArray) found.array->marks.tuples = true;
    return found;
  }
  Array* out = NewSequence(arena_);
  out->marks.tuples = tuples;
  for (size_t i = 0; i < items.size(); ++i) {
    Cell item = items[i];
    Cell context = item;
    Frame* own = frame;
    if (item.tag == Tag::kTuple) {
      context = item.tuple->item;
      own = TupleFrame(item.tuple, frame);
    }
    Cell verdict = Eval(predicate, context, own);
    if (verdict.failed()) return verdict;
    size_t times = 0;
    if (!Selects(verdict, i, items.size(), &times)) return Cell::Failed();
    for (; times > 0; --times) Push(arena_, out, item);
    if (own != frame) ReleaseFrames(own, frame);
  }
  return Cell::Of(out);
}

void Evaluator::FlattenInto(const Cell& value, Array* out) {
  if (!StackLeft()) return;
  Items items(value);
  for (size_t i = 0; i < items.size() && Work(); ++i) {
    Cell item = items[i];
    if (item.is_array()) {
      FlattenInto(item, out);
    } else {
      Push(arena_, out, item);
    }
  }
}

// All members' values. Arrays among them are taken apart, and then the result
// is an array and no longer a sequence, as in the reference.
Cell Evaluator::Wildcard(const Cell& given) {
  Cell input = given;
  ArrayMarks* marks = given.marks();
  if (marks != nullptr && marks->outer) input = Items(given)[0];
  Array* out = NewSequence(arena_);
  auto add = [&](const Cell& value) {
    if (value.is_array()) {
      out->marks.sequence = false;
      FlattenInto(value, out);
    } else {
      Push(arena_, out, value);
    }
  };
  if (input.is_array()) {
    Items items(input);
    for (size_t i = 0; i < items.size() && Work(); ++i) add(items[i]);
  } else if (input.is_object()) {
    Fields fields(input);
    std::vector<uint32_t> order = fields.Order();
    for (size_t i = 0; i < fields.size() && Work(); ++i) {
      add(fields.value(order.empty() ? i : order[i]));
    }
  }
  return failed_ ? Cell::Failed() : Cell::Of(out);
}

// `**.name` in one walk, for what `**` finds is mostly scalars without members.
bool Evaluator::FindBelow(const Node* name, const Cell& value,
                          Collector* found) {
  if (!StackLeft()) return false;
  const auto descend = [&](const Cell& child) {
    if (!Work()) return false;
    const bool inner = child.is_array() || child.is_object();
    return !inner || FindBelow(name, child, found);
  };
  if (value.is_array()) {
    Items items(value);
    for (size_t i = 0; i < items.size(); ++i) {
      if (!descend(items[i])) return false;
    }
  } else if (value.is_object()) {
    Cell member = StepItem(name, value, nullptr);
    if (member.failed()) return false;
    found->Add(member);
    Fields fields(value);
    std::vector<uint32_t> order = fields.Order();
    for (size_t i = 0; i < fields.size(); ++i) {
      if (!descend(fields.value(order.empty() ? i : order[i]))) return false;
    }
  }
  return true;
}

Cell Evaluator::Descendants(const Cell& input) {
  if (input.is_undefined()) return input;
  Array* out = NewSequence(arena_);
  if (!DescendInto(input, out)) return Cell::Failed();
  return out->size == 1 ? out->items[0] : Cell::Of(out);
}

bool Evaluator::DescendInto(const Cell& value, Array* out) {
  if (!StackLeft()) return false;
  // Most are scalars, and need no call of their own.
  const auto add = [&](const Cell& child) {
    if (!Work()) return false;
    if (child.is_array() || child.is_object()) return DescendInto(child, out);
    Push(arena_, out, child);
    return true;
  };
  if (value.is_array()) {
    Items items(value);
    for (size_t i = 0; i < items.size(); ++i) {
      if (!add(items[i])) return false;
    }
    return true;
  }
  Push(arena_, out, value);
  if (!value.is_object()) return true;
  Fields fields(value);
  std::vector<uint32_t> order = fields.Order();
  for (size_t i = 0; i < fields.size(); ++i) {
    if (!add(fields.value(order.empty() ? i : order[i]))) return false;
  }
  return true;
}

}  // namespace stepwheel::asl::jsonata
