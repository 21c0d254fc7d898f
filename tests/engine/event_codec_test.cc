#include "engine/event_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "asl/json.h"
#include "engine/records.h"

namespace stepwheel::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

asl::Value Json(std::string_view text) {
  asl::JsonError error;
  auto value = asl::ParseJson(text, &error, /*keep_text=*/true);
  EXPECT_TRUE(value) << error.message;
  return *value;
}

// Long enough for the window.
asl::Value Long(int n) {
  return Json("{\"n\":" + std::to_string(n) +
              ",\"text\":\"thirty-three bytes and some more\"}");
}

std::vector<Event> WithPayloads(const std::vector<asl::Value>& payloads) {
  std::vector<Event> events;
  for (const asl::Value& payload : payloads) {
    Event& e = events.emplace_back();
    e.type = EventType::kPassStateEntered;
    e.position = e.id = static_cast<int64_t>(events.size());
    e.payload = payload;
  }
  return events;
}

std::string Encode(const std::vector<Event>& events) {
  std::string bytes;
  PayloadWindow window;
  EncodeEvents(events, &window, &bytes);
  return bytes;
}

std::vector<Event> Decode(std::string_view bytes) {
  std::vector<Event> events;
  PayloadWindow window;
  absl::Status status = DecodeEvents(bytes, &window, &events);
  EXPECT_TRUE(status.ok()) << status;
  return events;
}

std::string ErrorOf(std::string_view bytes) {
  std::vector<Event> events;
  absl::Status status = DecodeEvents(bytes, nullptr, &events);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  return std::string(status.message());
}

Event FullEvent(int type) {
  Event e;
  e.type = static_cast<EventType>(type);
  e.position = type + 1;
  e.id = type + 7;
  e.previous = type + 6;
  e.timestamp = Instant::FromUnixMillis(1'790'000'000'123 + type);
  e.frame = 12;
  e.state = 3;
  e.next = 0;
  e.payload = Long(type);
  e.effective = Long(-type);
  e.items = Json("[1,2.5,null,true,\"x\"]");
  e.error = "States.TaskFailed";
  e.cause = "a \"quoted\"\n\x01 cause \\ with \xc3\xa9 and a broken \xff";
  e.timeout_kind = asl::TimeoutKind::kHeartbeat;
  e.number = 17;
  e.concurrency = 40;
  e.timeout_seconds = 99'999'999;
  e.heartbeat_seconds = 60;
  e.due = Instant::FromUnixMillis(-5);
  e.text = "";
  e.assigned = {{"a", asl::Value(1)}, {"b \"x\"", Json("{\"k\":[1,2]}")}};
  return e;
}

void ExpectSameValue(const std::optional<asl::Value>& a,
                     const std::optional<asl::Value>& b) {
  ASSERT_EQ(a.has_value(), b.has_value());
  if (!a) return;
  EXPECT_EQ(a->Text(), b->Text());
}

void ExpectSameEvent(const Event& a, const Event& b) {
  EXPECT_EQ(a.type, b.type);
  EXPECT_EQ(a.position, b.position);
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.previous, b.previous);
  EXPECT_EQ(a.timestamp, b.timestamp);
  EXPECT_EQ(a.frame, b.frame);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.next, b.next);
  ExpectSameValue(a.payload, b.payload);
  ExpectSameValue(a.effective, b.effective);
  ExpectSameValue(a.items, b.items);
  EXPECT_EQ(a.error, b.error);
  EXPECT_EQ(a.cause, b.cause);
  EXPECT_EQ(a.timeout_kind, b.timeout_kind);
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.concurrency, b.concurrency);
  EXPECT_EQ(a.timeout_seconds, b.timeout_seconds);
  EXPECT_EQ(a.heartbeat_seconds, b.heartbeat_seconds);
  EXPECT_EQ(a.due, b.due);
  EXPECT_EQ(a.text, b.text);
  ASSERT_EQ(a.assigned.size(), b.assigned.size());
  for (size_t i = 0; i < a.assigned.size(); ++i) {
    EXPECT_EQ(a.assigned[i].first, b.assigned[i].first);
    EXPECT_EQ(a.assigned[i].second.Text(), b.assigned[i].second.Text());
  }
}

TEST(EventNames, AreThoseOfAwsAndLeadBack) {
  for (int i = 0; i < static_cast<int>(EventType::kEventTypeCount); ++i) {
    const auto type = static_cast<EventType>(i);
    EXPECT_EQ(EventTypeFromName(EventTypeName(type)), type);
  }
  EXPECT_EQ(EventTypeName(EventType::kExecutionStarted), "ExecutionStarted");
  EXPECT_EQ(EventTypeName(EventType::kActivityTimedOut), "ActivityTimedOut");
  EXPECT_EQ(EventTypeFromName("NoSuchEvent"), std::nullopt);
}

