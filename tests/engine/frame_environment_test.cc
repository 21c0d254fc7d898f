#include "engine/frame_environment.h"

#include <gtest/gtest.h>

#include "tests/engine/small_run.h"

namespace stepwheel::engine {
namespace {

constexpr char kMap[] = R"({"StartAt":"Set","States":{
  "Set":{"Type":"Pass","Assign":{"outer":1,"both":"outside"},"Next":"M"},
  "M":{"Type":"Map","End":true,"ItemsPath":"$.list","ItemProcessor":{
    "StartAt":"V","States":{
      "V":{"Type":"Pass","Assign":{"inner":2},"Next":"W"},
      "W":{"Type":"Wait","Seconds":9,"End":true}}}}}})";

// Of the frame that waits, as JSON.
class FrameEnvironmentTest : public testing::Test {
 protected:
  FrameEnvironmentTest()
      : run_(kMap, R"({"list":["a","b"]})"), folded_(run_.Folded()) {}

  const Frame& Iteration(int64_t index) {
    for (const auto& [id, frame] : folded_.execution->frames) {
      if (frame.iteration && frame.index == index) return frame;
    }
    ADD_FAILURE() << "no iteration " << index;
    return folded_.execution->frames.at(kMainFrame);
  }
  const Frame& Main() { return folded_.execution->frames.at(kMainFrame); }
  FrameEnvironment Of(const Frame& frame) {
    return FrameEnvironment(*folded_.execution, frame, 5,
                            Instant::FromUnixMillis(1000), &interrupt_);
  }

  asl::CountingInterrupt interrupt_{1000};
  SmallRun run_;
  Replayed folded_;
};

TEST_F(FrameEnvironmentTest, ContextNamesExecutionMachineAndState) {
  FrameEnvironment environment = Of(Main());
  EXPECT_EQ(environment.Context().Text(),
            R"({"Execution":{)"
            R"("Id":"arn:aws:states:us-east-1:123456789012:execution:m:x",)"
            R"("Input":{"list":["a","b"]},)"
            R"("StartTime":"2026-09-21T14:13:20Z","Name":"x",)"
            R"("RoleArn":"arn:aws:iam::123456789012:role/r","RedriveCount":0},)"
            R"("StateMachine":{)"
            R"("Id":"arn:aws:states:us-east-1:123456789012:stateMachine:m",)"
            R"("Name":"m"},"State":{"Name":"M",)"
            R"("EnteredTime":"2026-09-21T14:13:20Z","RetryCount":0}})");
}

TEST_F(FrameEnvironmentTest, AnIterationHasItsItem) {
  FrameEnvironment environment = Of(Iteration(1));
  EXPECT_EQ(environment.Context().Find("Map")->Text(),
            R"({"Item":{"Index":1,"Value":"b"}})");
  FrameEnvironment outside = Of(Main());
  EXPECT_EQ(outside.Context().Find("Map"), nullptr);
}

TEST_F(FrameEnvironmentTest, RetryCountIsOnlyThereForStatesThatRetry) {
  FrameEnvironment environment = Of(Iteration(0));
  const asl::Value* state = environment.Context().Find("State");
  EXPECT_EQ(state->Find("Name")->as_string(), "W");
  EXPECT_EQ(state->Find("RetryCount"), nullptr);
}

TEST_F(FrameEnvironmentTest, ATokenIsThereOnceItIsGiven) {
  FrameEnvironment environment = Of(Main());
  environment.set_task_token("abc");
  EXPECT_EQ(environment.Context().Find("Task")->Text(), R"({"Token":"abc"})");
}

TEST_F(FrameEnvironmentTest, AnItemSelectorSeesTheItemBeforeItsIteration) {
  FrameEnvironment environment = Of(Main());
  EXPECT_EQ(environment.Context().Find("Map"), nullptr);
  environment.set_item(7, asl::Value("z"));
  EXPECT_EQ(environment.Context().Find("Map")->Text(),
            R"({"Item":{"Index":7,"Value":"z"}})");
}

TEST_F(FrameEnvironmentTest, VariablesAreSeenFromInsideAndNotFromOutside) {
  FrameEnvironment inside = Of(Iteration(0));
  ASSERT_NE(inside.Variable("inner"), nullptr);
  EXPECT_EQ(inside.Variable("inner")->as_int(), 2);
  ASSERT_NE(inside.Variable("outer"), nullptr);
  EXPECT_EQ(inside.Variable("outer")->as_int(), 1);
  EXPECT_EQ(inside.Variable("nobody"), nullptr);
  FrameEnvironment outside = Of(Main());
  EXPECT_EQ(outside.Variable("inner"), nullptr);
}

TEST_F(FrameEnvironmentTest, ChanceIsTheSameAgainAndNeverTheSameTwice) {
  FrameEnvironment first = Of(Main()), again = Of(Main());
  const uint64_t number = first.Random();
  EXPECT_EQ(again.Random(), number);
  EXPECT_NE(first.Random(), number);
}

}  // namespace
}  // namespace stepwheel::engine
