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
#include <span>
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
  bool armed(TimerId id) const { return NodeOf(id).due < kNever; }
  // When it is due, or nullopt if it is not armed.
  std::optional<Tick> due(TimerId id) const {
    if (!armed(id)) return std::nullopt;
    return NodeOf(id).due;
  }

  // Moves time to `to` and calls `fire(id)` for every timer due by then in
  // order of due tick; timers of one tick come in one group, in no order
  // (callers that need one sort the group). While `fire` runs, now() is the
  // timer's own tick and the timer is disarmed. `fire` may arm, cancel, create
  // and destroy any timer.
  // REQUIRES: now() <= to <= kMaxTick; not called from within `fire`.
  template <typename Fire>
  void Advance(Tick to, Fire&& fire) {
    if (now_ <= to && to < wake_) [[likely]] {
      now_ = to;
      return;
    }
    using F = std::remove_reference_t<Fire>;
    AdvanceTo(
        to, [](void* f, TimerId id) { (*static_cast<F*>(f))(id); },
        const_cast<void*>(static_cast<const void*>(std::addressof(fire))));
  }

  // The exact tick of the earliest armed timer, or nullopt. Amortised O(1)
  // beside the work that Advance() would do anyway; the clock stands still.
  std::optional<Tick> NextDue() {
    if (!run_.empty() && firing_.top == nullptr) [[likely]] {
      const Soon& soon = run_.back();
      if (NodeOf(soon.entry.id).due == soon.tick && !stale(soon.entry)) {
        return soon.tick;
      }
    }
    const Tick next = Soonest();
    return next == kNever ? std::nullopt : std::optional(next);
  }

  Tick now() const { return now_; }
  size_t size() const { return size_; }  // Armed timers.

  // Asks the processor to fetch the timer's record, for callers that know the
  // next ids ahead of Arm().
  void Prefetch(TimerId id) const { __builtin_prefetch(&NodeOf(id), 1); }

 private:
  static constexpr unsigned kDigitBits = 6;
  static constexpr unsigned kLevels = 8;
  static constexpr unsigned kSlots = 1 << kDigitBits;
  static constexpr Tick kNever = kMaxTick + 1;
  static constexpr Tick kNotInUse = kNever + 1;
  static constexpr int kBlockBits = 17;
  static constexpr size_t kBlockNodes = size_t{1} << kBlockBits;  // 2 MiB.

  // The run is split when it grows longer.
  static constexpr size_t kLongestRun = 192;

  // Slots of this level (4 s) and above are dealt out ahead of their time.
  static constexpr unsigned kPacedLevel = 2;
  // Entries per tick, so that it is done as late as possible: timers move on.
  static constexpr uint64_t kPace = 40;

  // Slots of these levels (4.7 h, 12 days) are dealt out without a look at the
  // nodes: entries say to which slot of the level below.
  static constexpr unsigned kFarLevel = 4;
  static constexpr unsigned kLastFarLevel = 5;

  // How far ahead of the work nodes are fetched: they lie in random memory, and
  // fetches that overlap cost a tenth of fetches that wait for each other.
  static constexpr int kAhead = 24;

  using FireFn = void (*)(void*, TimerId);

  // What the wheel knows of one timer: 16 bytes, which never move.
  struct Node {
    Tick due;  // kNever: disarmed. kNotInUse: between Destroy() and Create().
    // The tick whose place holds the timer's entry: never later than `due`.
    // kNever: there is no entry. In two parts, for a bit field of 48 bits takes
    // twice as many instructions to write.
    Tick placed() const { return Tick{placed_high} << 32 | placed_low; }
    void Place(Tick tick) {
      placed_low = static_cast<uint32_t>(tick);
      placed_high = static_cast<uint16_t>(tick >> 32);
    }
    uint32_t placed_low;
    uint16_t placed_high;
    uint16_t generation;  // Of the one entry that counts.
  };
  static_assert(sizeof(Node) == 16);

  // A timer in a bucket. It is stale if the generation is not its node's.
  struct Entry {
    TimerId id;
    uint16_t generation;
    uint16_t far;  // FarOf() the tick for which it was placed, if far away.
  };
  static_assert(sizeof(Entry) == 8);
  // Buckets are stacks of 1 KiB arrays.
  struct alignas(64) Chunk {
    static constexpr uint32_t kCapacity = 126;
    Chunk* below;
    uint32_t count;
    uint32_t height;  // Of the stack up to here, in chunks.
    std::array<Entry, kCapacity> entries;
  };
  static_assert(sizeof(Chunk) == 1024);

  // The timers of a span of ticks. A bucket can be opened ahead of its time:
  // then `row` has one bucket for each slot of the level below, new entries go
  // there, and those in the stack are still to be dealt out.
  struct Row;
  struct Bucket {
    Chunk* top = nullptr;
    std::unique_ptr<Row> row;
  };
  struct Row {
    uint64_t occupied = 0;  // A bit per slot. It may be set for nothing.
    std::array<Bucket, kSlots> buckets;
  };
  struct Place {
    unsigned level;
    unsigned slot;
  };
  // An entry of the run, and the tick for which it was placed there.
  struct Soon {
    Tick tick;
    Entry entry;
  };

  Node& NodeOf(TimerId id) const {
    return blocks_[id >> kBlockBits][id & (kBlockNodes - 1)];
  }
  Bucket& BucketOf(Place place) {
    return rows_[place.level]->buckets[place.slot];
  }
  bool stale(const Entry& entry) const {
    return NodeOf(entry.id).generation != entry.generation;
  }
  void CheckInUse(TimerId id) const;
  void AddBlock();
  void ArmSooner(TimerId id, Tick due);

  // Where a tick belongs now, and the first tick of a place.
  Place PlaceOf(Tick tick) const;
  Place Lowest() const;
  Tick FirstTick(Place place) const;
  static Tick Span(unsigned level) { return Tick{1} << (kDigitBits * level); }
  static unsigned Digit(Tick tick, unsigned level) {
    return (tick >> (kDigitBits * level)) & (kSlots - 1);
  }

  static uint16_t FarOf(Tick tick) {
    return static_cast<uint16_t>(tick >> (kDigitBits * (kFarLevel - 1)));
  }

  // Entries and buckets.
  void Insert(const Entry& entry, Tick tick);
  void InsertInRun(Entry entry, Tick tick);
  void InsertInBucket(const Entry& entry, Tick tick);
  void InsertFar(const Entry& entry, Tick tick);
  void InsertAt(Place place, const Entry& entry, Tick tick);
  void SplitRun();
  void Push(Bucket& bucket, const Entry& entry);
  Entry Pop(Bucket& bucket);
  Chunk* Grow(Bucket& bucket);
  void FreeChunk(Chunk* chunk);
  static void PrefetchChunk(const Chunk* chunk) {
    for (int line = 0; line < 8; ++line) {
      __builtin_prefetch(reinterpret_cast<const char*>(chunk) + 64 * line);
    }
  }
  // Inline, or else GCC takes a call that only fetches for one without effect.
  [[gnu::always_inline]] void Fetch(const Bucket& bucket) const {
    if (bucket.top == nullptr) return;
    const uint32_t count = std::min<uint32_t>(bucket.top->count, kAhead);
    for (uint32_t i = 0; i < count; ++i) Prefetch(bucket.top->entries[i].id);
  }
  Tick DueOf(const Entry& entry);
  void Forget(Entry entry);
  void Reinsert(const Entry& entry);
  template <typename Visit>
  void Read(const Chunk& chunk, uint32_t from, Visit visit);
  void DropStale(Bucket& bucket);
  void DropStale(Row& row);
  void DropStale();

  // Who is next.
  Tick Soonest();
  Tick Next(Tick limit);
  Tick NextInBuckets(Tick limit);
  void ClearSlot(unsigned level, Row& row, unsigned slot);
  uint64_t Deal(unsigned level, Bucket& bucket, uint64_t count);
  void DealFar(unsigned level, Row& row, const Chunk& chunk, uint32_t from);
  void Load(Bucket& bucket, Tick last);
  void SortIntoRun(std::span<const Soon> loaded);
  bool AnyDue(Bucket& bucket, Tick tick);

  // Time goes on.
  void AdvanceTo(Tick to, FireFn fire, void* context);
  void SetWake();
  void MoveTo(Tick tick);
  void Enter(Place place, Tick tick);
  void FireSoonest(FireFn fire, void* context);
  void FireGroup(FireFn fire, void* context);
  void Fire(TimerId id, FireFn fire, void* context);
  void DealAhead(Tick passed);
  Bucket* BucketAt(unsigned level, Tick first);
  // Whether a bucket is to be dealt out, and is not just loaded into the run.
  static bool IsBig(const Bucket& bucket) {
    return bucket.top != nullptr && (bucket.row || bucket.top->height > 1);
  }

  Tick now_;
  // Before this tick Advance() has nothing to do: no entry lies in the run or
  // in a place that begins earlier, and nothing is to be dealt out ahead. It is
  // 0 while Advance() runs.
  Tick wake_ = 0;
  size_t size_ = 0;
  size_t stale_ = 0;  // Entries whose generation has passed.
  bool advancing_ = false;

  std::vector<Node*> blocks_;
  TimerId created_ = 0;  // Numbers ever handed out.
  std::vector<TimerId> free_ids_;

  // The soonest entries, the latest first. Those that belong before `run_end_`
  // are here, all others in buckets that begin at or after it.
  std::vector<Soon> run_;
  Tick run_end_ = 0;

  Tick deal_at_ = 0;  // Nothing is to be dealt out ahead until then.

  uint32_t occupied_levels_ = 0;
  std::array<std::unique_ptr<Row>, kLevels> rows_;
  Bucket firing_;  // What is left of the group that Advance() is firing.

  Chunk* free_chunks_ = nullptr;
  std::vector<std::unique_ptr<Chunk[]>> chunk_slabs_;
};

