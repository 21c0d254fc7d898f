#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include "api/cli/run.h"
#include "asl/json.h"
#include "tests/api/cli_harness.h"

namespace stepwheel::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kPass[] =
    R"({"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}})";
constexpr char kThreeDays[] = R"({"StartAt":"A","States":{
  "A":{"Type":"Pass","Next":"W"},
  "W":{"Type":"Wait","Seconds":259200,"End":true}}})";
constexpr char kFail[] = R"({"StartAt":"F","States":{
  "F":{"Type":"Fail","Error":"Broken","Cause":"no reason"}}})";
constexpr char kActivity[] = R"({"StartAt":"Ship","States":{"Ship":{
  "Type":"Task","End":true,
  "Resource":"arn:aws:states:us-east-1:123456789012:activity:ship"}}})";

class CliRunTest : public testing::Test {
 protected:
  ~CliRunTest() override { unlink(path_.c_str()); }

  int Run(const std::string& definition) {
    std::ofstream(path_) << definition;
    options_.machine_file = path_;
    const int code = RunMachine(options_, out_.file(), err_.file());
    output_ = out_.text();
    prose_ = err_.text();
    return code;
  }

  PlainEnvironment environment_;
  const std::string path_ =
      testing::TempDir() + "cli_run_" + std::to_string(getpid()) + ".asl.json";
  RunOptions options_;
  CapturedStream out_, err_;
  std::string output_, prose_;
};

TEST_F(CliRunTest, TheOutputAloneGoesToStandardOutput) {
  options_.input = R"({"order":17})";
  EXPECT_EQ(Run(kPass), kExitOk);
  EXPECT_EQ(output_, "{\"order\":17}\n");
  EXPECT_THAT(prose_, HasSubstr("SUCCEEDED"));
}

TEST_F(CliRunTest, ThreeDaysPassAtOnce) {
  EXPECT_EQ(Run(kThreeDays), kExitOk);
  EXPECT_THAT(prose_, HasSubstr("3 d 00:00:00 simulated"));
  EXPECT_THAT(prose_, HasSubstr("waited"));
}

TEST_F(CliRunTest, InputComesFromAFileToo) {
  const std::string file = path_ + ".input";
  std::ofstream(file) << "[1, 2]";
  options_.input = file;
  EXPECT_EQ(Run(kPass), kExitOk);
  EXPECT_EQ(output_, "[1, 2]\n");
  unlink(file.c_str());
}

TEST_F(CliRunTest, AFailureHasItsOwnExitCodeAndNoOutput) {
  EXPECT_EQ(Run(kFail), kExitFailed);
  EXPECT_THAT(output_, IsEmpty());
  EXPECT_THAT(prose_, HasSubstr("Broken in F: no reason"));
}

TEST_F(CliRunTest, ATimedOutMachineHasItsOwnExitCode) {
  EXPECT_EQ(Run(R"({"TimeoutSeconds":5,"StartAt":"W","States":{
      "W":{"Type":"Wait","Seconds":9,"End":true}}})"),
            kExitTimedOut);
  EXPECT_THAT(prose_, HasSubstr("TIMED_OUT"));
}

TEST_F(CliRunTest, AStuckRunNamesTheStateAndTheActivity) {
  EXPECT_EQ(Run(kActivity), kExitStuck);
  EXPECT_THAT(output_, IsEmpty());
  EXPECT_THAT(prose_, HasSubstr("No timer is armed; the execution waits for:"));
  EXPECT_THAT(prose_, HasSubstr("Ship   a worker that polls arn:aws:states:"
                                "us-east-1:123456789012:activity:ship\n"));
}

TEST_F(CliRunTest, UntilStopsWhereTheStateIsEntered) {
  options_.until = "W";
  EXPECT_EQ(Run(kThreeDays), kExitOk);
  EXPECT_THAT(prose_, HasSubstr("reached W"));
  EXPECT_THAT(prose_, HasSubstr("0.000 s simulated"));
}

