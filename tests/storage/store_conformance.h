// One suite for every Store: what engine/store.h promises. A test program
// includes it once and instantiates it with a StoreFactory per implementation.
#ifndef STEPWHEEL_TESTS_STORAGE_STORE_CONFORMANCE_H_
#define STEPWHEEL_TESTS_STORAGE_STORE_CONFORMANCE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "asl/json.h"
#include "engine/store.h"

namespace stepwheel::storage {

struct StoreFactory {
  std::string name;
  std::function<std::unique_ptr<engine::Store>()> make;
  // Closes and opens it again, for stores that outlive their process.
  std::function<void(std::unique_ptr<engine::Store>*)> reopen;
};

class StoreConformance : public ::testing::TestWithParam<StoreFactory> {
 protected:
  using Batch = engine::Batch;
  using Event = engine::Event;
  using Record = engine::ExecutionRecord;
  using Status = engine::ExecutionStatus;

  StoreConformance() : store_(GetParam().make()) {}

  engine::Store& store() { return *store_; }
  // Where there is nothing to reopen the tests still say something true.
  void Reopen() {
    if (GetParam().reopen) GetParam().reopen(&store_);
  }
  void Commit(const Batch& batch) {
    absl::Status status = store().Commit(batch);
    ASSERT_TRUE(status.ok()) << status;
  }

  static std::string Machine(int n) {
    return "arn:machine:" + std::to_string(n);
  }

  static Record MakeExecution(int64_t number, int machine,
                              Status status = Status::kRunning) {
    Record e;
    e.number = number;
    e.name = "run-" + std::to_string(number);
    e.state_machine_arn = Machine(machine);
    e.arn = "arn:execution:" + e.name;
    e.state_machine_version_arn = "arn:version";
    e.state_machine_alias_arn = "arn:alias";
    e.definition_hash = "hash";
    e.role_arn = "arn:role";
    e.trace_header = "Root=1";
    e.pinned = R"({"updateDate":5})";
    e.input = "{ \"n\": " + std::to_string(number) + " }";
    e.start_date = Instant::FromUnixMillis(1'790'000'000'000 + number);
    e.status = status;
    return e;
  }

  void Start(int64_t number, int machine, Status status = Status::kRunning) {
    Batch batch;
    batch.put_executions = {MakeExecution(number, machine, status)};
    Commit(batch);
  }

  // Events from..to, each with its own payload of `bytes` bytes.
  static std::vector<Event> Events(int64_t from, int64_t to,
                                   size_t bytes = 60) {
    std::vector<Event> events;
    for (int64_t position = from; position <= to; ++position) {
      Event& e = events.emplace_back();
      e.type = engine::EventType::kPassStateEntered;
      e.position = e.id = position;
      e.previous = position - 1;
      e.timestamp = Instant::FromUnixMillis(1000 + position);
      std::string text = std::to_string(position) + ' ';
      text.resize(bytes, 'x');
      e.payload = asl::Value(text);
    }
    return events;
  }

  void AppendEvents(int64_t number, const std::vector<Event>& events,
                    engine::PayloadWindow* window) {
    Batch batch;
    batch.log = {{number, &events, window}};
    Commit(batch);
  }

  std::vector<Event> Log(int64_t number,
                         engine::PayloadWindow* window = nullptr) {
    std::vector<Event> events;
    engine::PayloadWindow own;
    absl::Status status =
        store().ReadLog(number, window != nullptr ? window : &own, &events);
    EXPECT_TRUE(status.ok()) << status;
    return events;
  }

  std::vector<Event> LogAfterSnapshot(int64_t number) {
    std::vector<Event> events;
    engine::PayloadWindow window;
    absl::Status status =
        store().ReadLogAfterSnapshot(number, &window, &events);
    EXPECT_TRUE(status.ok()) << status;
    return events;
  }

  std::vector<int64_t> ParkedAfter(int64_t number, int limit) {
    auto parked = store().Parked(number, limit);
    EXPECT_TRUE(parked.ok()) << parked.status();
    std::vector<int64_t> numbers;
    for (const auto& record : *parked) numbers.push_back(record.execution);
    return numbers;
  }

  std::vector<int64_t> Page(int machine, std::optional<Status> status,
                            std::optional<int64_t> before, int limit) {
    auto page = store().Executions({Machine(machine), status, before, limit});
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<int64_t> numbers;
    for (const Record& e : *page) numbers.push_back(e.number);
    return numbers;
  }

