#include "api/cli/run_printer.h"

#include <algorithm>
#include <cstdio>

#include "api/cli/mock_text.h"
#include "engine/history.h"

namespace stepwheel::cli {
namespace {

using engine::Event;
using T = engine::EventType;

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() &&
         text.substr(text.size() - end.size()) == end;
}

bool IsScheduled(T type) {
  return type == T::kTaskScheduled || type == T::kActivityScheduled ||
         type == T::kLambdaFunctionScheduled;
}

bool IsAttemptFailure(T type) {
  return type == T::kTaskFailed || type == T::kTaskTimedOut ||
         type == T::kActivityFailed || type == T::kActivityTimedOut ||
         type == T::kLambdaFunctionFailed ||
         type == T::kLambdaFunctionTimedOut ||
         type == T::kParallelStateFailed || type == T::kMapStateFailed;
}

// How many Parallel and Map states stand around a state.
int DepthOf(asl::StateIndex state, const asl::StateMachine& machine) {
  int depth = 0;
  while (state != asl::kNoState) {
    state = machine.flows[machine.state(state).flow].owner;
    if (state != asl::kNoState) ++depth;
  }
  return depth;
}

std::string Reason(const Event& event) {
  std::string reason = event.error.value_or("");
  if (event.timeout_kind == asl::TimeoutKind::kHeartbeat) {
    reason += ": missed heartbeat";
  } else if (event.timeout_kind == asl::TimeoutKind::kTotal) {
    reason += ": TimeoutSeconds passed";
  } else if (event.cause) {
    reason += (reason.empty() ? "" : ": ") + *event.cause;
  }
  return reason;
}

}  // namespace

RunPrinter::RunPrinter(const Terminal& terminal, Detail detail)
    : terminal_(terminal), detail_(detail) {}

// Frames are numbered in the order of their creation, which the events show.
void RunPrinter::TrackFrames(const Event& event,
                             const asl::StateMachine& machine) {
  if (event.type == T::kExecutionStarted) {
    frames_[next_frame_++] = {};
  } else if (event.type == T::kParallelStateStarted) {
    const auto& parallel = machine.state(event.state).As<asl::ParallelState>();
    for (size_t i = 0; i < parallel.branches.size(); ++i) {
      frames_[next_frame_++] = {};
    }
  } else if (event.type == T::kMapIterationStarted) {
    Line line;
    line.index = event.number;
    frames_[next_frame_++] = line;
  }
}

void RunPrinter::PrintLine(const Event& event, const asl::StateMachine& machine,
                           Ink ink, std::string_view word,
                           const std::string& time, const std::string& note) {
  if (detail_ == Detail::kQuiet) return;
  const Line& line = frames_[event.frame];
  std::string name(2 * DepthOf(event.state, machine), ' ');
  if (line.index >= 0) name += "[" + std::to_string(line.index) + "] ";
  name += machine.state(event.state).name;
  if (name.size() < 30) name.resize(30, ' ');
  char head[32], when[48];
  std::snprintf(head, sizeof head, "  %-5s ", std::string(word).c_str());
  std::snprintf(when, sizeof when, " %12s", time.c_str());
  std::string text = terminal_.Paint(ink, head) + name + when;
  if (!note.empty()) text += "   " + note;
  terminal_.Write(text + "\n");
}

void RunPrinter::BeginAttempt(const engine::ExecutionRecord& record,
                              const Event& event,
                              const asl::StateMachine& machine) {
  Line& line = frames_[event.frame];
  ++line.attempt;
  line.attempt_started = event.timestamp;
  line.mock = event.mock;
  if (!event.mock) return;
  PrintLine(event, machine, Ink::kBlue, "mock", "",
            "attempt " + std::to_string(line.attempt) + " at " +
                ShowDuration(event.timestamp - record.start_date) + "  " +
                MockPlan(event));
}

void RunPrinter::OnStage(int64_t entered_id, std::string_view stage,
                         const asl::Value& value) {
  if (detail_ != Detail::kVerbose) return;
  std::string name(stage);
  name.resize(std::max<size_t>(name.size(), 20), ' ');
  const auto width = static_cast<size_t>(
      terminal_.is_terminal() ? std::max(terminal_.width() - 34, 20) : 1000);
  stages_.emplace(entered_id, "          " + name + " " +
                                  Elide(value.Text(), width) + "\n");
}

void RunPrinter::PrintStages(int64_t entered_id) {
  auto [from, to] = stages_.equal_range(entered_id);
  for (auto it = from; it != to; ++it) {
    terminal_.Write(terminal_.Paint(Ink::kBlue, it->second));
  }
  stages_.erase(from, to);
}

void RunPrinter::PrintVerbose(const engine::ExecutionRecord& record,
                              const Event& event,
                              const asl::StateMachine& machine) {
  std::string json = engine::HistoryEventJson(event, machine, "us-east-1");
  if (json.empty()) return;
  char head[64];
  std::snprintf(head, sizeof head, "        %12s  ",
                ShowDuration(event.timestamp - record.start_date).c_str());
  terminal_.Write(terminal_.Paint(Ink::kDim, head + json) + "\n");
}

void RunPrinter::OnEvent(const engine::ExecutionRecord& record,
                         const Event& event, const asl::StateMachine& machine) {
  TrackFrames(event, machine);
  if (engine::IsInternal(event.type)) return;
  ++events_;
  if (detail_ == Detail::kVerbose) PrintVerbose(record, event, machine);
  if (event.frame == 0 || event.state == asl::kNoState) return;
  Line& line = frames_[event.frame];
  const std::string_view type = engine::EventTypeName(event.type);
  const Instant at = event.timestamp;
  if (engine::IsStateEntered(event.type)) {
    ++transitions_;
    line.entered = line.attempt_started = at;
    line.attempt = 0;
    line.entered_id = event.id;
    if (event.type == T::kFailStateEntered) {
      last_failed_state_ = machine.state(event.state).name;
      PrintState(event, machine, Ink::kRed, "FAIL", Duration(0), "");
    }
  } else if (IsScheduled(event.type)) {
    BeginAttempt(record, event, machine);
  } else if (IsAttemptFailure(event.type)) {
    last_failed_state_ = machine.state(event.state).name;
    std::string note = line.attempt > 0
                           ? "attempt " + std::to_string(line.attempt) + "  "
                           : "";
    note += Reason(event);
    if (line.mock) {
      note += "  (" + MockResult(*line.mock, at - line.attempt_started) + ")";
    }
    PrintState(event, machine, Ink::kRed, "FAIL", at - line.attempt_started,
               note);
    line.mock.reset();
  } else if (engine::IsStateExited(event.type)) {
    PrintStages(line.entered_id);
    const asl::StateType kind = machine.state(event.state).type;
    std::string note;
    if (line.attempt > 1) note = "attempt " + std::to_string(line.attempt);
    if (kind == asl::StateType::kWait && at > line.entered) note = "waited";
    if (line.mock) {
      note += (note.empty() ? "" : "  ") +
              MockResult(*line.mock, at - line.attempt_started);
      line.mock.reset();
    }
    PrintState(event, machine, Ink::kGreen, "ok", at - line.entered, note);
  } else if (EndsWith(type, "Aborted") &&
             event.type != T::kMapIterationAborted) {
    PrintState(event, machine, Ink::kDim, "stop", at - line.entered,
               "a sibling failed");
  }
}

}  // namespace stepwheel::cli