TEST_F(CliRunTest, UntilNeedsAStateOfTheMachine) {
  options_.until = "Nowhere";
  EXPECT_EQ(Run(kThreeDays), kExitUsage);
  EXPECT_THAT(prose_, HasSubstr("the machine has no state 'Nowhere'"));
}

TEST_F(CliRunTest, UntilStopsAtTheStateAndAtItsTime) {
  const std::string machine =
      R"({"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"Next":"P"},)"
      R"("P":{"Type":"Pass","Next":"F"},"F":{"Type":"Fail"}}})";
  options_.until = "P";
  EXPECT_EQ(Run(machine), kExitOk);
  EXPECT_THAT(prose_, HasSubstr("60.0 s simulated"));
  EXPECT_THAT(prose_, HasSubstr("reached P"));
  EXPECT_THAT(prose_, Not(HasSubstr("FAIL")));
}

TEST_F(CliRunTest, CallsThatCannotBeMadeAreWarnedOf) {
  Run(R"({"StartAt":"L","States":{"L":{"Type":"Task","End":true,)"
      R"("Resource":"arn:aws:states:::lambda:invoke"}}})");
  EXPECT_THAT(prose_, HasSubstr("warning: L calls "
                                "arn:aws:states:::lambda:invoke"));
}

TEST_F(CliRunTest, MaxTimeBoundsTheSimulatedTime) {
  options_.max_time = "2d";
  EXPECT_EQ(Run(kThreeDays), kExitTimedOut);
  EXPECT_THAT(prose_, HasSubstr("2 d 00:00:00 simulated"));
  EXPECT_THAT(prose_, HasSubstr("stopped at --max-time 2d"));
}

TEST_F(CliRunTest, MaxTimeMustBeASpanAndNameAName) {
  options_.max_time = "soon";
  EXPECT_EQ(Run(kPass), kExitUsage);
  EXPECT_THAT(prose_, HasSubstr("expected a span such as 90s"));
  options_.max_time = "";
  options_.name = "a b";
  EXPECT_EQ(Run(kPass), kExitUsage);
  EXPECT_THAT(prose_, HasSubstr("--name: "));
}

TEST_F(CliRunTest, ProblemsAreShownAsACompilerShowsThem) {
  EXPECT_EQ(Run("{\n  \"StartAt\": \"B\",\n  \"States\": {\n"
                "    \"A\": {\"Type\": \"Pass\", \"Next\": \"C\"}}}"),
            kExitInvalid);
  EXPECT_THAT(output_, IsEmpty());
  EXPECT_THAT(prose_, HasSubstr(path_ + ":2:"));
  EXPECT_THAT(prose_, HasSubstr(path_ + ":4:"));
  EXPECT_THAT(prose_, HasSubstr(": error: MISSING_TRANSITION_TARGET: "));
  EXPECT_THAT(prose_, Not(HasSubstr("\x1b")));
}

TEST_F(CliRunTest, ADefinitionThatIsNoJsonIsInvalid) {
  EXPECT_EQ(Run("{\"StartAt\": }"), kExitInvalid);
  EXPECT_THAT(prose_, HasSubstr(path_ + ":1:"));
  options_.machine_file = path_ + ".missing";
  EXPECT_EQ(RunMachine(options_, out_.file(), err_.file()), kExitInvalid);
  EXPECT_THAT(err_.text(), HasSubstr(".missing"));
}

TEST_F(CliRunTest, AnInputThatIsNoJsonIsInvalid) {
  options_.input = "{\"a\": 1,}";
  EXPECT_EQ(Run(kPass), kExitInvalid);
  EXPECT_THAT(prose_, HasSubstr("--input is neither a file nor JSON: "));
  EXPECT_THAT(prose_, HasSubstr("(line 1, column "));
}

