#include "engine/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/parked.h"
#include "tests/engine/small_run.h"

namespace stepwheel::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A worker holds one item, another is queued, a third waits to be tried again,
// while a branch waits; with variables, and texts that have spaces.
constexpr char kBusy[] = R"({"StartAt":"V","States":{
  "V":{"Type":"Pass","Assign":{"a":{"b":[1,2.5,null]},"n":null},"Next":"P"},
  "P":{"Type":"Parallel","End":true,"Branches":[
    {"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}},
    {"StartAt":"D","States":{"D":{"Type":"Pass","Result":"done","End":true}}},
    {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items",
      "End":true,"ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task",
        "Resource":"arn:aws:states:us-east-1:123456789012:activity:work",
        "TimeoutSeconds":90,"HeartbeatSeconds":5,"End":true,
        "Retry":[{"ErrorEquals":["E"],"IntervalSeconds":30}]}}}}}}]}}})";
constexpr char kInput[] = R"({ "items": [ {"n": 1}, "two", 3 ] })";

class SnapshotTest : public testing::Test {
 protected:
  SnapshotTest() : run_(kBusy, kInput) {
    const std::string first = run_.Poll();
    run_.Poll();
    run_.engine().SendTaskFailure({first, "E", "c"}, run_.clock().Now(),
                                  [](const auto&) {});
    run_.Settle();
    execution_ = std::move(run_.Folded().execution);
    bytes_ = EncodeSnapshot(*execution_);
  }
  absl::StatusOr<std::unique_ptr<Execution>> Decode(std::string_view bytes) {
    return DecodeSnapshot(bytes, run_.record(), run_.machine());
  }

  SmallRun run_;
  std::unique_ptr<Execution> execution_;
  std::string bytes_;
};

TEST_F(SnapshotTest, GivesTheSameStateBack) {
  auto decoded = Decode(bytes_);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(SnapshotText(**decoded), SnapshotText(*execution_));
  EXPECT_EQ(EncodeSnapshot(**decoded), bytes_);
  EXPECT_EQ(EncodeParked(**decoded), EncodeParked(*execution_));
}

TEST_F(SnapshotTest, HasEveryKindOfFrame) {
  const std::string text = SnapshotText(*execution_);
  for (const char* phase : {"waiting", "done", "children", "task", "backoff"}) {
    EXPECT_THAT(text, HasSubstr("\"phase\":\"" + std::string(phase) + "\""));
  }
  EXPECT_THAT(text, HasSubstr(R"("variables":{"a":{"b":[1,2.5,null]},)"));
}

TEST_F(SnapshotTest, KeepsTheTextOfPayloadsAndLeavesOutTheInput) {
  auto decoded = Decode(bytes_);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ((*decoded)->frames.at(kMainFrame).input.Text(), kInput);
  EXPECT_THAT(bytes_, Not(HasSubstr(kInput)));
}

TEST_F(SnapshotTest, AnotherFormatIsToldFromDamage) {
  EXPECT_TRUE(absl::IsUnimplemented(Decode("3\n{}\n").status()));
  EXPECT_TRUE(absl::IsDataLoss(Decode("1\n{}\n").status()));
}

// Gives one frame of the execution a script, as if it played a test case.
void Mock(Execution* e) {
  e->mocks = std::make_unique<ExecutionMocks>();
  e->mocks->test_case = "Case";
  e->mocks->calls = {{0, 3}, {2, 0}};
  for (auto& [id, frame] : e->frames) {
    if (!frame.attempt.started_at) continue;
    MockedCall call;
    call.test_case = "Case";
    call.response = "slow";
    call.duration_ms = 7000;
    call.beat_ms = 2000;
    call.last_beat_ms = 6000;
    frame.attempt.mock = std::make_shared<const MockedCall>(call);
    frame.attempt.mocked_return = asl::MakeObject({{"a", asl::Value(true)}});
  }
}

