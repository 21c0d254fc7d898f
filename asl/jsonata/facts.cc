#include "asl/jsonata/facts.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "asl/jsonata/function.h"

namespace stepwheel::asl::jsonata {
namespace {

constexpr std::array<std::string_view, 5> kVarying = {"now", "millis", "random",
                                                      "shuffle", "uuid"};

// Walks the tree with the names that are bound where it stands. `top`: is the
// input there the one the whole expression got?
class Finder {
 public:
  explicit Finder(Program* program) : program_(program) {}

  void Find() {
    scopes_.emplace_back();
    Visit(const_cast<Node*>(program_->root), true);
    Facts& facts = program_->facts;
    bool varies = false;
    for (const Facts::Name& function : facts.functions) {
      varies = varies || std::find(kVarying.begin(), kVarying.end(),
                                   function.name) != kVarying.end();
    }
    facts.constant = facts.free_variables.empty() &&
                     facts.input_fields.empty() && facts.input_uses.empty() &&
                     facts.root_uses.empty() && !varies;
  }

 private:
  struct Scope {
    bool is_path = false;
    Node* block = nullptr;
    std::vector<uint32_t> names;
  };

  void Visit(Node* node, bool top) {
    if (node == nullptr) return;
    switch (node->type) {
      case NodeType::kPath:
        VisitPath(node, top);
        return;
      case NodeType::kName:
      case NodeType::kWildcard:
      case NodeType::kDescendant:
        if (top) program_->facts.input_fields.push_back(NameOf(node));
        break;
      case NodeType::kVariable:
        VisitVariable(node, top);
        break;
      case NodeType::kBlock:
        scopes_.push_back({false, node, {}});
        for (Node* child : node->children) Visit(child, top);
        scopes_.pop_back();
        break;
      case NodeType::kBind:
        Bind(node->name);
        Visit(node->rhs, top);
        break;
      case NodeType::kLambda:
        scopes_.push_back({false, nullptr, node->parameters});
        Visit(node->lhs, top);
        scopes_.pop_back();
        break;
      case NodeType::kTransform:
        Visit(node->lhs, false);
        Visit(node->rhs, false);
        Visit(node->third, false);
        break;
      default:
        Visit(node->lhs, top);
        Visit(node->rhs, top);
        Visit(node->third, top);
        for (Node* child : node->children) Visit(child, top);
    }
    VisitStages(node->predicates);
    if (node->group != nullptr) VisitGroup(node);
  }

  void VisitStages(const std::vector<Stage>& stages) {
    for (const Stage& stage : stages) {
      if (stage.filter != nullptr) {
        Visit(const_cast<Node*>(stage.filter), false);
      } else {
        scopes_.back().names.push_back(stage.index);
      }
    }
  }

  void VisitGroup(Node* node) {
    for (Node* child : node->group->children) Visit(child, false);
  }

  void VisitPath(Node* path, bool top) {
    // Variables of the path are known to its later steps alone.
    scopes_.push_back({true, nullptr, {}});
    bool first = true;
    bool member = IsStatesMember(path);
    for (Node* step : path->children) {
      path->binds = path->binds || step->tuple;
      if (step->type == NodeType::kSort) {
        for (Node* term : step->children) Visit(term->lhs, false);
      } else if (!first || !member) {
        Visit(step, first && top);
      }
      for (uint32_t name : {step->focus, step->index}) {
        if (name != kNoName) scopes_.back().names.push_back(name);
      }
      VisitStages(step->stages);
      first = false;
    }
    if (path->group != nullptr) VisitGroup(path);
    scopes_.pop_back();
    VisitStages(path->predicates);
  }

  // $states.NAME: noted as such.
  bool IsStatesMember(Node* path) {
    if (path->children.size() < 2) return false;
    Node* root = path->children[0];
    Node* name = path->children[1];
    bool states = root->type == NodeType::kVariable && root->text == "states" &&
                  !IsBound(root->name) && root->predicates.empty() &&
                  root->stages.empty();
    if (!states || name->type != NodeType::kName) return false;
    program_->facts.states_members.push_back(NameOf(name));
    AddOnce(&program_->facts.free_variables, NameOf(root));
    return true;
  }

  void VisitVariable(Node* node, bool top) {
    Facts& facts = program_->facts;
    if (node->name == kNoName) {
      if (top) facts.input_uses.push_back(NameOf(node));
      return;
    }
    if (IsBound(node->name)) return;
    Facts::Name name = NameOf(node);
    if (node->text == "$") {
      facts.root_uses.push_back(name);
    } else if (FindBuiltin(node->text, program_->options.aws) != nullptr) {
      facts.functions.push_back(name);
    } else {
      if (node->text == "states") {
        facts.states_members.push_back({"", name.position});
      }
      AddOnce(&facts.free_variables, name);
    }
  }

  static void AddOnce(std::vector<Facts::Name>* names, Facts::Name name) {
    for (const Facts::Name& known : *names) {
      if (known.name == name.name) return;
    }
    names->push_back(std::move(name));
  }

  static Facts::Name NameOf(const Node* node) {
    return {node->text, node->position};
  }

  bool IsBound(uint32_t name) const {
    for (const Scope& scope : scopes_) {
      for (uint32_t known : scope.names) {
        if (known == name) return true;
      }
    }
    return false;
  }

  // In the innermost block or lambda, or the expression itself.
  void Bind(uint32_t name) {
    size_t i = scopes_.size() - 1;
    while (scopes_[i].is_path) --i;
    scopes_[i].names.push_back(name);
    if (scopes_[i].block != nullptr) scopes_[i].block->binds = true;
  }

  Program* program_;
  std::vector<Scope> scopes_;
};

bool IsPlain(const Node& node) {
  return node.group == nullptr && node.stages.empty() &&
         node.predicates.empty();
}

bool HasPlainKeys(const Node& object) {
  const std::vector<Node*>& pairs = object.children;
  for (size_t i = 0; i < pairs.size(); i += 2) {
    if (pairs[i]->type != NodeType::kString || !IsPlain(*pairs[i])) {
      return false;
    }
    for (size_t j = 0; j < i; j += 2) {
      if (pairs[j]->text == pairs[i]->text) return false;
    }
  }
  return !pairs.empty();
}

void MarkShortcuts(Node* node) {
  // Beyond a few, comparing each with each would cost more than it saves.
  constexpr size_t kPairsMax = 32;
  if (node->type == NodeType::kObject) {
    node->plain_keys =
        node->children.size() <= 2 * kPairsMax && HasPlainKeys(*node);
  } else if (IsPlain(*node)) {
    node->plain_name = node->type == NodeType::kName;
    node->plain_descent =
        node->type == NodeType::kDescendant && !node->keep_array;
  }
}

}  // namespace

void FindFacts(Program* program) {
  Finder(program).Find();
  for (Node& node : program->nodes) MarkShortcuts(&node);
}

}  // namespace stepwheel::asl::jsonata
