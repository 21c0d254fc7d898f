// One outgoing connection: finds the address, connects, opens the tunnel of a
// proxy, shakes hands for TLS, and then carries one request after another. A
// read is pending all the time, so that a peer that leaves is noticed at once,
// also between requests. Internal: includes Asio.
#ifndef STEPWHEEL_API_HTTP_CLIENT_CONNECTION_H_
#define STEPWHEEL_API_HTTP_CLIENT_CONNECTION_H_

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/http_client/client.h"
#include "api/http_client/core.h"
#include "api/http_client/deadlines.h"
#include "api/http_client/resolver.h"
#include "api/http_client/response_reader.h"

namespace stepwheel::http_client {

class Connection;
struct Call;
struct Host;

// A request as bytes; kept until its call ends, in case it is sent again.
struct Wire {
  std::string bytes;
  bool head_method = false;  // Its answer has no body.
};

class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  virtual void OnAnswer(Connection* connection, Response response,
                        bool reusable) = 0;
  // It is closed. With a request under way, `failure` is how that ended.
  virtual void OnBroken(Connection* connection, Failure failure) = 0;
};

// What all connections of a client share.
struct ConnectionParts {
  asio::io_context* io;
  const ClientOptions* options;
  Resolver* resolver;
  Deadlines* deadlines;
  asio::ssl::context* tls;  // Null for http.
};

class Connection final : public Timed,
                         public std::enable_shared_from_this<Connection> {
 public:
  // `proxy` may be null. `owner` is told until Close().
  Connection(const ConnectionParts& parts, ConnectionOwner* owner, Url url,
             const Url* proxy);

  // Connects, then sends.
  void Open(std::shared_ptr<const Wire> wire);
  // The next request; only while idle.
  void Send(std::shared_ptr<const Wire> wire);
  // Whether the idle connection is still open, as far as can be seen here.
  bool Usable();
  // Nothing is told to the owner any more.
  void Close();

  // Whether a byte of the present request may have left.
  bool sent() const { return sent_; }
  // Whether a byte of its answer has come.
  bool answer_begun() const { return reader_.begun(); }
  bool connected() const { return stage_ == Stage::kOpen; }
  // Whether this is not the first request on it.
  bool reused() const { return reused_; }
  const Url& url() const { return url_; }
  // Between requests: closed at that time.
  void ExpireAt(int64_t due_ms) { parts_.deadlines->Set(this, due_ms); }
  void OnDeadline() override;

  // Of the owner: whose connection this is, and for which call (or null).
  Host* host = nullptr;
  Call* call = nullptr;

 private:
  enum class Stage { kConnecting, kTunnel, kHandshake, kOpen, kClosed };

  void OnAddresses(const Addresses& addresses);
  void ConnectNext();
  void OnConnect(const Error& error);
  void OpenTunnel();
  void OnTunnelAnswer();
  void ShakeHands();
  void OnOpen();
  void Read();
  void OnRead(const Error& error, size_t bytes);
  void OnState(ResponseReader::State state, bool end_of_input);
  void Write();
  void Broken(FailureKind kind, std::string message, std::string reason);
  void BrokenAnswer(FailureKind kind, std::string reason);
  const Url& peer() const { return proxy_ ? *proxy_ : url_; }

  ConnectionParts parts_;
  ConnectionOwner* owner_;
  Url url_;
  std::optional<Url> proxy_;
  Socket socket_;
  std::unique_ptr<asio::ssl::stream<Socket&>> tls_;
  ResponseReader reader_;
  std::vector<asio::ip::address> addresses_;
  size_t next_address_ = 0;
  std::shared_ptr<const Wire> wire_;
  Stage stage_ = Stage::kConnecting;
  bool busy_ = false;     // A request is under way.
  bool writing_ = false;  // It has not left completely.
  bool sent_ = false;
  bool reused_ = false;
};

}  // namespace stepwheel::http_client

#endif  // STEPWHEEL_API_HTTP_CLIENT_CONNECTION_H_
