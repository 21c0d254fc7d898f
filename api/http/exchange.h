// The answer that one request is owed: what a Responder holds. It outlives the
// connection when the handler keeps it, and then does nothing any more.
// Internal to api/http.
#ifndef STEPWHEEL_API_HTTP_EXCHANGE_H_
#define STEPWHEEL_API_HTTP_EXCHANGE_H_

#include <functional>
#include <string_view>

#include "api/http/server.h"

namespace stepwheel::http {

class Connection;

// Exchange and connection point at each other while the answer is outstanding;
// whoever ends first clears the other's pointer.
class Exchange final : public Responder::Impl {
 public:
  explicit Exchange(Connection* connection) : connection_(connection) {}
  ~Exchange() override;

  void Send(Response response) override;
  void SendCanned(std::string_view request_id, std::string_view body) override;
  void OnPeerGone(std::function<void()> gone) override;
  bool alive() const override;
  std::optional<int64_t> arrived_at_ms() const override;

  // For the connection:
  bool wants_gone() const { return gone_ != nullptr; }
  void Gone();                              // the peer has gone: tell
  void Forget() { connection_ = nullptr; }  // the connection is no more

 private:
  Connection* connection_;  // null: answered, gone or forgotten
  bool told_to_go_ = false;
  std::function<void()> gone_;
};

}  // namespace stepwheel::http

#endif  // STEPWHEEL_API_HTTP_EXCHANGE_H_
