// The virtual clock of a server: its paces, its moves, and what holds it. Wall
// time is a number here.
#include "api/control/clock_driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "storage/memory_store.h"
#include "tests/fakes/faulty_store.h"

namespace stepwheel::control {
namespace {

using engine::Engine;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t kStart = 1'767'225'600'000;
constexpr char kPrefix[] = "arn:aws:states:us-east-1:123456789012:";

class ClockDriverTest : public testing::Test {
 protected:
  ClockDriverTest() : clock_(Instant::FromUnixMillis(kStart)) {
    engine::EngineOptions options;
    options.seed = 1;
    options.keep_time = true;
    options.commit_retry_min = options.commit_retry_max = Duration(0);
    options.wall_ms = [this] { return wall_ms_; };
    engine_ = std::make_unique<Engine>(options, &clock_, &store_, nullptr);
    EXPECT_TRUE(engine_->Recover().ok());
    engine_->SetObserver(
        [this](const auto&, const engine::Event& event, const auto&) {
          last_event_ms_ = event.timestamp.unix_millis() - kStart;
        });
  }

  void Make(ClockSettings settings = {}) {
    ClockDriver::Options options;
    options.settings = settings;
    options.wall_ms = [this] { return wall_ms_; };
    options.in_flight = [this] { return in_flight_; };
    options.log = [this](std::string_view, const std::string& line) {
      log_.push_back(line);
    };
    driver_ = std::make_unique<ClockDriver>(engine_.get(), &clock_, options);
  }

  // Starts an execution of a machine with these states, the first is "A".
  void Start(const std::string& states, const std::string& name = "x",
             const std::string& more = "") {
    engine_->CreateActivity("a", Now(), [](const auto&) {});
    engine::CreateStateMachineRequest create;
    create.name = "m" + name;
    create.definition =
        R"({"StartAt":"A",)" + more + R"("States":{)" + states + "}}";
    create.role_arn = "arn:aws:iam::123456789012:role/r";
    engine_->CreateStateMachine(create, Now(), [](const auto& r) {
      ASSERT_TRUE(r.ok()) << r.error().message;
    });
    engine_->StartExecution(
        {.state_machine_arn = std::string(kPrefix) + "stateMachine:m" + name,
         .name = name},
        Now(), [](const auto& r) { ASSERT_TRUE(r.ok()); });
  }
  static std::string Wait(const std::string& name, int64_t seconds,
                          const std::string& next) {
    return "\"" + name + R"(":{"Type":"Wait","Seconds":)" +
           std::to_string(seconds) + "," +
           (next.empty() ? R"("End":true)" : R"("Next":")" + next + "\"") + "}";
  }
  // A timer each second, without an end.
  static std::string Loop() {
    return Wait("A", 1, "B") +
           R"(,"B":{"Type":"Choice","Default":"A","Choices":[)"
           R"({"Variable":"$.stop","IsPresent":true,"Next":"C"}]},)"
           R"("C":{"Type":"Succeed"})";
  }
  static std::string Task(const std::string& more) {
    return std::string(R"("A":{"Type":"Task","Resource":")") + kPrefix +
           R"(activity:a",)" + more + R"("End":true})";
  }
  std::string Poll() {
    engine_->GetActivityTask(
        {.activity_arn = std::string(kPrefix) + "activity:a"}, Now(),
        [this](const auto& r) { token_ = r.ok() ? r->task_token : ""; });
    engine_->Turn();
    return token_;
  }

  Instant Now() { return driver_->Now(); }
  int64_t Seconds() { return (clock_.Now().unix_millis() - kStart) / 1000; }
  // Steps while there is work, at this wall time.
  std::optional<milliseconds> Step() {
    std::optional<milliseconds> sleep;
    for (int i = 0; i < 10'000; ++i) {
      sleep = driver_->Step();
      if (sleep != milliseconds(0)) return sleep;
    }
    ADD_FAILURE() << "never sleeps";
    return sleep;
  }
  std::optional<milliseconds> StepAfter(int64_t ms) {
    wall_ms_ += ms;
    return Step();
  }
  ClockDriver::Done Keep() {
    return [this](const MoveResult& move) { done_.push_back(move); };
  }
  std::vector<std::string> Outcomes() {
    std::vector<std::string> names;
    for (const MoveResult& move : done_) {
      EXPECT_TRUE(move.stored.ok());
      names.push_back(std::string(OutcomeName(move.outcome)) + " " +
                      std::to_string(move.jumps));
    }
    done_.clear();
    return names;
  }

  VirtualClock clock_;
  storage::MemoryStore memory_;
  bool failing_ = false;
  FaultyStore store_{&memory_, [this](int64_t) { return failing_; }};
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<ClockDriver> driver_;
  int64_t wall_ms_ = 77'000;
  int64_t in_flight_ = 0;
  int64_t last_event_ms_ = 0;
  std::string token_;
  std::vector<MoveResult> done_;
  std::vector<std::string> log_;
};

