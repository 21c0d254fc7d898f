// What the fields of JSONata states make of the values of their expressions.
// (How whole states behave is in tests/scenarios.)
#include "asl/data_flow.h"

#include <gtest/gtest.h>

#include "asl/parser.h"
#include "tests/asl/fake_environment.h"

namespace stepwheel::asl {
namespace {

// The first state of a JSONata machine, entered with `input`.
class Entered {
 public:
  explicit Entered(std::string_view state, std::string_view input = "{}")
      : parsed_(ParseDefinition(
            R"({"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{)" +
            std::string(state) + R"(},"B":{"Type":"Succeed"}}})")),
        input_(Json(input)) {
    EXPECT_TRUE(parsed_.machine) << JoinDiagnostics(parsed_.diagnostics);
    if (parsed_.machine) {
      flow_.emplace(parsed_.machine->states[0], input_, env_);
    }
  }
  DataFlow* operator->() { return flow_->operator->(); }

 private:
  ParseResult parsed_;
  Value input_;
  FakeEnvironment env_;
  std::optional<DataFlow::InPlace> flow_;
};

// The number, or the location and the cause of the failure.
template <class T>
std::string Show(const Outcome<T>& outcome) {
  if (outcome.ok()) return Value(*outcome).Text();
  return outcome.error().location + ": " + *outcome.error().cause;
}

std::string Wait(std::string_view field) {
  return Show(Entered(R"("Type":"Wait","Next":"B",)" + std::string(field))
                  ->WaitUntil(1000));
}
Entered Task(std::string_view fields) {
  return Entered(R"("Type":"Task","Next":"B","Resource":"arn:aws:states:)"
                 R"(us-east-1:123456789012:activity:a",)" +
                 std::string(fields));
}
Entered Map(std::string_view fields, std::string_view input = "[]") {
  return Entered(R"("Type":"Map","Next":"B","ItemProcessor":{"StartAt":"P",)"
                 R"("States":{"P":{"Type":"Pass","End":true}}},)" +
                     std::string(fields),
                 input);
}

std::string Expected(std::string_view expression, std::string_view field,
                     std::string_view rest) {
  return std::string(field) + ": The JSONata expression '" +
         std::string(expression) + "' specified for the field '" +
         std::string(field) + "' returned an unexpected result type. " +
         std::string(rest);
}

TEST(JsonataFlow, AWaitTakesWholeSecondsInItsBounds) {
  EXPECT_EQ(Wait(R"("Seconds":"{% 1 + 1 %}")"), "3000");
  EXPECT_EQ(Wait(R"("Seconds":"{% 2.0 %}")"), "3000");
  EXPECT_EQ(Wait(R"("Seconds":"{% 1.5 %}")"),
            "Seconds: The Seconds field cannot be parsed as an integer: 1.5");
  EXPECT_EQ(Wait(R"("Seconds":"{% -1 %}")"),
            "Seconds: The Seconds field must be between 0 and 99999999 but "
            "was: -1");
  EXPECT_EQ(Wait(R"("Seconds":"{% '2' %}")"),
            Expected("'2'", "Seconds",
                     "Expected 'number', but was 'string' for value: \"2\""));
}

TEST(JsonataFlow, AWaitTakesATimestamp) {
  EXPECT_EQ(Wait(R"("Timestamp":"{% '1970-01-01T00:00:05Z' %}")"), "5000");
  EXPECT_EQ(Wait(R"("Timestamp":"{% '1970-01-01' %}")"),
            "Timestamp: The Timestamp field cannot be parsed as an ISO-8601 "
            "extended offset date-time format string: 1970-01-01");
  EXPECT_EQ(Wait(R"("Timestamp":"{% null %}")"),
            Expected("null", "Timestamp",
                     "Expected 'string', but was 'null' for value: null"));
  EXPECT_EQ(Wait(R"("Timestamp":"{% '2999-01-01T00:00:00Z' %}")"),
            ": Wait state delay is too long.");
}

TEST(JsonataFlow, TimeoutsOfATaskAreAtLeastASecond) {
  EXPECT_EQ(Show(Task(R"("TimeoutSeconds":"{% 60 %}")")->TimeoutSeconds()),
            "60");
  EXPECT_EQ(Show(Task(R"("HeartbeatSeconds":7)")->HeartbeatSeconds()), "7");
  EXPECT_EQ(Show(Task(R"("Comment":"none")")->TimeoutSeconds()), "0");
  EXPECT_EQ(Show(Task(R"("TimeoutSeconds":"{% 0 %}")")->TimeoutSeconds()),
            "TimeoutSeconds: The TimeoutSeconds field must be between 1 and "
            "99999999 but was: 0");
}

TEST(JsonataFlow, CredentialsAreEvaluated) {
  const auto role = Entered(R"("Type":"Task","Next":"B","Resource":)"
                            R"("arn:aws:states:::lambda:invoke",)"
                            R"("Credentials":{"RoleArn":"{% 'arn:' & 'r' %}"})")
                        ->RoleArn();
  ASSERT_TRUE(role.ok());
  EXPECT_EQ(*role, "arn:r");
}

