// A server on a thread and a client that speaks bytes: what the tests of
// api/http share. Every read has a deadline, so that a hang is a failure.
#ifndef STEPWHEEL_TESTS_API_HTTP_HARNESS_H_
#define STEPWHEEL_TESTS_API_HTTP_HARNESS_H_

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "api/http/server.h"

namespace stepwheel::http {

constexpr int kDeadlineSeconds = 10;

// Values that one thread puts and another takes, with a deadline.
template <typename T>
class Mailbox {
 public:
  void Put(T value) {
    std::lock_guard lock(mutex_);
    values_.push_back(std::move(value));
    changed_.notify_all();
  }
  // Fails the test and returns T() when nothing comes.
  T Take() {
    std::unique_lock lock(mutex_);
    auto some = [this] { return !values_.empty(); };
    if (!changed_.wait_for(lock, std::chrono::seconds(kDeadlineSeconds),
                           some)) {
      ADD_FAILURE() << "nothing came";
      return T();
    }
    T value = std::move(values_.front());
    values_.pop_front();
    return value;
  }
  size_t size() {
    std::lock_guard lock(mutex_);
    return values_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> values_;
};

struct Answer {
  int status = 0;
  std::string head;
  std::string body;
  bool Has(std::string_view text) const {
    return head.find(text) != std::string::npos;
  }
};

class Client {
 public:
  explicit Client(uint16_t port, bool v6 = false, int receive_bytes = 0) {
    fd_ = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
    timeval deadline{kDeadlineSeconds, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
    int one = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (receive_bytes != 0) {
      ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_bytes,
                   sizeof receive_bytes);
    }
    sockaddr_in to4{};
    to4.sin_family = AF_INET;
    to4.sin_port = htons(port);
    to4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 to6{};
    to6.sin6_family = AF_INET6;
    to6.sin6_port = htons(port);
    to6.sin6_addr = in6addr_loopback;
    int failed =
        v6 ? ::connect(fd_, reinterpret_cast<sockaddr*>(&to6), sizeof to6)
           : ::connect(fd_, reinterpret_cast<sockaddr*>(&to4), sizeof to4);
    connected_ = failed == 0;
  }
  ~Client() { Close(); }
  Client(const Client&) = delete;

  bool connected() const { return connected_; }

  // False when the peer has closed.
  bool Send(std::string_view text) {
    while (!text.empty()) {
      ssize_t n = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      text.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }
  void SendBytewise(std::string_view text) {
    for (char c : text) Send({&c, 1});
  }

  // The next response; status 0 when the peer closed before one.
  Answer Read(bool head_only = false) {
    Answer answer;
    size_t end;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
      if (!More()) return answer;
    }
    answer.head = input_.substr(0, end + 2);
    answer.status = std::atoi(answer.head.c_str() + 9);
    size_t length = 0;
    size_t at = answer.head.find("Content-Length: ");
    if (at != std::string::npos && !head_only) {
      length = std::stoul(answer.head.substr(at + 16));
    }
    while (input_.size() < end + 4 + length) {
      if (!More()) return Answer();
    }
    answer.body = input_.substr(end + 4, length);
    input_.erase(0, end + 4 + length);
    return answer;
  }
  Answer Ask(std::string_view text) {
    Send(text);
    return Read();
  }
  // True when the peer closes and has sent nothing more.
  bool Closed() { return input_.empty() && !More(); }
  bool NothingCame() {
    char c;
    return input_.empty() && ::recv(fd_, &c, 1, MSG_DONTWAIT | MSG_PEEK) < 0;
  }

  void HalfClose() { ::shutdown(fd_, SHUT_WR); }
  void Close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void Reset() {
    linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    Close();
  }

 private:
  bool More() {
    char bytes[65536];
    ssize_t n = ::recv(fd_, bytes, sizeof bytes, 0);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      ADD_FAILURE() << "the server is silent";
    }
    if (n <= 0) return false;
    input_.append(bytes, static_cast<size_t>(n));
    return true;
  }

  int fd_ = -1;
  bool connected_ = false;
  std::string input_;
};

inline std::string Post(std::string_view body, std::string_view headers = "") {
  std::string text = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                     std::to_string(body.size()) + "\r\n";
  return text.append(headers).append("\r\n").append(body);
}

inline void Echo(const Request& request, const Responder& responder) {
  Response response;
  response.body = std::string(request.method) + " " +
                  std::string(request.target) + " " + std::string(request.body);
  responder.Send(std::move(response));
}

// Runs a server on a free port until it is destroyed. The handler is called on
// the server's thread.
class TestServer {
 public:
  using Before = std::function<std::optional<std::chrono::milliseconds>()>;

  explicit TestServer(Handler handler, ServerOptions options = {},
                      Before before = {})
      : server(WithPort0(std::move(options)), std::move(handler)) {
    std::string message;
    Server::ListenError error = server.Listen(&message);
    EXPECT_EQ(error, Server::ListenError::kNone) << message;
    if (!before) {
      before = [] { return std::optional<std::chrono::milliseconds>(); };
    }
    thread_ = std::thread([this, before] { server.Run(before); });
  }
  ~TestServer() { Stop(); }
  void Stop() {
    if (!thread_.joinable()) return;
    server.Stop();
    thread_.join();
  }
  uint16_t port() const { return server.port(); }

  Server server;

 private:
  static ServerOptions WithPort0(ServerOptions options) {
    options.port = 0;
    if (!options.now_ms) options.now_ms = [] { return int64_t{42}; };
    return options;
  }
  std::thread thread_;
};

}  // namespace stepwheel::http

#endif  // STEPWHEEL_TESTS_API_HTTP_HARNESS_H_
