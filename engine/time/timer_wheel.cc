#include "engine/time/timer_wheel.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

#include "engine/time/check.h"

namespace stepwheel {
namespace {

constexpr size_t kChunksPerSlab = 64;

}  // namespace

TimerWheel::TimerWheel(Tick now) : now_(now) {
  STEPWHEEL_TIME_CHECK(now <= kMaxTick, "a tick has 48 bits");
}

TimerWheel::~TimerWheel() {
  for (Node* block : blocks_) std::free(block);
}

void TimerWheel::CheckInUse(TimerId id) const {
  STEPWHEEL_TIME_CHECK(id < created_ && NodeOf(id).in_use,
                       "a timer is used before Create() or after Destroy()");
}

void TimerWheel::AddBlock() {
  constexpr size_t kBytes = kBlockNodes * sizeof(Node);
  void* memory = std::aligned_alloc(kBytes, kBytes);
  STEPWHEEL_TIME_CHECK(memory != nullptr, "no memory for more timers");
  // One big page per block spares a heartbeat the miss in the page tables. The
  // first block stays on small pages: most wheels hold few timers.
  if (!blocks_.empty()) madvise(memory, kBytes, MADV_HUGEPAGE);
  blocks_.push_back(static_cast<Node*>(memory));
}

TimerId TimerWheel::Create() {
  if (!free_ids_.empty()) {
    const TimerId id = free_ids_.back();
    free_ids_.pop_back();
    NodeOf(id).in_use = 1;
    return id;
  }
  STEPWHEEL_TIME_CHECK(created_ != kNoTimer, "too many timers");
  if ((created_ & (kBlockNodes - 1)) == 0) AddBlock();
  const TimerId id = created_++;
  Node* node = new (&NodeOf(id)) Node{};
  node->due = kNever;
  node->set_placed(kNever);
  node->in_use = 1;
  return id;
}

void TimerWheel::Destroy(TimerId id) {
  Cancel(id);
  NodeOf(id).in_use = 0;
  free_ids_.push_back(id);
}

// Everything but a heartbeat: a disarmed timer, a sooner tick, and mistakes.
void TimerWheel::ArmSooner(TimerId id, Tick due) {
  CheckInUse(id);
  STEPWHEEL_TIME_CHECK(due <= kMaxTick, "a tick has 48 bits");
  due = std::max(due, now_);
  Node& node = NodeOf(id);
  if (node.due == kNever) ++size_;
  node.due = due;
  const Tick placed = node.placed();
  if (placed <= due) {
    // A bucket still holds an entry from before, and it comes up in time.
    Bucket& bucket = BucketOf(PlaceOf(placed));
    if (bucket.front) NoteInFront(*bucket.front, {id, node.generation}, due);
    return;
  }
  if (placed != kNever) {
    ++node.generation;
    ++stale_;
  }
  Insert({id, node.generation}, due);
  // Amortised O(1), and it bounds the memory of entries to 1.5 per timer.
  if (stale_ > created_ / 2 + 1024) [[unlikely]]
    DropStale();
}

void TimerWheel::Cancel(TimerId id) {
  CheckInUse(id);
  // The entry stays where it is: the next Arm() of this number is likely to
  // find it good enough, and otherwise its bucket throws it away.
  Node& node = NodeOf(id);
  if (node.due == kNever) return;
  node.due = kNever;
  --size_;
}

// A tick that differs from now first in its n-th digit (base 64, n counted from
// the right) belongs to level n, in the slot that this digit names.
TimerWheel::Place TimerWheel::PlaceOf(Tick tick) const {
  const int top_bit = 63 - std::countl_zero((tick ^ now_) | 1);
  const int level = top_bit / kDigitBits;
  return {level, static_cast<int>(tick >> (kDigitBits * level)) & (kSlots - 1)};
}

// Of the occupied places, the one whose ticks come first.
TimerWheel::Place TimerWheel::Lowest() const {
  const int level = std::countr_zero(occupied_levels_);
  return {level, std::countr_zero(occupied_slots_[level])};
}

Tick TimerWheel::FirstTick(Place place) const {
  const int shift = kDigitBits * place.level;
  const Tick prefix = now_ >> (shift + kDigitBits) << (shift + kDigitBits);
  return prefix | static_cast<Tick>(place.slot) << shift;
}

Tick TimerWheel::LastTick(Place place) const {
  return FirstTick(place) + (Tick{1} << (kDigitBits * place.level)) - 1;
}

void TimerWheel::Insert(Entry entry, Tick tick) {
  Node& node = NodeOf(entry.id);
  if (node.placed() != tick) node.set_placed(tick);
  const Place place = PlaceOf(tick);
  Bucket& bucket = BucketOf(place);
  if (bucket.front) NoteInFront(*bucket.front, entry, tick);
  Push(bucket, entry);
  occupied_slots_[place.level] |= uint64_t{1} << place.slot;
  occupied_levels_ |= uint32_t{1} << place.level;
}

// Empties a place and returns what it held.
TimerWheel::Chunk* TimerWheel::Take(Place place) {
  Bucket& bucket = BucketOf(place);
  bucket.front.reset();
  uint64_t& slots = occupied_slots_[place.level];
  slots &= ~(uint64_t{1} << place.slot);
  if (slots == 0) occupied_levels_ &= ~(uint32_t{1} << place.level);
  return std::exchange(bucket.top, nullptr);
}

// Whether an entry that has just left its bucket is to be forgotten.
bool TimerWheel::Discard(Entry entry) {
  Node& node = NodeOf(entry.id);
  if (node.generation != entry.generation) {
    --stale_;
    return true;
  }
  if (node.due != kNever) return false;
  node.set_placed(kNever);
  return true;
}

void TimerWheel::Push(Bucket& bucket, Entry entry) {
  Chunk* top = bucket.top;
  if (top == nullptr || top->count == Chunk::kCapacity) [[unlikely]] {
    Chunk* chunk = NewChunk();
    chunk->below = top;
    chunk->count = 0;
    bucket.top = top = chunk;
  }
  top->entries[top->count++] = entry;
}

TimerWheel::Entry TimerWheel::Pop(Bucket& bucket) {
  Chunk* top = bucket.top;
  const Entry entry = top->entries[--top->count];
  if (top->count == 0) {
    bucket.top = top->below;
    FreeChunk(top);
  }
  return entry;
}

TimerWheel::Chunk* TimerWheel::NewChunk() {
  if (free_chunks_ == nullptr) {
    chunk_slabs_.push_back(
        std::make_unique_for_overwrite<Chunk[]>(kChunksPerSlab));
    for (size_t i = kChunksPerSlab; i-- > 0;) {
      FreeChunk(&chunk_slabs_.back()[i]);
    }
  }
  return std::exchange(free_chunks_, free_chunks_->below);
}

void TimerWheel::FreeChunk(Chunk* chunk) {
  chunk->below = free_chunks_;
  free_chunks_ = chunk;
}

void TimerWheel::DropStale() {
  const auto sweep = [this](Bucket& bucket) {
    Consume(std::exchange(bucket.top, nullptr), [&](Entry entry) {
      if (!stale(entry)) Push(bucket, entry);
    });
  };
  sweep(firing_);
  for (int level = 0; level < kLevels; ++level) {
    for (uint64_t slots = occupied_slots_[level]; slots != 0;
         slots &= slots - 1) {
      const Place place{level, std::countr_zero(slots)};
      sweep(BucketOf(place));
      if (BucketOf(place).top == nullptr) Take(place);
    }
  }
  stale_ = 0;
}

void TimerWheel::AdvanceTo(Tick to, FireFn fire, void* context) {
  STEPWHEEL_TIME_CHECK(!advancing_, "Advance() is called from within `fire`");
  STEPWHEEL_TIME_CHECK(to >= now_, "time goes back");
  STEPWHEEL_TIME_CHECK(to <= kMaxTick, "a tick has 48 bits");
  advancing_ = true;
  while (occupied_levels_ != 0) {
    const Place lowest = Lowest();
    const Tick first = FirstTick(lowest);
    if (first > to) break;
    if (lowest.level == 0) {
      now_ = first;
      firing_.top = Take(lowest);
      FireGroup(fire, context);
    } else {
      Cascade(lowest, to);
    }
  }
  now_ = to;
  advancing_ = false;
}

// Entries leave the group one by one, so that `fire` sees and may change a
// consistent wheel: who is cancelled or moved meanwhile is found out here.
void TimerWheel::FireGroup(FireFn fire, void* context) {
  Chunk* fetched = nullptr;
  while (firing_.top != nullptr) {
    Chunk* top = firing_.top;
    if (top != fetched) {
      fetched = top;
      for (uint32_t i = top->count - std::min(top->count, kAhead);
           i < top->count; ++i) {
        Prefetch(top->entries[i].id);
      }
    } else if (top->count > kAhead) {
      Prefetch(top->entries[top->count - 1 - kAhead].id);
    }
    const Entry entry = Pop(firing_);
    if (Discard(entry)) continue;
    Node& node = NodeOf(entry.id);
    if (node.due != now_) {
      Insert(entry, node.due);
      continue;
    }
    node.due = kNever;
    node.set_placed(kNever);
    --size_;
    fire(context, entry.id);
  }
}

// Deals the entries of the lowest place out to lower levels and, where timers
// have moved on meanwhile, to later places.
void TimerWheel::Cascade(Place place, Tick to) {
  // Nothing is due before the place's first timer. Where that one is cheap to
  // know, time goes there at once and levels in between are skipped.
  Tick next = FirstTick(place);
  Bucket& bucket = BucketOf(place);
  if (bucket.front) {
    next = std::min(EarliestOfFront(*bucket.front).value_or(next), to);
  } else if (IsFew(bucket)) {
    next = std::min(EarliestOfFew(place).value_or(next), to);
  }
  Chunk* chunks = Take(place);
  now_ = next;
  Consume(chunks, [this](Entry entry) {
    if (!Discard(entry)) Insert(entry, NodeOf(entry.id).due);
  });
}

}  // namespace stepwheel
