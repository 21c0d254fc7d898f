// What an execution that failed, was stopped or timed out still holds: a
// redrive goes on from there, so raw inputs, items and the outputs of finished
// branches must be there, read back from the log alone.
#include <gtest/gtest.h>

#include <string>

#include "tests/engine/small_run.h"

namespace stepwheel::engine {
namespace {

constexpr char kActivity[] =
    R"("arn:aws:states:us-east-1:123456789012:activity:work")";

// A task of the activity `work` that ends its flow, or goes on to `next`.
std::string Work(const std::string& name, const std::string& more = "") {
  return "\"" + name + R"(":{"Type":"Task","Resource":)" + kActivity + more +
         R"(,"End":true})";
}

class Ended {
 public:
  explicit Ended(SmallRun& run) : replayed_(run.Folded()) {}

  const Execution& execution() const { return *replayed_.execution; }
  // The frame that stands in the state of this name, or nullptr.
  const Frame* In(const std::string& state) const {
    for (const auto& [id, frame] : execution().frames) {
      if (execution().StateOf(frame).name == state) return &frame;
    }
    return nullptr;
  }
  std::string Input(const std::string& state) const {
    const Frame* frame = In(state);
    return frame == nullptr ? "no frame" : frame->input.Text();
  }
  std::string Output(const std::string& state) const {
    const Frame* frame = In(state);
    if (frame == nullptr) return "no frame";
    return frame->phase == Phase::kDone ? frame->output.Text() : "not done";
  }

