#include "bench/http_pipeline.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "bench/http_load.h"

namespace stepwheel::bench {

struct HttpPipeline::Connection {
  int fd = -1;
  Group* group = nullptr;
  std::string in, out;
  std::deque<uint64_t> tags;  // Of what is under way: answers come in order.
  bool is_unwritten = false;
};

struct HttpPipeline::Group {
  struct Request {
    uint64_t tag;
    std::string bytes;
  };
  size_t depth = 1;
  size_t next = 0;
  size_t under_way = 0;
  bool lost = false;
  std::vector<std::unique_ptr<Connection>> connections;
  std::deque<Request> waiting;

  Connection* WithRoom() {
    for (size_t i = 0; i < connections.size(); ++i) {
      if (next == connections.size()) next = 0;
      Connection* c = connections[next++].get();
      if (c->tags.size() < depth) return c;
    }
    return nullptr;
  }
};

HttpPipeline::HttpPipeline(uint16_t port, OnAnswer on_answer)
    : port_(port),
      on_answer_(std::move(on_answer)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

HttpPipeline::~HttpPipeline() {
  for (const auto& group : groups_) {
    for (const auto& c : group->connections) {
      if (c->fd >= 0) ::close(c->fd);
    }
  }
  ::close(epoll_);
}

int HttpPipeline::AddGroup(int connections, size_t depth) {
  auto group = std::make_unique<Group>();
  group->depth = depth;
  for (int i = 0; i < connections; ++i) {
    auto c = std::make_unique<Connection>();
    c->fd = ConnectLoopback(port_);
    if (c->fd < 0) return -1;
    c->group = group.get();
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = c.get();
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, c->fd, &event);
    group->connections.push_back(std::move(c));
  }
  groups_.push_back(std::move(group));
  return static_cast<int>(groups_.size()) - 1;
}

void HttpPipeline::LoseAll() {
  for (const auto& group : groups_) {
    if (!group->lost) Lose(group.get());
  }
}

void HttpPipeline::CloseGroup(int number) {
  Group& group = *groups_[static_cast<size_t>(number)];
  group.lost = true;
  for (const auto& c : group.connections) ::close(std::exchange(c->fd, -1));
}

size_t HttpPipeline::under_way(int group) const {
  return groups_[static_cast<size_t>(group)]->under_way;
}

void HttpPipeline::Send(int number, uint64_t tag, std::string request) {
  Group& group = *groups_[static_cast<size_t>(number)];
  ++group.under_way;
  Connection* c = group.waiting.empty() ? group.WithRoom() : nullptr;
  if (c == nullptr) {
    group.waiting.push_back({tag, std::move(request)});
    return;
  }
  c->tags.push_back(tag);
  c->out += request;
  if (!std::exchange(c->is_unwritten, true)) unwritten_.push_back(c);
}

void HttpPipeline::Write(Connection* c) {
  c->is_unwritten = false;
  std::string_view rest = c->out;
  while (!rest.empty()) {
    const ssize_t n = ::send(c->fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (n <= 0) break;  // Reading finds out that it has ended.
    rest.remove_prefix(static_cast<size_t>(n));
  }
  c->out.clear();
}

HttpPipeline::Got HttpPipeline::Read(Connection* c) {
  char bytes[65536];
  const ssize_t n = ::recv(c->fd, bytes, sizeof bytes, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return Got::kNothing;
  if (n <= 0) return Got::kEnd;
  c->in.append(bytes, static_cast<size_t>(n));
  std::string_view in = c->in;
  while (const size_t size = HttpResponseSize(in)) {
    if (c->tags.empty()) return Got::kEnd;  // Nobody asked.
    const uint64_t tag = c->tags.front();
    c->tags.pop_front();
    --c->group->under_way;
    const std::string_view response = in.substr(0, size);
    in.remove_prefix(size);
    on_answer_(tag, std::atoi(response.data() + 9),
               response.substr(response.find("\r\n\r\n") + 4));
    if (!c->group->waiting.empty() && !c->group->lost) {
      Group::Request next = std::move(c->group->waiting.front());
      c->group->waiting.pop_front();
      c->tags.push_back(next.tag);
      c->out += next.bytes;
      if (!std::exchange(c->is_unwritten, true)) unwritten_.push_back(c);
    }
  }
  c->in.erase(0, c->in.size() - in.size());
  return Got::kSome;
}

void HttpPipeline::Lose(Group* group) {
  group->lost = true;
  std::vector<uint64_t> tags;
  for (const auto& c : group->connections) {
    // What the others were told before the end counts.
    while (Read(c.get()) == Got::kSome) {
    }
    ::close(std::exchange(c->fd, -1));
    tags.insert(tags.end(), c->tags.begin(), c->tags.end());
    c->tags.clear();
    std::erase(unwritten_, c.get());
  }
  for (const Group::Request& request : group->waiting) {
    tags.push_back(request.tag);
  }
  group->waiting.clear();
  group->under_way = 0;
  for (const uint64_t tag : tags) on_answer_(tag, 0, "");
}

bool HttpPipeline::Poll(int timeout_ms) {
  for (Connection* c : std::exchange(unwritten_, {})) Write(c);
  epoll_event events[128];
  const int n = ::epoll_wait(epoll_, events, 128, timeout_ms);
  bool whole = true;
  for (int i = 0; i < n; ++i) {
    auto* c = static_cast<Connection*>(events[i].data.ptr);
    if (c->group->lost || Read(c) != Got::kEnd) continue;
    whole = false;
    Lose(c->group);
  }
  return whole;
}

}  // namespace stepwheel::bench
