#include <array>

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
  if (is_array() || is_object()) return rep_->text_bytes;
  if (is_string() && rep_->text_bytes != 0) return rep_->text_bytes;
  std::string text;
  AppendScalar(*this, &text);
  if (is_string()) rep_->text_bytes = text.size();
  return text.size();
}

void Value::AppendText(std::string* out) const {
  if (kind_ >= Kind::kString && rep_->text != nullptr) {
    out->append(rep_->text->text);
    return;
  }
  AppendCompact(out);
}

// A loop with its own stack: nesting is bounded by memory only.
void Value::AppendCompact(std::string* out) const {
  struct Open {
    const Value* container;
    size_t next;
  };
  absl::InlinedVector<Open, 32> open;
  const Value* v = this;
  while (true) {
    if (!IsContainer(*v)) {
      AppendScalar(*v, out);
    } else if (v->rep_->text != nullptr && v->rep_->text->compact) {
      out->append(v->rep_->text->text);
    } else {
      out->push_back(v->is_array() ? '[' : '{');
      open.push_back({v, 0});
    }
    while (!open.empty() &&
           open.back().next == SizeOf(*open.back().container)) {
      out->push_back(open.back().container->is_array() ? ']' : '}');
      open.pop_back();
    }
    if (open.empty()) return;
    Open& top = open.back();
    if (top.next > 0) out->push_back(',');
    const size_t at = top.next++;
    if (top.container->is_array()) {
      v = &top.container->as_array()[at];
    } else {
      const Member& member = top.container->as_object()[at];
      AppendJsonString(member.key(), out);
      out->push_back(':');
      v = &member.value;
    }
  }
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
      return bool_ ? "true" : "false";
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
      if (rep_->text == nullptr) {
        auto memo = std::make_unique<MemoText>();
        AppendCompact(&memo->text);
        memo->text.shrink_to_fit();
        rep_->text = memo.release();
      }
      return rep_->text->text;
  }
}

void Value::SetText(std::string text) const {
  if (kind_ < Kind::kString) return;  // Scalars are printed each time.
  if (rep_->text == nullptr) rep_->text = new MemoText;
  rep_->text->text = std::move(text);
  rep_->text->compact = false;
}

}  // namespace stepwheel::asl
