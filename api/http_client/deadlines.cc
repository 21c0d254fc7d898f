#include "api/http_client/deadlines.h"

#include <boost/asio/post.hpp>

namespace stepwheel::http_client {
namespace {

// So many ended calls keep the loop busy for well under a millisecond; the rest
// follow after whatever else is ready.
constexpr int kFiredMax = 64;

}  // namespace

Deadlines::Deadlines(asio::io_context* io) : timer_(io->get_executor()) {}

Deadlines::~Deadlines() { *alive_ = false; }

void Deadlines::Set(Timed* timed, int64_t due_ms) {
  Clear(timed);
  timed->due_ms_ = due_ms;
  timed->number_ = ++numbers_;
  entries_.emplace(due_ms, timed->number_, timed);
  // A timer that is armed too early fires in vain, which is cheaper than
  // moving it with each call.
  if (armed_ms_ == 0 || due_ms < armed_ms_) Arm();
}

void Deadlines::Clear(Timed* timed) {
  if (timed->due_ms_ == 0) return;
  entries_.erase(Entry(timed->due_ms_, timed->number_, timed));
  timed->due_ms_ = 0;
}

void Deadlines::Arm() {
  armed_ms_ = std::get<0>(*entries_.begin());
  timer_.expires_at(Clock::time_point(std::chrono::milliseconds(armed_ms_)));
  timer_.async_wait([this, alive = alive_](const Error& error) {
    if (error || !*alive) return;
    armed_ms_ = 0;
    Fire();
  });
}

void Deadlines::Fire() {
  int64_t now = MonotonicMs();
  std::shared_ptr<bool> alive = alive_;
  for (int i = 0; i < kFiredMax; ++i) {
    if (entries_.empty() || std::get<0>(*entries_.begin()) > now) break;
    Timed* timed = std::get<2>(*entries_.begin());
    Clear(timed);
    timed->OnDeadline();
    if (!*alive) return;
  }
  if (armed_ms_ == 0 && !entries_.empty()) Arm();
}

}  // namespace stepwheel::http_client
