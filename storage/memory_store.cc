#include "storage/memory_store.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace stepwheel::storage {

using engine::ExecutionNumber;
using engine::ExecutionRecord;
using engine::ExecutionStatus;

// Nothing here can fail, so the batch is applied at once.
absl::Status MemoryStore::Commit(const engine::Batch& batch) {
  for (const auto& arn : batch.delete_state_machines) DeleteStateMachine(arn);
  for (const auto& arn : batch.delete_activities) activities_.erase(arn);
  for (const auto& d : batch.put_definitions) {
    definitions_.emplace(d.hash, d.text);
  }
  for (const auto& m : batch.put_state_machines) state_machines_[m.arn] = m;
  for (const auto& a : batch.put_activities) activities_[a.arn] = a;
  for (const ExecutionRecord& e : batch.put_executions) Put(e);
  for (const engine::LogAppend& append : batch.log) {
    engine::EncodeEvents(*append.events, append.window,
                         &logs_[append.execution]);
  }
  for (const engine::SnapshotRecord& s : batch.put_snapshots) {
    snapshots_[s.execution] = {s, LogBytes(s.execution)};
  }
  for (const engine::ParkedRecord& p : batch.put_parked) {
    parked_[p.execution] = {p.waits, LogBytes(p.execution)};
  }
  for (const engine::BeatRecord& beat : batch.put_beats) {
    beats_[beat.execution][beat.position] = beat.at;
  }
  for (ExecutionNumber number : batch.ended) ForgetWaits(number);
  for (const auto& [name, value] : batch.put_settings) settings_[name] = value;
  return absl::OkStatus();
}

void MemoryStore::Put(const ExecutionRecord& record) {
  auto [at, is_new] = executions_.try_emplace(record.number);
  Machine& machine = by_machine_[record.state_machine_arn];
  if (is_new) {
    machine.executions.insert(record.number);
    ExecutionNumber& latest = by_arn_[record.arn];
    latest = std::max(latest, record.number);
    last_number_ = std::max(last_number_, record.number);
  }
  const bool was_running =
      !is_new && at->second.status == ExecutionStatus::kRunning;
  const bool runs = record.status == ExecutionStatus::kRunning;
  if (runs && !was_running) running_.insert(record.number);
  if (was_running && !runs) running_.erase(record.number);
  machine.running += static_cast<int>(runs) - static_cast<int>(was_running);
  at->second = record;
}

void MemoryStore::ForgetWaits(ExecutionNumber number) {
  snapshots_.erase(number);
  parked_.erase(number);
  beats_.erase(number);
}

size_t MemoryStore::LogBytes(ExecutionNumber number) const {
  auto at = logs_.find(number);
  return at == logs_.end() ? 0 : at->second.size();
}

void MemoryStore::DeleteStateMachine(const std::string& arn) {
  state_machines_.erase(arn);
  auto machine = by_machine_.find(arn);
  if (machine == by_machine_.end()) return;
  for (ExecutionNumber number : machine->second.executions) {
    auto at = executions_.find(number);
    auto by_arn = by_arn_.find(at->second.arn);
    if (by_arn != by_arn_.end() && by_arn->second == number) {
      by_arn_.erase(by_arn);
    }
    executions_.erase(at);
    running_.erase(number);
    logs_.erase(number);
    ForgetWaits(number);
  }
  by_machine_.erase(machine);
}

absl::StatusOr<std::map<std::string, std::string>> MemoryStore::Settings() {
  return settings_;
}

absl::StatusOr<std::vector<engine::StateMachineRecord>>
MemoryStore::StateMachines() {
  std::vector<engine::StateMachineRecord> records;
  for (const auto& [arn, record] : state_machines_) records.push_back(record);
  return records;
}

absl::StatusOr<std::vector<engine::ActivityRecord>> MemoryStore::Activities() {
  std::vector<engine::ActivityRecord> records;
  for (const auto& [arn, record] : activities_) records.push_back(record);
  return records;
}

absl::StatusOr<engine::DefinitionRecord> MemoryStore::Definition(
    const std::string& hash) {
  auto at = definitions_.find(hash);
  if (at == definitions_.end()) {
    return absl::NotFoundError(absl::StrCat("no definition ", hash));
  }
  return engine::DefinitionRecord{at->first, at->second};
}

