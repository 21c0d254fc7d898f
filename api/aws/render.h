// ObjectWriter puts an answer together member by member; the members of every
// answer come in alphabetical order and absent ones are left out, as AWS does
// (reference: api.md 1).
#ifndef STEPWHEEL_API_AWS_RENDER_H_
#define STEPWHEEL_API_AWS_RENDER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "asl/json.h"
#include "engine/time/clock.h"

namespace stepwheel::aws {

// Appends epoch seconds with up to 3 decimals, trailing zeros dropped:
// 1790199871.435, 1790199924.34, 1790199924.
void AppendTimestamp(Instant t, std::string* out);

// Writes one JSON object to the end of `out`, which outlives it.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string* out) : out_(out) { *out_ += '{'; }

  ObjectWriter& String(std::string_view name, std::string_view value) {
    Name(name);
    asl::AppendJsonString(value, out_);
    return *this;
  }
  // Leaves the member out when `value` is empty.
  ObjectWriter& NonEmpty(std::string_view name, std::string_view value) {
    return value.empty() ? *this : String(name, value);
  }
  template <class Optional>
  ObjectWriter& IfSet(std::string_view name, const Optional& value) {
    return value.has_value() ? String(name, *value) : *this;
  }
  ObjectWriter& Time(std::string_view name, Instant t) {
    Name(name);
    AppendTimestamp(t, out_);
    return *this;
  }
  ObjectWriter& Int(std::string_view name, int64_t value) {
    Name(name);
    asl::AppendJsonInt(value, out_);
    return *this;
  }
  ObjectWriter& Bool(std::string_view name, bool value) {
    return Json(name, value ? "true" : "false");
  }
  // `text` is JSON text.
  ObjectWriter& Json(std::string_view name, std::string_view text) {
    Name(name);
    *out_ += text;
    return *this;
  }
  // `items` append themselves: item(const T&, std::string*).
  template <class Items, class Append>
  ObjectWriter& List(std::string_view name, const Items& items, Append append) {
    Name(name);
    *out_ += '[';
    bool first = true;
    for (const auto& item : items) {
      if (!first) *out_ += ',';
      first = false;
      append(item, out_);
    }
    *out_ += ']';
    return *this;
  }
  void Close() { *out_ += '}'; }

 private:
  void Name(std::string_view name) {
    if (!first_) *out_ += ',';
    first_ = false;
    asl::AppendJsonString(name, out_);
    *out_ += ':';
  }

  std::string* out_;
  bool first_ = true;
};

}  // namespace stepwheel::aws

#endif  // STEPWHEEL_API_AWS_RENDER_H_
