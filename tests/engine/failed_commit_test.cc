// What a failed commit must not cost anybody: beats, polls, purges, answers.

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "engine/engine.h"
#include "engine/time/virtual_clock.h"
#include "storage/memory_store.h"
#include "tests/fakes/fake_dispatcher.h"
#include "tests/fakes/faulty_store.h"

namespace stepwheel::engine {
namespace {

std::string Arn(const std::string& kind, const std::string& name) {
  return "arn:aws:states:us-east-1:123456789012:" + kind + ":" + name;
}

class FailedCommitTest : public testing::Test {
 protected:
  FailedCommitTest() { Open(); }

  void Open() {
    EngineOptions options;
    options.seed = 7;
    options.recovery_grace = Duration(0);
    options.commit_retry_min = Duration(0);
    options.commit_retry_max = Duration(0);
    options.executions_in_memory = in_memory_;
    engine_ = std::make_unique<Engine>(options, &clock_, &store_, &outside_);
    ASSERT_TRUE(engine_->Recover().ok());
    Settle();
  }
  void Settle() {
    for (int i = 0; i < 100; ++i) {
      const bool more = engine_->Turn();
      std::optional<Instant> wake = engine_->NextWake();
      if (!more && (!wake || *wake > clock_.Now())) return;
    }
    FAIL() << "the engine never comes to rest";
  }
  // A callback task with HeartbeatSeconds 4, three seconds after its request
  // was accepted; and what its beat then means after a restart.
  Call CallbackAtThree();
  void ExpectTheBeatAtThreeIsStored();
  void AdvanceTo(int64_t seconds) {
    const Instant to =
        Instant::FromUnixMillis(0) + std::chrono::seconds(seconds);
    Settle();
    for (auto next = engine_->NextWake(); next && *next <= to;
         next = engine_->NextWake()) {
      clock_.AdvanceTo(std::max(*next, clock_.Now()));
      Settle();
    }
    clock_.AdvanceTo(to);
    Settle();
  }
  template <class T>
  Reply<T> Into(std::optional<Result<T>>* answer) {
    return [answer](Result<T> result) { *answer = std::move(result); };
  }
  void Machine(const std::string& definition, const std::string& name = "m") {
    CreateStateMachineRequest request;
    request.name = name;
    request.definition = definition;
    request.role_arn = "arn:aws:iam::123456789012:role/r";
    engine_->CreateStateMachine(request, clock_.Now(), [](auto) {});
    engine_->CreateActivity("a", clock_.Now(), [](auto) {});
    Settle();
  }
  void Start(const std::string& name = "x") {
    StartExecutionRequest request;
    request.state_machine_arn = Arn("stateMachine", "m");
    request.name = name;
    request.input = "{}";
    engine_->StartExecution(request, clock_.Now(), [](auto) {});
  }
  void Poll(std::optional<Result<GetActivityTaskAnswer>>* answer) {
    engine_->GetActivityTask({Arn("activity", "a"), std::nullopt}, clock_.Now(),
                             Into(answer));
  }
  std::string Status(const std::string& name = "x") {
    auto record = memory_.ExecutionByArn(Arn("execution", "m:" + name));
    if (!record.ok()) return "GONE";
    return std::string(ExecutionStatusName(record->status));
  }
  void FailNext() { fails_ = true; }

  bool fails_ = false;
  size_t in_memory_ = 1000;
  VirtualClock clock_{Instant::FromUnixMillis(0)};
  storage::MemoryStore memory_;
  FaultyStore store_{&memory_,
                     [this](int64_t) { return std::exchange(fails_, false); }};
  FakeDispatcher outside_;
  std::unique_ptr<Engine> engine_;
};

constexpr char kActivity[] =
    R"({"StartAt":"T","States":{"T":{"Type":"Task","HeartbeatSeconds":4,
    "Resource":"arn:aws:states:us-east-1:123456789012:activity:a",
    "End":true}}})";
constexpr char kCallback[] =
    R"({"StartAt":"T","States":{"T":{"Type":"Task","HeartbeatSeconds":4,
    "Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "Parameters":{"QueueUrl":"q","MessageBody":"m"},"End":true}}})";
constexpr char kWait[] =
    R"({"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":9,"Next":"P"},
    "P":{"Type":"Pass","End":true}}})";

Call FailedCommitTest::CallbackAtThree() {
  Machine(kCallback);
  Start();
  Settle();
  const Call call = *outside_.Find("sendMessage.waitForTaskToken");
  engine_->CallSubmitted(call.key, asl::Value::EmptyObject(), clock_.Now());
  AdvanceTo(3);
  return call;
}

