// The goal for outgoing calls: 1,000 Lambda tasks at once, processor time per
// call against a plain Beast client that makes the same calls (C1). The server
// answers a constant and runs as a process of its own.
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "api/aws_client/aws_client.h"
#include "api/calls/dispatcher.h"
#include "api/calls/http_sender.h"
#include "api/http_client/loop.h"
#include "bench/beast_calls.h"
#include "bench/beast_constant_server.h"
#include "bench/goal.h"
#include "engine/engine.h"
#include "engine/time/system_clock.h"
#include "storage/memory_store.h"

namespace stepwheel::bench {
namespace {

constexpr int kCalls = 1'000;
const char kBody[] = R"({"order":"3f0d3a52","total":1234})";
const char kMachine[] =
    R"({"StartAt":"F","States":{"F":{"Type":"Task","End":true,)"
    R"("Resource":"arn:aws:lambda:us-east-1:123456789012:function:f"}}})";

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "calls_bench: %s\n", what.c_str());
  std::exit(1);
}

// Processor time of this thread: the server's is not counted.
double ThreadMicroseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 +
         static_cast<double>(now.tv_nsec) / 1e3;
}

void RunOnProcessor(int number) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(number, &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

// The server, as a child process on the second processor.
class Server {
 public:
  Server() {
    int ends[2];
    if (::pipe(ends) != 0) Die("no pipe");
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      RunOnProcessor(1);
      std::exit(RunBeastConstantServer());
    }
    ::close(ends[1]);
    FILE* in = ::fdopen(ends[0], "r");
    if (std::fscanf(in, "http://127.0.0.1:%d", &port_) != 1) Die("no server");
    std::fclose(in);
  }
  ~Server() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  Server(const Server&) = delete;
  uint16_t port() const { return static_cast<uint16_t>(port_); }

 private:
  pid_t child_ = 0;
  int port_ = 0;
};

// What `serve` has for outgoing calls.
class Outside {
 public:
  explicit Outside(uint16_t port)
      : client_(loop_.io(), http_client::ClientOptions()),
        services_(&client_, Options(port, &clock_)),
        sender_(&services_, "us-east-1") {}

  http_client::Loop* loop() { return &loop_; }
  aws_client::AwsClient* services() { return &services_; }
  calls::HttpSender* sender() { return &sender_; }

 private:
  static aws_client::AwsClientOptions Options(uint16_t port,
                                              SystemClock* clock) {
    aws_client::AwsClientOptions options;
    std::string problem = options.endpoints.AddFlag("lambda=http://127.0.0.1:" +
                                                    std::to_string(port));
    if (!problem.empty()) Die(problem);
    options.environment = [](std::string_view) { return std::nullopt; };
    options.read_file = [](const std::string&) { return std::nullopt; };
    options.now_ms = [clock] { return clock->Now().unix_millis(); };
    return options;
  }

  SystemClock clock_;
  http_client::Loop loop_;
  http_client::Client client_;
  aws_client::AwsClient services_;
  calls::HttpSender sender_;
};

// Answers each call at once: what the engine costs without the call.
class NoOutside : public engine::Dispatcher {
 public:
  bool CanCall(const asl::Resource&, std::string*) override { return true; }
  void Start(const engine::Call& call) override { open_.push_back(call.key); }
  bool Knows(engine::AttemptKey) override { return true; }
  int64_t InFlight() const override {
    return static_cast<int64_t>(open_.size());
  }
  void Cancel(engine::AttemptKey) override {}
  void AnswerAll(engine::Engine* engine, Instant now) {
    for (engine::AttemptKey key : std::exchange(open_, {})) {
      engine->CallSucceeded(key, asl::Value(), now);
    }
  }

 private:
  std::vector<engine::AttemptKey> open_;
};

class Tasks {
 public:
  explicit Tasks(engine::Dispatcher* dispatcher)
      : engine_({}, &clock_, &store_, dispatcher) {
    if (!engine_.Recover().ok()) Die("the empty store cannot be read");
    engine::CreateStateMachineRequest request;
    request.name = "bench";
    request.definition = kMachine;
    request.role_arn = "arn:aws:iam::123456789012:role/bench";
    engine_.CreateStateMachine(request, clock_.Now(), [this](const auto& a) {
      if (!a.ok()) Die(a.error().message);
      arn_ = a->state_machine_arn;
    });
    while (engine_.Turn()) {
    }
  }
  engine::Engine* engine() { return &engine_; }
  Instant Now() { return clock_.Now(); }
  void StartAll() {
    for (int i = 0; i < kCalls; ++i) {
      engine::StartExecutionRequest request;
      request.state_machine_arn = arn_;
      request.name = "x" + std::to_string(++started_);
      request.input = kBody;
      engine_.StartExecution(request, clock_.Now(), [](const auto& a) {
        if (!a.ok()) Die(a.error().message);
      });
    }
  }
  // Ends when no execution is left; `outside` brings the answers.
  template <typename Outside>
  void RunAll(Outside outside) {
    do {
      while (engine_.Turn()) {
      }
      outside();
    } while (engine_.stats().executions_loaded != 0);
  }

