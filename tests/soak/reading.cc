#include "tests/soak/reading.h"

#include <string>

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

}  // namespace stepwheel::soak