 private:
  Replayed replayed_;
};

void FailByToken(SmallRun& run, const std::string& token) {
  SendTaskFailureRequest failure;
  failure.task_token = token;
  failure.error = "Broken";
  run.engine().SendTaskFailure(failure, run.clock().Now(), [](const auto& a) {
    EXPECT_TRUE(a.ok()) << a.error().message;
  });
  run.Settle();
}

void Succeed(SmallRun& run, const std::string& token,
             const std::string& output) {
  run.engine().SendTaskSuccess(
      {token, output}, run.clock().Now(),
      [](const auto& a) { EXPECT_TRUE(a.ok()) << a.error().message; });
  run.Settle();
}

TEST(RedriveState, AFailedStateKeepsItsRawInputAndItsEntry) {
  SmallRun run(
      R"({"StartAt":"A","States":{"A":{"Type":"Pass","ResultPath":"$.a",)"
      R"("Result":1,"Next":"B"},)" +
          Work("B", R"(,"InputPath":"$.a","TimeoutSeconds":5)") + "}}",
      R"({"n":7})");
  FailByToken(run, run.Poll());
  const Ended ended(run);
  EXPECT_EQ(ended.execution().record.status, ExecutionStatus::kFailed);
  EXPECT_EQ(ended.Input("B"), R"({"n":7,"a":1})");
  // 1 started, 2 and 3 A, 4 B entered.
  ASSERT_NE(ended.In("B"), nullptr);
  EXPECT_EQ(ended.In("B")->entered_id, 4);
  EXPECT_EQ(ended.In("B")->entered_at.unix_millis(), SmallRun::kStart);
}

TEST(RedriveState, VariablesOutliveTheFailure) {
  SmallRun run(R"({"StartAt":"A","States":{"A":{"Type":"Pass",)"
               R"("Assign":{"v":{"deep":[1]}},"Next":"B"},)" +
               Work("B") + "}}");
  FailByToken(run, run.Poll());
  const Ended ended(run);
  ASSERT_EQ(ended.execution().frames.size(), 1u);
  const Frame& frame = ended.execution().frames.begin()->second;
  ASSERT_EQ(frame.variables.count("v"), 1u);
  EXPECT_EQ(frame.variables.at("v").Text(), R"({"deep":[1]})");
}

constexpr char kFork[] =
    R"({"StartAt":"Fork","States":{"Fork":{"Type":"Parallel","End":true,)"
    R"("Parameters":{"p.$":"$.n"},"Branches":[)";

std::string ForkMachine(const std::string& more = "") {
  return kFork +
         std::string(R"({"StartAt":"Done","States":{"Done":{"Type":"Pass",)"
                     R"("Result":"finished","End":true}}},)") +
         R"({"StartAt":"Fails","States":{)" + Work("Fails") + "}}," +
         R"({"StartAt":"Open","States":{"Open":{"Type":"Wait","Seconds":60,)"
         R"("Next":"After"},"After":{"Type":"Succeed"}}}])" +
         more + "}}}";
}

TEST(RedriveState, AParallelKeepsFinishedFailedAndAbortedBranches) {
  SmallRun run(ForkMachine(), R"({"n":3})");
  FailByToken(run, run.Poll());
  const Ended ended(run);
  EXPECT_EQ(ended.execution().record.status, ExecutionStatus::kFailed);
  EXPECT_EQ(ended.Output("Done"), R"("finished")");
  EXPECT_EQ(ended.Input("Fails"), R"({"p":3})");
  EXPECT_EQ(ended.Input("Open"), R"({"p":3})");
  ASSERT_NE(ended.In("Fork"), nullptr);
  EXPECT_EQ(ended.Input("Fork"), R"({"n":3})");
  ASSERT_NE(ended.In("Fork")->children, nullptr);
  EXPECT_EQ(ended.In("Fork")->children->effective.Text(), R"({"p":3})");
  EXPECT_EQ(ended.In("Fork")->children->frames.size(), 3u);
}

TEST(RedriveState, AStoppedParallelKeepsItsBranches) {
  SmallRun run(ForkMachine(), R"({"n":4})");
  StopExecutionRequest stop;
  stop.execution_arn = run.record().arn;
  run.engine().StopExecution(stop, run.clock().Now(),
                             [](const auto& a) { EXPECT_TRUE(a.ok()); });
  run.Settle();
  const Ended ended(run);
  EXPECT_EQ(ended.execution().record.status, ExecutionStatus::kAborted);
  EXPECT_EQ(ended.Output("Done"), R"("finished")");
  EXPECT_EQ(ended.Input("Fails"), R"({"p":4})");
  EXPECT_EQ(ended.Input("Open"), R"({"p":4})");
}

TEST(RedriveState, AMachineTimeoutKeepsBranches) {
  std::string machine = ForkMachine();
  machine.insert(1, R"("TimeoutSeconds":2,)");
  SmallRun run(machine, R"({"n":5})");
  run.PlayToTheEnd();
  const Ended ended(run);
  EXPECT_EQ(ended.execution().record.status, ExecutionStatus::kTimedOut);
  EXPECT_EQ(ended.Output("Done"), R"("finished")");
  EXPECT_EQ(ended.Input("Open"), R"({"p":5})");
}

TEST(RedriveState, AMapKeepsItemsResultsAndOpenIterations) {
  SmallRun run(
      R"({"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":2,)"
      R"("ItemsPath":"$.list","ItemSelector":{"i.$":"$$.Map.Item.Value"},)"
      R"("ItemProcessor":{"StartAt":"T","States":{)" +
          Work("T") + R"(}},"End":true}}})",
      R"({"list":[10,20,30,40]})");
  Succeed(run, run.Poll(), R"("ten")");
  const std::string second = run.Poll();
  FailByToken(run, second);
  const Ended ended(run);
  EXPECT_EQ(ended.execution().record.status, ExecutionStatus::kFailed);
  ASSERT_NE(ended.In("M"), nullptr);
  ASSERT_NE(ended.In("M")->children, nullptr);
  const Children& children = *ended.In("M")->children;
  EXPECT_EQ(children.items.Text(), "[10,20,30,40]");
  EXPECT_EQ(children.results.at(0).Text(), R"("ten")");
  EXPECT_EQ(children.next_index, 3);
  int open = 0;
  for (const auto& [id, frame] : ended.execution().frames) {
    if (!frame.iteration || frame.phase == Phase::kDone) continue;
    ++open;
    const std::string item = std::to_string(10 * (frame.index + 1));
    EXPECT_EQ(frame.input.Text(), "{\"i\":" + item + "}");
  }
  EXPECT_EQ(open, 2);  // The one that failed, and the third.
}

TEST(RedriveState, ARetryOfAParallelDropsTheBranchesOfTheAttemptBefore) {
  SmallRun run(ForkMachine(R"(,"Retry":[{"ErrorEquals":["Broken"],)"
                           R"("IntervalSeconds":1,"MaxAttempts":1}])"),
               R"({"n":6})");
  FailByToken(run, run.Poll());
  run.clock().AdvanceTo(run.clock().Now() + Duration(1000));
  run.Settle();
  FailByToken(run, run.Poll());
  const Ended ended(run);
  EXPECT_EQ(ended.execution().record.status, ExecutionStatus::kFailed);
  // The main line and the three branches of the second attempt.
  EXPECT_EQ(ended.execution().frames.size(), 4u);
  EXPECT_EQ(ended.Output("Done"), R"("finished")");
}

TEST(RedriveState, ACatchLeavesNoBranchBehind) {
  SmallRun run(R"({"StartAt":"F","States":{"F":{"Type":"Parallel","Branches":[)"
               R"({"StartAt":"T","States":{)" +
               Work("T") +
               R"(}}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"End"}],)"
               R"("Next":"End"},"End":{"Type":"Fail","Error":"Given up"}}})");
  FailByToken(run, run.Poll());
  const Ended ended(run);
  EXPECT_EQ(ended.execution().frames.size(), 1u);
  EXPECT_EQ(ended.Input("End"), R"({"Error":"Broken","Cause":null})");
}

}  // namespace
}  // namespace stepwheel::engine
