// One accepted connection: reads requests, hands them to the handler one at a
// time, writes the answers in order, and gives up on peers that dawdle.
// Internal to api/http: it includes Asio.
#ifndef STEPWHEEL_API_HTTP_CONNECTION_H_
#define STEPWHEEL_API_HTTP_CONNECTION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/http/core.h"
#include "api/http/request_parser.h"
#include "api/http/response_writer.h"

namespace stepwheel::http {

class Exchange;

// More than this is written before further requests are handled, and a larger
// buffer is given back.
constexpr size_t kOutputBytes = 65536;

// Owns itself from Start() to Close(). A read is pending at nearly all times,
// also while an answer is outstanding, so that the peer's leaving is noticed.
// It is destroyed only by the loop, never inside a call from outside.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Core* core, Socket socket);
  ~Connection();
  Connection(const Connection&) = delete;

  void Start();
  // Instead of Start(): answers 503 and closes, there are too many.
  void StartRefused();
  // Closes what is past its deadline; called about once a second.
  void Sweep();
  // The server stops: answers what is outstanding with 503 and closes.
  void Shutdown();
  void Close();
  Connection* next() const { return next_; }

  // For the Exchange that is outstanding: the answer is appended to what
  // BeginAnswer() returns, framed as it says.
  std::string* BeginAnswer(Framing* framing);
  void EndAnswer();
  // Closed or half-closed by the peer; looks at the socket.
  bool PeerHasGone();
  // Of the request that is handled: Responder::arrived_at_ms().
  std::optional<int64_t> ArrivedAtMs();
  // The handler wants to know when the peer goes; it may have gone already.
  void WatchPeer() {
    if (read_closed_) ProcessSoon();
  }
  Core* core() const { return core_; }

 private:
  // What the connection waits for; each has its own time limit.
  enum class Phase { kNone, kIdle, kHead, kBody, kAnswer, kWrite, kLinger };
  enum class Mode { kOpen, kLingering, kClosed };

  void Read();
  void MakeRoom();
  void OnRead(const Error& error, size_t n);
  void OnEnd(bool reset);
  void Process();
  void ProcessSoon();
  bool Admit();
  void Dispatch();
  void Settle();
  void SetPhase(Phase phase);

  void Refuse(int status, std::string_view message);
  void Flush();
  void OnWritable();
  void Finish();

  Core* const core_;
  Socket socket_;
  Connection* next_ = nullptr;
  Connection** link_ = nullptr;  // what points to this
  std::shared_ptr<Connection> self_;

  Mode mode_ = Mode::kOpen;
  Phase phase_ = Phase::kNone;
  int64_t deadline_ms_ = 0;  // 0: none
  int64_t read_at_ms_ = 0;

  // Unread input is buffer_[begin_, end_).
  std::unique_ptr<char[]> buffer_;
  size_t capacity_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
  size_t reading_at_ = 0;  // where the pending read puts its bytes
  bool reading_ = false;
  bool read_closed_ = false;  // the peer sends no more
  size_t lingered_ = 0;       // bytes thrown away while lingering

  RequestParser parser_;
  bool admitted_ = false;
  bool processing_ = false;
  bool process_soon_ = false;
  Framing framing_;
  Exchange* exchange_ = nullptr;  // outstanding
  std::string host_ok_;           // the last Host that was accepted

  std::string out_;
  size_t out_at_ = 0;
  bool writing_ = false;  // waits until the socket takes more
  bool closing_ = false;  // when out_ is written
};

}  // namespace stepwheel::http

#endif  // STEPWHEEL_API_HTTP_CONNECTION_H_
