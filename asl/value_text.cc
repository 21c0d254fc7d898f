#include <algorithm>
#include <array>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "asl/check.h"
#include "asl/json.h"
#include "asl/value.h"
#include "asl/value_rep.h"

namespace stepwheel::asl {
namespace {

bool IsContainer(const Value& v) { return v.is_array() || v.is_object(); }

size_t SizeOf(const Value& v) {
  return v.is_array() ? v.as_array().size() : v.as_object().size();
}

// Shorter texts are made anew as fast as they are copied.
constexpr uint64_t kMemoBytesMin = 64;

// Where a size stops counting: shared parts can make texts beyond any memory.
constexpr uint64_t kTextBytesMax = uint64_t{1} << 60;

// Bytes that an escape adds to a character.
constexpr std::array<uint8_t, 256> kEscapeAdds = [] {
  std::array<uint8_t, 256> adds{};
  for (size_t c = 0; c < 0x20; ++c) adds[c] = 5;
  for (const char c : {'"', '\\', '\b', '\f', '\n', '\r', '\t'}) {
    adds[static_cast<unsigned char>(c)] = 1;
  }
  return adds;
}();

size_t EscapedSize(std::string_view s) {
  size_t bytes = s.size() + 2;
  for (const char c : s) bytes += kEscapeAdds[static_cast<unsigned char>(c)];
  return bytes;
}

void AppendScalar(const Value& v, std::string* out) {
  switch (v.kind()) {
    case Value::Kind::kBool:
      out->append(v.as_bool() ? "true" : "false");
      return;
    case Value::Kind::kInt:
      return AppendJsonInt(v.as_int(), out);
    case Value::Kind::kDouble:
      return AppendJsonDouble(v.as_double(), out);
    case Value::Kind::kString:
      return AppendJsonString(v.as_string(), out);
    default:
      out->append("null");
  }
}

}  // namespace

size_t Value::text_size() const {
  switch (kind_) {
    case Kind::kNull:
      return 4;
    case Kind::kBool:
      return payload_.boolean ? 4 : 5;
    case Kind::kString:
      if (payload_.rep->text_bytes == 0) {
        payload_.rep->text_bytes = EscapedSize(as_string());
      }
      return payload_.rep->text_bytes;
    case Kind::kArray:
    case Kind::kObject:
      if (payload_.rep->text_bytes == 0) Measure();
      return payload_.rep->text_bytes;
    default: {
      std::string text;  // Of a number: short enough to need no memory.
      AppendScalar(*this, &text);
      return text.size();
    }
  }
}

// Children first, with a stack of its own; each shared node is measured once,
// so a value whose text would be astronomic costs no more than its nodes.
void Value::Measure() const {
  std::vector<const Value*> pending = {this};
  while (!pending.empty()) {
    const Value& v = *pending.back();
    const size_t before = pending.size();
    uint64_t bytes = 0;
    if (v.payload_.rep->text_bytes == 0) bytes = v.MeasureChildren(&pending);
    if (pending.size() > before) continue;  // First what is unknown below.
    if (bytes != 0) v.payload_.rep->text_bytes = std::min(bytes, kTextBytesMax);
    pending.pop_back();
  }
}

uint64_t Value::MeasureChildren(std::vector<const Value*>* unknown) const {
  uint64_t bytes = 2;
  const auto add = [&](const Value& child) {
    if (IsContainer(child) && child.payload_.rep->text_bytes == 0) {
      unknown->push_back(&child);
    } else {
      bytes = std::min(bytes + child.text_size() + 1, kTextBytesMax);
    }
  };
  if (is_array()) {
    for (const Value& v : as_array()) add(v);
  } else {
    for (const Member& m : as_object()) {
      bytes += m.name.text_size() + 1;
      add(m.value);
    }
  }
  return bytes - (SizeOf(*this) > 0 ? 1 : 0);  // No comma after the last.
}

void Value::AppendText(std::string* out) const {
  if (kind_ >= Kind::kString && payload_.rep->text != nullptr) {
    out->append(payload_.rep->text->text);
    return;
  }
  AppendCompact(out);
}

// A container whose children are being appended.
struct Value::OpenText {
  const Value* container;
  const Value* element = nullptr;  // The next child, of an array
  const Member* member = nullptr;  // or of an object,
  size_t left = 0;                 // and how many there are from it on.

