// Timeline draws a history for a terminal: a row for each state and attempt,
// with a bar that shows when it ran. It takes the JSON of GetExecutionHistory,
// so a server, a database and a saved file all look the same.
#ifndef STEPWHEEL_API_CLI_TIMELINE_H_
#define STEPWHEEL_API_CLI_TIMELINE_H_

#include <string>
#include <vector>

#include "api/cli/terminal.h"
#include "asl/value.h"

namespace stepwheel::cli {

// One bar: a state, or one attempt of a Task.
struct TimelineRow {
  std::string name;     // "Ship", "Ship #2"
  std::string outcome;  // "ok", "FAIL", "stop", "..": still open
  double from = 0;      // Seconds since the first event.
  double to = 0;
  std::string note;  // "States.Timeout", "worker-1"
};

// The rows of a history, in order of their beginning. `events` are
// HistoryEvent objects in order of id.
std::vector<TimelineRow> TimelineRows(const std::vector<asl::Value>& events);

// Head line, rows with bars, and the last event.
std::string DrawTimeline(const std::string& title,
                         const std::vector<asl::Value>& events,
                         const Terminal& terminal);

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_TIMELINE_H_
