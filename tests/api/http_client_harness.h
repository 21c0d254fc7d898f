// What the tests of api/http_client share: a peer on a thread that says byte by
// byte what a script tells it, and a client on a loop of its own. Every wait
// has a deadline, so that a hang is a failure.
#ifndef STEPWHEEL_TESTS_API_HTTP_CLIENT_HARNESS_H_
#define STEPWHEEL_TESTS_API_HTTP_CLIENT_HARNESS_H_

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "api/http_client/client.h"
#include "api/http_client/loop.h"

namespace stepwheel::http_client {

using std::chrono::milliseconds;

constexpr int kPatienceSeconds = 10;

// The peer's end of one connection.
class PeerSocket {
 public:
  explicit PeerSocket(int fd) : fd_(fd) {
    timeval deadline{kPatienceSeconds, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  }
  ~PeerSocket() { Close(); }
  PeerSocket(const PeerSocket&) = delete;

  // Head and body of the next request; "" when the client has closed.
  std::string ReadRequest() {
    size_t end;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
      if (!More()) return "";
    }
    size_t length = 0;
    size_t at = input_.find("Content-Length: ");
    if (at < end) length = std::stoul(input_.substr(at + 16));
    while (input_.size() < end + 4 + length) {
      if (!More()) return "";
    }
    std::string request = input_.substr(0, end + 4 + length);
    input_.erase(0, request.size());
    return request;
  }
  // False when the client has closed.
  bool Send(std::string_view text) {
    while (!text.empty()) {
      ssize_t n = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      text.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }
  // Until the client closes; false if it does not.
  bool WaitForClose() {
    while (More()) {
    }
    return closed_;
  }
  // True when the client has closed by then.
  bool ClosedWithin(int wait_ms) {
    pollfd p{fd_, POLLRDHUP, 0};
    return ::poll(&p, 1, wait_ms) > 0;
  }
  void Reset() {
    linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    Close();
  }
  void Close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  int fd() const { return fd_; }

 private:
  bool More() {
    char bytes[65536];
    ssize_t n = ::recv(fd_, bytes, sizeof bytes, 0);
    bool silent = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    closed_ = n == 0 || (n < 0 && !silent);
    if (n <= 0) return false;
    input_.append(bytes, static_cast<size_t>(n));
    return true;
  }

  int fd_;
  bool closed_ = false;
  std::string input_;
};

// Plays `script` on each connection, each on a thread of its own. The script
// gets the connection's number, from 0.
class Peer {
 public:
  using Script = std::function<void(PeerSocket&, int number)>;

  explicit Peer(Script script, bool v6 = false) : script_(std::move(script)) {
    listener_ = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
    sockaddr_storage any{};
    socklen_t size = v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    if (v6) {
      auto* to = reinterpret_cast<sockaddr_in6*>(&any);
      to->sin6_family = AF_INET6;
      to->sin6_addr = in6addr_loopback;
    } else {
      auto* to = reinterpret_cast<sockaddr_in*>(&any);
      to->sin_family = AF_INET;
      to->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    auto* address = reinterpret_cast<sockaddr*>(&any);
    EXPECT_EQ(::bind(listener_, address, size), 0);
    EXPECT_EQ(::listen(listener_, SOMAXCONN), 0);
    ::getsockname(listener_, address, &size);
    port_ = ntohs(v6 ? reinterpret_cast<sockaddr_in6*>(&any)->sin6_port
                     : reinterpret_cast<sockaddr_in*>(&any)->sin_port);
    acceptor_ = std::thread([this] { Accept(); });
  }
  ~Peer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    for (std::thread& thread : threads_) thread.join();
  }
  Peer(const Peer&) = delete;

  uint16_t port() const { return port_; }
  int connections() const { return connections_; }
  std::string Url(std::string_view path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }

 private:
  void Accept() {
    while (true) {
      // accept4() takes a file descriptor before it waits: with none left it
      // would fail here, and not the client that a test is about.
      pollfd ask{listener_, POLLIN, 0};
      ::poll(&ask, 1, -1);
      int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      int number = connections_++;
      threads_.emplace_back([this, fd, number] {
        PeerSocket socket(fd);
        script_(socket, number);
      });
    }
  }

  Script script_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

inline std::string Ok(std::string_view body, std::string_view headers = "") {
  std::string text =
      "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
      "\r\n";
  return text.append(headers).append("\r\n").append(body);
}

// A client on a loop of its own.
class Outgoing {
 public:
  explicit Outgoing(ClientOptions options = {})
      : client(loop.io(), std::move(options)) {}

  // Runs the loop until `until` holds; fails the test if it never does.
  template <typename Until>
  bool RunUntil(Until until) {
    auto deadline = std::chrono::steady_clock::now() +
                    std::chrono::seconds(kPatienceSeconds);
    while (!until()) {
      if (std::chrono::steady_clock::now() > deadline) {
        ADD_FAILURE() << "it never came to an end";
        return false;
      }
      loop.RunOne(milliseconds(20));
    }
    return true;
  }
  Result Ask(Request request) {
    std::optional<Result> result;
    client.Start(std::move(request),
                 [&](Result r) { result.emplace(std::move(r)); });
    EXPECT_FALSE(result) << "done was called inside Start()";
    RunUntil([&] { return result.has_value(); });
    return result ? std::move(*result) : Result(Failure());
  }
  Result Get(const std::string& url) {
    Request request;
    request.method = "GET";
    request.url = url;
    return Ask(std::move(request));
  }
  Result Post(const std::string& url, std::string body = "{}") {
    Request request;
    request.url = url;
    request.body = std::move(body);
    return Ask(std::move(request));
  }

  Loop loop;
  Client client;
};

// The answer's body, or why there is none.
inline std::string BodyOf(const Result& result) {
  if (const auto* response = std::get_if<Response>(&result)) {
    return response->body;
  }
  return "failed: " + std::get<Failure>(result).message;
}
inline int StatusOf(const Result& result) {
  const auto* response = std::get_if<Response>(&result);
  return response == nullptr ? 0 : response->status;
}
inline Failure FailureOf(const Result& result) {
  const auto* failure = std::get_if<Failure>(&result);
  if (failure != nullptr) return *failure;
  ADD_FAILURE() << "answered " << StatusOf(result);
  return Failure{FailureKind::kCancelled, false, "it was answered", "", ""};
}
inline std::string KindOf(const Result& result) {
  return std::string(FailureKindName(FailureOf(result).kind));
}

}  // namespace stepwheel::http_client

#endif  // STEPWHEEL_TESTS_API_HTTP_CLIENT_HARNESS_H_
