#include "api/http/host_rules.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

#include "api/http/chars.h"

namespace stepwheel::http {
namespace {

constexpr std::string_view kSyncPrefix = "sync-";

bool IsIpv4(const std::string& host, in_addr* to) {
  return inet_pton(AF_INET, host.c_str(), to) == 1;
}

bool IsIpv6(const std::string& host, in6_addr* to) {
  return inet_pton(AF_INET6, host.c_str(), to) == 1;
}

bool IsLoopback(const std::string& host) {
  constexpr std::string_view kSuffix = ".localhost";
  in_addr v4{};
  in6_addr v6{};
  if (host == "localhost") return true;
  if (host.size() > kSuffix.size() &&
      std::string_view(host).substr(host.size() - kSuffix.size()) == kSuffix) {
    return true;
  }
  if (IsIpv4(host, &v4)) return ntohl(v4.s_addr) >> 24 == 127;
  return IsIpv6(host, &v6) && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool IsPort(std::string_view s) {
  return s.size() <= 5 && std::all_of(s.begin(), s.end(), [](char c) {
           return c >= '0' && c <= '9';
         });
}

}  // namespace

std::string HostOf(std::string_view authority) {
  std::string_view host = authority;
  std::string_view port;
  size_t bracket = authority.find('[');
  if (bracket != authority.npos) {
    size_t close = authority.find(']');
    bool prefixed = authority.substr(0, bracket) == kSyncPrefix;
    if (close == authority.npos || (bracket != 0 && !prefixed)) return "";
    host = authority.substr(bracket + 1, close - bracket - 1);
    port = authority.substr(close + 1);
    if (!port.empty() && port[0] != ':') return "";
    if (!port.empty()) port.remove_prefix(1);
  } else if (size_t colon = authority.find(':'); colon != authority.npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon + 1);
  }
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  if (host.empty() || !IsPort(port)) return "";
  std::string lower;
  for (char c : host) {
    bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                 (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' ||
                 c == ':';
    if (!plain) return "";
    lower += LowerAscii(c);
  }
  return lower;
}

HostRules::HostRules(const std::string& address,
                     const std::vector<std::string>& allowed_hosts) {
  auto allow = [this](std::string_view text) {
    in6_addr v6{};
    std::string bare(text);
    std::string host =
        IsIpv6(bare, &v6) ? HostOf("[" + bare + "]") : HostOf(bare);
    if (!host.empty()) allowed_.push_back(std::move(host));
  };
  allow(address);
  any_literal_ =
      !allowed_.empty() && (allowed_[0] == "0.0.0.0" || allowed_[0] == "::");
  for (const std::string& host : allowed_hosts) allow(host);
}

bool HostRules::Listed(std::string_view host) const {
  std::string text(host);
  if (IsLoopback(text)) return true;
  return std::find(allowed_.begin(), allowed_.end(), text) != allowed_.end();
}

bool HostRules::HostAllowed(std::string_view host) const {
  std::string name = HostOf(host);
  if (name.empty()) return false;
  if (Listed(name)) return true;
  std::string_view rest = name;
  if (rest.substr(0, kSyncPrefix.size()) == kSyncPrefix) {
    rest.remove_prefix(kSyncPrefix.size());
    if (Listed(rest)) return true;
  }
  in_addr v4{};
  in6_addr v6{};
  std::string literal(rest);
  return any_literal_ && (IsIpv4(literal, &v4) || IsIpv6(literal, &v6));
}

bool HostRules::OriginAllowed(std::string_view origin,
                              std::string_view host) const {
  size_t scheme = origin.find("://");
  if (scheme == origin.npos) return false;
  std::string_view name = origin.substr(0, scheme);
  if (!EqualsIgnoreCase(name, "http") && !EqualsIgnoreCase(name, "https")) {
    return false;
  }
  std::string_view authority = origin.substr(scheme + 3);
  if (!host.empty() && authority == host) return true;
  std::string bare = HostOf(authority);
  return !bare.empty() && Listed(bare);
}

}  // namespace stepwheel::http