TEST_F(CliRunTest, JsonPrintsOneObjectALineAndNoProse) {
  options_.json = true;
  EXPECT_EQ(Run(kFail), kExitFailed);
  EXPECT_THAT(prose_, IsEmpty());
  std::vector<asl::Value> lines;
  std::stringstream text(output_);
  for (std::string line; std::getline(text, line);) {
    asl::JsonError error;
    auto value = asl::ParseJson(line, &error);
    ASSERT_TRUE(value) << line;
    lines.push_back(*value);
  }
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0].Find("type")->as_string(), "started");
  EXPECT_EQ(lines[2].Find("type")->as_string(), "FailStateEntered");
  EXPECT_EQ(lines[4].Text(),
            R"({"type":"finished","status":"FAILED","error":"Broken",)"
            R"("cause":"no reason","simulatedMilliseconds":0})");
}

TEST_F(CliRunTest, JsonTellsWhatAStuckRunWaitsFor) {
  options_.json = true;
  EXPECT_EQ(Run(kActivity), kExitStuck);
  EXPECT_THAT(output_, HasSubstr(R"("note":"stuck","waiting":[{"state":"Ship",)"
                                 R"("waitsFor":"arn:aws:states:us-east-1:)"
                                 R"(123456789012:activity:ship")"));
}

TEST_F(CliRunTest, TheSameSeedGivesTheSameBytes) {
  options_.json = true;
  const char definition[] = R"json({"StartAt":"A","States":{
    "A":{"Type":"Pass","Parameters":{"id.$":"States.UUID()"},
    "End":true}}})json";
  Run(definition);
  const std::string first = output_;
  CapturedStream out, err;
  EXPECT_EQ(RunMachine(options_, out.file(), err.file()), kExitOk);
  EXPECT_EQ(out.text(), first);
  options_.seed = 1;
  CapturedStream other;
  EXPECT_EQ(RunMachine(options_, other.file(), err.file()), kExitOk);
  EXPECT_NE(other.text(), first);
}

TEST_F(CliRunTest, QuietIsOneLineAndVerboseEveryEvent) {
  options_.quiet = true;
  Run(kThreeDays);
  EXPECT_THAT(prose_, StartsWith("SUCCEEDED"));
  EXPECT_EQ(std::count(prose_.begin(), prose_.end(), '\n'), 1);
  options_.quiet = false;
  options_.verbose = true;
  CapturedStream out, err;
  RunMachine(options_, out.file(), err.file());
  EXPECT_THAT(err.text(), HasSubstr(R"("type":"WaitStateEntered"})"));
  EXPECT_THAT(err.text(), HasSubstr(R"("type":"ExecutionSucceeded"})"));
}

TEST_F(CliRunTest, BranchesAreIndentedAndAttemptsCounted) {
  EXPECT_EQ(Run(R"({"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,
      "Retry":[{"ErrorEquals":["E"],"MaxAttempts":1}],
      "Branches":[{"StartAt":"F","States":{
        "F":{"Type":"Fail","Error":"E"}}}]}}})"),
            kExitFailed);
  EXPECT_THAT(prose_, HasSubstr("FAIL"));
  EXPECT_THAT(prose_, HasSubstr("  F "));
  EXPECT_THAT(prose_, HasSubstr("E in "));
}

TEST(ParseSpan, TakesAWholeNumberAndAUnit) {
  EXPECT_EQ(ParseSpan("1500ms"), Duration(1500));
  EXPECT_EQ(ParseSpan("90s"), Duration(90'000));
  EXPECT_EQ(ParseSpan("10m"), Duration(600'000));
  EXPECT_EQ(ParseSpan("12h"), Duration(43'200'000));
  EXPECT_EQ(ParseSpan("30d"), Duration(2'592'000'000));
  EXPECT_EQ(ParseSpan("0s"), Duration(0));
}

TEST(ParseSpan, RefusesAnythingElse) {
  for (const char* text : {"", "5", "s", "-5s", "5 s", "5sec", "1.5h", "5S",
                           "9999999999d", "99999999999999999999s"}) {
    EXPECT_FALSE(ParseSpan(text)) << text;
  }
}

}  // namespace
}  // namespace stepwheel::cli
