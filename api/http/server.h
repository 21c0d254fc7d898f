// The HTTP edge: accepts connections, reads requests, writes answers, and keeps
// the limits that make a local port safe. It knows nothing of AWS or of the
// engine; a Handler gets each complete request and answers through a Responder,
// at once or later.
//
// Everything runs on one thread: the one that calls Run().
#ifndef STEPWHEEL_API_HTTP_SERVER_H_
#define STEPWHEEL_API_HTTP_SERVER_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace stepwheel::http {

// Views are valid until the handler returns; copy what must live longer.
struct Request {
  std::string_view method;  // "POST"
  std::string_view target;  // origin-form path, absolute-form already reduced
  std::string_view body;    // de-chunked
  std::string_view x_amz_target;  // X-Amz-Target or ""
  std::string_view content_type;  // Content-Type or ""
  std::string_view accept;
  int64_t read_at_ms =
      0;  // Clock of ServerOptions when the last byte was read.
};

struct Response {
  int status = 200;
  std::string content_type = "application/x-amz-json-1.0";
  std::string request_id;  // Sent as x-amzn-RequestId when not empty.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// Answers one request. Copyable; the first Send() counts, and dropping all
// copies without Send() answers 500. Send() may be called inside the handler
// or later on the same thread; after the peer has gone it does nothing.
class Responder {
 public:
  class Impl {
   public:
    virtual ~Impl() = default;
    virtual void Send(Response response) = 0;
    // The cheap path for an answer whose body is known (for example "{}").
    virtual void SendCanned(std::string_view request_id,
                            std::string_view body) = 0;
    virtual void OnPeerGone(std::function<void()> gone) = 0;
    virtual bool alive() const = 0;
    virtual std::optional<int64_t> arrived_at_ms() const { return {}; }
  };
  explicit Responder(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  void Send(Response r) const { impl_->Send(std::move(r)); }
  // HTTP 200, application/x-amz-json-1.0.
  void SendCanned(std::string_view request_id, std::string_view body) const {
    impl_->SendCanned(request_id, body);
  }
  // Calls `gone` once when the peer closes or resets while the answer is
  // outstanding (long polls): the connection is read while it waits.
  void OnPeerGone(std::function<void()> gone) const {
    impl_->OnPeerGone(std::move(gone));
  }
  // False once it is answered or the peer has gone; asks the socket, so it is
  // true of this moment (before a task is handed out).
  bool alive() const { return impl_->alive(); }
  // When the last byte of the request reached this machine, which is earlier
  // than Request::read_at_ms if the loop was busy or stopped. On its clock,
  // which must go as real time does. Asks the system, to 10 ms; where that is
  // in doubt, as early as it can have been. nullopt: not known.
  std::optional<int64_t> arrived_at_ms() const {
    return impl_->arrived_at_ms();
  }

 private:
  std::shared_ptr<Impl> impl_;
};

using Handler = std::function<void(const Request&, Responder)>;

struct ServerOptions {
  // Empty: 127.0.0.1 and [::1] (the second is skipped where there is no IPv6).
  std::string address;
  uint16_t port = 8083;  // 0: the system chooses; both families get the same.
  // Besides loopback names and addresses and `address` itself (DNS rebinding).
  std::vector<std::string> allowed_hosts;
  size_t body_bytes_max = 2 * 1024 * 1024;
  size_t header_bytes_max = 16 * 1024;
  size_t connections_max = 12'000;
  std::chrono::milliseconds header_timeout{30'000};  // first byte to head end
  std::chrono::milliseconds body_timeout{60'000};
  std::chrono::milliseconds idle_timeout{120'000};  // keep-alive
  std::function<int64_t()> now_ms;  // stamps Request::read_at_ms
  // Header lines of every response, each with its CR LF; may be empty. Asked
  // for each, so it should remember them.
  std::function<std::string_view()> headers;
  // x-amzn-RequestId of what the server answers itself; may be empty.
  std::function<std::string()> new_request_id;
  // One line for what the server itself refuses (too large, bad host, ...).
  std::function<void(std::string_view)> log;
};

class Server {
 public:
  Server(ServerOptions options, Handler handler);
  ~Server();
  Server(const Server&) = delete;

  enum class ListenError { kNone, kPortInUse, kBadAddress, kOther };
  // Binds and listens. On failure says why in `message`.
  ListenError Listen(std::string* message);
  uint16_t port() const;
  std::vector<std::string> urls() const;  // "http://127.0.0.1:8083", ...

  // Runs the loop on this thread until Stop(). Before each wait it calls
  // `before_wait`, which does the engine's work and says how long the loop may
  // sleep at most (nullopt: until something happens). Ready sockets are read
  // right before it is called, so that a beat that has arrived counts: some, or
  // all of them if the loop was held up.
  void Run(
      std::function<std::optional<std::chrono::milliseconds>()> before_wait);
  // How long ago no socket had anything to read: what is read now came since.
  std::chrono::milliseconds since_last_look() const;
  // Ends Run() soon. May be called from a signal handler's wake-up or a
  // handler.
  void Stop();
  // Calls `f` on the loop's thread after `delay` (wall time: long polls).
  void After(std::chrono::milliseconds delay, std::function<void()> f);
  // Installs SIGINT and SIGTERM handlers that call `f` on the loop's thread.
  void OnSignal(std::function<void(int)> f);

  size_t connections() const;
  // The loop itself, for what shares it: the outgoing client.
  boost::asio::io_context* io();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stepwheel::http

#endif  // STEPWHEEL_API_HTTP_SERVER_H_
