// Life, input and requests; the output side is in connection_output.cc.
#include "api/http/connection.h"

#include <netinet/tcp.h>
#include <poll.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <cstring>

#include "api/http/exchange.h"

namespace stepwheel::http {
namespace {

namespace asio = boost::asio;

constexpr size_t kBufferBytes = 4096;       // what an idle connection keeps
constexpr size_t kBufferKeepBytes = 65536;  // larger ones are given back
constexpr size_t kRoomMin = 1024;
// Requests sent ahead are read up to here while an answer is outstanding.
constexpr size_t kPipelineBytes = 65536;
constexpr int kRequestsPerTurn = 32;
constexpr int64_t kLingerMs = 1000;

// What is repeated in a refusal and in the log is no longer than this.
std::string Quoted(std::string_view text) {
  constexpr size_t kMax = 100;
  std::string quoted = "\"";
  quoted.append(text.substr(0, kMax));
  return quoted.append(text.size() > kMax ? "...\"" : "\"");
}

}  // namespace

Connection::Connection(Core* core, Socket socket)
    : core_(core),
      socket_(std::move(socket)),
      link_(&core->first),
      parser_(core->options.header_bytes_max, core->options.body_bytes_max) {
  next_ = core_->first;
  if (next_) next_->link_ = &next_;
  core_->first = this;
  ++core_->open;
}

Connection::~Connection() {
  if (exchange_) exchange_->Forget();
  *link_ = next_;
  if (next_) next_->link_ = link_;
  --core_->open;
}

void Connection::Start() {
  self_ = shared_from_this();
  Settle();
}

void Connection::StartRefused() {
  self_ = shared_from_this();
  Refuse(503, "Too many connections are open.");
}

void Connection::Close() {
  if (mode_ == Mode::kClosed) return;
  mode_ = Mode::kClosed;
  Error ignored;
  socket_.close(ignored);
  if (Exchange* exchange = std::exchange(exchange_, nullptr)) exchange->Gone();
  // Callers on the stack still use this; the loop lets go of it.
  asio::post(core_->io, [self = std::move(self_)] {});
}

void Connection::SetPhase(Phase phase) {
  // A limit runs from the start of its phase; only idling starts anew.
  if (phase == phase_ && phase != Phase::kIdle) return;
  phase_ = phase;
  const ServerOptions& options = core_->options;
  int64_t limit = 0;
  switch (phase) {
    case Phase::kNone:
    case Phase::kAnswer:
      break;
    case Phase::kIdle:
      limit = options.idle_timeout.count();
      break;
    case Phase::kHead:
      limit = options.header_timeout.count();
      break;
    case Phase::kBody:
    case Phase::kWrite:
      limit = options.body_timeout.count();
      break;
    case Phase::kLinger:
      limit = kLingerMs;
      break;
  }
  deadline_ms_ = limit == 0 ? 0 : core_->now_ms + limit;
}

void Connection::Sweep() {
  if (mode_ == Mode::kClosed) return;
  // While reading is paused only a look at the socket tells.
  if (exchange_ && !reading_ && PeerHasGone()) return OnEnd(false);
  if (deadline_ms_ == 0 || core_->now_ms < deadline_ms_) return;
  if (phase_ == Phase::kHead) {
    Refuse(408, "The head of the request took too long to arrive.");
  } else if (phase_ == Phase::kBody) {
    Refuse(408, "The body of the request took too long to arrive.");
  } else {
    Close();
  }
}

void Connection::Shutdown() {
  if (mode_ != Mode::kOpen) return;
  if (exchange_) {
    framing_.close = true;
    Response response = ErrorResponse(503, "Stepwheel is shutting down.");
    response.request_id = core_->NewRequestId();
    exchange_->Send(std::move(response));
  } else if (writing_) {
    closing_ = true;
  } else {
    Close();
  }
}

// Reading

void Connection::MakeRoom() {
  size_t unread = end_ - begin_;
  if (unread == 0) {
    begin_ = end_ = 0;
    if (capacity_ > kBufferKeepBytes) capacity_ = 0;
  }
  if (capacity_ - end_ >= kRoomMin && capacity_ != 0) return;
  if (capacity_ != 0 && unread <= capacity_ / 2) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, unread);
  } else {
    size_t capacity = std::max(kBufferBytes, 2 * capacity_);
    std::unique_ptr<char[]> larger(new char[capacity]);
    if (unread != 0) {
      std::memcpy(larger.get(), buffer_.get() + begin_, unread);
    }
    buffer_ = std::move(larger);
    capacity_ = capacity;
  }
  begin_ = 0;
  end_ = unread;
}