TEST_F(ClockDriverTest, PausedTimeStandsStill) {
  Make();
  Start(Wait("A", 10, ""));
  EXPECT_EQ(Step(), std::nullopt);
  EXPECT_EQ(StepAfter(1'000'000), std::nullopt);
  EXPECT_EQ(Seconds(), 0);
  EXPECT_EQ(Now().unix_millis(), kStart);
}

TEST_F(ClockDriverTest, AdvancePassesEachTimerAtItsOwnInstant) {
  Make();
  Start(Wait("A", 10, "B") + "," + Wait("B", 20, "C") + "," +
        Wait("C", 40, ""));
  driver_->AdvanceBy(Duration(35'500), Keep());
  Step();
  EXPECT_THAT(Outcomes(), ElementsAre("reached 2"));
  EXPECT_EQ(last_event_ms_, 30'000);
  EXPECT_EQ(clock_.Now().unix_millis(), kStart + 35'500);
}

TEST_F(ClockDriverTest, JumpGoesToTheNextTimerAndNoFurther) {
  Make();
  Start(Wait("A", 10, "B") + "," + Wait("B", 20, ""));
  driver_->JumpToNextTimer(Keep());
  Step();
  EXPECT_EQ(Seconds(), 10);
  driver_->JumpToNextTimer(Keep());
  driver_->JumpToNextTimer(Keep());
  Step();
  EXPECT_EQ(Seconds(), 30);
  EXPECT_THAT(Outcomes(), ElementsAre("reached 1", "reached 1", "idle 0"));
}

TEST_F(ClockDriverTest, MovesAreDoneOneAfterTheOther) {
  Make();
  driver_->AdvanceBy(Duration(5000), Keep());
  driver_->AdvanceBy(Duration(7000), Keep());
  driver_->AdvanceTo(Instant::FromUnixMillis(kStart + 1000), Keep());
  Step();
  EXPECT_EQ(Seconds(), 12);
  EXPECT_EQ(done_.size(), 3u);
}

TEST_F(ClockDriverTest, RunEndsWhenNoTimerIsLeft) {
  Make();
  Start(Wait("A", 259'200, "B") + "," + Wait("B", 259'200, ""));
  driver_->RunUntilIdle(std::nullopt, std::nullopt, Keep());
  Step();
  EXPECT_THAT(Outcomes(), ElementsAre("idle 2"));
  EXPECT_EQ(Seconds(), 2 * 259'200);
  EXPECT_EQ(IdleText(*engine_, 3), "Idle: nothing waits");
}

// The year after which any execution ends is armed; nobody waits for it.
TEST_F(ClockDriverTest, RunSaysWhoWaitsForAWorker) {
  Make();
  Start(Task(""));
  driver_->RunUntilIdle(std::nullopt, milliseconds(0), Keep());
  Step();
  EXPECT_THAT(Outcomes(), ElementsAre("idle 0"));
  EXPECT_EQ(Seconds(), 0);
  EXPECT_EQ(IdleText(*engine_, 3),
            std::string("Idle: 1 task waits for a worker: A (") + kPrefix +
                "activity:a)");
}

TEST(WaitingText, SaysForWhomAndLeavesOutWhatGoesOnByItself) {
  using engine::WaitKind;
  auto text = [](std::initializer_list<WaitKind> kinds) {
    std::vector<engine::WaitingFrame> waiting;
    for (WaitKind kind : kinds) waiting.emplace_back().kind = kind;
    return WaitingText(waiting);
  };
  EXPECT_EQ(text({}), "nothing waits");
  EXPECT_EQ(text({WaitKind::kWait, WaitKind::kRetry}), "nothing waits");
  EXPECT_EQ(text({WaitKind::kTask, WaitKind::kWait}),
            "1 task waits for a worker");
  EXPECT_EQ(text({WaitKind::kToken, WaitKind::kTask, WaitKind::kWorker}),
            "3 tasks wait for a worker or a task token");
  EXPECT_EQ(text({WaitKind::kMock, WaitKind::kCall, WaitKind::kJob}),
            "3 tasks wait for a job or a call or a mock");
}

TEST_F(ClockDriverTest, RunStopsAtItsBound) {
  Make();
  Start(Loop());
  driver_->RunUntilIdle(25, std::nullopt, Keep());
  Step();
  EXPECT_THAT(Outcomes(), ElementsAre("jumpsMax 25"));
  EXPECT_EQ(Seconds(), 25);
}

TEST_F(ClockDriverTest, RunWaitsForWhoHoldsATask) {
  Make();
  Start(Task(R"("HeartbeatSeconds":60,)"));
  Step();
  ASSERT_NE(Poll(), "");
  driver_->RunUntilIdle(std::nullopt, std::nullopt, Keep());
  EXPECT_EQ(Step(), milliseconds(5000));
  EXPECT_EQ(StepAfter(4000), milliseconds(1000));
  engine_->SendTaskHeartbeat(token_, Now(), [](const auto&) {});
  EXPECT_EQ(Step(), milliseconds(5000));  // The beat named it.
  EXPECT_EQ(Seconds(), 0);
  StepAfter(5000);
  EXPECT_EQ(Seconds(), 60);
  EXPECT_THAT(Outcomes(), ElementsAre("idle 1"));
}

TEST_F(ClockDriverTest, MovesWaitForCallsButNotForEver) {
  Make();
  in_flight_ = 1;
  driver_->AdvanceBy(Duration(1000), Keep());
  EXPECT_EQ(Step(), milliseconds(5000));
  in_flight_ = 2;  // Another call: it too gets its time.
  EXPECT_EQ(StepAfter(4000), milliseconds(5000));
  StepAfter(5000);
  EXPECT_THAT(Outcomes(), ElementsAre("reached 0"));
  driver_->RunUntilIdle(std::nullopt, milliseconds(0), Keep());
  Step();
  EXPECT_THAT(Outcomes(), ElementsAre("calls 0"));
}

TEST_F(ClockDriverTest, RunningTimeFollowsTheWallClock) {
  Make({.pace = Pace::kRunning, .rate = 10});
  Start(Wait("A", 10, ""));
  EXPECT_EQ(Step(), milliseconds(1000));
  wall_ms_ += 500;
  EXPECT_EQ(Now().unix_millis(), kStart + 5000);
  EXPECT_EQ(Step(), milliseconds(500));
  StepAfter(700);
  EXPECT_EQ(last_event_ms_, 10'000);
  EXPECT_EQ(Seconds(), 12);
}

TEST_F(ClockDriverTest, RunningTimeNeverPassesATimer) {
  Make({.pace = Pace::kRunning, .rate = 1000});
  Start(Wait("A", 10, "B") + "," + Wait("B", 10, "C") + "," +
        Wait("C", 10, ""));
  Step();
  wall_ms_ += 100;
  // A request that is read now comes at the timer, which fires first.
  EXPECT_EQ(Now().unix_millis(), kStart + 10'000);
  Step();
  EXPECT_EQ(last_event_ms_, 30'000);
  EXPECT_EQ(Seconds(), 100);
}

TEST_F(ClockDriverTest, AnotherRateAndAPauseKeepWhatHasPassed) {
  Make({.pace = Pace::kRunning, .rate = 10});
  StepAfter(1000);
  driver_->Resume(100);
  StepAfter(1000);
  EXPECT_EQ(Seconds(), 110);
  driver_->Pause();
  StepAfter(1000);
  EXPECT_EQ(Seconds(), 110);
}

TEST_F(ClockDriverTest, AMoveWhileTimeFlowsGoesOnFromThere) {
  Make({.pace = Pace::kRunning, .rate = 1});
  driver_->AdvanceBy(Duration(3'600'000), Keep());
  Step();
  StepAfter(2000);
  EXPECT_EQ(Seconds(), 3602);
}

TEST_F(ClockDriverTest, AutoJumpsWhenNothingCameForAWhile) {
  Make({.pace = Pace::kAuto});
  Start(Wait("A", 10, "B") + "," + Wait("B", 10, ""));
  driver_->NoteCall();
  EXPECT_EQ(Step(), milliseconds(200));
  wall_ms_ += 150;
  driver_->NoteCall();
  EXPECT_EQ(StepAfter(150), milliseconds(50));
  EXPECT_EQ(Seconds(), 0);
  EXPECT_EQ(StepAfter(50), std::nullopt);
  EXPECT_EQ(Seconds(), 20);
  EXPECT_EQ(last_event_ms_, 20'000);
  EXPECT_EQ(log_.back(), "Idle: nothing waits");
}

TEST_F(ClockDriverTest, AutoStandsStillForOutgoingCalls) {
  Make({.pace = Pace::kAuto});
  Start(Wait("A", 10, ""));
  in_flight_ = 1;
  Step();
  EXPECT_EQ(StepAfter(200), std::nullopt);
  EXPECT_EQ(StepAfter(60'000), std::nullopt);
  EXPECT_EQ(Seconds(), 0);
  in_flight_ = 0;
  EXPECT_EQ(Step(), milliseconds(200));  // The answer is news.
  StepAfter(200);
  EXPECT_EQ(Seconds(), 10);
}

TEST_F(ClockDriverTest, AutoWaitsForAWorkerAndThenNamesItsTask) {
  Make({.pace = Pace::kAuto});
  Start(Task(R"("HeartbeatSeconds":60,)"));
  Step();
  ASSERT_NE(Poll(), "");
  EXPECT_EQ(StepAfter(200), milliseconds(4800));
  StepAfter(4000);
  EXPECT_EQ(Seconds(), 0);
  StepAfter(800);
  EXPECT_EQ(Seconds(), 60);
  ASSERT_FALSE(log_.empty());
  EXPECT_THAT(log_.front(), HasSubstr("although 1 task is held: A (arn:"));
}

TEST_F(ClockDriverTest, AutoGivesAWorkerTimeToComeForAQueuedTask) {
  Make({.pace = Pace::kAuto});
  Start(Task(""), "x", R"("TimeoutSeconds":30,)");
  Step();
  EXPECT_EQ(StepAfter(200), milliseconds(5000));  // First seen just now.
  StepAfter(4000);
  EXPECT_EQ(Seconds(), 0);
  StepAfter(1000);
  EXPECT_EQ(Seconds(), 30);  // The machine's TimeoutSeconds.
}

TEST_F(ClockDriverTest, AutoIsIdleWhereOnlyWorkersCanGoOn) {
  Make({.pace = Pace::kAuto});
  Start(Task(""));
  Step();
  EXPECT_EQ(StepAfter(200), std::nullopt);
  EXPECT_EQ(StepAfter(1'000'000), std::nullopt);
  EXPECT_EQ(Seconds(), 0);
  ASSERT_EQ(log_.size(), 1u);  // Said once.
  EXPECT_THAT(log_[0], HasSubstr("Idle: 1 task waits for a worker: A ("));
}

TEST_F(ClockDriverTest, AutoPausesAtItsBoundAndNamesTheTimer) {
  Make({.pace = Pace::kAuto, .jumps_max = 30});
  Start(Loop());
  Step();
  StepAfter(200);
  EXPECT_EQ(Seconds(), 30);
  EXPECT_EQ(driver_->settings().pace, Pace::kPaused);
  EXPECT_EQ(driver_->stopped(),
            std::string("30 jumps and no call from outside; the next would be "
                        "to the wait of A in ") +
                kPrefix + "execution:mx:x, due 2026-01-01T00:00:31Z");
  driver_->Auto(std::nullopt, std::nullopt, std::nullopt);
  Step();
  StepAfter(200);
  EXPECT_EQ(Seconds(), 60);
}

TEST_F(ClockDriverTest, ACallFromOutsideResetsTheBound) {
  Make({.pace = Pace::kAuto, .jumps_max = 30});
  Start(Loop());
  Step();
  StepAfter(200);
  EXPECT_EQ(driver_->jumps(), 0);  // Pausing counts as one.
  driver_->Auto(milliseconds(0), milliseconds(0), 5);
  Step();
  EXPECT_EQ(Seconds(), 35);
}

TEST_F(ClockDriverTest, TimeEndsWithTheYear9999) {
  Make();
  Start(Wait("A", 99'999'999, ""));
  driver_->RunUntilIdle(std::nullopt, std::nullopt, Keep());
  Step();
  // The year's limit of the execution comes first.
  EXPECT_EQ(Seconds(), 365 * 86'400);
  driver_->AdvanceTo(kEndOfTime, Keep());
  Start(Wait("A", 10, ""), "y");
  Step();
  driver_->JumpToNextTimer(Keep());
  Step();
  EXPECT_THAT(Outcomes(), ElementsAre("idle 1", "reached 1", "idle 0"));
  EXPECT_EQ(clock_.Now(), kEndOfTime);
  Start(Wait("A", 10, ""), "z");
  driver_->JumpToNextTimer(Keep());
  Step();
  EXPECT_THAT(Outcomes(), ElementsAre("endOfTime 0"));
  EXPECT_EQ(clock_.Now(), kEndOfTime);
}

TEST_F(ClockDriverTest, WhereAMoveCameToIsStored) {
  Make();
  driver_->AdvanceBy(Duration(86'400'000), Keep());
  Step();
  auto stored = engine::StoredTime(store_);
  ASSERT_TRUE(stored.ok());
  EXPECT_EQ(*stored, Instant::FromUnixMillis(kStart + 86'400'000));
}

TEST_F(ClockDriverTest, TimeStandsStillWhileNothingCanBeStored) {
  Make();
  Start(Wait("A", 10, "B") + "," + Wait("B", 10, ""));
  Step();
  failing_ = true;
  driver_->AdvanceBy(Duration(30'000), Keep());
  EXPECT_EQ(Step(), milliseconds(200));
  EXPECT_EQ(StepAfter(200), milliseconds(200));
  EXPECT_EQ(Seconds(), 10);  // What is due here is not stored yet.
  EXPECT_TRUE(done_.empty());
  failing_ = false;
  StepAfter(200);
  EXPECT_THAT(Outcomes(), ElementsAre("reached 2"));
  EXPECT_EQ(last_event_ms_, 20'000);
}

TEST_F(ClockDriverTest, AMillionSecondsAtAMillionTimesAreExact) {
  Make({.pace = Pace::kRunning, .rate = kRateMax});
  StepAfter(1'000'000'000);
  EXPECT_EQ(clock_.Now().unix_millis(), kEndOfTime.unix_millis());
  EXPECT_EQ(driver_->settings().pace, Pace::kPaused);
  EXPECT_EQ(driver_->stopped(), "virtual time ends here");
}

}  // namespace
}  // namespace stepwheel::control
