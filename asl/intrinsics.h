// IntrinsicCall is one "States.Name(arg, ...)" with its nested calls, parsed
// once into a tree. Evaluating it never fails in any way but States.Runtime
// (reference: asl.md 6).
#ifndef STEPWHEEL_ASL_INTRINSICS_H_
#define STEPWHEEL_ASL_INTRINSICS_H_

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "asl/environment.h"
#include "asl/outcome.h"
#include "asl/value.h"

namespace stepwheel::asl {

// Calls inside calls, the outermost counted (AWS: developer guide, intrinsics).
inline constexpr int kIntrinsicDepthMax = 10;

class IntrinsicCall {
 public:
  // nullopt if `text` is no call of one of the 18 functions with a number of
  // arguments it takes; `error` then says what was expected and found where.
  static std::optional<IntrinsicCall> Parse(std::string_view text,
                                            std::string* error);
  const std::string& text() const;
  // Fails with States.Runtime: an argument path that finds nothing ("The
  // function '...' had the following error: ..."), or arguments the function
  // does not take ("There was an error while evaluating the intrinsic function:
  // ... Invalid arguments in States.X").
  Outcome<Value> Evaluate(const Value& input, Environment& env) const;
  void CollectVariables(std::set<std::string>* names) const;

 private:
  struct Program;
  std::shared_ptr<const Program> program_;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_INTRINSICS_H_
