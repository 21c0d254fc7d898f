// Object is an object an expression makes: members in the order they came,
// with an index once there are many. Fields reads any object; Keys gives its
// names in JavaScript's order.
#ifndef STEPWHEEL_ASL_JSONATA_OBJECT_H_
#define STEPWHEEL_ASL_JSONATA_OBJECT_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "asl/jsonata/arena.h"
#include "asl/jsonata/cell.h"

namespace stepwheel::asl::jsonata {

struct Field {
  Cell name;  // A string.
  Cell value;
};

struct Object {
  uint32_t size = 0;
  uint32_t capacity = 0;
  Field* fields = nullptr;
  // Positions + 1 by hash; of twice the capacity, a power of two.
  uint32_t* index = nullptr;
};

// The position of a member, or -1.
int64_t FindField(const Object& object, std::string_view name);
// Adds a member or replaces the value of the one of that name.
void SetField(Arena& arena, Object* object, const Cell& name,
              const Cell& value);
// For names that are known to be new.
void AddField(Arena& arena, Object* object, const Cell& name,
              const Cell& value);
void RemoveField(Object* object, std::string_view name);
// Room for so many members in a new object.
void ReserveFields(Arena& arena, Object* object, size_t count);

// Reads any object.
class Fields {
 public:
  explicit Fields(const Cell& object) {
    if (object.tag == Tag::kObject) {
      fields_ = object.object->fields;
      size_ = object.object->size;
    } else if (object.tag == Tag::kBorrowedObject) {
      const Members& members = object.value->as_object();
      members_ = members.data();
      size_ = members.size();
    }
  }

  size_t size() const { return size_; }
  Cell name(size_t i) const {
    return fields_ != nullptr ? fields_[i].name : Cell::Of(members_[i].name);
  }
  std::string_view key(size_t i) const {
    return fields_ != nullptr ? fields_[i].name.as_string() : members_[i].key();
  }
  Cell value(size_t i) const {
    return fields_ != nullptr ? fields_[i].value : Cell::Of(members_[i].value);
  }

  // Positions in JavaScript's order: names that are array indices first,
  // ascending. Empty if that is the order they stand in.
  std::vector<uint32_t> Order() const {
    for (size_t i = 0; i < size_; ++i) {
      const std::string_view name = key(i);
      if (!name.empty() && name[0] >= '0' && name[0] <= '9') {
        return OrderOfIndices();
      }
    }
    return {};
  }

 private:
  std::vector<uint32_t> OrderOfIndices() const;

  size_t size_ = 0;
  const Field* fields_ = nullptr;
  const Member* members_ = nullptr;
};

// The member's value, undefined if there is none. REQUIRES an object.
Cell GetField(const Cell& object, std::string_view name);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_OBJECT_H_
