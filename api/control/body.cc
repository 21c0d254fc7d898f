#include "api/control/body.h"

#include <algorithm>
#include <utility>

#include "asl/json.h"

namespace stepwheel::control {

Body::Body(std::string_view text, std::initializer_list<std::string_view> names)
    : value_(asl::Value::EmptyObject()) {
  Read(text, names);
}

void Body::Read(std::string_view text,
                std::initializer_list<std::string_view> names) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
  asl::JsonError error;
  std::optional<asl::Value> value = asl::ParseJson(text, &error);
  if (!value) {
    return Fail("the body is not valid JSON (line " +
                std::to_string(error.line) + ", column " +
                std::to_string(error.column) + "): " + error.message);
  }
  if (!value->is_object()) {
    return Fail("the body must be a JSON object, found " +
                (value->is_array() ? "an array" : value->Text()));
  }
  for (const asl::Member& member : value->as_object()) {
    if (std::find(names.begin(), names.end(), member.key()) != names.end()) {
      continue;
    }
    std::string known;
    for (std::string_view name : names) {
      known.append(known.empty() ? "" : ", ").append(name);
    }
    return Fail("unknown member '" + std::string(member.key()) +
                "'; expected " + (known.empty() ? "none" : known));
  }
  value_ = std::move(*value);
}

std::optional<int64_t> Body::Integer(std::string_view name, int64_t min,
                                     int64_t max) {
  const asl::Value* found = value_.Find(name);
  if (found == nullptr) return std::nullopt;
  if (!found->is_int() || found->as_int() < min || found->as_int() > max) {
    Fail("'" + std::string(name) + "' must be a whole number from " +
         std::to_string(min) + " to " + std::to_string(max) + ", found " +
         found->Text());
    return std::nullopt;
  }
  return found->as_int();
}

std::optional<std::string> Body::Text(std::string_view name) {
  const asl::Value* found = value_.Find(name);
  if (found == nullptr) return std::nullopt;
  if (!found->is_string()) {
    Fail("'" + std::string(name) + "' must be a string, found " +
         found->Text());
    return std::nullopt;
  }
  return std::string(found->as_string());
}

}  // namespace stepwheel::control
