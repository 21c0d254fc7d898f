#include "engine/mocks/mock_file.h"

#include <algorithm>

namespace stepwheel::engine {

int64_t MockDuration::Choose(uint64_t random) const {
  if (!choices_ms.empty()) return choices_ms[random % choices_ms.size()];
  const auto span = static_cast<uint64_t>(max_ms - min_ms) + 1;
  return min_ms + static_cast<int64_t>(random % span);
}

MockedCall MockedResponse::Play(uint64_t random) const {
  MockedCall call;
  call.answer = answer;
  call.output = output;
  call.error = error;
  call.cause = cause;
  call.submitted = submitted;
  if (call.answers()) call.duration_ms = duration.Choose(random);
  if (beat_ms == 0) return call;
  // A beat at the very millisecond of the answer would meet a closed task.
  int64_t until = call.answers() ? call.duration_ms - 1 : kBeatsForever;
  if (beats_stop_ms) until = std::min(until, *beats_stop_ms);
  if (until < beat_ms) return call;
  call.beat_ms = beat_ms;
  call.last_beat_ms =
      until == kBeatsForever ? until : until / beat_ms * beat_ms;
  return call;
}

const MockedResponse* MockedResponses::Find(int64_t call) const {
  auto after = std::upper_bound(
      responses.begin(), responses.end(), call,
      [](int64_t n, const MockedResponse& r) { return n < r.first; });
  if (after == responses.begin()) return nullptr;
  const MockedResponse& response = *(after - 1);
  return call <= response.last ? &response : nullptr;
}

std::string MockedResponses::Numbers() const {
  std::string numbers;
  for (const MockedResponse& r : responses) {
    if (!numbers.empty()) numbers += ", ";
    numbers += std::to_string(r.first);
    if (r.last != r.first) numbers += "-" + std::to_string(r.last);
  }
  return numbers.empty() ? "none" : numbers;
}

std::string MockProblem::Text() const {
  return "line " + std::to_string(line) + ", column " + std::to_string(column) +
         ": " + (pointer.empty() ? "" : pointer + ": ") + message;
}

const MockTestCase* MockFile::FindCase(std::string_view machine,
                                       std::string_view test_case) const {
  auto cases = machines_.find(machine);
  if (cases == machines_.end()) return nullptr;
  auto found = cases->second.find(test_case);
  return found == cases->second.end() ? nullptr : &found->second;
}

}  // namespace stepwheel::engine
