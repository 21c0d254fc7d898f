#include "api/http/listener.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/v6_only.hpp>

#include "api/http/connection.h"

namespace stepwheel::http {
namespace {

namespace asio = boost::asio;

constexpr int kPortTries = 16;
// Descriptors for everything that is not a connection: database, log, ...
constexpr size_t kOtherFiles = 64;
// Connections over the limit that may hear 503 at the same time.
constexpr size_t kRefusedMax = 64;

std::string Name(const Tcp::endpoint& endpoint) {
  std::string address = endpoint.address().to_string();
  if (endpoint.address().is_v6()) address = "[" + address + "]";
  return address + ":" + std::to_string(endpoint.port());
}

bool NoSuchFamily(const Error& error) {
  return error == asio::error::address_family_not_supported ||
         error == boost::system::errc::address_not_available;
}

}  // namespace

Error Listener::Open(Tcp::endpoint endpoint, Sockets* to) const {
  Error error;
  Acceptor acceptor(core_->io.get_executor());
  acceptor.open(endpoint.protocol(), error);
  if (error) return error;
  Error ignored;
  acceptor.set_option(Acceptor::reuse_address(true), ignored);
  if (endpoint.address().is_v6()) {
    // "::" serves IPv4 as well; ::1 must leave 127.0.0.1 to its own socket.
    bool all = endpoint.address().is_unspecified();
    acceptor.set_option(asio::ip::v6_only(!all), ignored);
  }
  ::fcntl(acceptor.native_handle(), F_SETFD, FD_CLOEXEC);
  acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(kBacklog, error);
  if (!error) endpoint = acceptor.local_endpoint(error);
  if (error) return error;
  to->push_back(
      std::make_unique<Socket4Or6>(Socket4Or6{endpoint, std::move(acceptor)}));
  return {};
}

Server::ListenError Listener::Listen(std::string* message) {
  using Kind = Server::ListenError;
  const ServerOptions& options = core_->options;
  std::string text = options.address;
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
  }
  bool both = text.empty() || text == "localhost";
  Error error;
  asio::ip::address address =
      both ? asio::ip::address(asio::ip::address_v4::loopback())
           : asio::ip::make_address(text, error);
  if (error) {
    *message = "cannot listen on \"" + options.address +
               "\": expected an IPv4 or IPv6 address or localhost";
    return Kind::kBadAddress;
  }
  // With port 0 the port chosen for IPv4 may be taken for IPv6: once more.
  int tries = both && options.port == 0 ? kPortTries : 1;
  Tcp::endpoint endpoint;
  for (int i = 0; i < tries; ++i) {
    Sockets sockets;
    endpoint = {address, options.port};
    error = Open(endpoint, &sockets);
    if (!error && both) {
      endpoint = {asio::ip::address_v6::loopback(),
                  sockets[0]->endpoint.port()};
      error = Open(endpoint, &sockets);
      if (NoSuchFamily(error)) error = {};
    }
    if (!error) {
      sockets_ = std::move(sockets);
      port_ = sockets_[0]->endpoint.port();
      RaiseFileLimit();
      return Kind::kNone;
    }
    if (error != asio::error::address_in_use) break;
  }
  bool in_use = error == asio::error::address_in_use;
  *message = "cannot listen on " + Name(endpoint) + ": " +
             (in_use ? "the port is in use" : error.message());
  if (in_use) return Kind::kPortInUse;
  return NoSuchFamily(error) ? Kind::kBadAddress : Kind::kOther;
}

void Listener::RaiseFileLimit() {
  connections_max_ = core_->options.connections_max;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  rlim_t want = connections_max_ + kRefusedMax + kOtherFiles;
  if (limit.rlim_cur < want) {
    limit.rlim_cur = std::min(want, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur >= want) return;
  size_t files = limit.rlim_cur;
  size_t fit = files - std::min(files - 1, kRefusedMax + kOtherFiles);
  core_->Log("at most " + std::to_string(fit) + " connections instead of " +
             std::to_string(connections_max_) + ": open files are limited to " +
             std::to_string(files));
  connections_max_ = fit;
}

std::vector<std::string> Listener::urls() const {
  std::vector<std::string> urls;
  for (const auto& socket : sockets_) {
    urls.push_back("http://" + Name(socket->endpoint));
  }
  return urls;
}

void Listener::StartAccepting() {
  for (auto& socket : sockets_) Accept(socket.get());
}

void Listener::Close() {
  Error ignored;
  for (auto& socket : sockets_) socket->acceptor.close(ignored);
}

void Listener::Sweep() {
  for (auto& socket : sockets_) {
    if (socket->paused && socket->acceptor.is_open()) Accept(socket.get());
  }
}

bool Listener::paused() const {
  return std::any_of(sockets_.begin(), sockets_.end(),
                     [](const auto& socket) { return socket->paused; });
}

void Listener::Accept(Socket4Or6* socket) {
  socket->paused = false;
  socket->acceptor.async_accept(
      core_->io.get_executor(),
      [this, socket](const Error& error, Socket peer) {
        OnAccept(socket, error, std::move(peer));
      });
}

void Listener::OnAccept(Socket4Or6* socket, const Error& error, Socket peer) {
  if (!socket->acceptor.is_open()) return;
  if (error == boost::system::errc::too_many_files_open ||
      error == boost::system::errc::too_many_files_open_in_system ||
      error == asio::error::no_buffer_space ||
      error == asio::error::no_memory) {
    // Asking again at once would turn in a circle; the sweep asks again.
    core_->Log("cannot accept a connection: " + error.message());
    socket->paused = true;
    return;
  }
  Accept(socket);
  if (error) return;  // the peer has gone already
  Error ignored;
  peer.set_option(Tcp::no_delay(true), ignored);
  peer.non_blocking(true, ignored);
  ::fcntl(peer.native_handle(), F_SETFD, FD_CLOEXEC);
  size_t open = core_->open;
  if (open >= connections_max_ + kRefusedMax) return;  // closes it unheard
  auto connection = std::make_shared<Connection>(core_, std::move(peer));
  if (open < connections_max_) {
    connection->Start();
  } else {
    connection->StartRefused();
  }
}

}  // namespace stepwheel::http
