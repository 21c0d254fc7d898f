// Snapshot: the state of an execution as bytes and back, so that one that has
// left memory can be read back without folding its whole log. A snapshot is
// never more than the fold of the events before it (replay.h compares them).
#ifndef STEPWHEEL_ENGINE_SNAPSHOT_H_
#define STEPWHEEL_ENGINE_SNAPSHOT_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/execution.h"

namespace stepwheel::engine {

// REQUIRES: the execution runs. Payloads keep their exact text;
// each text is written once, the execution's input not at all (its record has
// it). The same state gives the same bytes, however its values are shared in
// memory. Left out: what is not state, and heartbeats, which a Store keeps
// elsewhere.
std::string EncodeSnapshot(const Execution& execution);

// Unimplemented: another version of Stepwheel wrote it; the log still tells
// all. DataLoss: it is damaged, in words.
absl::StatusOr<std::unique_ptr<Execution>> DecodeSnapshot(
    std::string_view bytes, const ExecutionRecord& record,
    asl::StateMachinePtr machine);

// The whole state as canonical JSON text: two executions are in the same state
// if and only if the texts are equal. For the fold check and for people;
// members that are zero, false or empty are left out.
std::string SnapshotText(const Execution& execution);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_SNAPSHOT_H_
