// Arena is the memory of one evaluation: allocations are a pointer's increment
// and are freed together. It has a budget; once that is spent it says so and
// the evaluator stops, so that callers need not check each allocation.
#ifndef STEPWHEEL_ASL_JSONATA_ARENA_H_
#define STEPWHEEL_ASL_JSONATA_ARENA_H_

#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

namespace stepwheel::asl::jsonata {

class Arena {
 public:
  explicit Arena(int64_t budget) : budget_(budget) {}
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Aligned to 8. Always succeeds: small excesses over the budget are noticed
  // by exhausted(); whoever wants much asks Fits() first.
  void* Allocate(size_t bytes) {
    bytes = (bytes + 7) & ~size_t{7};
    if (bytes <= static_cast<size_t>(end_ - next_)) {
      char* at = next_;
      next_ += bytes;
      return at;
    }
    return AllocateSlow(bytes);
  }
  // Ends the use of a block of `bytes`; big ones and the latest one are free
  // for others at once.
  void Release(void* block, size_t bytes);

  // Would this much more stay within the budget?
  bool Fits(uint64_t bytes) const {
    return bytes <=
           static_cast<uint64_t>(budget_ > used_ ? budget_ - used_ : 0);
  }
  // Counts memory that is not the arena's own; false if that is too much.
  bool Spend(uint64_t bytes) {
    if (!Fits(bytes)) return false;
    used_ += static_cast<int64_t>(bytes);
    return true;
  }
  bool exhausted() const { return used_ > budget_; }
  // Spends the budget: what was asked for can never fit.
  void Exhaust() { used_ = budget_ == kMax ? kMax : budget_ + 1; }

  template <typename T, typename... Args>
  T* New(Args&&... args) {
    return new (Allocate(sizeof(T))) T(std::forward<Args>(args)...);
  }
  template <typename T>
  T* NewArray(size_t count) {
    return static_cast<T*>(Allocate(count * sizeof(T)));
  }
  char* Copy(std::string_view text);

 private:
  static constexpr int64_t kMax = INT64_MAX;
  static constexpr size_t kChunk = size_t{32} << 10;
  static constexpr size_t kBig = size_t{8} << 10;

  struct Block {
    char* data;
    size_t bytes;
  };

  void* AllocateSlow(size_t bytes);

  int64_t budget_;
  int64_t used_ = 0;
  // Small evaluations never ask the heap.
  alignas(16) char first_[2048];
  char* next_ = first_;
  char* end_ = first_ + sizeof(first_);
  std::vector<Block> chunks_;
  std::vector<Block> big_;
};

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_ARENA_H_
