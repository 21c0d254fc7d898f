// State machines and activities: what exists by name. Every change goes through
// the turn's batch and can be undone with it.

#include <algorithm>
#include <cstdio>
#include <utility>

#include "asl/parser.h"
#include "engine/engine_impl.h"

namespace stepwheel::engine {
namespace {

// Names a definition by its text. 128 bits: two texts never meet by accident.
std::string HashOf(const std::string& text) {
  char hex[33];
  std::snprintf(hex, sizeof hex, "%016llx%016llx",
                static_cast<unsigned long long>(KeyedHash({1, 2}, text)),
                static_cast<unsigned long long>(KeyedHash({3, 4}, text)));
  return hex;
}

Result<asl::StateMachinePtr> ParseForCreation(const std::string& definition,
                                              const std::string& type) {
  asl::ParseResult parse = asl::ParseDefinition(
      definition, type == "EXPRESS" ? asl::MachineType::kExpress
                                    : asl::MachineType::kStandard);
  if (parse.machine) return parse.machine;
  return ApiError{ApiErrorCode::kInvalidDefinition,
                  "Invalid State Machine Definition: '" +
                      asl::JoinDiagnostics(parse.diagnostics) + "'"};
}

}  // namespace

std::string Engine::Impl::Arn(std::string_view kind,
                              std::string_view name) const {
  return "arn:aws:states:" + options.region + ":" + options.account + ":" +
         std::string(kind) + ":" + std::string(name);
}

bool Engine::Impl::ActivityExists(const std::string& arn) {
  return activities.count(arn) != 0;
}

bool Engine::Impl::StateMachineDeleted(const std::string& arn) {
  auto it = machines.find(arn);
  return it == machines.end() || it->second.status == "DELETING";
}

bool Engine::Impl::CanCall(const asl::Resource& resource, std::string* why) {
  if (dispatcher == nullptr) {
    *why = "calls to other services are not supported by Stepwheel yet.";
    return false;
  }
  return dispatcher->CanCall(resource, why);
}

void Engine::Impl::PutMachine(TurnState& turn, StateMachineRecord record) {
  const std::string arn = record.arn;
  auto it = machines.find(arn);
  if (it == machines.end()) {
    turn.undo.push_back([this, arn] { machines.erase(arn); });
  } else {
    turn.undo.push_back([this, arn, old = it->second] { machines[arn] = old; });
  }
  turn.batch.put_state_machines.push_back(record);
  machines[arn] = std::move(record);
}

void Engine::Impl::PutActivity(TurnState& turn, ActivityRecord record) {
  const std::string arn = record.arn;
  turn.undo.push_back([this, arn] { activities.erase(arn); });
  turn.batch.put_activities.push_back(record);
  activities[arn] = std::move(record);
}

// Tasks that wait in its queue stay with their executions; polls that wait are
// told, as AWS does from a poll after DeleteActivity.
void Engine::Impl::RemoveActivity(TurnState& turn, const std::string& arn) {
  auto it = activities.find(arn);
  if (it == activities.end()) return;
  turn.undo.push_back([this, arn, old = it->second] { activities[arn] = old; });
  activities.erase(it);
  turn.batch.delete_activities.push_back(arn);
  // Created in this very turn: a batch deletes first and puts then.
  std::erase_if(turn.batch.put_activities,
                [&](const ActivityRecord& a) { return a.arn == arn; });
  std::map<uint64_t, Poll> polls = std::exchange(queues[arn].polls, {});
  for (auto& [id, poll] : polls) {
    poll_activity.erase(id);
    turn.Answer(poll.reply, Result<GetActivityTaskAnswer>(ApiError{
                                ApiErrorCode::kActivityDoesNotExist,
                                "Activity Does Not Exist: '" + arn + "'"}));
  }
}

void Engine::Impl::CountRunning(TurnState& turn, const std::string& machine_arn,
                                int64_t change) {
  running_of[machine_arn] += change;
  turn.undo.push_back(
      [this, machine_arn, change] { running_of[machine_arn] -= change; });
  if (running_of[machine_arn] > 0) return;
  auto it = machines.find(machine_arn);
  if (it == machines.end() || it->second.status != "DELETING") return;
  turn.after.push_back([this, machine_arn] { SubmitPurge(machine_arn); });
}

void Engine::Impl::SubmitPurge(const std::string& arn) {
  SubmitKept(clock->Now(), [this, arn](TurnState& turn, Instant) {
    PurgeMachine(turn, arn);
  });
}

Result<CreateStateMachineAnswer> Engine::Impl::CreateMachine(
    TurnState& turn, const CreateStateMachineRequest& request, Instant now) {
  const std::string arn = Arn("stateMachine", request.name);
  Result<asl::StateMachinePtr> machine =
      ParseForCreation(request.definition, request.type);
  if (!machine.ok()) return machine.error();
  StateMachineRecord record;
  record.arn = arn;
  record.name = request.name;
  record.definition_hash = HashOf(request.definition);
  record.role_arn = request.role_arn;
  record.type = request.type;
  record.creation_date = now;
  record.update_date = now;
  record.logging_configuration = request.logging_configuration;
  record.tracing_configuration = request.tracing_configuration;
  record.encryption_configuration = request.encryption_configuration;
  auto it = machines.find(arn);
  if (it != machines.end()) {
    const StateMachineRecord& old = it->second;
    if (old.status == "DELETING") {
      return ApiError{ApiErrorCode::kStateMachineDeleting,
                      "State Machine is being deleted: '" + arn + "'"};
    }
    // The same again is answered as the first time; the role does not count
    // (api.md 3.1).
    if (old.definition_hash == record.definition_hash &&
        old.type == record.type &&
        old.logging_configuration == record.logging_configuration &&
        old.tracing_configuration == record.tracing_configuration) {
      return CreateStateMachineAnswer{arn, old.creation_date};
    }
    return ApiError{ApiErrorCode::kStateMachineAlreadyExists,
                    "State Machine Already Exists: '" + arn + "'"};
  }
  KeepParsed(record.definition_hash, *machine);
  turn.batch.put_definitions.push_back(
      {record.definition_hash, request.definition});
  PutMachine(turn, record);
  return CreateStateMachineAnswer{arn, now};
}

Result<DescribeStateMachineAnswer> Engine::Impl::DescribeMachine(
    const std::string& arn) {
  auto it = machines.find(arn);
  if (it == machines.end()) return NoMachine(arn);
  DescribeStateMachineAnswer answer;
  answer.record = it->second;
  return WithDefinition(std::move(answer));
}

Result<DescribeStateMachineAnswer> Engine::Impl::WithDefinition(
    DescribeStateMachineAnswer answer) {
  auto machine = Machine(answer.record.definition_hash);
  if (!machine.ok()) {
    return ApiError{
        ApiErrorCode::kInternalFailure,
        "The store cannot be read: " + std::string(machine.status().message())};
  }
  answer.definition = (*machine)->definition;
  for (const auto& [state, names] : (*machine)->variable_references) {
    answer.variable_references.emplace_back(state, names);
  }
  return answer;
}

// Running executions keep the definition and role they were started with: they
// name their definition by its hash, and have a role of their own.
Result<UpdateStateMachineAnswer> Engine::Impl::UpdateMachine(
    TurnState& turn, const UpdateStateMachineRequest& request, Instant now) {
  const std::string& arn = request.state_machine_arn;
  auto it = machines.find(arn);
  if (it == machines.end()) {
    return NoMachine(arn);
  }
  const StateMachineRecord& old = it->second;
  if (old.status == "DELETING") {
    return ApiError{ApiErrorCode::kStateMachineDeleting,
                    "State Machine is being deleted: '" + arn + "'"};
  }
  StateMachineRecord record = old;
  if (request.definition) {
    Result<asl::StateMachinePtr> machine =
        ParseForCreation(*request.definition, old.type);
    if (!machine.ok()) return machine.error();
    record.definition_hash = HashOf(*request.definition);
    KeepParsed(record.definition_hash, *machine);
    turn.batch.put_definitions.push_back(
        {record.definition_hash, *request.definition});
  }
  record.role_arn = request.role_arn.value_or(old.role_arn);
  record.logging_configuration =
      request.logging_configuration.value_or(old.logging_configuration);
  record.tracing_configuration =
      request.tracing_configuration.value_or(old.tracing_configuration);
  record.encryption_configuration =
      request.encryption_configuration.value_or(old.encryption_configuration);
  const bool changed =
      record.definition_hash != old.definition_hash ||
      record.role_arn != old.role_arn ||
      record.logging_configuration != old.logging_configuration ||
      record.tracing_configuration != old.tracing_configuration ||
      record.encryption_configuration != old.encryption_configuration;
  if (!changed) {
    return UpdateStateMachineAnswer{old.update_date, old.revision_id};
  }
  // A revision's id is drawn for what makes it one of a kind: machine and time.
  const auto at = static_cast<uint64_t>(now.unix_millis());
  const uint64_t name = KeyedHash({5, 6}, arn + old.revision_id);
  record.revision_id =
      UuidFrom(Draw(context.seed, 0, 0, Use::kRevision, at ^ name),
               Draw(context.seed, 0, 1, Use::kRevision, at ^ name));
  record.update_date = now;
  PutMachine(turn, record);
  return UpdateStateMachineAnswer{now, record.revision_id};
}

// Disappears at once, or, while executions run, stays DELETING until the last
// of them has ended (api.md 3.1).
void Engine::Impl::DeleteMachine(TurnState& turn, const std::string& arn) {
  auto it = machines.find(arn);
  if (it == machines.end() || it->second.status == "DELETING") return;
  StateMachineRecord record = it->second;
  record.status = "DELETING";
  PutMachine(turn, record);
  if (running_of[arn] <= 0) {
    turn.after.push_back([this, arn] { SubmitPurge(arn); });
  }
}

void Engine::Impl::PurgeMachine(TurnState& turn, const std::string& arn) {
  auto it = machines.find(arn);
  if (it == machines.end() || it->second.status != "DELETING") return;
  turn.undo.push_back([this, arn, old = it->second] { machines[arn] = old; });
  machines.erase(it);
  turn.batch.delete_state_machines.push_back(arn);
}

}  // namespace stepwheel::engine
