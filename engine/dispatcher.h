// Dispatcher is how the engine calls the outside for a Task: Lambda, SQS and
// other integrations. The engine owns the interface; it starts calls only after
// the commit that scheduled them, and takes the answers back by attempt.
#ifndef STEPWHEEL_ENGINE_DISPATCHER_H_
#define STEPWHEEL_ENGINE_DISPATCHER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "asl/resource.h"
#include "asl/value.h"
#include "engine/event.h"

namespace stepwheel::engine {

// An attempt is unique for ever: the execution's number and the position of its
// ...Scheduled event (rules.md 4).
struct AttemptKey {
  ExecutionNumber execution = 0;
  int64_t position = 0;
  friend auto operator<=>(const AttemptKey&, const AttemptKey&) = default;
  template <typename H>
  friend H AbslHashValue(H hash, const AttemptKey& key) {
    return H::combine(std::move(hash), key.execution, key.position);
  }
};

struct Call {
  AttemptKey key;
  // Of the definition that the execution runs; it keeps that alive.
  std::shared_ptr<const asl::Resource> resource;
  asl::Value parameters;
  std::string task_token;  // Only .waitForTaskToken.
  // Credentials.RoleArn, evaluated. Nobody assumes roles here: it is recorded.
  std::optional<std::string> credentials_role;
};

class Dispatcher {
 public:
  virtual ~Dispatcher() = default;
  // Whether calls of this resource are possible at all. If not, the task fails
  // at once and `why` completes the cause.
  virtual bool CanCall(const asl::Resource& resource, std::string* why) = 0;
  virtual void Start(const Call& call) = 0;
  // Whether the dispatcher still has this call in flight. Asked at recovery: a
  // call nobody knows any more is in doubt (rules.md 7).
  virtual bool Knows(AttemptKey key) = 0;
  // How many requests have left this process and are not answered yet: virtual
  // time stands still for them (rules.md 9). What answers by the engine's own
  // clock does not count.
  virtual int64_t InFlight() const = 0;
  // The attempt is closed; its answer is no longer wanted. May be unknown.
  virtual void Cancel(AttemptKey key) = 0;
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_DISPATCHER_H_
