#include "asl/value.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <new>

#include "absl/container/inlined_vector.h"
#include "asl/check.h"
#include "asl/value_rep.h"

namespace stepwheel::asl {
namespace {

// Up to this many members a scan beats any index.
constexpr size_t kScanMax = 8;
// Values nested deeper than this are freed by a loop, so that no nesting can
// exhaust the stack.
constexpr uint32_t kRecursionMax = 200;

uint32_t DepthOf(const Elements& elements) {
  uint32_t deepest = 0;
  for (const Value& v : elements) deepest = std::max(deepest, v.depth());
  return deepest + 1;
}

uint32_t DepthOf(const Members& members) {
  uint32_t deepest = 0;
  for (const Member& m : members) deepest = std::max(deepest, m.value.depth());
  return deepest + 1;
}

// Any total order serves the index; sizes first decides most pairs at once.
bool KeyLess(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size();
  return std::memcmp(a.data(), b.data(), a.size()) < 0;
}

// Exact: converting the int to a double would make 2^53 + 1 equal 2^53.
bool IntEqualsDouble(int64_t i, double d) {
  constexpr double kLimit = 9223372036854775808.0;
  return d >= -kLimit && d < kLimit && std::trunc(d) == d &&
         static_cast<int64_t>(d) == i;
}

}  // namespace

Value::StringRep* Value::StringRep::Make(std::string_view s) {
  STEPWHEEL_CHECK(s.size() <= std::numeric_limits<uint32_t>::max(),
                  "a string of state data is larger than 4 GiB");
  void* place = ::operator new(sizeof(StringRep) + s.size());
  auto* rep = new (place) StringRep;
  rep->size = static_cast<uint32_t>(s.size());
  if (!s.empty()) std::memcpy(rep->bytes(), s.data(), s.size());
  return rep;
}

void Value::ObjectRep::BuildIndex() {
  auto positions = std::make_unique<uint32_t[]>(members.size());
  for (uint32_t i = 0; i < members.size(); ++i) positions[i] = i;
  std::sort(positions.get(), positions.get() + members.size(),
            [this](uint32_t a, uint32_t b) {
              return KeyLess(members[a].key(), members[b].key());
            });
  index = std::move(positions);
}

Value::Value(std::string_view s)
    : kind_(Kind::kString), payload_{.rep = StringRep::Make(s)} {}

Value::Value(Elements elements) : kind_(Kind::kArray) {
  auto* rep = new ArrayRep;
  rep->size = DepthOf(elements);
  rep->elements = std::move(elements);
  payload_.rep = rep;
}

Value::Value(Members members) : kind_(Kind::kObject) {
  auto* rep = new ObjectRep;
  rep->size = DepthOf(members);
  rep->members = std::move(members);
  payload_.rep = rep;
}

// Not one shared node: reference counts are not atomic, and values of
// different threads must not meet in it.
Value Value::EmptyObject() { return Value(Members{}); }
Value Value::EmptyArray() { return Value(Elements{}); }

void Value::Destroy() noexcept {
  delete payload_.rep->text;
  if (kind_ == Kind::kString) {
    ::operator delete(payload_.rep);
    return;
  }
  if (payload_.rep->size > kRecursionMax) FreeDescendants();
  if (kind_ == Kind::kArray) {
    delete static_cast<ArrayRep*>(payload_.rep);
  } else {
    delete static_cast<ObjectRep*>(payload_.rep);
  }
}

void Value::TakeDeepChildren(Elements* out) noexcept {
  const auto take = [out](Value* child) {
    if (child->depth() > kRecursionMax) out->push_back(std::move(*child));
  };
  if (kind_ == Kind::kArray) {
    for (Value& v : static_cast<ArrayRep*>(payload_.rep)->elements) take(&v);
  } else {
    for (Member& m : static_cast<ObjectRep*>(payload_.rep)->members)
      take(&m.value);
  }
  payload_.rep->size = 1;  // What is left is shallow.
}

void Value::FreeDescendants() noexcept {
  Elements pending;
  TakeDeepChildren(&pending);
  while (!pending.empty()) {
    Value v = std::move(pending.back());
    pending.pop_back();
    // Only the last owner may empty the node; any other just lets go of it.
    if (v.payload_.rep->refs == 1) v.TakeDeepChildren(&pending);
  }
}

const Value* Value::Find(std::string_view name) const {
  if (!is_object()) return nullptr;
  auto* rep = static_cast<ObjectRep*>(payload_.rep);
  const Members& members = rep->members;
  if (members.size() <= kScanMax) {
    for (const Member& m : members) {
      if (m.key() == name) return &m.value;
    }
    return nullptr;
  }
  if (!rep->index) rep->BuildIndex();
  const uint32_t* begin = rep->index.get();
  const uint32_t* end = begin + members.size();
  const uint32_t* at = std::lower_bound(
      begin, end, name, [&members](uint32_t i, std::string_view key) {
        return KeyLess(members[i].key(), key);
      });
  if (at == end || members[*at].key() != name) return nullptr;
  return &members[*at].value;
}

uint64_t Value::ObjectRep::SizeWith(std::string_view name, const Value* found,
                                    const Value& value) const {
  constexpr uint64_t kEnough = uint64_t{1} << 40;  // Far from saturation.
  if (text_bytes == 0 || text_bytes > kEnough) return 0;
  const uint64_t added = value.text_size();
  if (added > kEnough) return 0;
  if (found != nullptr) return text_bytes - found->text_size() + added;
  const uint64_t comma = members.empty() ? 0 : 1;
  return text_bytes + comma + Value(name).text_size() + 1 + added;
}

Value Value::WithMember(std::string_view name, Value value) const {
  const Members& old = as_object();
  const Value* found = Find(name);
  const uint64_t bytes =
      static_cast<ObjectRep*>(payload_.rep)->SizeWith(name, found, value);
  Members members;
  members.reserve(old.size() + (found == nullptr ? 1 : 0));
  for (const Member& m : old) {
    if (&m.value == found) {
      members.emplace_back(m.name, std::move(value));
    } else {
      members.push_back(m);
    }
  }
  if (found == nullptr) members.emplace_back(name, std::move(value));
  Value result(std::move(members));
  result.payload_.rep->text_bytes = bytes;
  return result;
}

Value Value::WithElement(size_t index, Value value) const {
  Elements elements = as_array();
  STEPWHEEL_CHECK(index < elements.size(), "the array has no such element");
  elements[index] = std::move(value);
  return Value(std::move(elements));
}

uint32_t Value::depth() const {
  return kind_ == Kind::kArray || kind_ == Kind::kObject ? payload_.rep->size
                                                         : 0;
}

bool Value::SameAs(const Value& other) const {
  if (kind_ != other.kind_) return false;
  switch (kind_) {
    case Kind::kNull:
      return true;
    case Kind::kBool:
      return payload_.boolean == other.payload_.boolean;
    case Kind::kInt:
      return payload_.integer == other.payload_.integer;
    case Kind::kDouble:
      // The same bits: 0.0 is not -0.0, and a NaN is itself.
      return std::bit_cast<uint64_t>(payload_.number) ==
             std::bit_cast<uint64_t>(other.payload_.number);
    default:
      return payload_.rep == other.payload_.rep;
  }
}

namespace {

// Compares what can be told without looking at children, and leaves the pairs
// of children to be compared in `pending`.
using Pairs = absl::InlinedVector<std::pair<const Value*, const Value*>, 32>;

bool EqualArrays(const Elements& a, const Elements& b, Pairs* pending) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) pending->emplace_back(&a[i], &b[i]);
  return true;
}

