// The heap nodes behind Value: reference count, size or depth, memoised text,
// content. Here so that reading a value is inline; value.h ends with it, and
// nobody but value*.cc includes or names it.
#ifndef STEPWHEEL_ASL_VALUE_REP_H_
#define STEPWHEEL_ASL_VALUE_REP_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "asl/check.h"
#include "asl/value.h"

namespace stepwheel::asl {

struct Value::MemoText {
  std::string text;
  // False for the text a value was parsed from, which may hold blanks: it
  // stands for the whole value, but is not used inside a parent's text.
  bool compact = true;
};

struct Value::Rep {
  uint32_t refs = 1;
  uint32_t size = 0;  // Bytes of a string; depth of an array or object.
  MemoText* text = nullptr;
  // Bytes of the compact JSON text; 0 until somebody asks.
  uint64_t text_bytes = 0;
};

// The bytes follow the node in the same allocation.
struct Value::StringRep : Rep {
  static StringRep* Make(std::string_view s);
  char* bytes() { return reinterpret_cast<char*>(this + 1); }
  std::string_view view() { return {bytes(), size}; }
};

struct Value::ArrayRep : Rep {
  Elements elements;
};

struct Value::ObjectRep : Rep {
  void BuildIndex();
  // The size of the text once the member `name` is `value` in place of `found`
  // (null: it is new): told without measuring the other members again, where
  // this object has been measured. 0: not known.
  uint64_t SizeWith(std::string_view name, const Value* found,
                    const Value& value) const;

  Members members;
  // Positions in `members`, sorted by key; built by the first look-up in a
  // large object. Four bytes a member, and no hash a user could collide.
  std::unique_ptr<uint32_t[]> index;
};

inline void Value::Ref() const noexcept { ++payload_.rep->refs; }

inline void Value::Unref() noexcept {
  if (--payload_.rep->refs == 0) Destroy();
}

inline bool Value::as_bool() const {
  STEPWHEEL_CHECK(is_bool(), "the value is no boolean");
  return payload_.boolean;
}

inline int64_t Value::as_int() const {
  STEPWHEEL_CHECK(is_int(), "the value is no integer");
  return payload_.integer;
}

inline double Value::as_double() const {
  STEPWHEEL_CHECK(is_number(), "the value is no number");
  return is_int() ? static_cast<double>(payload_.integer) : payload_.number;
}

inline std::string_view Value::as_string() const {
  STEPWHEEL_CHECK(is_string(), "the value is no string");
  return static_cast<StringRep*>(payload_.rep)->view();
}

inline const Elements& Value::as_array() const {
  STEPWHEEL_CHECK(is_array(), "the value is no array");
  return static_cast<ArrayRep*>(payload_.rep)->elements;
}

inline const Members& Value::as_object() const {
  STEPWHEEL_CHECK(is_object(), "the value is no object");
  return static_cast<ObjectRep*>(payload_.rep)->members;
}

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_VALUE_REP_H_
