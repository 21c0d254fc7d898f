// TurnState is everything one turn has decided and not yet told: events per
// execution, the batch to commit, what to do after the commit, and how to take
// back what was changed in memory if it fails (rules.md 2).
#ifndef STEPWHEEL_ENGINE_TURN_H_
#define STEPWHEEL_ENGINE_TURN_H_

#include <deque>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "engine/decide.h"
#include "engine/result.h"
#include "engine/store.h"

namespace stepwheel::engine {

// What a turn does to one execution.
struct Work {
  Execution* execution = nullptr;
  bool is_new = false;
  // Beats that no commit carries yet, as they were before this turn: a failed
  // commit must not cost a worker its beat.
  std::vector<BeatRecord> beats;
  std::vector<Event> events;
  std::vector<Effect> effects;
  Budget budget;
  bool seen_ended = false;  // It stands in TurnState::ended.
};

// Refuses a command while the store cannot be written.
template <class T>
std::function<void()> Refuse(Reply<T> reply) {
  return [reply] {
    reply(ApiError{ApiErrorCode::kInternalFailure,
                   "The store cannot be written; see the server's log."});
  };
}

struct TurnState {
  Batch batch;
  std::map<ExecutionNumber, Work> work;
  // Nested executions: who ended and who is to stop in this very commit.
  std::deque<ExecutionNumber> ended;
  std::deque<ExecutionNumber> stops;
  int children_started = 0;
  std::vector<std::function<void()>> after;    // Commit succeeded: tell.
  std::vector<std::function<void()>> refused;  // Commit failed: tell.
  std::vector<std::function<void()>> undo;     // Run in reverse.
  // Executions that leave memory when the commit has succeeded.
  std::vector<ExecutionNumber> park;
  // These bound the work of one turn.
  int loads = 0;   // Executions read back.
  int timers = 0;  // Timers that were acted on.
  // The store could not be read: nothing of the turn may be kept.
  absl::Status failure;

  // `result` is told after the commit; a failed commit answers HTTP 500.
  template <class T>
  void Answer(const Reply<T>& reply, Result<T> result) {
    after.push_back([reply, result = std::move(result)] { reply(result); });
    refused.push_back([reply] {
      reply(ApiError{ApiErrorCode::kInternalFailure,
                     "The change could not be stored; nothing of it was kept. "
                     "See the server's log."});
    });
  }
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_TURN_H_
