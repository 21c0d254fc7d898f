// The heap nodes behind Value: reference count, size or depth, memoised text,
// content. Private to value.cc and value_text.cc; nobody else includes this.
#ifndef STEPWHEEL_ASL_VALUE_REP_H_
#define STEPWHEEL_ASL_VALUE_REP_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

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

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_VALUE_REP_H_
