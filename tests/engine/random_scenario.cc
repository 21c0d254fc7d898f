#include "tests/engine/random_scenario.h"

#include <algorithm>
#include <initializer_list>
#include <random>
#include <string_view>
#include <vector>

namespace stepwheel::engine {
namespace {

constexpr std::string_view kActivity =
    "arn:aws:states:us-east-1:123456789012:activity:";

class Writer {
 public:
  explicit Writer(uint64_t seed) : random_(seed) {}

  std::string Scenario() {
    std::string text;
    if (Chance(20)) {
      text += "== events-max " + std::to_string(Between(8, 60)) + "\n";
    }
    mocked_ = Chance(40);
    text += "== definition\n" + Machine() + "\n";
    text += "== definition child\n" + Child() + "\n";
    text += "== definition grand\n" + Grandchild() + "\n";
    if (mocked_) text += "== mocks\n" + Mocks() + "\n";
    text += "== script\n" + Script();
    return text;
  }

 private:
  int Between(int low, int high) {
    return low + static_cast<int>(random_() % (high - low + 1));
  }
  bool Chance(int percent) { return Between(1, 100) <= percent; }
  std::string OneOf(std::initializer_list<std::string_view> words) {
    return std::string(
        words.begin()[Between(0, static_cast<int>(words.size()) - 1)]);
  }

  std::string Machine() {
    std::string limit;
    if (Chance(25)) {
      limit = R"("TimeoutSeconds":)" + std::to_string(Between(3, 25)) + ",";
    }
    return "{" + limit + States(2) + "}";
  }

