// How commands get into the next turn, and what becomes of them while the store
// cannot be written.

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/engine_impl.h"

namespace stepwheel::engine {

// What arrived while the server was stopped is read in any order.
void Engine::Impl::Submit(Command command) {
  auto place = inbox.end();
  while (place != inbox.begin() &&
         std::prev(place)->at.arrived > command.at.arrived) {
    --place;
  }
  inbox.insert(place, std::move(command));
}

void Engine::Impl::SubmitRead(Instant at, std::function<void()> answer,
                              RefuseFn refuse) {
  Submit({at,
          [answer, refuse](TurnState& turn, Instant) {
            turn.after.push_back(answer);
            turn.refused.push_back(refuse);
          },
          refuse, /*reads=*/true, kNone});
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

void Engine::Impl::RunCommand(TurnState& turn, const Command& command,
                              Instant now) {
  const Instant at = std::min(command.at.read, now);
  command.run(turn, at);
  Settle(turn, at);
}

bool Engine::Impl::MayOvertake(const Command& command) const {
  if (!command.about) return false;
  return *command.about == kNone ||
         NothingDueIn(*command.about, command.at.arrived);
}

// A turn has acted on as many timers as it may, and more are due. What has
// nothing to do with them does not wait for them all: at most `items` commands.
void Engine::Impl::LetOvertake(TurnState& turn, Instant now, int items) {
  if (!turn.failure.ok()) return;
  const int loads_max = turn.loads + kLoadsPerTurnMax;
  for (Command& command : std::exchange(inbox, {})) {
    if (items > 0 && turn.loads < loads_max && turn.failure.ok() &&
        MayOvertake(command)) {
      RunCommand(turn, command, now);
      --items;
    } else {
      Submit(std::move(command));
    }
  }
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
