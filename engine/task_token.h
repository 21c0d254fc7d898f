// A task token names one attempt of a Task: base64url of (version, execution
// number, position, frame, state, MAC). The MAC tells forged and foreign tokens
// from dead ones, also after a restart, and nothing is stored per token.
#ifndef STEPWHEEL_ENGINE_TASK_TOKEN_H_
#define STEPWHEEL_ENGINE_TASK_TOKEN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/chance.h"
#include "engine/event.h"

namespace stepwheel::engine {

struct TaskToken {
  ExecutionNumber execution = 0;
  int64_t position = 0;  // Of the attempt's ...Scheduled event: its identity.
  // Hints that spare a look-up; they follow from the two above.
  FrameId frame = 0;
  int32_t state = 0;
};

std::string MintTaskToken(const TaskToken& token, HashKey key);
// nullopt if the text is no token, or not one of this key: InvalidToken.
std::optional<TaskToken> ParseTaskToken(std::string_view text, HashKey key);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_TASK_TOKEN_H_
