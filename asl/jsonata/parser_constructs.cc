// What has brackets: blocks, constructors, calls, lambdas, order-by,
// transforms.
#include <utility>

#include "asl/jsonata/parser.h"

namespace stepwheel::asl::jsonata {

Node* Parser::Block(const Token& token) {
  Node* node = NewNode(NodeType::kBlock, token);
  while (!next_.Is(")")) {
    Node* statement = Expression(0);
    if (statement == nullptr || !Adopt(node, statement)) return nullptr;
    node->children.push_back(statement);
    if (!next_.Is(";")) break;
    if (!Advance()) return nullptr;
  }
  return Expect(")", false) ? node : nullptr;
}

Node* Parser::ArrayConstructor(const Token& token) {
  Node* node = NewNode(NodeType::kArray, token);
  while (!next_.Is("]")) {
    Node* item = Expression(0);
    if (item == nullptr) return nullptr;
    if (next_.Is("..")) {
      Token range = std::move(next_);
      if (!Advance()) return nullptr;
      item = Binary(range, Op::kRange, item, 0);
      if (item == nullptr) return nullptr;
    }
    if (!Adopt(node, item)) return nullptr;
    node->children.push_back(item);
    if (!next_.Is(",")) break;
    if (!Advance()) return nullptr;
    // A comma calls for an item: ] is none.
    if (next_.Is("]")) {
      Fail("S0211", next_);
      return nullptr;
    }
  }
  return Expect("]", false) ? node : nullptr;
}

Node* Parser::Object(const Token& token, Node* left) {
  Node* node = NewNode(NodeType::kObject, token);
  bool more = !next_.Is("}");
  while (more) {
    Node* name = Expression(0);
    if (name == nullptr || !Expect(":")) return nullptr;
    Node* value = Expression(0);
    if (value == nullptr) return nullptr;
    if (!Adopt(node, name) || !Adopt(node, value)) return nullptr;
    node->children.push_back(name);
    node->children.push_back(value);
    more = next_.Is(",");
    if (more && !Advance()) return nullptr;
  }
  if (!Expect("}", false)) return nullptr;
  if (left == nullptr) return node;
  Node* group = NewNode(NodeType::kBinary, token);
  group->op = Op::kGroup;
  group->lhs = left;
  group->rhs = node;
  if (!Adopt(group, left) || !Adopt(group, node)) return nullptr;
  return group;
}

bool Parser::CallArguments(Node* call) {
  bool more = !next_.Is(")");
  while (more) {
    if (next_.Is("?")) {
      call->type = NodeType::kPartial;
      call->children.push_back(NewNode(NodeType::kPlaceholder, next_));
      if (!Advance()) return false;
    } else {
      Node* argument = Expression(0);
      if (argument == nullptr || !Adopt(call, argument)) return false;
      call->children.push_back(argument);
    }
    more = next_.Is(",");
    if (more && !Advance()) return false;
  }
  return Expect(")", false);
}

Node* Parser::Call(const Token& token, Node* left) {
  Node* node = NewNode(NodeType::kFunction, token);
  node->lhs = left;
  if (!Adopt(node, left) || !CallArguments(node)) return nullptr;
  bool is_lambda = left->type == NodeType::kName &&
                   (left->text == "function" || left->text == "\u03BB");
  if (is_lambda && !Lambda(node)) return nullptr;
  return node;
}

bool Parser::Lambda(Node* call) {
  for (size_t i = 0; i < call->children.size(); ++i) {
    Node* parameter = call->children[i];
    if (parameter->type != NodeType::kVariable) {
      failure_.code = "S0208";
      failure_.position = parameter->position;
      failure_.token = parameter->text;
      failure_.value = Value(static_cast<int64_t>(i + 1));
      return false;
    }
    if (parameter->name == kNoName) parameter->name = NameId("");
    call->parameters.push_back(parameter->name);
  }
  call->type = NodeType::kLambda;
  call->children.clear();
  if (next_.Is("<") && !LambdaSignature(call)) return false;
  if (!Expect("{")) return false;
  call->lhs = Expression(0);
  if (call->lhs == nullptr || !Adopt(call, call->lhs)) return false;
  return Expect("}");
}

bool Parser::LambdaSignature(Node* lambda) {
  size_t start = next_.position;
  int depth = 1;
  std::string text = "<";
  while (depth > 0 && !next_.Is("{") && next_.kind != Token::Kind::kEnd) {
    if (!Advance()) return false;
    if (next_.Is(">")) --depth;
    if (next_.Is("<")) ++depth;
    text += next_.text;
  }
  if (!Expect(">")) return false;
  std::optional<Signature> signature = Signature::Parse(text, &failure_);
  if (!signature) {
    failure_.position += start;
    return false;
  }
  lambda->signature = std::make_shared<const Signature>(std::move(*signature));
  return true;
}

Node* Parser::OrderBy(const Token& token, Node* left) {
  Node* node = NewNode(NodeType::kBinary, token);
  node->op = Op::kOrderBy;
  node->lhs = left;
  if (!Adopt(node, left) || !Expect("(")) return nullptr;
  bool more = true;
  while (more) {
    bool descending = next_.Is(">");
    if ((descending || next_.Is("<")) && !Advance()) return nullptr;
    Node* term = Expression(0);
    if (term == nullptr || !Adopt(node, term)) return nullptr;
    // A term stands in a node of its own: a name may turn into a path.
    Node* holder = NewNode(NodeType::kBlock, token);
    holder->descending = descending;
    holder->lhs = term;
    node->children.push_back(holder);
    more = next_.Is(",");
    if (more && !Advance()) return nullptr;
  }
  return Expect(")") ? node : nullptr;
}

Node* Parser::Transform(const Token& token) {
  Node* node = NewNode(NodeType::kTransform, token);
  node->lhs = Expression(0);
  if (node->lhs == nullptr || !Adopt(node, node->lhs)) return nullptr;
  if (!Expect("|")) return nullptr;
  node->rhs = Expression(0);
  if (node->rhs == nullptr || !Adopt(node, node->rhs)) return nullptr;
  if (next_.Is(",")) {
    if (!Advance()) return nullptr;
    node->third = Expression(0);
    if (node->third == nullptr || !Adopt(node, node->third)) return nullptr;
  }
  return Expect("|") ? node : nullptr;
}

}  // namespace stepwheel::asl::jsonata
