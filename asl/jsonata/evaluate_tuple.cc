// Paths that bind variables on the way: @$x, #$i, and % for the item a step
// came from. Between their steps go tuples of an item and its variables.
#include "asl/jsonata/evaluator.h"

namespace stepwheel::asl::jsonata {
namespace {

void Set(Tuple* tuple, uint32_t name, const Cell& value) {
  for (uint32_t i = 0; i < tuple->size; ++i) {
    if (tuple->bindings[i].name != name) continue;
    tuple->bindings[i].value = value;
    return;
  }
  tuple->bindings[tuple->size++] = {name, value};
}

void SetAll(Tuple* tuple, const Tuple* from) {
  for (uint32_t i = 0; i < from->size; ++i) {
    Set(tuple, from->bindings[i].name, from->bindings[i].value);
  }
}

}  // namespace

// With room for `room` more variables than `from` has.
Tuple* Evaluator::NewTuple(const Cell& item, const Tuple* from, size_t room) {
  Tuple* tuple = arena_.New<Tuple>();
  tuple->item = item;
  size_t size = from == nullptr ? 0 : from->size;
  tuple->bindings = arena_.NewArray<Binding>(size + room);
  if (from != nullptr) SetAll(tuple, from);
  return tuple;
}

Frame* Evaluator::TupleFrame(const Tuple* tuple, Frame* parent) {
  Frame* frame = NewFrame(parent, tuple->size);
  for (uint32_t i = 0; i < tuple->size; ++i) {
    frame->bindings[frame->size++] = tuple->bindings[i];
  }
  return frame;
}

Cell Evaluator::TuplePath(const Node* node, const Cell& input, Frame* frame) {
  const std::vector<Node*>& steps = node->children;
  Cell current = input;
  if (!input.is_array() || steps[0]->type == NodeType::kVariable) {
    Array* whole = NewSequence(arena_);
    Push(arena_, whole, input);
    current = Cell::Of(whole);
  }
  bool is_stream = false;
  for (size_t i = 0; i < steps.size(); ++i) {
    const Node* step = steps[i];
    Cell result;
    is_stream = is_stream || step->tuple;
    if (i == 0 && step->constructs) {
      result = Eval(step, current, frame);
      is_stream = false;
    } else if (is_stream) {
      result = TupleStep(step, current, current.is_tuple_stream(), frame);
    } else {
      bool is_item = false;
      Items items(current);
      if (!Step(step, items, frame, false, i + 1 == steps.size(), &result,
                &is_item)) {
        return Cell::Failed();
      }
      if (is_item) {
        Array* whole = NewSequence(arena_);
        Push(arena_, whole, result);
        result = Cell::Of(whole);
      }
    }
    if (result.failed()) return result;
    current = result;
    if (is_stream || (result.is_array() && Items(result).size() > 0)) continue;
    // As in Path().
    const bool constructed = i == 0 && step->constructs;
    if (i + 1 < steps.size() && !constructed) current = Cell();
    break;
  }
  if (!current.is_tuple_stream() || node->tuple) {
    return PathResult(node, current, false, frame);
  }
  if (node->group != nullptr) return PathResult(node, current, false, frame);
  Array* out = NewSequence(arena_);
  for (uint32_t i = 0; i < current.array->size; ++i) {
    Push(arena_, out, current.array->items[i].tuple->item);
  }
  return PathResult(node, Cell::Of(out), false, frame);
}

Cell Evaluator::TupleStep(const Node* step, const Cell& items, bool is_stream,
                          Frame* frame) {
  if (step->type == NodeType::kSort) {
    return TupleSort(step, items, is_stream, frame);
  }
  Array* out = NewSequence(arena_);
  out->marks.tuples = true;
  Items all(items);
  for (size_t i = 0; i < all.size(); ++i) {
    Cell item = all[i];
    const Tuple* from = is_stream ? item.tuple : NewTuple(item, nullptr, 0);
    Frame* own = TupleFrame(from, frame);
    Cell results = Eval(step, from->item, own);
    if (results.failed()) return results;
    ReleaseFrames(own, frame);
    if (!results.is_undefined() && !TupleResults(step, from, results, out)) {
      return Cell::Failed();
    }
  }
  return TupleStages(step, Cell::Of(out), frame);
}

bool Evaluator::TupleResults(const Node* step, const Tuple* from,
                             const Cell& results, Array* out) {
  Items items = results.is_array() ? Items(results) : Items::Single(&results);
  for (size_t i = 0; i < items.size(); ++i) {
    if (!Work()) return false;
    Cell item = items[i];
    if (item.tag == Tag::kTuple) {
      Tuple* tuple = NewTuple(item.tuple->item, from, item.tuple->size);
      SetAll(tuple, item.tuple);
      Push(arena_, out, Cell::Of(tuple));
      continue;
    }
    Tuple* tuple = NewTuple(item, from, 3);
    if (step->focus != kNoName) {
      Set(tuple, step->focus, item);
      tuple->item = from->item;
    }
    if (step->index != kNoName) {
      Set(tuple, step->index, Cell::Int(static_cast<int64_t>(i)));
    }
    if (step->ancestor != nullptr) {
      Set(tuple, step->ancestor->label, from->item);
    }
    Push(arena_, out, Cell::Of(tuple));
  }
  return true;
}

Cell Evaluator::TupleStages(const Node* step, Cell stream, Frame* frame) {
  for (const Stage& stage : step->stages) {
    if (stage.filter != nullptr) {
      stream = Filter(stage.filter, stream, frame);
      if (stream.failed()) return stream;
      continue;
    }
    for (uint32_t i = 0; i < stream.array->size; ++i) {
      Cell& cell = stream.array->items[i];
      Tuple* tuple = NewTuple(cell.tuple->item, cell.tuple, 1);
      Set(tuple, stage.index, Cell::Int(i));
      cell = Cell::Of(tuple);
    }
  }
  return stream;
}

Cell Evaluator::TupleSort(const Node* step, const Cell& items, bool is_stream,
                          Frame* frame) {
  Cell sorted = Sort(step, items, frame);
  if (sorted.failed()) return sorted;
  Array* out = NewSequence(arena_);
  out->marks.tuples = true;
  Items all(sorted);
  for (size_t i = 0; i < all.size(); ++i) {
    Cell item = all[i];
    if (!is_stream) {
      Tuple* tuple = NewTuple(item, nullptr, 1);
      if (step->index != kNoName) {
        Set(tuple, step->index, Cell::Int(static_cast<int64_t>(i)));
      }
      item = Cell::Of(tuple);
    }
    Push(arena_, out, item);
  }
  return TupleStages(step, Cell::Of(out), frame);
}

// Tuples of one group: items and variables become lists.
Tuple* Evaluator::MergeTuples(const Cell& tuples) {
  if (tuples.tag == Tag::kTuple) {
    return NewTuple(tuples.tuple->item, tuples.tuple, 0);
  }
  Items all(tuples);
  Tuple* merged = NewTuple(all[0].tuple->item, all[0].tuple, 0);
  for (size_t i = 1; i < all.size(); ++i) {
    const Tuple* tuple = all[i].tuple;
    Tuple* wider =
        NewTuple(Append(merged->item, tuple->item), merged, tuple->size);
    for (uint32_t j = 0; j < tuple->size; ++j) {
      Cell before;
      for (uint32_t k = 0; k < merged->size; ++k) {
        if (merged->bindings[k].name == tuple->bindings[j].name) {
          before = merged->bindings[k].value;
        }
      }
      Set(wider, tuple->bindings[j].name,
          Append(before, tuple->bindings[j].value));
    }
    merged = wider;
  }
  return merged;
}

}  // namespace stepwheel::asl::jsonata
