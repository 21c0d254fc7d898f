#include "engine/deadlines.h"

#include <gtest/gtest.h>

#include "tests/engine/small_run.h"

namespace stepwheel::engine {
namespace {

Instant At(int64_t seconds) { return Instant::FromUnixMillis(seconds * 1000); }

// A Task that a worker took at second 100.
Frame Started(int64_t timeout, int64_t heartbeat) {
  Frame frame;
  frame.phase = Phase::kTask;
  frame.attempt.position = 3;
  frame.attempt.scheduled_at = At(50);
  frame.attempt.started_at = At(100);
  frame.attempt.timeout_seconds = timeout;
  frame.attempt.heartbeat_seconds = heartbeat;
  return frame;
}

TEST(FrameDeadline, OfATaskThatNobodyTookIsNever) {
  Frame frame = Started(60, 10);
  frame.attempt.started_at.reset();
  EXPECT_FALSE(FrameDeadline(frame));
}

TEST(FrameDeadline, OfATaskWithoutLimitsIsNever) {
  EXPECT_FALSE(FrameDeadline(Started(0, 0)));
}

TEST(FrameDeadline, CountsFromTheStartOfTheAttempt) {
  const auto total = FrameDeadline(Started(60, 0));
  ASSERT_TRUE(total);
  EXPECT_EQ(total->due, At(160));
  EXPECT_EQ(total->kind, DeadlineKind::kTotal);
  const auto heartbeat = FrameDeadline(Started(60, 10));
  ASSERT_TRUE(heartbeat);
  EXPECT_EQ(heartbeat->due, At(110));
  EXPECT_EQ(heartbeat->kind, DeadlineKind::kHeartbeat);
}

TEST(FrameDeadline, ABeatMovesTheHeartbeatAndNeverTheTotal) {
  Frame frame = Started(60, 10);
  frame.attempt.last_heartbeat = At(120);
  EXPECT_EQ(FrameDeadline(frame)->due, At(130));
  frame.attempt.last_heartbeat = At(155);
  EXPECT_EQ(FrameDeadline(frame)->due, At(160));
  EXPECT_EQ(FrameDeadline(frame)->kind, DeadlineKind::kTotal);
}

TEST(FrameDeadline, AtTheSameMillisecondTheTotalWins) {
  EXPECT_EQ(FrameDeadline(Started(10, 10))->kind, DeadlineKind::kTotal);
}

TEST(FrameDeadline, OfAWaitAndABackOffIsTheirEnd) {
  Frame frame;
  frame.due = At(7);
  for (Phase phase : {Phase::kWaiting, Phase::kBackoff}) {
    frame.phase = phase;
    EXPECT_EQ(FrameDeadline(frame)->due, At(7));
    EXPECT_EQ(FrameDeadline(frame)->kind, DeadlineKind::kOther);
  }
  for (Phase phase : {Phase::kReady, Phase::kChildren, Phase::kDone}) {
    frame.phase = phase;
    EXPECT_FALSE(FrameDeadline(frame)) << PhaseName(phase);
  }
}

TEST(MachineDeadline, IsTheMachinesOwnOrAYear) {
  const std::string states =
      R"("StartAt":"W","States":{"W":{"Type":"Wait","Seconds":9,"End":true}}})";
  const auto seconds = [](const std::string& definition) {
    SmallRun run(definition);
    const Replayed folded = run.Folded();
    return (MachineDeadline(*folded.execution).due -
            folded.execution->record.start_date)
               .count() /
           1000;
  };
  EXPECT_EQ(seconds(R"({"TimeoutSeconds":5,)" + states), 5);
  EXPECT_EQ(seconds("{" + states), 365 * 24 * 3600);
  EXPECT_EQ(seconds(R"({"TimeoutSeconds":99999999,)" + states),
            365 * 24 * 3600);
}

}  // namespace
}  // namespace stepwheel::engine