  std::string Child() {
    switch (Between(0, 6)) {
      case 0:
        return R"({"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}})";
      case 1:
        return R"({"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":)" +
               std::to_string(Between(1, 6)) + R"(,"End":true}}})";
      case 2:
        return R"({"StartAt":"F","States":{"F":{"Type":"Fail","Error":"No"}}})";
      case 3:
        return R"({"StartAt":"N","States":{"N":{"Type":"Task",)" +
               StartExecution("grand", ".sync") + R"("End":true}}})";
      default:
        return R"({"StartAt":"T","States":{"T":{"Type":"Task","Resource":")" +
               std::string(kActivity) + "a\"," + Limits() +
               R"("Retry":[{"ErrorEquals":["States.Timeout"],)"
               R"("MaxAttempts":1}],"End":true}}})";
    }
  }

  std::string Grandchild() {
    return R"({"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":)" +
           std::to_string(Between(1, 9)) + R"(,"End":true}}})";
  }

  std::string StartExecution(const std::string& machine,
                             const std::string& pattern) {
    // With a name several parents may await the same child.
    const std::string name = Chance(30) ? R"("Name":"c",)" : "";
    return R"("Resource":"arn:aws:states:::states:startExecution)" + pattern +
           R"(","Parameters":{)" + name +
           R"("StateMachineArn":)"
           R"("arn:aws:states:us-east-1:123456789012:stateMachine:)" +
           machine + R"(","Input":{}},)";
  }

  // A response for each state that is mocked: how its first attempts go, and
  // how all later ones.
  std::string Mocks() {
    std::string cases, responses;
    for (const std::string& name : mocked_states_) {
      const std::string comma = cases.empty() ? "" : ",";
      cases += comma + "\"" + name + R"(":")" + name + "\"";
      responses += comma + "\"" + name + R"(":{"0-1":)" + MockedResponse() +
                   R"(,"2-99":)" + MockedResponse() + "}";
    }
    return R"({"StateMachines":{"m":{"TestCases":{"C":{)" + cases +
           R"(}}}},"MockedResponses":{)" + responses + "}}";
  }

  std::string MockedResponse() {
    const std::string answer =
        OneOf({R"("Return":{"mocked":1})", R"("Return":null)",
               R"("Throw":{"Error":"Oops"})", R"("NoAnswer":true)"});
    std::string text = "{" + answer;
    if (answer != R"("NoAnswer":true)") {
      // Not 0: a worker that waits for what follows comes again after a crash,
      // and what is due at that very instant comes before it.
      text += R"(,"DurationSeconds":)" + Quarters(std::max(1, Between(0, 36)));
    }
    if (Chance(60)) {
      text += R"(,"Heartbeat":{"IntervalSeconds":)" + Quarters(Between(2, 12));
      if (Chance(50)) {
        text += R"(,"StopAfterSeconds":)" + Quarters(Between(12, 30));
      }
      text += "}";
    }
    return text + "}";
  }
  static std::string Quarters(int n) {
    constexpr std::string_view kRest[] = {"", ".25", ".5", ".75"};
    return std::to_string(n / 4) + std::string(kRest[n % 4]);
  }

  // "StartAt":...,"States":{...} of one to three states in a row. `depth` more
  // levels may be nested in them.
  std::string States(int depth) {
    const int count = Between(1, 3);
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) {
      names.push_back("S" + std::to_string(++states_));
    }
    std::string text = R"("StartAt":")" + names[0] + R"(","States":{)";
    for (int i = 0; i < count; ++i) {
      const std::string next =
          i + 1 < count ? R"("Next":")" + names[i + 1] + "\"" : R"("End":true)";
      if (i > 0) text += ",";
      text += "\"" + names[i] + "\":{" +
              State(depth, names[i], i + 1 < count ? names.back() : "") + next;
      text += "}";
    }
    return text + "}";
  }

  // The members of a state, each with a comma behind it. A Catcher goes on at
  // `last`, a state of the same level; without one there is none, since it
  // could go round for ever at one instant.
  std::string State(int depth, const std::string& name,
                    const std::string& last) {
    const int kind = Between(1, depth > 0 ? 100 : 70);
    if (kind <= 10) return R"("Type":"Pass",)";
    if (kind <= 25) return Wait();
    if (kind <= 70) {
      if (mocked_ && Chance(60)) mocked_states_.push_back(name);
      return Task() + Errors(last);
    }
    if (kind <= 85) {
      std::string branches;
      for (int i = Between(1, 3); i > 0; --i) {
        branches += "{" + States(depth - 1) + "}" + (i > 1 ? "," : "");
      }
      return R"("Type":"Parallel","Branches":[)" + branches + "]," +
             Errors(last);
    }
    return R"("Type":"Map","ItemsPath":"$$.Execution.Input.items",)"
           R"("MaxConcurrency":)" +
           std::to_string(Between(0, 2)) +
           R"(,"ItemProcessor":{"ProcessorConfig":{"Mode":"INLINE"},)" +
           States(depth - 1) + "}," + Errors(last);
  }

  std::string Wait() {
    return R"("Type":"Wait","Seconds":)" + std::to_string(Between(0, 4)) + ",";
  }

  std::string Task() {
    std::string text = R"("Type":"Task",)";
    switch (Between(0, 11)) {
      case 0:
        text += R"("Resource":"arn:aws:states:::lambda:invoke",)"
                R"("Parameters":{"FunctionName":"f"},)";
        break;
      case 1:
        text +=
            R"("Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",)"
            R"("Parameters":{"QueueUrl":"http://q","MessageBody":"m"},)";
        break;
      case 2:
      case 3:
      case 4:
        text += StartExecution(
            "child", OneOf({"", ".sync", ".sync:2", ".waitForTaskToken"}));
        break;
      default:
        text += R"("Resource":")" + std::string(kActivity) +
                OneOf({"a", "a", "b"}) + "\",";
    }
    return text + Limits();
  }

  std::string Limits() {
    std::string text;
    const int timeout = Between(2, 8);
    if (Chance(60)) {
      text += R"("TimeoutSeconds":)" + std::to_string(timeout) + ",";
    }
    if (Chance(60)) {  // It must be less than the timeout.
      text += R"("HeartbeatSeconds":)" +
              std::to_string(Between(1, std::min(4, timeout - 1))) + ",";
    }
    return text;
  }

  std::string Errors(const std::string& last) {
    std::string text;
    if (Chance(40)) {
      text += R"("Retry":[{"ErrorEquals":[")" + ErrorName() +
              R"("],"IntervalSeconds":)" + std::to_string(Between(1, 3)) +
              R"(,"MaxAttempts":)" + std::to_string(Between(0, 2)) +
              (Chance(30) ? R"(,"JitterStrategy":"FULL")" : "") + "}],";
    }
    if (!last.empty() && Chance(40)) {
      text += R"("Catch":[{"ErrorEquals":[")" + ErrorName() +
              R"("],"ResultPath":"$.error","Next":")" + last + R"("}],)";
    }
    return text;
  }
  std::string ErrorName() {
    return OneOf({"States.ALL", "States.Timeout", "States.HeartbeatTimeout",
                  "States.TaskFailed", "Oops"});
  }

  std::string Script() {
    std::string text = "0s activity a\n0s activity b\n";
    text += "0s start" + Case() + " x " + Input() + "\n";
    int at = 0;  // In quarters of a second, so that instants coincide.
    for (int i = Between(15, 40); i > 0; --i) {
      at += Chance(40) ? 0 : Between(1, 6);
      text += std::to_string(at * 250) + "ms " + Step() + "\n";
    }
    if (Chance(50)) text += std::to_string(at * 250) + "ms show child/c\n";
    // A year would end what nobody ends.
    return text + "3d stop x\n3d stop y\n4d end\n";
  }
  std::string Case() { return mocked_ && Chance(85) ? "#C" : ""; }

  std::string Input() {
    std::string items;
    for (int i = Between(0, 3); i > 0; --i) {
      items += std::to_string(i) + (i > 1 ? "," : "");
    }
    return R"({"items":[)" + items + "]}";
  }

  std::string Step() {
    const int kind = Between(1, 100);
    if (kind <= 35) {
      const std::string activity = OneOf({"a", "a", "b"});
      tokens_.push_back("t" + std::to_string(tokens_.size()));
      return "poll-once " + activity + (Chance(30) ? " as w" : "") + " -> " +
             tokens_.back();
    }
    if (kind <= 45 && !mocked_states_.empty() && Chance(50)) {
      tokens_.push_back("t" + std::to_string(tokens_.size()));
      const int last = static_cast<int>(mocked_states_.size()) - 1;
      return "token-of " + mocked_states_[Between(0, last)] + " -> " +
             tokens_.back();
    }
    if (kind <= 50) return "beat " + Token();
    if (kind <= 68) return "success " + Token() + " " + OneOf({"{}", "[1]"});
    if (kind <= 76) return "fail " + Token() + OneOf({"", " Oops", " Oops x"});
    if (kind <= 83) {
      return OneOf({"answer invoke {\"Payload\":1}", "refuse invoke Oops no"});
    }
    if (kind <= 90) {
      return OneOf({"submitted sendMessage.waitForTaskToken {}",
                    "calls sendMessage.waitForTaskToken",
                    "refuse sendMessage.waitForTaskToken Oops no"});
    }
    if (kind <= 93) return "start" + Case() + " y " + Input();
    if (kind <= 95) return "stop " + OneOf({"x", "y Enough because"});
    if (kind <= 96) return "delete-activity b";
    if (kind <= 97) return "activity b";
    return "end";
  }
  std::string Token() {
    if (tokens_.empty() || Chance(15)) return "token";
    // Most likely one of the last.
    const int last = static_cast<int>(tokens_.size()) - 1;
    return tokens_[Between(std::max(0, last - 3), last)];
  }

  std::mt19937_64 random_;
  int states_ = 0;
  bool mocked_ = false;
  std::vector<std::string> mocked_states_;
  std::vector<std::string> tokens_;
};

}  // namespace

std::string RandomScenario(uint64_t seed) { return Writer(seed).Scenario(); }

}  // namespace stepwheel::engine
