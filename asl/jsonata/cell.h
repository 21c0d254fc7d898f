// Cell is a value while an expression runs: 16 bytes, a tag and a scalar or a
// pointer into the input, the program or the evaluation's arena. Items and
// Fields read arrays and objects wherever they stand.
#ifndef STEPWHEEL_ASL_JSONATA_CELL_H_
#define STEPWHEEL_ASL_JSONATA_CELL_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "asl/jsonata/arena.h"
#include "asl/value.h"

namespace stepwheel::asl::jsonata {

struct Cell;
struct Function;
struct Tuple;
struct Node;

enum class Tag : uint8_t {
  kFailed,  // No value: the evaluator holds the failure.
  kUndefined,
  kNull,
  kBool,
  kInt,
  kDouble,
  kString,          // Bytes in the program or the arena.
  kBorrowedString,  // A Value's.
  kArray,
  kRange,
  kBorrowedArray,
  kObject,
  kBorrowedObject,
  kFunction,
  kTuple,  // Only inside a tuple stream.
  kThunk   // Only on its way to the trampoline: a call yet to be made.
};

// What the reference marks on its arrays.
struct ArrayMarks {
  bool sequence = false;        // Not a value of its own: one item is the item.
  bool keep_singleton = false;  // ... unless this says so.
  bool constructed = false;     // [...] at an end of a path: never flattened.
  bool tuples = false;          // Its items are tuples.
  bool outer = false;           // Wraps an input that is an array.
};

struct Array {
  ArrayMarks marks;
  uint32_t size = 0;
  uint32_t capacity = 0;
  Cell* items = nullptr;
};

// Consecutive whole numbers, never written down.
struct Range {
  ArrayMarks marks;
  int64_t first = 0;
  int64_t step = 1;
  uint32_t size = 0;
};

struct Object;

struct Cell {
  Tag tag = Tag::kUndefined;
  // Of a function: it was an argument, so it gets null as its context.
  bool passed = false;
  uint32_t length = 0;  // Of a kString.
  union {
    bool boolean;
    int64_t integer;
    double number;
    const char* bytes;
    const Value* value;
    Array* array;
    Range* range;
    Object* object;
    Function* function;
    Tuple* tuple;
    const Node* thunk;
  };

  Cell() : integer(0) {}
  static Cell Failed() { return Of(Tag::kFailed); }
  static Cell Null() { return Of(Tag::kNull); }
  static Cell Bool(bool b) {
    Cell cell = Of(Tag::kBool);
    cell.boolean = b;
    return cell;
  }
  static Cell Int(int64_t i) {
    Cell cell = Of(Tag::kInt);
    cell.integer = i;
    return cell;
  }
  static Cell Double(double d) {
    Cell cell = Of(Tag::kDouble);
    cell.number = d;
    return cell;
  }
  // The bytes are borrowed.
  static Cell String(std::string_view s) {
    Cell cell = Of(Tag::kString);
    cell.length = static_cast<uint32_t>(s.size());
    cell.bytes = s.data();
    return cell;
  }
  static Cell Of(Array* a) {
    Cell cell = Of(Tag::kArray);
    cell.array = a;
    return cell;
  }
  static Cell Of(Range* r) {
    Cell cell = Of(Tag::kRange);
    cell.range = r;
    return cell;
  }
  static Cell Of(Object* o) {
    Cell cell = Of(Tag::kObject);
    cell.object = o;
    return cell;
  }
  static Cell Of(Function* f) {
    Cell cell = Of(Tag::kFunction);
    cell.function = f;
    return cell;
  }
  static Cell Of(Tuple* t) {
    Cell cell = Of(Tag::kTuple);
    cell.tuple = t;
    return cell;
  }
  // Borrows: the Value must stay where it is.
  static Cell Of(const Value& v);
  static Cell Of(Tag tag) {
    Cell cell;
    cell.tag = tag;
    return cell;
  }

