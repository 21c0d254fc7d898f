// The time limits of calls and connections: one ordered set and one timer of
// the loop, instead of a timer for each.
#ifndef STEPWHEEL_API_HTTP_CLIENT_DEADLINES_H_
#define STEPWHEEL_API_HTTP_CLIENT_DEADLINES_H_

#include <absl/container/btree_set.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <tuple>

#include "api/http_client/core.h"

namespace stepwheel::http_client {

// Something that has at most one deadline.
class Timed {
 public:
  virtual ~Timed() = default;
  // The deadline has passed and is cleared. May destroy this object.
  virtual void OnDeadline() = 0;

 private:
  friend class Deadlines;
  int64_t due_ms_ = 0;  // 0: none.
  uint64_t number_ = 0;
};

class Deadlines {
 public:
  explicit Deadlines(asio::io_context* io);
  ~Deadlines();
  Deadlines(const Deadlines&) = delete;

  // `timed` stays where it is until it has no deadline.
  void Set(Timed* timed, int64_t due_ms);
  void Clear(Timed* timed);

 private:
  using Clock = std::chrono::steady_clock;
  using Entry = std::tuple<int64_t, uint64_t, Timed*>;
  void Arm();
  void Fire();

  asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor> timer_;
  absl::btree_set<Entry> entries_;
  uint64_t numbers_ = 0;
  int64_t armed_ms_ = 0;  // 0: the timer is not armed.
  // Handlers outlive this object; they look here first.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace stepwheel::http_client

#endif  // STEPWHEEL_API_HTTP_CLIENT_DEADLINES_H_
