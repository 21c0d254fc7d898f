#include "bench/beast_constant_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <memory>
#include <utility>

namespace stepwheel::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;

class Session : public std::enable_shared_from_this<Session> {
 public:
  explicit Session(Tcp::socket socket) : socket_(std::move(socket)) {}

  void Read() {
    request_ = {};
    beast::http::async_read(
        socket_, buffer_, request_,
        [self = shared_from_this()](const beast::error_code& error, size_t) {
          if (!error) self->Write();
        });
  }

 private:
  void Write() {
    response_ = {beast::http::status::ok, request_.version()};
    response_.set("x-amzn-RequestId", "00000000-0000-4000-8000-000000000000");
    response_.set(beast::http::field::content_type,
                  "application/x-amz-json-1.0");
    response_.keep_alive(request_.keep_alive());
    response_.body() = "{}";
    response_.prepare_payload();
    beast::http::async_write(
        socket_, response_,
        [self = shared_from_this()](const beast::error_code& error, size_t) {
          if (!error) self->Read();
        });
  }

  Tcp::socket socket_;
  beast::flat_buffer buffer_;
  beast::http::request<beast::http::string_body> request_;
  beast::http::response<beast::http::string_body> response_;
};

void Accept(Tcp::acceptor* acceptor) {
  acceptor->async_accept(
      [acceptor](const beast::error_code& error, Tcp::socket socket) {
        if (!error) {
          beast::error_code ignored;
          socket.set_option(Tcp::no_delay(true), ignored);
          std::make_shared<Session>(std::move(socket))->Read();
        }
        Accept(acceptor);
      });
}

}  // namespace

int RunBeastConstantServer() {
  asio::io_context io(1);
  Tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  std::printf("http://127.0.0.1:%d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  Accept(&acceptor);
  io.run();
  return 0;
}

}  // namespace stepwheel::bench
