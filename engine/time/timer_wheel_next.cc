// The part of TimerWheel that finds out who is next.
#include <algorithm>
#include <bit>
#include <utility>

#include "engine/time/timer_wheel.h"

namespace stepwheel {

Tick TimerWheel::Soonest() {
  if (firing_.top != nullptr && AnyDue(firing_, now_)) return now_;
  return Next(kMaxTick);
}

// The exact tick of the earliest timer; kNever if there is none by `limit`.
Tick TimerWheel::Next(Tick limit) {
  for (;;) {
    while (!run_.empty()) {
      const Soon soon = run_.back();
      if (soon.tick > limit) return kNever;
      const Node& node = NodeOf(soon.entry.id);
      if (node.due == soon.tick && !stale(soon.entry)) return soon.tick;
      run_.pop_back();
      Reinsert(soon.entry);
    }
    if (occupied_levels_ == 0) return kNever;
    const Tick next = NextInBuckets(limit);
    if (run_.empty()) return next;
  }
}

// The same if the run is empty. Buckets that begin by `limit` are opened, until
// the first is one of a single tick, or can be loaded into the run.
Tick TimerWheel::NextInBuckets(Tick limit) {
  while (occupied_levels_ != 0) {
    auto level = static_cast<unsigned>(std::countr_zero(occupied_levels_));
    Row* row = rows_[level].get();
    Tick first = now_ & ~(Span(level + 1) - 1);
    for (;; --level) {
      const unsigned slot = std::countr_zero(row->occupied);
      first += static_cast<Tick>(slot) * Span(level);
      if (first > limit) return kNever;
      Bucket& bucket = row->buckets[slot];
      if (level == 0) {
        if (AnyDue(bucket, first)) return first;
      } else if (!IsBig(bucket) && !bucket.row) {
        Load(bucket, first + Span(level) - 1);
        // Meanwhile the nodes of the bucket after the next one are fetched.
        uint64_t later = row->occupied >> slot >> 1;
        later &= later - 1;
        if (later != 0) Fetch(row->buckets[slot + 1 + std::countr_zero(later)]);
      } else {
        while (bucket.top != nullptr) {
          PrefetchChunk(bucket.top->below);
          Deal(level, bucket, Chunk::kCapacity);
        }
        if (bucket.row->occupied != 0) {
          row = bucket.row.get();
          continue;
        }
        bucket.row.reset();
      }
      ClearSlot(level, *row, slot);
      break;
    }
    if (!run_.empty()) return kNever;
  }
  return kNever;
}

// Moves up to `count` entries of the topmost chunk to the bucket's row or,
// where timers have moved on meanwhile, to later places. Returns how many it
// were.
uint64_t TimerWheel::Deal(unsigned level, Bucket& bucket, uint64_t count) {
  if (!bucket.row) bucket.row = std::make_unique<Row>();
  Chunk* chunk = bucket.top;
  count = std::min<uint64_t>(chunk->count, count);
  const auto left = chunk->count - static_cast<uint32_t>(count);
  if (level == kFarLevel || level == kLastFarLevel) {
    DealFar(level, *bucket.row, *chunk, left);
  } else {
    Read(*chunk, left, [this](const Entry& entry) {
      const Tick due = DueOf(entry);
      if (due == kNever) return;
      NodeOf(entry.id).Place(due);
      InsertInBucket(entry, due);
    });
  }
  chunk->count = left;
  if (left == 0) {
    bucket.top = chunk->below;
    FreeChunk(chunk);
  }
  return count;
}

// The same for entries that say where they belong. What has moved on or counts
// no more is found out later: nodes lie in random memory, and it is cheaper to
// deal an entry once more in vain than to look at each of them.
void TimerWheel::DealFar(unsigned level, Row& row, const Chunk& chunk,
                         uint32_t from) {
  const unsigned shift = kDigitBits * (level - kFarLevel);
  for (uint32_t i = from; i < chunk.count; ++i) {
    const Entry& entry = chunk.entries[i];
    const unsigned slot = (entry.far >> shift) & (kSlots - 1);
    row.occupied |= uint64_t{1} << slot;
    Push(row.buckets[slot], entry);
  }
}

// Makes a bucket of one chunk, which ends at `last`, the run.
void TimerWheel::Load(Bucket& bucket, Tick last) {
  Chunk* chunk = std::exchange(bucket.top, nullptr);
  if (chunk == nullptr) return;
  run_end_ = last + 1;
  std::array<Soon, Chunk::kCapacity> loaded;
  size_t count = 0;
  Read(*chunk, 0, [&](const Entry& entry) {
    const Tick due = DueOf(entry);
    if (due == kNever) return;
    NodeOf(entry.id).Place(due);
    if (due > last) return InsertInBucket(entry, due);
    loaded[count++] = {due, entry};
  });
  FreeChunk(chunk);
  SortIntoRun({loaded.data(), count});
}

// The run is empty. A few are sorted by counting how many belong before each,
// without branches: mispredicted ones cost more than all comparisons.
void TimerWheel::SortIntoRun(std::span<const Soon> loaded) {
  constexpr size_t kFew = 24;
  const size_t count = loaded.size();
  if (count > kFew) {
    run_.assign(loaded.begin(), loaded.end());
    std::sort(run_.begin(), run_.end(),
              [](const Soon& a, const Soon& b) { return a.tick > b.tick; });
    return;
  }
  std::array<uint32_t, kFew> later{};
  for (size_t i = 1; i < count; ++i) {
    uint32_t of_i = 0;
    for (size_t j = 0; j < i; ++j) {
      const uint32_t i_first = loaded[i].tick > loaded[j].tick ? 1 : 0;
      later[j] += i_first;
      of_i += 1 - i_first;
    }
    later[i] = of_i;
  }
  run_.resize(count);
  for (size_t i = 0; i < count; ++i) run_[later[i]] = loaded[i];
}

void TimerWheel::InsertInRun(Entry entry, Tick tick) {
  const auto at =
      std::lower_bound(run_.begin(), run_.end(), tick,
                       [](const Soon& soon, Tick t) { return soon.tick > t; });
  run_.insert(at, {tick, entry});
  if (run_.size() > kLongestRun) SplitRun();
}

// Puts the later half back into buckets, or a little more: the run ends where a
// place begins.
void TimerWheel::SplitRun() {
  run_end_ = FirstTick(PlaceOf(run_[run_.size() / 2].tick));
  const auto kept =
      std::find_if(run_.begin(), run_.end(),
                   [this](const Soon& soon) { return soon.tick < run_end_; });
  for (auto it = run_.begin(); it != kept; ++it) {
    InsertInBucket(it->entry, it->tick);
  }
  run_.erase(run_.begin(), kept);
  wake_ = std::min(wake_, run_end_);
}

// Whether a bucket of one tick holds a timer of that tick. Entries on top that
// prove otherwise are dealt with, so the question costs O(1) amortised.
bool TimerWheel::AnyDue(Bucket& bucket, Tick tick) {
  while (bucket.top != nullptr) {
    const Entry entry = bucket.top->entries[bucket.top->count - 1];
    if (!stale(entry) && NodeOf(entry.id).due == tick) return true;
    Pop(bucket);
    Reinsert(entry);
  }
  return false;
}

}  // namespace stepwheel
