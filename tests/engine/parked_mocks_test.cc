// Executions that play a test case of the mock file, parked: their scripts go
// on without them being read back, to the same millisecond.

#include <gmock/gmock.h>

#include "tests/engine/engine_harness.h"

namespace stepwheel::engine {
namespace {

using std::chrono::seconds;
using testing::SizeIs;

constexpr char kMocks[] = R"({"StateMachines":{"m":{"TestCases":{
  "Beats":{"Ship":"beats"},"Silent":{"Ship":"silent"},"Never":{"Ship":"never"},
  "Twice":{"Ship":"twice"}}}},
  "MockedResponses":{
  "beats":{"0":{"Return":{"n":1},"DurationSeconds":60.25,
    "Heartbeat":{"IntervalSeconds":3}}},
  "silent":{"0":{"Return":1,"DurationSeconds":60,
    "Heartbeat":{"IntervalSeconds":4,"StopAfterSeconds":9}}},
  "never":{"0":{"NoAnswer":true}},
  "twice":{"0":{"Throw":{"Error":"E"},"DurationSeconds":2},
    "1":{"Return":2,"DurationSeconds":2}}}})";

class ParkedMocksTest : public EngineTest {
 protected:
  ParkedMocksTest() : source_("mocks.json", Parsed()) {
    grace_ = Duration(0);
    in_memory_ = 0;
    mock_source_ = &source_;
    Crash();
  }
  static std::shared_ptr<const MockFile> Parsed() {
    std::vector<MockProblem> problems;
    auto file = MockFile::Parse(kMocks, &problems);
    for (const MockProblem& p : problems) ADD_FAILURE() << p.Text();
    return file;
  }
  void StartCase(const std::string& test_case,
                 const std::string& more = R"(,"HeartbeatSeconds":10)") {
    ASSERT_TRUE(Create("m", ShipMachine(more)).ok());
    ASSERT_TRUE(Start("m#" + test_case, "x").ok());
    EXPECT_EQ(engine_->stats().executions_parked, 1);
    EXPECT_EQ(engine_->stats().executions_loaded, 0);
  }
  // Parked and unchanged until then, at `at` it ends so.
  void ExpectEnd(Duration at, const std::string& status) {
    AdvanceTo(at - Duration(1));
    EXPECT_EQ(engine_->stats().executions_parked, 1);
    EXPECT_EQ(Status("m", "x"), "RUNNING");
    AdvanceTo(at);
    EXPECT_EQ(Status("m", "x"), status);
    EXPECT_EQ(Describe("m", "x")->stop_date, now());
  }
  std::string Token() {
    const auto waiting = engine_->Waiting();
    return waiting.empty() ? "" : waiting[0].task_token;
  }
  int64_t loads() { return engine_->stats().loads; }

  FixedMocks source_;
};

TEST_F(ParkedMocksTest, BeatsOfAScriptReadNothingBack) {
  StartCase("Beats");
  AdvanceTo(seconds(60));
  EXPECT_EQ(loads(), 0);
  ExpectEnd(Duration(60'250), "SUCCEEDED");
  EXPECT_EQ(loads(), 1);
}

TEST_F(ParkedMocksTest, AScriptGoesOnAfterAStart) {
  StartCase("Beats");
  AdvanceTo(seconds(31));
  Crash();
  EXPECT_EQ(engine_->stats().executions_parked, 1);
  EXPECT_EQ(engine_->census().of(WaitKind::kMock), 1);
  EXPECT_EQ(engine_->DescribeNextTimer()->kind, DeadlineKind::kMockAnswer);
  EXPECT_EQ(loads(), 0);
  ExpectEnd(Duration(60'250), "SUCCEEDED");
}

// It beats whether the server is there or not: an absence excuses nothing.
TEST_F(ParkedMocksTest, AScriptGetsNoGrace) {
  grace_.reset();
  StartCase("Silent");
  AdvanceTo(seconds(17));
  Crash();
  engine_->ClockLeapt();
  EXPECT_EQ(engine_->DescribeNextTimer()->kind, DeadlineKind::kHeartbeat);
  ExpectEnd(seconds(18), "FAILED");
}

TEST_F(ParkedMocksTest, ABeatFromOutsideReadsTheScriptAndMovesItsDeadline) {
  StartCase("Silent");
  AdvanceTo(seconds(15));
  ASSERT_TRUE(Beat(Token()).ok());
  EXPECT_EQ(loads(), 1);
  EXPECT_EQ(engine_->stats().executions_parked, 1);
  EXPECT_EQ(engine_->Waiting()[0].due, now() + seconds(10));
  ExpectEnd(seconds(25), "FAILED");
}

TEST_F(ParkedMocksTest, ABeatFromOutsideIsStored) {
  StartCase("Silent");
  AdvanceTo(seconds(15));
  ASSERT_TRUE(Beat(Token()).ok());
  engine_->FlushBeats();
  Crash();
  EXPECT_EQ(engine_->stats().executions_parked, 1);
  EXPECT_EQ(engine_->NextTimer(), now() + seconds(10));
  ExpectEnd(seconds(25), "FAILED");
}

TEST_F(ParkedMocksTest, SomebodyElseMayAnswerFirst) {
  StartCase("Never");
  AdvanceTo(seconds(3));
  ASSERT_TRUE(Succeed(Token(), "7").ok());
  EXPECT_EQ(Describe("m", "x")->output, "7");
}

TEST_F(ParkedMocksTest, CallsAreCountedOn) {
  events_per_snapshot_ = 0;
  Crash();
  StartCase("Twice", R"(,"Retry":[{"ErrorEquals":["E"],"IntervalSeconds":5}])");
  AdvanceTo(seconds(3));
  Crash();  // While it waits to try again.
  ExpectEnd(seconds(9), "SUCCEEDED");
  EXPECT_EQ(Describe("m", "x")->output, "2");
}

TEST_F(ParkedMocksTest, TheSameStartAgainIsToldFromAnotherCase) {
  StartCase("Never", "");
  EXPECT_TRUE(Start("m#Never", "x").ok());
  EXPECT_EQ(Start("m#Beats", "x").error().code,
            ApiErrorCode::kExecutionAlreadyExists);
  EXPECT_EQ(Start("m", "x").error().code,
            ApiErrorCode::kExecutionAlreadyExists);
  EXPECT_EQ(engine_->stats().executions_parked, 1);
  EXPECT_THAT(engine_->Waiting(), SizeIs(1));
}

}  // namespace
}  // namespace stepwheel::engine
