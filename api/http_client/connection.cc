#include "api/http_client/connection.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <utility>

namespace stepwheel::http_client {
namespace {

constexpr int kOkFirst = 200;
constexpr int kOkEnd = 300;

std::string AddressName(const Url& url) { return url.HostAndPort(); }

// Not the peer's fault, and what helps is known.
std::string FilesMessage(const std::string& reason) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return absl::StrCat("this process has no file descriptor left for it (",
                      reason, "; the limit is ", limit.rlim_cur,
                      ", ulimit -n raises it)");
}

}  // namespace

Connection::Connection(const ConnectionParts& parts, ConnectionOwner* owner,
                       Url url, const Url* proxy)
    : parts_(parts),
      owner_(owner),
      url_(std::move(url)),
      socket_(parts.io->get_executor()),
      reader_(parts.options->header_bytes_max, parts.options->body_bytes_max) {
  if (proxy != nullptr) proxy_ = *proxy;
}

void Connection::Open(std::shared_ptr<const Wire> wire) {
  wire_ = std::move(wire);
  busy_ = true;
  parts_.deadlines->Set(
      this, MonotonicMs() + parts_.options->connect_timeout.count());
  Addresses addresses;
  if (parts_.resolver->Known(peer().host, &addresses)) {
    addresses_ = std::move(addresses.list);
    ConnectNext();
    return;
  }
  parts_.resolver->Find(peer().host,
                        [self = shared_from_this()](const Addresses& found) {
                          if (self->stage_ != Stage::kClosed)
                            self->OnAddresses(found);
                        });
}

void Connection::OnAddresses(const Addresses& addresses) {
  if (addresses.list.empty()) {
    Broken(FailureKind::kNoHost,
           absl::StrCat("cannot find host '", peer().host,
                        "': ", addresses.failure),
           addresses.failure);
    return;
  }
  addresses_ = addresses.list;
  ConnectNext();
}

void Connection::ConnectNext() {
  Tcp::endpoint endpoint(addresses_[next_address_++], peer().port);
  socket_.async_connect(endpoint,
                        [self = shared_from_this()](const Error& error) {
                          if (self->stage_ != Stage::kClosed)
                            self->OnConnect(error);
                        });
}

void Connection::OnConnect(const Error& error) {
  if (error) {
    Error ignored;
    socket_.close(ignored);
    if (next_address_ < addresses_.size()) return ConnectNext();
    std::string reason = error.message();
    FailureKind kind = FailureKind::kUnreachable;
    if (error == asio::error::connection_refused) kind = FailureKind::kRefused;
    // Accepted, and reset before we came to look.
    if (error == asio::error::connection_reset) kind = FailureKind::kReset;
    if (error == asio::error::no_descriptors || error.value() == ENFILE) {
      kind = FailureKind::kNoFile;
      reason = FilesMessage(reason);
    }
    std::string what =
        absl::StrCat("cannot connect to ", proxy_ ? "the proxy " : "",
                     AddressName(peer()), ": ", reason);
    Broken(kind, std::move(what), std::move(reason));
    return;
  }
  Error ignored;
  socket_.set_option(Tcp::no_delay(true), ignored);
  // Write() never waits.
  socket_.non_blocking(true, ignored);
  if (!url_.tls) return OnOpen();
  if (proxy_) return OpenTunnel();
  ShakeHands();
}

void Connection::OpenTunnel() {
  stage_ = Stage::kTunnel;
  std::string name = AddressName(url_);
  auto text = std::make_shared<std::string>(
      absl::StrCat("CONNECT ", name, " HTTP/1.1\r\nHost: ", name, "\r\n"));
  if (!proxy_->user_info.empty()) {
    absl::StrAppend(text.get(), "Proxy-Authorization: Basic ",
                    absl::Base64Escape(proxy_->user_info), "\r\n");
  }
  text->append("\r\n");
  reader_.Begin(ResponseReader::Body::kNone);
  asio::async_write(
      socket_, asio::buffer(*text),
      [self = shared_from_this(), text](const Error& error, size_t) {
        if (self->stage_ == Stage::kClosed || !error) return;
        self->Broken(FailureKind::kProxy,
                     absl::StrCat("the proxy ", AddressName(*self->proxy_),
                                  " closed the connection"),
                     error.message());
      });
  Read();
}

void Connection::OnTunnelAnswer() {
  Response response = reader_.Take();
  bool ok = response.status >= kOkFirst && response.status < kOkEnd;
  if (!ok || reader_.has_rest()) {
    std::string reason = ok ? "it sent more than an answer"
                            : absl::StrCat("it answered ", response.status, " ",
                                           response.reason);
    Broken(
        FailureKind::kProxy,
        absl::StrCat("the proxy ", AddressName(*proxy_),
                     " does not connect to ", AddressName(url_), ": ", reason),
        reason);
    return;
  }
  ShakeHands();
}

void Connection::ShakeHands() {
  stage_ = Stage::kHandshake;
  tls_ = std::make_unique<asio::ssl::stream<Socket&>>(socket_, *parts_.tls);
  Error not_address;
  asio::ip::make_address(url_.host, not_address);
  // Server names are names; addresses are not sent (RFC 6066).
  if (not_address) {
    SSL_set_tlsext_host_name(tls_->native_handle(), url_.host.c_str());
  }
  Error error;
  tls_->set_verify_callback(asio::ssl::host_name_verification(url_.host),
                            error);
  tls_->async_handshake(
      asio::ssl::stream_base::client,
      [self = shared_from_this()](const Error& failed) {
        if (self->stage_ == Stage::kClosed) return;
        if (!failed) return self->OnOpen();
        std::string reason = failed.message();
        long verified = SSL_get_verify_result(self->tls_->native_handle());
        if (verified != X509_V_OK) {
          reason += absl::StrCat(": ", X509_verify_cert_error_string(verified));
        }
        self->Broken(FailureKind::kTls,
                     absl::StrCat("no secure connection to ",
                                  AddressName(self->url_), ": ", reason),
                     reason);
      });
}

