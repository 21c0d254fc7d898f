#include "api/http_client/url.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <arpa/inet.h>

#include <algorithm>

namespace stepwheel::http_client {
namespace {

constexpr uint16_t kHttpPort = 80;
constexpr uint16_t kHttpsPort = 443;

std::nullopt_t Fail(std::string* why, std::string_view what) {
  *why = std::string(what);
  return std::nullopt;
}

std::string Bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

bool IsHostChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' ||
         c == '.' || c == '_';
}

bool IsTargetChar(char c) {
  // Most are letters; the others are looked up.
  if (absl::ascii_isalnum(static_cast<unsigned char>(c))) return true;
  constexpr std::string_view kNever = "\"<>\\^`{|}#";
  return c > ' ' && c < 0x7f && kNever.find(c) == std::string_view::npos;
}

// Takes the host from `rest`; false if there is none.
bool TakeHost(std::string_view* rest, std::string* host) {
  if (!rest->empty() && rest->front() == '[') {
    size_t close = rest->find(']');
    if (close == std::string_view::npos) return false;
    *host =
        absl::AsciiStrToLower(absl::string_view(rest->data() + 1, close - 1));
    rest->remove_prefix(close + 1);
    in6_addr ignored;
    return ::inet_pton(AF_INET6, host->c_str(), &ignored) == 1;
  }
  size_t end = std::min(rest->find(':'), rest->size());
  *host = absl::AsciiStrToLower(absl::string_view(rest->data(), end));
  rest->remove_prefix(end);
  constexpr size_t kNameMax = 253;
  return !host->empty() && host->size() <= kNameMax &&
         std::all_of(host->begin(), host->end(), IsHostChar);
}

bool TakePort(std::string_view rest, uint16_t* port) {
  if (rest.empty()) return true;
  uint32_t number = 0;
  constexpr uint32_t kPortMax = 65535;
  if (rest.front() != ':' || rest.size() < 2 ||
      !absl::SimpleAtoi(absl::string_view(rest.data() + 1, rest.size() - 1),
                        &number) ||
      number == 0 || number > kPortMax) {
    return false;
  }
  *port = static_cast<uint16_t>(number);
  return true;
}

}  // namespace

std::string Url::Authority() const {
  return port == (tls ? kHttpsPort : kHttpPort) ? Bracketed(host)
                                                : HostAndPort();
}

std::string Url::HostAndPort() const {
  return absl::StrCat(Bracketed(host), ":", port);
}

std::optional<Url> ParseUrl(std::string_view text, std::string* why,
                            bool allow_user_info) {
  Url url;
  size_t slashes = text.find("://");
  if (slashes == std::string_view::npos) {
    return Fail(why, "expected a URL that begins with http:// or https://");
  }
  std::string scheme =
      absl::AsciiStrToLower(absl::string_view(text.data(), slashes));
  if (scheme != "http" && scheme != "https") {
    return Fail(why, "expected http:// or https://, not " + scheme + "://");
  }
  url.tls = scheme == "https";
  url.port = url.tls ? kHttpsPort : kHttpPort;
  std::string_view rest = text.substr(slashes + 3);
  size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, end);
  std::string_view target = rest.substr(end);
  if (size_t at = authority.rfind('@'); at != std::string_view::npos) {
    if (!allow_user_info) {
      return Fail(why, "a user name in the URL is not supported");
    }
    url.user_info = std::string(authority.substr(0, at));
    authority.remove_prefix(at + 1);
  }
  if (!TakeHost(&authority, &url.host)) {
    return Fail(why, "expected a host name or address after ://");
  }
  if (!TakePort(authority, &url.port)) {
    return Fail(why, "expected a port from 1 to 65535 after the host");
  }
  if (!IsTarget(target)) {
    return Fail(why, kNoTarget);
  }
  if (!target.empty()) url.target = std::string(target);
  if (url.target.front() == '?') url.target.insert(0, 1, '/');
  return url;
}

bool IsTarget(std::string_view text) {
  return std::all_of(text.begin(), text.end(), IsTargetChar);
}

bool IsLocalhostName(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost");
}

bool IsLoopback(std::string_view host) {
  if (IsLocalhostName(host)) return true;
  in_addr v4;
  std::string text(host);
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    constexpr uint32_t kLoopbackNet = 127;
    return ntohl(v4.s_addr) >> 24 == kLoopbackNet;
  }
  in6_addr v6;
  return ::inet_pton(AF_INET6, text.c_str(), &v6) == 1 &&
         IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace stepwheel::http_client
