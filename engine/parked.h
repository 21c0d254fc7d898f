// Parked is what memory keeps of an execution that only waits: its deadlines
// and what tells an open attempt from a closed one. Some hundred bytes, so that
// there may be a million; everything else is read back when it has to go on.
//
//   Parked       when the machine times out
//     wait       frame 2, attempt @17: started, last beat 10:00:07, every 30 s
//     wait       frame 3: until 12:00:00
#ifndef STEPWHEEL_ENGINE_PARKED_H_
#define STEPWHEEL_ENGINE_PARKED_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/activity_queue.h"
#include "engine/census.h"
#include "engine/deadlines.h"
#include "engine/execution.h"

namespace stepwheel::engine {

// A frame that waits: a Task with an open attempt, a Wait or a back-off.
struct ParkedWait {
  FrameClocks clocks;
  uint32_t position = 0;  // Of the attempt; 0 for a Wait or a back-off.
  uint32_t frame = 0;
  TimerId timer = kNoTimer;
  WaitKind kind = WaitKind::kWait;
  bool started = false;     // The attempt's token is good.
  bool beat_dirty = false;  // Beaten since it was last stored.
};
static_assert(sizeof(ParkedWait) <= 40);

struct Parked {
  Instant machine_due;
  std::unique_ptr<ParkedWait[]> waits;  // In order of frame.
  uint32_t count = 0;
  uint32_t position = 0;  // Of the last event.
  TimerId machine_timer = kNoTimer;
  bool beaten = false;      // Some wait is beat_dirty.
  bool year_limit = false;  // The machine has no deadline of its own.
  bool mocked = false;      // It plays a test case of the mock file.

  ParkedWait* begin() const { return waits.get(); }
  ParkedWait* end() const { return waits.get() + count; }
  // The wait of this frame, or nullptr.
  ParkedWait* Find(FrameId frame) const;
  // The wait whose attempt was scheduled at `position` (> 0), or nullptr.
  ParkedWait* FindAttempt(FrameId frame, int64_t position) const;
};

// Whether it only waits, and its numbers fit.
bool CanPark(const Execution& execution);
// REQUIRES: CanPark. The timers are handed over.
Parked Park(const Execution& execution);
// The way back: beats and timers return to an execution that was read from the
// store. False if it is not the one that was parked: the store is damaged.
bool Unpark(const Parked& parked, Execution* execution);

// What a start learns from a parked record.
struct ParkedFacts {
  struct Queued {
    std::string activity_arn;
    Instant scheduled_at;
    uint32_t position = 0;
    uint32_t frame = 0;
  };
  struct Child {
    ExecutionNumber number = 0;
    uint32_t position = 0;  // Of the attempt that awaits its end.
    uint32_t frame = 0;
  };
  Parked parked;               // Without timers and beats.
  std::vector<Queued> queued;  // Tasks that no worker has taken.
  std::vector<Child> children;
  bool calls_in_flight = false;
};
std::string EncodeParked(const Execution& execution);
// Unimplemented: another version wrote it. DataLoss: it is damaged.
absl::StatusOr<ParkedFacts> DecodeParked(std::string_view text);

// What the frame waits for, or nullopt if it does not.
std::optional<WaitKind> WaitKindOf(const Execution& execution,
                                   const Frame& frame);

// Whether the frame has called a service and no answer is known: after a crash
// it is in doubt whether the request arrived.
bool CallInFlight(const Execution& execution, const Frame& frame);

// Whether the frame is to start another execution, which one of the next turns
// will do.
bool OwesStart(const Execution& execution, const Frame& frame);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_PARKED_H_
