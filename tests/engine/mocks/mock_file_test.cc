#include "engine/mocks/mock_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace stepwheel::engine {
namespace {

std::shared_ptr<const MockFile> Good(const std::string& text) {
  std::vector<MockProblem> problems;
  auto file = MockFile::Parse(text, &problems);
  for (const MockProblem& p : problems) ADD_FAILURE() << p.Text();
  return file;
}

// The problems of a file whose one response "0" is `response`.
std::vector<std::string> ProblemsOf(const std::string& text) {
  std::vector<MockProblem> problems;
  EXPECT_EQ(MockFile::Parse(text, &problems), nullptr) << text;
  std::vector<std::string> texts;
  for (const MockProblem& p : problems) texts.push_back(p.Text());
  return texts;
}
std::string OneResponse(const std::string& response) {
  return R"({"StateMachines":{"M":{"TestCases":{"C":{"S":"R"}}}},
"MockedResponses":{"R":{"0":)" +
         response + "}}}";
}
std::string ProblemOf(const std::string& response) {
  auto problems = ProblemsOf(OneResponse(response));
  return problems.size() == 1 ? problems[0] : testing::PrintToString(problems);
}
MockedResponse Read(const std::string& response) {
  auto file = Good(OneResponse(response));
  if (!file) return {};
  return *file->FindCase("M", "C")->at("S")->Find(0);
}

constexpr char kAwsExample[] = R"({
  "StateMachines": {"LambdaSQSIntegration": {"TestCases": {
    "HappyPath": {"LambdaState": "Success", "SQSState": "Sent"},
    "RetryPath": {"LambdaState": "Retry", "SQSState": "Sent"}}}},
  "MockedResponses": {
    "Success": {"0": {"Return": {"StatusCode": 200, "Payload": {"x": 1}}}},
    "Sent": {"0": {"Return": {"MessageId": "m"}}},
    "Retry": {
      "0": {"Throw": {"Error": "Lambda.ResourceNotReadyException",
                      "Cause": "not ready"}},
      "1-2": {"Throw": {"Error": "Lambda.TimeoutException", "Cause": "slow"}},
      "3": {"Return": {"StatusCode": 200}}}}})";

TEST(MockFile, ReadsTheFormatOfStepFunctionsLocal) {
  auto file = Good(kAwsExample);
  const MockTestCase* retry =
      file->FindCase("LambdaSQSIntegration", "RetryPath");
  ASSERT_NE(retry, nullptr);
  const MockedResponses& responses = *retry->at("LambdaState");
  EXPECT_EQ(responses.name, "Retry");
  EXPECT_EQ(responses.Find(0)->error, "Lambda.ResourceNotReadyException");
  EXPECT_EQ(responses.Find(1), responses.Find(2));
  EXPECT_EQ(responses.Find(2)->cause, "slow");
  EXPECT_EQ(responses.Find(3)->output.Text(), R"({"StatusCode":200})");
  EXPECT_EQ(responses.Find(4), nullptr);
  EXPECT_EQ(responses.Numbers(), "0, 1-2, 3");
}

TEST(MockFile, KnowsNoOtherMachineOrCase) {
  auto file = Good(kAwsExample);
  EXPECT_EQ(file->FindCase("LambdaSQSIntegration", "happypath"), nullptr);
  EXPECT_EQ(file->FindCase("Other", "HappyPath"), nullptr);
}

TEST(MockFile, MayLeaveGapsAndBeEmpty) {
  auto file = Good(R"({"StateMachines":{"M":{"TestCases":{"C":{"S":"R",
      "T":"E"}}}},"MockedResponses":{"E":{},"R":{"2":{"Return":null}}}})");
  const MockTestCase& test_case = *file->FindCase("M", "C");
  EXPECT_EQ(test_case.at("S")->Find(1), nullptr);
  EXPECT_TRUE(test_case.at("S")->Find(2)->output.is_null());
  EXPECT_EQ(test_case.at("T")->Find(0), nullptr);
  EXPECT_EQ(test_case.at("T")->Numbers(), "none");
}

