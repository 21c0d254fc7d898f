// A text is JSON, which prints to a text of the same value and of the size it
// said, or has an error that lies inside the text.
#include "asl/json.h"
#include "tests/fuzz/fuzz.h"

namespace stepwheel::fuzz {
namespace {

void Check(std::string_view text) {
  asl::JsonError error;
  const auto value = asl::ParseJson(text, &error);
  size_t visits = 0;
  const auto visited = asl::ParseJsonWithPaths(
      text, nullptr, [&](std::string_view, size_t offset) {
        STEPWHEEL_CHECK(offset < text.size(), "a value outside of the text");
        ++visits;
      });
  STEPWHEEL_CHECK(value.has_value() == visited.has_value(),
                  "paths make a difference");
  if (!value) {
    STEPWHEEL_CHECK(!error.message.empty(), "it says nothing");
    STEPWHEEL_CHECK(error.offset <= text.size(), "outside of the text");
    STEPWHEEL_CHECK(error.line >= 1 && error.column >= 1, "no such position");
    asl::JsonErrorWithLocation(text, error);
    asl::PositionOf(text, error.offset);
    return;
  }
  const auto again = asl::ParseJson(value->Text(), nullptr);
  STEPWHEEL_CHECK(again && *again == *value && *visited == *value,
                  "it reads back as another value");
  STEPWHEEL_CHECK(again->Text() == value->Text(), "it prints otherwise");
  STEPWHEEL_CHECK(value->text_size() == value->Text().size(), "another size");
  CheckText(*value);
  const auto kept = asl::ParseJson(text, nullptr, /*keep_text=*/true);
  STEPWHEEL_CHECK(kept && *kept == *value, "keeping the text changes it");
  STEPWHEEL_CHECK(text.find(kept->text()) != std::string_view::npos ||
                      !(kept->is_array() || kept->is_object()),
                  "the text was not kept");
}

}  // namespace
}  // namespace stepwheel::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  stepwheel::fuzz::Check(stepwheel::fuzz::TextOf(data, size));
  return 0;
}