  explicit OpenText(const Value* v) : container(v) {
    if (v->is_array()) {
      element = v->as_array().data();
      left = v->as_array().size();
    } else {
      member = v->as_object().data();
      left = v->as_object().size();
    }
  }

  // One that has been measured shows by its size whether any byte needs an
  // escape.
  static void AppendString(const Value& v, std::string* out) {
    const std::string_view s = v.as_string();
    if (v.payload_.rep->text_bytes != s.size() + 2)
      return AppendJsonString(s, out);
    out->push_back('"');
    out->append(s);
    out->push_back('"');
  }

  // The compact text of a container. A loop with its own stack: nesting is
  // bounded by memory only.
  static void Print(const Value& root, bool memoise, std::string* out) {
    absl::InlinedVector<OpenText, 16> open;
    const Value* next = &root;
    while (true) {
      if (next != nullptr) {
        out->push_back(next->is_array() ? '[' : '{');
        open.emplace_back(next);
      } else {
        out->push_back(open.back().container->is_array() ? ']' : '}');
        open.pop_back();
        if (open.empty()) return;
      }
      next = open.back().Append(memoise, out);
    }
  }

  // A part that several values share is printed once for all of them: in a
  // chain of states that each add a member to a large object, the rest of it is
  // copied as text. Only what has been measured is, and not again within the
  // part, so that one print adds at most one copy of its text to memory.
  static void MemoiseIfShared(const Value& v) {
    if (!IsContainer(v) || v.payload_.rep->refs < 2 ||
        v.payload_.rep->text != nullptr)
      return;
    if (v.payload_.rep->text_bytes < kMemoBytesMin) return;
    auto memo = std::make_unique<MemoText>();
    memo->text.reserve(v.payload_.rep->text_bytes);
    Print(v, /*memoise=*/false, &memo->text);
    v.payload_.rep->text = memo.release();
  }

  // Appends children up to one that has to be opened, or all of them.
  const Value* Append(bool memoise, std::string* out) {
    const bool is_array = container->is_array();
    while (left > 0) {
      if (out->back() != '[' && out->back() != '{') out->push_back(',');
      --left;
      const Value* child = is_array ? element++ : &member->value;
      if (!is_array) {
        AppendString(member++->name, out);
        out->push_back(':');
      }
      if (memoise) MemoiseIfShared(*child);
      if (!child->AppendAtOnce(out)) return child;
    }
    return nullptr;
  }
};

bool Value::AppendAtOnce(std::string* out) const {
  if (is_string()) {
    OpenText::AppendString(*this, out);
    return true;
  }
  if (!IsContainer(*this)) {
    AppendScalar(*this, out);
    return true;
  }
  const MemoText* memo = payload_.rep->text;
  if (memo == nullptr || !memo->compact) return false;
  out->append(memo->text);
  return true;
}

void Value::AppendCompact(std::string* out) const {
  if (!AppendAtOnce(out)) OpenText::Print(*this, /*memoise=*/true, out);
}

std::string Value::Text() const {
  std::string out;
  AppendText(&out);
  return out;
}

std::string_view Value::text() const {
  switch (kind_) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return payload_.boolean ? "true" : "false";
    case Kind::kInt:
    case Kind::kDouble: {
      // A number owns no memory. A few places in turn let views of several
      // numbers stand in one expression.
      thread_local std::array<std::string, 16> places;
      thread_local size_t turn = 0;
      std::string& place = places[turn++ % places.size()];
      place.clear();
      AppendScalar(*this, &place);
      return place;
    }
    default:
      if (payload_.rep->text == nullptr) {
        auto memo = std::make_unique<MemoText>();
        AppendCompact(&memo->text);
        memo->text.shrink_to_fit();
        payload_.rep->text_bytes = memo->text.size();
        payload_.rep->text = memo.release();
      }
      return payload_.rep->text->text;
  }
}

void Value::SetText(std::string text) const {
  if (kind_ < Kind::kString) return;  // Scalars are printed each time.
  if (payload_.rep->text == nullptr) payload_.rep->text = new MemoText;
  payload_.rep->text->text = std::move(text);
  payload_.rep->text->compact = false;
}

}  // namespace stepwheel::asl
