// Which call gets which connection. A call takes an idle connection of its
// host; else it waits, and Pump() opens connections for those who wait, a few
// at a time and one host after the other, as far as the limits allow.
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "api/http_client/client_impl.h"

namespace stepwheel::http_client {

// Connections opened in one go: each costs some 20 us, and the loop is to stay
// responsive when a thousand calls start in one turn.
constexpr int kPumpedMax = 16;

Host* Client::Impl::HostFor(const Url& url) {
  // Most calls go where the last one went.
  if (last_host_ != nullptr && last_host_->url.tls == url.tls &&
      last_host_->url.port == url.port && last_host_->url.host == url.host) {
    return last_host_;
  }
  std::string key =
      absl::StrCat(url.tls ? "https://" : "http://", url.HostAndPort());
  std::unique_ptr<Host>& host = hosts_[key];
  if (!host) {
    host = std::make_unique<Host>();
    host->key = std::move(key);
    host->url = url;
    host->proxy = options_.proxies.For(url);
  }
  last_host_ = host.get();
  return host.get();
}

bool Client::Impl::UseIdle(Host* host, Call* call) {
  // Those who wait were first; they wait because nothing is idle.
  while (!host->idle.empty()) {
    Connection* connection = host->idle.back();
    host->idle.pop_back();
    --stats_.idle;
    if (connection->Usable()) {
      Assign(call, connection);
      return true;
    }
    // Not Remove(): it might forget the host of a call that begins.
    connection->Close();
    connections_.erase(connection);
    --host->open;
  }
  return false;
}

void Client::Impl::Assign(Call* call, Connection* connection) {
  call->connection = connection;
  connection->call = call;
  connection->Send(call->wire);
}

void Client::Impl::Wait(Call* call, bool first) {
  std::list<Call*>& waiting = call->host->waiting;
  call->waiting = waiting.insert(first ? waiting.begin() : waiting.end(), call);
  ++stats_.waiting;
  Ready(call->host);
}

void Client::Impl::Ready(Host* host) {
  if (!host->ready && !host->blocked && !host->waiting.empty()) {
    host->ready = true;
    ready_.push_back(host);
  }
  if (pumping_ || ready_.empty()) return;
  pumping_ = true;
  asio::post(*io_, [self = weak_from_this()] {
    if (auto impl = self.lock()) impl->Pump();
  });
}

void Client::Impl::Pump() {
  pumping_ = false;
  for (int i = 0; i < kPumpedMax && !ready_.empty(); ++i) {
    Host* host = ready_.front();
    ready_.pop_front();
    host->ready = false;
    switch (Dispatch(host)) {
      case Dispatched::kYes:
        Ready(host);
        break;
      case Dispatched::kHostIsFull:
        break;  // The next connection of it that is free or closes.
      case Dispatched::kAllIsFull:
        host->blocked = true;
        blocked_.push_back(host);
        break;
    }
    ForgetIfUnused(host);
  }
  if (!ready_.empty()) Ready(ready_.front());
}

Client::Impl::Dispatched Client::Impl::Dispatch(Host* host) {
  if (host->waiting.empty()) return Dispatched::kYes;
  Call* call = host->waiting.front();
  bool used = UseIdle(host, call);
  if (!used) {
    if (host->open >= options_.connections_per_host_max) {
      return Dispatched::kHostIsFull;
    }
    if (connections_.size() >= options_.connections_max && !CloseSomeIdle()) {
      return Dispatched::kAllIsFull;
    }
  }
  host->waiting.pop_front();
  --stats_.waiting;
  if (!used) Open(host, call);
  return Dispatched::kYes;
}

void Client::Impl::Open(Host* host, Call* call) {
  ConnectionParts parts{io_, &options_, &resolver_, &deadlines_,
                        host->url.tls ? Tls() : nullptr};
  auto connection =
      std::make_shared<Connection>(parts, this, host->url, host->proxy);
  connection->host = host;
  connection->call = call;
  call->connection = connection.get();
  ++host->open;
  ++stats_.opened;
  connections_.emplace(connection.get(), connection);
  connection->Open(call->wire);
}

bool Client::Impl::CloseSomeIdle() {
  for (auto& [key, host] : hosts_) {
    if (host->idle.empty()) continue;
    Remove(host->idle.front());
    return true;
  }
  return false;
}

void Client::Impl::DropIdle(Host* host) {
  while (host->idle.size() > 1) Remove(host->idle.back());
  if (!host->idle.empty()) Remove(host->idle.back());
}

void Client::Impl::Remove(Connection* connection) {
  Host* host = connection->host;
  connection->Close();
  auto it = std::find(host->idle.begin(), host->idle.end(), connection);
  if (it != host->idle.end()) {
    host->idle.erase(it);
    --stats_.idle;
  }
  --host->open;
  connections_.erase(connection);
  if (!blocked_.empty()) {
    Host* other = blocked_.front();
    blocked_.pop_front();
    other->blocked = false;
    Ready(other);
  }
  Ready(host);
  ForgetIfUnused(host);
}

void Client::Impl::ForgetIfUnused(Host* host) {
  if (host->open == 0 && host->waiting.empty() && !host->ready &&
      !host->blocked) {
    if (last_host_ == host) last_host_ = nullptr;
    hosts_.erase(host->key);
  }
}

}  // namespace stepwheel::http_client
