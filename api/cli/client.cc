#include "api/cli/client.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "asl/json.h"

namespace stepwheel::cli {
namespace {

constexpr size_t kAnswerBytesMax = 512u << 20;

struct Target {
  std::string host, port, authority;
};

std::optional<Target> ParseEndpoint(const std::string& endpoint) {
  constexpr std::string_view kScheme = "http://";
  if (endpoint.rfind(kScheme, 0) != 0) return std::nullopt;
  std::string rest = endpoint.substr(kScheme.size());
  while (!rest.empty() && rest.back() == '/') rest.pop_back();
  if (rest.empty() || rest.find('/') != std::string::npos) return std::nullopt;
  Target target{rest, "80", rest};
  const size_t bracket = rest.find(']');
  const size_t colon = rest.rfind(':');
  if (colon != std::string::npos &&
      (bracket == std::string::npos || colon > bracket)) {
    target.host = rest.substr(0, colon);
    target.port = rest.substr(colon + 1);
  }
  if (target.host.front() == '[') {
    target.host = target.host.substr(1, target.host.size() - 2);
  }
  return target;
}

// A connected socket or -1.
int Connect(const Target& target, int timeout_seconds, std::string* error) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  int code =
      getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &found);
  if (code != 0) {
    *error = "cannot find " + target.authority + ": " + gai_strerror(code);
    return -1;
  }
  int fd = -1;
  for (addrinfo* a = found; a != nullptr && fd < 0; a = a->ai_next) {
    fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
    if (fd < 0) continue;
    timeval limit{timeout_seconds, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
      *error = "cannot reach " + target.authority + ": " +
               std::strerror(errno) + " (is `stepwheel serve` running there?)";
      close(fd);
      fd = -1;
    }
  }
  freeaddrinfo(found);
  return fd;
}

bool SendAll(int fd, std::string_view data) {
  while (!data.empty()) {
    ssize_t n = send(fd, data.data(), data.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    data.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

// Everything until the server closes: the request asked it to.
bool ReceiveAll(int fd, std::string* answer) {
  char buffer[65536];
  while (answer->size() < kAnswerBytesMax) {
    ssize_t n = recv(fd, buffer, sizeof buffer, 0);
    if (n == 0) return true;
    if (n < 0) return false;
    answer->append(buffer, static_cast<size_t>(n));
  }
  return false;
}

std::string ErrorText(const asl::Value& body) {
  auto text = [&](const char* name) {
    const asl::Value* v = body.Find(name);
    return v != nullptr && v->is_string() ? std::string(v->as_string()) : "";
  };
  std::string type = text("__type");
  type = type.substr(type.rfind('#') + 1);
  std::string message = text("message");
  if (message.empty()) message = text("Message");
  return type + ": " + message;
}

}  // namespace

std::optional<ServerAnswer> CallServer(const std::string& endpoint,
                                       const ServerRequest& request,
                                       std::string* error) {
  std::optional<Target> target = ParseEndpoint(endpoint);
  if (!target) {
    *error = "--endpoint: expected http://HOST:PORT, found '" + endpoint + "'";
    return std::nullopt;
  }
  const int fd = Connect(*target, request.timeout_seconds, error);
  if (fd < 0) return std::nullopt;
  std::string text = request.method + " " + request.path +
                     " HTTP/1.1\r\nHost: " + target->authority + "\r\n" +
                     request.headers + "Connection: close\r\nContent-Length: " +
                     std::to_string(request.body.size()) + "\r\n\r\n" +
                     request.body;
  std::string answer;
  const bool done = SendAll(fd, text) && ReceiveAll(fd, &answer);
  const std::string reason = std::strerror(errno);
  close(fd);
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  const size_t split = answer.find("\r\n\r\n");
  if (!done || split == std::string::npos) {
    *error = target->authority + " did not answer: " + reason;
    return std::nullopt;
  }
  asl::JsonError json_error;
  std::optional<asl::Value> value =
      asl::ParseJson(std::string_view(answer).substr(split + 4), &json_error);
  if (!value || answer.rfind(kVersion, 0) != 0) {
    *error = target->authority + " did not answer in JSON; is it Stepwheel?";
    return std::nullopt;
  }
  return ServerAnswer{std::atoi(answer.c_str() + kVersion.size()), *value};
}

std::optional<asl::Value> CallApi(const std::string& endpoint,
                                  const std::string& operation,
                                  const asl::Value& request,
                                  std::string* error) {
  std::optional<ServerAnswer> answer =
      CallServer(endpoint,
                 {.headers = "Content-Type: application/x-amz-json-1.0\r\n"
                             "X-Amz-Target: AWSStepFunctions." +
                             operation + "\r\n",
                  .body = request.Text()},
                 error);
  if (!answer) return std::nullopt;
  if (answer->status == 200) return answer->body;
  *error = ErrorText(answer->body);
  return std::nullopt;
}

}  // namespace stepwheel::cli
