#include "asl/retry.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace stepwheel::asl {
namespace {

using Names = std::vector<std::string>;

Error Named(std::string_view name) { return Error{std::string(name), "why"}; }

Error TimedOut(TimeoutKind kind) {
  return Error{std::string(kStatesTimeout), std::nullopt, kind};
}

bool TaskMatches(std::string_view name, const Error& error) {
  return ErrorEqualsMatches({std::string(name)}, error, true);
}

TEST(ErrorEqualsTest, ANameMatchesItselfAndNothingElse) {
  EXPECT_TRUE(TaskMatches("Custom.Error", Named("Custom.Error")));
  EXPECT_FALSE(TaskMatches("Custom.Error", Named("Custom.error")));
  EXPECT_FALSE(TaskMatches("Custom", Named("Custom.Error")));
  EXPECT_TRUE(ErrorEqualsMatches({"A", "B"}, Named("B"), true));
  EXPECT_FALSE(ErrorEqualsMatches({}, Named("B"), true));
}

TEST(ErrorEqualsTest, StatesAllMatchesNamedUnnamedAndTimedOutErrors) {
  EXPECT_TRUE(TaskMatches(kStatesAll, Named("Custom")));
  EXPECT_TRUE(TaskMatches(kStatesAll, Error{}));
  EXPECT_TRUE(TaskMatches(kStatesAll, TimedOut(TimeoutKind::kTotal)));
  EXPECT_TRUE(TaskMatches(kStatesAll, TimedOut(TimeoutKind::kHeartbeat)));
  EXPECT_TRUE(ErrorEqualsMatches({"States.ALL"}, Named("Custom"), false));
}

TEST(ErrorEqualsTest, StatesRuntimeIsNeverMatchedEvenWhenNamed) {
  EXPECT_FALSE(TaskMatches(kStatesAll, RuntimeError("why")));
  EXPECT_FALSE(TaskMatches(kStatesTaskFailed, RuntimeError("why")));
  EXPECT_FALSE(TaskMatches(kStatesRuntime, RuntimeError("why")));
}

TEST(ErrorEqualsTest, TaskFailedMatchesATasksErrorsButNoTimeout) {
  EXPECT_TRUE(TaskMatches(kStatesTaskFailed, Named("Custom")));
  EXPECT_TRUE(TaskMatches(kStatesTaskFailed, Error{}));
  EXPECT_FALSE(TaskMatches(kStatesTaskFailed, TimedOut(TimeoutKind::kTotal)));
  EXPECT_FALSE(
      TaskMatches(kStatesTaskFailed, TimedOut(TimeoutKind::kHeartbeat)));
  EXPECT_FALSE(TaskMatches(kStatesTaskFailed, Named(kStatesTimeout)));
}

TEST(ErrorEqualsTest, TaskFailedMatchesOutsideATaskOnlyByItsName) {
  EXPECT_FALSE(
      ErrorEqualsMatches({"States.TaskFailed"}, Named("Custom"), false));
  EXPECT_TRUE(ErrorEqualsMatches({"States.TaskFailed"},
                                 Named(kStatesTaskFailed), false));
}

TEST(ErrorEqualsTest, TimeoutMatchesBothKindsAndHeartbeatTimeoutOnlyItsOwn) {
  EXPECT_TRUE(TaskMatches(kStatesTimeout, TimedOut(TimeoutKind::kTotal)));
  EXPECT_TRUE(TaskMatches(kStatesTimeout, TimedOut(TimeoutKind::kHeartbeat)));
  EXPECT_FALSE(
      TaskMatches(kStatesHeartbeatTimeout, TimedOut(TimeoutKind::kTotal)));
  EXPECT_TRUE(
      TaskMatches(kStatesHeartbeatTimeout, TimedOut(TimeoutKind::kHeartbeat)));
  EXPECT_FALSE(TaskMatches(kStatesTimeout, Named("Custom")));
}

TEST(MatchingRetrierTest, TakesTheFirstOneInOrder) {
  std::vector<Retrier> retriers(3);
  retriers[0].error_equals = {"A"};
  retriers[1].error_equals = {"B", "C"};
  retriers[2].error_equals = {"States.ALL"};
  EXPECT_EQ(MatchingRetrier(retriers, Named("C"), true), 1u);
  EXPECT_EQ(MatchingRetrier(retriers, Named("D"), true), 2u);
  EXPECT_EQ(MatchingRetrier(retriers, RuntimeError("x"), true), std::nullopt);
  EXPECT_EQ(MatchingRetrier({}, Named("A"), true), std::nullopt);
}

Retrier Backoff(int64_t interval, double rate) {
  Retrier retrier;
  retrier.interval_seconds = interval;
  retrier.backoff_rate = rate;
  return retrier;
}

TEST(RetryDelayTest, GrowsByTheBackoffRate) {
  EXPECT_EQ(RetryDelayMillis(Retrier{}, 1, 0), 1000);
  EXPECT_EQ(RetryDelayMillis(Retrier{}, 3, 0), 4000);
  EXPECT_EQ(RetryDelayMillis(Backoff(2, 2), 2, 0), 4000);
  EXPECT_EQ(RetryDelayMillis(Backoff(3, 1), 50, 0), 3000);
}

TEST(RetryDelayTest, RoundsFractionsUpToAMillisecondButNotNoise) {
  EXPECT_EQ(RetryDelayMillis(Backoff(1, 1.5), 3, 0), 2250);
  EXPECT_EQ(RetryDelayMillis(Backoff(1, 1.1), 2, 0), 1100);
  EXPECT_EQ(RetryDelayMillis(Backoff(3, 1.1), 3, 0), 3630);
  EXPECT_EQ(RetryDelayMillis(Backoff(1, 1.0001), 2, 0), 1001);
}

TEST(RetryDelayTest, IsCappedByMaxDelaySeconds) {
  Retrier retrier = Backoff(3, 2);
  retrier.max_delay_seconds = 5;
  EXPECT_EQ(RetryDelayMillis(retrier, 1, 0), 3000);
  EXPECT_EQ(RetryDelayMillis(retrier, 2, 0), 5000);
  EXPECT_EQ(RetryDelayMillis(retrier, 1'000'000, 0), 5000);
}

TEST(RetryDelayTest, FullJitterDrawsBetweenZeroAndTheDelay) {
  Retrier retrier = Backoff(2, 1);
  retrier.jitter_full = true;
  EXPECT_EQ(RetryDelayMillis(retrier, 1, 0), 0);
  EXPECT_EQ(RetryDelayMillis(retrier, 1, 2000), 2000);
  EXPECT_EQ(RetryDelayMillis(retrier, 1, 2001), 0);
  for (uint64_t random = 1; random; random <<= 1) {
    const int64_t delay = RetryDelayMillis(retrier, 1, random);
    EXPECT_TRUE(delay >= 0 && delay <= 2000) << delay;
  }
}

TEST(RetryDelayTest, SurvivesNumbersThatOverflow) {
  for (const double rate : {1.0, 2.0, 1e9, 1e308}) {
    for (const int64_t n : {int64_t{0}, int64_t{1}, int64_t{2},
                            int64_t{100'000'000}, INT64_MAX}) {
      for (const int64_t interval :
           {int64_t{0}, int64_t{1}, int64_t{100'000'000}, INT64_MAX}) {
        Retrier retrier = Backoff(interval, rate);
        const int64_t plain = RetryDelayMillis(retrier, n, 0);
        EXPECT_TRUE(plain >= 0 && plain <= 3'162'240'000'000) << plain;
        retrier.jitter_full = true;
        const int64_t jittered = RetryDelayMillis(retrier, n, UINT64_MAX);
        EXPECT_TRUE(jittered >= 0 && jittered <= plain) << jittered;
      }
    }
  }
}

}  // namespace
}  // namespace stepwheel::asl
