#include "engine/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "asl/parser.h"
#include "tests/engine/small_run.h"

namespace stepwheel::engine {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using T = EventType;

// One Task of an activity, then one of a service, then a Map.
const char kDefinition[] = R"({"StartAt":"A","States":{
  "A":{"Type":"Task","Next":"S","Assign":{"v":1},
    "Resource":"arn:aws:states:us-east-1:123456789012:activity:work"},
  "S":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage",
    "Parameters":{},"Next":"M"},
  "M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"P","States":{
    "P":{"Type":"Pass","End":true}}}}}})";

asl::StateMachinePtr Machine() {
  return asl::ParseDefinition(kDefinition).machine;
}

Event EventWith(T type, const std::string& state) {
  const asl::StateMachinePtr machine = Machine();
  Event event;
  event.type = type;
  event.id = 7;
  event.previous = 6;
  event.timestamp = Instant::FromUnixMillis(1'790'000'000'250);
  event.frame = 1;
  for (const asl::State& s : machine->states) {
    if (s.name == state) event.state = s.index;
  }
  return event;
}

asl::Value JsonOf(const Event& event, bool data = true) {
  return ParsedJson(HistoryEventJson(event, *Machine(), "eu-west-1", data));
}

// The names of the details' members, in order.
std::vector<std::string> Names(const Event& event, bool data = true) {
  const asl::Value json = JsonOf(event, data);
  std::vector<std::string> names;
  for (const asl::Member& m : json.as_object()) {
    if (!m.value.is_object()) continue;
    for (const asl::Member& d : m.value.as_object())
      names.emplace_back(d.key());
  }
  return names;
}

TEST(HistoryJson, EveryEventHasIdPreviousTimestampAndType) {
  Event event = EventWith(T::kParallelStateStarted, "");
  EXPECT_EQ(HistoryEventJson(event, *Machine(), "us-east-1"),
            R"({"id":7,"previousEventId":6,"timestamp":1790000000.25,)"
            R"("type":"ParallelStateStarted"})");
  event.timestamp = Instant::FromUnixMillis(1'790'000'000'000);
  EXPECT_THAT(HistoryEventJson(event, *Machine(), "us-east-1"),
              HasSubstr(R"("timestamp":1790000000,)"));
}

TEST(HistoryJson, InternalEventsAreNotShown) {
  EXPECT_EQ(HistoryEventJson(EventWith(T::kWaitScheduled, "A"), *Machine(), ""),
            "");
  EXPECT_EQ(
      HistoryEventJson(EventWith(T::kRetryScheduled, "A"), *Machine(), ""), "");
}

TEST(HistoryJson, EnteredAndExitedHaveNameAndPayload) {
  Event event = EventWith(T::kTaskStateEntered, "A");
  event.payload = ParsedJson(R"({"a": 1})");
  EXPECT_THAT(Names(event), ElementsAre("name", "input", "inputDetails"));
  EXPECT_EQ(JsonOf(event)
                .Find("stateEnteredEventDetails")
                ->Find("input")
                ->as_string(),
            R"({"a": 1})");
  event.type = T::kTaskStateExited;
  EXPECT_THAT(Names(event), ElementsAre("name", "output", "outputDetails"));
  event.assigned = {{"v", asl::Value("x")}};
  const asl::Value details = *JsonOf(event).Find("stateExitedEventDetails");
  EXPECT_EQ(details.Find("assignedVariables")->Find("v")->as_string(),
            R"("x")");
}

TEST(HistoryJson, ActivityScheduledShowsLimitsOnlyIfThereAreAny) {
  Event event = EventWith(T::kActivityScheduled, "A");
  event.payload = asl::Value(1);
  EXPECT_THAT(Names(event), ElementsAre("resource", "input", "inputDetails"));
  event.timeout_seconds = 60;
  event.heartbeat_seconds = 5;
  EXPECT_THAT(Names(event),
              ElementsAre("resource", "timeoutInSeconds", "heartbeatInSeconds",
                          "input", "inputDetails"));
}

TEST(HistoryJson, TaskScheduledHasParametersWithoutDetails) {
  Event event = EventWith(T::kTaskScheduled, "S");
  event.payload = ParsedJson("{}");
  EXPECT_THAT(Names(event),
              ElementsAre("resource", "resourceType", "region", "parameters"));
  const asl::Value details = *JsonOf(event).Find("taskScheduledEventDetails");
  EXPECT_EQ(details.Find("resource")->as_string(), "sendMessage");
  EXPECT_EQ(details.Find("resourceType")->as_string(), "sqs");
  EXPECT_EQ(details.Find("region")->as_string(), "eu-west-1");
}

TEST(HistoryJson, FailuresShowErrorAndCauseOnlyIfThereAreAny) {
  Event event = EventWith(T::kActivityFailed, "A");
  EXPECT_THAT(Names(event), IsEmpty());
  event.error = "E";
  EXPECT_THAT(Names(event), ElementsAre("error"));
  event.cause = "";
  EXPECT_THAT(Names(event), ElementsAre("error", "cause"));
}

TEST(HistoryJson, MapEventsHaveTheirLengthAndIndex) {
  Event event = EventWith(T::kMapStateStarted, "M");
  event.number = 3;
  event.items = ParsedJson("[1,2,3]");
  event.effective = ParsedJson("{}");
  EXPECT_THAT(Names(event), ElementsAre("length"));
  event.type = T::kMapIterationSucceeded;
  EXPECT_THAT(Names(event), ElementsAre("name", "index"));
}

TEST(HistoryJson, WithoutExecutionDataPayloadsAndVariablesAreLeftOut) {
  for (T type :
       {T::kTaskStateEntered, T::kTaskStateExited, T::kActivityScheduled,
        T::kTaskScheduled, T::kExecutionStarted, T::kActivitySucceeded}) {
    Event event = EventWith(type, "A");
    event.payload = ParsedJson(R"({"secret":1})");
    event.assigned = {{"v", asl::Value("secret")}};
    EXPECT_THAT(HistoryEventJson(event, *Machine(), "", true),
                HasSubstr("secret"));
    EXPECT_THAT(HistoryEventJson(event, *Machine(), "", false),
                Not(HasSubstr("secret")));
  }
  Event event = EventWith(T::kTaskStateEntered, "A");
  event.payload = asl::Value(1);
  EXPECT_THAT(Names(event, false), ElementsAre("name"));
}

}  // namespace
}  // namespace stepwheel::engine
