// FrameEnvironment is what an evaluation inside one frame may read: the Context
// Object with AWS's fields, the variables of the frame and of those around it,
// the decision's instant, and chance (reference: asl.md 3.3, 5).
#ifndef STEPWHEEL_ENGINE_FRAME_ENVIRONMENT_H_
#define STEPWHEEL_ENGINE_FRAME_ENVIRONMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "asl/environment.h"
#include "asl/interrupt.h"
#include "engine/execution.h"

namespace stepwheel::engine {

class FrameEnvironment : public asl::Environment {
 public:
  // All outlive the environment. `seed` is the database's, `now` the instant
  // of the event that is being decided.
  FrameEnvironment(const Execution& execution, const Frame& frame,
                   uint64_t seed, Instant now, asl::Interrupt* interrupt);

  // Only inside a .waitForTaskToken Task's parameters.
  void set_task_token(std::string token);
  // While an ItemSelector is evaluated: the iteration does not exist yet.
  void set_item(int64_t index, asl::Value value);

  const asl::Value& Context() override;
  const asl::Value* Variable(std::string_view name) override;
  uint64_t Random() override;
  int64_t NowMillis() override { return now_.unix_millis(); }
  asl::Interrupt& interrupt() override { return *interrupt_; }

 private:
  const Execution& execution_;
  const Frame& frame_;
  uint64_t seed_;
  Instant now_;
  asl::Interrupt* interrupt_;
  uint64_t draws_ = 0;
  std::optional<std::string> task_token_;
  std::optional<std::pair<int64_t, asl::Value>> item_;
  std::optional<asl::Value> context_;
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_FRAME_ENVIRONMENT_H_