bool EqualObjects(const Value& a, const Value& b, Pairs* pending) {
  const Members& left = a.as_object();
  const Members& right = b.as_object();
  if (left.size() != right.size()) return false;
  for (size_t i = 0; i < left.size(); ++i) {
    // Mostly both are in the same order.
    const Value* other = left[i].key() == right[i].key()
                             ? &right[i].value
                             : b.Find(left[i].key());
    if (other == nullptr) return false;
    pending->emplace_back(&left[i].value, other);
  }
  return true;
}

bool EqualNumbers(const Value& a, const Value& b) {
  if (a.is_int() && b.is_int()) return a.as_int() == b.as_int();
  if (a.is_int()) return IntEqualsDouble(a.as_int(), b.as_double());
  if (b.is_int()) return IntEqualsDouble(b.as_int(), a.as_double());
  return a.as_double() == b.as_double();
}

bool EqualHere(const Value& a, const Value& b, Pairs* pending) {
  if (a.is_number() && b.is_number()) return EqualNumbers(a, b);
  if (a.kind() != b.kind()) return false;
  if (a.SameAs(b)) return true;
  if (a.is_string()) return a.as_string() == b.as_string();
  if (a.is_array()) return EqualArrays(a.as_array(), b.as_array(), pending);
  return a.is_object() && EqualObjects(a, b, pending);
}

}  // namespace

// A loop over pairs, not a recursion: values may be nested deeper than the
// stack allows.
bool operator==(const Value& a, const Value& b) {
  Pairs pending;
  pending.emplace_back(&a, &b);
  while (!pending.empty()) {
    const auto [left, right] = pending.back();
    pending.pop_back();
    if (!EqualHere(*left, *right, &pending)) return false;
  }
  return true;
}

Value MakeObject(
    std::initializer_list<std::pair<std::string_view, Value>> members) {
  Members built;
  built.reserve(members.size());
  for (const auto& [name, value] : members) {
    auto same = [n = name](const Member& m) { return m.key() == n; };
    auto at = std::find_if(built.begin(), built.end(), same);
    if (at != built.end()) {
      at->value = value;
    } else {
      built.emplace_back(name, value);
    }
  }
  return Value(std::move(built));
}

}  // namespace stepwheel::asl
