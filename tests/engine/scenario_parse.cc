#include <sstream>

#include "tests/engine/scenario.h"

namespace stepwheel::engine {
namespace {

std::optional<Duration> ParseDuration(const std::string& text) {
  size_t unit = text.find_first_not_of("0123456789.");
  if (unit == 0 || unit == std::string::npos) return std::nullopt;
  const double n = std::stod(text.substr(0, unit));
  const std::string name = text.substr(unit);
  double factor = 0;
  if (name == "ms") factor = 1;
  if (name == "s") factor = 1000;
  if (name == "m") factor = 60'000;
  if (name == "h") factor = 3'600'000;
  if (name == "d") factor = 86'400'000;
  if (factor == 0) return std::nullopt;
  return Duration(static_cast<int64_t>(n * factor + 0.5));
}

std::string Trim(const std::string& s) {
  size_t from = s.find_first_not_of(" \t\r");
  if (from == std::string::npos) return "";
  return s.substr(from, s.find_last_not_of(" \t\r") - from + 1);
}

// "2s  fail t1 Oops "it broke"  ! TaskTimedOut"
bool ParseStep(const std::string& text, int line, Scenario* scenario,
               std::string* error) {
  ScenarioStep step;
  step.line = line;
  std::string rest = text;
  size_t bang = rest.rfind(" ! ");
  if (bang != std::string::npos) {
    step.expect_error = Trim(rest.substr(bang + 3));
    rest = Trim(rest.substr(0, bang));
  }
  std::istringstream words(rest);
  std::string at;
  words >> at >> step.verb;
  std::optional<Duration> when = ParseDuration(at);
  if (!when || step.verb.empty()) {
    *error = "line " + std::to_string(line) +
             ": expected a time and a verb, such as \"2s beat t1\"";
    return false;
  }
  step.at = *when;
  if (!scenario->script.empty() && step.at < scenario->script.back().at) {
    *error = "line " + std::to_string(line) + ": time goes back";
    return false;
  }
  std::getline(words, step.rest);
  step.rest = Trim(step.rest);
  std::istringstream again(step.rest);
  for (std::string word; again >> word;) step.words.push_back(word);
  scenario->script.push_back(std::move(step));
  return true;
}

}  // namespace

std::optional<Scenario> ParseScenario(const std::string& text,
                                      std::string* error) {
  Scenario scenario;
  std::istringstream lines(text);
  std::string section, argument;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.rfind("#", 0) == 0) continue;
    if (line.rfind("== ", 0) == 0) {
      std::istringstream head(line.substr(3));
      argument.clear();
      head >> section >> argument;
      if (section == "history") scenario.histories[argument];
      if (section == "events-max") {
        scenario.history_events_max = std::stoll(argument);
      }
      continue;
    }
    if (section == "definition") {
      (argument.empty() ? scenario.definition : scenario.machines[argument]) +=
          line + "\n";
    } else if (section == "mocks") {
      scenario.mocks += line + "\n";
    } else if (section == "script") {
      if (Trim(line).empty()) continue;
      if (!ParseStep(line, number, &scenario, error)) return std::nullopt;
    } else if (section == "history") {
      if (!Trim(line).empty()) scenario.histories[argument] += line + "\n";
    } else if (section == "result") {
      if (!Trim(line).empty()) scenario.results[argument] = Trim(line);
    } else if (!Trim(line).empty()) {
      *error = "line " + std::to_string(number) +
               ": expected a section: == definition, mocks, script, history "
               "or result";
      return std::nullopt;
    }
  }
  if (scenario.definition.empty() || scenario.script.empty()) {
    *error = "a scenario has a definition and a script";
    return std::nullopt;
  }
  return scenario;
}

}  // namespace stepwheel::engine
