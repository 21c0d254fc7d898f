// The outgoing side of the edge: an HTTP/1.1 client that shares the server's
// loop. It opens, keeps and closes connections, queues what exceeds its limits,
// and tells each caller exactly once how its request ended. It knows nothing of
// AWS (api/aws_client does) and never blocks the loop.
//
// Everything runs on the loop's thread. This header knows no Asio.
#ifndef STEPWHEEL_API_HTTP_CLIENT_CLIENT_H_
#define STEPWHEEL_API_HTTP_CLIENT_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/http_client/proxy.h"

namespace boost::asio {
class io_context;
}

namespace stepwheel::http_client {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = "POST";
  std::string url;  // http://host:port/path?query or https://...
  // Host, Content-Length, Connection and Proxy-Authorization are the client's.
  Headers headers;
  std::string body;
  // From Start() to the last byte of the answer, waiting for a connection
  // included.
  std::chrono::milliseconds timeout{60'000};
  // Doing it twice does no harm, so it is repeated when a kept connection turns
  // out to be closed. GET and HEAD always are.
  bool idempotent = false;
};

struct Response {
  int status = 0;
  std::string reason;  // "OK"
  Headers headers;     // As they came, also repeated ones.
  std::string body;    // De-chunked.
  // The first header of that name in any case, or "".
  std::string_view Header(std::string_view name) const;
};

enum class FailureKind {
  kBadRequest,   // The URL or a header cannot be sent.
  kNoHost,       // The name has no address.
  kRefused,      // Nobody listens there.
  kNoFile,       // No file descriptor is left here for a connection.
  kUnreachable,  // Other failures to connect.
  kTls,          // No secure connection: certificate, protocol.
  kProxy,        // The proxy would not connect us.
  kReset,        // Closed or reset before the answer was complete.
  kTimedOut,     // Request::timeout, or the limit for connecting.
  kTooLarge,     // Headers or body of the answer exceed the limit.
  kMalformed,    // The answer is no HTTP.
  kRedirect,     // 3xx to elsewhere: never followed.
  kQueueFull,    // Too many requests wait already.
  kCancelled,    // Cancel() was called.
};
std::string_view FailureKindName(FailureKind kind);

struct Failure {
  FailureKind kind = FailureKind::kReset;
  // False: the request provably did not reach the server, sending it again is
  // safe. True: whether it was processed is unknown.
  bool sent = false;
  std::string message;  // A whole sentence part, names host and port.
  std::string reason;   // Only why: "Connection refused".
  std::string host;     // Of the URL, without the port.
};

using Result = std::variant<Response, Failure>;
// Called exactly once for each Start(), later, from the loop, never inside
// Start() or Cancel(). It may call the client again.
using Done = std::function<void(Result)>;
using CallId = uint64_t;

struct ClientOptions {
  // Connections, busy and idle. What exceeds them waits in the order it came.
  size_t connections_per_host_max = 5'000;
  size_t connections_max = 6'000;
  size_t waiting_max = 100'000;  // Beyond it: kQueueFull.
  size_t header_bytes_max = 64 * 1024;
  size_t body_bytes_max = 8 * 1024 * 1024;  // Lambda answers up to 6 MB.
  std::chrono::milliseconds connect_timeout{10'000};  // DNS, TCP, TLS.
  // Below the 5 s after which Node closes an idle connection: who closes first
  // must be us, else a request may meet the closing.
  std::chrono::milliseconds idle_timeout{4'000};
  std::chrono::milliseconds name_kept{5'000};  // Addresses of a name.
  ProxySettings proxies;
  std::string ca_file;  // Additional trusted certificates; empty: none.
  std::string ca_file_from = "the file of certificates";  // For messages.
  std::string user_agent = "stepwheel";
};
// "", or that `ca_file` cannot be read, or has no certificate, with its name
// and the reason: no https:// request can be made then.
std::string CaFileProblem(const ClientOptions& options);

struct ClientStats {
  size_t calls = 0;        // Not ended yet.
  size_t waiting = 0;      // Of these, without a connection.
  size_t connections = 0;  // Open or being opened.
  size_t idle = 0;         // Of these, kept for later.
  uint64_t opened = 0;     // Connections so far.
  uint64_t repeated = 0;   // Requests sent again on a fresh connection.
};

class Client {
 public:
  // `io` outlives the client. Destroying the client drops all calls without
  // calling their `done`.
  Client(boost::asio::io_context* io, ClientOptions options);
  ~Client();
  Client(const Client&) = delete;

  CallId Start(Request request, Done done);
  // The same for who has parsed the URL already; request.url is not looked at.
  CallId StartAt(Url url, Request request, Done done);
  // Ends a call that cannot even begin, like one that was started: for those
  // who make requests for others.
  CallId StartFailed(Failure failure, Done done);
  // The call ends with kCancelled soon and its connection is closed. A call
  // that has ended, or never was, is ignored.
  void Cancel(CallId id);

  ClientStats stats() const;

  class Impl;

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace stepwheel::http_client

#endif  // STEPWHEEL_API_HTTP_CLIENT_CLIENT_H_
