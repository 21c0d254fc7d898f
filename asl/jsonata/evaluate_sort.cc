// Order-by: each key is evaluated once, when first compared.
#include <vector>

#include "asl/jsonata/evaluator.h"
#include "asl/jsonata/text.h"

namespace stepwheel::asl::jsonata {

class SortKeys {
 public:
  SortKeys(Evaluator& evaluator, const Node* node, const Items& items,
           Frame* frame)
      : evaluator_(evaluator),
        node_(node),
        items_(items),
        frame_(frame),
        terms_(node->children.size()),
        keys_(items.size() * terms_, Cell::Failed()) {}

  bool operator()(uint32_t a, uint32_t b, bool* stop) {
    for (size_t term = 0; term < terms_; ++term) {
      const Cell& left = Key(a, term);
      const Cell& right = Key(b, term);
      *stop = evaluator_.failed() || !evaluator_.Work();
      if (*stop) return false;
      // Nothing stands last, whatever the direction.
      if (left.is_undefined() && right.is_undefined()) continue;
      if (left.is_undefined()) return true;
      if (right.is_undefined()) return false;
      int order = Compare(left, right);
      *stop = evaluator_.failed();
      if (*stop) return false;
      if (order == 0) continue;
      return node_->children[term]->descending ? order < 0 : order > 0;
    }
    return false;
  }

 private:
  const Cell& Key(uint32_t item, size_t term) {
    Cell& key = keys_[item * terms_ + term];
    if (!key.failed() || evaluator_.failed()) return key;
    Cell context = items_[item];
    Frame* own = frame_;
    if (context.tag == Tag::kTuple) {
      own = evaluator_.TupleFrame(context.tuple, frame_);
      context = context.tuple->item;
    }
    key = evaluator_.Eval(node_->children[term]->lhs, context, own);
    if (own != frame_ && !key.failed()) evaluator_.ReleaseFrames(own, frame_);
    return key;
  }

  int Compare(const Cell& a, const Cell& b) {
    auto sortable = [](const Cell& cell) {
      return cell.is_string() || cell.is_number();
    };
    if (!sortable(a) || !sortable(b)) {
      evaluator_.Fail("T2008", sortable(a) ? b : a);
    } else if (a.is_string() != b.is_string()) {
      evaluator_.error_.value2 = b;
      evaluator_.Fail("T2007", a);
    } else if (a.is_string()) {
      return CompareText(a.as_string(), b.as_string());
    } else {
      double x = a.as_double();
      double y = b.as_double();
      return x < y ? -1 : x == y ? 0 : 1;
    }
    evaluator_.error_.position = node_->position;
    return 0;
  }

  Evaluator& evaluator_;
  const Node* node_;
  const Items& items_;
  Frame* frame_;
  size_t terms_;
  std::vector<Cell> keys_;
};

Cell Evaluator::Sort(const Node* node, const Cell& input, Frame* frame) {
  Items items(input);
  if (items.size() <= 1) return input;
  SortKeys keys(*this, node, items, frame);
  return SortItems(items, keys);
}

}  // namespace stepwheel::asl::jsonata
