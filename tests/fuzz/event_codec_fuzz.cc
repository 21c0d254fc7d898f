// A damaged log is DataLoss with words; what can be decoded is encoded to
// bytes that decode to the same.
#include "engine/event_codec.h"
#include "tests/fuzz/fuzz.h"

namespace stepwheel::fuzz {
namespace {

std::string Encode(const std::vector<engine::Event>& events) {
  engine::PayloadWindow window;
  std::string bytes;
  engine::EncodeEvents(events, &window, &bytes);
  return bytes;
}

void Check(std::string_view text) {
  engine::PayloadWindow window;
  std::vector<engine::Event> events;
  const absl::Status status = engine::DecodeEvents(text, &window, &events);
  STEPWHEEL_CHECK(status.ok() || absl::IsDataLoss(status), "another status");
  STEPWHEEL_CHECK(status.ok() || !status.message().empty(), "it says nothing");
  // Also after a failure: `events` then holds the good ones.
  const std::string once = Encode(events);
  engine::PayloadWindow fresh;
  std::vector<engine::Event> again;
  STEPWHEEL_CHECK(engine::DecodeEvents(once, &fresh, &again).ok(),
                  "what was encoded does not decode");
  STEPWHEEL_CHECK(again.size() == events.size(), "events were lost");
  STEPWHEEL_CHECK(Encode(again) == once, "another encoding");
}

}  // namespace
}  // namespace stepwheel::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  stepwheel::fuzz::Check(stepwheel::fuzz::TextOf(data, size));
  return 0;
}
