// Keep-alive connections to one server over loopback, in groups, with many
// requests under way on each; one thread, epoll. Answers come back with the
// number that their request was sent with, whatever happens to the connection.
#ifndef STEPWHEEL_BENCH_HTTP_PIPELINE_H_
#define STEPWHEEL_BENCH_HTTP_PIPELINE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stepwheel::bench {

class HttpPipeline {
 public:
  // Status 0: the connection ended first, so whether the request was carried
  // out is unknown. The handler may send further requests, but not to a group
  // that is lost.
  using OnAnswer =
      std::function<void(uint64_t tag, int status, std::string_view body)>;

  HttpPipeline(uint16_t port, OnAnswer on_answer);
  ~HttpPipeline();
  HttpPipeline(const HttpPipeline&) = delete;

  // `depth` requests at most are under way on each of `connections`; keep depth
  // times their size below what a socket takes (some 100 KiB). Returns the
  // group's number; -1 if it cannot connect.
  int AddGroup(int connections, size_t depth);

  // After the server's end: hands out what it still said, then status 0 for
  // every request that has no answer.
  void LoseAll();

  // Closes its connections. Nothing may be under way on them.
  void CloseGroup(int group);

  // On the first connection of the group that has room, in turns; when none has
  // it waits for one, in order.
  void Send(int group, uint64_t tag, std::string request);
  // Sent, or waiting for room, and not answered.
  size_t under_way(int group) const;

  // Writes what was sent, waits until something arrives or `timeout_ms` is over
  // and hands out the answers. False: a connection has ended; every request of
  // its group gets status 0, and the group is of no more use.
  bool Poll(int timeout_ms);

 private:
  struct Group;
  struct Connection;

  enum class Got { kNothing, kSome, kEnd };

  void Write(Connection* c);
  Got Read(Connection* c);
  void Lose(Group* group);

  const uint16_t port_;
  const OnAnswer on_answer_;
  const int epoll_;
  std::vector<std::unique_ptr<Group>> groups_;
  std::vector<Connection*> unwritten_;
};

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_HTTP_PIPELINE_H_