// The work on single entries is inline: buckets of thousands are dealt out.

// A tick that differs from now first in its n-th digit (base 64, n counted from
// the right) belongs to level n, in the slot that this digit names.
inline TimerWheel::Place TimerWheel::PlaceOf(Tick tick) const {
  const auto top_bit =
      static_cast<unsigned>(63 ^ std::countl_zero((tick ^ now_) | 1));
  const unsigned level = top_bit * 43 >> 8;  // By 6, for numbers this small.
  static_assert(kDigitBits == 6);
  return {level, Digit(tick, level)};
}

// When an entry's timer is due; kNever, and the entry is to be dropped, if it
// is stale or the timer is cancelled. For entries that leave their bucket.
inline Tick TimerWheel::DueOf(const Entry& entry) {
  const Node& node = NodeOf(entry.id);
  const Tick due = node.due;
  if (node.generation == entry.generation && due < kNever) [[likely]] {
    return due;
  }
  Forget(entry);
  return kNever;
}

// Puts an entry where its tick belongs.
inline void TimerWheel::Insert(const Entry& entry, Tick tick) {
  NodeOf(entry.id).Place(tick);
  if (tick < run_end_) [[unlikely]] {
    InsertInRun(entry, tick);
  } else {
    InsertInBucket(entry, tick);
  }
}