void Connection::Read() {
  if (reading_ || read_closed_ || mode_ == Mode::kClosed) return;
  bool blocked = exchange_ || writing_ || process_soon_;
  if (blocked && end_ - begin_ >= kPipelineBytes) return;  // paused
  MakeRoom();
  reading_ = true;
  reading_at_ = end_;
  socket_.async_read_some(
      asio::buffer(buffer_.get() + end_, capacity_ - end_),
      [self = shared_from_this()](const Error& error, size_t n) {
        self->OnRead(error, n);
      });
}

void Connection::OnRead(const Error& error, size_t n) {
  reading_ = false;
  if (mode_ == Mode::kClosed) return;
  if (error) return OnEnd(error != asio::error::eof);
  if (mode_ == Mode::kLingering) {
    begin_ = end_ = 0;
    lingered_ += n;
    if (lingered_ > core_->options.body_bytes_max) return Close();
    return Read();
  }
  if (reading_at_ != end_) {  // Process() joined chunks while this was pending
    std::memmove(buffer_.get() + end_, buffer_.get() + reading_at_, n);
  }
  end_ += n;
  if (core_->options.now_ms) read_at_ms_ = core_->options.now_ms();
  if (exchange_ || writing_ || process_soon_) {
    Read();
  } else {
    Process();
  }
}

// The peer sends no more. One that only half-closed still gets the answers it
// asked for, unless the handler wants to know (a long poll).
void Connection::OnEnd(bool reset) {
  read_closed_ = true;
  bool owed = exchange_ || writing_ || process_soon_;
  bool told = exchange_ && exchange_->wants_gone();
  if (mode_ == Mode::kOpen && owed && !told && !reset) return;
  Close();
}

bool Connection::PeerHasGone() {
  if (read_closed_ || mode_ == Mode::kClosed) return true;
  // Not "the pending read would have told": the loop may not have been there
  // since the peer left.
  pollfd ask{socket_.native_handle(), POLLRDHUP, 0};
  return ::poll(&ask, 1, 0) > 0;
}

std::optional<int64_t> Connection::ArrivedAtMs() {
  if (!core_->options.now_ms) return std::nullopt;
  // A jiffy of any kernel: what it says is as coarse as that.
  constexpr int64_t kJiffyMs = 10;
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_INFO, &info,
                   &size) != 0) {
    return std::nullopt;
  }
  const int64_t waited =
      std::min<int64_t>(int64_t{info.tcpi_last_data_recv} + kJiffyMs,
                        MonotonicMs() - core_->looked_at_ms);
  return std::min(read_at_ms_, core_->options.now_ms() - waited);
}

// Requests

void Connection::ProcessSoon() {
  if (process_soon_) return;
  process_soon_ = true;
  asio::post(core_->io, [self = shared_from_this()] {
    self->process_soon_ = false;
    if (self->mode_ != Mode::kOpen) return;
    // The peer had gone before the handler asked to be told.
    if (self->exchange_ && self->exchange_->wants_gone() &&
        self->read_closed_) {
      return self->Close();
    }
    self->Process();
  });
}

