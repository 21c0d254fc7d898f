#include "asl/jsonata/lexer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "asl/jsonata/text.h"

namespace stepwheel::asl::jsonata {
namespace {

constexpr std::string_view kBlanks = " \t\n\r\v";
// Characters that end a name.
constexpr std::string_view kOperatorCharacters = ".[]{}(),@#;:?+-*/%|=<>^&!~";

bool IsBlank(char c) { return kBlanks.find(c) != std::string_view::npos; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool Lexer::Fail(std::string_view code, size_t position,
                 std::string_view token) {
  failure_.code = code;
  failure_.position = position;
  failure_.token = token;
  return false;
}

bool Lexer::SkipBlanks() {
  while (true) {
    while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
    if (At(at_) != '/' || At(at_ + 1) != '*') return true;
    size_t end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) return Fail("S0106", at_);
    at_ = end + 2;
  }
}

bool Lexer::Next(bool operand, Token* token) {
  *token = Token();
  if (!SkipBlanks()) return false;
  token->position = at_;
  if (at_ >= text_.size()) return true;
  char c = text_[at_];
  bool ok = true;
  if (operand && c == '/') {
    ok = ScanRegex(token);
  } else if (ScanOperator(token)) {
    ok = true;
  } else if (c == '"' || c == '\'') {
    ok = ScanString(c, token);
  } else if (IsDigit(c)) {
    ok = ScanNumber(token);
  } else if (c == '`') {
    ok = ScanQuotedName(token);
  } else {
    ScanName(token);
  }
  token->position = at_;
  return ok;
}

bool Lexer::ScanOperator(Token* token) {
  constexpr std::array<std::string_view, 7> kDouble = {
      "..", ":=", "!=", ">=", "<=", "**", "~>"};
  std::string_view rest = text_.substr(at_);
  std::string_view found;
  for (std::string_view op : kDouble) {
    if (rest.starts_with(op)) found = op;
  }
  if (level_ == Level::k2_2 &&
      (rest.starts_with("?:") || rest.starts_with("??"))) {
    found = rest.substr(0, 2);
  }
  if (found.empty() &&
      kOperatorCharacters.find(rest[0]) != std::string_view::npos) {
    found = rest.substr(0, 1);
  }
  if (found.empty()) return false;
  token->kind = Token::Kind::kOperator;
  token->text = found;
  at_ += found.size();
  return true;
}

// Up to a slash that is neither escaped nor within brackets.
bool Lexer::ScanRegex(Token* token) {
  size_t start = ++at_;
  int depth = 0;
  for (; at_ < text_.size(); ++at_) {
    char c = text_[at_];
    bool escaped = text_[at_ - 1] == '\\';
    if (c == '/' && depth == 0) {
      size_t slashes = 0;
      while (text_[at_ - 1 - slashes] == '\\') ++slashes;
      if (slashes % 2 == 0) break;
    }
    if ((c == '(' || c == '[' || c == '{') && !escaped) ++depth;
    if ((c == ')' || c == ']' || c == '}') && !escaped) --depth;
  }
  if (at_ >= text_.size()) return Fail("S0302", at_);
  if (at_ == start) return Fail("S0301", at_);
  token->kind = Token::Kind::kRegex;
  token->text = text_.substr(start, at_ - start);
  start = ++at_;
  while (At(at_) == 'i' || At(at_) == 'm') ++at_;
  token->flags = text_.substr(start, at_ - start);
  return true;
}

std::optional<uint32_t> Lexer::ScanHex(size_t at) const {
  if (at + 4 > text_.size()) return std::nullopt;
  uint32_t unit = 0;
  const char* begin = text_.data() + at;
  auto [end, error] = std::from_chars(begin, begin + 4, unit, 16);
  if (error != std::errc() || end != begin + 4) return std::nullopt;
  return unit;
}

// The backslash is behind us.
bool Lexer::ScanEscape(std::string* out) {
  constexpr std::string_view kNames = "\"\\/bfnrt";
  constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
  char c = At(at_);
  size_t known = at_ < text_.size() ? kNames.find(c) : std::string_view::npos;
  if (known != std::string_view::npos) {
    out->push_back(kValues[known]);
    ++at_;
    return true;
  }
  if (c != 'u') {
    std::string_view token = text_.substr(at_, CodePointSize(text_, at_));
    return Fail("S0103", at_, token);
  }
  std::optional<uint32_t> unit = ScanHex(at_ + 1);
  if (!unit) return Fail("S0104", at_);
  at_ += 5;
  uint32_t code = *unit;
  if (code >= 0xD800 && code < 0xDC00 && At(at_) == '\\' &&
      At(at_ + 1) == 'u') {
    std::optional<uint32_t> low = ScanHex(at_ + 2);
    if (low && *low >= 0xDC00 && *low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (*low - 0xDC00);
      at_ += 6;
    }
  }
  AppendCodePoint(code, out);
  return true;
}

bool Lexer::ScanString(char quote, Token* token) {
  token->kind = Token::Kind::kString;
  ++at_;
  while (at_ < text_.size()) {
    char c = text_[at_];
    if (c == quote) {
      ++at_;
      return true;
    }
    ++at_;
    if (c != '\\') {
      token->text.push_back(c);
    } else if (!ScanEscape(&token->text)) {
      return false;
    }
  }
  return Fail("S0101", at_);
}

bool Lexer::ScanNumber(Token* token) {
  size_t end = at_;
  if (At(end) == '0') {
    ++end;
  } else {
    while (IsDigit(At(end))) ++end;
  }
  bool whole = true;
  if (At(end) == '.' && IsDigit(At(end + 1))) {
    whole = false;
    ++end;
    while (IsDigit(At(end))) ++end;
  }
  if (At(end) == 'e' || At(end) == 'E') {
    size_t digits = end + 1;
    if (At(digits) == '+' || At(digits) == '-') ++digits;
    if (IsDigit(At(digits))) {
      whole = false;
      end = digits;
      while (IsDigit(At(end))) ++end;
    }
  }
  std::string_view text = text_.substr(at_, end - at_);
  token->kind = Token::Kind::kNumber;
  token->text = text;
  const char* last = text.data() + text.size();
  int64_t integer = 0;
  if (whole && std::from_chars(text.data(), last, integer).ec == std::errc()) {
    token->value = Value(integer);
  } else {
    double number = TextToDouble(text);
    if (!std::isfinite(number)) return Fail("S0102", at_, text);
    token->value = Value(number);
  }
  at_ = end;
  return true;
}

bool Lexer::ScanQuotedName(Token* token) {
  size_t end = text_.find('`', at_ + 1);
  if (end == std::string_view::npos) return Fail("S0105", text_.size());
  token->kind = Token::Kind::kName;
  token->text = text_.substr(at_ + 1, end - at_ - 1);
  at_ = end + 1;
  return true;
}

void Lexer::ScanName(Token* token) {
  size_t start = at_;
  while (at_ < text_.size() && !IsBlank(text_[at_]) &&
         kOperatorCharacters.find(text_[at_]) == std::string_view::npos) {
    ++at_;
  }
  std::string_view name = text_.substr(start, at_ - start);
  token->kind = Token::Kind::kName;
  token->text = name;
  if (name[0] == '$') {
    token->kind = Token::Kind::kVariable;
    token->text = name.substr(1);
  } else if (name == "or" || name == "in" || name == "and") {
    token->kind = Token::Kind::kOperator;
  } else if (name == "true" || name == "false") {
    token->kind = Token::Kind::kConstant;
    token->value = Value(name == "true");
  } else if (name == "null") {
    token->kind = Token::Kind::kConstant;
  }
}

}  // namespace stepwheel::asl::jsonata
