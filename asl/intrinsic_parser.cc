#include "asl/intrinsic_parser.h"

#include <algorithm>
#include <utility>

#include "asl/intrinsics.h"
#include "asl/json.h"

namespace stepwheel::asl {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '.' || c == '_';
}

class Parser {
 public:
  Parser(std::string_view text, std::string* error)
      : text_(text), error_(error) {}

  std::unique_ptr<IntrinsicNode> ParseAll() {
    SkipBlanks();
    std::unique_ptr<IntrinsicNode> call = ParseCall(1);
    if (!call) return nullptr;
    SkipBlanks();
    if (at_ < text_.size()) {
      Fail("expected the end of the text");
      return nullptr;
    }
    return call;
  }

 private:
  std::unique_ptr<IntrinsicNode> ParseCall(int depth) {
    if (depth > kIntrinsicDepthMax) {
      Fail("intrinsic functions may be nested " +
           std::to_string(kIntrinsicDepthMax) + " deep, not deeper");
      return nullptr;
    }
    const size_t start = at_;
    while (at_ < text_.size() && IsNameCharacter(text_[at_])) ++at_;
    const std::string_view name = text_.substr(start, at_ - start);
    auto call = std::make_unique<IntrinsicNode>();
    call->spec = FindIntrinsic(name);
    if (call->spec == nullptr) {
      at_ = start;
      Fail("expected the name of an intrinsic function, such as States.Format");
      return nullptr;
    }
    if (!Take('(')) {
      Fail("expected '(' after " + std::string(name));
      return nullptr;
    }
    if (!ParseArguments(depth, call.get())) return nullptr;
    const size_t count = call->arguments.size();
    if (count < call->spec->arguments_min ||
        count > call->spec->arguments_max) {
      Fail(std::string(name) + " does not take " + std::to_string(count) +
           " arguments");
      return nullptr;
    }
    return call;
  }

  // Everything after "(" up to and with ")".
  bool ParseArguments(int depth, IntrinsicNode* call) {
    SkipBlanks();
    if (Take(')')) return true;
    while (true) {
      SkipBlanks();
      if (!ParseArgument(depth, call)) return false;
      SkipBlanks();
      if (Take(')')) return true;
      if (!Take(',')) return Fail("expected ',' or ')' after an argument");
    }
  }

  bool ParseArgument(int depth, IntrinsicNode* call) {
    if (at_ == text_.size()) return Fail("expected an argument");
    const char c = text_[at_];
    if (c == '\'') return ParseString(call);
    if (c == '$') return ParsePath(call);
    if (c == 'S') {
      std::unique_ptr<IntrinsicNode> nested = ParseCall(depth + 1);
      if (!nested) return false;
      call->arguments.emplace_back(std::move(nested));
      return true;
    }
    return ParseJsonScalar(call);
  }

  // 'text' with the escapes \' \{ \} \\ and no other (asl.md 6).
  bool ParseString(IntrinsicNode* call) {
    const size_t start = ++at_;
    std::string unescaped;
    while (true) {
      if (at_ == text_.size()) return Fail("expected ' at the end of a string");
      char c = text_[at_++];
      if (c == '\'') break;
      if (c == '\\') {
        if (at_ == text_.size() || !IsEscapable(text_[at_])) {
          return Fail("expected one of ' { } \\ after \\ in a string");
        }
        c = text_[at_++];
      }
      unescaped.push_back(c);
    }
    if (call->spec->function == &Format && call->arguments.empty()) {
      // "\{" is not "{" in a template, so it is cut before it is unescaped. One
      // that cannot be cut has no pieces, and the call fails when it is made.
      call->format_pieces = SplitTemplate(text_.substr(start, at_ - 1 - start))
                                .value_or(std::vector<std::string>());
    }
    call->arguments.emplace_back(Value(unescaped));
    return true;
  }

  bool ParsePath(IntrinsicNode* call) {
    const size_t start = at_;
    if (!SkipPath()) return Fail("expected ] or ) or ' at the end of a path");
    std::string_view text = text_.substr(start, at_ - start);
    while (IsBlank(text.back())) text.remove_suffix(1);
    std::string why;
    std::optional<PathLookup> path = PathLookup::Parse(text, &why);
    if (!path) {
      at_ = start;
      return Fail(why);
    }
    call->arguments.emplace_back(*std::move(path));
    return true;
  }

  // Moves to the ',' or ')' that ends a path. Those inside of brackets,
  // parentheses and quotes belong to the path.
  bool SkipPath() {
    int open = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (open == 0 && (c == ',' || c == ')')) return true;
      if (c == '[' || c == '(') ++open;
      if (c == ']' || c == ')') --open;
      if (open > 0 && (c == '\'' || c == '"') && !SkipQuoted(c)) return false;
    }
    return open == 0;
  }

  // From an opening quote to its closing one.
  bool SkipQuoted(char quote) {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == quote) {
        return true;
      }
    }
    return false;
  }

  // A number, true, false or null, spelled as in JSON.
  bool ParseJsonScalar(IntrinsicNode* call) {
    const size_t start = at_;
    while (at_ < text_.size() && !IsBlank(text_[at_]) && text_[at_] != ',' &&
           text_[at_] != ')') {
      ++at_;
    }
    JsonError unused;
    std::optional<Value> value =
        ParseJson(text_.substr(start, at_ - start), &unused);
    if (!value || value->is_string() || value->is_array() ||
        value->is_object()) {
      at_ = start;
      return Fail(
          "expected an argument: 'text', a number, true, false, null, a path "
          "or an intrinsic function");
    }
    call->arguments.emplace_back(*std::move(value));
    return true;
  }

  bool Take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void SkipBlanks() {
    while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
  }

  // Always false, so that callers can return it.
  bool Fail(std::string why) {
    *error_ = std::move(why) + " at character " + std::to_string(at_ + 1);
    return false;
  }

  const std::string_view text_;
  std::string* const error_;
  size_t at_ = 0;
};

}  // namespace

std::unique_ptr<IntrinsicNode> ParseIntrinsic(std::string_view text,
                                              std::string* error) {
  return Parser(text, error).ParseAll();
}

}  // namespace stepwheel::asl
