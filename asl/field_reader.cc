#include "asl/field_reader.h"

#include <algorithm>
#include <utility>

namespace stepwheel::asl {
namespace {

std::string List(std::span<const std::string_view> names) {
  std::string list = "[";
  for (std::string_view name : names) {
    if (list.size() > 1) list += ", ";
    list += name;
  }
  return list + "]";
}

// AWS prints the bounds of real-valued fields with a fraction: "0.0".
std::string BoundText(double bound) {
  std::string text = std::to_string(static_cast<int64_t>(bound));
  return text + ".0";
}

}  // namespace

void AddDiagnostic(Diagnostic diagnostic,
                   std::vector<Diagnostic>* diagnostics) {
  if (diagnostics->size() < kDiagnosticsMax) {
    diagnostics->push_back(std::move(diagnostic));
  }
}

void AddSchemaError(std::string message, std::string location,
                    std::vector<Diagnostic>* diagnostics) {
  AddDiagnostic({.severity = Severity::kError,
                 .code = "SCHEMA_VALIDATION_FAILED",
                 .message = std::move(message),
                 .location = std::move(location)},
                diagnostics);
}

std::string FieldLocation(std::string_view parent, std::string_view name) {
  std::string location;
  location.reserve(parent.size() + 1 + name.size());
  if (parent != "/") location += parent;
  location += '/';
  location += name;
  return location;
}

std::string ElementLocation(std::string_view parent, size_t index) {
  return std::string(parent) + "[" + std::to_string(index) + "]";
}

size_t CodePoints(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (c & 0xC0) != 0x80; });
}

FieldReader::FieldReader(const Value& object, std::string location,
                         std::vector<Diagnostic>* diagnostics)
    : object_(object),
      location_(std::move(location)),
      diagnostics_(diagnostics) {}

void FieldReader::Error(std::string message) {
  AddSchemaError(std::move(message), location_, diagnostics_);
}

void FieldReader::ErrorAt(std::string_view name, std::string message) {
  AddSchemaError(std::move(message), At(name), diagnostics_);
}

const Value* FieldReader::Find(std::string_view name) const {
  if (refused_.contains(name)) return nullptr;
  return object_.Find(name);
}

void FieldReader::Refuse(std::string_view name, std::string message) {
  refused_.emplace(name);
  Error(std::move(message));
}

void FieldReader::AllowOnly(std::span<const std::string_view> names) {
  for (const Member& member : object_.as_object()) {
    if (std::find(names.begin(), names.end(), member.key()) == names.end()) {
      Refuse(member.key(),
             "Field '" + std::string(member.key()) + "' is not supported");
    }
  }
}

void FieldReader::AllowOnly(std::initializer_list<std::string_view> names) {
  AllowOnly(std::span<const std::string_view>(names.begin(), names.size()));
}

bool FieldReader::Require(std::initializer_list<std::string_view> names) {
  std::vector<std::string_view> absent;
  for (std::string_view name : names) {
    if (!Has(name)) absent.push_back(name);
  }
  if (absent.empty()) return true;
  Error("These fields are required: " + List(absent));
  return false;
}

bool FieldReader::AtMostOne(std::initializer_list<std::string_view> names) {
  const auto count =
      std::count_if(names.begin(), names.end(),
                    [this](std::string_view name) { return Has(name); });
  if (count <= 1) return true;
  Error("There should only be one of the following fields: " +
        List({names.begin(), names.size()}));
  return false;
}

bool FieldReader::ExactlyOne(std::initializer_list<std::string_view> names) {
  if (std::any_of(names.begin(), names.end(),
                  [this](std::string_view name) { return Has(name); })) {
    return AtMostOne(names);
  }
  Error("This object should have only one of the following fields: " +
        List({names.begin(), names.size()}));
  return false;
}

const Value* FieldReader::Typed(std::string_view name,
                                bool (Value::*is_right)() const,
                                std::string_view type) {
  const Value* value = Find(name);
  if (value == nullptr) return nullptr;
  if ((value->*is_right)()) return value;
  ErrorAt(name, "Expected value of type " + std::string(type));
  return nullptr;
}

std::optional<std::string> FieldReader::String(std::string_view name) {
  const Value* value = Typed(name, &Value::is_string, "String");
  if (value == nullptr) return std::nullopt;
  return std::string(value->as_string());
}

std::optional<bool> FieldReader::Boolean(std::string_view name) {
  const Value* value = Typed(name, &Value::is_bool, "Boolean");
  if (value == nullptr) return std::nullopt;
  return value->as_bool();
}

std::optional<int64_t> FieldReader::Integer(std::string_view name, int64_t min,
                                            int64_t max) {
  const Value* value = Typed(name, &Value::is_int, "Integer");
  if (value == nullptr) return std::nullopt;
  const int64_t number = value->as_int();
  if (number < min) {
    ErrorAt(name, "Minimum value is " + std::to_string(min));
    return std::nullopt;
  }
  if (number > max) {
    ErrorAt(name, "Maximum value is " + std::to_string(max));
    return std::nullopt;
  }
  return number;
}

std::optional<double> FieldReader::Number(std::string_view name, double min,
                                          std::optional<double> max) {
  const Value* value = Typed(name, &Value::is_number, "Number");
  if (value == nullptr) return std::nullopt;
  const double number = value->as_double();
  if (number < min) {
    ErrorAt(name, "Minimum value is " + BoundText(min));
    return std::nullopt;
  }
  if (max && number > *max) {
    ErrorAt(name, "Maximum value is " + BoundText(*max));
    return std::nullopt;
  }
  return number;
}

std::optional<size_t> FieldReader::OneOf(
    std::string_view name, std::initializer_list<std::string_view> values) {
  const Value* value = Typed(name, &Value::is_string, "String");
  if (value == nullptr) return std::nullopt;
  const auto found =
      std::find(values.begin(), values.end(), value->as_string());
  if (found != values.end()) return found - values.begin();
  ErrorAt(name, "Value should be one of the following: " +
                    List({values.begin(), values.size()}));
  return std::nullopt;
}

const Value* FieldReader::Object(std::string_view name) {
  return Typed(name, &Value::is_object, "Object");
}

const Value* FieldReader::Array(std::string_view name) {
  return Typed(name, &Value::is_array, "Array");
}

const Value* FieldReader::NonEmptyArray(std::string_view name) {
  const Value* value = Array(name);
  if (value == nullptr || !value->as_array().empty()) return value;
  ErrorAt(name, "Value cannot be empty");
  return nullptr;
}

std::optional<JsonPath> FieldReader::Path(std::string_view name) {
  std::optional<std::string> text = String(name);
  if (!text) return std::nullopt;
  std::string error;
  std::optional<JsonPath> path = JsonPath::Parse(*text, &error);
  if (!path) ErrorAt(name, "Value must be a valid JSONPath.");
  return path;
}

std::optional<JsonPath> FieldReader::ReferencePathField(std::string_view name,
                                                        bool allow_context) {
  std::optional<JsonPath> path = Path(name);
  if (!path) return std::nullopt;
  const bool context = path->root() == JsonPath::Root::kContext;
  if (path->is_reference_path() && (allow_context || !context)) return path;
  ErrorAt(name, "Value is not a Reference Path");
  return std::nullopt;
}

}  // namespace stepwheel::asl
