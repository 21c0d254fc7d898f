// JsonataScope is what the JSONata expressions of one state may read at one
// stage: $states with its fields, the workflow's variables, time and chance
// (reference: asl.md 4).
#ifndef STEPWHEEL_ASL_JSONATA_SCOPE_H_
#define STEPWHEEL_ASL_JSONATA_SCOPE_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "asl/environment.h"
#include "asl/jsonata/expression.h"
#include "asl/value.h"

namespace stepwheel::asl {

class JsonataScope : private jsonata::Bindings, private jsonata::Host {
 public:
  // `input` is $states.input; `result` and `error_output` are nullptr where
  // they do not exist. All outlive the scope.
  JsonataScope(const Value& input, const Value* result,
               const Value* error_output, Environment& env);

  jsonata::Result Evaluate(const jsonata::Expression& expression);

 private:
  const Value* Find(std::string_view name) const override;
  int64_t NowMillis() override { return env_.NowMillis(); }
  uint64_t Random() override { return env_.Random(); }
  bool MayGoOn() override { return env_.interrupt().MayGoOn(); }

  const Value& input_;
  const Value* result_;
  const Value* error_output_;
  Environment& env_;
  // $states, made when it is first asked for; the Context Object is in it only
  // once an expression wants that, because it takes longer to make.
  bool wants_context_ = false;
  mutable std::optional<Value> states_;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_JSONATA_SCOPE_H_
