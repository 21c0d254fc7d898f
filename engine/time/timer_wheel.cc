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
  for (std::unique_ptr<Row>& row : rows_) row = std::make_unique<Row>();
}

TimerWheel::~TimerWheel() {
  for (Node* block : blocks_) std::free(block);
}

void TimerWheel::CheckInUse(TimerId id) const {
  STEPWHEEL_TIME_CHECK(id < created_ && NodeOf(id).due != kNotInUse,
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
    NodeOf(id).due = kNever;
    return id;
  }
  STEPWHEEL_TIME_CHECK(created_ != kNoTimer, "too many timers");
  if ((created_ & (kBlockNodes - 1)) == 0) AddBlock();
  const TimerId id = created_++;
  (new (&NodeOf(id)) Node{.due = kNever})->Place(kNever);
  return id;
}

void TimerWheel::Destroy(TimerId id) {
  Cancel(id);
  NodeOf(id).due = kNotInUse;
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
  // A bucket may still hold an entry from before that comes up in time.
  if (placed <= due) return;
  if (placed != kNever) {
    ++stale_;
    // Generations are used again, but not while an old entry is left: each lies
    // behind one of these two sweeps by then.
    if ((++node.generation & 0x7fff) == 0) DropStale();
  }
  wake_ = std::min(wake_, FirstTick(PlaceOf(due)));
  Insert({id, node.generation, 0}, due);
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
  const auto level = static_cast<unsigned>(std::countr_zero(occupied_levels_));
  return {level,
          static_cast<unsigned>(std::countr_zero(rows_[level]->occupied))};
}

Tick TimerWheel::FirstTick(Place place) const {
  const unsigned shift = kDigitBits * place.level;
  const Tick prefix = now_ >> (shift + kDigitBits) << (shift + kDigitBits);
  return prefix | static_cast<Tick>(place.slot) << shift;
}

// Notes that a bucket has been emptied; `row` may be that of an opened one.
void TimerWheel::ClearSlot(unsigned level, Row& row, unsigned slot) {
  row.occupied &= ~(uint64_t{1} << slot);
  if (row.occupied == 0 && &row == rows_[level].get()) {
    occupied_levels_ &= ~(uint32_t{1} << level);
  }
}

// An entry that counts no more has left its bucket.
void TimerWheel::Forget(Entry entry) {
  if (stale(entry)) {
    --stale_;
  } else {
    NodeOf(entry.id).Place(kNever);
  }
}

