// A JavaScript pattern on the first line, behind one byte for its flags, on the
// rest as subject: it compiles or says why not, and a match lies in the
// subject. Interpreted, as machine code and watched, it finds the same.
#include "asl/jsonata/js_regex.h"
#include "tests/fuzz/fuzz.h"

namespace stepwheel::fuzz {
namespace {

using asl::jsonata::JsRegex;
using asl::jsonata::JsRegexError;
using Outcome = JsRegex::Outcome;
using Spans = std::vector<JsRegex::Span>;

void CheckSpans(const Spans& spans, size_t groups, size_t size) {
  STEPWHEEL_CHECK(spans.size() == groups + 1, "a span for each group");
  STEPWHEEL_CHECK(spans[0].is_set(), "a match without a place");
  for (const JsRegex::Span& span : spans) {
    if (!span.is_set()) continue;
    STEPWHEEL_CHECK(span.end <= size, "a match behind the subject's end");
    STEPWHEEL_CHECK(span.begin <= span.end, "a match that ends too soon");
  }
}

void Check(std::string_view text) {
  if (text.empty()) return;
  const auto choice = static_cast<unsigned char>(text[0]);
  const std::string flags = std::string((choice & 1) != 0 ? "i" : "") +
                            ((choice & 2) != 0 ? "m" : "");
  text.remove_prefix(1);
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view pattern = text.substr(0, end);
  const std::string_view subject =
      end < text.size() ? text.substr(end + 1) : "";
  const auto compiled = JsRegex::Compile(pattern, flags);
  if (const auto* error = std::get_if<JsRegexError>(&compiled)) {
    STEPWHEEL_CHECK(!error->message.empty(), "an error without a message");
    STEPWHEEL_CHECK(error->position <= pattern.size(), "outside the pattern");
    return;
  }
  STEPWHEEL_CHECK(IsUtf8(pattern), "a pattern that is not UTF-8");
  if (!IsUtf8(subject)) return;
  const auto& regex = std::get<JsRegex>(compiled);
  Outcome outcomes[6];
  Spans spans[6];
  for (int i = 0; i < 6; ++i) {
    int64_t budget = 200'000;
    outcomes[i] = regex.Exec(subject, 0, &budget, &spans[i]);
    // Machine code counts its steps otherwise.
    if (outcomes[i] == Outcome::kLimit || outcomes[0] == Outcome::kLimit) {
      continue;
    }
    STEPWHEEL_CHECK(outcomes[i] == outcomes[0], "another outcome");
    if (outcomes[i] == Outcome::kNoMatch) continue;
    CheckSpans(spans[i], regex.group_count(), subject.size());
    STEPWHEEL_CHECK(spans[i][0].begin == spans[0][0].begin &&
                        spans[i][0].end == spans[0][0].end,
                    "another match");
  }
}

}  // namespace
}  // namespace stepwheel::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  stepwheel::fuzz::Check(stepwheel::fuzz::TextOf(data, size));
  return 0;
}
