// The dispatcher on a real engine: what goes out, what comes back, what is
// called off. The sender is a fake, the router of aws-sdk:sfn:... is real.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "api/aws/router.h"
#include "api/calls/dispatcher.h"
#include "engine/time/virtual_clock.h"
#include "storage/memory_store.h"

namespace stepwheel::calls {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class FakeSender : public Sender {
 public:
  bool CanSend(std::string_view service, std::string* why) override {
    if (service != "sqs") return true;
    *why = "set AWS_ENDPOINT_URL_SQS.";
    return false;
  }
  uint64_t Send(ServiceRequest request,
                std::function<void(SendResult)> done) override {
    sent.push_back(std::move(request));
    open[sent.size()] = std::move(done);
    return sent.size();
  }
  void Cancel(uint64_t id) override {
    open.erase(id);
    cancelled.push_back(id);
  }
  // Answers the request that was sent as the n-th.
  void Answer(uint64_t n, SendResult result) {
    auto done = std::move(open.at(n));
    open.erase(n);
    done(std::move(result));
  }

  std::vector<ServiceRequest> sent;
  std::map<uint64_t, std::function<void(SendResult)>> open;
  std::vector<uint64_t> cancelled;
};

class ServiceDispatcherTest : public testing::Test {
 protected:
  ServiceDispatcherTest()
      : clock_(Instant::FromUnixMillis(1'790'000'000'000)),
        dispatcher_(&sender_, DispatcherOptions()) {
    engine::EngineOptions options;
    options.seed = 1;
    engine_ = std::make_unique<engine::Engine>(options, &clock_, &store_,
                                               &dispatcher_);
    dispatcher_.set_engine(engine_.get());
    EXPECT_TRUE(engine_->Recover().ok());
    aws::RouterOptions router;
    router.polls.now_ms = [this] { return clock_.Now().unix_millis(); };
    router.polls.after = [](std::chrono::milliseconds, std::function<void()>) {
    };
    router_ = std::make_unique<aws::Router>(engine_.get(), std::move(router));
  }

  ServiceDispatcher::Options DispatcherOptions() {
    ServiceDispatcher::Options options;
    options.place = {"us-east-1", "123456789012"};
    options.now = [this] { return clock_.Now(); };
    options.own_service = ServeFrom(
        [this] { return router_.get(); },
        [this](std::function<void()> f) { later_.push_back(std::move(f)); },
        [this] { return clock_.Now().unix_millis(); });
    return options;
  }

  void Settle() {
    while (engine_->Turn() || !later_.empty()) {
      if (later_.empty()) continue;
      auto next = std::move(later_.front());
      later_.pop_front();
      next();
    }
  }

  // Starts execution x of a machine with this one Task.
  void Start(const std::string& resource, const std::string& parameters,
             const std::string& more = "") {
    engine::CreateStateMachineRequest create;
    create.name = "m";
    create.role_arn = "arn:aws:iam::123456789012:role/r";
    create.definition = R"({"StartAt":"T","States":{"T":{"Type":"Task",)"
                        R"("Resource":"arn:aws:states:::)" +
                        resource + R"(","Parameters":)" + parameters + more +
                        R"(,"End":true}}})";
    engine_->CreateStateMachine(create, clock_.Now(), [](auto r) {
      EXPECT_TRUE(r.ok()) << r.error().message;
    });
    engine::StartExecutionRequest start;
    start.state_machine_arn =
        "arn:aws:states:us-east-1:123456789012:stateMachine:m";
    start.name = "x";
    engine_->StartExecution(start, clock_.Now(), [](auto r) {
      EXPECT_TRUE(r.ok()) << r.error().message;
    });
    Settle();
  }
  engine::ExecutionRecord Record() {
    std::optional<engine::ExecutionRecord> record;
    engine_->DescribeExecution(kExecution, clock_.Now(),
                               [&](auto r) { record = *r; });
    Settle();
    return *record;
  }

  static constexpr char kExecution[] =
      "arn:aws:states:us-east-1:123456789012:execution:m:x";
  VirtualClock clock_;
  storage::MemoryStore store_;
  FakeSender sender_;
  std::deque<std::function<void()>> later_;
  ServiceDispatcher dispatcher_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<aws::Router> router_;
};

TEST_F(ServiceDispatcherTest, AnAnswerEndsItsTask) {
  Start("lambda:invoke", R"({"FunctionName":"f"})",
        R"(,"OutputPath":"$.Payload")");
  ASSERT_EQ(sender_.sent.size(), 1u);
  EXPECT_EQ(dispatcher_.InFlight(), 1);
  sender_.Answer(1, ServiceResponse{200, {}, R"({"n":7})"});
  Settle();
  EXPECT_EQ(Record().output, R"({"n":7})");
  EXPECT_EQ(dispatcher_.open(), 0u);
}

TEST_F(ServiceDispatcherTest, ARefusalFailsItsTask) {
  Start("lambda:invoke", R"({"FunctionName":"f"})");
  sender_.Answer(1, SendFailure{"f.example:80: connection refused"});
  Settle();
  EXPECT_EQ(Record().error, "Lambda.SdkClientException");
  EXPECT_THAT(*Record().cause, HasSubstr("connection refused"));
}