// InsertInBucket() for a tick so far away that the entry has to say where.
void TimerWheel::InsertFar(const Entry& entry, Tick tick) {
  InsertAt(PlaceOf(tick), {entry.id, entry.generation, FarOf(tick)}, tick);
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
  chunk->height = 1;
  if (bucket.top != nullptr) {
    chunk->height += bucket.top->height;
    // It may be so big now that it has to be dealt out earlier.
    if (std::has_single_bit(chunk->height)) deal_at_ = wake_ = 0;
  }
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

void TimerWheel::DropStale(Bucket& bucket) {
  for (Chunk* chunk = std::exchange(bucket.top, nullptr); chunk != nullptr;) {
    Read(*chunk, 0, [&](Entry entry) {
      if (!stale(entry)) Push(bucket, entry);
    });
    Chunk* below = chunk->below;
    FreeChunk(chunk);
    chunk = below;
  }
  if (bucket.row) DropStale(*bucket.row);
}

void TimerWheel::DropStale(Row& row) {
  for (uint64_t slots = row.occupied; slots != 0; slots &= slots - 1) {
    const unsigned slot = std::countr_zero(slots);
    Bucket& bucket = row.buckets[slot];
    DropStale(bucket);
    if (bucket.row && bucket.row->occupied == 0) bucket.row.reset();
    if (bucket.top == nullptr && !bucket.row) {
      row.occupied &= ~(uint64_t{1} << slot);
    }
  }
}

void TimerWheel::DropStale() {
  DropStale(firing_);
  std::erase_if(run_, [this](const Soon& soon) { return stale(soon.entry); });
  for (unsigned level = 0; level < kLevels; ++level) {
    DropStale(*rows_[level]);
    if (rows_[level]->occupied == 0) {
      occupied_levels_ &= ~(uint32_t{1} << level);
    }
  }
  stale_ = 0;
}

void TimerWheel::AdvanceTo(Tick to, FireFn fire, void* context) {
  STEPWHEEL_TIME_CHECK(!advancing_, "Advance() is called from within `fire`");
  STEPWHEEL_TIME_CHECK(to >= now_, "time goes back");
  STEPWHEEL_TIME_CHECK(to <= kMaxTick, "a tick has 48 bits");
  advancing_ = true;
  wake_ = 0;
  const Tick from = now_;
  for (;;) {
    if (!run_.empty()) {
      if (run_.back().tick > to) break;
      FireSoonest(fire, context);
    } else {
      const Tick next = NextInBuckets(to);
      if (next != kNever) {
        MoveTo(next);
        FireGroup(fire, context);
      } else if (run_.empty()) {
        break;
      }
    }
  }
  if (to != now_) MoveTo(to);
  if (to >= deal_at_) DealAhead(to - from);
  advancing_ = false;
  SetWake();
}

inline void TimerWheel::SetWake() {
  wake_ = std::min(deal_at_, kNever);
  if (!run_.empty()) wake_ = std::min(wake_, run_.back().tick);
  if (occupied_levels_ != 0) wake_ = std::min(wake_, FirstTick(Lowest()));
}

// Takes the soonest entry from the run and, unless it has been cancelled or
// moved, fires it at its tick. What `fire` arms for now comes last.
inline void TimerWheel::FireSoonest(FireFn fire, void* context) {
  const Soon soon = run_.back();
  run_.pop_back();
  const Tick due = DueOf(soon.entry);
  if (due == soon.tick) [[likely]] {
    MoveTo(due);
    Fire(soon.entry.id, fire, context);
  } else if (due != kNever) {
    Insert(soon.entry, due);
  }
}

// Time goes to a tick before which nothing is left.
inline void TimerWheel::MoveTo(Tick tick) {
  const Place place = PlaceOf(tick);
  if (place.level > 0 &&
      (rows_[place.level]->occupied >> place.slot & 1) != 0) {
    Enter(place, tick);
  } else {
    now_ = tick;
  }
}

// The same if the tick is in another slot of level 1 or above. The rows of the
// buckets that time gets into become the rows of their levels.
void TimerWheel::Enter(Place place, Tick tick) {
  // What is still in their stacks joins the others while time is before them.
  Bucket* bucket = &BucketOf(place);
  for (unsigned level = place.level; level > 0;) {
    while (bucket->top != nullptr) Deal(level, *bucket, Chunk::kCapacity);
    if (!bucket->row) break;
    bucket = &bucket->row->buckets[Digit(tick, --level)];
  }
  now_ = tick;
  while (place.level > 0) {
    std::unique_ptr<Row>& row = BucketOf(place).row;
    if (!row) return;
    std::unique_ptr<Row>& below = rows_[place.level - 1];
    below = std::move(row);
    ClearSlot(place.level, *rows_[place.level], place.slot);
    --place.level;
    if (below->occupied != 0) occupied_levels_ |= uint32_t{1} << place.level;
    place.slot = Digit(now_, place.level);
  }
}

// Fires the bucket of this tick. It is emptied first, and what is armed for now
// is the next group.
void TimerWheel::FireGroup(FireFn fire, void* context) {
  const unsigned slot = Digit(now_, 0);
  firing_.top = std::exchange(rows_[0]->buckets[slot].top, nullptr);
  ClearSlot(0, *rows_[0], slot);
  Chunk* fetched = nullptr;
  while (firing_.top != nullptr) {
    Chunk* top = firing_.top;
    if (top != fetched) {
      fetched = top;
      for (uint32_t i = top->count - std::min<uint32_t>(top->count, kAhead);
           i < top->count; ++i) {
        Prefetch(top->entries[i].id);
      }
    } else if (top->count > kAhead) {
      Prefetch(top->entries[top->count - 1 - kAhead].id);
    }
    const Entry entry = Pop(firing_);
    const Tick due = DueOf(entry);
    if (due == now_) {
      Fire(entry.id, fire, context);
    } else if (due != kNever) {
      Insert(entry, due);
    }
  }
}

void TimerWheel::Fire(TimerId id, FireFn fire, void* context) {
  Node& node = NodeOf(id);
  node.due = kNever;
  node.Place(kNever);
  --size_;
  fire(context, id);
}

// Deals the next slot of each level out bit by bit before its time, and as late
// as possible, because timers move on.
void TimerWheel::DealAhead(Tick passed) {
  deal_at_ = (now_ | (Span(kPacedLevel) - 1)) + 1;
  if (passed >= Span(kPacedLevel)) return;  // Time leaps.
  for (unsigned level = kPacedLevel; occupied_levels_ >> level != 0; ++level) {
    const Tick first = (now_ | (Span(level) - 1)) + 1;
    if (first > kMaxTick) return;
    Bucket* bucket = BucketAt(level, first);
    if (bucket == nullptr || !IsBig(*bucket)) continue;
    if (level > kPacedLevel && !bucket->row) {
      bucket->row = std::make_unique<Row>();  // New entries go there at once.
    }
    // Twice the time it takes is left for it, and for what is still to come.
    const Tick left = first - now_;
    const uint64_t entries =
        uint64_t{2} * bucket->top->height * Chunk::kCapacity;
    if (left > entries / kPace + 1) {
      deal_at_ = std::min(deal_at_, first - entries / kPace);
      continue;
    }
    deal_at_ = now_;
    uint64_t count = passed * std::max(kPace, entries / left);
    while (count > 0 && bucket->top != nullptr) {
      count -= Deal(level, *bucket, count);
    }
  }
}

// The bucket for the slot of `level` that begins at `first`. If the slot is the
// first of its row, that may be inside a bucket of a higher level; nullptr if
// that has not been opened.
TimerWheel::Bucket* TimerWheel::BucketAt(unsigned level, Tick first) {
  Place place = PlaceOf(first);
  Bucket* bucket = &BucketOf(place);
  while (place.level > level) {
    if (!bucket->row) return nullptr;
    bucket = &bucket->row->buckets[Digit(first, --place.level)];
  }
  return bucket;
}

}  // namespace stepwheel