  std::vector<int64_t> Positions(int64_t execution) {
    auto beats = store().Beats(execution, execution);
    EXPECT_TRUE(beats.ok()) << beats.status();
    std::vector<int64_t> positions;
    for (const auto& beat : *beats) positions.push_back(beat.position);
    return positions;
  }

 private:
  std::unique_ptr<engine::Store> store_;
};

inline void ExpectSameRecord(const engine::ExecutionRecord& a,
                             const engine::ExecutionRecord& b) {
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.arn, b.arn);
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.state_machine_arn, b.state_machine_arn);
  EXPECT_EQ(a.state_machine_version_arn, b.state_machine_version_arn);
  EXPECT_EQ(a.state_machine_alias_arn, b.state_machine_alias_arn);
  EXPECT_EQ(a.definition_hash, b.definition_hash);
  EXPECT_EQ(a.role_arn, b.role_arn);
  EXPECT_EQ(a.trace_header, b.trace_header);
  EXPECT_EQ(a.pinned, b.pinned);
  EXPECT_EQ(a.input, b.input);
  EXPECT_EQ(a.start_date, b.start_date);
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.stop_date, b.stop_date);
  EXPECT_EQ(a.output, b.output);
  EXPECT_EQ(a.error, b.error);
  EXPECT_EQ(a.cause, b.cause);
  EXPECT_EQ(a.redrive_count, b.redrive_count);
  EXPECT_EQ(a.redrive_date, b.redrive_date);
}

TEST_P(StoreConformance, AnEmptyStoreHasNothing) {
  EXPECT_TRUE(store().Settings()->empty());
  EXPECT_TRUE(store().StateMachines()->empty());
  EXPECT_TRUE(store().Activities()->empty());
  EXPECT_TRUE(store().RunningExecutions()->empty());
  EXPECT_TRUE(store().AllExecutions()->empty());
  EXPECT_EQ(*store().LastExecutionNumber(), 0);
  EXPECT_EQ(*store().CountRunning("arn"), 0);
  EXPECT_TRUE(absl::IsNotFound(store().Execution(1).status()));
  EXPECT_TRUE(absl::IsNotFound(store().ExecutionByArn("arn").status()));
  EXPECT_TRUE(absl::IsNotFound(store().Definition("hash").status()));
  EXPECT_TRUE(Log(1).empty());
  EXPECT_TRUE(Positions(1).empty());
}

TEST_P(StoreConformance, AnEmptyBatchIsFine) { Commit(Batch()); }

TEST_P(StoreConformance, EveryMemberOfAnExecutionComesBack) {
  Record e = MakeExecution(7, 1, Status::kFailed);
  e.stop_date = Instant::FromUnixMillis(1'790'000'999'999);
  e.output = std::string("a\0b", 3);
  e.error = "States.TaskFailed";
  e.cause = "";  // Present, though empty.
  e.redrive_count = 3;
  e.redrive_date = Instant::FromUnixMillis(5);
  Batch batch;
  batch.put_executions = {e};
  Commit(batch);
  Reopen();
  ExpectSameRecord(*store().Execution(7), e);
  ExpectSameRecord(*store().ExecutionByArn(e.arn), e);
}

TEST_P(StoreConformance, AbsentMembersOfAnExecutionStayAbsent) {
  Start(1, 1);
  Reopen();
  ExpectSameRecord(*store().Execution(1), MakeExecution(1, 1));
}

TEST_P(StoreConformance, PutReplacesAnExecution) {
  Start(1, 1);
  Record ended = MakeExecution(1, 1, Status::kSucceeded);
  ended.output = "{}";
  Batch batch;
  batch.put_executions = {MakeExecution(1, 1, Status::kFailed), ended};
  Commit(batch);
  ExpectSameRecord(*store().Execution(1), ended);
  EXPECT_EQ(store().AllExecutions()->size(), 1u);
}

TEST_P(StoreConformance, AnArnMeansItsLastExecution) {
  Batch batch;
  batch.put_executions = {MakeExecution(1, 1), MakeExecution(2, 1)};
  batch.put_executions[1].arn = batch.put_executions[0].arn;
  Commit(batch);
  EXPECT_EQ(store().ExecutionByArn(batch.put_executions[0].arn)->number, 2);
}

