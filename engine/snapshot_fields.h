// The members that make up the state of an execution, listed once: writing,
// reading and printing a snapshot walk the same lists, so none can forget a
// member. For snapshot*.cc.
//
// An archive is called with the name of a member and the member itself. A
// member that is zero, false or empty may be left out of what is written, and
// what is not there is read as that.
#ifndef STEPWHEEL_ENGINE_SNAPSHOT_FIELDS_H_
#define STEPWHEEL_ENGINE_SNAPSHOT_FIELDS_H_

#include <string_view>

#include "engine/execution.h"

namespace stepwheel::engine {

// What a snapshot of this version begins with.
inline constexpr std::string_view kSnapshotFormat = "1\n";
// Of one that plays a test case of the mock file: to versions that do not know
// these members it must not look like one that plays none.
inline constexpr std::string_view kMockedSnapshotFormat = "2\n";

// Without last_heartbeat: heartbeats are no events.
template <class Archive, class A>
void AttemptFields(Archive& field, A& a) {
  field("position", a.position);
  field("scheduled_at", a.scheduled_at);
  field("started_at", a.started_at);
  field("submitted", a.submitted);
  field("timeout_seconds", a.timeout_seconds);
  field("heartbeat_seconds", a.heartbeat_seconds);
  field("input", a.input);
  field("child", a.child);
  field("mock", a.mock);
  field("mocked_return", a.mocked_return);
}

template <class Archive, class M>
void MocksFields(Archive& field, M& m) {
  field("test_case", m.test_case);
  field("calls", m.calls);
}

template <class Archive, class C>
void ChildrenFields(Archive& field, C& c) {
  field("effective", c.effective);
  field("items", c.items);
  field("concurrency", c.concurrency);
  field("next_index", c.next_index);
  field("open", c.open);
  field("tip", c.tip);
  field("frames", c.frames);
  field("results", c.results);
}

template <class Archive, class F>
void FrameFields(Archive& field, F& f) {
  field("id", f.id);
  field("parent", f.parent);
  field("index", f.index);
  field("iteration", f.iteration);
  field("phase", f.phase);
  field("state", f.state);
  field("input", f.input);
  field("output", f.output);
  field("tip", f.tip);
  field("entered_id", f.entered_id);
  field("entered_previous", f.entered_previous);
  field("entered_at", f.entered_at);
  field("retries", f.retries);
  field("retry_count", f.retry_count);
  field("attempt", f.attempt);
  field("due", f.due);
  field("variables", f.variables);
  field("children", f.children);
}

// Without the constants, which its record and its definition hold.
template <class Archive, class E>
void ExecutionFields(Archive& field, E& e) {
  field("start_date", e.record.start_date);
  field("position", e.position);
  field("last_id", e.last_id);
  field("last_timestamp", e.last_timestamp);
  field("next_frame", e.next_frame);
  field("variable_bytes", e.variable_bytes);
  field("frames", e.frames);
  field("ready", e.ready);
  field("mocks", e.mocks);
}

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_SNAPSHOT_FIELDS_H_
