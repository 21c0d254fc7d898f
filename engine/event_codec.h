// Events to bytes and back, for stores. A payload that is the same value as a
// recent event's is written as a reference to that event, so a Pass state costs
// no second copy of its input.
//
// The encoder of an execution may be thrown away at any time (a new one writes
// the next payload in full); the decoder reads a log from position 1.
#ifndef STEPWHEEL_ENGINE_EVENT_CODEC_H_
#define STEPWHEEL_ENGINE_EVENT_CODEC_H_

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "engine/event.h"

namespace stepwheel::engine {

// Which recent event holds which payload. Values in it are kept alive, bounded
// by count and by bytes.
class PayloadWindow {
 public:
  struct Reference {
    int64_t position = 0;
    int slot = 0;  // 0 payload, 1 effective, 2 items
  };
  // The event that already holds this very value, if it is in the window.
  const Reference* Find(const asl::Value& value) const;
  void Add(const asl::Value& value, Reference reference, size_t bytes);
  // The value that a reference means, or nullptr if it left the window.
  const asl::Value* Resolve(Reference reference) const;

 private:
  struct Entry {
    asl::Value value;
    Reference reference;
    size_t bytes;
  };
  std::deque<Entry> entries_;
  size_t bytes_ = 0;
};

// Appends the events, one line of JSON each, to `out`.
void EncodeEvents(const std::vector<Event>& events, PayloadWindow* window,
                  std::string* out);

// Reads what EncodeEvents wrote. Chunks of one execution must be decoded in
// order with the same window, beginning with position 1. DataLoss names the
// position and what was wrong.
absl::Status DecodeEvents(std::string_view bytes, PayloadWindow* window,
                          std::vector<Event>* events);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_EVENT_CODEC_H_
