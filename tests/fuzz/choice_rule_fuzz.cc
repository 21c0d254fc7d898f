// A Choice rule compiles or has problems; it matches, does not match, or fails
// with a cause that can be sent, and does the same twice.
#include "asl/choice_rule.h"
#include "tests/fuzz/fuzz.h"

namespace stepwheel::fuzz {
namespace {

void Check(std::string_view text) {
  const auto [line, document] = Split(text);
  const auto json = asl::ParseJson(line, nullptr);
  if (!json) return;
  std::vector<asl::Diagnostic> problems;
  const auto rule = asl::ChoiceRule::Compile(*json, "/Rule", &problems);
  bool errors = false;
  for (const asl::Diagnostic& problem : problems) {
    STEPWHEEL_CHECK(!problem.code.empty() && IsUtf8(problem.message),
                    "it says nothing that can be sent");
    errors = errors || problem.severity == asl::Severity::kError;
  }
  if (errors) return;
  Environment first;
  Environment second;
  const asl::Outcome<bool> result = rule.Evaluate(document, first);
  const asl::Outcome<bool> again = rule.Evaluate(document, second);
  STEPWHEEL_CHECK(result.ok() == again.ok(), "a second evaluation differs");
  if (result.ok()) {
    STEPWHEEL_CHECK(*result == *again, "another result");
    return;
  }
  const asl::Error& error = result.error();
  STEPWHEEL_CHECK(error.name && error.cause, "an error without name or cause");
  STEPWHEEL_CHECK(IsUtf8(*error.cause), "the cause is not UTF-8");
  STEPWHEEL_CHECK(error.cause == again.error().cause, "another cause");
}

}  // namespace
}  // namespace stepwheel::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  stepwheel::fuzz::Check(stepwheel::fuzz::TextOf(data, size));
  return 0;
}
