// JSON text to Value and back, with numbers that survive the trip: integers
// are exact through int64, doubles are read with std::from_chars and printed as
// AWS (Java) prints them. Errors carry Jackson's words, because AWS's do.
#ifndef STEPWHEEL_ASL_JSON_H_
#define STEPWHEEL_ASL_JSON_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "asl/value.h"

namespace stepwheel::asl {

// Deeper nesting is refused: it bounds every recursion over a Value.
inline constexpr int kJsonDepthMax = 1000;

struct JsonError {
  // Jackson's sentence where one is recorded (api.md 3.3, 6), for example
  // "Unrecognized token 'not': was expecting (JSON String, Number, ...)".
  std::string message;
  size_t offset = 0;  // Byte offset in the text.
  int line = 1;       // 1-based.
  int column = 1;     // 1-based; Jackson's column for its location text.
};

// Where Jackson says the error stands: `[Source: (String)"<text>"; line: 1,
// column: 4]`, with at most 500 characters of the text: the location of AWS's
// INVALID_JSON_DESCRIPTION (reference: api.md 6).
std::string JsonErrorLocation(std::string_view text, const JsonError& error);
// Jackson's whole message: the sentence, "\n at " and the location.
std::string JsonErrorWithLocation(std::string_view text,
                                  const JsonError& error);

// Parses exactly one JSON value (blanks around it are fine). Of duplicate names
// the last wins. A number that overflows a double is refused; an integer
// beyond int64 becomes the nearest double; lone surrogates escaped as \uD800
// are kept as U+FFFD (the one place that decides both). With `keep_text` the
// root remembers `text` (trimmed) as its own text.
std::optional<Value> ParseJson(std::string_view text, JsonError* error,
                               bool keep_text = false);

// As ParseJson, and calls `on_member` for every object member and array
// element with its JSON-Pointer-like path ("/States/A/Choices[0]/Next") and the
// byte offset of its value: what the validator needs to say line and column.
using PathVisitor = std::function<void(std::string_view path, size_t offset)>;
std::optional<Value> ParseJsonWithPaths(std::string_view text, JsonError* error,
                                        const PathVisitor& visitor);

// 1-based line and column (in code points) of a byte offset.
struct TextPosition {
  int line = 1;
  int column = 1;
};
TextPosition PositionOf(std::string_view text, size_t offset);

// Appends a JSON string with quotes; only what JSON requires is escaped.
void AppendJsonString(std::string_view s, std::string* out);
// Appends a double as Java's Double.toString does: "0.1", "100.0", "1.0E10",
// shortest digits that read back exactly. Infinities print as strings
// ("\"Infinity\""): JSON has no other way.
void AppendJsonDouble(double d, std::string* out);
void AppendJsonInt(int64_t i, std::string* out);

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_JSON_H_
