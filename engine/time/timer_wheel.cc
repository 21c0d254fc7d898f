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

TimerWheel::TimerWheel(Tick now) : now_(now), no_due_before_(now) {
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
  no_due_before_ = std::min(no_due_before_, due);
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

// Empties a place and returns what it held.
TimerWheel::Chunk* TimerWheel::Take(Place place) {
  Bucket& bucket = BucketOf(place);
  bucket.front.reset();
  uint64_t& slots = occupied_slots_[place.level];
  slots &= ~(uint64_t{1} << place.slot);
  if (slots == 0) occupied_levels_ &= ~(uint32_t{1} << place.level);
  return std::exchange(bucket.top, nullptr);
}

// An entry that counts no more has left its bucket.
void TimerWheel::Forget(Entry entry) {
  if (stale(entry)) {
    --stale_;
  } else {
    NodeOf(entry.id).set_placed(kNever);
  }
}

// Puts an empty chunk on top.
TimerWheel::Chunk* TimerWheel::Grow(Bucket& bucket) {
  if (free_chunks_ == nullptr) {
    chunk_slabs_.push_back(
        std::make_unique_for_overwrite<Chunk[]>(kChunksPerSlab));
    for (size_t i = kChunksPerSlab; i-- > 0;) {
      FreeChunk(&chunk_slabs_.back()[i]);
    }
  }
  Chunk* chunk = std::exchange(free_chunks_, free_chunks_->below);
  chunk->below = bucket.top;
  chunk->count = 0;
  bucket.top = chunk;
  return chunk;
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
    if (IsSingle(BucketOf(lowest))) {
      FireSingle(lowest, to, fire, context);
      continue;
    }
    if (lowest.level == 0) {
      now_ = first;
      firing_.top = Take(lowest);
    } else {
      Cascade(lowest, to);
    }
    FireGroup(fire, context);
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
    const Tick due = DueOf(entry);
    if (due == kNever) continue;
    if (due != now_) {
      Insert(entry, due);
      continue;
    }
    Fire(entry.id, fire, context);
  }
}

// A single entry in the lowest place, on whatever level, is a group already if
// it is due: all others lie in later places.
void TimerWheel::FireSingle(Place place, Tick to, FireFn fire, void* context) {
  const Tick last = LastTick(place);
  Chunk* chunk = Take(place);
  const Entry entry = chunk->entries[0];
  FreeChunk(chunk);
  const Tick due = DueOf(entry);
  if (due <= std::min(last, to)) {
    now_ = due;
    Fire(entry.id, fire, context);
  } else if (due != kNever) {
    if (due <= last) now_ = to;
    Insert(entry, due);
  }
}

void TimerWheel::Fire(TimerId id, FireFn fire, void* context) {
  Node& node = NodeOf(id);
  node.due = kNever;
  node.set_placed(kNever);
  --size_;
  fire(context, id);
}

// Deals the entries of the lowest place out to lower levels and, where timers
// have moved on meanwhile, to later places. Lower levels are empty, so what is
// due at the tick that time gets to is a whole group.
void TimerWheel::Cascade(Place place, Tick to) {
  const Tick first = FirstTick(place);
  const Tick last = LastTick(place);
  Chunk* chunks = Take(place);
  // If it is known when the next timer is due, time goes there at once, and
  // the levels in between are skipped.
  now_ = std::max(first, std::min({no_due_before_, last, to}));
  Consume(chunks, [this](Entry entry) {
    const Tick due = DueOf(entry);
    if (due == kNever) return;
    if (due == now_) {
      NodeOf(entry.id).set_placed(due);
      Push(firing_, entry);
    } else {
      Insert(entry, due);
    }
  });
}

}  // namespace stepwheel
