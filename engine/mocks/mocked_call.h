// MockedCall is the script that one attempt of a Task follows instead of
// calling the outside: what it will answer, when, and how it beats until then.
// It stands in the attempt's ...Scheduled event, so neither a replay nor a
// restart asks the mock file what was chosen (rules.md 3).
#ifndef STEPWHEEL_ENGINE_MOCKS_MOCKED_CALL_H_
#define STEPWHEEL_ENGINE_MOCKS_MOCKED_CALL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "asl/value.h"

namespace stepwheel::engine {

enum class MockAnswer { kReturn, kThrow, kNever };

struct MockedCall {
  std::string test_case;
  // In ExecutionStarted only the test case is set.
  std::string response;  // Its name in MockedResponses.
  int64_t number = 0;    // The state's calls in its execution: 0, 1, 2...
  MockAnswer answer = MockAnswer::kReturn;
  int64_t duration_ms = 0;  // From the attempt's start to the answer.
  // Heartbeats: every beat_ms after the start, the last at last_beat_ms. Both 0
  // if it never beats. One that never answers may beat without end.
  int64_t beat_ms = 0;
  int64_t last_beat_ms = 0;
  std::optional<std::string> error;  // kThrow
  std::optional<std::string> cause;  // kThrow
  // kReturn. Not part of Text(): the event holds it as a payload.
  asl::Value output;
  // Only for TaskSubmitted, which is written at once: not part of Text().
  std::optional<asl::Value> submitted;

  bool answers() const { return answer != MockAnswer::kNever; }

  // For a log, and back.
  std::string Text() const;
  static std::optional<MockedCall> FromText(std::string_view text);
};

// `last_beat_ms` of a script whose beats nothing stops.
inline constexpr int64_t kBeatsForever = INT64_MAX;

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_MOCKS_MOCKED_CALL_H_
