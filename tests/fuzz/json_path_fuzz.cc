// A path compiles or says why not; it finds the same thing each time, or says
// what is missing. What a Reference Path writes, the path finds.
#include "asl/json_path.h"
#include "tests/fuzz/fuzz.h"

namespace stepwheel::fuzz {
namespace {

void CheckRead(const asl::JsonPath& path, const asl::Value& document) {
  const asl::JsonPath::Result first = path.Evaluate(document);
  STEPWHEEL_CHECK(first.value.has_value() == first.missing.empty(),
                  "either a value or what is missing");
  STEPWHEEL_CHECK(IsUtf8(first.missing), "what is missing is not UTF-8");
  const auto again = asl::JsonPath::Parse(path.text(), nullptr);
  STEPWHEEL_CHECK(again.has_value(), "its own text does not compile");
  const asl::JsonPath::Result second = again->Evaluate(document);
  STEPWHEEL_CHECK(first.missing == second.missing, "another thing is missing");
  if (!first.value) return;
  CheckText(*first.value);
  STEPWHEEL_CHECK(second.value && first.value->Text() == second.value->Text(),
                  "another result");
  STEPWHEEL_CHECK(path.definite() || first.value->is_array(),
                  "matches are no array");
}

void CheckWrite(const asl::ReferencePath& path, const asl::JsonPath& reader,
                const asl::Value& document) {
  const asl::Value written("written");
  const asl::Outcome<asl::Value> result = path.Apply(document, written);
  if (!result.ok()) {
    STEPWHEEL_CHECK(result.error().Is(asl::kStatesReferencePathConflict),
                    "another error than a conflict");
    return;
  }
  CheckText(*result);
  const asl::JsonPath::Result found = reader.Evaluate(*result);
  STEPWHEEL_CHECK(found.value && *found.value == written,
                  "what was written is not found");
}

void Check(std::string_view text) {
  const auto [line, document] = Split(text);
  if (!IsUtf8(line)) return;
  std::string error;
  const auto path = asl::JsonPath::Parse(line, &error);
  STEPWHEEL_CHECK(path.has_value() == error.empty(), "a path or an error");
  STEPWHEEL_CHECK(IsUtf8(error), "the error is not UTF-8");
  std::string no_reference;
  const auto reference = asl::ReferencePath::Parse(line, &no_reference);
  STEPWHEEL_CHECK(reference.has_value() == no_reference.empty(),
                  "a Reference Path or an error");
  STEPWHEEL_CHECK(!reference || (path && path->is_reference_path()),
                  "a Reference Path that is none");
  if (!path) return;
  STEPWHEEL_CHECK(path->text() == line, "another text");
  CheckRead(*path, document);
  if (reference) CheckWrite(*reference, *path, document);
}

}  // namespace
}  // namespace stepwheel::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  stepwheel::fuzz::Check(stepwheel::fuzz::TextOf(data, size));
  return 0;
}
