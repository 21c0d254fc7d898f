#include "api/aws/params.h"

#include <cmath>
#include <vector>

namespace stepwheel::aws {
namespace {

using asl::Value;

// --- Types ------------------------------------------------------------------

// What the JSON reader of AWS calls the value it found.
std::string_view FoundName(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return "NULL_VALUE";
    case Value::Kind::kBool:
      return value.as_bool() ? "TRUE_VALUE" : "FALSE_VALUE";
    case Value::Kind::kInt:
      return "NUMBER_VALUE";
    case Value::Kind::kDouble:
      return "DECIMAL_VALUE";
    case Value::Kind::kString:
      return "STRING_VALUE";
    case Value::Kind::kArray:
      return "START_ARRAY";
    case Value::Kind::kObject:
      return "START_OBJECT";
  }
  return "";
}

std::string_view WantedName(Kind kind) {
  switch (kind) {
    case Kind::kString:
      return "a String";
    case Kind::kInteger:
      return "an Integer";
    case Kind::kBoolean:
      return "a Boolean";
    case Kind::kStructure:
      return "a structure";
    case Kind::kList:
      return "a list";
  }
  return "";
}

bool IsWhole(const Value& value) {
  constexpr double kLongMax = 9.0e18;
  return value.is_double() &&
         std::trunc(value.as_double()) == value.as_double() &&
         std::abs(value.as_double()) < kLongMax;
}

bool HasKind(const Value& value, Kind kind) {
  switch (kind) {
    case Kind::kString:
      return value.is_string();
    case Kind::kInteger:
      return value.is_int() || IsWhole(value);
    case Kind::kBoolean:
      return value.is_bool();
    case Kind::kStructure:
      return value.is_object();
    case Kind::kList:
      return value.is_array();
  }
  return false;
}

int64_t WholeNumber(const Value& value) {
  return value.is_int() ? value.as_int()
                        : static_cast<int64_t>(value.as_double());
}

const Value* FindPresent(const Value& object, std::string_view name) {
  const Value* value = object.Find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

// --- Values as Java prints them ---------------------------------------------

void AppendJava(const Value& value, const Member& member, std::string* out) {
  if (member.kind == Kind::kList) {
    *out += '[';
    bool first = true;
    for (const Value& element : value.as_array()) {
      if (!first) *out += ", ";
      first = false;
      AppendJava(element, *member.element, out);
    }
    *out += ']';
  } else if (member.kind == Kind::kStructure) {
    out->append(member.shape).append("(");
    bool first = true;
    for (const Member& inner : member.members) {
      if (!first) *out += ", ";
      first = false;
      out->append(inner.name).append("=");
      const Value* found = FindPresent(value, inner.name);
      if (found == nullptr) {
        *out += "null";
      } else {
        AppendJava(*found, inner, out);
      }
    }
    *out += ')';
  } else if (value.is_string()) {
    *out += value.as_string();
  } else if (member.kind == Kind::kInteger) {
    *out += std::to_string(WholeNumber(value));
  } else {
    value.AppendText(out);
  }
}

// --- The walk ---------------------------------------------------------------

class Checker {
 public:
  // False at the first value of a wrong type.
  bool CheckTypes(const Value& object, std::span<const Member> members,
                  const std::string& path) {
    for (const Member& member : members) {
      const Value* value = FindPresent(object, member.name);
      if (value == nullptr) continue;
      if (!CheckType(*value, member, path + std::string(member.name))) {
        return false;
      }
    }
    return true;
  }

  void CheckConstraints(const Value& object, std::span<const Member> members,
                        const std::string& path) {
    for (const Member& member : members) {
      std::string where = path + std::string(member.name);
      const Value* value = FindPresent(object, member.name);
      if (value != nullptr) {
        CheckConstraint(*value, member, where);
      } else if (member.required) {
        problems_.push_back("Value at '" + where +
                            "' failed to satisfy constraint: Member must not "
                            "be null");
      }
    }
  }

  const std::string& type_error() const { return type_error_; }
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  bool CheckType(const Value& value, const Member& member,
                 const std::string& where) {
    if (!HasKind(value, member.kind)) {
      type_error_.append(FoundName(value))
          .append(" can not be converted to ")
          .append(WantedName(member.kind))
          .append(" (at '")
          .append(where)
          .append("')");
      return false;
    }
    if (member.kind == Kind::kStructure) {
      return CheckTypes(value, member.members, where + ".");
    }
    if (member.kind != Kind::kList) return true;
    int index = 0;
    for (const Value& element : value.as_array()) {
      if (!CheckType(element, *member.element, ElementPath(where, ++index))) {
        return false;
      }
    }
    return true;
  }

  static std::string ElementPath(const std::string& where, int index) {
    return where + "." + std::to_string(index) + ".member";
  }

  void CheckConstraint(const Value& value, const Member& member,
                       const std::string& where) {
    switch (member.kind) {
      case Kind::kString:
        CheckText(value, member, where);
        return;
      case Kind::kInteger:
        CheckRange(WholeNumber(value), "value", value, member, where);
        return;
      case Kind::kBoolean:
        return;
      case Kind::kStructure:
        CheckConstraints(value, member.members, where + ".");
        return;
      case Kind::kList:
        CheckRange(static_cast<int64_t>(value.as_array().size()), "length",
                   value, member, where);
        CheckElements(value.as_array(), *member.element, where);
        return;
    }
  }

  void CheckElements(const asl::Elements& elements, const Member& member,
                     const std::string& where) {
    int index = 0;
    for (const Value& element : elements) {
      CheckConstraint(element, member, ElementPath(where, ++index));
    }
  }

  void CheckText(const Value& value, const Member& member,
                 const std::string& where) {
    std::string_view text = value.as_string();
    int64_t length = member.in_bytes ? static_cast<int64_t>(text.size())
                                     : CountCharacters(text);
    CheckRange(length, "length", value, member, where);
    if (member.pattern != nullptr && !member.pattern->matches(text)) {
      Report(value, member, where,
             "Member must satisfy regular expression pattern: " +
                 std::string(member.pattern->text));
    }
    if (member.values.empty()) return;
    std::string set;
    for (std::string_view allowed : member.values) {
      if (allowed == text) return;
      set.append(set.empty() ? "[" : ", ").append(allowed);
    }
    Report(value, member, where,
           "Member must satisfy enum value set: " + set + "]");
  }

  void CheckRange(int64_t measured, std::string_view unit, const Value& value,
                  const Member& member, const std::string& where) {
    auto report = [&](std::string_view side, int64_t limit) {
      std::string rule = "Member must have ";
      rule.append(unit).append(" ").append(side).append(" than or equal to ");
      Report(value, member, where, rule + std::to_string(limit));
    };
    if (member.max != kNoLimit && measured > member.max) {
      report("less", member.max);
    }
    if (member.min != kNoLimit && measured < member.min) {
      report("greater", member.min);
    }
  }

  void Report(const Value& value, const Member& member,
              const std::string& where, const std::string& rule) {
    std::string problem = "Value ";
    if (!member.sensitive) {
      problem += '\'';
      AppendJava(value, member, &problem);
      problem += "' ";
    }
    problems_.push_back(problem + "at '" + where +
                        "' failed to satisfy constraint: " + rule);
  }

  std::string type_error_;
  std::vector<std::string> problems_;
};

}  // namespace

std::optional<ParamsError> CheckParams(const Value& body,
                                       std::span<const Member> members) {
  Checker checker;
  if (!checker.CheckTypes(body, members, "")) {
    return ParamsError{ProtocolError::kSerialization, checker.type_error()};
  }
  checker.CheckConstraints(body, members, "");
  const std::vector<std::string>& problems = checker.problems();
  if (problems.empty()) return std::nullopt;
  std::string message = std::to_string(problems.size()) + " validation error" +
                        (problems.size() == 1 ? "" : "s") +
                        " detected: " + problems[0];
  for (size_t i = 1; i < problems.size(); ++i) message += "; " + problems[i];
  return ParamsError{ProtocolError::kParameterValidation, std::move(message)};
}

int64_t CountCharacters(std::string_view text) {
  int64_t count = 0;
  for (char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++count;
  }
  return count;
}

const Value* Params::Find(std::string_view name) const {
  return FindPresent(object_, name);
}

std::string_view Params::View(std::string_view name) const {
  const Value* value = Find(name);
  return value == nullptr ? std::string_view() : value->as_string();
}

std::optional<std::string> Params::Optional(std::string_view name) const {
  if (!Has(name)) return std::nullopt;
  return String(name);
}

int64_t Params::Integer(std::string_view name, int64_t absent) const {
  const Value* value = Find(name);
  return value == nullptr ? absent : WholeNumber(*value);
}

bool Params::Boolean(std::string_view name, bool absent) const {
  const Value* value = Find(name);
  return value == nullptr ? absent : value->as_bool();
}

Params Params::Structure(std::string_view name) const {
  const Value* value = Find(name);
  return Params(value == nullptr ? Value() : *value);
}

const asl::Elements& Params::List(std::string_view name) const {
  static const auto* none = new asl::Elements;
  const Value* value = Find(name);
  return value == nullptr ? *none : value->as_array();
}

}  // namespace stepwheel::aws
