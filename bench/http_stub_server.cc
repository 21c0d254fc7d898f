#include "bench/http_stub_server.h"

#include <boost/json/parse.hpp>
#include <boost/json/static_resource.hpp>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "api/http/server.h"

namespace stepwheel::bench {
namespace {

namespace json = boost::json;

bool HasTaskToken(std::string_view body) {
  unsigned char arena[8192];
  json::static_resource memory(arena);
  boost::system::error_code error;
  json::value value = json::parse({body.data(), body.size()}, error, &memory);
  if (error || !value.is_object()) return false;
  const json::value* token = value.as_object().if_contains("taskToken");
  return token && token->is_string();
}

}  // namespace

int RunHttpStubServer() {
  std::vector<http::Responder> inbox;
  http::ServerOptions options;
  options.port = 0;
  options.now_ms = [] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  };
  http::Server server(
      options, [&](const http::Request& request, http::Responder responder) {
        if (request.x_amz_target == "AWSStepFunctions.SendTaskHeartbeat" &&
            HasTaskToken(request.body)) {
          inbox.push_back(std::move(responder));
        }
      });
  std::string message;
  if (server.Listen(&message) != http::Server::ListenError::kNone) {
    std::fprintf(stderr, "%s\n", message.c_str());
    return 1;
  }
  server.OnSignal([&](int) { server.Stop(); });
  std::printf("%s\n", server.urls()[0].c_str());
  std::fflush(stdout);
  server.Run([&]() -> std::optional<std::chrono::milliseconds> {
    for (const http::Responder& responder : inbox) {
      responder.SendCanned("00000000-0000-4000-8000-000000000000", "{}");
    }
    inbox.clear();
    return std::nullopt;
  });
  return 0;
}

}  // namespace stepwheel::bench
