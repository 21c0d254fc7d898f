#include "bench/beast_calls.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>

namespace stepwheel::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;
using HttpRequest = beast::http::request<beast::http::string_body>;

constexpr std::chrono::seconds kTimeLimit(60);

class Session {
 public:
  explicit Session(asio::io_context* io) : stream_(*io) {}

  beast::tcp_stream& stream() { return stream_; }

  void Call(const HttpRequest& request, int* answered) {
    request_ = request;
    response_ = {};
    answered_ = answered;
    stream_.expires_after(kTimeLimit);
    beast::http::async_write(stream_, request_,
                             [this](const beast::error_code& error, size_t) {
                               if (!error) Read();
                             });
  }

 private:
  void Read() {
    beast::http::async_read(stream_, buffer_, response_,
                            [this](const beast::error_code& error, size_t) {
                              stream_.expires_never();
                              if (!error) ++*answered_;
                            });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  HttpRequest request_;
  beast::http::response<beast::http::string_body> response_;
  int* answered_ = nullptr;
};

}  // namespace

struct BeastCalls::Impl {
  asio::io_context io{1};
  std::vector<std::unique_ptr<Session>> sessions;
};

BeastCalls::BeastCalls(uint16_t port, int connections)
    : impl_(std::make_unique<Impl>()) {
  Tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  for (int i = 0; i < connections; ++i) {
    auto session = std::make_unique<Session>(&impl_->io);
    beast::error_code error;
    session->stream().connect(endpoint, error);
    beast::error_code ignored;
    session->stream().socket().set_option(Tcp::no_delay(true), ignored);
    impl_->sessions.push_back(std::move(session));
  }
}

BeastCalls::~BeastCalls() = default;

bool BeastCalls::Round(
    const std::string& target,
    const std::vector<std::pair<std::string, std::string>>& headers,
    const std::string& body) {
  HttpRequest request{beast::http::verb::post, target, 11};
  request.set(beast::http::field::host, "127.0.0.1");
  request.set(beast::http::field::user_agent, "stepwheel");
  for (const auto& [name, value] : headers) request.set(name, value);
  request.body() = body;
  request.prepare_payload();
  int answered = 0;
  for (auto& session : impl_->sessions) session->Call(request, &answered);
  impl_->io.restart();
  impl_->io.run();
  return answered == static_cast<int>(impl_->sessions.size());
}

}  // namespace stepwheel::bench
