#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/cli/timeline.h"
#include "asl/json.h"
#include "tests/api/cli_harness.h"

namespace stepwheel::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class TimelineTest : public testing::Test {
 protected:
  // One more event, `at` seconds after the first.
  void Event(int previous, double at, const std::string& type,
             const std::string& details = "{}") {
    const std::string text =
        R"({"id":)" + std::to_string(events_.size() + 1) +
        R"(,"previousEventId":)" + std::to_string(previous) +
        R"(,"timestamp":)" + std::to_string(1'790'000'000 + at) +
        R"(,"type":")" + type + R"(","someEventDetails":)" + details + "}";
    asl::JsonError error;
    events_.push_back(*asl::ParseJson(text, &error));
  }
  // "Ship ok 0.0-5.0 worker-1"
  std::vector<std::string> Rows() {
    std::vector<std::string> rows;
    for (const TimelineRow& row : TimelineRows(events_)) {
      char times[64];
      std::snprintf(times, sizeof times, " %.1f-%.1f", row.from, row.to);
      rows.push_back(row.name + " " + row.outcome + times +
                     (row.note.empty() ? "" : " " + row.note));
    }
    return rows;
  }
  std::string Drawn() {
    CapturedStream stream;
    return DrawTimeline("title", events_, Terminal(stream.file(), "never"));
  }

  // A task that is silent and tried again.
  void TwoAttempts() {
    Event(0, 0, "ExecutionStarted");
    Event(0, 0, "TaskStateEntered", R"({"name":"Ship"})");
    Event(2, 0, "ActivityScheduled");
    Event(3, 1, "ActivityStarted", R"({"workerName":"worker-1"})");
    Event(4, 11, "ActivityTimedOut", R"({"error":"States.Timeout"})");
    Event(5, 13, "ActivityScheduled");
    Event(6, 13, "ActivityStarted", R"({"workerName":"worker-2"})");
  }

  PlainEnvironment environment_;
  std::vector<asl::Value> events_;
};

TEST_F(TimelineTest, AStateIsARowFromItsEntryToItsExit) {
  Event(0, 0, "ExecutionStarted");
  Event(0, 1, "WaitStateEntered", R"({"name":"W"})");
  Event(2, 4, "WaitStateExited", R"({"name":"W"})");
  Event(3, 4, "ExecutionSucceeded");
  EXPECT_THAT(Rows(), ElementsAre("W ok 1.0-4.0"));
}

TEST_F(TimelineTest, EachAttemptIsARowWithItsWorkerOrItsError) {
  TwoAttempts();
  Event(7, 20, "ActivitySucceeded");
  Event(8, 20, "TaskStateExited", R"({"name":"Ship"})");
  EXPECT_THAT(Rows(), ElementsAre("Ship FAIL 0.0-11.0 States.Timeout",
                                  "Ship #2 ok 13.0-20.0 worker-2"));
}

TEST_F(TimelineTest, WhatIsOpenLastsUntilTheLastEvent) {
  TwoAttempts();
  EXPECT_THAT(Rows(), ElementsAre("Ship FAIL 0.0-11.0 States.Timeout",
                                  "Ship #2 .. 13.0-13.0 worker-2"));
  EXPECT_THAT(Drawn(), HasSubstr("still running"));
}

TEST_F(TimelineTest, SiblingsOfAFailureAreStopped) {
  Event(0, 0, "ExecutionStarted");
  Event(0, 0, "ParallelStateEntered", R"({"name":"P"})");
  Event(2, 0, "ParallelStateStarted");
  Event(3, 0, "WaitStateEntered", R"({"name":"W"})");
  Event(3, 2, "FailStateEntered", R"({"name":"F"})");
  Event(4, 2, "WaitStateAborted");
  Event(5, 2, "ParallelStateFailed");
  EXPECT_THAT(Rows(), ElementsAre("P FAIL 0.0-2.0", "W stop 0.0-2.0",
                                  "F FAIL 2.0-2.0"));
}

TEST_F(TimelineTest, AMapEndsWithItsLastIteration) {
  Event(0, 0, "ExecutionStarted");
  Event(0, 0, "MapStateEntered", R"({"name":"M"})");
  Event(2, 0, "MapStateStarted");
  Event(3, 0, "MapIterationStarted", R"({"name":"M"})");
  Event(4, 0, "WaitStateEntered", R"({"name":"W"})");
  Event(5, 3, "WaitStateExited", R"({"name":"W"})");
  Event(6, 3, "MapIterationSucceeded", R"({"name":"M"})");
  Event(6, 3, "MapIterationStarted", R"({"name":"M"})");
  Event(8, 3, "WaitStateEntered", R"({"name":"W"})");
  Event(9, 6, "WaitStateExited", R"({"name":"W"})");
  Event(10, 6, "MapIterationSucceeded", R"({"name":"M"})");
  Event(10, 6, "MapStateSucceeded");
  Event(10, 6, "MapStateExited", R"({"name":"M"})");
  EXPECT_THAT(Rows(),
              ElementsAre("M ok 0.0-6.0", "W ok 0.0-3.0", "W ok 3.0-6.0"));
}

TEST_F(TimelineTest, AParallelInsideAnotherEndsFirst) {
  Event(0, 0, "ExecutionStarted");
  Event(0, 0, "ParallelStateEntered", R"({"name":"P"})");
  Event(2, 0, "ParallelStateStarted");
  Event(3, 0, "ParallelStateEntered", R"({"name":"Q"})");
  Event(4, 0, "ParallelStateStarted");
  Event(5, 1, "PassStateEntered", R"({"name":"A"})");
  Event(6, 1, "PassStateExited", R"({"name":"A"})");
  Event(7, 2, "ParallelStateSucceeded");
  Event(7, 2, "ParallelStateExited", R"({"name":"Q"})");
  Event(9, 3, "ParallelStateSucceeded");
  Event(9, 3, "ParallelStateExited", R"({"name":"P"})");
  Event(11, 3, "PassStateEntered", R"({"name":"Z"})");
  EXPECT_THAT(Rows(), ElementsAre("P ok 0.0-3.0", "Q ok 0.0-2.0",
                                  "A ok 1.0-1.0", "Z .. 3.0-3.0"));
}

TEST_F(TimelineTest, AnEmptyHistoryHasNoRows) {
  EXPECT_THAT(Rows(), IsEmpty());
  EXPECT_EQ(Drawn(), "title   no events\n");
}

TEST_F(TimelineTest, EventsOfAnUnknownShapeAreSkipped) {
  asl::JsonError error;
  events_ = {*asl::ParseJson("{}", &error), *asl::ParseJson("[1]", &error),
             *asl::ParseJson(R"({"id":"x","type":7})", &error),
             *asl::ParseJson(R"({"type":"TaskStateExited"})", &error)};
  EXPECT_THAT(Rows(), IsEmpty());
}

TEST_F(TimelineTest, ADrawingHasATitleBarsAndAnEnd) {
  TwoAttempts();
  Event(7, 20, "ActivitySucceeded");
  Event(8, 20, "TaskStateExited", R"({"name":"Ship"})");
  Event(9, 20, "ExecutionSucceeded");
  const std::string drawn = Drawn();
  EXPECT_THAT(drawn, HasSubstr("title   20.0 s   10 events\n"));
  EXPECT_THAT(drawn, HasSubstr("FAIL Ship     |==============x "));
  EXPECT_THAT(drawn, HasSubstr("==|     7.000 s  worker-2\n"));
  EXPECT_THAT(drawn, HasSubstr("\nExecutionSucceeded\n"));
  EXPECT_THAT(drawn, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace stepwheel::cli
