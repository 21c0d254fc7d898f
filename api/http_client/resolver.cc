#include "api/http_client/resolver.h"

#include <netdb.h>

#include <boost/asio/post.hpp>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "api/http_client/url.h"

namespace stepwheel::http_client {
namespace {

constexpr size_t kThreadsMax = 8;
constexpr size_t kNamesMax = 1000;

}  // namespace

// Outlives the resolver in the threads that still look something up.
struct Resolver::Shared {
  std::mutex mutex;
  asio::io_context* io;  // Null once the resolver is gone.
  Resolver* resolver;
};

Resolver::Resolver(asio::io_context* io, std::chrono::milliseconds kept,
                   LookUp look_up)
    : kept_ms_(kept.count()),
      look_up_(std::move(look_up)),
      shared_(std::make_shared<Shared>()) {
  shared_->io = io;
  shared_->resolver = this;
}

Resolver::~Resolver() {
  std::lock_guard lock(shared_->mutex);
  shared_->io = nullptr;
  shared_->resolver = nullptr;
}

bool Resolver::Known(const std::string& host, Addresses* addresses) {
  if (IsLocalhostName(host)) {
    addresses->list = {asio::ip::address_v4::loopback(),
                       asio::ip::address_v6::loopback()};
    return true;
  }
  Error error;
  asio::ip::address address = asio::ip::make_address(host, error);
  if (!error) {
    addresses->list = {address};
    return true;
  }
  auto it = names_.find(host);
  if (it == names_.end() || it->second.until_ms <= MonotonicMs()) return false;
  *addresses = it->second.addresses;
  return true;
}

void Resolver::Find(const std::string& host, Found found) {
  // Names that are still being looked up stay.
  if (names_.size() >= kNamesMax) {
    absl::erase_if(
        names_, [](const auto& name) { return name.second.waiting.empty(); });
  }
  Name& name = names_[host];
  name.until_ms = 0;
  name.waiting.push_back(std::move(found));
  if (name.waiting.size() > 1) return;
  queue_.push_back(host);
  StartThreads();
}

void Resolver::StartThreads() {
  while (!queue_.empty() && threads_ < kThreadsMax) {
    std::string host = std::move(queue_.front());
    queue_.pop_front();
    ++threads_;
    auto work = [shared = shared_, look_up = look_up_, host] {
      Addresses addresses = look_up(host);
      std::lock_guard lock(shared->mutex);
      if (shared->io == nullptr) return;
      asio::post(*shared->io, [shared, host, addresses]() mutable {
        // On the loop's thread, where the resolver is destroyed too.
        if (shared->resolver == nullptr) return;
        shared->resolver->OnFound(host, std::move(addresses));
      });
    };
    // std::thread reports a lack of threads by an exception only.
    try {
      std::thread(std::move(work)).detach();
    } catch (const std::system_error& error) {
      Addresses none;
      none.failure = error.what();
      asio::post(*shared_->io, [shared = shared_, host, none] {
        if (shared->resolver != nullptr) shared->resolver->OnFound(host, none);
      });
    }
  }
}

void Resolver::OnFound(const std::string& host, Addresses addresses) {
  --threads_;
  Name& name = names_[host];
  // Failures are not kept: the next call may have better luck.
  name.until_ms = addresses.list.empty() ? 0 : MonotonicMs() + kept_ms_;
  name.addresses = std::move(addresses);
  std::vector<Found> waiting = std::exchange(name.waiting, {});
  for (Found& found : waiting) {
    // One by one: a thousand connections opened in one go would hold up the
    // loop.
    asio::post(*shared_->io,
               [found = std::move(found), addresses = name.addresses] {
                 found(addresses);
               });
  }
  StartThreads();
}

Addresses Resolver::SystemLookUp(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  Addresses addresses;
  int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (code != 0) {
    addresses.failure = ::gai_strerror(code);
    return addresses;
  }
  for (addrinfo* one = found; one != nullptr; one = one->ai_next) {
    Tcp::endpoint endpoint;
    if (one->ai_addrlen > endpoint.capacity()) continue;
    endpoint.resize(one->ai_addrlen);
    std::memcpy(endpoint.data(), one->ai_addr, one->ai_addrlen);
    addresses.list.push_back(endpoint.address());
  }
  ::freeaddrinfo(found);
  if (addresses.list.empty()) addresses.failure = "it has no address";
  return addresses;
}

}  // namespace stepwheel::http_client
