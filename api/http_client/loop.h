// A loop of one's own for programs that have no server: `stepwheel run` and
// tests. It knows no Asio to those who include it.
#ifndef STEPWHEEL_API_HTTP_CLIENT_LOOP_H_
#define STEPWHEEL_API_HTTP_CLIENT_LOOP_H_

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace boost::asio {
class io_context;
}

namespace stepwheel::http_client {

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;

  boost::asio::io_context* io();
  // Runs what is ready, at most `handlers_max` handlers; says how many ran.
  size_t RunReady(size_t handlers_max);
  // Waits for one handler and runs it, at most so long (nullopt: for ever).
  // False if none came.
  bool RunOne(std::optional<std::chrono::milliseconds> at_most);
  // Calls `f` from the loop, after what is ready now. Any thread may call it.
  void Post(std::function<void()> f);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stepwheel::http_client

#endif  // STEPWHEEL_API_HTTP_CLIENT_LOOP_H_
