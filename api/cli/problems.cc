#include "api/cli/problems.h"

#include <vector>

#include "api/cli/flags.h"
#include "asl/json.h"

namespace stepwheel::cli {
namespace {

using asl::Value;

// Names a writer may have meant: states of this definition, fields of ASL.
void CollectStateNames(const Value& value, std::set<std::string>* names) {
  if (value.depth() > 200) return;
  if (value.is_array()) {
    for (const Value& v : value.as_array()) CollectStateNames(v, names);
  }
  if (!value.is_object()) return;
  for (const asl::Member& m : value.as_object()) {
    if (m.key() == "States" && m.value.is_object()) {
      for (const asl::Member& state : m.value.as_object()) {
        names->insert(std::string(state.key()));
      }
    }
    CollectStateNames(m.value, names);
  }
}

constexpr std::string_view kFields[] = {"Arguments",
                                        "Assign",
                                        "BackoffRate",
                                        "Branches",
                                        "Catch",
                                        "Cause",
                                        "CausePath",
                                        "Choices",
                                        "Comment",
                                        "Credentials",
                                        "Default",
                                        "End",
                                        "Error",
                                        "ErrorEquals",
                                        "ErrorPath",
                                        "HeartbeatSeconds",
                                        "InputPath",
                                        "HeartbeatSecondsPath",
                                        "IntervalSeconds",
                                        "ItemProcessor",
                                        "ItemSelector",
                                        "Items",
                                        "ItemsPath",
                                        "Iterator",
                                        "JitterStrategy",
                                        "MaxAttempts",
                                        "MaxConcurrency",
                                        "MaxDelaySeconds",
                                        "Next",
                                        "MaxConcurrencyPath",
                                        "Output",
                                        "OutputPath",
                                        "Parameters",
                                        "ProcessorConfig",
                                        "QueryLanguage",
                                        "Resource",
                                        "Result",
                                        "ResultPath",
                                        "ResultSelector",
                                        "Retry",
                                        "Seconds",
                                        "SecondsPath",
                                        "StartAt",
                                        "States",
                                        "TimeoutSeconds",
                                        "Timestamp",
                                        "TimestampPath",
                                        "TimeoutSecondsPath",
                                        "Type",
                                        "Variable",
                                        "Version"};

}  // namespace

Hints::Hints(const std::string& definition) {
  asl::JsonError error;
  if (auto value = asl::ParseJson(definition, &error)) {
    CollectStateNames(*value, &states_);
  }
}

// The word a message complains about: in quotes, or behind "target: ".
std::string Hints::For(const asl::Diagnostic& d) const {
  std::vector<std::string_view> known;
  std::string word;
  const std::string target = "target: ";
  if (size_t at = d.message.find(target); at != std::string::npos) {
    word = d.message.substr(at + target.size());
    known.assign(states_.begin(), states_.end());
  } else if (d.message.rfind("Field '", 0) == 0) {
    word = d.message.substr(7, d.message.find('\'', 7) - 7);
    known.assign(std::begin(kFields), std::end(kFields));
  }
  if (word.empty()) return "";
  std::string_view meant = DidYouMean(word, known);
  return meant.empty() || meant == word ? "" : std::string(meant);
}

std::string_view SeverityName(const asl::Diagnostic& d) {
  return d.severity == asl::Severity::kError ? "error" : "warning";
}

std::string DiagnosticText(const asl::Diagnostic& d, const std::string& hint) {
  // AWS repeats the place and the whole source behind a syntax error; people
  // have file, line and column in front of it.
  const size_t source = d.message.find("\n at [Source");
  std::string text = d.message.substr(0, source);
  if (d.location && source == std::string::npos) text += " at " + *d.location;
  if (!hint.empty()) text += "; did you mean '" + hint + "'?";
  return text;
}

std::string DiagnosticLine(const std::string& file, const asl::Diagnostic& d,
                           const std::string& hint, const Terminal& terminal) {
  const bool error = d.severity == asl::Severity::kError;
  std::string where = file;
  if (d.line > 0) {
    where += ":" + std::to_string(d.line) + ":" + std::to_string(d.column);
  }
  return where + ": " +
         terminal.Paint(error ? Ink::kRed : Ink::kYellow, SeverityName(d)) +
         ": " + d.code + ": " + DiagnosticText(d, hint) + "\n";
}

}  // namespace stepwheel::cli
