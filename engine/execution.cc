#include "engine/execution.h"

#include <utility>

#include "asl/json.h"

namespace stepwheel::engine {
namespace {

using asl::Value;

Value Int(int64_t i) { return Value(i); }
Value Time(Instant t) { return Value(t.unix_millis()); }
Value OptionalText(const std::optional<std::string>& s) {
  return s ? Value(*s) : Value();
}

Value AttemptSnapshot(const Attempt& a) {
  return asl::MakeObject(
      {{"position", Int(a.position)},
       {"scheduled_at", Time(a.scheduled_at)},
       {"started_at", a.started_at ? Time(*a.started_at) : Value()},
       {"submitted", Value(a.submitted)},
       {"timeout_seconds", Int(a.timeout_seconds)},
       {"heartbeat_seconds", Int(a.heartbeat_seconds)},
       {"input", a.input},
       {"child", Int(a.child)},
       {"mock", a.mock ? Value(a.mock->Text()) : Value()},
       {"mocked_return", a.mocked_return}});
}

Value MocksSnapshot(const ExecutionMocks& m) {
  asl::Elements calls;
  for (const auto& [state, count] : m.calls) {
    calls.push_back(Value(asl::Elements{Int(state), Int(count)}));
  }
  return asl::MakeObject(
      {{"test_case", Value(m.test_case)}, {"calls", Value(std::move(calls))}});
}

Value ChildrenSnapshot(const Children& c) {
  asl::Elements frames;
  for (FrameId id : c.frames) frames.push_back(Int(id));
  return asl::MakeObject({{"effective", c.effective},
                          {"items", c.items},
                          {"concurrency", Int(c.concurrency)},
                          {"next_index", Int(c.next_index)},
                          {"open", Int(c.open)},
                          {"tip", Int(c.tip)},
                          {"frames", Value(std::move(frames))},
                          {"results", Value(asl::Elements(c.results))}});
}

Value FrameSnapshot(const Frame& f) {
  asl::Elements retries;
  for (int64_t n : f.retries) retries.push_back(Int(n));
  asl::Members variables;
  for (const auto& [name, value] : f.variables) {
    variables.emplace_back(name, value);
  }
  return asl::MakeObject(
      {{"id", Int(f.id)},
       {"parent", Int(f.parent)},
       {"index", Int(f.index)},
       {"iteration", Value(f.iteration)},
       {"phase", Value(PhaseName(f.phase))},
       {"state", Int(f.state)},
       {"input", f.input},
       {"output", f.output},
       {"tip", Int(f.tip)},
       {"entered_id", Int(f.entered_id)},
       {"entered_previous", Int(f.entered_previous)},
       {"entered_at", Time(f.entered_at)},
       {"retries", Value(std::move(retries))},
       {"retry_count", Int(f.retry_count)},
       {"attempt", AttemptSnapshot(f.attempt)},
       {"due", Time(f.due)},
       {"variables", Value(std::move(variables))},
       {"children", f.children ? ChildrenSnapshot(*f.children) : Value()}});
}

}  // namespace

std::string_view PhaseName(Phase phase) {
  switch (phase) {
    case Phase::kReady:
      return "ready";
    case Phase::kEntered:
      return "entered";
    case Phase::kWaiting:
      return "waiting";
    case Phase::kTask:
      return "task";
    case Phase::kBackoff:
      return "backoff";
    case Phase::kChildren:
      return "children";
    case Phase::kDone:
      return "done";
    case Phase::kClosed:
      return "closed";
  }
  return "unknown";
}

Frame* Execution::FindAttempt(FrameId frame, int64_t scheduled) {
  if (ended() || scheduled <= 0) return nullptr;
  Frame* found = FindFrame(frame);
  if (found == nullptr || found->attempt.position != scheduled) return nullptr;
  return found;
}

Frame* Execution::NextReady() {
  for (FrameId id : ready) {
    Frame* frame = FindFrame(id);
    if (frame != nullptr && frame->phase == Phase::kReady) return frame;
  }
  return nullptr;
}

std::string SnapshotText(const Execution& e) {
  asl::Elements frames, ready;
  for (const auto& [id, frame] : e.frames) {
    frames.push_back(FrameSnapshot(frame));
  }
  for (FrameId id : e.ready) ready.push_back(Int(id));
  const ExecutionRecord& r = e.record;
  return asl::MakeObject(
             {{"arn", Value(r.arn)},
              {"status", Value(ExecutionStatusName(r.status))},
              {"start", Time(r.start_date)},
              {"stop", r.stop_date ? Time(*r.stop_date) : Value()},
              {"output", OptionalText(r.output)},
              {"error", OptionalText(r.error)},
              {"cause", OptionalText(r.cause)},
              {"input", e.input},
              {"position", Int(e.position)},
              {"last_id", Int(e.last_id)},
              {"last_timestamp", Time(e.last_timestamp)},
              {"next_frame", Int(e.next_frame)},
              {"variable_bytes", Int(e.variable_bytes)},
              {"frames", Value(std::move(frames))},
              {"ready", Value(std::move(ready))},
              {"mocks", e.mocks ? MocksSnapshot(*e.mocks) : Value()}})
      .Text();
}

}  // namespace stepwheel::engine
