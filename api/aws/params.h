// The members an operation takes, as tables, and the check of a request body
// against them with AWS's words. An operation that runs has passed its table:
// required members are there, types and lengths are right.
#ifndef STEPWHEEL_API_AWS_PARAMS_H_
#define STEPWHEEL_API_AWS_PARAMS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/aws/errors.h"
#include "asl/value.h"

namespace stepwheel::aws {

enum class Kind : uint8_t { kString, kInteger, kBoolean, kStructure, kList };

struct Pattern {
  std::string_view text;  // As AWS prints it.
  bool (*matches)(std::string_view value);
};
inline constexpr int64_t kNoLimit = -1;

// One member of a structure, or the elements of a list. Use the makers below:
//   constexpr Member kDelete[] = {Text("activityArn", 1, 256).Required()};
struct Member {
  std::string_view name;
  Kind kind = Kind::kString;
  bool required = false;
  bool sensitive = false;  // Its value is not repeated in messages.
  bool in_bytes = false;   // Length is UTF-8 bytes instead of characters.
  int64_t min = kNoLimit;  // Length of strings and lists, value of integers.
  int64_t max = kNoLimit;
  const Pattern* pattern = nullptr;
  std::span<const std::string_view> values = {};  // Enumeration, as printed.
  std::string_view shape = {};                    // AWS's name of a structure.
  std::span<const Member> members = {};           // Of a structure.
  const Member* element = nullptr;                // Of a list.

  constexpr Member Required() const {
    Member m = *this;
    m.required = true;
    return m;
  }
  constexpr Member Sensitive() const {
    Member m = *this;
    m.sensitive = true;
    return m;
  }
  constexpr Member InBytes() const {
    Member m = *this;
    m.in_bytes = true;
    return m;
  }
  constexpr Member Matching(const Pattern* p) const {
    Member m = *this;
    m.pattern = p;
    return m;
  }
};

constexpr Member Text(std::string_view name, int64_t min, int64_t max) {
  return {.name = name, .kind = Kind::kString, .min = min, .max = max};
}
constexpr Member OneOf(std::string_view name,
                       std::span<const std::string_view> values) {
  return {.name = name, .kind = Kind::kString, .values = values};
}
constexpr Member Integer(std::string_view name, int64_t min, int64_t max) {
  return {.name = name, .kind = Kind::kInteger, .min = min, .max = max};
}
constexpr Member Boolean(std::string_view name) {
  return {.name = name, .kind = Kind::kBoolean};
}
constexpr Member Structure(std::string_view name, std::string_view shape,
                           std::span<const Member> members) {
  return {.name = name,
          .kind = Kind::kStructure,
          .shape = shape,
          .members = members};
}
// `element` outlives the member; its name is "member".
constexpr Member List(std::string_view name, const Member* element,
                      int64_t min = kNoLimit, int64_t max = kNoLimit) {
  return {.name = name,
          .kind = Kind::kList,
          .min = min,
          .max = max,
          .element = element};
}

struct ParamsError {
  ProtocolError kind = ProtocolError::kParameterValidation;
  std::string message;
};

// Checks `body` (an object) against `members`: first all types, then all
// constraints, which are reported together (reference: api.md 1). Unknown
// members are ignored; null is as good as absent.
std::optional<ParamsError> CheckParams(const asl::Value& body,
                                       std::span<const Member> members);

// Characters of UTF-8 text; bytes that are no UTF-8 count one each.
int64_t CountCharacters(std::string_view text);

// Reads a structure that has been checked.
class Params {
 public:
  // `object` is an object, or null for an absent structure: then everything is
  // absent in it.
  explicit Params(asl::Value object) : object_(std::move(object)) {}

  // nullptr if absent (or null).
  const asl::Value* Find(std::string_view name) const;
  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  // "" if absent.
  std::string_view View(std::string_view name) const;
  std::string String(std::string_view name) const {
    return std::string(View(name));
  }
  std::optional<std::string> Optional(std::string_view name) const;
  int64_t Integer(std::string_view name, int64_t absent) const;
  bool Boolean(std::string_view name, bool absent) const;
  Params Structure(std::string_view name) const;
  // Elements of a list; empty if absent.
  const asl::Elements& List(std::string_view name) const;

 private:
  asl::Value object_;
};

}  // namespace stepwheel::aws

#endif  // STEPWHEEL_API_AWS_PARAMS_H_
