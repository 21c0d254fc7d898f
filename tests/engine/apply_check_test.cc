#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "engine/apply.h"
#include "tests/engine/small_run.h"

namespace stepwheel::engine {
namespace {

using ::testing::HasSubstr;

// Has a Task with a Retrier, a Parallel, a Map and a Wait.
const char kDefinition[] = R"({"StartAt":"T","States":{
  "T":{"Type":"Task","Next":"F","HeartbeatSeconds":5,"ResultPath":null,
    "Resource":"arn:aws:states:us-east-1:123456789012:activity:work",
    "Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":1}],
    "Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":null,"Next":"F"}]},
  "F":{"Type":"Parallel","ResultPath":null,"Next":"M","Branches":[
    {"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}},
    {"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":2,"End":true}}}]},
  "M":{"Type":"Map","End":true,"ItemsPath":"$.list","ItemProcessor":
    {"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}}}}})";

class ApplyCheckTest : public testing::Test {
 protected:
  ApplyCheckTest() : run_(kDefinition, R"({"list":[1,2,3]})") {
    run_.Poll();  // The worker never beats.
    run_.clock().Advance(Duration(5000));
    run_.Settle();
    run_.clock().Advance(Duration(1000));
    run_.Settle();
    run_.Poll();
    run_.PlayToTheEnd();
    Replayed folded = run_.Folded();
    events_ = std::move(folded.events);
    record_ = run_.record();
    record_.status = ExecutionStatus::kRunning;
    machine_ = folded.execution->machine;
  }

  // Why the log does not fold, or "" if it does.
  std::string Problem(const std::vector<Event>& events) {
    Execution execution = NewExecution(record_, machine_, asl::Value());
    std::string why;
    for (const Event& event : events) {
      if (!CanApply(event, execution, &why)) return why;
      Apply(event, &execution);
    }
    return "";
  }
  std::string ProblemWith(size_t i, const std::function<void(Event&)>& change) {
    std::vector<Event> events = events_;
    change(events[i]);
    return Problem(events);
  }

  SmallRun run_;
  std::vector<Event> events_;
  ExecutionRecord record_;
  asl::StateMachinePtr machine_;
};

TEST_F(ApplyCheckTest, AGoodLogFolds) {
  EXPECT_EQ(Problem(events_), "");
  EXPECT_EQ(events_.back().type, EventType::kExecutionSucceeded);
}

TEST_F(ApplyCheckTest, AMissingEventIsNoticed) {
  for (size_t i = 0; i + 1 < events_.size(); ++i) {
    std::vector<Event> events = events_;
    events.erase(events.begin() + static_cast<ptrdiff_t>(i));
    EXPECT_THAT(Problem(events),
                HasSubstr("expected position " + std::to_string(i + 1)));
  }
}

TEST_F(ApplyCheckTest, ARepeatedOrSwappedEventIsNoticed) {
  for (size_t i = 0; i + 1 < events_.size(); ++i) {
    std::vector<Event> events = events_;
    std::swap(events[i], events[i + 1]);
    EXPECT_THAT(Problem(events), HasSubstr("expected position"));
    events = events_;
    events.push_back(events[i]);
    EXPECT_NE(Problem(events), "");
  }
}

TEST_F(ApplyCheckTest, IdsAndTimesMustGoOn) {
  EXPECT_THAT(ProblemWith(1, [](Event& e) { ++e.id; }),
              HasSubstr("expected id 2"));
  EXPECT_THAT(ProblemWith(1, [](Event& e) { e.timestamp = Instant(); }),
              HasSubstr("its timestamp is before the last one"));
}

TEST_F(ApplyCheckTest, NamesMustBeInTheDefinition) {
  EXPECT_THAT(ProblemWith(1, [](Event& e) { e.state = 1000; }),
              HasSubstr("names a state the definition does not have"));
  EXPECT_THAT(ProblemWith(1, [](Event& e) { e.frame = 99; }),
              HasSubstr("its frame is not open"));
  EXPECT_THAT(ProblemWith(1, [](Event& e) { e.payload.reset(); }),
              HasSubstr("its payload is missing"));
}

TEST_F(ApplyCheckTest, NothingFollowsTheEnd) {
  std::vector<Event> events = events_;
  events.push_back(events.back());
  ++events.back().position;
  ++events.back().id;
  EXPECT_THAT(Problem(events), HasSubstr("the execution has ended"));
}

TEST_F(ApplyCheckTest, EventsOfAFlowNeedAFrame) {
  for (size_t i = 1; i + 1 < events_.size(); ++i) {
    EXPECT_NE(ProblemWith(i, [](Event& e) { e.frame = 0; }), "")
        << EventTypeName(events_[i].type);
  }
}

// Whatever one member is changed to, the log is refused or folds: the process
// goes on.
TEST_F(ApplyCheckTest, NoChangeOfAMemberStopsTheProcess) {
  for (size_t i = 0; i < events_.size(); ++i) {
    for (int type = 0; type < int(EventType::kEventTypeCount); ++type) {
      ProblemWith(i, [&](Event& e) { e.type = static_cast<EventType>(type); });
    }
    for (int64_t n : {int64_t{-9}, int64_t{-1}, int64_t{0}, int64_t{1},
                      int64_t{2}, int64_t{3}, int64_t{1} << 40}) {
      ProblemWith(i, [&](Event& e) { e.frame = n; });
      ProblemWith(i, [&](Event& e) { e.number = n; });
      ProblemWith(i, [&](Event& e) { e.state = asl::StateIndex(n); });
      ProblemWith(i, [&](Event& e) { e.next = asl::StateIndex(n); });
      ProblemWith(i, [&](Event& e) { e.items = asl::Value(n); });
    }
    ProblemWith(i, [](Event& e) { e.effective.reset(); });
    ProblemWith(i, [](Event& e) { e.items.reset(); });
    ProblemWith(i, [](Event& e) { e.payload.reset(); });
  }
}

// The same for members of several events at once.
TEST_F(ApplyCheckTest, ManyChangesDoNotStopTheProcess) {
  std::mt19937 random(11);
  int refused = 0;
  for (int round = 0; round < 2'000; ++round) {
    std::vector<Event> events = events_;
    for (int k = 0; k < 3; ++k) {
      Event& e = events[random() % events.size()];
      const Event& other = events_[random() % events.size()];
      switch (random() % 4) {
        case 0:
          e.type = other.type;
          if (IsInternal(e.type)) e.id = 0;
          break;
        case 1:
          e.frame = other.frame;
          break;
        case 2:
          e.next = other.next;
          break;
        default:
          e.number = other.number;
          break;
      }
    }
    if (!Problem(events).empty()) ++refused;
  }
  EXPECT_GT(refused, 500);
}

}  // namespace
}  // namespace stepwheel::engine
