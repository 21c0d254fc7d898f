// How commands get into the next turn, and what becomes of them while the store
// cannot be written.

#include <utility>

#include "engine/engine_impl.h"

namespace stepwheel::engine {

void Engine::Impl::Submit(Instant at, CommandFn run, RefuseFn refuse) {
  inbox.push_back({at, std::move(run), std::move(refuse)});
}

void Engine::Impl::SubmitRead(Instant at, std::function<void()> answer,
                              RefuseFn refuse) {
  inbox.push_back({at,
                   [answer, refuse](TurnState& turn, Instant) {
                     turn.after.push_back(answer);
                     turn.refused.push_back(refuse);
                   },
                   refuse, /*reads=*/true});
}

void Engine::Impl::SubmitKept(Instant at, CommandFn run) {
  auto keep = [this, at, run] { held.push_back({at, run, nullptr}); };
  Submit(
      at,
      [run, keep](TurnState& turn, Instant now) {
        turn.refused.push_back(keep);
        run(turn, now);
      },
      keep);
}

// While nothing can be stored changes are refused at once, instead of letting
// their callers wait. What can be read has been committed.
void Engine::Impl::AnswerReadsOnly(Instant now) {
  std::deque<Command> commands = std::exchange(inbox, {});
  for (Command& command : commands) {
    if (command.reads) {
      TurnState turn;
      command.run(turn, now);
      for (auto& tell : turn.after) tell();
    } else if (command.refuse) {
      command.refuse();
    }
  }
}

}  // namespace stepwheel::engine
