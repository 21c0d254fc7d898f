// Object constructors and group-by: items sorted into groups by key, then one
// value for each group.
#include <vector>

#include "asl/jsonata/evaluator.h"

namespace stepwheel::asl::jsonata {

// The groups so far: a member per key, whose value is a number into `groups`.
struct Groups {
  struct Entry {
    size_t pair = 0;
    Cell data;
    bool owned = false;  // `data` is an array of ours that may grow.
  };

  Object keys;
  std::vector<Entry> entries;
};

bool Evaluator::GroupItem(const Node* group, const Cell& item, bool tuples,
                          Frame* frame, Groups* groups) {
  Cell context = tuples ? item.tuple->item : item;
  for (size_t pair = 0; pair < group->children.size(); pair += 2) {
    Cell key = Eval(group->children[pair], context, frame);
    if (key.failed()) return false;
    if (key.is_undefined()) continue;
    if (!key.is_string()) {
      Fail("T1003", key);
      error_.position = group->position;
      return false;
    }
    int64_t at = FindField(groups->keys, key.as_string());
    if (at < 0) {
      AddField(arena_, &groups->keys, key, Cell());
      groups->entries.push_back({pair, item, false});
      continue;
    }
    Groups::Entry& entry = groups->entries[static_cast<size_t>(at)];
    if (entry.pair != pair) {
      Fail("D1009", key);
      error_.position = group->position;
      return false;
    }
    if (item.is_undefined()) continue;
    if (entry.data.is_undefined()) {
      entry.data = item;
      continue;
    }
    if (!entry.owned) {
      Array* list = arena_.New<Array>();
      if (entry.data.is_array()) {
        PushAll(arena_, list, entry.data);
      } else {
        Push(arena_, list, entry.data);
      }
      entry.data = Cell::Of(list);
      entry.owned = true;
    }
    if (item.is_array()) {
      PushAll(arena_, entry.data.array, item);
    } else {
      Push(arena_, entry.data.array, item);
    }
  }
  return true;
}

// One item and names that cannot clash: nothing to group.
Cell Evaluator::ObjectOf(const Node* node, const Cell& item, Frame* frame) {
  Object* object = arena_.New<Object>();
  ReserveFields(arena_, object, node->children.size() / 2);
  for (size_t pair = 0; pair < node->children.size(); pair += 2) {
    Cell value = Eval(node->children[pair + 1], item, frame);
    if (value.failed()) return value;
    if (!value.is_undefined()) {
      AddField(arena_, object, node->children[pair]->literal, value);
    }
  }
  return Cell::Of(object);
}

Cell Evaluator::Group(const Node* group, Cell input, Frame* frame) {
  if (group->plain_keys && !input.is_array()) {
    return ObjectOf(group, input, frame);
  }
  bool tuples = input.is_tuple_stream();
  Items items = input.is_array() ? Items(input) : Items::Single(&input);
  Cell nothing;
  if (items.size() == 0 && !tuples) items = Items::Single(&nothing);
  Groups groups;
  for (size_t i = 0; i < items.size(); ++i) {
    Cell item = items[i];
    Frame* own = tuples ? TupleFrame(item.tuple, frame) : frame;
    if (!GroupItem(group, item, tuples, own, &groups)) return Cell::Failed();
    if (own != frame) ReleaseFrames(own, frame);
  }
  return GroupValues(group, &groups, tuples, frame);
}

Cell Evaluator::GroupValues(const Node* group, Groups* groups, bool tuples,
                            Frame* frame) {
  Object* object = arena_.New<Object>();
  for (size_t i = 0; i < groups->entries.size(); ++i) {
    Groups::Entry& entry = groups->entries[i];
    Cell context = entry.data;
    Frame* own = frame;
    if (tuples) {
      Tuple* merged = MergeTuples(entry.data);
      context = merged->item;
      own = TupleFrame(merged, frame);
    }
    Cell value = Eval(group->children[entry.pair + 1], context, own);
    if (value.failed()) return value;
    if (own != frame) ReleaseFrames(own, frame);
    if (!value.is_undefined()) {
      AddField(arena_, object, groups->keys.fields[i].name, value);
    }
  }
  return Cell::Of(object);
}

}  // namespace stepwheel::asl::jsonata