TEST(MockFile, ReadsDurationsAndBeats) {
  MockedResponse fixed = Read(R"({"Return":1,"DurationSeconds":1.5})");
  EXPECT_EQ(fixed.Play(77).duration_ms, 1500);
  EXPECT_EQ(fixed.Play(77).beat_ms, 0);
  MockedResponse range =
      Read(R"({"Return":1,"DurationSeconds":{"Min":1,"Max":1.002}})");
  std::set<int64_t> seen;
  for (uint64_t n = 0; n < 30; ++n) seen.insert(range.Play(n).duration_ms);
  EXPECT_THAT(seen, testing::ElementsAre(1000, 1001, 1002));
  MockedResponse list = Read(R"({"Return":1,"DurationSeconds":[5,1,5]})");
  EXPECT_EQ(list.Play(0).duration_ms, 5000);
  EXPECT_EQ(list.Play(1).duration_ms, 1000);
  EXPECT_EQ(list.Play(3).duration_ms, 5000);
}

TEST(MockFile, TheLastBeatComesBeforeTheAnswerAndTheStop) {
  auto last = [](const std::string& more) {
    return Read(R"({"Return":1,"DurationSeconds":9,"Heartbeat":)" + more + "}")
        .Play(0)
        .last_beat_ms;
  };
  EXPECT_EQ(last(R"({"IntervalSeconds":2})"), 8000);
  EXPECT_EQ(last(R"({"IntervalSeconds":3})"), 6000);
  EXPECT_EQ(last(R"({"IntervalSeconds":2,"StopAfterSeconds":6})"), 6000);
  EXPECT_EQ(last(R"({"IntervalSeconds":2,"StopAfterSeconds":5.999})"), 4000);
  EXPECT_EQ(last(R"({"IntervalSeconds":2,"StopAfterSeconds":1})"), 0);
  EXPECT_EQ(last(R"({"IntervalSeconds":9})"), 0);
}

TEST(MockFile, NoAnswerMayBeatForEver) {
  MockedCall call =
      Read(R"({"NoAnswer":true,"Heartbeat":{"IntervalSeconds":2}})").Play(0);
  EXPECT_FALSE(call.answers());
  EXPECT_EQ(call.last_beat_ms, kBeatsForever);
}

TEST(MockFile, SaysWhereWhatWasExpectedAndFound) {
  EXPECT_EQ(ProblemOf("7"),
            "line 2, column 29: /MockedResponses/R/0: expected an object with "
            "Return or Throw, found 7");
  EXPECT_EQ(ProblemOf(R"({"Return":1,"Throw":{}})"),
            "line 2, column 29: /MockedResponses/R/0: expected one of Return, "
            "Throw and NoAnswer, found 2");
  EXPECT_EQ(ProblemOf(R"({"Retrun":1,"Return":1})"),
            "line 2, column 39: /MockedResponses/R/0/Retrun: expected one of "
            "Return, Throw, NoAnswer, DurationSeconds, Heartbeat, Submitted, "
            "Comment, found 'Retrun'");
  EXPECT_EQ(ProblemOf(R"({"Throw":{"Error":5}})"),
            "line 2, column 47: /MockedResponses/R/0/Throw/Error: expected a "
            "text, found 5");
}

