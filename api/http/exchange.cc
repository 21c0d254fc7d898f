#include "api/http/exchange.h"

#include <utility>

#include "api/http/connection.h"
#include "api/http/response_writer.h"

namespace stepwheel::http {

Exchange::~Exchange() {
  if (!connection_) return;
  Response response = ErrorResponse(500, "The request got no answer.");
  response.request_id = connection_->core()->NewRequestId();
  Send(std::move(response));
}

void Exchange::Send(Response response) {
  Connection* connection = std::exchange(connection_, nullptr);
  if (!connection) return;
  gone_ = nullptr;
  Framing framing;
  std::string* out = connection->BeginAnswer(&framing);
  AppendResponse(response, framing, out);
  connection->EndAnswer();
}

void Exchange::SendCanned(std::string_view request_id, std::string_view body) {
  Connection* connection = std::exchange(connection_, nullptr);
  if (!connection) return;
  gone_ = nullptr;
  Framing framing;
  std::string* out = connection->BeginAnswer(&framing);
  AppendCanned(request_id, body, framing, out);
  connection->EndAnswer();
}

void Exchange::OnPeerGone(std::function<void()> gone) {
  if (connection_) {
    gone_ = std::move(gone);
    connection_->WatchPeer();
  } else if (told_to_go_) {
    gone();
  }
}

bool Exchange::alive() const {
  return connection_ && !connection_->PeerHasGone();
}

std::optional<int64_t> Exchange::arrived_at_ms() const {
  return connection_ ? connection_->ArrivedAtMs() : std::nullopt;
}

void Exchange::Gone() {
  connection_ = nullptr;
  told_to_go_ = true;
  // The callback may drop the last Responder and with it this.
  if (auto gone = std::exchange(gone_, nullptr)) gone();
}

}  // namespace stepwheel::http
