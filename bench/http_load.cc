#include "bench/http_load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "bench/process.h"

namespace stepwheel::bench {
namespace {

using Clock = std::chrono::steady_clock;

bool SendAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

class Load {
 public:
  Load(const LoadOptions& options, const std::vector<std::string>& requests)
      : options_(options), requests_(requests), epoll_(::epoll_create1(0)) {}
  ~Load() {
    for (auto& connection : connections_) ::close(connection->fd);
    ::close(epoll_);
  }

  LoadResult Run(int pid) {
    for (int i = 0; i < options_.connections && result_.error.empty(); ++i) {
      Open();
    }
    RunUntil(Clock::now() + options_.warm_up);
    result_.requests = 0;
    latencies_us_.clear();
    uint64_t cpu = pid ? CpuTimeNs(pid) : 0;
    Clock::time_point start = Clock::now();
    RunUntil(start + options_.duration);
    Clock::time_point end = Clock::now();
    result_.seconds = std::chrono::duration<double>(end - start).count();
    if (pid && result_.requests != 0) {
      result_.server_cpu_us = static_cast<double>(CpuTimeNs(pid) - cpu) / 1e3 /
                              static_cast<double>(result_.requests);
    }
    result_.p50_us = Percentile(0.5);
    result_.p99_us = Percentile(0.99);
    return result_;
  }

 private:
  struct Connection {
    int fd = -1;
    size_t have = 0;
    char in[16384];
    std::vector<Clock::time_point> sent;  // a ring: responses come in order
    size_t first = 0;
  };

  void Open() {
    auto connection = std::make_unique<Connection>();
    connection->fd = ConnectLoopback(options_.port);
    if (connection->fd < 0) {
      result_.error = std::string("cannot connect: ") + std::strerror(errno);
      return;
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = connection.get();
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection->fd, &event);
    connection->sent.resize(static_cast<size_t>(options_.depth));
    std::string all;
    for (Clock::time_point& sent : connection->sent) {
      sent = Clock::now();
      all += NextRequest();
    }
    if (!SendAll(connection->fd, all)) result_.error = "cannot send";
    connections_.push_back(std::move(connection));
  }

  const std::string& NextRequest() {
    if (next_ == requests_.size()) next_ = 0;
    return requests_[next_++];
  }

  void RunUntil(Clock::time_point end) {
    epoll_event events[64];
    while (result_.error.empty() && Clock::now() < end) {
      int n = ::epoll_wait(epoll_, events, 64, 1000);
      if (n == 0) result_.error = "no answer for a second";
      for (int i = 0; i < n && result_.error.empty(); ++i) {
        OnReadable(static_cast<Connection*>(events[i].data.ptr));
      }
    }
  }

  void OnReadable(Connection* c) {
    ssize_t n = ::recv(c->fd, c->in + c->have, sizeof c->in - c->have, 0);
    if (n <= 0) {
      result_.error = "the server closed a connection";
      return;
    }
    c->have += static_cast<size_t>(n);
    std::string_view in(c->in, c->have);
    Clock::time_point now = Clock::now();
    out_.clear();
    while (size_t size = HttpResponseSize(in)) {
      if (in.substr(9, 3) != "200") {
        result_.error = std::string(in.substr(0, size));
        return;
      }
      in.remove_prefix(size);
      ++result_.requests;
      Clock::time_point& sent = c->sent[c->first];
      c->first = c->first + 1 == c->sent.size() ? 0 : c->first + 1;
      latencies_us_.push_back(
          std::chrono::duration<float, std::micro>(now - sent).count());
      sent = now;
      out_ += NextRequest();
    }
    std::memmove(c->in, in.data(), in.size());
    c->have = in.size();
    if (!SendAll(c->fd, out_)) result_.error = "cannot send";
  }

  double Percentile(double part) {
    if (latencies_us_.empty()) return 0;
    auto at = latencies_us_.begin() +
              static_cast<ptrdiff_t>(
                  part * static_cast<double>(latencies_us_.size() - 1));
    std::nth_element(latencies_us_.begin(), at, latencies_us_.end());
    return *at;
  }

  const LoadOptions options_;
  const std::vector<std::string>& requests_;
  const int epoll_;
  size_t next_ = 0;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<float> latencies_us_;
  std::string out_;
  LoadResult result_;
};

}  // namespace

int ConnectLoopback(uint16_t port) {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    ::close(fd);
    return -1;
  }
  int one = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

size_t HttpResponseSize(std::string_view in) {
  constexpr std::string_view kLength = "Content-Length: ";
  size_t end = in.find("\r\n\r\n");
  if (end == in.npos) return 0;
  size_t at = in.substr(0, end).find(kLength);
  size_t length = 0;
  if (at != in.npos) {
    for (size_t i = at + kLength.size(); in[i] >= '0' && in[i] <= '9'; ++i) {
      length = length * 10 + static_cast<size_t>(in[i] - '0');
    }
  }
  size_t size = end + 4 + length;
  return in.size() < size ? 0 : size;
}

LoadResult RunLoad(const LoadOptions& options,
                   const std::vector<std::string>& requests, int server_pid) {
  return Load(options, requests).Run(server_pid);
}

std::string CallOnce(uint16_t port, const std::string& request,
                     std::string* error) {
  std::string in;
  int fd = ConnectLoopback(port);
  size_t size = 0;
  if (fd >= 0 && SendAll(fd, request)) {
    char bytes[16384];
    ssize_t n;
    while ((size = HttpResponseSize(in)) == 0 &&
           (n = ::recv(fd, bytes, sizeof bytes, 0)) > 0) {
      in.append(bytes, static_cast<size_t>(n));
    }
  }
  if (fd >= 0) ::close(fd);
  if (size != 0 && in.substr(9, 3) == "200") {
    return in.substr(in.find("\r\n\r\n") + 4);
  }
  *error = in.empty() ? "no answer" : in;
  return "";
}

std::string AwsRequest(const std::string& operation, const std::string& body) {
  return "POST / HTTP/1.1\r\n"
         "Host: localhost:8083\r\n"
         "Accept-Encoding: identity\r\n"
         "X-Amz-Target: AWSStepFunctions." +
         operation +
         "\r\n"
         "Content-Type: application/x-amz-json-1.0\r\n"
         "User-Agent: Boto3/1.26.27 Python/3.11.2 Linux/6.1.0 "
         "Botocore/1.29.27\r\n"
         "X-Amz-Date: 20260601T120000Z\r\n"
         "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260601/"
         "us-east-1/states/aws4_request, SignedHeaders=content-type;host;"
         "x-amz-date;x-amz-target, Signature=0123456789abcdef0123456789abcdef"
         "0123456789abcdef0123456789abcdef\r\n"
         "amz-sdk-invocation-id: 5c7a1b2e-1111-4222-8333-944455566677\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace stepwheel::bench
