// Commands about whole executions: start, stop, describe, list, history.

#include <algorithm>
#include <charconv>
#include <utility>

#include "absl/strings/numbers.h"
#include "asl/json.h"
#include "engine/apply.h"
#include "engine/engine_impl.h"
#include "engine/history.h"
#include "engine/mocks/start_test_case.h"

namespace stepwheel::engine {
namespace {

ApiError StoreFailed(const absl::Status& status) {
  return {ApiErrorCode::kInternalFailure,
          "The store cannot be read: " + std::string(status.message())};
}

ApiError NoExecution(const std::string& arn) {
  return {ApiErrorCode::kExecutionDoesNotExist,
          "Execution Does Not Exist: '" + arn + "'"};
}

ApiError InvalidPage() {
  return {ApiErrorCode::kInvalidToken, "Invalid Token: 'Invalid token'"};
}

// Stands for an ARN in a page token: ARNs may be longer than a token may be.
std::string ShortName(const std::string& arn) {
  return std::to_string(KeyedHash({7, 8}, arn));
}

std::string PinnedText(const StateMachineRecord& machine) {
  asl::Members members;
  members.emplace_back("updateDate",
                       asl::Value(machine.update_date.unix_millis()));
  auto add = [&members](std::string_view name, const std::string& text) {
    if (!text.empty()) members.emplace_back(name, asl::Value(text));
  };
  add("revisionId", machine.revision_id);
  add("logging", machine.logging_configuration);
  add("tracing", machine.tracing_configuration);
  add("encryption", machine.encryption_configuration);
  return asl::Value(std::move(members)).Text();
}

std::optional<int64_t> ReadInt(const std::string& text) {
  int64_t n = 0;
  if (!absl::SimpleAtoi(text, &n)) return std::nullopt;
  return n;
}

// AWS has words of its own for an empty text (reference: api.md 3.3).
ApiError InvalidInput(const std::string& input, const asl::JsonError& error) {
  return {ApiErrorCode::kInvalidExecutionInput,
          "Invalid State Machine Execution Input: '" +
              (input.empty() ? "Invalid execution input." : error.message) +
              "'"};
}

}  // namespace

// Page tokens are opaque and checked: the text, then its MAC in hexadecimal.
std::string Engine::Impl::PageToken(std::string_view text) const {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string token;
  auto append = [&token](unsigned char byte) {
    token.push_back(kHex[byte >> 4]);
    token.push_back(kHex[byte & 15]);
  };
  for (char c : text) append(static_cast<unsigned char>(c));
  uint64_t mac = KeyedHash(context.token_key, text);
  for (int i = 0; i < 8; ++i) append(static_cast<unsigned char>(mac >> 8 * i));
  return token;
}

std::optional<std::string> Engine::Impl::ReadPageToken(
    const std::string& token) const {
  if (token.size() < 16 || token.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (size_t i = 0; i < token.size(); i += 2) {
    int value = 0;
    auto [end, ec] =
        std::from_chars(token.data() + i, token.data() + i + 2, value, 16);
    if (ec != std::errc() || end != token.data() + i + 2) return std::nullopt;
    bytes.push_back(static_cast<char>(value));
  }
  std::string text = bytes.substr(0, bytes.size() - 8);
  if (PageToken(text) != token) return std::nullopt;
  return text;
}

ExecutionRecord Engine::Impl::NewRecord(const StateMachineRecord& machine,
                                        const StartExecutionRequest& request,
                                        ExecutionNumber number,
                                        Instant now) const {
  ExecutionRecord record;
  record.number = number;
  record.name = request.name.value_or(
      UuidFrom(Draw(context.seed, number, 0, Use::kExecutionName, 0),
               Draw(context.seed, number, 0, Use::kExecutionName, 1)));
  record.arn = Arn("execution", machine.name + ":" + record.name);
  record.state_machine_arn = machine.arn;
  record.definition_hash = machine.definition_hash;
  record.role_arn = machine.role_arn;
  record.trace_header = request.trace_header;
  record.pinned = PinnedText(machine);
  record.input = request.input;
  record.start_date = now;
  return record;
}

// AWS Step Functions Local: "<ARN>#<test case>". Without a mock file it is part
// of the name, as it is on AWS. "ARN#" names the test case '', which no file
// has: it must not start an execution that calls the outside.
std::optional<std::string> Engine::Impl::TakeTestCase(std::string* arn) const {
  const size_t mark = arn->find('#');
  if (mark == std::string::npos) return std::nullopt;
  if (options.mocks == nullptr) {
    Log("warn",
        "StartExecution names a test case, and there is no mock file "
        "(--mocks, SFN_MOCK_CONFIG): " +
            *arn);
    return std::nullopt;
  }
  std::string test_case = arn->substr(mark + 1);
  arn->resize(mark);
  return test_case;
}

// Of an execution that runs; "" if it plays none.
std::string Engine::Impl::TestCaseOf(TurnState& turn, ExecutionNumber number) {
  const auto at = parked.find(number);
  const bool read = at != parked.end() && at->second.mocked;
  const Execution* e = read ? Need(turn, number) : Find(number);
  return e != nullptr && e->mocks ? e->mocks->test_case : "";
}

Result<StartExecutionAnswer> Engine::Impl::Start(
    TurnState& turn, const StartExecutionRequest& request, Instant now) {
  std::string arn = request.state_machine_arn;
  const std::optional<std::string> named_case = TakeTestCase(&arn);
  const std::string test_case = named_case.value_or("");
  auto it = machines.find(arn);
  if (it == machines.end()) return NoMachine(arn);
  const StateMachineRecord& machine = it->second;
  if (machine.status == "DELETING") {
    return ApiError{ApiErrorCode::kStateMachineDeleting,
                    "State Machine is being deleted: '" + machine.arn + "'"};
  }
  if (machine.type == "EXPRESS") {
    return ApiError{ApiErrorCode::kStateMachineTypeNotSupported,
                    "Executions of EXPRESS state machines are not supported "
                    "by Stepwheel yet"};
  }
  asl::JsonError error;
  std::optional<asl::Value> input = asl::ParseJson(request.input, &error, true);
  if (!input) return InvalidInput(request.input, error);
  const ExecutionNumber number = last_number + 1;
  ExecutionRecord record = NewRecord(machine, request, number, now);
  Result<ExecutionRecord> existing = Describe(record.arn);
  if (existing.ok()) {
    // The same start again is answered as the first time, while it runs.
    if (existing->status == ExecutionStatus::kRunning &&
        existing->input == request.input &&
        TestCaseOf(turn, existing->number) == test_case) {
      return StartExecutionAnswer{existing->arn, existing->start_date};
    }
    return ApiError{ApiErrorCode::kExecutionAlreadyExists,
                    "Execution Already Exists: '" + record.arn + "'"};
  }
  if (existing.error().code != ApiErrorCode::kExecutionDoesNotExist) {
    return existing.error();
  }
  auto compiled = Machine(machine.definition_hash);
  if (!compiled.ok()) return StoreFailed(compiled.status());
  std::string mocked;
  if (named_case) {
    std::string problem = CheckTestCase(*options.mocks, machine.name, test_case,
                                        **compiled, &mocked);
    if (!problem.empty()) {
      return ApiError{ApiErrorCode::kValidationException, problem};
    }
  }
  auto execution = std::make_unique<Execution>(
      NewExecution(record, *compiled, std::move(*input)));
  Execution* e = Keep(std::move(execution));
  last_number = number;
  turn.undo.push_back([this, number] {
    Drop(number);
    last_number = number - 1;
  });
  CountRunning(turn, record.state_machine_arn, 1);
  WorkOf(turn, e).is_new = true;
  Decide(turn, e, now, [&](Decision& decision) { decision.Start(test_case); });
  if (named_case) {
    turn.after.push_back([this, test_case, mocked, arn = record.arn] {
      Log("info", "mocked: " + arn + " plays the test case '" + test_case +
                      "' of " + options.mocks->Name() + ", which answers for " +
                      (mocked.empty() ? "no state" : mocked));
    });
  }
  return StartExecutionAnswer{record.arn, now};
}

Result<StopExecutionAnswer> Engine::Impl::Stop(
    TurnState& turn, const StopExecutionRequest& request, Instant now) {
  Execution* e = NeedByArn(turn, request.execution_arn);
  if (e != nullptr && !e->ended()) {
    Decide(turn, e, now, [&](Decision& decision) {
      decision.Stop(request.error, request.cause);
    });
  }
  Result<ExecutionRecord> record = Describe(request.execution_arn);
  if (!record.ok()) return record.error();
  if (!record->stop_date) {
    return ApiError{ApiErrorCode::kInternalFailure,
                    "The execution cannot be read back; see the server's log."};
  }
  // A terminal execution is answered with its original stopDate.
  return StopExecutionAnswer{*record->stop_date};
}

Result<ExecutionRecord> Engine::Impl::Describe(const std::string& arn) {
  // Of one that is parked the stored record is the last word.
  auto it = by_arn.find(arn);
  if (it != by_arn.end()) return Find(it->second)->record;
  auto record = store->ExecutionByArn(arn);
  if (record.ok()) return std::move(*record);
  if (absl::IsNotFound(record.status())) return NoExecution(arn);
  return StoreFailed(record.status());
}

Result<DescribeStateMachineAnswer> Engine::Impl::DescribePinned(
    const std::string& arn) {
  Result<ExecutionRecord> execution = Describe(arn);
  if (!execution.ok()) return execution.error();
  asl::JsonError error;
  const asl::Value pinned =
      asl::ParseJson(execution->pinned, &error).value_or(asl::Value());
  auto text = [&pinned](std::string_view name) {
    const asl::Value* v = pinned.Find(name);
    return v != nullptr && v->is_string() ? std::string(v->as_string()) : "";
  };
  DescribeStateMachineAnswer answer;
  StateMachineRecord& record = answer.record;
  record.arn = execution->state_machine_arn;
  record.name = NameOfArn(record.arn);
  record.role_arn = execution->role_arn;
  record.definition_hash = execution->definition_hash;
  if (const asl::Value* v = pinned.Find("updateDate"); v && v->is_int()) {
    record.update_date = Instant::FromUnixMillis(v->as_int());
  }
  record.revision_id = text("revisionId");
  record.logging_configuration = text("logging");
  record.tracing_configuration = text("tracing");
  record.encryption_configuration = text("encryption");
  return WithDefinition(std::move(answer));
}

Result<ListExecutionsAnswer> Engine::Impl::List(
    const ListExecutionsRequest& request) {
  auto machine = machines.find(request.state_machine_arn);
  if (machine == machines.end()) return NoMachine(request.state_machine_arn);
  if (machine->second.type == "EXPRESS") {
    return ApiError{ApiErrorCode::kStateMachineTypeNotSupported,
                    "This operation is not supported by this type of state "
                    "machine"};
  }
  ExecutionQuery query;
  query.state_machine_arn = request.state_machine_arn;
  query.status = request.status_filter;
  query.limit = request.max_results + 1;
  const std::string prefix =
      "executions:" + ShortName(request.state_machine_arn) + ":";
  if (!request.next_token.empty()) {
    std::optional<std::string> page = ReadPageToken(request.next_token);
    if (!page || page->rfind(prefix, 0) != 0) return InvalidPage();
    query.before = ReadInt(page->substr(prefix.size()));
    if (!query.before) return InvalidPage();
  }
  auto records = store->Executions(query);
  if (!records.ok()) return StoreFailed(records.status());
  ListExecutionsAnswer answer;
  answer.executions = std::move(*records);
  if (answer.executions.size() > static_cast<size_t>(request.max_results)) {
    answer.executions.pop_back();
    answer.next_token =
        PageToken(prefix + std::to_string(answer.executions.back().number));
  }
  return answer;
}

// Reads a history into `last_read`, unless it is there: its next pages need no
// second look at the log.
absl::Status Engine::Impl::ReadEvents(ExecutionNumber number) {
  int64_t position = 0;
  if (Execution* e = Find(number)) {
    position = e->position;
  } else if (auto at = parked.find(number); at != parked.end()) {
    position = at->second.position;
  }
  if (last_read.number == number && last_read.position == position) {
    return absl::OkStatus();
  }
  last_read = {};
  PayloadWindow window;
  std::vector<Event> events;
  absl::Status status = store->ReadLog(number, &window, &events);
  if (!status.ok()) return status;
  std::erase_if(events,
                [](const Event& event) { return IsInternal(event.type); });
  last_read = {number, position, std::move(events)};
  return absl::OkStatus();
}

Result<GetExecutionHistoryAnswer> Engine::Impl::History(
    const GetExecutionHistoryRequest& request) {
  Result<ExecutionRecord> record = Describe(request.execution_arn);
  if (!record.ok()) return record.error();
  const std::string prefix = std::string("history:") +
                             (request.reverse_order ? "r:" : "f:") +
                             ShortName(request.execution_arn) + ":";
  int64_t skip = 0;
  if (!request.next_token.empty()) {
    std::optional<std::string> page = ReadPageToken(request.next_token);
    if (!page || page->rfind(prefix, 0) != 0) return InvalidPage();
    std::optional<int64_t> read = ReadInt(page->substr(prefix.size()));
    if (!read) return InvalidPage();
    skip = *read;
  }
  auto machine = Machine(record->definition_hash);
  if (!machine.ok()) return StoreFailed(machine.status());
  absl::Status status = ReadEvents(record->number);
  if (!status.ok()) return StoreFailed(status);
  const std::vector<Event>& events = last_read.events;
  GetExecutionHistoryAnswer answer;
  const auto size = static_cast<int64_t>(events.size());
  const int64_t end = std::min(size, skip + request.max_results);
  for (int64_t i = skip; i < end; ++i) {
    const int64_t at = request.reverse_order ? size - 1 - i : i;
    answer.events.push_back(HistoryEventJson(
        events[at], **machine, options.region, request.include_execution_data));
  }
  if (end < size) answer.next_token = PageToken(prefix + std::to_string(end));
  return answer;
}

}  // namespace stepwheel::engine