void FailedCommitTest::ExpectTheBeatAtThreeIsStored() {
  Open();
  AdvanceTo(5);
  EXPECT_EQ(Status(), "RUNNING");
  AdvanceTo(7);
  EXPECT_EQ(Status(), "FAILED");
}

TEST_F(FailedCommitTest, APollThatWaitedGetsTheTaskOfTheOneThatFailed) {
  Machine(kActivity);
  std::optional<Result<GetActivityTaskAnswer>> first, second;
  Start();
  Settle();
  FailNext();
  Poll(&first);
  Poll(&second);
  Settle();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->error().code, ApiErrorCode::kInternalFailure);
  EXPECT_TRUE(second->ok());
}

TEST_F(FailedCommitTest, ABeatIsStoredByATurnThatDecidesNothing) {
  const Call call = CallbackAtThree();
  std::optional<Result<Nothing>> beat;
  engine_->SendTaskHeartbeat(call.task_token, clock_.Now(), Into(&beat));
  engine_->CallSubmitted(call.key, asl::Value::EmptyObject(), clock_.Now());
  Settle();
  engine_->FlushBeats();
  ExpectTheBeatAtThreeIsStored();
}

TEST_F(FailedCommitTest, BeatsThatCouldNotBeStoredGoWithALaterFlush) {
  const Call call = CallbackAtThree();
  std::optional<Result<Nothing>> beat;
  engine_->SendTaskHeartbeat(call.task_token, clock_.Now(), Into(&beat));
  FailNext();
  EXPECT_FALSE(engine_->FlushSomeBeats(10));
  const int64_t before = store_.commits();
  EXPECT_FALSE(engine_->FlushSomeBeats(10));
  EXPECT_EQ(store_.commits(), before + 1);
  ExpectTheBeatAtThreeIsStored();
}

TEST_F(FailedCommitTest, ADeletedMachineIsPurgedInTheEnd) {
  Machine(kWait);
  Start();
  engine_->DeleteStateMachine(Arn("stateMachine", "m"), clock_.Now(),
                              [](auto) {});
  AdvanceTo(8);
  const int64_t before = store_.commits();
  clock_.AdvanceTo(Instant::FromUnixMillis(9000));
  engine_->Turn();  // The execution ends.
  EXPECT_EQ(store_.commits(), before + 1);
  FailNext();  // The purge.
  Settle();
  EXPECT_EQ(Status(), "GONE");
}

TEST_F(FailedCommitTest, CallsInDoubtAreSettledAfterARecoveryThatFailsOnce) {
  Machine(R"({"StartAt":"T","States":{"T":{"Type":"Task",
      "Resource":"arn:aws:states:::sqs:sendMessage",
      "Parameters":{"QueueUrl":"q","MessageBody":"m"},"End":true}}})");
  Start();
  Settle();
  engine_.reset();
  outside_ = FakeDispatcher();
  FailNext();
  Open();
  EXPECT_EQ(Status(), "FAILED");
}

TEST_F(FailedCommitTest, StopCancelsTheCallsThatAreOpen) {
  Machine(kCallback);
  Start();
  Settle();
  ASSERT_NE(outside_.Find("sendMessage.waitForTaskToken"), nullptr);
  StopExecutionRequest stop;
  stop.execution_arn = Arn("execution", "m:x");
  engine_->StopExecution(stop, clock_.Now(), [](auto) {});
  Settle();
  EXPECT_EQ(outside_.Find("sendMessage.waitForTaskToken"), nullptr);
}

class FailedLoadTest : public FailedCommitTest {
 protected:
  FailedLoadTest() {
    in_memory_ = 0;
    Open();
  }
  // As many turns as it takes to see that it does not come to rest.
  void TurnALittle() {
    for (int i = 0; i < 5; ++i) engine_->Turn();
  }
  // x of m awaits c of child, which waits.
  void StartParent() {
    Machine(kWait, "child");
    Machine(R"({"StartAt":"N","States":{"N":{"Type":"Task","End":true,
        "Resource":"arn:aws:states:::states:startExecution.sync","Parameters":{
        "Name":"c","StateMachineArn":")" +
            Arn("stateMachine", "child") + R"("}}}})");
    Start();
    Settle();
    EXPECT_EQ(engine_->stats().executions_parked, 2);
  }
  void ExpectItEndsOnceItCanBeRead() {
    store_.FailReads(absl::UnavailableError("the disk is slow today"));
    clock_.AdvanceTo(Instant::FromUnixMillis(9000));
    TurnALittle();
    EXPECT_EQ(Status(), "RUNNING");
    store_.FailReads(absl::OkStatus());
    Settle();
    EXPECT_EQ(Status(), "SUCCEEDED");
  }
};

