// MockFile is a mock configuration: which Task states of which state machine
// are answered by a script instead of the outside, and by what. The format is
// that of AWS Step Functions Local; a response may besides take time and beat.
// Parsed once, checked as a whole, immutable after that.
#ifndef STEPWHEEL_ENGINE_MOCKS_MOCK_FILE_H_
#define STEPWHEEL_ENGINE_MOCKS_MOCK_FILE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "asl/value.h"
#include "engine/mocks/mocked_call.h"

namespace stepwheel::engine {

// Responses end within the year that an execution may last.
inline constexpr int64_t kMockMillisMax = 366LL * 24 * 3600 * 1000;

// How long a response takes: one of `choices`, or any whole number of
// milliseconds from `min` to `max`, each as likely as the others.
struct MockDuration {
  int64_t min_ms = 0;
  int64_t max_ms = 0;
  std::vector<int64_t> choices_ms;

  // `random` is 64 fair bits.
  int64_t Choose(uint64_t random) const;
};

// What the calls `first` to `last` of a state get; the first call is number 0.
struct MockedResponse {
  int64_t first = 0;
  int64_t last = 0;
  MockAnswer answer = MockAnswer::kReturn;
  asl::Value output;                     // kReturn
  std::optional<std::string> error;      // kThrow
  std::optional<std::string> cause;      // kThrow
  MockDuration duration;                 // Not for kNever.
  int64_t beat_ms = 0;                   // Between two heartbeats; 0: none.
  std::optional<int64_t> beats_stop_ms;  // No heartbeat after this.
  // What TaskSubmitted says the service answered; absent: see submitted.h.
  std::optional<asl::Value> submitted;

  // The script of one call. The caller names test case and number.
  MockedCall Play(uint64_t random) const;
};

struct MockedResponses {
  std::string name;
  std::vector<MockedResponse> responses;  // By `first`; they do not overlap.

  const MockedResponse* Find(int64_t call) const;
  std::string Numbers() const;  // "0, 1-2", for messages.
};

// State name -> what answers it.
using MockTestCase =
    std::map<std::string, std::shared_ptr<const MockedResponses>, std::less<>>;
using MockTestCases = std::map<std::string, MockTestCase, std::less<>>;

// One thing that is wrong with the text, and where.
struct MockProblem {
  int line = 1;
  int column = 1;
  std::string pointer;  // "/MockedResponses/Paid/0", "" for the whole text.
  std::string message;  // What was expected and what was found.

  // "line 7, column 12: /MockedResponses/Paid/0: expected ..."
  std::string Text() const;
};

class MockFile {
 public:
  // nullptr if anything is wrong; then `problems` has all of it, in the order
  // of the text.
  static std::shared_ptr<const MockFile> Parse(
      std::string_view text, std::vector<MockProblem>* problems);

  const MockTestCase* FindCase(std::string_view machine,
                               std::string_view test_case) const;
  // By name of the state machine.
  const std::map<std::string, MockTestCases, std::less<>>& machines() const {
    return machines_;
  }

 private:
  friend class MockFileParser;
  std::map<std::string, MockTestCases, std::less<>> machines_;
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_MOCKS_MOCK_FILE_H_