// The same for ticks from `run_end_` on.
inline void TimerWheel::InsertInBucket(const Entry& entry, Tick tick) {
  const Place place = PlaceOf(tick);
  if (place.level >= kFarLevel) [[unlikely]] {
    InsertFar(entry, tick);
  } else {
    InsertAt(place, entry, tick);
  }
}

inline void TimerWheel::InsertAt(Place place, const Entry& entry, Tick tick) {
  Row* row = rows_[place.level].get();
  if (row->occupied == 0) occupied_levels_ |= uint32_t{1} << place.level;
  for (;;) {
    Bucket& bucket = row->buckets[place.slot];
    row->occupied |= uint64_t{1} << place.slot;
    if (!bucket.row) [[likely]]
      return Push(bucket, entry);
    row = bucket.row.get();
    place.slot = Digit(tick, --place.level);
  }
}

// An entry that has left its bucket goes where its timer is due.
inline void TimerWheel::Reinsert(const Entry& entry) {
  const Tick due = DueOf(entry);
  if (due != kNever) Insert(entry, due);
}

inline void TimerWheel::Push(Bucket& bucket, const Entry& entry) {
  Chunk* top = bucket.top;
  if (top == nullptr || top->count == Chunk::kCapacity) top = Grow(bucket);
  top->entries[top->count++] = entry;
}

// Calls `visit` for the entries from the given one on. It may push entries into
// other buckets.
template <typename Visit>
void TimerWheel::Read(const Chunk& chunk, uint32_t from, Visit visit) {
  const Entry* entry = &chunk.entries[from];
  const Entry* const end = chunk.entries.data() + chunk.count;
  const Entry* const fetched = end - entry > kAhead ? entry + kAhead : end;
  const Entry* ahead = entry;
  for (; ahead != fetched; ++ahead) Prefetch(ahead->id);
  for (; ahead != end; ++ahead) {
    Prefetch(ahead->id);
    visit(*entry++);
  }
  for (; entry != end; ++entry) visit(*entry);
}

}  // namespace stepwheel

#endif  // STEPWHEEL_ENGINE_TIME_TIMER_WHEEL_H_
