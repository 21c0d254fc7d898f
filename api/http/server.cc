#include "api/http/server.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>

#include "api/http/connection.h"
#include "api/http/core.h"
#include "api/http/listener.h"

namespace stepwheel::http {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

// How many handlers of ready sockets run before `before_wait` gets its turn:
// enough for a large group commit, few enough that timers are not held up.
constexpr size_t kReadyMax = 512;
// After so long without a look at all sockets, all that came is read first. The
// loop may have slept meanwhile: being stopped in its sleep looks the same.
constexpr int64_t kStallMs = 50;
constexpr int64_t kSweepMinMs = 5;
constexpr int64_t kSweepMaxMs = 1000;
// Answers under way get this long after Stop().
constexpr int64_t kDrainMs = 400;

}  // namespace

struct Server::Impl {
  Impl(ServerOptions options, Handler handler)
      : core(std::move(options), std::move(handler)),
        listener(&core),
        signals(core.io.get_executor()) {
    core.now_ms = core.looked_at_ms = MonotonicMs();
    const ServerOptions& o = core.options;
    int64_t shortest =
        std::min({o.header_timeout, o.body_timeout, o.idle_timeout}).count();
    sweep_ms = std::clamp(shortest / 4, kSweepMinMs, kSweepMaxMs);
  }

  struct Due {
    int64_t at_ms;
    uint64_t sequence;
    std::function<void()> call;
    bool operator<(const Due& other) const {  // the heap's top is the earliest
      if (at_ms != other.at_ms) return at_ms > other.at_ms;
      return sequence > other.sequence;
    }
  };

  void ReadSockets();
  void RunDue();
  void Sweep();
  void Wait(std::optional<milliseconds> at_most);
  void Drain();
  void AwaitSignal();
  void CloseAll();

  Core core;
  Listener listener;
  asio::basic_signal_set<Executor> signals;
  std::function<void(int)> on_signal;
  std::vector<Due> due;  // heap
  uint64_t sequence = 0;
  int64_t sweep_ms;
  int64_t next_sweep_ms = 0;
  bool behind = false;  // Sockets are still to be read.
  std::atomic<bool> stop{false};
};

// Whoever acts on timers afterwards knows all that had arrived by then.
void Server::Impl::ReadSockets() {
  core.now_ms = MonotonicMs();
  size_t left = kReadyMax;
  if (core.now_ms - core.looked_at_ms > kStallMs && !behind) {
    left += 2 * (core.open + Listener::kBacklog);  // Accepted, and read.
  }
  while (left > 0 && core.io.poll_one() != 0) --left;
  behind = left == 0;
  if (!behind) core.looked_at_ms = core.now_ms;
  core.now_ms = MonotonicMs();
}

void Server::Impl::RunDue() {
  // What is added meanwhile waits for the next turn, even when due at once.
  uint64_t before = sequence;
  while (!due.empty() && due.front().at_ms <= core.now_ms &&
         due.front().sequence < before) {
    std::pop_heap(due.begin(), due.end());
    std::function<void()> call = std::move(due.back().call);
    due.pop_back();
    call();
  }
}

void Server::Impl::Sweep() {
  next_sweep_ms = core.now_ms + sweep_ms;
  // Connections are destroyed by posted handlers only, so `next` is safe.
  for (Connection* c = core.first; c != nullptr; c = c->next()) c->Sweep();
  listener.Sweep();
}

void Server::Impl::Wait(std::optional<milliseconds> at_most) {
  int64_t limit = at_most ? at_most->count() : INT64_MAX;
  int64_t now = MonotonicMs();
  if (!due.empty()) limit = std::min(limit, due.front().at_ms - now);
  if (core.open != 0 || listener.paused()) {
    limit = std::min(limit, next_sweep_ms - now);
  }
  if (limit <= 0) return;  // ReadSockets() looks at the sockets
  if (limit == INT64_MAX) {
    core.io.run_one();
  } else {
    core.io.run_one_for(milliseconds(limit));
  }
  // What the handlers set runs from now, not from before the sleep.
  core.now_ms = MonotonicMs();
}

void Server::Impl::CloseAll() {
  for (Connection* c = core.first; c != nullptr; c = c->next()) c->Close();
}

void Server::Impl::Drain() {
  listener.Close();
  core.stopping = true;
  for (Connection* c = core.first; c != nullptr; c = c->next()) c->Shutdown();
  int64_t until = MonotonicMs() + kDrainMs;
  int64_t now;
  while (core.open != 0 && (now = MonotonicMs()) < until) {
    core.io.run_one_for(milliseconds(until - now));
  }
  CloseAll();
  core.io.poll();
}

void Server::Impl::AwaitSignal() {
  signals.async_wait([this](const Error& error, int number) {
    if (error) return;
    AwaitSignal();
    on_signal(number);
  });
}

Server::Server(ServerOptions options, Handler handler)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(handler))) {}

Server::~Server() { impl_->CloseAll(); }

Server::ListenError Server::Listen(std::string* message) {
  return impl_->listener.Listen(message);
}

uint16_t Server::port() const { return impl_->listener.port(); }

std::vector<std::string> Server::urls() const { return impl_->listener.urls(); }

void Server::Run(
    std::function<std::optional<std::chrono::milliseconds>()> before_wait) {
  // Without it an idle io_context counts as finished.
  auto busy = asio::make_work_guard(impl_->core.io);
  impl_->listener.StartAccepting();
  while (!impl_->stop) {
    impl_->core.now_ms = MonotonicMs();
    impl_->RunDue();
    impl_->ReadSockets();
    std::optional<milliseconds> at_most = before_wait();
    if (impl_->core.now_ms >= impl_->next_sweep_ms) impl_->Sweep();
    // Also after Stop(): what was read before it has been answered now.
    if (!impl_->stop) impl_->Wait(at_most);
  }
  before_wait();
  impl_->Drain();
}

milliseconds Server::since_last_look() const {
  return milliseconds(MonotonicMs() - impl_->core.looked_at_ms);
}

void Server::Stop() {
  impl_->stop = true;
  asio::post(impl_->core.io, [] {});  // wakes the loop
}

void Server::After(std::chrono::milliseconds delay, std::function<void()> f) {
  int64_t at = MonotonicMs() + std::max<int64_t>(0, delay.count());
  impl_->due.push_back({at, impl_->sequence++, std::move(f)});
  std::push_heap(impl_->due.begin(), impl_->due.end());
}

void Server::OnSignal(std::function<void(int)> f) {
  bool first = !impl_->on_signal;
  impl_->on_signal = std::move(f);
  if (!first) return;
  Error ignored;
  impl_->signals.add(SIGINT, ignored);
  impl_->signals.add(SIGTERM, ignored);
  impl_->AwaitSignal();
}

size_t Server::connections() const { return impl_->core.open; }

asio::io_context* Server::io() { return &impl_->core.io; }

}  // namespace stepwheel::http
