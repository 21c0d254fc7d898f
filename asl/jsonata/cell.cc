#include "asl/jsonata/cell.h"

#include <algorithm>
#include <cstring>

namespace stepwheel::asl::jsonata {

void Reserve(Arena& arena, Array* array, size_t capacity) {
  if (capacity <= array->capacity) return;
  if (capacity > UINT32_MAX || !arena.Fits(capacity * sizeof(Cell))) {
    arena.Exhaust();
    return;
  }
  Cell* items = arena.NewArray<Cell>(capacity);
  if (array->size > 0) {
    std::memcpy(static_cast<void*>(items), array->items,
                array->size * sizeof(Cell));
  }
  if (array->items != nullptr) {
    arena.Release(array->items, array->capacity * sizeof(Cell));
  }
  array->items = items;
  array->capacity = static_cast<uint32_t>(capacity);
}

// A copy of the item, since it may stand in the memory that goes.
void PushSlow(Arena& arena, Array* array, Cell item) {
  Reserve(arena, array, std::max<size_t>(4, size_t{array->capacity} * 2));
  // Out of memory: what is added is lost, and so is the evaluation.
  if (array->size == array->capacity) return;
  array->items[array->size++] = item;
}

void PushAll(Arena& arena, Array* array, const Cell& items) {
  Items all(items);
  if (all.size() == 0) return;
  size_t wanted = array->size + all.size();
  if (wanted > array->capacity) {
    Reserve(arena, array, std::max(wanted, size_t{array->capacity} * 2));
    if (wanted > array->capacity) return;
  }
  for (size_t i = 0; i < all.size(); ++i) {
    array->items[array->size++] = all[i];
  }
}

Array* NewSequence(Arena& arena) {
  Array* array = arena.New<Array>();
  array->marks.sequence = true;
  return array;
}

}  // namespace stepwheel::asl::jsonata
