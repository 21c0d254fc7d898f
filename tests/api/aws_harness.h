// A Router on a real Engine with a MemoryStore and a clock that tests move:
// what the tests of api/aws share. Requests go in without sockets.
#ifndef STEPWHEEL_TESTS_API_AWS_HARNESS_H_
#define STEPWHEEL_TESTS_API_AWS_HARNESS_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/aws/router.h"
#include "asl/json.h"
#include "engine/engine.h"
#include "engine/time/virtual_clock.h"
#include "storage/memory_store.h"

namespace stepwheel::aws {

// Keeps the one answer it is sent.
class FakeResponder : public http::Responder::Impl {
 public:
  void Send(http::Response r) override {
    if (answered) return;
    answered = true;
    response = std::move(r);
  }
  void SendCanned(std::string_view request_id, std::string_view body) override {
    http::Response r;
    r.request_id = std::string(request_id);
    r.body = std::string(body);
    Send(std::move(r));
  }
  void OnPeerGone(std::function<void()> f) override { gone = std::move(f); }
  bool alive() const override { return true; }

  bool answered = false;
  http::Response response;
  std::function<void()> gone;
};
using Pending = std::shared_ptr<FakeResponder>;

class AwsTest : public testing::Test {
 protected:
  static constexpr char kArn[] = "arn:aws:states:us-east-1:123456789012:";

  AwsTest() : clock_(Instant::FromUnixMillis(1'790'199'871'435)) {
    engine::EngineOptions options;
    options.seed = 1;
    engine_ =
        std::make_unique<engine::Engine>(options, &clock_, &store_, nullptr);
    EXPECT_TRUE(engine_->Recover().ok());
    RouterOptions router;
    router.version = "1.2.3";
    router.polls.now_ms = [this] { return clock_.Now().unix_millis(); };
    router.polls.after = [this](std::chrono::milliseconds delay,
                                std::function<void()> f) {
      later_.emplace_back(clock_.Now() + delay, std::move(f));
    };
    router.log = [this](const RequestLine& line) {
      log_.push_back(std::string(line.operation) + " " +
                     std::string(line.error_code));
    };
    router_ = std::make_unique<Router>(engine_.get(), std::move(router));
  }

  // Hands `request` in and lets the engine work.
  Pending Handle(http::Request request) {
    auto pending = std::make_shared<FakeResponder>();
    request.read_at_ms = clock_.Now().unix_millis();
    router_->Handle(request, http::Responder(pending));
    Settle();
    return pending;
  }
  Pending Post(const std::string& operation, const std::string& body) {
    std::string target = "AWSStepFunctions." + operation;
    return Handle({.method = "POST",
                   .target = "/",
                   .body = body,
                   .x_amz_target = target,
                   .content_type = "application/x-amz-json-1.0"});
  }
  // The body of the answer, which must be there and have this status.
  std::string Call(const std::string& operation, const std::string& body,
                   int status = 200) {
    Pending pending = Post(operation, body);
    EXPECT_TRUE(pending->answered) << operation;
    EXPECT_EQ(pending->response.status, status) << pending->response.body;
    EXPECT_EQ(pending->response.request_id.size(), 36u);
    return pending->response.body;
  }
  // "Code: message" of a call that is refused.
  std::string Refused(const std::string& operation, const std::string& body) {
    asl::Value answer = Json(Call(operation, body, 400));
    std::string type(answer.Find("__type")->as_string());
    const asl::Value* message = answer.Find("message");
    if (message == nullptr) message = answer.Find("Message");
    return type.substr(type.find('#') + 1) + ": " +
           std::string(message->as_string());
  }
  void Settle() {
    while (engine_->Turn()) {
    }
  }
  // Moves the clock; what is due happens, the engine's and the polls'.
  void Advance(Duration by) {
    clock_.Advance(by);
    Settle();
    auto due = std::exchange(later_, {});
    for (auto& [at, f] : due) {
      if (at > clock_.Now()) {
        later_.emplace_back(at, std::move(f));
      } else {
        f();
      }
    }
    Settle();
  }

  static asl::Value Json(const std::string& text) {
    asl::JsonError error;
    std::optional<asl::Value> value = asl::ParseJson(text, &error);
    EXPECT_TRUE(value.has_value()) << text << ": " << error.message;
    return value.value_or(asl::Value());
  }
  // The member at `name` of a JSON text, as text without quotes.
  static std::string Get(const std::string& json, std::string_view name) {
    asl::Value value = Json(json);
    const asl::Value* found = value.Find(name);
    if (found == nullptr) return "(absent)";
    return found->is_string() ? std::string(found->as_string()) : found->Text();
  }
  static std::string Quote(std::string_view text) {
    std::string quoted;
    asl::AppendJsonString(text, &quoted);
    return quoted;
  }

  // Makes a state machine and returns its ARN.
  std::string Create(const std::string& name, const std::string& definition) {
    return Get(
        Call("CreateStateMachine",
             R"({"name":")" + name + R"(","definition":)" + Quote(definition) +
                 R"(,"roleArn":"arn:aws:iam::123456789012:role/r"})"),
        "stateMachineArn");
  }
  std::string Start(const std::string& machine, const std::string& name,
                    const std::string& input = "{}") {
    return Get(Call("StartExecution", R"({"stateMachineArn":")" + machine +
                                          R"(","name":")" + name +
                                          R"(","input":)" + Quote(input) + "}"),
               "executionArn");
  }

  static constexpr char kPass[] =
      R"({"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}})";
  static constexpr char kWait[] =
      R"({"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,)"
      R"("End":true}}})";
  static constexpr char kShip[] =
      R"({"StartAt":"S","States":{"S":{"Type":"Task","End":true,"Resource":
      "arn:aws:states:us-east-1:123456789012:activity:ship",
      "HeartbeatSeconds":10}}})";

  VirtualClock clock_;
  storage::MemoryStore store_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<Router> router_;
  std::vector<std::pair<Instant, std::function<void()>>> later_;
  std::vector<std::string> log_;
};

}  // namespace stepwheel::aws

#endif  // STEPWHEEL_TESTS_API_AWS_HARNESS_H_
