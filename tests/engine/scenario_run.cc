// Plays a scenario: a jump of the clock is a loop of turns, one due tick at a
// time, so everything bears its own instant.

#include <cstdio>
#include <functional>
#include <set>
#include <utility>

#include "asl/json.h"
#include "engine/replay.h"
#include "engine/snapshot.h"
#include "tests/engine/scenario.h"
#include "tests/fakes/fake_dispatcher.h"

namespace stepwheel::engine {
namespace {

constexpr int64_t kStart = 1'790'000'000'000;  // 2026-09-21T14:13:20Z

std::string MachineArn(const std::string& name) {
  return "arn:aws:states:us-east-1:123456789012:stateMachine:" + name;
}

std::string ErrorName(ApiErrorCode code) {
  switch (code) {
#define X(name)               \
  case ApiErrorCode::k##name: \
    return #name;
    STEPWHEEL_API_ERRORS(X)
#undef X
  }
  return "?";
}

std::string ActivityArn(const std::string& name) {
  return "arn:aws:states:us-east-1:123456789012:activity:" + name;
}
// "x" is an execution of machine m, "child/x" one of machine child.
std::string ExecutionArn(const std::string& name) {
  const size_t slash = name.find('/');
  return "arn:aws:states:us-east-1:123456789012:execution:" +
         (slash == std::string::npos
              ? "m:" + name
              : name.substr(0, slash) + ":" + name.substr(slash + 1));
}

class Player {
 public:
  Player(const Scenario& scenario, const ScenarioOptions& options)
      : scenario_(scenario),
        options_(options),
        store_(options.store),
        clock_(Instant::FromUnixMillis(kStart)) {}

  ScenarioOutcome Play() {
    ReadMocks();
    Open();
    Create("m", scenario_.definition);
    for (const auto& [name, definition] : scenario_.machines) {
      Create(name, definition);
    }
    for (const ScenarioStep& step : scenario_.script) {
      AdvanceTo(Instant::FromUnixMillis(kStart) + step.at);
      Do(step);
      CheckFolds();
      if (options_.park && engine_->stats().executions_loaded != 0) {
        Problem("line " + std::to_string(step.line) +
                ": an execution that waits is still in memory");
      }
    }
    for (const std::string& name : started_) Collect(name);
    for (const std::string& resource : dispatcher_.sent_twice()) {
      Problem(resource + " was sent twice for one attempt");
    }
    return std::move(outcome_);
  }

 private:
  struct OpenPoll {
    std::string activity;
    std::optional<std::string> worker;
  };

  void ReadMocks() {
    if (scenario_.mocks.empty()) return;
    std::vector<MockProblem> problems;
    auto file = MockFile::Parse(scenario_.mocks, &problems);
    for (const MockProblem& p : problems) Problem("mocks: " + p.Text());
    mocks_ = std::make_unique<FixedMocks>("the scenario", std::move(file));
  }

  void Create(const std::string& name, const std::string& definition) {
    CreateStateMachineRequest create;
    create.name = name;
    create.definition = definition;
    create.role_arn = "arn:aws:iam::123456789012:role/r";
    Ask<CreateStateMachineAnswer>("create " + name, "", [&](auto reply) {
      engine_->CreateStateMachine(create, clock_.Now(), reply);
    });
  }

  void Open() {
    EngineOptions o;
    o.mocks = mocks_.get();
    o.seed = 0;
    o.recovery_grace = Duration(0);
    o.commit_retry_min = Duration(0);
    o.commit_retry_max = Duration(0);
    o.history_events_max = scenario_.history_events_max;
    if (options_.park) o.executions_in_memory = o.events_per_snapshot = 0;
    engine_ = std::make_unique<Engine>(o, &clock_, store_, &dispatcher_);
    absl::Status status;
    for (int i = 0; i < 3; ++i) {
      status = engine_->Recover();
      if (status.ok()) break;  // A faulty store may fail the first commit.
      engine_ = std::make_unique<Engine>(o, &clock_, store_, &dispatcher_);
    }
    if (!status.ok()) Problem("recover: " + std::string(status.message()));
    commits_ = 0;
    Settle();
  }