TEST_F(FailedLoadTest, ATimerWaitsUntilItsExecutionCanBeRead) {
  Machine(kWait);
  Start();
  Settle();
  EXPECT_EQ(engine_->stats().executions_parked, 1);
  ExpectItEndsOnceItCanBeRead();
}

TEST_F(FailedLoadTest, AnAnswerIsRefusedAndMayComeAgain) {
  Machine(kCallback);
  Start();
  Settle();
  const Call call = *outside_.Find("sendMessage.waitForTaskToken");
  store_.FailReads(absl::UnavailableError("the disk is slow today"));
  std::optional<Result<Nothing>> answer;
  engine_->SendTaskSuccess({call.task_token, "1"}, clock_.Now(), Into(&answer));
  TurnALittle();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error().code, ApiErrorCode::kInternalFailure);
  store_.FailReads(absl::OkStatus());
  engine_->SendTaskSuccess({call.task_token, "1"}, clock_.Now(), Into(&answer));
  Settle();
  EXPECT_TRUE(answer->ok());
  EXPECT_EQ(Status(), "SUCCEEDED");
}

TEST_F(FailedLoadTest, ATaskThatCannotBeReadIsHandedOutLater) {
  Machine(kActivity);
  Start();
  Settle();
  store_.FailReads(absl::UnavailableError("the disk is slow today"));
  std::optional<Result<GetActivityTaskAnswer>> poll;
  Poll(&poll);
  TurnALittle();
  store_.FailReads(absl::OkStatus());
  Settle();
  if (poll && !poll->ok()) Poll(&poll);
  Settle();
  ASSERT_TRUE(poll && poll->ok());
  EXPECT_EQ((*poll)->input, "{}");
}

TEST_F(FailedLoadTest, AParentThatCannotBeReadIsAnsweredLater) {
  StartParent();
  ExpectItEndsOnceItCanBeRead();
}

TEST_F(FailedLoadTest, AChildThatRunsAlreadyIsAwaitedUnread) {
  StartParent();
  store_.FailReads(absl::DataLossError("a page is damaged"));
  Start("y");
  Settle();
  EXPECT_EQ(engine_->stats().executions_parked, 3);
  store_.FailReads(absl::OkStatus());
  AdvanceTo(9);
  EXPECT_EQ(Status("x"), "SUCCEEDED");
  EXPECT_EQ(Status("y"), "SUCCEEDED");
}

TEST_F(FailedLoadTest, AnExecutionThatIsDamagedIsSetAside) {
  Machine(kWait);
  Start();
  Settle();
  store_.FailReads(absl::DataLossError("a page is damaged"));
  StopExecutionRequest stop;
  stop.execution_arn = Arn("execution", "m:x");
  std::optional<Result<StopExecutionAnswer>> answer;
  engine_->StopExecution(stop, clock_.Now(), Into(&answer));
  Settle();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error().code, ApiErrorCode::kInternalFailure);
  EXPECT_EQ(engine_->stats().executions_parked, 0);
  AdvanceTo(20);  // Nobody wakes it, and nothing else stops.
  EXPECT_EQ(Status(), "RUNNING");
}

TEST_F(FailedCommitTest, AnActivityMadeAndDeletedInOneTurnIsGone) {
  engine_->CreateActivity("b", clock_.Now(), [](auto) {});
  engine_->DeleteActivity(Arn("activity", "b"), clock_.Now(), [](auto) {});
  Settle();
  EXPECT_TRUE(memory_.Activities()->empty());
}

TEST_F(FailedCommitTest, APollWithdrawnBeforeItsTurnIsAnswered) {
  Machine(kActivity);
  std::optional<Result<GetActivityTaskAnswer>> answer;
  Engine::PollId id = engine_->GetActivityTask(
      {Arn("activity", "a"), std::nullopt}, clock_.Now(), Into(&answer));
  engine_->WithdrawPoll(id, true);
  Settle();
  ASSERT_TRUE(answer && answer->ok());
  EXPECT_TRUE((*answer)->task_token.empty());
}

}  // namespace
}  // namespace stepwheel::engine
