// A hierarchical timer wheel: arm, re-arm and cancel in O(1) for any number of
// timers, with exact ticks. It has no clock, no lock and no thread: somebody
// else decides when time passes and calls Advance().
//
// A timer is a small number (TimerId) that the wheel hands out; the caller
// keeps what it stands for. Ticks are milliseconds since the Unix epoch in
// Stepwheel, but the wheel only counts. Range: 48 bits. README.md draws it.
//
// The caller's mistakes (a tick out of range, an id that is not in use, time
// that goes back, Advance() inside `fire`) stop the process.
#ifndef STEPWHEEL_ENGINE_TIME_TIMER_WHEEL_H_
#define STEPWHEEL_ENGINE_TIME_TIMER_WHEEL_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

namespace stepwheel {

using Tick = uint64_t;
using TimerId = uint32_t;
inline constexpr TimerId kNoTimer = ~TimerId{0};

class TimerWheel {
 public:
  // The last tick a timer can be armed for and Advance() can go to.
  static constexpr Tick kMaxTick = (Tick{1} << 48) - 2;

  explicit TimerWheel(Tick now = 0);
  ~TimerWheel();
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  // A new, disarmed timer / gives its number back (cancels it first); numbers
  // are used again, the last returned first.
  TimerId Create();
  void Destroy(TimerId id);

  // Arms the timer to fire at `due`, moving it if it is armed. A `due` that is
  // not after now() counts as now(): it fires on the next Advance(), never
  // inside Arm(). Armed from within `fire`, it fires in the same Advance(),
  // still at this tick, after the timers that are being fired.
  void Arm(TimerId id, Tick due) {
    // A heartbeat: an armed timer moves to a later tick. One store; the bucket
    // that holds the timer finds out when its own time has come. (A disarmed
    // timer has due == kNever, so this one comparison asks both questions.)
    Node& node = NodeOf(id);
    if (due >= node.due && due <= kMaxTick) [[likely]] {
      node.due = due;
    } else {
      ArmSooner(id, due);
    }
  }
  // Disarms the timer. Does nothing if it is not armed.
  void Cancel(TimerId id);
  bool armed(TimerId id) const { return NodeOf(id).due != kNever; }
  // When it is due, or nullopt if it is not armed.
  std::optional<Tick> due(TimerId id) const {
    if (!armed(id)) return std::nullopt;
    return Tick{NodeOf(id).due};
  }

  // Moves time to `to` and calls `fire(id)` for every timer due by then in
  // order of due tick; timers of one tick come in one group, in no order
  // (callers that need one sort the group). While `fire` runs, now() is the
  // timer's own tick and the timer is disarmed. `fire` may arm, cancel, create
  // and destroy any timer.
  // REQUIRES: now() <= to <= kMaxTick; not called from within `fire`.
  template <typename Fire>
  void Advance(Tick to, Fire&& fire) {
    using F = std::remove_reference_t<Fire>;
    AdvanceTo(
        to, [](void* f, TimerId id) { (*static_cast<F*>(f))(id); },
        const_cast<void*>(static_cast<const void*>(std::addressof(fire))));
  }

  // The exact tick of the earliest armed timer, or nullopt. Amortised O(1)
  // beside the work that Advance() would do anyway; the clock stands still.
  std::optional<Tick> NextDue();

  Tick now() const { return now_; }
  size_t size() const { return size_; }  // Armed timers.

  // Asks the processor to fetch the timer's record, for callers that know the
  // next ids ahead of Arm().
  void Prefetch(TimerId id) const { __builtin_prefetch(&NodeOf(id), 1); }

 private:
  static constexpr int kDigitBits = 6;
  static constexpr int kLevels = 8;
  static constexpr int kSlots = 1 << kDigitBits;
  static constexpr Tick kNever = kMaxTick + 1;
  static constexpr int kBlockBits = 17;
  static constexpr size_t kBlockNodes = size_t{1} << kBlockBits;  // 2 MiB.