  // Turns until there is nothing to do at this instant.
  void Settle() {
    for (int guard = 0; guard < 100'000; ++guard) {
      bool more = engine_->Turn();
      const int64_t commits = engine_->stats().commits;
      const bool committed = commits != commits_;
      outcome_.commits += commits - commits_;
      commits_ = commits;
      if (options_.crash && committed && !crashing_) {
        Crash();
        more = true;
      }
      std::optional<Instant> wake = engine_->NextWake();
      if (!more && (!wake || *wake > clock_.Now())) return;
    }
    Problem("the engine never comes to rest");
  }

  void Crash() {
    crashing_ = true;
    engine_->FlushBeats();
    engine_.reset();
    if (options_.reopen) store_ = options_.reopen();
    Open();
    std::map<std::string, OpenPoll> again;
    again.swap(polls_);
    for (const auto& [name, poll] : again) StartPoll(name, poll);
    Settle();
    crashing_ = false;
  }

  void AdvanceTo(Instant to) {
    while (true) {
      Settle();
      std::optional<Instant> next = engine_->NextWake();
      if (!next || *next > to) break;
      clock_.AdvanceTo(std::max(*next, clock_.Now()));
    }
    clock_.AdvanceTo(to);
    Settle();
  }

  void Problem(std::string text) {
    outcome_.problems.push_back(std::move(text));
  }

  // Issues a command until the store takes it, and checks the answer.
  template <class T>
  std::optional<T> Ask(const std::string& what, const std::string& expected,
                       const std::function<void(Reply<T>)>& issue) {
    for (int attempt = 0; attempt < 5; ++attempt) {
      std::optional<Result<T>> answer;
      issue([&](Result<T> result) { answer = std::move(result); });
      Settle();
      if (!answer) {
        Problem(what + ": no answer");
        return std::nullopt;
      }
      if (answer->ok()) {
        if (!expected.empty()) {
          Problem(what + ": expected " + expected + ", it succeeded");
        }
        return answer->value();
      }
      const ApiError& error = answer->error();
      if (error.code == ApiErrorCode::kInternalFailure) continue;
      if (ErrorName(error.code) != expected) {
        Problem(what + ": expected " +
                (expected.empty() ? "success" : expected) + ", got " +
                ErrorName(error.code) + ": " + error.message);
      }
      return std::nullopt;
    }
    Problem(what + ": the store failed five times");
    return std::nullopt;
  }

  std::string Token(const ScenarioStep& step) {
    const std::string name = step.words.empty() ? "" : step.words[0];
    auto it = tokens_.find(name);
    if (it != tokens_.end()) return it->second;
    return name;  // Literally: for forged tokens.
  }

  // What follows the first word of a step.
  static std::string AfterFirst(const ScenarioStep& step) {
    size_t space = step.rest.find(' ');
    return space == std::string::npos ? "" : step.rest.substr(space + 1);
  }

  void Do(const ScenarioStep& step) {
    const std::string what =
        "line " + std::to_string(step.line) + " (" + step.verb + ")";
    const Instant now = clock_.Now();
    const std::string& expected = step.expect_error;
    if (step.verb.rfind("start", 0) == 0) {
      StartExecutionRequest r;
      r.state_machine_arn = MachineArn("m") + step.verb.substr(5);  // "#Case"
      r.name = step.words.empty() ? "x" : step.words[0];
      std::string input = AfterFirst(step);
      r.input = input.empty() ? "{}" : input;
      started_.insert(*r.name);
      Ask<StartExecutionAnswer>(what, expected, [&](auto reply) {
        engine_->StartExecution(r, now, reply);
      });
    } else if (step.verb == "activity") {
      Ask<CreateActivityAnswer>(what, expected, [&](auto reply) {
        engine_->CreateActivity(step.words.at(0), now, reply);
      });
    } else if (step.verb == "delete-activity") {
      Ask<Nothing>(what, expected, [&](auto reply) {
        engine_->DeleteActivity(ActivityArn(step.words.at(0)), now, reply);
      });
    } else if (step.verb == "delete-machine") {
      Ask<Nothing>(what, expected, [&](auto reply) {
        engine_->DeleteStateMachine(
            MachineArn(step.words.empty() ? "m" : step.words[0]), now, reply);
      });
    } else if (step.verb == "show") {
      started_.insert(step.words.at(0));
    } else if (step.verb == "poll" ||
               (step.verb == "poll-once" && !IsPolled(step.words.at(0)))) {
      DoPoll(step);
    } else if (step.verb == "poll-once") {
    } else if (step.verb == "token-of") {
      DoTokenOf(step, what);
    } else if (step.verb == "have") {
      if (tokens_.count(step.words.at(0)) == 0) Problem(what + ": no task");
    } else if (step.verb == "havenot") {
      if (tokens_.count(step.words.at(0)) != 0) Problem(what + ": has a task");
    } else {
      DoTask(step, what);
    }
  }

