#include "bench/answers.h"

#include <chrono>
#include <cmath>
#include <cstdlib>

namespace stepwheel::bench {

int64_t NowUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::string_view Member(std::string_view json, std::string_view name) {
  const size_t at = json.find(name);
  if (at == json.npos) return "";
  json.remove_prefix(at + name.size());
  if (json.starts_with('"')) json.remove_prefix(1);
  return json.substr(0, json.find_first_of("\",}\\"));
}

uint64_t Number(std::string_view json, std::string_view name) {
  return std::strtoull(std::string(Member(json, name)).c_str(), nullptr, 10);
}

int64_t TimedOutAtUs(std::string_view history) {
  constexpr std::string_view kTimestamp = "\"timestamp\":";
  const size_t type = history.find("\"type\":\"ActivityTimedOut\"");
  const size_t at = history.rfind(kTimestamp, type);
  if (type == history.npos || at == history.npos) return 0;
  return std::llround(
      std::strtod(std::string(Member(history.substr(at), kTimestamp)).c_str(),
                  nullptr) *
      1e6);
}

std::string ExecutionArn(std::string machine_arn, const std::string& name) {
  constexpr std::string_view kKind = ":stateMachine:";
  machine_arn.replace(machine_arn.find(kKind), kKind.size(), ":execution:");
  return machine_arn + ":" + name;
}

}  // namespace stepwheel::bench
