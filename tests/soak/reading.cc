#include "tests/soak/reading.h"

#include <chrono>
#include <cmath>
#include <cstdlib>

#include "tests/soak/task_book.h"

namespace stepwheel::soak {
namespace {

int Count(std::string_view text, std::string_view word) {
  int n = 0;
  for (size_t at = text.find(word); at != text.npos;
       at = text.find(word, at + word.size())) {
    ++n;
  }
  return n;
}

int CountType(std::string_view history, const std::string& type) {
  return Count(history, "\"type\":\"" + type + "\"");
}

}  // namespace

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

int OutcomeOf(std::string_view history) {
  const int succeeded = CountType(history, "ActivitySucceeded");
  const int failed = CountType(history, "ActivityFailed");
  const int timed_out = CountType(history, "ActivityTimedOut");
  const int good = CountType(history, "ExecutionSucceeded");
  const int bad = CountType(history, "ExecutionFailed");
  const int aborted = CountType(history, "ExecutionAborted");
  const int tasks = succeeded + failed + timed_out;
  if (CountType(history, "ActivityScheduled") > 1 ||
      CountType(history, "ActivityStarted") > 1 || tasks > 1 ||
      good + bad + aborted > 1 || good != succeeded ||
      bad != failed + timed_out) {
    return -1;
  }
  if (aborted == 1) return kAborted;
  if (succeeded == 1) return kSucceeded;
  if (failed == 1) return kFailed;
  return timed_out == 1 ? kTimedOut : 0;
}

bool IsTaken(std::string_view history) {
  return CountType(history, "ActivityStarted") > 0;
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

}  // namespace stepwheel::soak