  // "token-of Ship -> t1"
  void DoTokenOf(const ScenarioStep& step, const std::string& what) {
    for (const WaitingFrame& waiting : engine_->Waiting()) {
      if (waiting.state != step.words.at(0) || waiting.task_token.empty()) {
        continue;
      }
      tokens_[step.words.back()] = waiting.task_token;
      return;
    }
    Problem(what + ": no task of that state has a token");
  }

  void DoTask(const ScenarioStep& step, const std::string& what) {
    const Instant now = clock_.Now();
    const std::string& expected = step.expect_error;
    if (step.verb == "beat") {
      Ask<Nothing>(what, expected, [&](auto reply) {
        engine_->SendTaskHeartbeat(Token(step), now, reply);
      });
    } else if (step.verb == "success") {
      Ask<Nothing>(what, expected, [&](auto reply) {
        engine_->SendTaskSuccess({Token(step), AfterFirst(step)}, now, reply);
      });
    } else if (step.verb == "fail") {
      SendTaskFailureRequest r;
      r.task_token = Token(step);
      if (step.words.size() > 1) r.error = step.words[1];
      if (step.words.size() > 2) r.cause = step.words[2];
      Ask<Nothing>(what, expected, [&](auto reply) {
        engine_->SendTaskFailure(r, now, reply);
      });
    } else if (step.verb == "stop") {
      StopExecutionRequest r;
      r.execution_arn = ExecutionArn(step.words.empty() ? "x" : step.words[0]);
      if (step.words.size() > 1) r.error = step.words[1];
      if (step.words.size() > 2) r.cause = step.words[2];
      Ask<StopExecutionAnswer>(what, expected, [&](auto reply) {
        engine_->StopExecution(r, now, reply);
      });
    } else if (step.verb == "answer" || step.verb == "refuse" ||
               step.verb == "submitted" || step.verb == "calls") {
      DoCall(step, what);
    } else if (step.verb == "sent") {
      const int sent = dispatcher_.sent(step.words.at(0));
      if (std::to_string(sent) != step.words.at(1)) {
        Problem(what + ": sent " + std::to_string(sent) + " times");
      }
    } else if (step.verb == "none") {
      if (dispatcher_.Find(step.words.at(0)) != nullptr) {
        Problem(what + ": a call is open");
      }
    } else if (step.verb != "end") {
      Problem(what + ": unknown verb");
    }
  }

  // "poll ship -> t1" or "poll ship as worker-1 -> t1"
  void DoPoll(const ScenarioStep& step) {
    OpenPoll poll{step.words.at(0), std::nullopt};
    if (step.words.size() > 2 && step.words[1] == "as") {
      poll.worker = step.words[2];
    }
    StartPoll(step.words.back(), poll);
    Settle();
  }

  bool IsPolled(const std::string& activity) const {
    for (const auto& [name, poll] : polls_) {
      if (poll.activity == activity) return true;
    }
    return false;
  }

  void StartPoll(const std::string& name, const OpenPoll& poll) {
    polls_[name] = poll;
    GetActivityTaskRequest r{ActivityArn(poll.activity), poll.worker};
    engine_->GetActivityTask(
        r, clock_.Now(), [this, name, poll](Result<GetActivityTaskAnswer> a) {
          polls_.erase(name);
          if (a.ok()) {
            tokens_[name] = a->task_token;
            inputs_[name] = a->input;
          } else if (a.error().code == ApiErrorCode::kInternalFailure) {
            ++outcome_.polls_refused;
            StartPoll(name, poll);
          } else {
            Problem("poll " + name + ": " + a.error().message);
          }
        });
  }

