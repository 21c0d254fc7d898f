#include "api/cli/mock_text.h"

#include <algorithm>

#include "api/cli/terminal.h"

namespace stepwheel::cli {
namespace {

std::string Span(int64_t ms) { return ShowDuration(Duration(ms)); }

std::string AnswerText(const engine::MockedCall& mock) {
  switch (mock.answer) {
    case engine::MockAnswer::kReturn:
      return "returns after " + Span(mock.duration_ms);
    case engine::MockAnswer::kThrow:
      return "throws " + mock.error.value_or("an error without a name") +
             " after " + Span(mock.duration_ms);
    case engine::MockAnswer::kNever:
      break;
  }
  return "never answers";
}

std::string BeatText(const engine::MockedCall& mock) {
  if (mock.beat_ms == 0) return "";
  std::string text = ", beats every " + Span(mock.beat_ms);
  if (mock.last_beat_ms == engine::kBeatsForever) return text;
  return text + ", the last time after " + Span(mock.last_beat_ms);
}

}  // namespace

std::string MockPlan(const engine::Event& scheduled) {
  const engine::MockedCall& mock = *scheduled.mock;
  std::string text = mock.response;
  text += "[" + std::to_string(mock.number) + "] ";
  text += AnswerText(mock) + BeatText(mock);
  if (scheduled.heartbeat_seconds > 0) {
    text += "; HeartbeatSeconds " + std::to_string(scheduled.heartbeat_seconds);
  }
  if (scheduled.timeout_seconds > 0) {
    text += "; TimeoutSeconds " + std::to_string(scheduled.timeout_seconds);
  }
  return text;
}

std::string MockJson(const engine::Event& scheduled,
                     const asl::StateMachine& machine) {
  const engine::MockedCall& mock = *scheduled.mock;
  asl::Members members;
  auto text = [&members](std::string_view name, std::string_view value) {
    members.emplace_back(name, asl::Value(value));
  };
  auto number = [&members](std::string_view name, int64_t value) {
    members.emplace_back(name, asl::Value(value));
  };
  text("type", "mocked");
  number("id", scheduled.id);
  text("state", machine.state(scheduled.state).name);
  text("testCase", mock.test_case);
  text("response", mock.response);
  number("number", mock.number);
  text("answer", mock.answer == engine::MockAnswer::kReturn  ? "Return"
                 : mock.answer == engine::MockAnswer::kThrow ? "Throw"
                                                             : "NoAnswer");
  if (mock.answers()) number("durationMilliseconds", mock.duration_ms);
  if (mock.beat_ms > 0) {
    number("beatMilliseconds", mock.beat_ms);
    if (mock.last_beat_ms != engine::kBeatsForever) {
      number("lastBeatMilliseconds", mock.last_beat_ms);
    }
  }
  return asl::Value(std::move(members)).Text();
}

int64_t BeatsIn(const engine::MockedCall& mock, Duration took) {
  if (mock.beat_ms == 0) return 0;
  const int64_t until = std::min<int64_t>(mock.last_beat_ms, took.count() - 1);
  return std::max<int64_t>(until, 0) / mock.beat_ms;
}

std::string MockResult(const engine::MockedCall& mock, Duration took) {
  const int64_t beats = BeatsIn(mock, took);
  if (beats == 0) return mock.beat_ms == 0 ? "mocked" : "mocked, no beat";
  return "mocked, " + std::to_string(beats) +
         (beats == 1 ? " beat after " : " beats, the last after ") +
         Span(beats * mock.beat_ms);
}

}  // namespace stepwheel::cli
