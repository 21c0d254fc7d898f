// FieldReader looks at one JSON object of a definition: it hands out fields by
// name and checks their presence, type and range. What is wrong becomes a
// Diagnostic with AWS's words and location (reference: api.md 6).
#ifndef STEPWHEEL_ASL_FIELD_READER_H_
#define STEPWHEEL_ASL_FIELD_READER_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "asl/diagnostic.h"
#include "asl/json_path.h"
#include "asl/value.h"

namespace stepwheel::asl {

// More problems than this are not collected: it bounds the memory that a
// hostile definition can take (locations grow with the nesting).
inline constexpr size_t kDiagnosticsMax = 1000;

void AddDiagnostic(Diagnostic diagnostic, std::vector<Diagnostic>* diagnostics);
void AddSchemaError(std::string message, std::string location,
                    std::vector<Diagnostic>* diagnostics);

// "/States" + "A" -> "/States/A". The root is "/", as AWS prints it.
std::string FieldLocation(std::string_view parent, std::string_view name);
// "/States/A/Catch" + 1 -> "/States/A/Catch[1]".
std::string ElementLocation(std::string_view parent, size_t index);

// The number of code points in UTF-8 text: AWS's limits count characters.
size_t CodePoints(std::string_view text);

class FieldReader {
 public:
  // REQUIRES: `object` is an object; it and `diagnostics` outlive the reader.
  FieldReader(const Value& object, std::string location,
              std::vector<Diagnostic>* diagnostics);

  const Value& object() const { return object_; }
  const std::string& location() const { return location_; }
  std::string At(std::string_view name) const {
    return FieldLocation(location_, name);
  }
  std::vector<Diagnostic>* diagnostics() const { return diagnostics_; }
  // A problem of the object itself, and of one of its fields.
  void Error(std::string message);
  void ErrorAt(std::string_view name, std::string message);

  // The field's value, or nullptr if it is absent or was refused.
  const Value* Find(std::string_view name) const;
  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  // Reports `message` at the object and hides the field from all other calls,
  // so that one wrong field gives one problem.
  void Refuse(std::string_view name, std::string message);
  // Refuses every field that is not in `names`.
  void AllowOnly(std::span<const std::string_view> names);
  void AllowOnly(std::initializer_list<std::string_view> names);

  // "These fields are required: [A, B]" names those that are absent.
  bool Require(std::initializer_list<std::string_view> names);
  // At most one may be present; ExactlyOne also needs one.
  bool AtMostOne(std::initializer_list<std::string_view> names);
  bool ExactlyOne(std::initializer_list<std::string_view> names);

  // Each returns nothing when the field is absent or (reported) wrong.
  std::optional<std::string> String(std::string_view name);
  std::optional<bool> Boolean(std::string_view name);
  std::optional<int64_t> Integer(std::string_view name, int64_t min,
                                 int64_t max = INT64_MAX);
  std::optional<double> Number(std::string_view name, double min,
                               std::optional<double> max = std::nullopt);
  // The index in `values` of a string field's value.
  std::optional<size_t> OneOf(std::string_view name,
                              std::initializer_list<std::string_view> values);
  const Value* Object(std::string_view name);
  const Value* Array(std::string_view name);
  const Value* NonEmptyArray(std::string_view name);

  // A Path; and a Reference Path, which may start at the Context Object ($$)
  // only with `allow_context` (reference: asl.md 3.2).
  std::optional<JsonPath> Path(std::string_view name);
  std::optional<JsonPath> ReferencePathField(std::string_view name,
                                             bool allow_context = false);

 private:
  // The value if it is present and `is_right`; else reports "Expected value of
  // type X".
  const Value* Typed(std::string_view name, bool (Value::*is_right)() const,
                     std::string_view type);

  const Value& object_;
  std::string location_;
  std::vector<Diagnostic>* diagnostics_;
  std::set<std::string, std::less<>> refused_;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_FIELD_READER_H_
