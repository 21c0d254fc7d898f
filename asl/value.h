// Value is state data: an immutable JSON value of 16 bytes that shares its
// structure with every copy and remembers its own text. Paths, templates,
// events and frames all speak Value; Boost.JSON only parses.
//
//   Value  --> nothing                 null, true, false, int64, double
//          --> String  {refs, bytes}
//          --> Array   {refs, depth, text?, elements}
//          --> Object  {refs, depth, text?, members in insertion order}
//
// Thread rule: reference counts and the memoised text are not atomic. All
// Values that share structure belong to one thread at a time (design: one
// thread runs the engine).
#ifndef STEPWHEEL_ASL_VALUE_H_
#define STEPWHEEL_ASL_VALUE_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stepwheel::asl {

class Value;
struct Member;
using Elements = std::vector<Value>;
using Members = std::vector<Member>;

class Value {
 public:
  enum class Kind : uint8_t {
    kNull,
    kBool,
    kInt,
    kDouble,
    kString,
    kArray,
    kObject
  };

  Value() noexcept : kind_(Kind::kNull), payload_{.integer = 0} {}
  Value(std::nullptr_t) noexcept : Value() {}
  explicit Value(bool b) noexcept
      : kind_(Kind::kBool), payload_{.boolean = b} {}
  explicit Value(int64_t i) noexcept
      : kind_(Kind::kInt), payload_{.integer = i} {}
  explicit Value(int i) noexcept : Value(static_cast<int64_t>(i)) {}
  explicit Value(double d) noexcept
      : kind_(Kind::kDouble), payload_{.number = d} {}
  explicit Value(std::string_view s);
  explicit Value(const char* s) : Value(std::string_view(s)) {}
  explicit Value(const std::string& s) : Value(std::string_view(s)) {}
  // Takes ownership. Duplicate names are not looked for: the builder of
  // `members` keeps them unique.
  explicit Value(Elements elements);
  explicit Value(Members members);

  static Value EmptyObject();
  static Value EmptyArray();

  Value(const Value& other) noexcept
      : kind_(other.kind_), payload_(other.payload_) {
    if (has_rep()) Ref();
  }
  Value(Value&& other) noexcept : kind_(other.kind_), payload_(other.payload_) {
    other.kind_ = Kind::kNull;
  }
  Value& operator=(const Value& other) noexcept {
    // By way of a copy, so that assigning a value's own child is safe.
    return *this = Value(other);
  }
  Value& operator=(Value&& other) noexcept {
    Value taken(std::move(other));
    std::swap(kind_, taken.kind_);
    std::swap(payload_, taken.payload_);
    return *this;
  }
  ~Value() {
    if (has_rep()) Unref();
  }

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_bool() const { return kind_ == Kind::kBool; }
  bool is_int() const { return kind_ == Kind::kInt; }
  bool is_double() const { return kind_ == Kind::kDouble; }
  bool is_number() const { return is_int() || is_double(); }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_array() const { return kind_ == Kind::kArray; }
  bool is_object() const { return kind_ == Kind::kObject; }

  // Each REQUIRES the matching kind (checked).
  bool as_bool() const;
  int64_t as_int() const;
  double as_double() const;  // An int is converted.
  std::string_view as_string() const;
  const Elements& as_array() const;
  const Members& as_object() const;

  // The member's value, or nullptr if this is no object or has no such member.
  // Large objects are indexed on first use.
  const Value* Find(std::string_view name) const;

  // Copies that share everything but one level. WithMember replaces the member
  // in its place or appends it. REQUIRES an object / an array and a valid
  // index.
  Value WithMember(std::string_view name, Value value) const;
  Value WithElement(size_t index, Value value) const;

  // Nesting: 0 for scalars and strings, 1 + the deepest child otherwise.
  uint32_t depth() const;

  // Bytes of the compact JSON text, without making it: each node is measured
  // once, when somebody first asks, however often it is shared. Stops counting
  // near 2^60.
  size_t text_size() const;

  // Compact JSON text as AWS prints it (json.h). For arrays and objects it is
  // made once per distinct value; the view lives as long as this value's
  // structure does. A number owns no memory: the view of its text is good until
  // the 16th further text() of a number on this thread.
  std::string_view text() const;
  // Appends the same text without memoising it.
  void AppendText(std::string* out) const;
  std::string Text() const;

  // Gives an array, object or string the text it was parsed from, so that
  // AWS's rule "pass text through unchanged" costs nothing. It stands for the
  // whole value only; inside a parent's text the value prints compactly. No
  // effect on scalars. REQUIRES `text` to be JSON text of this very value.
  void SetText(std::string text) const;

  // True when both are the same node (or equal scalars): O(1), used to store a
  // payload once. A false answer says nothing about equality.
  bool SameAs(const Value& other) const;

  // The node that SameAs compares, as a key for look-ups; nullptr for null,
  // booleans and numbers. Good as long as a Value holds the node.
  const void* identity() const { return has_rep() ? payload_.rep : nullptr; }

  // Deep equality; 1 and 1.0 are equal, object order does not matter.
  friend bool operator==(const Value& a, const Value& b);

 private:
  struct Rep;
  struct StringRep;
  struct ArrayRep;
  struct ObjectRep;
  struct MemoText;
  struct OpenText;

  bool has_rep() const { return kind_ >= Kind::kString; }
  void Ref() const noexcept;
  void Unref() noexcept;
  void Destroy() noexcept;
  void TakeDeepChildren(Elements* out) noexcept;
  void FreeDescendants() noexcept;
  bool AppendAtOnce(std::string* out) const;
  void AppendCompact(std::string* out) const;
  void Measure() const;
  uint64_t MeasureChildren(std::vector<const Value*>* unknown) const;

  // Copied and swapped whole: then it does not matter which member is in use.
  union Payload {
    int64_t integer;
    bool boolean;
    double number;
    Rep* rep;
  };

  Kind kind_;
  Payload payload_;
};

struct Member {
  Value name;  // Always a string; shared with the value it was parsed from.
  Value value;

  Member(std::string_view n, Value v) : name(n), value(std::move(v)) {}
  Member(Value n, Value v) : name(std::move(n)), value(std::move(v)) {}
  std::string_view key() const { return name.as_string(); }
};

// Builds an object in order; a repeated name replaces the earlier value.
Value MakeObject(
    std::initializer_list<std::pair<std::string_view, Value>> members);

}  // namespace stepwheel::asl

#include "asl/value_rep.h"  // The nodes, and what is inline.

#endif  // STEPWHEEL_ASL_VALUE_H_
