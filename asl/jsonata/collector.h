// Collector makes one sequence of a step's results: arrays are taken apart,
// except those an expression constructs. While there is one result, nothing is
// copied.
#ifndef STEPWHEEL_ASL_JSONATA_COLLECTOR_H_
#define STEPWHEEL_ASL_JSONATA_COLLECTOR_H_

#include "asl/jsonata/cell.h"

namespace stepwheel::asl::jsonata {

class Collector {
 public:
  explicit Collector(Arena& arena) : arena_(arena) {}

  void Add(const Cell& result) {
    if (result.is_undefined()) return;
    if (++count_ == 1) {
      first_ = result;
      return;
    }
    if (out_ == nullptr) {
      out_ = NewSequence(arena_);
      Flatten(first_);
    }
    Flatten(result);
  }

  // `last`: an array that is the path's only result stays that array.
  void Finish(bool last, Cell* result, bool* is_item) {
    *is_item = false;
    if (out_ == nullptr && count_ == 1) {
      *result = first_;
      FinishOne(last, result, is_item);
    } else {
      *result = Cell::Of(out_ == nullptr ? NewSequence(arena_) : out_);
    }
  }

 private:
  void FinishOne(bool last, Cell* result, bool* is_item) {
    if (!first_.is_array()) {
      *is_item = true;
      return;
    }
    const ArrayMarks* marks = first_.marks();
    bool sequence = marks != nullptr && marks->sequence;
    if (last && !sequence) return;
    if (marks != nullptr && marks->constructed) {
      *is_item = true;
      return;
    }
    if (!last) return;
    // A sequence of its own, since marks may be put on it.
    Items items(first_);
    if (items.size() == 1) {
      *result = items[0];
      *is_item = true;
    } else if (marks->outer || marks->tuples || marks->keep_singleton) {
      Array* copy = NewSequence(arena_);
      PushAll(arena_, copy, first_);
      *result = Cell::Of(copy);
    }
  }

  void Flatten(const Cell& result) {
    const ArrayMarks* marks = result.marks();
    if (!result.is_array() || (marks != nullptr && marks->constructed)) {
      Push(arena_, out_, result);
    } else {
      PushAll(arena_, out_, result);
    }
  }

  Arena& arena_;
  size_t count_ = 0;
  Cell first_;
  Array* out_ = nullptr;
};

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_COLLECTOR_H_