void Connection::Process() {
  processing_ = true;
  int left = kRequestsPerTurn;
  while (mode_ == Mode::kOpen && !exchange_ && !writing_ && !closing_ &&
         begin_ < end_) {
    if (left-- == 0) {
      ProcessSoon();
      break;
    }
    size_t size = end_ - begin_;
    RequestParser::State state = parser_.Parse(buffer_.get() + begin_, &size);
    end_ = begin_ + size;
    if (state == RequestParser::State::kBad) {
      Refuse(parser_.error_status(), parser_.error());
      break;
    }
    if (parser_.head_done() && !admitted_ && !Admit()) break;
    if (state != RequestParser::State::kDone) break;
    Dispatch();
    if (out_.size() > kOutputBytes) Flush();
  }
  processing_ = false;
  Flush();
  Settle();
}

// Decides by the head alone, before a body is waited for.
bool Connection::Admit() {
  admitted_ = true;
  const char* data = buffer_.get() + begin_;
  std::string_view method = parser_.method(data);
  framing_.head_only = method == "HEAD";
  framing_.close = !parser_.keep_alive() || core_->stopping;
  framing_.keep_alive = !parser_.http11();
  std::string_view host = parser_.host(data);
  std::string_view authority = parser_.authority(data);
  if (parser_.has_host() && host != host_ok_) {
    if (!core_->hosts.HostAllowed(host)) {
      Refuse(403, "The host " + Quoted(host) +
                      " is not one this server answers to: localhost, a "
                      "loopback address, or a host it was told to allow.");
      return false;
    }
    host_ok_ = host;
  }
  if (!authority.empty() && !core_->hosts.HostAllowed(authority)) {
    Refuse(403, "The host " + Quoted(authority) +
                    " of the request target is not one this server answers "
                    "to.");
    return false;
  }
  if (parser_.has_origin() &&
      !core_->hosts.OriginAllowed(parser_.origin(data), host)) {
    Refuse(403, "Requests of web pages from " + Quoted(parser_.origin(data)) +
                    " are refused.");
    return false;
  }
  if (method == "TRACE") {
    Refuse(405, "The method TRACE is not allowed.");
    return false;
  }
  if (parser_.expects_continue() && parser_.http11() &&
      parser_.state() == RequestParser::State::kBody) {
    out_ += "HTTP/1.1 100 Continue\r\n\r\n";
  }
  return true;
}

void Connection::Dispatch() {
  const char* data = buffer_.get() + begin_;
  Request request;
  request.method = parser_.method(data);
  request.target = parser_.target(data);
  request.body = parser_.body(data);
  request.x_amz_target = parser_.x_amz_target(data);
  request.content_type = parser_.content_type(data);
  request.accept = parser_.accept(data);
  request.read_at_ms = read_at_ms_;
  {
    auto exchange = std::make_shared<Exchange>(this);
    exchange_ = exchange.get();
    if (request.method == "OPTIONS") {
      // No CORS headers: pages of other origins get no permission.
      Response response;
      response.status = 204;
      response.request_id = core_->NewRequestId();
      response.headers.emplace_back("Allow", "GET, HEAD, OPTIONS, POST");
      exchange->Send(std::move(response));
    } else {
      core_->handler(request, Responder(std::move(exchange)));
    }
  }
  begin_ += parser_.size();
  parser_.Reset();
  admitted_ = false;
  phase_ = Phase::kNone;  // the limits of the next request begin anew
}

// Decides what the connection waits for now.
void Connection::Settle() {
  if (mode_ != Mode::kOpen) return;
  if (writing_) {
    SetPhase(Phase::kWrite);
  } else if (exchange_ || process_soon_) {
    SetPhase(Phase::kAnswer);
  } else if (read_closed_) {
    return Close();
  } else if (begin_ == end_) {
    SetPhase(Phase::kIdle);
  } else {
    SetPhase(parser_.head_done() ? Phase::kBody : Phase::kHead);
  }
  Read();
}

}  // namespace stepwheel::http
