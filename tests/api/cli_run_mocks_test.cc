// `stepwheel run` with a mock file, once and many times.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "api/cli/mock_text.h"
#include "api/cli/run.h"
#include "api/cli/run_repeat.h"
#include "asl/json.h"
#include "tests/api/cli_harness.h"

namespace stepwheel::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kShip[] = R"({"StartAt":"Ship","States":{"Ship":{
  "Type":"Task","End":true,"HeartbeatSeconds":5,
  "Retry":[{"ErrorEquals":["States.Timeout"],"IntervalSeconds":1}],
  "Resource":"arn:aws:states:us-east-1:123456789012:activity:ship"}}})";

class CliRunMocksTest : public testing::Test {
 protected:
  CliRunMocksTest() {
    std::ofstream(path_) << kShip;
    options_.machine_file = path_;
    options_.mocks = path_ + ".mocks";
    options_.test_case = "C";
  }
  ~CliRunMocksTest() override {
    unlink(path_.c_str());
    unlink(options_.mocks.c_str());
  }
  void Mock(const std::string& responses) {
    std::ofstream(path_ + ".mocks")
        << R"({"StateMachines":{"M":{"TestCases":{"C":{"Ship":"R"}}}},)"
        << "\"MockedResponses\":{\"R\":" << responses << "}}";
  }
  int Run() {
    CapturedStream out, err;
    const int code = RunMachine(options_, out.file(), err.file());
    output_ = out.text();
    prose_ = err.text();
    return code;
  }

  PlainEnvironment environment_;
  const std::string path_ =
      testing::TempDir() + "cli_mocks_" + std::to_string(getpid()) + ".json";
  RunOptions options_;
  std::string output_, prose_;
};

TEST_F(CliRunMocksTest, ShowsAttemptsBeatsAndDeadlines) {
  Mock(R"({"0":{"NoAnswer":true,
      "Heartbeat":{"IntervalSeconds":2,"StopAfterSeconds":7}},
      "1":{"Return":{"ok":1},"DurationSeconds":3}})");
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_EQ(output_, "{\"ok\":1}\n");
  EXPECT_THAT(prose_,
              HasSubstr("attempt 1 at 0.000 s  R[0] never answers, beats every "
                        "2.000 s, the last time after 6.000 s; "
                        "HeartbeatSeconds 5"));
  EXPECT_THAT(prose_,
              HasSubstr("11.0 s   attempt 1  States.Timeout: missed heartbeat  "
                        "(mocked, 3 beats, the last after 6.000 s)"));
  EXPECT_THAT(prose_,
              HasSubstr("attempt 2 at 12.0 s  R[1] returns after 3.000 s"));
  EXPECT_THAT(prose_, HasSubstr("attempt 2  mocked\n"));
}

TEST_F(CliRunMocksTest, JsonMarksWhatIsMocked) {
  Mock(R"({"0":{"Throw":{"Error":"E"},"DurationSeconds":4,
                "Heartbeat":{"IntervalSeconds":1}}})");
  options_.json = true;
  EXPECT_EQ(Run(), kExitFailed);
  EXPECT_THAT(output_, HasSubstr(R"("testCase":"C"})"));
  EXPECT_THAT(
      output_,
      HasSubstr(R"({"type":"mocked","id":3,"state":"Ship","testCase":"C",)"
                R"("response":"R","number":0,"answer":"Throw",)"
                R"("durationMilliseconds":4000,"beatMilliseconds":1000,)"
                R"("lastBeatMilliseconds":3000})"));
}

TEST_F(CliRunMocksTest, WhatOnlyBeatsIsStuck) {
  Mock(R"({"0":{"NoAnswer":true,"Heartbeat":{"IntervalSeconds":1}}})");
  EXPECT_EQ(Run(), kExitStuck);
  EXPECT_THAT(prose_, HasSubstr("Ship   its mock R[0], which never answers"));
  options_.json = true;
  EXPECT_EQ(Run(), kExitStuck);
  EXPECT_THAT(output_, HasSubstr(R"("mocked":true)"));
}

TEST_F(CliRunMocksTest, SaysWhatIsWrongWithTheFileOrTheCase) {
  Mock(R"({"0":{}})");
  EXPECT_EQ(Run(), kExitInvalid);
  EXPECT_THAT(prose_, HasSubstr(".mocks:1:"));
  EXPECT_THAT(prose_, HasSubstr(": error: /MockedResponses/R/0: expected one "
                                "of Return, Throw and NoAnswer, found none"));
  Mock("{}");
  options_.test_case = "D";
  EXPECT_EQ(Run(), kExitUsage);
  EXPECT_THAT(prose_, HasSubstr("has no test case 'D'; it has M#C"));
  options_.test_case = "Other#C";
  EXPECT_EQ(Run(), kExitUsage);
  options_.test_case = "";
  EXPECT_EQ(Run(), kExitUsage);
  EXPECT_THAT(prose_, HasSubstr("--mocks needs --case"));
  options_.test_case = "C";
  options_.mocks = "";
  EXPECT_EQ(Run(), kExitUsage);
  EXPECT_THAT(prose_, HasSubstr("--case needs --mocks"));
  options_.mocks = path_ + ".nowhere";
  EXPECT_EQ(Run(), kExitInvalid);
  EXPECT_THAT(prose_, HasSubstr("cannot read "));
}