  void DoCall(const ScenarioStep& step, const std::string& what) {
    const Call* found = dispatcher_.Find(step.words.at(0));
    if (found == nullptr) return Problem(what + ": no such call is open");
    const Call call = *found;
    if (!call.task_token.empty()) {
      tokens_["token"] = call.task_token;
    }
    const asl::Value* passed = call.parameters.Find("TaskToken");
    if (passed != nullptr && passed->is_string()) {
      tokens_["passed"] = std::string(passed->as_string());
    }
    if (step.verb == "calls") return;
    if (step.verb == "refuse") {
      asl::Error error;
      if (step.words.size() > 1) error.name = step.words[1];
      if (step.words.size() > 2) error.cause = step.words[2];
      dispatcher_.Forget(call.key);
      engine_->CallFailed(call.key, error, clock_.Now());
      return Settle();
    }
    asl::JsonError json_error;
    auto value = asl::ParseJson(AfterFirst(step), &json_error);
    if (!value) return Problem(what + ": " + json_error.message);
    if (step.verb == "submitted") {
      engine_->CallSubmitted(call.key, *value, clock_.Now());
    } else {
      dispatcher_.Forget(call.key);
      engine_->CallSucceeded(call.key, *value, clock_.Now());
    }
    Settle();
  }

  void CheckFolds() {
    if (!options_.check_fold) return;
    for (const std::string& name : started_) {
      const std::string arn = ExecutionArn(name);
      auto record = store_->ExecutionByArn(arn);
      if (!record.ok()) continue;
      for (const std::string& problem :
           CheckExecution(*store_, record->number)) {
        Problem("fold of " + name + ": " + problem);
      }
      const std::string live = engine_->SnapshotForTest(arn);
      if (live.empty()) continue;
      auto machine = PinnedMachine(*store_, record->definition_hash);
      auto replayed = Replay(*store_, *record, *machine);
      if (!replayed.ok()) continue;
      if (SnapshotText(*replayed->execution) != live) {
        Problem("the fold of " + name + " differs from its live state:\n" +
                SnapshotText(*replayed->execution) + "\n" + live);
      }
    }
  }

  void Collect(const std::string& name) {
    const std::string arn = ExecutionArn(name);
    auto record = store_->ExecutionByArn(arn);
    if (!record.ok()) {
      outcome_.results[name] = "GONE";
      return;
    }
    std::string result(ExecutionStatusName(record->status));
    if (record->output) result += " " + *record->output;
    if (record->error) result += " " + *record->error;
    if (record->cause) result += " " + *record->cause;
    outcome_.results[name] = result;
    GetExecutionHistoryRequest r;
    r.execution_arn = arn;
    r.max_results = 1000;
    auto answer = Ask<GetExecutionHistoryAnswer>("history", "", [&](auto f) {
      engine_->GetExecutionHistory(r, clock_.Now(), f);
    });
    if (!answer) return;
    std::string text;
    for (const std::string& event : answer->events) text += Line(event);
    outcome_.histories[name] = text;
  }

  // "4 <- 3  ActivityStarted  2.000 s  {"workerName":"w"}"
  static std::string Line(const std::string& event) {
    asl::JsonError error;
    auto value = asl::ParseJson(event, &error);
    if (!value) return "not JSON: " + event + "\n";
    std::string details;
    for (const asl::Member& m : value->as_object()) {
      if (!m.value.is_object()) continue;
      asl::Members kept;
      for (const asl::Member& d : m.value.as_object()) {
        const std::string_view key = d.key();
        if (key == "inputDetails" || key == "outputDetails" ||
            key == "assignedVariablesDetails") {
          continue;
        }
        kept.push_back(d);
      }
      details = asl::Value(std::move(kept)).Text();
    }
    const double seconds =
        value->Find("timestamp")->as_double() - kStart / 1000.0;
    char head[120];
    std::snprintf(
        head, sizeof head, "%3lld <-%3lld %9.3f  %s",
        static_cast<long long>(value->Find("id")->as_int()),
        static_cast<long long>(value->Find("previousEventId")->as_int()),
        seconds, std::string(value->Find("type")->as_string()).c_str());
    return std::string(head) + (details.empty() ? "" : "  " + details) + "\n";
  }

  const Scenario& scenario_;
  const ScenarioOptions& options_;
  Store* store_;
  VirtualClock clock_;
  FakeDispatcher dispatcher_;
  std::unique_ptr<FixedMocks> mocks_;
  std::unique_ptr<Engine> engine_;
  ScenarioOutcome outcome_;
  std::set<std::string> started_;
  std::map<std::string, OpenPoll> polls_;
  std::map<std::string, std::string> tokens_, inputs_;
  int64_t commits_ = 0;
  bool crashing_ = false;
};

}  // namespace

ScenarioOutcome RunScenario(const Scenario& scenario,
                            const ScenarioOptions& options) {
  return Player(scenario, options).Play();
}

}  // namespace stepwheel::engine
