#include "engine/records.h"

#include <iterator>

namespace stepwheel::engine {
namespace {

constexpr std::string_view kStatusNames[] = {
    "RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE",
};

}  // namespace

std::string_view ExecutionStatusName(ExecutionStatus status) {
  return kStatusNames[static_cast<size_t>(status)];
}

std::optional<ExecutionStatus> ExecutionStatusFromName(std::string_view name) {
  for (size_t i = 0; i < std::size(kStatusNames); ++i) {
    if (kStatusNames[i] == name) return static_cast<ExecutionStatus>(i);
  }
  return std::nullopt;
}

std::string NameOfArn(const std::string& arn) {
  return arn.substr(arn.rfind(':') + 1);
}

}  // namespace stepwheel::engine