TEST(EventNames, OnlyTheLastTwoAreInternal) {
  EXPECT_FALSE(IsInternal(EventType::kActivityTimedOut));
  EXPECT_TRUE(IsInternal(EventType::kWaitScheduled));
  EXPECT_TRUE(IsInternal(EventType::kRetryScheduled));
}

TEST(StatusNames, AreThoseOfAwsAndLeadBack) {
  for (int i = 0; i <= 5; ++i) {
    const auto status = static_cast<ExecutionStatus>(i);
    EXPECT_EQ(ExecutionStatusFromName(ExecutionStatusName(status)), status);
  }
  EXPECT_EQ(ExecutionStatusName(ExecutionStatus::kTimedOut), "TIMED_OUT");
  EXPECT_EQ(ExecutionStatusFromName("running"), std::nullopt);
}

TEST(EventCodec, EveryMemberOfEveryTypeComesBack) {
  std::vector<Event> events;
  for (int i = 0; i < static_cast<int>(EventType::kEventTypeCount); ++i) {
    events.push_back(FullEvent(i));
  }
  const std::vector<Event> back = Decode(Encode(events));
  ASSERT_EQ(back.size(), events.size());
  for (size_t i = 0; i < events.size(); ++i) {
    ExpectSameEvent(events[i], back[i]);
  }
}

TEST(EventCodec, AbsentMembersAreNotWritten) {
  Event event;
  event.position = 1;
  EXPECT_EQ(Encode({event}), "{\"t\":0,\"p\":1,\"a\":0}\n");
  ExpectSameEvent(Decode(Encode({event}))[0], event);
}

TEST(EventCodec, LinesAreJson) {
  Event event = FullEvent(0);
  event.cause = "plain";  // FullEvent's is no UTF-8, so no JSON.
  asl::JsonError error;
  EXPECT_TRUE(asl::ParseJson(Encode({event}), &error)) << error.message;
}

TEST(EventCodec, PayloadsKeepTheTextTheyWereSentWith) {
  const std::string sent = "{ \"a\" : [ 1,\n  2 ],\r\n\"b\": \"\\u0041\" }";
  const auto back = Decode(Encode(WithPayloads({Json(sent), Json("1")})));
  ASSERT_EQ(back.size(), 2u);
  EXPECT_EQ(back[0].payload->Text(), sent);
}

TEST(EventCodec, TheSameNodeIsWrittenOnceAndComesBackAsOneNode) {
  const asl::Value value = Long(1);
  std::vector<Event> events = WithPayloads({value, Long(2), value});
  events[2].effective = events[1].payload;
  const std::string bytes = Encode(events);
  EXPECT_THAT(bytes, HasSubstr("\"V\":[1,0],\"X\":[2,0]"));

  const auto back = Decode(bytes);
  ASSERT_EQ(back.size(), 3u);
  EXPECT_TRUE(back[0].payload->SameAs(*back[2].payload));
  EXPECT_TRUE(back[1].payload->SameAs(*back[2].effective));
  EXPECT_EQ(Encode(back), bytes);
}

TEST(EventCodec, EqualValuesOfDifferentNodesAreWrittenTwice) {
  EXPECT_THAT(Encode(WithPayloads({Long(1), Long(1)})),
              Not(HasSubstr("\"V\"")));
}

TEST(EventCodec, ShortPayloadsAreWrittenAgain) {
  const asl::Value shortest = asl::Value(std::string(30, 'x'));  // 32 bytes
  const asl::Value longer = asl::Value(std::string(31, 'x'));
  EXPECT_THAT(Encode(WithPayloads({shortest, shortest})),
              Not(HasSubstr("\"V\"")));
  EXPECT_THAT(Encode(WithPayloads({longer, longer})), HasSubstr("\"V\":[1,0]"));
}

TEST(EventCodec, ItemsAreReferredToByTheirSlot) {
  std::vector<Event> events = WithPayloads({asl::Value(1), asl::Value(2)});
  events[0].items = Long(3);
  events[1].payload = events[0].items;
  const std::string bytes = Encode(events);
  EXPECT_THAT(bytes, HasSubstr("\"V\":[1,2]"));
  EXPECT_EQ(Encode(Decode(bytes)), bytes);
}

TEST(EventCodec, APayloadThatLeftTheWindowByCountIsWrittenAgain) {
  std::vector<asl::Value> payloads;
  for (int i = 0; i < 128; ++i) payloads.push_back(Long(i));
  payloads.push_back(payloads[0]);  // Still there,
  payloads.push_back(Long(128));    // pushed out by this one.
  payloads.push_back(payloads[0]);
  payloads.push_back(payloads[0]);
  const std::string bytes = Encode(WithPayloads(payloads));
  EXPECT_THAT(bytes, HasSubstr("\"i\":129,\"V\":[1,0]"));
  EXPECT_THAT(bytes, HasSubstr("\"i\":131,\"v\""));
  EXPECT_THAT(bytes, HasSubstr("\"i\":132,\"V\":[131,0]"));
  EXPECT_EQ(Encode(Decode(bytes)), bytes);
}

