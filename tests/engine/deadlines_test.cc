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

// The same with a mock that answers after `answer` seconds and beats each
// `interval`, the last time after `last`.
Frame Mocked(int64_t heartbeat, int64_t answer, int64_t interval,
             int64_t last) {
  Frame frame = Started(0, heartbeat);
  MockedCall mock;
  mock.duration_ms = answer * 1000;
  mock.beat_ms = interval * 1000;
  mock.last_beat_ms = last * 1000;
  frame.attempt.mock = std::make_shared<const MockedCall>(mock);
  return frame;
}

TEST(FrameDeadline, OfAMockIsItsAnswerUnlessATimeoutComesFirst) {
  const auto answer = FrameDeadline(Mocked(0, 30, 0, 0));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->due, At(130));
  EXPECT_EQ(answer->kind, DeadlineKind::kMockAnswer);
  EXPECT_EQ(FrameDeadline(Mocked(31, 30, 0, 0))->kind,
            DeadlineKind::kMockAnswer);
  EXPECT_EQ(FrameDeadline(Mocked(30, 30, 0, 0))->kind,
            DeadlineKind::kHeartbeat);
}

TEST(FrameDeadline, MovesWithTheBeatsOfAMock) {
  EXPECT_EQ(FrameDeadline(Mocked(10, 99, 4, 96))->kind,
            DeadlineKind::kMockAnswer);
  EXPECT_EQ(FrameDeadline(Mocked(10, 99, 4, 40))->due, At(150));
  EXPECT_EQ(FrameDeadline(Mocked(10, 99, 10, 90))->due, At(110));
  EXPECT_EQ(FrameDeadline(Mocked(10, 99, 11, 88))->due, At(110));
}

TEST(FrameDeadline, OfAMockCountsBeatsFromOutsideToo) {
  Frame silent = Mocked(10, 99, 4, 8);
  silent.attempt.last_heartbeat = At(112);
  EXPECT_EQ(FrameDeadline(silent)->due, At(122));
  // Each 11 s is too seldom, but the beat at 111 comes within 10 s of 105.
  Frame seldom = Mocked(10, 99, 11, 88);
  seldom.attempt.last_heartbeat = At(105);
  EXPECT_EQ(FrameDeadline(seldom)->due, At(121));
}

TEST(FrameDeadline, OfAMockThatOnlyBeatsIsNever) {
  Frame frame = Mocked(10, 0, 4, 0);
  MockedCall mock = *frame.attempt.mock;
  mock.answer = MockAnswer::kNever;
  mock.last_beat_ms = kBeatsForever;
  frame.attempt.mock = std::make_shared<const MockedCall>(mock);
  EXPECT_FALSE(FrameDeadline(frame));
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