  static constexpr uint32_t kFew = 32;

  // How far ahead of the work nodes are fetched: they lie in random memory, and
  // fetches that overlap cost a tenth of fetches that wait for each other.
  static constexpr uint32_t kAhead = 16;

  using FireFn = void (*)(void*, TimerId);

  // What the wheel knows of one timer: 16 bytes, which never move.
  struct Node {
    uint64_t due : 48;          // kNever: disarmed.
    uint64_t placed_high : 16;  // See placed().
    uint32_t placed_low;
    uint32_t generation : 31;  // Of the one entry that counts.
    uint32_t in_use : 1;

    // The tick whose bucket holds the timer's entry: never later than `due`.
    // kNever: no bucket holds one.
    Tick placed() const { return Tick{placed_high} << 32 | placed_low; }
    void set_placed(Tick tick) {
      placed_high = (tick >> 32) & 0xffff;
      placed_low = static_cast<uint32_t>(tick);
    }
  };
  static_assert(sizeof(Node) == 16);

  // A timer in a bucket. It is stale if the generation is not its node's.
  struct Entry {
    TimerId id;
    uint32_t generation;
  };
  // Buckets are stacks of 1 KiB arrays.
  struct alignas(64) Chunk {
    static constexpr uint32_t kCapacity = 126;
    Chunk* below;
    uint32_t count;
    uint32_t unused;
    std::array<Entry, kCapacity> entries;
  };
  static_assert(sizeof(Chunk) == 1024);

  // What NextDue() has learned by reading a big bucket: the soonest of its
  // timers, as a heap. Every timer of the bucket that is due before `bound` is
  // in it; some are in it with a tick that has passed into history.
  struct Candidate {
    Tick due;
    Entry entry;
  };
  struct Front {
    std::vector<Candidate> heap;
    Tick bound;
    size_t limit;  // Above this size it is cheaper to read the bucket again.
  };

  struct Bucket {
    Chunk* top = nullptr;
    std::unique_ptr<Front> front;
  };
  struct Place {
    int level;
    int slot;
  };

  Node& NodeOf(TimerId id) const {
    return blocks_[id >> kBlockBits][id & (kBlockNodes - 1)];
  }
  Bucket& BucketOf(Place place) { return buckets_[place.level][place.slot]; }
  bool stale(Entry entry) const {
    return NodeOf(entry.id).generation != entry.generation;
  }
  void CheckInUse(TimerId id) const;
  void AddBlock();
  void ArmSooner(TimerId id, Tick due);

  // Where a tick belongs, and the first and last tick of a place.
  Place PlaceOf(Tick tick) const;
  Place Lowest() const;
  Tick FirstTick(Place place) const;
  Tick LastTick(Place place) const;

  void Insert(Entry entry, Tick tick);
  Chunk* Take(Place place);
  Tick DueOf(Entry entry);
  void Forget(Entry entry);
  void Push(Bucket& bucket, Entry entry);
  Entry Pop(Bucket& bucket);
  Chunk* Grow(Bucket& bucket);
  void FreeChunk(Chunk* chunk);
  template <typename Visit>
  void Consume(Chunk* chunk, Visit visit);
  void PrefetchFirst(const Chunk& chunk) const {
    for (uint32_t i = 0; i < std::min(chunk.count, kAhead); ++i) {
      Prefetch(chunk.entries[i].id);
    }
  }
  void DropStale();

  void AdvanceTo(Tick to, FireFn fire, void* context);
  void Fire(TimerId id, FireFn fire, void* context);
  void FireGroup(FireFn fire, void* context);
  void FireSingle(Place place, Tick to, FireFn fire, void* context);
  void Cascade(Place place, Tick to);