TEST_F(SnapshotTest, HasTheScriptsOfATestCase) {
  Mock(execution_.get());
  const std::string bytes = EncodeSnapshot(*execution_);
  EXPECT_THAT(bytes, testing::StartsWith("2\n"));
  auto decoded = Decode(bytes);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(SnapshotText(**decoded), SnapshotText(*execution_));
  EXPECT_EQ(EncodeSnapshot(**decoded), bytes);
  EXPECT_EQ((*decoded)->mocks->calls, execution_->mocks->calls);
  std::string damaged = bytes;
  damaged.replace(damaged.find("\"mock\":\"{"), 9, "\"mock\":\"[");
  EXPECT_THAT(Decode(damaged).status().message(),
              HasSubstr("member mock: expected a mocked call"));
}

TEST_F(SnapshotTest, ATornOneIsDamaged) {
  for (size_t size = 2; size < bytes_.size(); size += 3) {
    auto decoded = Decode(std::string_view(bytes_).substr(0, size));
    EXPECT_FALSE(decoded.ok()) << size;
  }
}

TEST_F(SnapshotTest, FramesThatDoNotFitAreRefused) {
  const auto changed = [this](const std::string& from, const std::string& to) {
    std::string bytes = bytes_;
    const size_t at = bytes.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    bytes.replace(at, from.size(), to);
    return Decode(bytes).status();
  };
  EXPECT_THAT(changed("\"parent\":1", "\"parent\":9").message(),
              HasSubstr("does not fit"));
  EXPECT_THAT(changed("\"phase\":\"waiting\"", "\"phase\":\"task\"").message(),
              HasSubstr("does not fit"));
  EXPECT_THAT(changed("\"phase\":\"waiting\"", "\"phase\":\"lazy\"").message(),
              HasSubstr("member phase: expected the name of a phase"));
  EXPECT_THAT(changed("\"input\":", "\"input\":9").message(),
              HasSubstr("expected the number of a payload"));
}

TEST_F(SnapshotTest, AnyChangedByteIsReadOrRefused) {
  const std::string_view bytes_put = "09\"}\n";
  for (size_t at = 2; at < bytes_.size(); at += 3) {
    std::string bytes = bytes_;
    bytes[at] = bytes_put[at % bytes_put.size()];
    auto decoded = Decode(bytes);
    if (decoded.ok()) SnapshotText(**decoded);
  }
}

class ParkedTest : public SnapshotTest {};

TEST_F(ParkedTest, ItsRecordTellsWhatMemoryKeeps) {
  const Parked parked = Park(*execution_);
  auto facts = DecodeParked(EncodeParked(*execution_));
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->parked.position, parked.position);
  EXPECT_EQ(facts->parked.machine_due, parked.machine_due);
  ASSERT_EQ(facts->parked.count, 4u);  // One Wait, three Tasks.
  for (uint32_t i = 0; i < parked.count; ++i) {
    const ParkedWait& a = parked.waits[i];
    const ParkedWait& b = facts->parked.waits[i];
    EXPECT_EQ(std::tie(a.frame, a.position, a.started, a.clocks.ends),
              std::tie(b.frame, b.position, b.started, b.clocks.ends));
    EXPECT_EQ(std::tie(a.clocks.beat, a.clocks.heartbeat_seconds),
              std::tie(b.clocks.beat, b.clocks.heartbeat_seconds));
    EXPECT_EQ(a.clocks.kind, b.clocks.kind);
  }
  ASSERT_EQ(facts->queued.size(), 1u);
  EXPECT_EQ(facts->queued[0].activity_arn,
            "arn:aws:states:us-east-1:123456789012:activity:work");
  EXPECT_FALSE(facts->calls_in_flight);
}

TEST_F(ParkedTest, ItsRecordTellsWhereAScriptLeads) {
  const std::string plain = EncodeParked(*execution_);
  Mock(execution_.get());
  Frame* mocked = nullptr;
  for (auto& [id, frame] : execution_->frames) {
    if (frame.attempt.mock) mocked = &frame;
  }
  ASSERT_NE(mocked, nullptr);
  const Instant start = *mocked->attempt.started_at;
  const std::string text = EncodeParked(*execution_);
  EXPECT_NE(text, plain);
  auto facts = DecodeParked(text);
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_TRUE(facts->parked.mocked);
  const ParkedWait* wait = facts->parked.Find(mocked->id);
  ASSERT_NE(wait, nullptr);
  EXPECT_EQ(wait->kind, WaitKind::kMock);
  EXPECT_EQ(NextDeadline(wait->clocks)->due, start + Duration(7000));
  EXPECT_EQ(NextDeadline(wait->clocks)->kind, DeadlineKind::kMockAnswer);
  // Beats from outside are not among the events.
  mocked->attempt.last_heartbeat = start + Duration(6900);
  EXPECT_EQ(EncodeParked(*execution_), text);
}

