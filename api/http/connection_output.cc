// The output side of a connection: answers, refusals, the way it ends.
#include <boost/asio/buffer.hpp>

#include "api/http/connection.h"

namespace stepwheel::http {

namespace asio = boost::asio;

std::string* Connection::BeginAnswer(Framing* framing) {
  exchange_ = nullptr;
  if (core_->stopping) framing_.close = true;
  if (framing_.close) closing_ = true;
  *framing = framing_;
  framing->headers = core_->Headers();
  return &out_;
}

void Connection::EndAnswer() {
  if (processing_) return;  // Process() goes on and flushes
  Flush();
  if (mode_ != Mode::kOpen) return;
  // Never from here: the next request would be handled inside the answer to
  // this one.
  if (!writing_ && begin_ < end_) ProcessSoon();
  Settle();
}

void Connection::Refuse(int status, std::string_view message) {
  Response response = ErrorResponse(status, message);
  response.request_id = core_->NewRequestId();
  std::string line = "refused a request with " + std::to_string(status) + ": ";
  line.append(message);
  if (!response.request_id.empty()) {
    line.append(" (request id ").append(response.request_id).append(")");
  }
  core_->Log(line);
  // After an error of the protocol nobody knows where the next request begins.
  framing_.close = true;
  framing_.head_only = framing_.head_only && admitted_;
  framing_.headers = core_->Headers();
  AppendResponse(response, framing_, &out_);
  closing_ = true;
  if (processing_) return;
  Flush();
  Settle();
}

void Connection::Flush() {
  if (writing_ || mode_ != Mode::kOpen) return;
  while (out_at_ < out_.size()) {
    Error error;
    size_t n = socket_.write_some(
        asio::buffer(out_.data() + out_at_, out_.size() - out_at_), error);
    if (error == asio::error::would_block) {
      writing_ = true;
      socket_.async_wait(
          Socket::wait_write,
          [self = shared_from_this()](const Error&) { self->OnWritable(); });
      return;
    }
    if (error) return Close();
    out_at_ += n;
  }
  out_at_ = 0;
  if (out_.capacity() > kOutputBytes) {
    out_ = std::string();
  } else {
    out_.clear();
  }
  if (closing_) Finish();
}

void Connection::OnWritable() {
  writing_ = false;
  if (mode_ != Mode::kOpen) return;
  Flush();
  // More requests only when the peer has taken the answers so far.
  if (mode_ == Mode::kOpen) writing_ ? Settle() : Process();
}

// Everything is written. Closing at once could destroy it on its way: unread
// input makes the kernel send a reset. So the rest is read for a moment.
void Connection::Finish() {
  if (read_closed_) return Close();
  mode_ = Mode::kLingering;
  SetPhase(Phase::kLinger);
  Error ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  begin_ = end_ = 0;
  Read();
}

}  // namespace stepwheel::http