  static bool IsSingle(const Bucket& bucket) {
    return bucket.top->count == 1 && bucket.top->below == nullptr;
  }
  // Whether the bucket is so small that it is read again each time.
  static bool IsFew(const Bucket& bucket) {
    return bucket.top->below == nullptr && bucket.top->count <= kFew;
  }
  bool AnyDue(Bucket& bucket, Tick tick);
  std::optional<Tick> Earliest(Place place);
  std::optional<Tick> EarliestOfFew(Place place);
  std::optional<Tick> EarliestOfFront(Front& front);
  std::optional<Tick> EarliestOfMany(Place place);
  std::optional<Tick> MakeFront(Place place);
  static void AddToFront(Front& front, Candidate candidate, size_t share);
  static void NoteInFront(Front& front, Entry entry, Tick due);

  Tick now_;
  Tick no_due_before_;  // No timer is; it may be that none is at it either.
  size_t size_ = 0;
  size_t stale_ = 0;  // Entries whose generation has passed.
  bool advancing_ = false;

  std::vector<Node*> blocks_;
  TimerId created_ = 0;  // Numbers ever handed out.
  std::vector<TimerId> free_ids_;

  uint32_t occupied_levels_ = 0;
  std::array<uint64_t, kLevels> occupied_slots_ = {};
  std::array<std::array<Bucket, kSlots>, kLevels> buckets_;
  Bucket firing_;  // What is left of the group that Advance() is firing.

  Chunk* free_chunks_ = nullptr;
  std::vector<std::unique_ptr<Chunk[]>> chunk_slabs_;
};

// The work on single entries is inline, because cascades repeat it.

// A tick that differs from now first in its n-th digit (base 64, n counted from
// the right) belongs to level n, in the slot that this digit names.
inline TimerWheel::Place TimerWheel::PlaceOf(Tick tick) const {
  const int top_bit = 63 - std::countl_zero((tick ^ now_) | 1);
  const int level = top_bit / kDigitBits;
  return {level, static_cast<int>(tick >> (kDigitBits * level)) & (kSlots - 1)};
}

// When an entry's timer is due; kNever, and the entry is to be dropped, if it
// is stale or the timer is cancelled. For entries that leave their bucket.
inline Tick TimerWheel::DueOf(Entry entry) {
  const Node& node = NodeOf(entry.id);
  const Tick due = node.due;
  if (node.generation == entry.generation && due != kNever) [[likely]] {
    return due;
  }
  Forget(entry);
  return kNever;
}

inline void TimerWheel::Insert(Entry entry, Tick tick) {
  Node& node = NodeOf(entry.id);
  if (node.placed() != tick) node.set_placed(tick);
  const Place place = PlaceOf(tick);
  Bucket& bucket = BucketOf(place);
  if (bucket.front) NoteInFront(*bucket.front, entry, tick);
  Push(bucket, entry);
  occupied_slots_[place.level] |= uint64_t{1} << place.slot;
  occupied_levels_ |= uint32_t{1} << place.level;
}

inline void TimerWheel::Push(Bucket& bucket, Entry entry) {
  Chunk* top = bucket.top;
  if (top == nullptr || top->count == Chunk::kCapacity) top = Grow(bucket);
  top->entries[top->count++] = entry;
}

// Calls `visit` for every entry of a stack that no bucket owns any more. It may
// push entries: a chunk is free for that as soon as it is read.
template <typename Visit>
void TimerWheel::Consume(Chunk* chunk, Visit visit) {
  while (chunk != nullptr) {
    Chunk* below = chunk->below;
    if (below != nullptr) __builtin_prefetch(below);
    const uint32_t count = chunk->count;
    PrefetchFirst(*chunk);
    for (uint32_t i = 0; i < count; ++i) {
      if (i + kAhead < count) Prefetch(chunk->entries[i + kAhead].id);
      visit(chunk->entries[i]);
    }
    FreeChunk(chunk);
    chunk = below;
  }
}

}  // namespace stepwheel

#endif  // STEPWHEEL_ENGINE_TIME_TIMER_WHEEL_H_