TEST_F(CliRunMocksTest, ACaseOfTwoMachinesNeedsItsMachine) {
  std::ofstream(options_.mocks)
      << R"({"StateMachines":{"A":{"TestCases":{"C":{}}},
             "B":{"TestCases":{"C":{"Ship":"R"}}}},
             "MockedResponses":{"R":{"0":{"Return":5}}}})";
  EXPECT_EQ(Run(), kExitUsage);
  EXPECT_THAT(prose_, HasSubstr("several state machines"));
  EXPECT_THAT(prose_, HasSubstr("write one of A#C, B#C"));
  options_.test_case = "B#C";
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_EQ(output_, "5\n");
}

TEST_F(CliRunMocksTest, AStateThatTheMachineLacksIsInvalid) {
  std::ofstream(options_.mocks)
      << R"({"StateMachines":{"M":{"TestCases":{"C":{"Shop":"R"}}}},
             "MockedResponses":{"R":{}}})";
  EXPECT_EQ(Run(), kExitInvalid);
  EXPECT_THAT(prose_, HasSubstr("mocks the state 'Shop'"));
}

TEST_F(CliRunMocksTest, RepeatCountsHowRunsEnd) {
  Mock(R"({"0":{"Return":1,"DurationSeconds":[1,2]},
           "1-9":{"Return":1}})");
  options_.repeat = 1000;
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_THAT(output_, HasSubstr("SUCCEEDED"));
  EXPECT_THAT(output_, HasSubstr("     1000  100.00%"));
  EXPECT_THAT(output_, HasSubstr("2.000 s   --seed 0"));
  EXPECT_THAT(prose_, HasSubstr("1000 runs, seeds 0 to 999, in "));
}

TEST_F(CliRunMocksTest, RepeatIsTheSameAgainAndEachRunIsThatOfItsSeed) {
  Mock(R"({"0":{"NoAnswer":true},
           "1-9":{"Return":1,"DurationSeconds":{"Min":1,"Max":9}}})");
  options_.repeat = 50;
  options_.seed = 100;
  options_.json = true;
  const int code = Run();
  const std::string first = output_;
  EXPECT_EQ(Run(), code);
  EXPECT_EQ(output_, first);
  asl::JsonError error;
  auto value = asl::ParseJson(first, &error);
  ASSERT_TRUE(value) << first;
  const asl::Value& worst = value->Find("outcomes")->as_array()[0];
  // The example seed, played alone, ends as its group does.
  options_.repeat = 0;
  options_.seed =
      std::stoull(std::string(worst.Find("exampleSeed")->as_string()));
  Run();
  EXPECT_THAT(output_,
              HasSubstr(R"("type":"finished","status":")" +
                        std::string(worst.Find("status")->as_string()) + "\""));
}

TEST_F(CliRunMocksTest, RepeatSaysStuckAndHowOften) {
  Mock(R"({"0":{"NoAnswer":true,"Heartbeat":{"IntervalSeconds":1}}})");
  options_.repeat = 3;
  EXPECT_EQ(Run(), kExitStuck);
  EXPECT_THAT(output_, HasSubstr("STUCK"));
}

TEST(RepeatSummary, OrdersByCountAndTakesTheWorstExitCode) {
  RepeatSummary summary;
  for (int i = 1; i <= 100; ++i) {
    summary.Add(
        {"SUCCEEDED", "", Duration(i * 1000), static_cast<uint64_t>(i)});
  }
  EXPECT_EQ(summary.ExitCode(), kExitOk);
  summary.Add({"TIMED_OUT", "", Duration(5), 101});
  EXPECT_EQ(summary.ExitCode(), kExitTimedOut);
  summary.Add({"FAILED", "States.Timeout", Duration(7), 102});
  EXPECT_EQ(summary.ExitCode(), kExitFailed);
  EXPECT_THAT(summary.Json(1),
              HasSubstr(R"("outcomes":[{"status":"SUCCEEDED","runs":100,)"
                        R"("p50Milliseconds":50000,"p90Milliseconds":90000,)"
                        R"("p99Milliseconds":99000,"maxMilliseconds":100000,)"
                        R"("exampleSeed":"1"},{"status":"FAILED")"));
  summary.Add({"STUCK", "", Duration(7), 103});
  EXPECT_EQ(summary.ExitCode(), kExitStuck);
}

TEST(Percentile, IsTheNearestRank) {
  EXPECT_EQ(Percentile({7}, 50), 7);
  EXPECT_EQ(Percentile({1, 2}, 50), 1);
  EXPECT_EQ(Percentile({1, 2}, 90), 2);
  EXPECT_EQ(Percentile({1, 2, 3}, 99), 3);
}

TEST(BeatsIn, LeavesOutABeatAtTheVeryEnd) {
  engine::MockedCall mock;
  mock.beat_ms = 1000;
  mock.last_beat_ms = engine::kBeatsForever;
  EXPECT_EQ(BeatsIn(mock, Duration(3000)), 2);
  EXPECT_EQ(BeatsIn(mock, Duration(3001)), 3);
  EXPECT_EQ(BeatsIn(mock, Duration(0)), 0);
  EXPECT_EQ(MockResult(mock, Duration(1500)), "mocked, 1 beat after 1.000 s");
  EXPECT_EQ(MockResult(mock, Duration(500)), "mocked, no beat");
}

}  // namespace
}  // namespace stepwheel::cli
