#include "engine/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/small_run.h"

namespace stepwheel::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const char kWaits[] = R"({"StartAt":"A","States":{
  "A":{"Type":"Pass","Next":"W"},
  "W":{"Type":"Wait","Seconds":3,"End":true}}})";

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() : run_(kWaits, R"({"n":1})") { run_.PlayToTheEnd(); }

  // What is found after the record was stored in another form.
  std::vector<std::string> Changed(
      const std::function<void(ExecutionRecord&)>& change) {
    Batch batch;
    batch.put_executions.push_back(run_.record());
    change(batch.put_executions.back());
    EXPECT_TRUE(run_.store().Commit(batch).ok());
    return CheckExecution(run_.store(), 1);
  }

  SmallRun run_;
};

TEST_F(ReplayTest, AnUntouchedExecutionAgreesWithItsRecord) {
  EXPECT_THAT(CheckExecution(run_.store(), 1), IsEmpty());
}

TEST_F(ReplayTest, AChangedOutputIsFound) {
  EXPECT_THAT(Changed([](auto& r) { r.output = "{}"; }),
              ElementsAre("output: the record says '{}', the events say "
                          "'{\"n\":1}'"));
}

TEST_F(ReplayTest, AChangedErrorAndCauseAreFound) {
  EXPECT_THAT(Changed([](auto& r) {
                r.error = "E";
                r.cause = "c";
              }),
              ElementsAre("error: the record says 'E', the events say nothing",
                          "cause: the record says 'c', the events say "
                          "nothing"));
}

TEST_F(ReplayTest, AChangedStatusOrDateIsFound) {
  EXPECT_THAT(Changed([](auto& r) {
                r.status = ExecutionStatus::kFailed;
                r.stop_date = *r.stop_date + Duration(1);
              }),
              ElementsAre(HasSubstr("status: the record says FAILED, the "
                                    "events say SUCCEEDED"),
                          HasSubstr("stopDate: the record says")));
}

TEST_F(ReplayTest, UnknownExecutionsAndDefinitionsAreSaid) {
  EXPECT_THAT(CheckExecution(run_.store(), 2),
              ElementsAre(HasSubstr("no execution number 2")));
  EXPECT_THAT(Changed([](auto& r) { r.definition_hash = "nope"; }),
              ElementsAre(HasSubstr("no definition nope")));
}

TEST_F(ReplayTest, ALogThatGoesOnAfterItsEndIsDamaged) {
  std::vector<Event> more(1);
  more[0].type = EventType::kExecutionAborted;
  more[0].position = run_.Folded().events.back().position + 1;
  more[0].id = run_.Folded().events.back().id + 1;
  more[0].timestamp = run_.clock().Now();
  Batch batch;
  batch.log.push_back({1, &more, nullptr});
  ASSERT_TRUE(run_.store().Commit(batch).ok());
  EXPECT_THAT(CheckExecution(run_.store(), 1),
              ElementsAre(HasSubstr("event 8 (ExecutionAborted): the "
                                    "execution has ended")));
}

TEST_F(ReplayTest, StopsAtTheEventThatIsAskedFor) {
  const ExecutionRecord record = run_.record();
  const auto replayed = Replay(run_.store(), record, run_.machine(), 4);
  ASSERT_TRUE(replayed.ok());
  const Frame& frame = replayed->execution->frames.at(kMainFrame);
  EXPECT_EQ(replayed->execution->last_id, 4);
  EXPECT_EQ(replayed->execution->StateOf(frame).name, "W");
}

}  // namespace
}  // namespace stepwheel::engine