TEST_P(StoreConformance, StateMachinesComeBackInOrderOfArn) {
  engine::StateMachineRecord m;
  m.arn = "b";
  m.name = "name";
  m.definition_hash = "hash";
  m.role_arn = "role";
  m.type = "EXPRESS";
  m.status = "DELETING";
  m.revision_id = "revision";
  m.creation_date = Instant::FromUnixMillis(1);
  m.update_date = Instant::FromUnixMillis(2);
  m.logging_configuration = "{\"level\":\"OFF\"}";
  m.tracing_configuration = "t";
  m.encryption_configuration = "e";
  m.extra = "{\"tags\":[]}";
  Batch batch;
  batch.put_state_machines = {m, m};
  batch.put_state_machines[1].arn = "a";
  Commit(batch);
  Reopen();
  auto machines = store().StateMachines();
  ASSERT_EQ(machines->size(), 2u);
  EXPECT_EQ((*machines)[0].arn, "a");
  const auto& b = (*machines)[1];
  EXPECT_EQ(std::tie(b.arn, b.name, b.definition_hash, b.role_arn, b.type),
            std::tie(m.arn, m.name, m.definition_hash, m.role_arn, m.type));
  EXPECT_EQ(std::tie(b.status, b.revision_id, b.creation_date, b.update_date),
            std::tie(m.status, m.revision_id, m.creation_date, m.update_date));
  EXPECT_EQ(std::tie(b.logging_configuration, b.tracing_configuration,
                     b.encryption_configuration, b.extra),
            std::tie(m.logging_configuration, m.tracing_configuration,
                     m.encryption_configuration, m.extra));
}

TEST_P(StoreConformance, ActivitiesArePutReplacedAndDeleted) {
  Batch put;
  put.put_activities = {{"a", "old", Instant::FromUnixMillis(1), "{}"},
                        {"b", "b", Instant::FromUnixMillis(2), "{\"t\":1}"},
                        {"a", "new", Instant::FromUnixMillis(3), "{}"}};
  Commit(put);
  Reopen();
  auto activities = store().Activities();
  ASSERT_EQ(activities->size(), 2u);
  EXPECT_EQ((*activities)[0].name, "new");
  EXPECT_EQ((*activities)[1].extra, "{\"t\":1}");
  EXPECT_EQ((*activities)[1].creation_date, Instant::FromUnixMillis(2));

  Batch remove;
  remove.delete_activities = {"a", "unknown"};
  Commit(remove);
  ASSERT_EQ(store().Activities()->size(), 1u);
  EXPECT_EQ((*store().Activities())[0].arn, "b");
}

TEST_P(StoreConformance, ADefinitionIsKeptOnce) {
  Batch batch;
  batch.put_definitions = {{"h", "{\"é\":1}"}, {"h", "{\"é\":1}"}};
  Commit(batch);
  Commit(batch);
  Reopen();
  EXPECT_EQ(store().Definition("h")->text, "{\"é\":1}");
  EXPECT_EQ(store().Definition("h")->hash, "h");
}

TEST_P(StoreConformance, SettingsKeepBytesAndTheLastValue) {
  Batch batch;
  batch.put_settings["key"] = "old";
  Commit(batch);
  batch.put_settings["key"] = std::string("\0\xff\x01", 3);
  batch.put_settings["other"] = "";
  Commit(batch);
  Reopen();
  EXPECT_THAT(
      *store().Settings(),
      ::testing::ElementsAre(std::pair("key", std::string("\0\xff\x01", 3)),
                             std::pair("other", "")));
}

TEST_P(StoreConformance, PagesAreNewestFirstAndFollowOneAnother) {
  for (int i = 1; i <= 6; ++i) Start(i, i % 3 == 0 ? 2 : 1);
  EXPECT_THAT(Page(1, {}, {}, 3), ::testing::ElementsAre(5, 4, 2));
  EXPECT_THAT(Page(1, {}, 2, 3), ::testing::ElementsAre(1));
  EXPECT_THAT(Page(2, {}, {}, 100), ::testing::ElementsAre(6, 3));
  EXPECT_THAT(Page(3, {}, {}, 100), ::testing::IsEmpty());
}

