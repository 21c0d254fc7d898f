// Finds the addresses of host names beside the loop: each look-up has a thread
// of its own, because the system's look-up blocks and cannot be called off.
// (Asio's resolver has one thread for all, so that one dead name server would
// hold up every name, and the end of the program too.)
#ifndef STEPWHEEL_API_HTTP_CLIENT_RESOLVER_H_
#define STEPWHEEL_API_HTTP_CLIENT_RESOLVER_H_

#include <absl/container/flat_hash_map.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/http_client/core.h"

namespace stepwheel::http_client {

struct Addresses {
  std::vector<asio::ip::address> list;
  std::string failure;  // Why `list` is empty.
};

class Resolver {
 public:
  // Blocks; called on other threads. Tests put their own here.
  using LookUp = std::function<Addresses(const std::string& host)>;
  using Found = std::function<void(const Addresses&)>;

  Resolver(asio::io_context* io, std::chrono::milliseconds kept,
           LookUp look_up = SystemLookUp);
  ~Resolver();
  Resolver(const Resolver&) = delete;

  // Addresses and localhost need no look-up: true, and `*addresses` is set.
  // Also true when the name was looked up just now.
  bool Known(const std::string& host, Addresses* addresses);
  // Calls `found` later, on the loop. Callers of one name share a look-up.
  void Find(const std::string& host, Found found);

  static Addresses SystemLookUp(const std::string& host);

 private:
  struct Shared;
  struct Name {
    std::vector<Found> waiting;
    Addresses addresses;
    int64_t until_ms = 0;  // 0: being looked up, or in the queue.
  };
  void StartThreads();
  void OnFound(const std::string& host, Addresses addresses);

  int64_t kept_ms_;
  LookUp look_up_;
  absl::flat_hash_map<std::string, Name> names_;
  std::deque<std::string> queue_;
  size_t threads_ = 0;
  std::shared_ptr<Shared> shared_;
};

}  // namespace stepwheel::http_client

#endif  // STEPWHEEL_API_HTTP_CLIENT_RESOLVER_H_