TEST(JsonataFlow, ItemsAreAnArrayHoweverTheyAreWritten) {
  EXPECT_EQ(Show(Map(R"("Items":[1,"{% 1 + 1 %}"])")->Items()), "[1,2]");
  EXPECT_EQ(Show(Map(R"("Comment":"")", "[7]")->Items()), "[7]");
  EXPECT_EQ(Show(Map(R"("Items":"{% true %}")")->Items()),
            Expected("true", "Items",
                     "Expected 'array', but was 'boolean' for value: true"));
  EXPECT_EQ(Show(Map(R"("Comment":"")", R"({"a": 1})")->Items()),
            ": Map state input must be an array but was: {\"a\":1}");
}

TEST(JsonataFlow, NumbersOfAMapHaveBounds) {
  const auto concurrency = [](std::string_view value) {
    return Show(
        Map("\"MaxConcurrency\":" + std::string(value))->MaxConcurrency());
  };
  EXPECT_EQ(concurrency("\"{% 3 %}\""), "3");
  EXPECT_EQ(concurrency("\"{% 0 %}\""), "40");
  EXPECT_EQ(concurrency("\"{% -1 %}\""),
            "MaxConcurrency: MaxConcurrency cannot be negative.");
  const auto count = Map(R"("ToleratedFailureCount":"{% -1 %}")")->Tolerated();
  ASSERT_FALSE(count.ok());
  EXPECT_EQ(*count.error().cause, "ToleratedFailureCount cannot be negative.");
  const auto percentage =
      Map(R"("ToleratedFailurePercentage":"{% 1/0 %}")")->Tolerated();
  ASSERT_FALSE(percentage.ok());
  EXPECT_EQ(percentage.error().location, "ToleratedFailurePercentage");
}

TEST(JsonataFlow, ARuleHasAnOutputOfItsOwn) {
  constexpr char kChoice[] =
      R"("Type":"Choice","Default":"B","Output":"top","Choices":[
         {"Condition":"{% $states.input.x %}","Next":"B","Output":"first"},
         {"Condition":true,"Next":"B"}])";
  Entered yes(kChoice, R"({"x":true})");
  EXPECT_EQ(*yes->MatchingRule(), std::optional<size_t>(0));
  EXPECT_EQ(yes->LeaveByRule(0)->output.Text(), R"("first")");
  Entered no(kChoice, R"({"x":false})");
  EXPECT_EQ(*no->MatchingRule(), std::optional<size_t>(1));
  EXPECT_EQ(no->LeaveByRule(1)->output.Text(), R"({"x":false})");
  EXPECT_EQ(no->Leave()->output.Text(), R"("top")");
}

TEST(JsonataFlow, AssignAndOutputSeeTheValuesAtEntry) {
  const auto left =
      Entered(R"("Type":"Pass","Next":"B","Assign":{"b":"{% 1 %}","a":2},
                 "Output":"{% $exists($b) %}")")
          ->Complete(Value());
  ASSERT_TRUE(left.ok());
  EXPECT_EQ(left->output.Text(), "false");
  ASSERT_EQ(left->assigned.size(), 2u);
  EXPECT_EQ(left->assigned[0].first, "a");  // In order of name.
}

TEST(JsonataFlow, ACatcherSeesTheErrorOutput) {
  const auto left = Task(R"("Catch":[{"ErrorEquals":["A"],"Next":"B"},
              {"ErrorEquals":["States.ALL"],"Next":"B","Output":{
               "why":"{% $states.errorOutput.Cause %}"}}])")
                        ->LeaveByCatcher(1, Error{"E", "boom"});
  ASSERT_TRUE(left.ok());
  EXPECT_EQ(left->output.Text(), R"({"why":"boom"})");
  const auto plain = Task(R"("Catch":[{"ErrorEquals":["A"],"Next":"B"}])")
                         ->LeaveByCatcher(0, Error{"E", "boom"});
  EXPECT_EQ(plain->output.Text(), R"({"Error":"E","Cause":"boom"})");
}

TEST(JsonataFlow, StagesAreToldByTheirNames) {
  const ParseResult parsed = ParseDefinition(
      R"({"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{
          "Type":"Parallel","Arguments":[1],"Output":2,"End":true,"Branches":[
          {"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}]}}})");
  ASSERT_TRUE(parsed.machine);
  FakeEnvironment env;
  std::string seen;
  const auto flow =
      DataFlow::Of(parsed.machine->states[0], Json("0"), env,
                   [&](std::string_view stage, const Value& value) {
                     seen += std::string(stage) + "=" + value.Text() + " ";
                   });
  (void)flow->Arguments();
  (void)flow->Complete(Json("[9]"));
  EXPECT_EQ(seen, "input=0 afterArguments=[1] result=[9] ");
}

}  // namespace
}  // namespace stepwheel::asl