 private:
  SystemClock clock_;
  storage::MemoryStore store_;
  engine::Engine engine_;
  std::string arn_;
  int started_ = 0;
};

// Microseconds of processor time per call, of one round each.
struct Costs {
  std::vector<double> beast, client, tasks, engine_alone;
};

template <typename Round>
double PerCall(Round round) {
  double before = ThreadMicroseconds();
  round();
  return (ThreadMicroseconds() - before) / kCalls;
}

aws_client::AwsRequest LambdaRequest() {
  aws_client::AwsRequest request;
  request.service = "lambda";
  request.region = "us-east-1";
  request.target = "/2015-03-31/functions/f/invocations";
  request.headers = {{"Content-Type", "application/json"},
                     {"X-Amz-Invocation-Type", "RequestResponse"}};
  request.body = kBody;
  return request;
}

void ClientRound(Outside* outside) {
  int answered = 0;
  for (int i = 0; i < kCalls; ++i) {
    outside->services()->Start(
        LambdaRequest(), [&](const http_client::Result& result) {
          const auto* got = std::get_if<http_client::Response>(&result);
          if (got == nullptr) {
            Die(std::get<http_client::Failure>(result).message);
          }
          ++answered;
        });
  }
  while (answered < kCalls) outside->loop()->RunOne(std::nullopt);
}

void TaskRound(Tasks* tasks, Outside* outside) {
  // As the server's loop (api/http/server.cc): waits for one handler, runs what
  // else is ready, and then lets the engine have its turns.
  constexpr size_t kReadyMax = 512;
  tasks->StartAll();
  tasks->RunAll([&] {
    outside->loop()->RunOne(std::nullopt);
    outside->loop()->RunReady(kReadyMax);
  });
}

void EngineRound(Tasks* tasks, NoOutside* outside) {
  tasks->StartAll();
  tasks->RunAll([&] { outside->AnswerAll(tasks->engine(), tasks->Now()); });
}

Costs Measure(int rounds) {
  Server server;
  RunOnProcessor(0);
  BeastCalls beast(server.port(), kCalls);
  Outside for_client(server.port());
  Outside for_tasks(server.port());
  calls::ServiceDispatcher::Options options;
  options.place = {"us-east-1", "123456789012"};
  SystemClock clock;
  options.now = [&clock] { return clock.Now(); };
  calls::ServiceDispatcher dispatcher(for_tasks.sender(), std::move(options));
  Tasks tasks(&dispatcher);
  dispatcher.set_engine(tasks.engine());
  NoOutside no_outside;
  Tasks alone(&no_outside);
  const http_client::Headers headers = LambdaRequest().headers;
  Costs costs;
  // The first round opens the connections and is not counted.
  for (int i = 0; i <= rounds; ++i) {
    double beast_us = PerCall([&] {
      if (!beast.Round(LambdaRequest().target, headers, kBody)) {
        Die("Beast's client failed");
      }
    });
    double client_us = PerCall([&] { ClientRound(&for_client); });
    double tasks_us = PerCall([&] { TaskRound(&tasks, &for_tasks); });
    double alone_us = PerCall([&] { EngineRound(&alone, &no_outside); });
    if (i == 0) continue;
    costs.beast.push_back(beast_us);
    costs.client.push_back(client_us);
    costs.tasks.push_back(tasks_us);
    costs.engine_alone.push_back(alone_us);
  }
  return costs;
}

int Main(int argc, char** argv) {
  const Options options = ParseOptions(argc, argv);
  constexpr int kRounds = 15;
  constexpr int kRoundsFull = 60;
  const Costs costs = Measure(options.full ? kRoundsFull : kRounds);
  const double beast = Median(costs.beast);
  const double client = Median(costs.client);
  const double tasks = Median(costs.tasks);
  const double call = tasks - Median(costs.engine_alone);
  const std::string yardstick = "Beast client " + Quantity(beast, "us");
  Goals goals;
  goals.AtMost("C1 call of a task", yardstick,
               Quantity(call, "us") + " beyond the engine's share",
               call / beast, 1.5);
  goals.Note("C1 signed request", yardstick, Quantity(client, "us"),
             client / beast);
  goals.Note("C1 whole execution", yardstick, Quantity(tasks, "us"),
             tasks / beast);
  return goals.Report(options);
}

}  // namespace
}  // namespace stepwheel::bench

int main(int argc, char** argv) { return stepwheel::bench::Main(argc, argv); }
