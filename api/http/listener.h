// The listening sockets of a server: loopback in both families on one port
// unless an address is given. Accepts connections up to the limit.
// Internal to api/http: it includes Asio.
#ifndef STEPWHEEL_API_HTTP_LISTENER_H_
#define STEPWHEEL_API_HTTP_LISTENER_H_

#include <memory>
#include <string>
#include <vector>

#include "api/http/core.h"

namespace stepwheel::http {

class Listener {
 public:
  // Connections that wait to be accepted.
  static constexpr int kBacklog = 4096;

  explicit Listener(Core* core) : core_(core) {}

  Server::ListenError Listen(std::string* message);
  void StartAccepting();
  void Close();
  // Tries again after the process ran out of descriptors.
  void Sweep();
  bool paused() const;

  uint16_t port() const { return port_; }
  std::vector<std::string> urls() const;

 private:
  struct Socket4Or6 {
    Tcp::endpoint endpoint;
    Acceptor acceptor;
    bool paused = false;
  };
  using Sockets = std::vector<std::unique_ptr<Socket4Or6>>;

  // Binds one socket and adds it.
  Error Open(Tcp::endpoint endpoint, Sockets* to) const;
  void Accept(Socket4Or6* socket);
  void OnAccept(Socket4Or6* socket, const Error& error, Socket peer);
  void RaiseFileLimit();

  Core* const core_;
  Sockets sockets_;
  uint16_t port_ = 0;
  size_t connections_max_ = 0;
};

}  // namespace stepwheel::http

#endif  // STEPWHEEL_API_HTTP_LISTENER_H_
