// How commands get into the next turn, and what becomes of them while the store
// cannot be written.

#include <iterator>
#include <utility>

#include "engine/engine_impl.h"

namespace stepwheel::engine {

// What arrived while the server was stopped is read in any order.
void Engine::Impl::Submit(Received at, CommandFn run, RefuseFn refuse,
                          bool reads) {
  auto place = inbox.end();
  while (place != inbox.begin() && std::prev(place)->at.arrived > at.arrived) {
    --place;
  }
  inbox.insert(place, {at, std::move(run), std::move(refuse), reads});
}

void Engine::Impl::SubmitRead(Instant at, std::function<void()> answer,
                              RefuseFn refuse) {
  Submit(
      at,
      [answer, refuse](TurnState& turn, Instant) {
        turn.after.push_back(answer);
        turn.refused.push_back(refuse);
      },
      refuse, /*reads=*/true);
}

void Engine::Impl::SubmitKept(Received at, CommandFn run) {
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
