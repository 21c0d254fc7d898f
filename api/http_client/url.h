// An absolute URL of http or https in its parts, as a request needs them.
#ifndef STEPWHEEL_API_HTTP_CLIENT_URL_H_
#define STEPWHEEL_API_HTTP_CLIENT_URL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stepwheel::http_client {

struct Url {
  bool tls = false;
  std::string host;  // Lower case, IPv6 without brackets.
  uint16_t port = 0;
  std::string target = "/";  // Path and query, as in the request line.
  std::string user_info;     // "user:password", proxies only.

  // "host", "host:8080", "[::1]:8080": the port only if it is not the scheme's.
  std::string Authority() const;
  // Always with the port.
  std::string HostAndPort() const;
};

// Nothing if `text` is no such URL; then `why` says what was expected. User
// names and fragments are refused unless `user_info` allows the first.
std::optional<Url> ParseUrl(std::string_view text, std::string* why,
                            bool allow_user_info = false);

// Whether `text` can be a URL's path and query as it is: only what needs no
// percent-encoding, and no fragment.
bool IsTarget(std::string_view text);
// What is wrong with one that cannot.
inline constexpr std::string_view kNoTarget =
    "the path has a character that must be percent-encoded, or a fragment";

// 127.0.0.0/8, ::1, localhost and names below it (RFC 6761).
bool IsLoopback(std::string_view host);
// localhost and names below it, which never go to a name server.
bool IsLocalhostName(std::string_view host);

}  // namespace stepwheel::http_client

#endif  // STEPWHEEL_API_HTTP_CLIENT_URL_H_
