// The part of TimerWheel that answers "when is the next timer due?" exactly.
//
// Only the lowest occupied place can hold the earliest timer. A place of level
// 0 is one tick, so one good entry is the answer. A bucket of a higher level
// has to be read; what is read is cleaned on the way (stale entries go, timers
// that have moved on are put where they belong), which Advance() would have
// had to do anyway. Big buckets keep a Front, so that a heartbeat of the very
// timer that was the earliest does not make the next question read all again.
#include <algorithm>
#include <utility>

#include "engine/time/timer_wheel.h"

namespace stepwheel {
namespace {

// A front holds at least one in this many timers of its bucket, so that the
// cost of reading the bucket is shared by that part of them.
constexpr size_t kFrontShare = 16;

constexpr auto kLater = [](const auto& a, const auto& b) {
  return a.due > b.due;
};
constexpr auto kSooner = [](const auto& a, const auto& b) {
  return a.due < b.due;
};

}  // namespace

std::optional<Tick> TimerWheel::NextDue() {
  if (AnyDue(firing_, now_)) return now_;
  while (occupied_levels_ != 0) {
    if (const auto tick = Earliest(Lowest())) {
      no_due_before_ = *tick;
      return tick;
    }
  }
  no_due_before_ = kNever;
  return std::nullopt;
}

// The first tick of a timer in this place. If there is none, the place has been
// emptied when this returns.
std::optional<Tick> TimerWheel::Earliest(Place place) {
  Bucket& bucket = BucketOf(place);
  if (place.level == 0) {
    const Tick tick = FirstTick(place);
    if (AnyDue(bucket, tick)) return tick;
    Take(place);
    return std::nullopt;
  }
  if (bucket.front) {
    const auto tick = EarliestOfFront(*bucket.front);
    return tick ? tick : MakeFront(place);
  }
  return IsFew(bucket) ? EarliestOfFew(place) : EarliestOfMany(place);
}

// Whether a bucket of one tick holds a timer of that tick. Entries on top that
// prove otherwise are dealt with, so the question costs O(1) amortised.
bool TimerWheel::AnyDue(Bucket& bucket, Tick tick) {
  while (bucket.top != nullptr) {
    const Entry entry = bucket.top->entries[bucket.top->count - 1];
    if (!stale(entry) && NodeOf(entry.id).due == tick) return true;
    Pop(bucket);
    const Tick due = DueOf(entry);
    if (due != kNever) Insert(entry, due);
  }
  return false;
}

// The same by reading a bucket of one chunk.
std::optional<Tick> TimerWheel::EarliestOfFew(Place place) {
  Chunk* chunk = BucketOf(place).top;
  const Tick last = LastTick(place);
  Tick earliest = kNever;
  uint32_t kept = 0;
  if (chunk->count > 1) PrefetchFirst(*chunk);
  for (uint32_t i = 0; i < chunk->count; ++i) {
    const Entry entry = chunk->entries[i];
    const Tick due = DueOf(entry);
    if (due == kNever) continue;
    if (due > last) {
      Insert(entry, due);
      continue;
    }
    chunk->entries[kept++] = entry;
    earliest = std::min(earliest, due);
  }
  chunk->count = kept;
  if (kept > 0) return earliest;
  FreeChunk(Take(place));
  return std::nullopt;
}

// The same by what is known of the bucket; nullopt if that is used up.
std::optional<Tick> TimerWheel::EarliestOfFront(Front& front) {
  std::vector<Candidate>& heap = front.heap;
  while (!heap.empty()) {
    const Candidate first = heap.front();
    const Node& node = NodeOf(first.entry.id);
    if (!stale(first.entry) && node.due == first.due) return first.due;
    std::pop_heap(heap.begin(), heap.end(), kLater);
    heap.pop_back();
    // Cancelled and abandoned ones are forgotten here, postponed ones wait for
    // their new turn. (kNever is not below any bound.)
    if (!stale(first.entry)) NoteInFront(front, first.entry, node.due);
  }
  return std::nullopt;
}

// The same by a first look at a bucket of any size: nothing is moved, and only
// the earliest timer is remembered. As a rule it fires next, and the bucket is
// dealt out.
std::optional<Tick> TimerWheel::EarliestOfMany(Place place) {
  const Tick last = LastTick(place);
  Candidate earliest{kNever, {}};
  const Bucket& bucket = BucketOf(place);
  for (const Chunk* chunk = bucket.top; chunk; chunk = chunk->below) {
    PrefetchFirst(*chunk);
    for (uint32_t i = 0; i < chunk->count; ++i) {
      if (i + kAhead < chunk->count) Prefetch(chunk->entries[i + kAhead].id);
      const Entry entry = chunk->entries[i];
      const Node& node = NodeOf(entry.id);
      if (node.due < earliest.due && node.generation == entry.generation) {
        earliest = {node.due, entry};
      }
    }
  }
  if (earliest.due > last) return MakeFront(place);
  BucketOf(place).front =
      std::make_unique<Front>(Front{{earliest}, earliest.due, kFew});
  return earliest.due;
}

// The same by reading a bucket thoroughly: it is cleaned, and gets a Front.
std::optional<Tick> TimerWheel::MakeFront(Place place) {
  Bucket& bucket = BucketOf(place);
  Chunk* chunks = std::exchange(bucket.top, nullptr);
  size_t entries = 0;
  for (Chunk* c = chunks; c != nullptr; c = c->below) entries += c->count;
  const size_t share = entries / kFrontShare + kFew;
  const Tick last = LastTick(place);
  Front front{{}, last + 1, 2 * share};
  Consume(chunks, [&](Entry entry) {
    const Tick due = DueOf(entry);
    if (due == kNever) return;
    if (due > last) return Insert(entry, due);
    Push(bucket, entry);
    AddToFront(front, {due, entry}, share);
  });
  if (bucket.top == nullptr) {
    Take(place);
    return std::nullopt;
  }
  std::make_heap(front.heap.begin(), front.heap.end(), kLater);
  bucket.front = std::make_unique<Front>(std::move(front));
  return bucket.front->heap.front().due;
}

// Adds to a front that is being made, and is no heap yet.
void TimerWheel::AddToFront(Front& front, Candidate candidate, size_t share) {
  std::vector<Candidate>& soonest = front.heap;
  if (candidate.due >= front.bound) return;
  soonest.push_back(candidate);
  if (soonest.size() < front.limit) return;
  // Too many are known: keep the sooner half, and a bound for the others.
  const auto middle = soonest.begin() + static_cast<ptrdiff_t>(share);
  std::nth_element(soonest.begin(), middle, soonest.end(), kSooner);
  front.bound = middle->due;
  soonest.erase(middle, soonest.end());
}

// Called when a timer of the front's bucket gets a new tick.
void TimerWheel::NoteInFront(Front& front, Entry entry, Tick due) {
  if (due >= front.bound) return;
  if (front.heap.size() >= front.limit) {
    front.heap.clear();
    front.bound = 0;
    return;
  }
  front.heap.push_back({due, entry});
  std::push_heap(front.heap.begin(), front.heap.end(), kLater);
}

}  // namespace stepwheel
