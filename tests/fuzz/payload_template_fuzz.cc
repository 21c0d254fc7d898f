// Any JSON is a template or has problems; a template gives the same value or
// error each time, and one without "x.$" gives itself. It runs on itself.
#include "asl/payload_template.h"
#include "tests/fuzz/fuzz.h"

namespace stepwheel::fuzz {
namespace {

void Check(std::string_view text) {
  const auto json = asl::ParseJson(text, nullptr);
  if (!json) return;
  std::vector<asl::PayloadTemplate::Problem> problems;
  const auto compiled = asl::PayloadTemplate::Compile(*json, &problems);
  bool errors = false;
  for (const auto& problem : problems) {
    STEPWHEEL_CHECK(!problem.code.empty() && !problem.message.empty(),
                    "it says nothing");
    STEPWHEEL_CHECK(IsUtf8(problem.message) && IsUtf8(problem.pointer),
                    "a problem is not UTF-8");
    errors = errors || !problem.warning;
  }
  if (errors) return;
  Environment first;
  Environment second;
  const asl::Outcome<asl::Value> result = compiled.Evaluate(*json, first);
  CheckOutcomes(result, compiled.Evaluate(*json, second));
  STEPWHEEL_CHECK(!compiled.is_constant() || (result.ok() && *result == *json),
                  "a constant template gives something else");
}

}  // namespace
}  // namespace stepwheel::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  stepwheel::fuzz::Check(stepwheel::fuzz::TextOf(data, size));
  return 0;
}
