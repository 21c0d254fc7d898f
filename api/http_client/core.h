// What the client's parts share. Internal to api/http_client: it includes Asio,
// so only files here may include it.
#ifndef STEPWHEEL_API_HTTP_CLIENT_CORE_H_
#define STEPWHEEL_API_HTTP_CLIENT_CORE_H_

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>

namespace stepwheel::http_client {

namespace asio = boost::asio;
// The concrete executor: the default one of Asio's sockets is type-erased and
// costs a virtual call in each operation.
using Executor = asio::io_context::executor_type;
using Tcp = asio::ip::tcp;
using Socket = asio::basic_stream_socket<Tcp, Executor>;
using Error = boost::system::error_code;

inline int64_t MonotonicMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace stepwheel::http_client

#endif  // STEPWHEEL_API_HTTP_CLIENT_CORE_H_
