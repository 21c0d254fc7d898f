#include "engine/mocks/mocked_call.h"

#include <utility>

#include "asl/json.h"

namespace stepwheel::engine {
namespace {

bool ReadInt(const asl::Value& value, std::string_view name, int64_t* out) {
  const asl::Value* member = value.Find(name);
  if (member == nullptr) return true;
  if (!member->is_int() || member->as_int() < 0) return false;
  *out = member->as_int();
  return true;
}

std::optional<std::string> ReadText(const asl::Value& value,
                                    std::string_view name) {
  const asl::Value* member = value.Find(name);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return std::string(member->as_string());
}

}  // namespace

std::string MockedCall::Text() const {
  asl::Members members;
  auto number_if = [&members](std::string_view name, int64_t n) {
    if (n != 0) members.emplace_back(name, asl::Value(n));
  };
  auto text_if = [&members](std::string_view name, const auto& text) {
    if (text) members.emplace_back(name, asl::Value(*text));
  };
  members.emplace_back("case", asl::Value(test_case));
  if (!response.empty()) {
    members.emplace_back("response", asl::Value(response));
  }
  number_if("number", number);
  number_if("answer", static_cast<int64_t>(answer));
  number_if("duration", duration_ms);
  number_if("beat", beat_ms);
  number_if("lastBeat", last_beat_ms);
  text_if("error", error);
  text_if("cause", cause);
  return asl::Value(std::move(members)).Text();
}

std::optional<MockedCall> MockedCall::FromText(std::string_view text) {
  asl::JsonError error;
  std::optional<asl::Value> value = asl::ParseJson(text, &error);
  if (!value || !value->is_object()) return std::nullopt;
  MockedCall call;
  std::optional<std::string> test_case = ReadText(*value, "case");
  int64_t answer = 0;
  if (!test_case || !ReadInt(*value, "number", &call.number) ||
      !ReadInt(*value, "answer", &answer) ||
      answer > static_cast<int64_t>(MockAnswer::kNever) ||
      !ReadInt(*value, "duration", &call.duration_ms) ||
      !ReadInt(*value, "beat", &call.beat_ms) ||
      !ReadInt(*value, "lastBeat", &call.last_beat_ms)) {
    return std::nullopt;
  }
  call.test_case = std::move(*test_case);
  call.response = ReadText(*value, "response").value_or("");
  call.answer = static_cast<MockAnswer>(answer);
  call.error = ReadText(*value, "error");
  call.cause = ReadText(*value, "cause");
  return call;
}

}  // namespace stepwheel::engine
