// What a mocked execution does when the file behind it, the seed or the server
// changes. Histories are in tests/scenarios/mock_*.scenario.

#include <gmock/gmock.h>

#include "tests/engine/engine_harness.h"

namespace stepwheel::engine {
namespace {

using testing::HasSubstr;

class ChangingMocks : public MockSource {
 public:
  std::shared_ptr<const MockFile> Current(std::string* why) override {
    if (!file_) *why = "mocks.json is gone";
    return file_;
  }
  std::string Name() const override { return "mocks.json"; }
  void Set(const std::string& cases, const std::string& responses) {
    std::vector<MockProblem> problems;
    file_ = MockFile::Parse(R"({"StateMachines":{"m":{"TestCases":)" + cases +
                                R"(}},"MockedResponses":)" + responses + "}",
                            &problems);
    for (const MockProblem& p : problems) ADD_FAILURE() << p.Text();
  }
  void Remove() { file_ = nullptr; }

 private:
  std::shared_ptr<const MockFile> file_;
};

class MockedExecutionTest : public EngineTest {
 protected:
  MockedExecutionTest() {
    mocks_.Set(R"({"C":{"Ship":"R"}})",
               R"({"R":{"0-9":{"Return":1,"DurationSeconds":5}}})");
    Reopen(&mocks_, 7);
    EXPECT_TRUE(Create("m", ShipMachine("")).ok());
  }
  void Reopen(MockSource* mocks, uint64_t seed) {
    engine_.reset();
    EngineOptions options;
    options.seed = seed;
    options.mocks = mocks;
    options.log = [this](std::string_view, std::string_view line) {
      log_ += std::string(line) + "\n";
    };
    engine_ = std::make_unique<Engine>(options, &clock_, &store_, &outside_);
    ASSERT_TRUE(engine_->Recover().ok());
    Settle();
  }
  std::string Cause(const std::string& name) {
    auto record = Describe("m", name);
    return record.ok() ? record->cause.value_or("") : record.error().message;
  }

  ChangingMocks mocks_;
  std::string log_;
};

TEST_F(MockedExecutionTest, KeepsTheScriptOfAnAttemptWhenTheFileChanges) {
  ASSERT_TRUE(Start("m#C", "x").ok());
  mocks_.Set(R"({"C":{"Ship":"R"}})", R"({"R":{"0":{"Throw":{}}}})");
  AdvanceTo(Duration(4999));
  EXPECT_EQ(Status("m", "x"), "RUNNING");
  AdvanceTo(Duration(5000));
  EXPECT_EQ(Status("m", "x"), "SUCCEEDED");
}

TEST_F(MockedExecutionTest, UsesTheFileAsItIsWhenATaskBegins) {
  mocks_.Set(R"({"C":{"Ship":"R"}})", R"({"R":{"0":{"Throw":{"Error":"E"}}}})");
  ASSERT_TRUE(Start("m#C", "x").ok());
  EXPECT_EQ(Status("m", "x"), "FAILED");
}

TEST_F(MockedExecutionTest, AnswersAfterARestartWithoutTheFile) {
  ASSERT_TRUE(Start("m#C", "x").ok());
  Reopen(nullptr, 7);
  AdvanceTo(Duration(5000));
  EXPECT_EQ(Status("m", "x"), "SUCCEEDED");
}

TEST_F(MockedExecutionTest, NeverCallsTheOutsideWhenTheFileOrCaseIsGone) {
  const std::string two = R"({"StartAt":"Wait","States":{
      "Wait":{"Type":"Wait","Seconds":1,"Next":"Ship"},
      "Ship":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
      "Parameters":{"FunctionName":"f"},"End":true}}})";
  UpdateStateMachineRequest update;
  update.state_machine_arn = TestArn("stateMachine", "m");
  update.definition = two;
  ASSERT_TRUE(Ask<UpdateStateMachineAnswer>([&](auto reply) {
                engine_->UpdateStateMachine(update, now(), reply);
              }).ok());
  ASSERT_TRUE(Start("m#C", "gone").ok());
  mocks_.Remove();
  AdvanceTo(Duration(1000));
  EXPECT_THAT(Cause("gone"), HasSubstr("cannot be used: mocks.json is gone"));
  mocks_.Set(R"({"C":{"Ship":"R"}})", R"({"R":{"0":{"Return":1}}})");
  ASSERT_TRUE(Start("m#C", "renamed").ok());
  mocks_.Set(R"({"D":{}})", "{}");
  AdvanceTo(Duration(2000));
  EXPECT_THAT(Cause("renamed"), HasSubstr("mocks.json no longer has it"));
  mocks_.Set(R"({"C":{"Ship":"R"}})", R"({"R":{"0":{"Return":1}}})");
  ASSERT_TRUE(Start("m#C", "bare").ok());
  Reopen(nullptr, 7);
  AdvanceTo(Duration(3000));
  EXPECT_THAT(Cause("bare"), HasSubstr("no mock file any more"));
  EXPECT_EQ(outside_.started(), 0);
}