absl::StatusOr<ExecutionRecord> MemoryStore::Execution(ExecutionNumber number) {
  auto at = executions_.find(number);
  if (at == executions_.end()) {
    return absl::NotFoundError(absl::StrCat("no execution number ", number));
  }
  return at->second;
}

absl::StatusOr<ExecutionRecord> MemoryStore::ExecutionByArn(
    const std::string& arn) {
  auto at = by_arn_.find(arn);
  if (at == by_arn_.end()) {
    return absl::NotFoundError(absl::StrCat("no execution ", arn));
  }
  return Execution(at->second);
}

absl::StatusOr<std::vector<ExecutionRecord>> MemoryStore::Executions(
    const engine::ExecutionQuery& query) {
  std::vector<ExecutionRecord> page;
  auto machine = by_machine_.find(query.state_machine_arn);
  if (machine == by_machine_.end()) return page;
  const auto& numbers = machine->second.executions;
  auto at = query.before ? numbers.lower_bound(*query.before) : numbers.end();
  while (at != numbers.begin() && page.size() < size_t(query.limit)) {
    const ExecutionRecord& record = executions_.find(*--at)->second;
    if (query.status && record.status != *query.status) continue;
    page.push_back(record);
    page.back().input.clear();
    page.back().output.reset();
  }
  return page;
}

absl::StatusOr<std::vector<ExecutionNumber>> MemoryStore::RunningExecutions() {
  return std::vector<ExecutionNumber>(running_.begin(), running_.end());
}

absl::StatusOr<std::vector<ExecutionNumber>> MemoryStore::AllExecutions() {
  std::vector<ExecutionNumber> numbers;
  for (const auto& [number, record] : executions_) numbers.push_back(number);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

absl::StatusOr<ExecutionNumber> MemoryStore::LastExecutionNumber() {
  return last_number_;
}

absl::StatusOr<int64_t> MemoryStore::CountRunning(
    const std::string& state_machine_arn) {
  auto machine = by_machine_.find(state_machine_arn);
  return machine == by_machine_.end() ? 0 : machine->second.running;
}

absl::Status MemoryStore::ReadLog(ExecutionNumber number,
                                  engine::PayloadWindow* window,
                                  std::vector<engine::Event>* events) {
  auto at = logs_.find(number);
  if (at == logs_.end()) return absl::OkStatus();
  return engine::DecodeEvents(at->second, window, events);
}

absl::Status MemoryStore::ReadLogAfterSnapshot(
    ExecutionNumber number, engine::PayloadWindow* window,
    std::vector<engine::Event>* events) {
  auto log = logs_.find(number);
  if (log == logs_.end()) return absl::OkStatus();
  std::string_view bytes = log->second;
  auto snapshot = snapshots_.find(number);
  if (snapshot != snapshots_.end()) {
    bytes.remove_prefix(snapshot->second.log_bytes);
  }
  return engine::DecodeEvents(bytes, window, events);
}

absl::StatusOr<engine::SnapshotRecord> MemoryStore::Snapshot(
    ExecutionNumber number) {
  auto at = snapshots_.find(number);
  if (at == snapshots_.end()) {
    return absl::NotFoundError(absl::StrCat("no snapshot of ", number));
  }
  return at->second.record;
}

absl::StatusOr<std::vector<engine::ParkedRecord>> MemoryStore::Parked(
    ExecutionNumber after, int limit) {
  std::vector<engine::ParkedRecord> records;
  for (auto at = parked_.upper_bound(after);
       at != parked_.end() && records.size() < size_t(limit); ++at) {
    if (at->second.log_bytes != LogBytes(at->first)) continue;
    records.push_back({at->first, at->second.waits});
  }
  return records;
}

absl::StatusOr<std::vector<engine::BeatRecord>> MemoryStore::Beats(
    ExecutionNumber first, ExecutionNumber last) {
  std::vector<engine::BeatRecord> records;
  for (auto at = beats_.lower_bound(first);
       at != beats_.end() && at->first <= last; ++at) {
    for (const auto& [position, instant] : at->second) {
      records.push_back({at->first, position, instant});
    }
  }
  return records;
}

std::string MemoryStore::Description() const { return "memory"; }

}  // namespace stepwheel::storage
