// Expression is a JSONata expression, compiled once and evaluated often: over
// a borrowed input, within limits, with time and chance handed in. It is the
// whole public face of this folder; errors carry the codes and the words of
// the JavaScript reference implementation.
//
//   std::variant<Expression, Failure> made = Expression::Compile("a.b[c=1]");
//   Result result = std::get<Expression>(made).Evaluate(&input, bindings,
//                                                       host, limits);
#ifndef STEPWHEEL_ASL_JSONATA_EXPRESSION_H_
#define STEPWHEEL_ASL_JSONATA_EXPRESSION_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "asl/value.h"

namespace stepwheel::asl::jsonata {

struct Program;

// AWS runs 2.0.6, which has neither ?? nor ?: and binds some signatures
// differently.
enum class Level : uint8_t { k2_0_6, k2_2 };

struct CompileOptions {
  Level level = Level::k2_0_6;
  // Step Functions' flavour: $partition, $range, $hash, $random(seed), $uuid
  // and $parse exist, $eval does not.
  bool aws = true;
};

// Why an expression did not compile or an evaluation gave no result.
struct Failure {
  // What ran out, if something did; then `code` is U1001 and the words are
  // those of AWS, which prints them without a code.
  enum class Limit : uint8_t { kNone, kDepth, kTime, kMemory };

  std::string code;     // "T1006"
  std::string message;  // "Attempted to invoke a non-function"
  // Bytes into the expression, just behind the token that is to blame, as the
  // reference counts; 0 if no token is.
  size_t position = 0;
  std::string token;
  std::optional<Value> value;
  std::string function_name;
  Limit limit = Limit::kNone;

  // "T1006: Attempted to invoke a non-function"
  std::string Text() const;
};

// Bounds of one evaluation. The defaults are those measured on AWS; time is
// the Host's.
struct Limits {
  static constexpr int64_t kUnbounded = std::numeric_limits<int64_t>::max();

  // Nested evaluations of syntax-tree nodes.
  int depth = 100;
  // Of one value: 8 for a number, 1 for a character.
  int64_t value_bytes = 6'990'256;
  int64_t range_items = 360'145;     // Made by $range.
  int64_t pad_characters = 262'144;  // Added by $pad.
  // Everything an evaluation makes along the way (ours).
  int64_t memory_bytes = int64_t{256} << 20;
};

// What an evaluation takes from the outside.
class Host {
 public:
  virtual ~Host() = default;

  // Milliseconds since the epoch. Asked once an evaluation at most, so that
  // $now and $millis agree.
  virtual int64_t NowMillis() = 0;
  // 64 fresh bits: $random, $shuffle, $uuid.
  virtual uint64_t Random() = 0;
  // Asked every few hundred steps; false ends the evaluation as timed out.
  virtual bool MayGoOn() = 0;
};

// The variables an expression may use but does not make: $states and those of
// the workflow.
class Bindings {
 public:
  virtual ~Bindings() = default;

  // The value of the variable, named without its $, or nullptr if it is not
  // bound. Borrowed: it must outlive the evaluation. Asked once per name and
  // evaluation.
  virtual const Value* Find(std::string_view name) const = 0;
};

struct Result {
  enum class Kind : uint8_t { kValue, kUndefined, kFunction, kFailed };

  Kind kind = Kind::kUndefined;
  // Of kValue. What the expression merely selected is shared with the input.
  // In AWS's flavour whole numbers are integers, also within the values
  // selected, and "Infinity", "-Infinity" and "NaN" stand for themselves.
  Value value;
  Failure failure;  // Of kFailed.
};

// What can be said of an expression without running it: for the checks when a
// state machine is created.
struct Facts {
  struct Name {
    std::string name;
    size_t position = 0;  // Bytes into the expression, just behind it.
  };

  // Variables used but not bound in the expression, without $, in order of
  // first use and without repetition; "states" among them, the built-in
  // functions not.
  std::vector<Name> free_variables;
  // Each `$states.NAME`, by NAME; "" where $states is used as a whole.
  std::vector<Name> states_members;
  // Fields, wildcards and descendants taken from the input itself rather than
  // from a value: `a` in `a.b + $x.c`.
  std::vector<Name> input_fields;
  std::vector<Name> input_uses;  // $ meaning the input itself.
  std::vector<Name> root_uses;   // $$
  // Each call of, or reference to, a built-in function by name.
  std::vector<Name> functions;
  // The same outcome whatever the input, the variables and the host.
  bool constant = false;
};

// Immutable, and cheap to copy: copies share the program. Like Values, all
// copies belong to one thread.
class Expression {
 public:
  static std::variant<Expression, Failure> Compile(
      std::string_view text, const CompileOptions& options = {});

  // `input` is what $ and bare fields mean; nullptr is undefined. It and the
  // bound values must outlive the call, not the result.
  Result Evaluate(const Value* input, const Bindings& bindings, Host& host,
                  const Limits& limits = {}) const;

  const std::string& text() const;
  const Facts& facts() const;

 private:
  explicit Expression(std::shared_ptr<const Program> program);

  std::shared_ptr<const Program> program_;
};

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_EXPRESSION_H_
