// Router is the http::Handler of the server: it sends POST / to the AWS
// operations, and answers the few addresses that people and scripts ask with a
// browser or curl.
#ifndef STEPWHEEL_API_AWS_ROUTER_H_
#define STEPWHEEL_API_AWS_ROUTER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "api/aws/long_polls.h"
#include "api/aws/operation.h"
#include "api/aws/protocol.h"
#include "api/http/server.h"
#include "engine/engine.h"

namespace stepwheel::aws {

struct RouterOptions {
  LongPolls::Options polls;
  std::string version;  // Of Stepwheel, for / and health.
  uint64_t request_id_seed = 0;
  RequestLog log;  // Called for every answered AWS request.
  // The clock goes as real time does: for a worker's call that waited to be
  // read because the server was busy or stopped, it counts when it arrived.
  bool real_time = false;
  // Addresses besides AWS's, asked first: true if it has taken the request.
  std::function<bool(std::string_view path, const http::Request&,
                     const http::Responder&)>
      own;
};

// Thread rule: the engine's thread. Outlives every request it has got.
class Router {
 public:
  // `engine` outlives the router.
  Router(engine::Engine* engine, RouterOptions options);
  Router(const Router&) = delete;

  void Handle(const http::Request& request, http::Responder responder);

  // For answers that the HTTP server gives itself.
  std::string NextRequestId() { return std::string(ids_.Next().view()); }

  // Where the server listens; GET / names it. Known only after Listen().
  void set_url(std::string url) { url_ = std::move(url); }

 private:
  // When a request counts as having come.
  engine::Received ReceivedAt(const http::Request& request,
                              const http::Responder& responder) const;
  void HandleAws(const http::Request& request, http::Responder responder);
  // Sends `text` or, to those who accept JSON, `json`.
  void SendWelcome(const http::Request& request,
                   const http::Responder& responder);
  void SendHealth(const http::Responder& responder);
  void Send(const http::Responder& responder, http::Response response);

  engine::Engine* engine_;
  RouterOptions options_;
  LongPolls polls_;
  RequestIds ids_;
  std::string url_ = "http://127.0.0.1:8083";
};

}  // namespace stepwheel::aws

#endif  // STEPWHEEL_API_AWS_ROUTER_H_
