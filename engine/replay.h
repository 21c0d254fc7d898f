// Reading an execution back from a store by folding its events, and checking
// that what is stored agrees with itself: log, state and public record.
#ifndef STEPWHEEL_ENGINE_REPLAY_H_
#define STEPWHEEL_ENGINE_REPLAY_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/execution.h"
#include "engine/store.h"

namespace stepwheel::engine {

struct Replayed {
  std::unique_ptr<Execution> execution;
  std::vector<Event> events;
};

// Folds the stored events of one execution, all of them or up to and including
// public event id `until`. DataLoss says which event does not fit, and why.
absl::StatusOr<Replayed> Replay(Store& store, const ExecutionRecord& record,
                                asl::StateMachinePtr machine,
                                std::optional<int64_t> until = std::nullopt);

// The execution as it is now: its snapshot, if it has one, and the events after
// that. Same errors as Replay.
absl::StatusOr<std::unique_ptr<Execution>> ReadBack(
    Store& store, const ExecutionRecord& record, asl::StateMachinePtr machine);

// The pinned machine of an execution, parsed from the store.
absl::StatusOr<asl::StateMachinePtr> PinnedMachine(Store& store,
                                                   const std::string& hash);

// Replays the execution and compares it with its public record (status, dates,
// output, error, cause), the numbering and parents of its history, and what is
// stored of it while it waits: snapshot and parked record. Returns what
// disagrees, in words; empty means all is well.
std::vector<std::string> CheckExecution(Store& store, ExecutionNumber number);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_REPLAY_H_