TEST(MockFile, RefusesTimesThatAreNone) {
  auto of = [](const std::string& d) {
    return ProblemOf(R"({"Return":1,"DurationSeconds":)" + d + "}");
  };
  for (const char* bad : {"-1", "\"5\"", "0.0001", "1e300", "null", "true"}) {
    EXPECT_THAT(of(bad), testing::HasSubstr("expected seconds, 0 or more"));
  }
  EXPECT_THAT(of("[]"), testing::HasSubstr("at least one duration"));
  EXPECT_THAT(of("[1,-2]"), testing::HasSubstr("DurationSeconds[1]: expected"));
  EXPECT_THAT(of(R"({"Min":2})"),
              testing::HasSubstr("both Min and Max, found only Min"));
  EXPECT_THAT(of(R"({"Min":2,"Max":1})"),
              testing::HasSubstr("Max: expected at least Min, 2, found 1"));
  EXPECT_THAT(ProblemOf(R"({"NoAnswer":true,"DurationSeconds":1})"),
              testing::HasSubstr("no DurationSeconds beside NoAnswer"));
  EXPECT_THAT(
      ProblemOf(R"({"Return":1,"Heartbeat":{"IntervalSeconds":0}})"),
      testing::HasSubstr("IntervalSeconds: expected seconds, at least 0.001"));
}

TEST(MockFile, RefusesNumbersThatAreNoneAndCallsWithTwoResponses) {
  auto of = [](const std::string& responses) {
    return testing::PrintToString(ProblemsOf(
        R"({"StateMachines":{},"MockedResponses":{"R":)" + responses + "}}"));
  };
  for (const char* bad : {"x", "-1", "1-", "2-1", "1-2-3", "", "0.5"}) {
    EXPECT_THAT(of(R"({")" + std::string(bad) + R"(":{"Return":1}})"),
                testing::HasSubstr("expected the number of a call"))
        << bad;
  }
  EXPECT_THAT(of(R"({"0-2":{"Return":1},"2":{"Return":1}})"),
              testing::HasSubstr("found two for call 2"));
  EXPECT_THAT(of(R"({"0":{"Return":1},"0":{"Return":2}})"),
              testing::HasSubstr("expected each name once, found it twice"));
}

TEST(MockFile, RefusesATestCaseWithoutAName) {
  EXPECT_EQ(ProblemsOf(R"({"StateMachines":{"M":{"TestCases":{"":{}}}}})")[0],
            "line 1, column 40: /StateMachines/M/TestCases/: expected a name "
            "of a test case, found ''");
}

TEST(MockFile, ReportsEverythingInTheOrderOfTheText) {
  auto problems = ProblemsOf(R"({"Machines":{},
"StateMachines":{"M":{"TestCases":{"C":{"S":"Nowhere","T":5}}},"N":{}},
"MockedResponses":[]})");
  ASSERT_EQ(problems.size(), 5u) << testing::PrintToString(problems);
  EXPECT_THAT(problems[0], testing::StartsWith("line 1, column 13: /Machines"));
  EXPECT_THAT(problems[1], testing::HasSubstr(
                               "a name that stands in MockedResponses, found"));
  EXPECT_THAT(problems[2], testing::HasSubstr("found 5"));
  EXPECT_THAT(problems[3], testing::HasSubstr("the member TestCases"));
  EXPECT_THAT(problems[4], testing::StartsWith("line 3"));
  EXPECT_EQ(ProblemsOf("{")[0].substr(0, 26), "line 1, column 2: not JSON");
}

TEST(MockedCall, IsTheSameAfterItsText) {
  MockedCall call =
      Read(R"({"Throw":{"Error":"E","Cause":"C"},"DurationSeconds":5,
               "Heartbeat":{"IntervalSeconds":1}})")
          .Play(0);
  call.test_case = "Case";
  call.response = "R";
  call.number = 3;
  auto back = MockedCall::FromText(call.Text());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->Text(), call.Text());
  EXPECT_EQ(back->duration_ms, 5000);
  EXPECT_EQ(back->last_beat_ms, 4000);
  EXPECT_EQ(back->error, "E");
  EXPECT_EQ(back->answer, MockAnswer::kThrow);
}

TEST(MockedCall, DoesNotComeOfOtherTexts) {
  for (const char* bad : {"", "5", "{}", R"({"case":"C","answer":9})",
                          R"({"case":"C","beat":-1})"}) {
    EXPECT_FALSE(MockedCall::FromText(bad)) << bad;
  }
}

}  // namespace
}  // namespace stepwheel::engine
