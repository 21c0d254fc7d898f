// The records that outlive a turn besides an execution's events: what
// DescribeExecution, the catalog of state machines and activities, and
// recovery need. Plain data, written by the engine and kept by a Store.
#ifndef STEPWHEEL_ENGINE_RECORDS_H_
#define STEPWHEEL_ENGINE_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/event.h"
#include "engine/time/clock.h"

namespace stepwheel::engine {

// Names as AWS prints them; values are stored, never renumber.
enum class ExecutionStatus : uint8_t {
  kRunning = 0,
  kSucceeded = 1,
  kFailed = 2,
  kTimedOut = 3,
  kAborted = 4,
  kPendingRedrive = 5
};
std::string_view ExecutionStatusName(ExecutionStatus status);
std::optional<ExecutionStatus> ExecutionStatusFromName(std::string_view name);

// The last part of an ARN: the name of a machine, execution or activity.
std::string NameOfArn(const std::string& arn);

// The public record of an execution. The first group never changes.
struct ExecutionRecord {
  ExecutionNumber number = 0;
  std::string arn;
  std::string name;
  std::string state_machine_arn;          // Plain, without version or alias.
  std::string state_machine_version_arn;  // Empty when not started by one.
  std::string state_machine_alias_arn;
  std::string definition_hash;  // Key of the pinned DefinitionRecord.
  std::string role_arn;
  std::string trace_header;
  // What else DescribeStateMachineForExecution shows, as of the start: JSON
  // with updateDate (ms), revisionId and the configurations that are not the
  // default.
  std::string pinned = "{}";
  std::string input;  // JSON text as the caller wrote it.
  Instant start_date;

  ExecutionStatus status = ExecutionStatus::kRunning;
  std::optional<Instant> stop_date;
  std::optional<std::string> output;  // JSON text; only kSucceeded.
  std::optional<std::string> error;
  std::optional<std::string> cause;
  int64_t redrive_count = 0;
  std::optional<Instant> redrive_date;
};

// A definition's text, kept once per distinct text. Immutable.
struct DefinitionRecord {
  std::string hash;
  std::string text;
};

struct StateMachineRecord {
  std::string arn;
  std::string name;
  std::string definition_hash;
  std::string role_arn;
  std::string type = "STANDARD";  // or EXPRESS
  std::string status = "ACTIVE";  // or DELETING
  std::string revision_id;        // Empty until the first update.
  Instant creation_date;
  Instant update_date;  // creation_date until the first update.
  // JSON texts as DescribeStateMachine returns them; empty means the default.
  std::string logging_configuration;
  std::string tracing_configuration;
  std::string encryption_configuration;
  // JSON object of everything later features keep (tags, versions, aliases).
  std::string extra = "{}";
};

struct ActivityRecord {
  std::string arn;
  std::string name;
  Instant creation_date;
  std::string extra = "{}";
};

// The last heartbeat of an open attempt (rules.md 7): changed beats are flushed
// with the next commit of their execution and at the latest after a second.
struct BeatRecord {
  ExecutionNumber execution = 0;
  int64_t position = 0;  // Of the attempt's Scheduled event.
  Instant at;
};

// The state of a running execution after one of its events: reading it back
// need not begin at the first (rules.md 7).
struct SnapshotRecord {
  ExecutionNumber execution = 0;
  int64_t position = 0;  // Of the last event that is in it.
  std::string state;     // As snapshot.h writes it.
};

// What an execution that has left memory waits for: enough to watch over it
// after a start without reading it back.
struct ParkedRecord {
  ExecutionNumber execution = 0;
  std::string waits;  // As parked.h writes them.
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_RECORDS_H_
