// Parser makes the raw syntax tree of an expression by operator precedence
// (Pratt's method). The Analyzer then makes it fit for evaluation.
#ifndef STEPWHEEL_ASL_JSONATA_PARSER_H_
#define STEPWHEEL_ASL_JSONATA_PARSER_H_

#include <optional>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "asl/jsonata/lexer.h"
#include "asl/jsonata/program.h"

namespace stepwheel::asl::jsonata {

class Parser {
 public:
  explicit Parser(Program* program)
      : program_(program), lexer_(program->text, program->options.level) {}

  // Nullptr if the text is no expression: see failure().
  Node* Parse();
  // With its message.
  const Failure& failure() const { return failure_; }

 private:
  // Deeper than any sensible expression, shallower than the stack.
  static constexpr uint32_t kHeightMax = 1000;

  Node* ParseAll();
  Node* Expression(int binding_power);
  Node* Prefix(const Token& token);
  Node* Infix(const Token& token, Node* left);
  Node* PrefixOperator(const Token& token);
  Node* Literal(const Token& token);
  Node* Regex(const Token& token);
  Node* Binary(const Token& token, Op op, Node* left, int binding_power);
  Node* Block(const Token& token);
  Node* ArrayConstructor(const Token& token);
  Node* Object(const Token& token, Node* left);
  Node* Call(const Token& token, Node* left);
  bool CallArguments(Node* call);
  bool Lambda(Node* call);
  bool LambdaSignature(Node* lambda);
  Node* Predicate(const Token& token, Node* left);
  Node* OrderBy(const Token& token, Node* left);
  Node* Bind(const Token& token, Node* left);
  Node* BindInPath(const Token& token, Op op, Node* left);
  Node* Condition(const Token& token, Node* left);
  Node* Default(const Token& token, Node* left);
  Node* Transform(const Token& token);

  // Takes the next token; `operand`: may it be a regular expression?
  bool Advance(bool operand = true);
  // Takes the token `op` or fails.
  bool Expect(std::string_view op, bool operand = true);
  int BindingPower() const;
  Node* NewNode(NodeType type, const Token& token);
  uint32_t NameId(const std::string& name);
  // Counts the child's height; fails if the tree gets too high.
  bool Adopt(Node* parent, const Node* child);
  bool Fail(std::string_view code, const Token& token);
  bool FailDeep();

  Program* program_;
  Lexer lexer_;
  Token next_;
  uint32_t depth_ = 0;
  absl::flat_hash_map<std::string, uint32_t> name_ids_;
  Failure failure_;
  bool bare_token_ = false;  // The token to blame is a number or constant.
};

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_PARSER_H_
