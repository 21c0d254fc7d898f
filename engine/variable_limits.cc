// AWS's limits on variables: of one Assign, and of a whole execution.

#include <utility>

#include "asl/quotas.h"
#include "engine/decide.h"

namespace stepwheel::engine {
namespace {

int64_t BytesOf(const asl::Value& value) {
  return static_cast<int64_t>(value.text_size());
}

std::string Exceeded(const std::string& total, const std::string& name,
                     const std::string& state, int64_t bytes,
                     const std::string& what, int64_t excess) {
  return total + " total variable size limit exceeded. Variable '" + name +
         "' in state '" + state + "' was assigned " + std::to_string(bytes) +
         " bytes, which caused the size of variables " + what +
         " to exceed its limit by " + std::to_string(excess) + " bytes.";
}

}  // namespace

bool Decision::FailIfVariablesTooLarge(Frame& frame,
                                       const asl::Assigned& assigned) {
  const std::string& state = e_->StateOf(frame).name;
  int64_t here = 0, total = e_->variable_bytes;
  std::string cause;
  for (const auto& [name, value] : assigned) {
    const int64_t bytes = BytesOf(value);
    here += bytes;
    total += bytes;
    auto old = frame.variables.find(name);
    if (old != frame.variables.end() && !old->second.is_null()) {
      total -= BytesOf(old->second);
    }
    if (here > asl::kAssignBytesMax) {
      cause = Exceeded("State", name, state, bytes, "assigned in the state",
                       here - asl::kAssignBytesMax);
      break;
    }
    if (total > asl::kVariableBytesMax) {
      // The words of this one follow the other's; AWS's own are unverified.
      cause = Exceeded("Execution", name, state, bytes, "in the execution",
                       total - asl::kVariableBytesMax);
      break;
    }
  }
  if (cause.empty()) return false;
  asl::Error error{std::string(asl::kStatesDataLimitExceeded), cause};
  error.evaluation_failed = true;
  error.location = "Assign";
  if (Announce(frame, &error)) FailExecution(frame.tip, error);
  return true;
}

}  // namespace stepwheel::engine
