// Which step a `%` means: found at compile time, so that evaluation only
// carries that step's input along.
#include "asl/jsonata/analyzer.h"

namespace stepwheel::asl::jsonata {

void Analyzer::Inherit(Node* to, Node* from) {
  if (from->seeking.empty() && from->type != NodeType::kParent) return;
  to->seeking.insert(to->seeking.end(), from->seeking.begin(),
                     from->seeking.end());
  if (from->type == NodeType::kParent) to->seeking.push_back(from->slot);
}

bool Analyzer::Seek(Node* node, Slot* slot) {
  switch (node->type) {
    case NodeType::kName:
    case NodeType::kWildcard:
      if (--slot->level > 0) return true;
      if (node->ancestor != nullptr) slot->label = node->ancestor->label;
      node->ancestor = slot;
      node->tuple = true;
      return true;
    case NodeType::kParent:
      ++slot->level;
      return true;
    case NodeType::kBlock:
      if (node->children.empty()) return true;
      node->tuple = true;
      return Seek(node->children.back(), slot);
    case NodeType::kPath:
      return SeekInPath(node, slot);
    default:
      Fail("S0217", node);
      return false;
  }
}

bool Analyzer::SeekInPath(Node* path, Slot* slot) {
  path->tuple = true;
  size_t i = path->children.size();
  do {
    if (!Seek(path->children[--i], slot)) return false;
  } while (slot->level > 0 && i > 0);
  return true;
}

bool Analyzer::ResolveParents(Node* path) {
  std::vector<Node*>& steps = path->children;
  Node* last = steps.back();
  std::vector<Slot*> slots = last->seeking;
  if (last->type == NodeType::kParent) slots.push_back(last->slot);
  for (Slot* slot : slots) {
    // Steps before the last, from the back.
    size_t left = steps.size() - 1;
    while (slot->level > 0) {
      if (left == 0) {
        path->seeking.push_back(slot);
        break;
      }
      Node* step = steps[--left];
      // Of adjacent steps that bind the focus, the first counts.
      while (left > 0 && step->focus != kNoName &&
             steps[left - 1]->focus != kNoName) {
        step = steps[--left];
      }
      if (!Seek(step, slot)) return false;
    }
  }
  return true;
}

}  // namespace stepwheel::asl::jsonata
