#include "api/calls/own_service.h"

#include <cctype>
#include <memory>
#include <string_view>
#include <utility>

#include "api/aws/router.h"
#include "asl/json.h"
#include "asl/timestamp.h"
#include "engine/integrations/answer.h"

namespace stepwheel::calls {
namespace {

using asl::Value;

std::string WithFirst(std::string_view name, int (*change)(int)) {
  std::string text(name);
  if (!text.empty()) {
    text[0] = static_cast<char>(change(static_cast<unsigned char>(text[0])));
  }
  return text;
}

// Members that are JSON as text in the API.
bool IsJsonText(std::string_view name) {
  return name == "input" || name == "output" || name == "definition";
}

// Maps whose keys are the user's own.
bool IsMap(std::string_view name) {
  return name == "AssignedVariables" || name == "VariableReferences";
}

bool IsDate(std::string_view name) {
  return name == "Timestamp" || name.ends_with("Date");
}

Value ToWire(const Value& value) {
  if (value.is_array()) {
    asl::Elements elements;
    for (const Value& e : value.as_array()) elements.push_back(ToWire(e));
    return Value(std::move(elements));
  }
  if (!value.is_object()) return value;
  asl::Members members;
  for (const asl::Member& member : value.as_object()) {
    if (member.value.is_null()) continue;
    std::string name = WithFirst(member.key(), std::tolower);
    Value wire = IsJsonText(name) ? Value(*engine::JsonText(&member.value))
                                  : ToWire(member.value);
    members.emplace_back(name, std::move(wire));
  }
  return Value(std::move(members));
}

Value FromWire(const Value& value) {
  if (value.is_array()) {
    asl::Elements elements;
    for (const Value& e : value.as_array()) elements.push_back(FromWire(e));
    return Value(std::move(elements));
  }
  if (!value.is_object()) return value;
  asl::Members members;
  for (const asl::Member& member : value.as_object()) {
    std::string name = WithFirst(member.key(), std::toupper);
    if (IsMap(name)) {
      members.emplace_back(name, member.value);
    } else if (IsDate(name) && member.value.is_number()) {
      constexpr double kMillis = 1000;
      constexpr double kHalf = 0.5;  // The text has whole milliseconds.
      const double ms = member.value.as_double() * kMillis + kHalf;
      members.emplace_back(
          name, Value(asl::FormatTimestamp(static_cast<int64_t>(ms))));
    } else {
      members.emplace_back(name, FromWire(member.value));
    }
  }
  return Value(std::move(members));
}

// What the router answers to instead of a connection.
class Capture : public http::Responder::Impl {
 public:
  explicit Capture(std::function<void(const OwnAnswer&)> done)
      : done_(std::move(done)) {}
  void Send(http::Response response) override {
    Answer({response.status, response.request_id, std::move(response.body)});
  }
  void SendCanned(std::string_view request_id, std::string_view body) override {
    constexpr int kOk = 200;
    Answer({kOk, std::string(request_id), std::string(body)});
  }
  void OnPeerGone(std::function<void()>) override {}
  bool alive() const override { return done_ != nullptr; }

 private:
  void Answer(const OwnAnswer& answer) {
    auto done = std::exchange(done_, nullptr);
    if (done) done(answer);
  }
  std::function<void(const OwnAnswer&)> done_;
};

}  // namespace

Value OwnParameters(const Value& parameters) { return ToWire(parameters); }

OwnService ServeFrom(std::function<aws::Router*()> router,
                     std::function<void(std::function<void()>)> later,
                     std::function<int64_t()> now_ms) {
  return [=](const std::string& action, const Value& parameters,
             std::function<void(const OwnAnswer&)> done) {
    const std::string target =
        "AWSStepFunctions." + WithFirst(action, std::toupper);
    later([=, body = OwnParameters(parameters).Text()] {
      http::Request request;
      request.method = "POST";
      request.target = "/";
      request.body = body;
      request.x_amz_target = target;
      request.content_type = "application/x-amz-json-1.0";
      request.read_at_ms = now_ms();
      router()->Handle(request,
                       http::Responder(std::make_shared<Capture>(done)));
    });
  };
}

asl::Outcome<Value> ReadOwnAnswer(const engine::Service& service,
                                  const OwnAnswer& answer) {
  asl::JsonError error;
  const Value body = asl::ParseJson(answer.body, &error).value_or(Value());
  constexpr int kOk = 200;
  if (answer.status == kOk) return FromWire(body);
  auto text = [&body](std::string_view name) -> std::string_view {
    const Value* v = body.Find(name);
    return v != nullptr && v->is_string() ? v->as_string() : "";
  };
  std::string_view code = text("__type");
  code = code.substr(code.find('#') + 1);
  std::string_view message = text("message");
  if (message.empty()) message = text("Message");
  return engine::ServiceError(service, {answer.status, answer.request_id, {}},
                              code, message);
}

}  // namespace stepwheel::calls
