// The 18 intrinsic functions, as functions from evaluated arguments to a value,
// and the table that names them. nullopt means "Invalid arguments in States.X";
// the number of arguments is right by then (reference: asl.md 6).
#ifndef STEPWHEEL_ASL_INTRINSIC_FUNCTIONS_H_
#define STEPWHEEL_ASL_INTRINSIC_FUNCTIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "asl/environment.h"
#include "asl/value.h"

namespace stepwheel::asl {

// Limits of AWS's developer guide.
inline constexpr size_t kArrayRangeElementsMax = 1000;
inline constexpr size_t kEncodeCharactersMax = 10'000;
// Limit of ours: no payload may be larger than 256 KiB, so nobody needs a
// longer intermediate text, and nested Formats cannot use up the memory.
inline constexpr size_t kFormatBytesMax = 16 * 1024 * 1024;

using Arguments = std::vector<Value>;
using IntrinsicFunction = std::optional<Value> (*)(const Arguments&,
                                                   Environment&);

struct IntrinsicSpec {
  std::string_view name;  // "States.Format"
  size_t arguments_min;
  size_t arguments_max;
  IntrinsicFunction function;
};
inline constexpr size_t kAnyNumber = SIZE_MAX;

// nullptr if there is no such function.
const IntrinsicSpec* FindIntrinsic(std::string_view name);

// The integer that a number stands for as a count, bound or seed: cut off
// toward zero, which is what AWS was seen to do where its guide says "rounded"
// (ArrayRange(1.6, 1.4, 1) is [1]); only MathAdd rounds. nullopt if `value` is
// no number or is beyond int64.
std::optional<int64_t> TruncatedInteger(const Value& value);

// A value as States.Format prints it: strings raw, objects in Java's
// {Arg1=1, Arg2=[]}. Recurses: the caller bounds the value's depth().
void AppendFormatted(const Value& value, std::string* out);

// The characters that a backslash in an intrinsic's string may stand before.
inline bool IsEscapable(char c) {
  return c == '\'' || c == '{' || c == '}' || c == '\\';
}

// Cuts a template of States.Format at every "{}" and resolves the escapes;
// nullopt if a brace stands alone.
std::optional<std::vector<std::string>> SplitTemplate(std::string_view text);

// States.Format with a template that was cut at its "{}": piece 0, argument 1,
// piece 1, argument 2 ... Argument 0 is the template and is not looked at.
std::optional<Value> FormatPieces(const std::vector<std::string>& pieces,
                                  const Arguments& args);

std::optional<Value> Array(const Arguments& args, Environment&);
std::optional<Value> ArrayContains(const Arguments& args, Environment&);
std::optional<Value> ArrayGetItem(const Arguments& args, Environment&);
std::optional<Value> ArrayLength(const Arguments& args, Environment&);
std::optional<Value> ArrayPartition(const Arguments& args, Environment&);
std::optional<Value> ArrayRange(const Arguments& args, Environment&);
std::optional<Value> ArrayUnique(const Arguments& args, Environment&);
std::optional<Value> Base64DecodeCall(const Arguments& args, Environment&);
std::optional<Value> Base64EncodeCall(const Arguments& args, Environment&);
std::optional<Value> Format(const Arguments& args, Environment&);
std::optional<Value> Hash(const Arguments& args, Environment&);
std::optional<Value> JsonMerge(const Arguments& args, Environment&);
std::optional<Value> JsonToString(const Arguments& args, Environment&);
std::optional<Value> MathAdd(const Arguments& args, Environment&);
std::optional<Value> MathRandom(const Arguments& args, Environment& env);
std::optional<Value> StringSplit(const Arguments& args, Environment&);
std::optional<Value> StringToJson(const Arguments& args, Environment&);
std::optional<Value> Uuid(const Arguments& args, Environment& env);

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_INTRINSIC_FUNCTIONS_H_
