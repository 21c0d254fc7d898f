#include "asl/diagnostic.h"

namespace stepwheel::asl {

std::string JoinDiagnostics(const std::vector<Diagnostic>& diagnostics) {
  std::string joined;
  for (const Diagnostic& d : diagnostics) {
    if (d.severity != Severity::kError) continue;
    if (!joined.empty()) joined += ", ";
    joined += d.code + ": " + d.message + " at " + d.location.value_or("null");
  }
  return joined;
}

}  // namespace stepwheel::asl
