// Lexer cuts the text of an expression into tokens, one at a time, because
// only the parser knows whether `/` divides or begins a regular expression.
#ifndef STEPWHEEL_ASL_JSONATA_LEXER_H_
#define STEPWHEEL_ASL_JSONATA_LEXER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "asl/jsonata/expression.h"

namespace stepwheel::asl::jsonata {

struct Token {
  enum class Kind : uint8_t {
    kEnd,
    kOperator,
    kString,
    kNumber,
    kConstant,
    kName,
    kVariable,
    kRegex
  };

  Kind kind = Kind::kEnd;
  std::string text;     // What it says: operator, name, string, pattern.
  std::string flags;    // Of a regular expression.
  Value value;          // Of a number or constant.
  size_t position = 0;  // Just behind it.

  bool Is(std::string_view op) const {
    return kind == Kind::kOperator && text == op;
  }
};

class Lexer {
 public:
  Lexer(std::string_view text, Level level) : text_(text), level_(level) {}

  // False if there is no token: see failure(). `operand`: may a regular
  // expression stand here?
  bool Next(bool operand, Token* token);
  const Failure& failure() const { return failure_; }

 private:
  bool SkipBlanks();
  bool ScanOperator(Token* token);
  bool ScanRegex(Token* token);
  bool ScanString(char quote, Token* token);
  bool ScanEscape(std::string* out);
  std::optional<uint32_t> ScanHex(size_t at) const;
  bool ScanNumber(Token* token);
  bool ScanQuotedName(Token* token);
  void ScanName(Token* token);
  bool Fail(std::string_view code, size_t position,
            std::string_view token = {});
  char At(size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

  std::string_view text_;
  Level level_;
  size_t at_ = 0;
  Failure failure_;
};

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_LEXER_H_
