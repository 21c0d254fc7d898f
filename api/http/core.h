// What the connections and the listener of one server share. Internal to
// api/http: it includes Asio, so only files here may include it.
#ifndef STEPWHEEL_API_HTTP_CORE_H_
#define STEPWHEEL_API_HTTP_CORE_H_

#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "api/http/host_rules.h"
#include "api/http/server.h"

namespace stepwheel::http {

// The concrete executor: the default one of Asio's sockets is type-erased and
// costs a virtual call in each operation.
using Executor = boost::asio::io_context::executor_type;
using Tcp = boost::asio::ip::tcp;
using Socket = boost::asio::basic_stream_socket<Tcp, Executor>;
using Acceptor = boost::asio::basic_socket_acceptor<Tcp, Executor>;
using Error = boost::system::error_code;

inline int64_t MonotonicMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

class Connection;

struct Core {
  Core(ServerOptions o, Handler h)
      : options(std::move(o)),
        handler(std::move(h)),
        hosts(options.address, options.allowed_hosts) {}

  void Log(std::string_view line) const {
    if (options.log) options.log(line);
  }
  std::string NewRequestId() const {
    return options.new_request_id ? options.new_request_id() : std::string();
  }

  std::string_view Headers() const {
    return options.headers ? options.headers() : std::string_view();
  }

  ServerOptions options;
  Handler handler;
  HostRules hosts;
  int64_t now_ms = 0;  // monotonic, read once a turn of the loop
  // The last time when no socket had anything to read. Monotonic.
  int64_t looked_at_ms = 0;
  Connection* first = nullptr;  // all connections, newest first
  std::atomic<size_t> open{0};  // their number; atomic for Server::connections
  bool stopping = false;
  // Last, so that what its handlers hold is destroyed before all of the above.
  boost::asio::io_context io{1};
};

}  // namespace stepwheel::http

#endif  // STEPWHEEL_API_HTTP_CORE_H_
