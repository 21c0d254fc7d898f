// Yardsticks for the timer wheel: other ways to keep a million deadlines, all
// with the same few calls. Each is written as its users would write it.
//
//   Schedule(id, due)   arm a timer that is not armed
//   Cancel(id)          disarm one that is
//   Rearm(id, due)      move an armed one (a heartbeat)
//   Advance(to, fire)   time passes
//   Jump(fire)          time goes to the next deadline; false: there is none
#ifndef STEPWHEEL_BENCH_REFERENCE_TIMERS_H_
#define STEPWHEEL_BENCH_REFERENCE_TIMERS_H_

#include <absl/container/btree_set.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "engine/time/timer_wheel.h"

namespace stepwheel::bench {

// Ours.
class Wheel {
 public:
  explicit Wheel(size_t timers) {
    for (size_t i = 0; i < timers; ++i) wheel_.Create();
  }
  void Schedule(TimerId id, Tick due) { wheel_.Arm(id, due); }
  void Cancel(TimerId id) { wheel_.Cancel(id); }
  void Rearm(TimerId id, Tick due) { wheel_.Arm(id, due); }
  template <typename Fire>
  void Advance(Tick to, Fire&& fire) {
    wheel_.Advance(to, fire);
  }
  template <typename Fire>
  bool Jump(Fire&& fire) {
    const auto due = wheel_.NextDue();
    if (!due) return false;
    wheel_.Advance(*due, fire);
    return true;
  }
  TimerWheel& wheel() { return wheel_; }

 private:
  TimerWheel wheel_;
};

// A 4-ary heap in which every timer knows its place: the shape of the timers
// of Go's runtime and of libuv.
class Heap4 {
 public:
  explicit Heap4(size_t timers) : place_(timers, 0) { heap_.reserve(timers); }
  void Schedule(TimerId id, Tick due) {
    heap_.emplace_back();
    Up(heap_.size() - 1, {due, id});
  }
  void Cancel(TimerId id) {
    const size_t hole = place_[id];
    const Item last = heap_.back();
    heap_.pop_back();
    if (hole < heap_.size()) Settle(hole, last);
  }
  void Rearm(TimerId id, Tick due) { Settle(place_[id], {due, id}); }
  template <typename Fire>
  void Advance(Tick to, Fire&& fire) {
    while (!heap_.empty() && heap_[0].due <= to) {
      const TimerId id = heap_[0].id;
      Cancel(id);
      fire(id);
    }
  }
  template <typename Fire>
  bool Jump(Fire&& fire) {
    if (heap_.empty()) return false;
    Advance(heap_[0].due, fire);
    return true;
  }

 private:
  struct Item {
    Tick due;
    TimerId id;
  };
  void Put(size_t at, Item item) {
    heap_[at] = item;
    place_[item.id] = static_cast<uint32_t>(at);
  }
  void Up(size_t at, Item item) {
    while (at > 0) {
      const size_t parent = (at - 1) / 4;
      if (heap_[parent].due <= item.due) break;
      Put(at, heap_[parent]);
      at = parent;
    }
    Put(at, item);
  }
  void Down(size_t at, Item item) {
    for (;;) {
      const size_t child = 4 * at + 1;
      if (child >= heap_.size()) break;
      const size_t end = std::min(child + 4, heap_.size());
      size_t least = child;
      for (size_t i = child + 1; i < end; ++i) {
        if (heap_[i].due < heap_[least].due) least = i;
      }
      if (heap_[least].due >= item.due) break;
      Put(at, heap_[least]);
      at = least;
    }
    Put(at, item);
  }
  void Settle(size_t at, Item item) {
    if (at > 0 && heap_[(at - 1) / 4].due > item.due) {
      Up(at, item);
    } else {
      Down(at, item);
    }
  }

  std::vector<Item> heap_;
  std::vector<uint32_t> place_;  // By id.
};

// An ordered set of (deadline, id).
class BtreeSet {
 public:
  explicit BtreeSet(size_t timers) : due_(timers) {}
  void Schedule(TimerId id, Tick due) {
    due_[id] = due;
    set_.insert({due, id});
  }
  void Cancel(TimerId id) { set_.erase({due_[id], id}); }
  void Rearm(TimerId id, Tick due) {
    Cancel(id);
    Schedule(id, due);
  }
  template <typename Fire>
  void Advance(Tick to, Fire&& fire) {
    while (!set_.empty() && set_.begin()->first <= to) {
      const TimerId id = set_.begin()->second;
      set_.erase(set_.begin());
      fire(id);
    }
  }
  template <typename Fire>
  bool Jump(Fire&& fire) {
    if (set_.empty()) return false;
    Advance(set_.begin()->first, fire);
    return true;
  }

 private:
  absl::btree_set<std::pair<Tick, TimerId>> set_;
  std::vector<Tick> due_;  // By id.
};

// What an Asio programmer writes: one steady_timer per task, and the handlers
// of aborted waits drained now and then. On the real clock, an hour away from
// anything that could expire.
class SteadyTimers {
 public:
  explicit SteadyTimers(size_t timers) {
    for (size_t i = 0; i < timers; ++i) timers_.emplace_back(io_);
  }
  void Schedule(TimerId id, Tick due) {
    timers_[id].expires_at(start_ + std::chrono::hours(1) +
                           std::chrono::milliseconds(due));
    timers_[id].async_wait([this, id](const boost::system::error_code& error) {
      if (!error) expired_ += id;
    });
  }
  void Cancel(TimerId id) {
    timers_[id].cancel();
    Drain();
  }
  void Rearm(TimerId id, Tick due) {
    Schedule(id, due);
    Drain();
  }
  template <typename Fire>
  void Advance(Tick, Fire&&) {}

 private:
  void Drain() {
    if (++operations_ % 64 == 0) io_.poll();
  }

  boost::asio::io_context io_{1};
  std::deque<boost::asio::steady_timer> timers_;
  std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now();
  uint64_t operations_ = 0;
  uint64_t expired_ = 0;
};

// The floor: the one store into random memory that no timer can do without.
class BareStore {
 public:
  explicit BareStore(size_t timers) : records_(timers) {}
  void Schedule(TimerId id, Tick due) { records_[id].due = due; }
  void Cancel(TimerId id) { records_[id].due = 0; }
  void Rearm(TimerId id, Tick due) { records_[id].due = due; }
  template <typename Fire>
  void Advance(Tick, Fire&&) {}

 private:
  struct Record {
    volatile uint64_t due = 0;
    uint64_t rest = 0;
  };
  std::vector<Record> records_;
};

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_REFERENCE_TIMERS_H_
