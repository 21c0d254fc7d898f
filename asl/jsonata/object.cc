#include "asl/jsonata/object.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <optional>

#include "absl/hash/hash.h"

namespace stepwheel::asl::jsonata {
namespace {

constexpr uint32_t kScanned = 12;

size_t HashOf(std::string_view name) {
  return absl::Hash<std::string_view>()(name);
}

void Enter(Object* object, uint32_t position) {
  size_t mask = size_t{object->capacity} * 2 - 1;
  size_t at = HashOf(object->fields[position].name.as_string()) & mask;
  while (object->index[at] != 0) at = (at + 1) & mask;
  object->index[at] = position + 1;
}

void Reindex(Object* object) {
  size_t bytes = size_t{object->capacity} * 2 * sizeof(uint32_t);
  std::memset(object->index, 0, bytes);
  for (uint32_t i = 0; i < object->size; ++i) Enter(object, i);
}

bool GrowTo(Arena& arena, Object* object, size_t capacity) {
  if (capacity > UINT32_MAX / 4 || !arena.Fits(capacity * 48)) {
    arena.Exhaust();
    return false;
  }
  Field* fields = arena.NewArray<Field>(capacity);
  if (object->size > 0) {
    std::memcpy(static_cast<void*>(fields), object->fields,
                object->size * sizeof(Field));
    arena.Release(object->fields, object->capacity * sizeof(Field));
  }
  object->fields = fields;
  object->capacity = static_cast<uint32_t>(capacity);
  if (capacity > kScanned) {
    object->index = arena.NewArray<uint32_t>(capacity * 2);
    Reindex(object);
  }
  return true;
}

bool Grow(Arena& arena, Object* object) {
  return GrowTo(arena, object,
                std::max<size_t>(4, size_t{object->capacity} * 2));
}

// Of a name that JavaScript takes for an array index.
std::optional<uint64_t> IndexOf(std::string_view name) {
  if (name.empty() || name.size() > 10) return std::nullopt;
  if (name[0] == '0' && name.size() > 1) return std::nullopt;
  uint64_t index = 0;
  for (char c : name) {
    if (c < '0' || c > '9') return std::nullopt;
    index = index * 10 + static_cast<uint64_t>(c - '0');
  }
  if (index >= UINT32_MAX) return std::nullopt;
  return index;
}

}  // namespace

int64_t FindField(const Object& object, std::string_view name) {
  if (object.index == nullptr) {
    for (uint32_t i = 0; i < object.size; ++i) {
      if (object.fields[i].name.as_string() == name) return i;
    }
    return -1;
  }
  size_t mask = size_t{object.capacity} * 2 - 1;
  for (size_t at = HashOf(name) & mask; object.index[at] != 0;
       at = (at + 1) & mask) {
    uint32_t position = object.index[at] - 1;
    if (object.fields[position].name.as_string() == name) return position;
  }
  return -1;
}

void AddField(Arena& arena, Object* object, const Cell& name,
              const Cell& value) {
  if (object->size == object->capacity && !Grow(arena, object)) return;
  object->fields[object->size] = {name, value};
  ++object->size;
  if (object->index != nullptr) Enter(object, object->size - 1);
}

void SetField(Arena& arena, Object* object, const Cell& name,
              const Cell& value) {
  int64_t at = FindField(*object, name.as_string());
  if (at >= 0) {
    object->fields[at].value = value;
  } else {
    AddField(arena, object, name, value);
  }
}

void ReserveFields(Arena& arena, Object* object, size_t count) {
  // A power of two, as the index wants it.
  if (count > object->capacity) GrowTo(arena, object, std::bit_ceil(count));
}

void RemoveField(Object* object, std::string_view name) {
  int64_t at = FindField(*object, name);
  if (at < 0) return;
  std::copy(object->fields + at + 1, object->fields + object->size,
            object->fields + at);
  --object->size;
  if (object->index != nullptr) Reindex(object);
}

std::vector<uint32_t> Fields::OrderOfIndices() const {
  bool any = false;
  for (size_t i = 0; i < size_ && !any; ++i) {
    any = IndexOf(key(i)).has_value();
  }
  if (!any) return {};
  std::vector<uint32_t> order(size_);
  std::iota(order.begin(), order.end(), 0);
  auto rank = [this](uint32_t i) {
    return IndexOf(key(i)).value_or(UINT64_MAX);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return rank(a) < rank(b); });
  return order;
}

Cell GetField(const Cell& object, std::string_view name) {
  if (object.tag == Tag::kBorrowedObject) {
    const Value* found = object.value->Find(name);
    return found == nullptr ? Cell() : Cell::Of(*found);
  }
  int64_t at = FindField(*object.object, name);
  return at < 0 ? Cell() : object.object->fields[at].value;
}

}  // namespace stepwheel::asl::jsonata