TEST(EventCodec, TheWindowIsBoundedByBytes) {
  std::vector<asl::Value> payloads;
  for (int i = 0; i < 6; ++i) {
    payloads.emplace_back(std::string(250'000, static_cast<char>('a' + i)));
  }
  payloads.push_back(payloads[1]);  // Gone: only four fit.
  payloads.push_back(payloads[3]);
  const std::string bytes = Encode(WithPayloads(payloads));
  EXPECT_TRUE(bytes.find("\"i\":7,\"v\"") != std::string::npos);
  EXPECT_TRUE(bytes.ends_with("\"i\":8,\"V\":[4,0]}\n"));
  EXPECT_TRUE(Encode(Decode(bytes)) == bytes);
}

TEST(EventCodec, AnEncoderThatBeginsAnewFitsTheSameLog) {
  const asl::Value value = Long(1);
  const std::vector<Event> events = WithPayloads({value, value, value, value});
  std::string bytes = Encode({events[0], events[1]});
  bytes += Encode({events[2], events[3]});  // A new window.
  const auto back = Decode(bytes);
  ASSERT_EQ(back.size(), 4u);
  EXPECT_TRUE(back[2].payload->SameAs(*back[3].payload));
  EXPECT_EQ(back[3].payload->Text(), value.Text());
}

TEST(EventCodec, ChunksShareOneWindow) {
  const asl::Value value = Long(1);
  const std::vector<Event> events = WithPayloads({value, value});
  PayloadWindow writing, reading;
  std::string first, second;
  EncodeEvents({events[0]}, &writing, &first);
  EncodeEvents({events[1]}, &writing, &second);
  std::vector<Event> back;
  ASSERT_TRUE(DecodeEvents(first, &reading, &back).ok());
  ASSERT_TRUE(DecodeEvents(second, &reading, &back).ok());
  EXPECT_TRUE(back[0].payload->SameAs(*back[1].payload));
}

TEST(EventCodec, DamageIsToldWithItsPosition) {
  EXPECT_EQ(ErrorOf("{\"t\":0,\"p\":1}\n{\"t\":0,\"p\":3}\n"),
            "event at position 2, byte 26: expected position 2, found 3");
  EXPECT_EQ(ErrorOf("{\"t\":0,\"p\":1,\"v\":[9,{}]}\n"),
            "event at position 1, byte 20: the payload is cut off");
  EXPECT_EQ(ErrorOf("{\"t\":0,\"p\":8,\"V\":[4,0]}\n"),
            "event at position 8, byte 22: no recent event holds this payload");
  EXPECT_THAT(ErrorOf("{\"t\":64,\"p\":1}\n"), HasSubstr("out of range"));
  EXPECT_THAT(ErrorOf("{\"t\":0,\"p\":1,\"z\":1}\n"), HasSubstr("unknown key"));
  EXPECT_THAT(ErrorOf("{\"t\":0,\"p\":1}"), HasSubstr("end of the line"));
  EXPECT_THAT(ErrorOf("{\"t\":0,\"p\":1,\"v\":[1,}]}\n"),
              HasSubstr("position 1"));
}

TEST(EventCodec, AnyCutLeavesTheEventsBeforeIt) {
  const std::string bytes = Encode({FullEvent(0), FullEvent(1), FullEvent(2)});
  for (size_t size = 0; size < bytes.size(); ++size) {
    std::vector<Event> events;
    const auto status =
        DecodeEvents(std::string_view(bytes).substr(0, size), nullptr, &events);
    EXPECT_LT(events.size(), 3u);
    EXPECT_TRUE(status.ok() || absl::IsDataLoss(status)) << status;
  }
}

// Changed bytes are refused or read as something else; nothing crashes, and
// what was read can be written and read again.
TEST(EventCodec, ChangedBytesNeverCrash) {
  std::vector<Event> source = {FullEvent(0), FullEvent(1), FullEvent(2)};
  source[2].payload = source[0].payload;
  const std::string good = Encode(source);
  std::mt19937 random(7);
  int refused = 0;
  for (int round = 0; round < 4'000; ++round) {
    std::string bad = good;
    for (int i = 0; i < 1 + round % 3; ++i) {
      bad[random() % bad.size()] =
          round % 2 ? "0123456789,:\"[]{}\\\nvVxXgp"[random() % 26]
                    : static_cast<char>(random());
    }
    std::vector<Event> events;
    if (DecodeEvents(bad, nullptr, &events).ok()) {
      EXPECT_EQ(Decode(Encode(events)).size(), events.size());
    } else {
      ++refused;
    }
  }
  EXPECT_GT(refused, 1'000);
}

}  // namespace
}  // namespace stepwheel::engine