void Connection::OnOpen() {
  stage_ = Stage::kOpen;
  parts_.deadlines->Clear(this);
  Read();
  Write();
}

void Connection::Send(std::shared_ptr<const Wire> wire) {
  parts_.deadlines->Clear(this);
  wire_ = std::move(wire);
  busy_ = true;
  reused_ = true;
  Write();
}

void Connection::Write() {
  reader_.Begin(wire_->head_method ? ResponseReader::Body::kNone
                                   : ResponseReader::Body::kExpected);
  sent_ = true;
  size_t taken = 0;
  Error error;
  if (!tls_) {
    // Mostly the system takes a request at once, and there is nothing to wait
    // for. Whatever else happens is told later, never inside Start().
    taken = socket_.write_some(asio::buffer(wire_->bytes), error);
    if (taken == wire_->bytes.size()) return;
  }
  writing_ = true;
  auto written = [self = shared_from_this(), wire = wire_, taken](
                     const Error& failed, size_t bytes) {
    // An answer may have come, and another request may be under way.
    if (self->stage_ == Stage::kClosed || self->wire_ != wire) return;
    self->writing_ = false;
    if (!failed) return;
    if (taken + bytes > 0) {
      // An answer that says why may be on its way: OnRead() hears of the end.
      return;
    }
    // The system took nothing, so nothing has left.
    self->sent_ = false;
    self->BrokenAnswer(FailureKind::kReset, failed.message());
  };
  asio::const_buffer rest = asio::buffer(wire_->bytes) + taken;
  if (tls_) {
    asio::async_write(*tls_, rest, std::move(written));
  } else if (error && error != asio::error::would_block) {
    asio::post(*parts_.io,
               [error, written = std::move(written)] { written(error, 0); });
  } else {
    asio::async_write(socket_, rest, std::move(written));
  }
}

void Connection::Read() {
  std::span<char> space = reader_.Space();
  auto read = [self = shared_from_this()](const Error& error, size_t bytes) {
    if (self->stage_ != Stage::kClosed) self->OnRead(error, bytes);
  };
  asio::mutable_buffer buffer(space.data(), space.size());
  if (tls_) {
    tls_->async_read_some(buffer, std::move(read));
  } else {
    socket_.async_read_some(buffer, std::move(read));
  }
}

void Connection::OnRead(const Error& error, size_t bytes) {
  bool asked = busy_ && (stage_ == Stage::kTunnel || stage_ == Stage::kOpen);
  if (!asked) {
    // Closed, or something that nobody asked for.
    BrokenAnswer(FailureKind::kReset, "the connection was closed while idle");
    return;
  }
  if (!error) {
    OnState(reader_.Commit(bytes), /*end_of_input=*/false);
  } else if (error == asio::error::eof) {
    OnState(reader_.EndOfInput(), /*end_of_input=*/true);
  } else {
    BrokenAnswer(FailureKind::kReset, error.message());
  }
}

void Connection::OnState(ResponseReader::State state, bool end_of_input) {
  if (state == ResponseReader::State::kMore) return Read();
  if (state == ResponseReader::State::kFailed) {
    return BrokenAnswer(reader_.failure(), reader_.reason());
  }
  if (stage_ == Stage::kTunnel) return OnTunnelAnswer();
  bool reusable =
      reader_.keep_alive() && !reader_.has_rest() && !writing_ && !end_of_input;
  Response response = reader_.Take();
  busy_ = false;
  sent_ = false;
  if (reusable) Read();
  auto self = shared_from_this();
  owner_->OnAnswer(this, std::move(response), reusable);
}

bool Connection::Usable() {
  char c;
  ssize_t n = ::recv(socket_.native_handle(), &c, 1, MSG_PEEK | MSG_DONTWAIT);
  return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void Connection::Close() {
  if (stage_ == Stage::kClosed) return;
  stage_ = Stage::kClosed;
  owner_ = nullptr;
  parts_.deadlines->Clear(this);
  Error ignored;
  socket_.close(ignored);
}

void Connection::OnDeadline() {
  if (stage_ == Stage::kOpen) {
    BrokenAnswer(FailureKind::kReset, "idle for too long");
    return;
  }
  std::string reason = absl::StrCat(
      "not connected within ", parts_.options->connect_timeout.count(), " ms");
  Broken(FailureKind::kTimedOut,
         absl::StrCat("cannot connect to ", AddressName(peer()), ": ", reason),
         reason);
}

void Connection::BrokenAnswer(FailureKind kind, std::string reason) {
  std::string message = absl::StrCat(AddressName(url_), ": ", reason);
  if (stage_ == Stage::kTunnel) {
    kind = FailureKind::kProxy;
    message = absl::StrCat("the proxy ", AddressName(*proxy_), ": ", reason);
  }
  Broken(kind, std::move(message), std::move(reason));
}

void Connection::Broken(FailureKind kind, std::string message,
                        std::string reason) {
  auto self = shared_from_this();
  Failure failure{kind, sent_, std::move(message), std::move(reason),
                  url_.host};
  ConnectionOwner* owner = owner_;
  Close();
  owner->OnBroken(this, std::move(failure));
}

}  // namespace stepwheel::http_client
