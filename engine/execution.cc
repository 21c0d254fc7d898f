#include "engine/execution.h"

#include <utility>

namespace stepwheel::engine {

std::string_view PhaseName(Phase phase) {
  switch (phase) {
    case Phase::kReady:
      return "ready";
    case Phase::kEntered:
      return "entered";
    case Phase::kWaiting:
      return "waiting";
    case Phase::kTask:
      return "task";
    case Phase::kBackoff:
      return "backoff";
    case Phase::kChildren:
      return "children";
    case Phase::kDone:
      return "done";
    case Phase::kClosed:
      return "closed";
  }
  return "unknown";
}

Frame* Execution::FindAttempt(FrameId frame, int64_t scheduled) {
  if (ended() || scheduled <= 0) return nullptr;
  Frame* found = FindFrame(frame);
  if (found == nullptr || found->attempt.position != scheduled) return nullptr;
  return found;
}

const Frame* Execution::NextReady() const {
  for (FrameId id : ready) {
    const Frame* frame = FindFrame(id);
    if (frame != nullptr && frame->phase == Phase::kReady) return frame;
  }
  return nullptr;
}

Frame* Execution::NextReady() {
  return const_cast<Frame*>(std::as_const(*this).NextReady());
}

}  // namespace stepwheel::engine