TEST_F(ServiceDispatcherTest, AResultThatIsTooLargeIsCaught) {
  Start("lambda:invoke", R"({"FunctionName":"f"})",
        R"(,"Catch":[{"ErrorEquals":["States.DataLimitExceeded"],)"
        R"("Next":"T"}])");
  sender_.Answer(
      1, ServiceResponse{200, {}, "\"" + std::string(263'168, 'a') + "\""});
  Settle();
  EXPECT_EQ(sender_.sent.size(), 2u);  // The Catcher leads to the Task again.
}

TEST_F(ServiceDispatcherTest, ACallbacksAnswerIsOnlySubmitted) {
  Start("lambda:invoke.waitForTaskToken",
        R"({"FunctionName":"f","Payload":{"t.$":"$$.Task.Token"}})");
  sender_.Answer(1, ServiceResponse{200, {}, "null"});
  Settle();
  EXPECT_EQ(Record().status, engine::ExecutionStatus::kRunning);
  ASSERT_EQ(engine_->Waiting().size(), 1u);
  engine_->SendTaskSuccess({engine_->Waiting()[0].task_token, "1"},
                           clock_.Now(), [](auto) {});
  Settle();
  EXPECT_EQ(Record().output, "1");
}

TEST_F(ServiceDispatcherTest, ATimeOutCallsTheRequestOff) {
  Start("lambda:invoke", R"({"FunctionName":"f"})", R"(,"TimeoutSeconds":5)");
  clock_.Advance(std::chrono::seconds(5));
  Settle();
  EXPECT_EQ(Record().error, "States.Timeout");
  EXPECT_EQ(sender_.cancelled, std::vector<uint64_t>{1});
  EXPECT_EQ(dispatcher_.open(), 0u);
}

TEST_F(ServiceDispatcherTest, AStopCallsTheRequestOff) {
  Start("lambda:invoke", R"({"FunctionName":"f"})");
  engine_->StopExecution({kExecution, std::nullopt, std::nullopt}, clock_.Now(),
                         [](auto) {});
  Settle();
  EXPECT_EQ(sender_.cancelled, std::vector<uint64_t>{1});
}

TEST_F(ServiceDispatcherTest, WhatCannotBeCalledSaysWhy) {
  Start("sqs:sendMessage", R"({"QueueUrl":"q","MessageBody":"m"})");
  EXPECT_EQ(Record().error, "States.TaskFailed");
  EXPECT_EQ(Record().cause,
            "Stepwheel cannot call 'arn:aws:states:::sqs:sendMessage': set "
            "AWS_ENDPOINT_URL_SQS.");
  EXPECT_THAT(sender_.sent, IsEmpty());
}

TEST_F(ServiceDispatcherTest, AServiceWithoutSupportIsNamed) {
  Start("glue:startJobRun.sync", R"({"JobName":"j"})");
  EXPECT_EQ(Record().cause,
            "Stepwheel cannot call 'arn:aws:states:::glue:startJobRun.sync': "
            "there is no support for glue:startJobRun.sync yet.");
}

TEST_F(ServiceDispatcherTest, OurOwnOperationsAreAnsweredHere) {
  Start("aws-sdk:sfn:describeStateMachine",
        R"({"StateMachineArn.$":"$$.StateMachine.Id"})",
        R"(,"ResultSelector":{"n.$":"$.Name","d.$":"$.CreationDate"})");
  EXPECT_EQ(Record().output, R"({"n":"m","d":"2026-09-21T14:13:20Z"})");
  EXPECT_THAT(sender_.sent, IsEmpty());
}

TEST_F(ServiceDispatcherTest, ARefusalOfOurOwnHasTheSdksWords) {
  Start("aws-sdk:sfn:sendTaskSuccess", R"({"TaskToken":"t","Output":{}})");
  EXPECT_EQ(Record().error, "Sfn.InvalidTokenException");
  EXPECT_THAT(*Record().cause,
              HasSubstr("Invalid Token: 'Invalid token' (Service: Sfn, Status "
                        "Code: 400, Request ID: "));
}

TEST_F(ServiceDispatcherTest, AnOperationWeLackFailsWithItsName) {
  Start("aws-sdk:sfn:testState", R"({"Definition":"{}"})");
  EXPECT_THAT(Record().error.value_or("-"), HasSubstr("Sfn."));
  EXPECT_THAT(*Record().cause, HasSubstr("TestState"));
}

TEST(OwnParameters, MembersAreInCamelCaseAndJsonIsText) {
  const asl::Value parameters =
      asl::MakeObject({{"TaskToken", asl::Value("t")},
                       {"Output", asl::MakeObject({{"Key", asl::Value(1)}})},
                       {"Cause", asl::Value()},
                       {"Tags", asl::Value(asl::Elements{asl::MakeObject(
                                    {{"Key", asl::Value("k")}})})}});
  EXPECT_EQ(OwnParameters(parameters).Text(),
            R"({"taskToken":"t","output":"{\"Key\":1}",)"
            R"("tags":[{"key":"k"}]})");
}

}  // namespace
}  // namespace stepwheel::calls