TEST_P(StoreConformance, PagesCanBeOfOneStatus) {
  for (int i = 1; i <= 6; ++i) {
    Start(i, 1, i % 2 ? Status::kFailed : Status::kRunning);
  }
  EXPECT_THAT(Page(1, Status::kFailed, {}, 2), ::testing::ElementsAre(5, 3));
  EXPECT_THAT(Page(1, Status::kFailed, 3, 2), ::testing::ElementsAre(1));
  EXPECT_THAT(Page(1, Status::kAborted, {}, 2), ::testing::IsEmpty());
  Start(6, 1, Status::kFailed);  // It was running.
  EXPECT_THAT(Page(1, Status::kFailed, {}, 1), ::testing::ElementsAre(6));
  EXPECT_THAT(Page(1, Status::kRunning, {}, 9), ::testing::ElementsAre(4, 2));
}

TEST_P(StoreConformance, PagesLeaveOutInputAndOutput) {
  Record e = MakeExecution(1, 1, Status::kSucceeded);
  e.output = "{}";
  e.error = "E";
  Batch batch;
  batch.put_executions = {e};
  Commit(batch);
  auto page = store().Executions({Machine(1), {}, {}, 10});
  e.input = "";
  e.output.reset();
  ASSERT_EQ(page->size(), 1u);
  ExpectSameRecord((*page)[0], e);
}