// Position, machine's deadline, no year limit, no mocks; frame, attempt, kJob,
// its end, its start, no heartbeats, the child.
TEST(ParkedRecordTest, NamesTheChildOfAJob) {
  auto facts = DecodeParked("2 9 99 0 0\n1 5 3 80 20 0 7\n");
  ASSERT_TRUE(facts.ok()) << facts.status();
  ASSERT_EQ(facts->children.size(), 1u);
  EXPECT_EQ(facts->children[0].number, 7);
  EXPECT_EQ(facts->children[0].position, 5u);
  EXPECT_EQ(facts->children[0].frame, 1u);
  auto none = DecodeParked("2 9 99 0 0\n1 5 3 80 20 0 0\n");
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_TRUE(none->children.empty());
  for (const char* damaged :
       {"2 9 99 0\n", "2 9 99 0 2\n", "2 9 99 0 0\n1 5 3 80 20 0\n",
        "2 9 99 0 0\n1 5 3 80 20 0 -7\n", "2 9 99 0 0\n1 5 3 80 20 0 7 7\n",
        "2 9 99 0 1\n1 5 7 80 20 0 9\n", "1 9 99 0\n1 5 7 80 20 0 1\n",
        "1 9 99 0\n1 5 2 80 20 2147483648\n"}) {
    EXPECT_TRUE(absl::IsDataLoss(DecodeParked(damaged).status())) << damaged;
  }
}

TEST_F(ParkedTest, FindsOnlyOpenAttempts) {
  const Parked parked = Park(*execution_);
  const QueuedTask none;
  EXPECT_EQ(parked.FindAttempt(kMainFrame, 1), nullptr);
  for (const ParkedWait& wait : parked) {
    EXPECT_EQ(parked.Find(wait.frame), &wait);
    EXPECT_EQ(parked.FindAttempt(wait.frame, wait.position + 1), nullptr);
    EXPECT_EQ(parked.FindAttempt(wait.frame, wait.position) != nullptr,
              wait.clocks.kind == DeadlineKind::kTotal);
  }
}

TEST_F(ParkedTest, BeatsAndTimersGoAndComeBack) {
  Frame* held = nullptr;
  for (auto& [id, frame] : execution_->frames) {
    if (frame.attempt.started_at) held = &frame;
  }
  ASSERT_NE(held, nullptr);
  const Instant beat = *held->attempt.started_at + Duration(1500);
  held->attempt.last_heartbeat = beat;
  held->attempt.beat_dirty = true;
  held->timer = 5;
  execution_->machine_timer = 6;
  execution_->beaten = {held->id};
  const Parked parked = Park(*execution_);
  auto read = Decode(bytes_);
  ASSERT_TRUE(read.ok() && Unpark(parked, read->get()));
  const Frame& frame = (*read)->frames.at(held->id);
  EXPECT_EQ(frame.attempt.last_heartbeat, beat);
  EXPECT_TRUE(frame.attempt.beat_dirty);
  EXPECT_EQ(frame.timer, 5u);
  EXPECT_EQ((*read)->machine_timer, 6u);
  EXPECT_EQ((*read)->beaten, std::vector<FrameId>{held->id});
}

TEST_F(ParkedTest, AnotherStateIsNotTheOneThatWasParked) {
  const Parked parked = Park(*execution_);
  ++execution_->position;
  EXPECT_FALSE(Unpark(parked, execution_.get()));
}

TEST_F(ParkedTest, ADamagedRecordIsRefused) {
  const std::string text = EncodeParked(*execution_);
  EXPECT_TRUE(absl::IsUnimplemented(DecodeParked("2" + text).status()));
  EXPECT_TRUE(absl::IsDataLoss(DecodeParked("1 7\n").status()));
  EXPECT_TRUE(absl::IsDataLoss(DecodeParked(text + "1 2 3\n").status()));
  EXPECT_TRUE(absl::IsDataLoss(DecodeParked(text + text).status()));
}

}  // namespace
}  // namespace stepwheel::engine
