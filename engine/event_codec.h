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

// Which recent event holds which payload: the last values written in full, in
// the order of the log, bounded by count and by bytes of text. Values in it are
// kept alive. Encoder and decoder add the same values in the same order, so a
// decoder can resolve whatever an encoder that began later refers to.
class PayloadWindow {
 public:
  // Shorter texts cost less than a reference and its upkeep.
  static constexpr size_t kTextBytesMin = 33;
  static constexpr size_t kCountMax = 128;
  static constexpr size_t kBytesMax = 1 << 20;

  struct Reference {
    int64_t position = 0;
    int slot = 0;  // 0 payload, 1 effective, 2 items
    friend auto operator<=>(const Reference&, const Reference&) = default;
  };
  // The event that already holds this very value, or nullptr if none in the
  // window does. Good until the next Add. O(1).
  const Reference* Find(const asl::Value& value) const;
  // `bytes` is the length of the value's text. A value outside the bounds above
  // is not taken, nor one whose reference does not follow all earlier ones.
  void Add(const asl::Value& value, Reference reference, size_t bytes);
  // The value that a reference means, or nullptr if it left the window.
  const asl::Value* Resolve(Reference reference) const;

 private:
  struct Entry {
    asl::Value value;
    Reference reference;
    size_t bytes;
  };
  void DropOldest();

  std::deque<Entry> entries_;
  // From node to the entry that was the n-th ever added; entries_[0] is number
  // `dropped_`.
  absl::flat_hash_map<const void*, uint64_t> by_node_;
  uint64_t dropped_ = 0;
  size_t bytes_ = 0;
};

// Appends the events to `out`, one line of JSON each (a payload keeps its own
// line breaks, if it was sent with any). A null `window` stands for an empty
// one. If what was written is not kept after all, throw the window away: it
// knows payloads that no log has.
void EncodeEvents(const std::vector<Event>& events, PayloadWindow* window,
                  std::string* out);

// Reads what EncodeEvents wrote and appends it to `events`. Chunks of one
// execution must be decoded in order with the same window, beginning with
// position 1. Payloads keep their exact text, and equal nodes stay one node.
// DataLoss names the position and what was wrong; `events` then ends with the
// last good one.
absl::Status DecodeEvents(std::string_view bytes, PayloadWindow* window,
                          std::vector<Event>* events);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_EVENT_CODEC_H_
