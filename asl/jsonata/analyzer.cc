#include "asl/jsonata/analyzer.h"

#include <utility>

namespace stepwheel::asl::jsonata {

Node* Analyzer::Fail(std::string_view code, const Node* node) {
  failure_.code = code;
  failure_.position = node->position;
  return nullptr;
}

bool Analyzer::Analyze(Node* root) {
  root = Process(root);
  if (root == nullptr) return false;
  if (root->type == NodeType::kParent || !root->seeking.empty()) {
    Fail("S0217", root);
    return false;
  }
  program_->root = root;
  return true;
}

Node* Analyzer::Process(Node* node) {
  bool keep_array = node->keep_array;
  switch (node->type) {
    case NodeType::kBinary:
      node = ProcessBinary(node);
      break;
    case NodeType::kNegate:
      node = ProcessNegate(node);
      break;
    case NodeType::kArray:
    case NodeType::kObject:
      node = ProcessChildren(node);
      break;
    case NodeType::kFunction:
    case NodeType::kPartial:
      node = ProcessCall(node);
      break;
    case NodeType::kLambda:
      node = ProcessLambda(node);
      break;
    case NodeType::kCondition:
      node = ProcessCondition(node);
      break;
    case NodeType::kTransform:
      node->lhs = Process(node->lhs);
      if (node->lhs != nullptr) node->rhs = Process(node->rhs);
      if (node->lhs == nullptr || node->rhs == nullptr) return nullptr;
      if (node->third != nullptr && !(node->third = Process(node->third))) {
        return nullptr;
      }
      break;
    case NodeType::kBlock:
      node = ProcessBlock(node);
      break;
    case NodeType::kOperator:
      node->type = NodeType::kName;
      [[fallthrough]];
    case NodeType::kName:
      node->hint = program_->hints++;
      node = PathOf(node);
      node->keep_singleton_array = keep_array;
      break;
    case NodeType::kParent:
      node = ProcessParent(node);
      break;
    case NodeType::kEnd:
      Fail("S0207", node);
      failure_.token = "(end)";
      return nullptr;
    default:
      break;
  }
  if (node != nullptr && keep_array) node->keep_array = true;
  return node;
}

Node* Analyzer::ProcessBinary(Node* node) {
  switch (node->op) {
    case Op::kDot:
      return ProcessDot(node);
    case Op::kPredicate:
      return ProcessPredicate(node);
    case Op::kGroup:
      return ProcessGroup(node);
    case Op::kOrderBy:
      return ProcessOrderBy(node);
    case Op::kFocus:
      return ProcessFocus(node);
    case Op::kIndex:
      return ProcessIndex(node);
    case Op::kBind:
      node->type = NodeType::kBind;
      node->name = node->lhs->name;
      node->rhs = Process(node->rhs);
      if (node->rhs == nullptr) return nullptr;
      Inherit(node, node->rhs);
      return node;
    case Op::kApply:
      node->type = NodeType::kApply;
      node->lhs = Process(node->lhs);
      if (node->lhs != nullptr) node->rhs = Process(node->rhs);
      if (node->lhs == nullptr || node->rhs == nullptr) return nullptr;
      node->keep_array = node->lhs->keep_array || node->rhs->keep_array;
      return node;
    default:
      return ProcessOperands(node);
  }
}

Node* Analyzer::ProcessOperands(Node* node) {
  node->lhs = Process(node->lhs);
  if (node->lhs != nullptr) node->rhs = Process(node->rhs);
  if (node->lhs == nullptr || node->rhs == nullptr) return nullptr;
  Inherit(node, node->lhs);
  Inherit(node, node->rhs);
  return node;
}

Node* Analyzer::PathOf(Node* first) {
  Node* path = &program_->nodes.emplace_back();
  path->type = NodeType::kPath;
  path->position = first->position;
  path->children.push_back(first);
  return path;
}

Node* Analyzer::ProcessDot(Node* node) {
  Node* left = Process(node->lhs);
  if (left == nullptr) return nullptr;
  Node* path = left->type == NodeType::kPath ? left : PathOf(left);
  if (left->type == NodeType::kParent) path->seeking = {left->slot};
  Node* rest = Process(node->rhs);
  if (rest == nullptr) return nullptr;
  if (rest->type == NodeType::kPath) {
    for (Node* step : rest->children) path->children.push_back(step);
  } else {
    if (!rest->predicates.empty()) {
      rest->stages = std::move(rest->predicates);
      rest->predicates.clear();
    }
    path->children.push_back(rest);
  }
  return FinishPath(path) ? path : nullptr;
}

bool Analyzer::FinishPath(Node* path) {
  for (Node* step : path->children) {
    if (step->type == NodeType::kNumber || step->type == NodeType::kConstant) {
      Fail("S0213", step);
      failure_.value = step->literal.is_null()   ? Value()
                       : step->literal.is_bool() ? Value(step->literal.boolean)
                       : step->literal.tag == Tag::kInt
                           ? Value(step->literal.integer)
                           : Value(step->literal.as_double());
      return false;
    }
    if (step->type == NodeType::kString) {
      step->type = NodeType::kName;
      step->hint = program_->hints++;
    }
    if (step->keep_array) path->keep_singleton_array = true;
  }
  // An array constructor at either end is not taken apart.
  Node* first = path->children.front();
  Node* last = path->children.back();
  if (first->type == NodeType::kArray) first->constructs = true;
  if (last->type == NodeType::kArray) last->constructs = true;
  return ResolveParents(path);
}

Node* Analyzer::ProcessPredicate(Node* node) {
  Node* result = Process(node->lhs);
  if (result == nullptr) return nullptr;
  bool in_path = result->type == NodeType::kPath;
  Node* step = in_path ? result->children.back() : result;
  if (step->group != nullptr) return Fail("S0209", node);
  Node* filter = Process(node->rhs);
  if (filter == nullptr) return nullptr;
  if (!filter->seeking.empty()) {
    for (Slot* slot : filter->seeking) {
      if (slot->level != 1) {
        --slot->level;
      } else if (!Seek(step, slot)) {
        return nullptr;
      }
    }
    Inherit(step, filter);
  }
  Stage stage;
  stage.filter = filter;
  stage.position = node->position;
  (in_path ? step->stages : step->predicates).push_back(stage);
  return result;
}

Node* Analyzer::ProcessGroup(Node* node) {
  Node* result = Process(node->lhs);
  if (result == nullptr) return nullptr;
  if (result->group != nullptr) return Fail("S0210", node);
  Node* group = node->rhs;
  for (Node*& child : group->children) {
    child = Process(child);
    if (child == nullptr) return nullptr;
  }
  result->group = group;
  return result;
}

Node* Analyzer::ProcessOrderBy(Node* node) {
  Node* result = Process(node->lhs);
  if (result == nullptr) return nullptr;
  if (result->type != NodeType::kPath) result = PathOf(result);
  node->type = NodeType::kSort;
  for (Node* term : node->children) {
    term->lhs = Process(term->lhs);
    if (term->lhs == nullptr) return nullptr;
    Inherit(node, term->lhs);
  }
  result->children.push_back(node);
  return ResolveParents(result) ? result : nullptr;
}

Node* Analyzer::ProcessFocus(Node* node) {
  Node* result = Process(node->lhs);
  if (result == nullptr) return nullptr;
  Node* step = result;
  if (result->type == NodeType::kPath) step = result->children.back();
  if (!step->stages.empty() || !step->predicates.empty()) {
    return Fail("S0215", node);
  }
  if (step->type == NodeType::kSort) return Fail("S0216", node);
  if (node->keep_array) step->keep_array = true;
  step->focus = node->rhs->name;
  step->tuple = true;
  return result;
}

Node* Analyzer::ProcessIndex(Node* node) {
  Node* result = Process(node->lhs);
  if (result == nullptr) return nullptr;
  Node* step = result;
  if (result->type == NodeType::kPath) {
    step = result->children.back();
  } else {
    result = PathOf(result);
    if (!step->predicates.empty()) {
      step->stages = std::move(step->predicates);
      step->predicates.clear();
    }
  }
  if (step->stages.empty()) {
    step->index = node->rhs->name;
  } else {
    Stage stage;
    stage.index = node->rhs->name;
    stage.position = node->position;
    step->stages.push_back(stage);
  }
  step->tuple = true;
  return result;
}

Node* Analyzer::ProcessNegate(Node* node) {
  node->lhs = Process(node->lhs);
  if (node->lhs == nullptr) return nullptr;
  Node* operand = node->lhs;
  if (operand->type != NodeType::kNumber) {
    Inherit(node, operand);
    return node;
  }
  Cell& literal = operand->literal;
  if (literal.tag == Tag::kInt && literal.integer != 0) {
    literal = Cell::Int(-literal.integer);
  } else {
    literal = Cell::Double(-literal.as_double());
  }
  return operand;
}

Node* Analyzer::ProcessChildren(Node* node) {
  for (Node*& child : node->children) {
    child = Process(child);
    if (child == nullptr) return nullptr;
    Inherit(node, child);
  }
  return node;
}

Node* Analyzer::ProcessCall(Node* node) {
  if (ProcessChildren(node) == nullptr) return nullptr;
  node->lhs = Process(node->lhs);
  return node->lhs == nullptr ? nullptr : node;
}

Node* Analyzer::ProcessLambda(Node* node) {
  node->lhs = Process(node->lhs);
  if (node->lhs == nullptr) return nullptr;
  node->lhs = MarkTailCalls(node->lhs);
  return node;
}

Node* Analyzer::ProcessCondition(Node* node) {
  for (Node** part : {&node->lhs, &node->rhs, &node->third}) {
    if (*part == nullptr) continue;
    *part = Process(*part);
    if (*part == nullptr) return nullptr;
    Inherit(node, *part);
  }
  return node;
}

Node* Analyzer::ProcessBlock(Node* node) {
  if (ProcessChildren(node) == nullptr) return nullptr;
  for (const Node* part : node->children) {
    bool constructs = part->constructs;
    if (part->type == NodeType::kPath) {
      constructs = constructs || part->children.front()->constructs;
    }
    if (constructs) node->constructs = true;
  }
  return node;
}

Node* Analyzer::ProcessParent(Node* node) {
  node->slot = &program_->slots.emplace_back();
  node->slot->label = static_cast<uint32_t>(program_->names.size());
  // No variable can have this name.
  program_->names.push_back("%");
  return node;
}

Node* Analyzer::MarkTailCalls(Node* node) {
  // What has predicates behind it looks at the call's result.
  if (!node->predicates.empty() || node->group != nullptr) return node;
  if (node->type == NodeType::kFunction) {
    Node* thunk = &program_->nodes.emplace_back();
    thunk->type = NodeType::kLambda;
    thunk->thunk = true;
    thunk->position = node->position;
    thunk->lhs = node;
    return thunk;
  } else if (node->type == NodeType::kCondition) {
    if (node->rhs != nullptr) node->rhs = MarkTailCalls(node->rhs);
    if (node->third != nullptr) node->third = MarkTailCalls(node->third);
  } else if (node->type == NodeType::kBlock && !node->children.empty()) {
    node->children.back() = MarkTailCalls(node->children.back());
  }
  return node;
}

}  // namespace stepwheel::asl::jsonata