  bool failed() const { return tag == Tag::kFailed; }
  bool is_undefined() const { return tag == Tag::kUndefined; }
  bool is_null() const { return tag == Tag::kNull; }
  bool is_bool() const { return tag == Tag::kBool; }
  bool is_number() const { return tag == Tag::kInt || tag == Tag::kDouble; }
  bool is_string() const {
    return tag == Tag::kString || tag == Tag::kBorrowedString;
  }
  bool is_array() const {
    return tag >= Tag::kArray && tag <= Tag::kBorrowedArray;
  }
  bool is_object() const {
    return tag == Tag::kObject || tag == Tag::kBorrowedObject;
  }
  bool is_function() const { return tag == Tag::kFunction; }

  // REQUIRES a number; a string.
  double as_double() const {
    return tag == Tag::kInt ? static_cast<double>(integer) : number;
  }
  std::string_view as_string() const {
    return tag == Tag::kString ? std::string_view(bytes, length)
                               : value->as_string();
  }
  // Nullptr for arrays of the input, which have none.
  ArrayMarks* marks() const {
    if (tag == Tag::kArray) return &array->marks;
    return tag == Tag::kRange ? &range->marks : nullptr;
  }
  bool is_sequence() const {
    const ArrayMarks* m = marks();
    return m != nullptr && m->sequence;
  }
  bool is_tuple_stream() const {
    return tag == Tag::kArray && array->marks.tuples;
  }
};
static_assert(sizeof(Cell) == 16);

inline Cell Cell::Of(const Value& v) {
  switch (v.kind()) {
    case Value::Kind::kNull:
      return Null();
    case Value::Kind::kBool:
      return Bool(v.as_bool());
    case Value::Kind::kInt:
      return Int(v.as_int());
    case Value::Kind::kDouble:
      return Double(v.as_double());
    default:
      break;
  }
  Tag tag = v.is_string()  ? Tag::kBorrowedString
            : v.is_array() ? Tag::kBorrowedArray
                           : Tag::kBorrowedObject;
  Cell cell = Of(tag);
  cell.value = &v;
  return cell;
}

// Reads any array.
class Items {
 public:
  explicit Items(const Cell& array);
  // One item, which must stay where it is.
  static Items Single(const Cell* item) {
    Items items;
    items.cells_ = item;
    items.size_ = 1;
    return items;
  }

  size_t size() const { return size_; }
  Cell operator[](size_t i) const {
    if (cells_ != nullptr) return cells_[i];
    if (values_ != nullptr) return Cell::Of(values_[i]);
    // Unsigned, since the steps of a range may exceed what int64 adds up.
    return Cell::Int(static_cast<int64_t>(static_cast<uint64_t>(first_) +
                                          static_cast<uint64_t>(step_) * i));
  }

 private:
  Items() = default;

  size_t size_ = 0;
  const Cell* cells_ = nullptr;
  const Value* values_ = nullptr;
  int64_t first_ = 0;
  int64_t step_ = 1;
};

inline Items::Items(const Cell& array) {
  if (array.tag == Tag::kArray) {
    cells_ = array.array->items;
    size_ = array.array->size;
  } else if (array.tag == Tag::kBorrowedArray) {
    const Elements& elements = array.value->as_array();
    values_ = elements.data();
    size_ = elements.size();
  } else if (array.tag == Tag::kRange) {
    first_ = array.range->first;
    step_ = array.range->step;
    size_ = array.range->size;
  }
}

void Reserve(Arena& arena, Array* array, size_t capacity);
void PushSlow(Arena& arena, Array* array, Cell item);
// Adds an item; the array's memory grows by doubling, as far as the budget
// goes.
inline void Push(Arena& arena, Array* array, const Cell& item) {
  if (array->size == array->capacity) return PushSlow(arena, array, item);
  array->items[array->size++] = item;
}
// Adds all items of another array.
void PushAll(Arena& arena, Array* array, const Cell& items);
Array* NewSequence(Arena& arena);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_CELL_H_
