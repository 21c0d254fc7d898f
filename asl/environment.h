// Environment is everything an evaluation may read besides its input: the
// Context Object, the variables in scope, time and chance. The engine
// implements it for a frame; tests implement it with a few lines.
#ifndef STEPWHEEL_ASL_ENVIRONMENT_H_
#define STEPWHEEL_ASL_ENVIRONMENT_H_

#include <cstdint>
#include <string_view>

#include "asl/interrupt.h"
#include "asl/value.h"

namespace stepwheel::asl {

class Environment {
 public:
  virtual ~Environment() = default;
  // The Context Object ($$). Built on first use.
  virtual const Value& Context() = 0;
  // The variable's value, or nullptr if none of that name is in scope.
  virtual const Value* Variable(std::string_view name) = 0;
  // 64 random bits; each call gives new ones. Pure in (seed, execution, event,
  // n), so a replayed decision draws the same numbers (rules: chance).
  virtual uint64_t Random() = 0;
  // Unix milliseconds of the event that is being decided.
  virtual int64_t NowMillis() = 0;
  // What bounds a long evaluation.
  virtual Interrupt& interrupt() = 0;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_ENVIRONMENT_H_
