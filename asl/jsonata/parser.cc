#include "asl/jsonata/parser.h"

#include <array>
#include <utility>
#include <variant>

#include "asl/jsonata/messages.h"

namespace stepwheel::asl::jsonata {
namespace {

struct Operator {
  std::string_view text;
  int power;
  Op op = Op::kNone;  // Of those that simply join two operands.
};

constexpr std::array<Operator, 27> kOperators = {{{".", 75, Op::kDot},
                                                  {"[", 80},
                                                  {"{", 70},
                                                  {"(", 80},
                                                  {"@", 80},
                                                  {"#", 80},
                                                  {"?", 20},
                                                  {"+", 50, Op::kAdd},
                                                  {"-", 50, Op::kSubtract},
                                                  {"*", 60, Op::kMultiply},
                                                  {"/", 60, Op::kDivide},
                                                  {"%", 60, Op::kModulo},
                                                  {"=", 40, Op::kEqual},
                                                  {"<", 40, Op::kLess},
                                                  {">", 40, Op::kGreater},
                                                  {"!=", 40, Op::kNotEqual},
                                                  {"<=", 40, Op::kLessEqual},
                                                  {">=", 40, Op::kGreaterEqual},
                                                  {"~>", 40, Op::kApply},
                                                  {"in", 40, Op::kIn},
                                                  {"^", 40},
                                                  {":=", 10},
                                                  {"and", 30, Op::kAnd},
                                                  {"or", 25, Op::kOr},
                                                  {"&", 50, Op::kConcatenate},
                                                  {"?:", 40},
                                                  {"??", 40}}};

const Operator* FindOperator(std::string_view text) {
  for (const Operator& op : kOperators) {
    if (op.text == text) return &op;
  }
  return nullptr;
}

}  // namespace

bool Parser::Fail(std::string_view code, const Token& token) {
  failure_.code = code;
  failure_.position = token.position;
  failure_.token = token.kind == Token::Kind::kEnd ? "(end)" : token.text;
  bare_token_ = token.kind == Token::Kind::kNumber ||
                token.kind == Token::Kind::kConstant;
  return false;
}

bool Parser::FailDeep() {
  failure_.code = "U1001";
  failure_.message = kDepthMessage;
  failure_.position = next_.position;
  failure_.limit = Failure::Limit::kDepth;
  return false;
}

bool Parser::Adopt(Node* parent, const Node* child) {
  if (parent->height <= child->height) parent->height = child->height + 1;
  return parent->height <= kHeightMax || FailDeep();
}

bool Parser::Advance(bool operand) {
  if (!lexer_.Next(operand, &next_)) {
    failure_ = lexer_.failure();
    return false;
  }
  if (next_.Is("!") || next_.Is("~")) return Fail("S0204", next_);
  return true;
}

bool Parser::Expect(std::string_view op, bool operand) {
  if (next_.Is(op)) return Advance(operand);
  Fail(next_.kind == Token::Kind::kEnd ? "S0203" : "S0202", next_);
  failure_.value = Value(op);
  return false;
}

int Parser::BindingPower() const {
  if (next_.kind != Token::Kind::kOperator) return 0;
  const Operator* op = FindOperator(next_.text);
  return op == nullptr ? 0 : op->power;
}

Node* Parser::NewNode(NodeType type, const Token& token) {
  Node& node = program_->nodes.emplace_back();
  node.type = type;
  node.position = static_cast<uint32_t>(token.position);
  node.text = token.text;
  return &node;
}

uint32_t Parser::NameId(const std::string& name) {
  auto [it, is_new] = name_ids_.try_emplace(
      name, static_cast<uint32_t>(program_->names.size()));
  if (is_new) program_->names.push_back(name);
  return it->second;
}

Node* Parser::Parse() {
  Node* root = ParseAll();
  if (root == nullptr) FillMessage(&failure_, bare_token_);
  return root;
}

Node* Parser::ParseAll() {
  if (!Advance()) return nullptr;
  Node* root = Expression(0);
  if (root == nullptr) return nullptr;
  if (next_.kind != Token::Kind::kEnd) {
    Fail("S0201", next_);
    return nullptr;
  }
  return root;
}

Node* Parser::Expression(int binding_power) {
  if (++depth_ > kHeightMax) {
    FailDeep();
    return nullptr;
  }
  Token token = std::move(next_);
  if (!Advance(false)) return nullptr;
  Node* left = Prefix(token);
  while (left != nullptr && binding_power < BindingPower()) {
    token = std::move(next_);
    if (!Advance()) return nullptr;
    left = Infix(token, left);
  }
  --depth_;
  return left;
}

Node* Parser::Prefix(const Token& token) {
  switch (token.kind) {
    case Token::Kind::kEnd:
      return NewNode(NodeType::kEnd, token);
    case Token::Kind::kOperator:
      return PrefixOperator(token);
    case Token::Kind::kName:
      return NewNode(NodeType::kName, token);
    case Token::Kind::kVariable: {
      Node* node = NewNode(NodeType::kVariable, token);
      if (!token.text.empty()) node->name = NameId(token.text);
      return node;
    }
    case Token::Kind::kRegex:
      return Regex(token);
    default:
      return Literal(token);
  }
}

Node* Parser::Literal(const Token& token) {
  NodeType type = NodeType::kConstant;
  if (token.kind == Token::Kind::kNumber) type = NodeType::kNumber;
  Value value = token.value;
  if (token.kind == Token::Kind::kString) {
    type = NodeType::kString;
    value = Value(token.text);
  }
  Node* node = NewNode(type, token);
  program_->values.push_back(std::move(value));
  node->literal = Cell::Of(program_->values.back());
  return node;
}

Node* Parser::Regex(const Token& token) {
  std::variant<JsRegex, JsRegexError> made =
      JsRegex::Compile(token.text, token.flags);
  if (const JsRegexError* error = std::get_if<JsRegexError>(&made)) {
    Fail("S0303", token);
    failure_.message =
        "Invalid regular expression: /" + token.text + "/: " + error->message;
    return nullptr;
  }
  Node* node = NewNode(NodeType::kRegex, token);
  node->regex = std::get<JsRegex>(std::move(made));
  return node;
}

Node* Parser::PrefixOperator(const Token& token) {
  const std::string& op = token.text;
  if (op == "and" || op == "or" || op == "in") {
    return NewNode(NodeType::kOperator, token);
  }
  if (op == "(") return Block(token);
  if (op == "[") return ArrayConstructor(token);
  if (op == "{") return Object(token, nullptr);
  if (op == "|") return Transform(token);
  if (op == "*") return NewNode(NodeType::kWildcard, token);
  if (op == "**") return NewNode(NodeType::kDescendant, token);
  if (op == "%") return NewNode(NodeType::kParent, token);
  if (op != "-") {
    Fail("S0211", token);
    return nullptr;
  }
  Node* node = NewNode(NodeType::kNegate, token);
  node->lhs = Expression(70);
  if (node->lhs == nullptr || !Adopt(node, node->lhs)) return nullptr;
  return node;
}

Node* Parser::Infix(const Token& token, Node* left) {
  const Operator* known = FindOperator(token.text);
  const std::string& op = token.text;
  if (known->op != Op::kNone) {
    return Binary(token, known->op, left, known->power);
  }
  if (op == "[") return Predicate(token, left);
  if (op == "(") return Call(token, left);
  if (op == "{") return Object(token, left);
  if (op == "^") return OrderBy(token, left);
  if (op == ":=") return Bind(token, left);
  if (op == "@") return BindInPath(token, Op::kFocus, left);
  if (op == "#") return BindInPath(token, Op::kIndex, left);
  if (op == "?") return Condition(token, left);
  return Default(token, left);
}

Node* Parser::Binary(const Token& token, Op op, Node* left, int binding_power) {
  Node* node = NewNode(NodeType::kBinary, token);
  node->op = op;
  node->lhs = left;
  node->rhs = Expression(binding_power);
  if (node->rhs == nullptr) return nullptr;
  if (!Adopt(node, left) || !Adopt(node, node->rhs)) return nullptr;
  return node;
}

Node* Parser::Predicate(const Token& token, Node* left) {
  if (next_.Is("]")) {
    // a[] keeps a single item in its array: it marks the step itself.
    Node* step = left;
    while (step->type == NodeType::kBinary && step->op == Op::kPredicate) {
      step = step->lhs;
    }
    step->keep_array = true;
    return Advance() ? left : nullptr;
  }
  Node* node = Binary(token, Op::kPredicate, left, 0);
  if (node == nullptr || !Expect("]", false)) return nullptr;
  return node;
}

Node* Parser::Bind(const Token& token, Node* left) {
  if (left->type != NodeType::kVariable) {
    failure_.code = "S0212";
    failure_.position = left->position;
    failure_.token = left->text;
    return nullptr;
  }
  Node* node = Binary(token, Op::kBind, left, 9);
  if (node != nullptr && left->name == kNoName) left->name = NameId("");
  return node;
}

Node* Parser::BindInPath(const Token& token, Op op, Node* left) {
  Node* node = Binary(token, op, left, 80);
  if (node == nullptr) return nullptr;
  if (node->rhs->type != NodeType::kVariable) {
    failure_.code = "S0214";
    failure_.position = node->rhs->position;
    failure_.token = token.text;
    return nullptr;
  }
  if (node->rhs->name == kNoName) node->rhs->name = NameId("");
  return node;
}

Node* Parser::Condition(const Token& token, Node* left) {
  Node* node = NewNode(NodeType::kCondition, token);
  node->lhs = left;
  node->rhs = Expression(0);
  if (node->rhs == nullptr) return nullptr;
  if (!Adopt(node, left) || !Adopt(node, node->rhs)) return nullptr;
  if (!next_.Is(":")) return node;
  if (!Advance()) return nullptr;
  node->third = Expression(0);
  if (node->third == nullptr || !Adopt(node, node->third)) return nullptr;
  return node;
}

// a ?: b and a ?? b: conditions whose first operand is their result.
Node* Parser::Default(const Token& token, Node* left) {
  Node* node = NewNode(NodeType::kCondition, token);
  node->op = token.text == "??" ? Op::kCoalesce : Op::kDefault;
  node->lhs = left;
  node->third = Expression(0);
  if (node->third == nullptr || !Adopt(node, node->third)) return nullptr;
  return Adopt(node, left) ? node : nullptr;
}

}  // namespace stepwheel::asl::jsonata
