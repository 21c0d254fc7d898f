// What may stand behind "x.$" compiles or says why not, and evaluates to the
// same value or error each time.
#include <set>

#include "asl/payload_template.h"
#include "tests/fuzz/fuzz.h"

namespace stepwheel::fuzz {
namespace {

void Check(std::string_view text) {
  const auto [line, document] = Split(text);
  if (!IsUtf8(line)) return;
  std::string error;
  const auto expression = asl::PathExpression::Compile(line, &error);
  STEPWHEEL_CHECK(expression.has_value() == error.empty(),
                  "an expression or an error");
  STEPWHEEL_CHECK(IsUtf8(error), "the error is not UTF-8");
  if (!expression) return;
  STEPWHEEL_CHECK(expression->text() == line, "another text");
  const auto again = asl::PathExpression::Compile(line, nullptr);
  Environment first;
  Environment second;
  CheckOutcomes(expression->Evaluate(document, "x.$", first),
                again->Evaluate(document, "x.$", second));
  std::set<std::string> names;
  expression->CollectVariables(&names);
  STEPWHEEL_CHECK(names.empty() || line.find('$') != std::string_view::npos,
                  "a variable from nowhere");
}

}  // namespace
}  // namespace stepwheel::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  stepwheel::fuzz::Check(stepwheel::fuzz::TextOf(data, size));
  return 0;
}
