// The merge sort of order-by and $sort. It is the reference's, because callers
// may compare as they like: any comparator ends it, and gives the same order
// there and here.
#ifndef STEPWHEEL_ASL_JSONATA_MERGE_SORT_H_
#define STEPWHEEL_ASL_JSONATA_MERGE_SORT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace stepwheel::asl::jsonata {

// Sorts positions. `after(a, b, &stop)` says whether the item at position a
// belongs behind the one at b; false if the comparator stopped the sort.
template <typename After>
bool MergeSort(std::vector<uint32_t>* order, size_t begin, size_t end,
               std::vector<uint32_t>* spare, After& after) {
  if (end - begin <= 1) return true;
  size_t middle = begin + (end - begin) / 2;
  if (!MergeSort(order, begin, middle, spare, after)) return false;
  if (!MergeSort(order, middle, end, spare, after)) return false;
  std::vector<uint32_t>& from = *order;
  std::vector<uint32_t>& to = *spare;
  size_t left = begin;
  size_t right = middle;
  for (size_t i = begin; i < end; ++i) {
    bool take_right = left == middle;
    if (left < middle && right < end) {
      bool stop = false;
      take_right = after(from[left], from[right], &stop);
      if (stop) return false;
    }
    to[i] = take_right ? from[right++] : from[left++];
  }
  for (size_t i = begin; i < end; ++i) from[i] = to[i];
  return true;
}

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_MERGE_SORT_H_