TEST_P(StoreConformance, KnowsWhatRuns) {
  Start(3, 1);
  Start(1, 1);
  Start(2, 2);
  Start(4, 1, Status::kPendingRedrive);
  Start(1, 1, Status::kTimedOut);
  Reopen();
  EXPECT_THAT(*store().RunningExecutions(), ::testing::ElementsAre(2, 3));
  EXPECT_THAT(*store().AllExecutions(), ::testing::ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(*store().CountRunning(Machine(1)), 1);
  EXPECT_EQ(*store().CountRunning(Machine(2)), 1);
  EXPECT_EQ(*store().LastExecutionNumber(), 4);
}

TEST_P(StoreConformance, LogsOfManyCommitsComeBackInOrder) {
  engine::PayloadWindow windows[3];
  for (int64_t p = 1; p <= 40; p += 2) {
    const auto events = Events(p, p + 1);
    Batch batch;  // Three executions grow side by side.
    for (int e = 0; e < 3; ++e) {
      batch.log.push_back({e + 1, &events, &windows[e]});
    }
    Commit(batch);
    if (p == 19) Reopen();
  }
  for (int e = 1; e <= 3; ++e) {
    const std::vector<Event> log = Log(e);
    ASSERT_EQ(log.size(), 40u);
    for (int64_t i = 0; i < 40; ++i) {
      EXPECT_EQ(log[i].position, i + 1);
      EXPECT_EQ(log[i].payload->Text(),
                Events(i + 1, i + 1)[0].payload->Text());
    }
  }
}

TEST_P(StoreConformance, OneBatchMayAppendTwiceToOneLog) {
  const auto first = Events(1, 2), second = Events(3, 3);
  const std::vector<Event> none;
  engine::PayloadWindow window;
  Batch batch;
  batch.log = {
      {1, &first, &window}, {1, &none, &window}, {1, &second, &window}};
  Commit(batch);
  EXPECT_EQ(Log(1).size(), 3u);
}

TEST_P(StoreConformance, PayloadsAreSharedAcrossCommits) {
  std::vector<Event> events = Events(1, 3);
  events[2].payload = events[1].effective = events[0].payload;
  engine::PayloadWindow window;
  for (const Event& event : events) AppendEvents(1, {event}, &window);
  Reopen();
  const std::vector<Event> log = Log(1);
  ASSERT_EQ(log.size(), 3u);
  EXPECT_TRUE(log[2].payload->SameAs(*log[0].payload));
  EXPECT_TRUE(log[1].effective->SameAs(*log[0].payload));
}

TEST_P(StoreConformance, ALogThatWasReadGoesOnWithTheSameWindow) {
  engine::PayloadWindow first, second;
  AppendEvents(1, Events(1, 2), &first);
  Reopen();
  std::vector<Event> log = Log(1, &second);
  std::vector<Event> more = Events(3, 3);
  more[0].payload = log[0].payload;
  AppendEvents(1, more, &second);
  log = Log(1);
  ASSERT_EQ(log.size(), 3u);
  EXPECT_TRUE(log[2].payload->SameAs(*log[0].payload));
}

TEST_P(StoreConformance, LargePayloadsComeBack) {
  engine::PayloadWindow window;
  AppendEvents(1, Events(1, 4, 250'000), &window);
  AppendEvents(1, Events(5, 8, 250'000), &window);
  EXPECT_EQ(Log(1)[7].payload->as_string().size(), 250'000u);
}

TEST_P(StoreConformance, OnlyWhatIsNotInTheSnapshotIsReadAfterIt) {
  EXPECT_TRUE(absl::IsNotFound(store().Snapshot(1).status()));
  engine::PayloadWindow first, second;
  AppendEvents(1, Events(1, 2), &first);
  EXPECT_EQ(LogAfterSnapshot(1).size(), 2u);
  const auto third = Events(3, 3);
  Batch batch;
  batch.log = {{1, &third, &first}};
  batch.put_snapshots = {{1, 3, std::string("st\0te", 5)}};
  Commit(batch);
  Reopen();
  EXPECT_EQ(store().Snapshot(1)->position, 3);
  EXPECT_EQ(store().Snapshot(1)->state, std::string("st\0te", 5));
  EXPECT_THAT(LogAfterSnapshot(1), ::testing::IsEmpty());
  AppendEvents(1, Events(4, 5), &second);
  AppendEvents(1, Events(6, 6), &second);
  const std::vector<Event> after = LogAfterSnapshot(1);
  ASSERT_EQ(after.size(), 3u);
  EXPECT_EQ(after[0].position, 4);
  EXPECT_EQ(Log(1).size(), 6u);
}

TEST_P(StoreConformance, ANewSnapshotTakesThePlaceOfTheOld) {
  engine::PayloadWindow window;
  for (int64_t p = 1; p <= 2; ++p) {
    AppendEvents(1, Events(p, p), &window);
    Batch batch;
    batch.put_snapshots = {{1, p, "state " + std::to_string(p)}};
    Commit(batch);
  }
  EXPECT_EQ(store().Snapshot(1)->state, "state 2");
  EXPECT_THAT(LogAfterSnapshot(1), ::testing::IsEmpty());
}

TEST_P(StoreConformance, AParkedRecordCountsUntilTheLogGrows) {
  engine::PayloadWindow windows[4];
  for (int i = 1; i <= 3; ++i) {
    const auto events = Events(1, 2);
    Batch batch;
    batch.log = {{i, &events, &windows[i]}};
    batch.put_parked = {{i, "waits " + std::to_string(i)}};
    Commit(batch);
  }
  Reopen();
  EXPECT_THAT(ParkedAfter(0, 10), ::testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(ParkedAfter(1, 1), ::testing::ElementsAre(2));
  EXPECT_THAT(ParkedAfter(3, 10), ::testing::IsEmpty());
  EXPECT_EQ((*store().Parked(0, 1))[0].waits, "waits 1");

  AppendEvents(2, Events(3, 3), &windows[2]);
  EXPECT_THAT(ParkedAfter(0, 10), ::testing::ElementsAre(1, 3));
  EXPECT_THAT(ParkedAfter(0, 2), ::testing::ElementsAre(1, 3));
  Batch again;
  again.put_parked = {{2, "later"}};
  Commit(again);
  EXPECT_THAT(ParkedAfter(0, 10), ::testing::ElementsAre(1, 2, 3));
}

TEST_P(StoreConformance, WhatAnExecutionWaitedForGoesWhenItEnds) {
  engine::PayloadWindow windows[2];
  AppendEvents(1, Events(1, 1), &windows[0]);
  AppendEvents(2, Events(1, 1), &windows[1]);
  Batch batch;
  batch.put_snapshots = {{1, 1, "s"}, {2, 1, "s"}};
  batch.put_parked = {{1, "w"}, {2, "w"}};
  batch.ended = {1};
  Commit(batch);
  EXPECT_TRUE(absl::IsNotFound(store().Snapshot(1).status()));
  EXPECT_TRUE(store().Snapshot(2).ok());
  EXPECT_THAT(ParkedAfter(0, 10), ::testing::ElementsAre(2));
}

TEST_P(StoreConformance, BeatsAreReadByRangeOfExecutions) {
  Batch batch;
  for (int i = 1; i <= 4; ++i) {
    batch.put_beats.push_back({i, 7, Instant::FromUnixMillis(i)});
    batch.put_beats.push_back({i, 3, Instant::FromUnixMillis(i)});
  }
  Commit(batch);
  auto beats = store().Beats(2, 3);
  ASSERT_EQ(beats->size(), 4u);
  EXPECT_EQ((*beats)[0].execution, 2);
  EXPECT_EQ((*beats)[0].position, 3);
  EXPECT_EQ((*beats)[3].execution, 3);
  EXPECT_EQ((*beats)[3].position, 7);
}

TEST_P(StoreConformance, BeatsAreReplacedAndDeletedWithTheirExecution) {
  Batch batch;
  batch.put_beats = {{1, 9, Instant::FromUnixMillis(1)},
                     {1, 4, Instant::FromUnixMillis(2)},
                     {2, 4, Instant::FromUnixMillis(3)},
                     {1, 9, Instant::FromUnixMillis(8)}};
  Commit(batch);
  Reopen();
  EXPECT_THAT(Positions(1), ::testing::ElementsAre(4, 9));
  EXPECT_EQ((*store().Beats(1, 1))[1].at, Instant::FromUnixMillis(8));
  EXPECT_EQ((*store().Beats(1, 1))[1].execution, 1);

  Batch ended;
  ended.put_beats = {{1, 9, Instant::FromUnixMillis(9)}};
  ended.ended = {1};
  Commit(ended);
  EXPECT_THAT(Positions(1), ::testing::IsEmpty());
  EXPECT_THAT(Positions(2), ::testing::ElementsAre(4));
}

TEST_P(StoreConformance, DeletingAStateMachineTakesAllThatIsIts) {
  engine::PayloadWindow windows[4];
  for (int i = 1; i <= 3; ++i) {
    Start(i, i == 2 ? 2 : 1);
    AppendEvents(i, Events(1, 3), &windows[i]);
    AppendEvents(i, Events(4, 6), &windows[i]);
    Batch beat;
    beat.put_beats = {{i, 2, Instant::FromUnixMillis(i)}};
    beat.put_snapshots = {{i, 6, "s"}};
    beat.put_parked = {{i, "w"}};
    Commit(beat);
  }
  Batch batch;
  batch.delete_state_machines = {Machine(1), "unknown"};
  Commit(batch);
  Reopen();
  EXPECT_THAT(*store().AllExecutions(), ::testing::ElementsAre(2));
  EXPECT_THAT(*store().RunningExecutions(), ::testing::ElementsAre(2));
  EXPECT_EQ(*store().CountRunning(Machine(1)), 0);
  EXPECT_THAT(Page(1, {}, {}, 10), ::testing::IsEmpty());
  EXPECT_TRUE(absl::IsNotFound(
      store().ExecutionByArn(MakeExecution(3, 1).arn).status()));
  EXPECT_TRUE(Log(1).empty());
  EXPECT_TRUE(Positions(3).empty());
  EXPECT_TRUE(absl::IsNotFound(store().Snapshot(3).status()));
  EXPECT_THAT(ParkedAfter(0, 10), ::testing::ElementsAre(2));
  EXPECT_EQ(Log(2).size(), 6u);
  EXPECT_THAT(Positions(2), ::testing::ElementsAre(2));
}

TEST_P(StoreConformance, NumbersOfDeletedExecutionsAreNotGivenAgain) {
  Start(1, 2);
  Start(5, 1);
  Batch batch;
  batch.delete_state_machines = {Machine(1)};
  Commit(batch);
  Reopen();
  EXPECT_EQ(*store().LastExecutionNumber(), 5);
}

TEST_P(StoreConformance, ABatchMayDeleteAndCreateAStateMachine) {
  Start(1, 1);
  Batch batch;
  batch.delete_state_machines = {Machine(1)};
  batch.put_state_machines.emplace_back().arn = Machine(1);
  batch.put_executions = {MakeExecution(2, 1)};
  Commit(batch);
  EXPECT_EQ(store().StateMachines()->size(), 1u);
  EXPECT_THAT(*store().AllExecutions(), ::testing::ElementsAre(2));
}

}  // namespace stepwheel::storage

#endif  // STEPWHEEL_TESTS_STORAGE_STORE_CONFORMANCE_H_
