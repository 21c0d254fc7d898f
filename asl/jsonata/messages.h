// The reference's sentences for its error codes, and those of AWS for what ran
// out.
#ifndef STEPWHEEL_ASL_JSONATA_MESSAGES_H_
#define STEPWHEEL_ASL_JSONATA_MESSAGES_H_

#include <string>
#include <string_view>

#include "asl/jsonata/expression.h"

namespace stepwheel::asl::jsonata {

inline constexpr char kDepthMessage[] =
    "Stack overflow error: Check for non-terminating recursive function.  "
    "Consider rewriting as tail-recursive.";
inline constexpr char kTimeMessage[] =
    "Expression evaluation timeout: Check for infinite loop";
inline constexpr char kMemoryMessage[] =
    "Expression evaluation memory limit exceeded: Check for excessive memory "
    "usage";

// What a sentence may mention, as JSON text.
struct MessageParts {
  std::string token;
  std::string value;
  std::string value2;
  std::string index;
  std::string type;
  std::string exponent;
};

// Puts the sentence for failure->code into failure->message, unless it has
// one.
void FillMessage(const MessageParts& parts, Failure* failure);
// The same for a failure to compile, from what it holds. `bare`: the token is
// a number or a constant, which JSON does not quote.
void FillMessage(Failure* failure, bool bare = false);

// "text" as JSON.
std::string Quoted(std::string_view text);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_MESSAGES_H_