TEST_F(MockedExecutionTest, SaysWhatIsWrongWithATestCase) {
  auto message = [this](const std::string& machine) {
    auto answer = Start(machine, "x");
    if (answer.ok()) return std::string("started");
    EXPECT_EQ(answer.error().code, ApiErrorCode::kValidationException);
    return answer.error().message;
  };
  EXPECT_EQ(message("m#Nope"),
            "mocks.json has no test case 'Nope' for the state machine 'm'; it "
            "has 'C'");
  EXPECT_EQ(message("m#"),
            "mocks.json has no test case '' for the state machine 'm'; it has "
            "'C'");
  EXPECT_EQ(outside_.started(), 0);
  mocks_.Set(R"({"C":{"Shop":"R"}})", R"({"R":{}})");
  EXPECT_EQ(message("m#C"),
            "The test case 'C' mocks the state 'Shop', which the state machine "
            "'m' does not have");
  ASSERT_TRUE(Create("other", ShipMachine("")).ok());
  EXPECT_EQ(message("other#C"),
            "mocks.json has no test cases for the state machine 'other'; it "
            "has them for 'm'");
  mocks_.Remove();
  EXPECT_EQ(message("m#C"), "The mock file cannot be used: mocks.json is gone");
}

TEST_F(MockedExecutionTest, WithoutAMockFileACaseIsPartOfTheNameAsOnAws) {
  Reopen(nullptr, 7);
  auto answer = Start("m#C", "x");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ApiErrorCode::kStateMachineDoesNotExist);
  EXPECT_THAT(log_, HasSubstr("there is no mock file (--mocks"));
}

TEST_F(MockedExecutionTest, TheSameNameAndInputWithAnotherCaseIsAnotherStart) {
  mocks_.Set(R"({"C":{"Ship":"R"},"D":{"Ship":"R"}})",
             R"({"R":{"0":{"NoAnswer":true}}})");
  ASSERT_TRUE(Start("m#C", "x").ok());
  EXPECT_TRUE(Start("m#C", "x").ok());
  EXPECT_EQ(Start("m#D", "x").error().code,
            ApiErrorCode::kExecutionAlreadyExists);
}

TEST_F(MockedExecutionTest, LogsWhoIsMocked) {
  ASSERT_TRUE(Start("m#C", "x").ok());
  EXPECT_THAT(log_, HasSubstr("mocked: " + TestArn("execution", "m:x") +
                              " plays the test case 'C' of mocks.json, which "
                              "answers for Ship"));
}

TEST_F(MockedExecutionTest, DrawsDurationsFromTheSeed) {
  mocks_.Set(
      R"({"C":{"Ship":"R"}})",
      R"({"R":{"0":{"Return":1,"DurationSeconds":{"Min":0,"Max":60}}}})");
  auto ends = [this](const std::string& name) {
    EXPECT_TRUE(Start("m#C", name).ok());
    AdvanceTo(now() - Instant::FromUnixMillis(kStart) + Duration(60'000));
    auto record = Describe("m", name);
    return *record->stop_date - record->start_date;
  };
  const Duration first = ends("a"), second = ends("b");
  EXPECT_NE(first, second);
  Reopen(&mocks_, 8);
  EXPECT_NE(ends("c"), first);
}

}  // namespace
}  // namespace stepwheel::engine
