#include "tests/engine/scenario_cases.h"

#include <set>
#include <sstream>

namespace stepwheel::engine {
namespace {

constexpr char kCase[] = "== case ";
constexpr char kExpected[] = "= ";
constexpr char kWith[] = "with ";
constexpr char kPlace[] = "%WITH%";

// The parts of a file before its first case, and of one case.
struct Parts {
  std::string definition;
  std::string before;
};

std::string Compose(const Parts& parts, const std::string& with,
                    const std::string& steps) {
  std::string definition = parts.definition;
  const size_t place = definition.find(kPlace);
  if (place != std::string::npos) {
    definition.replace(place, sizeof(kPlace) - 1,
                       with.empty() ? "" : ", " + with);
  }
  return "== definition\n" + definition + "== script\n" + parts.before + steps;
}

bool Finish(const Parts& parts, const std::string& name,
            const std::string& with, const std::string& steps,
            std::vector<ScenarioCase>* cases, std::string* error) {
  if (name.empty()) return true;
  std::string problem;
  auto scenario = ParseScenario(Compose(parts, with, steps), &problem);
  if (!scenario) {
    *error = "case " + name + ": " + problem;
    return false;
  }
  cases->back().scenario = std::move(*scenario);
  cases->back().scenario.name = name;
  return true;
}

// "12.500" to "12.5", "3.000" to "3".
std::string ShortSeconds(std::string text) {
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

std::optional<std::vector<ScenarioCase>> ParseCases(const std::string& text,
                                                    std::string* error) {
  std::vector<ScenarioCase> cases;
  std::set<std::string> names;
  Parts parts;
  std::string* section = nullptr;
  std::string name, with, steps;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    if (line == "== definition") {
      section = &parts.definition;
    } else if (line == "== before") {
      section = &parts.before;
    } else if (line.rfind(kCase, 0) == 0) {
      if (!Finish(parts, name, with, steps, &cases, error)) {
        return std::nullopt;
      }
      name = line.substr(sizeof(kCase) - 1);
      if (!names.insert(name).second) {
        *error = "two cases are called " + name;
        return std::nullopt;
      }
      with.clear();
      steps.clear();
      section = &steps;
      cases.emplace_back();
    } else if (section == nullptr) {
      *error = "expected == definition, == before or == case NAME: " + line;
      return std::nullopt;
    } else if (section == &steps && line.rfind(kWith, 0) == 0) {
      with = line.substr(sizeof(kWith) - 1);
    } else if (section == &steps && line.rfind(kExpected, 0) == 0) {
      const std::string trace = line.substr(sizeof(kExpected) - 1);
      cases.back().expected[trace.substr(0, trace.find(':'))] = trace;
    } else {
      *section += line + "\n";
    }
  }
  if (!Finish(parts, name, with, steps, &cases, error)) return std::nullopt;
  return cases;
}

std::map<std::string, std::string> TracesOf(const ScenarioOutcome& outcome) {
  std::map<std::string, std::string> traces;
  for (const auto& [name, result] : outcome.results) {
    std::string trace;
    auto history = outcome.histories.find(name);
    std::istringstream lines(
        history == outcome.histories.end() ? "" : history->second);
    for (std::string line; std::getline(lines, line);) {
      // "  4 <-  3     1.000  ActivityStarted  {...}"
      std::istringstream words(line.substr(line.find("<-") + 2));
      std::string previous, seconds, type;
      words >> previous >> seconds >> type;
      if (type == "ExecutionStarted") continue;
      trace += (trace.empty() ? "" : ", ") + ShortSeconds(seconds) + " " + type;
    }
    traces[name] = name + ": " + trace + " : " + result;
  }
  return traces;
}

std::string WithExpectations(
    const std::string& text,
    const std::vector<std::map<std::string, std::string>>& traces) {
  std::string out;
  size_t next = 0;
  bool pending = false;
  auto flush = [&] {
    if (!pending) return;
    while (out.ends_with("\n\n")) out.pop_back();
    for (const auto& [name, trace] : traces.at(next)) {
      out += kExpected + trace + "\n";
    }
    ++next;
    pending = false;
  };
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(kExpected, 0) == 0) continue;
    if (line.rfind(kCase, 0) == 0) {
      const bool first = next == 0 && !pending;
      flush();
      if (!first) out += "\n";
      pending = true;
    }
    out += line + "\n";
  }
  flush();
  return out;
}

}  // namespace stepwheel::engine
