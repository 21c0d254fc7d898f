// Which Host and Origin a local server answers to: the protection against DNS
// rebinding and cross-site requests. A web page can reach a loopback port, but
// it cannot choose these two headers.
#ifndef STEPWHEEL_API_HTTP_HOST_RULES_H_
#define STEPWHEEL_API_HTTP_HOST_RULES_H_

#include <string>
#include <string_view>
#include <vector>

namespace stepwheel::http {

// The host of "host", "host:port", "[v6]" or "[v6]:port" in lower case and
// without brackets, port and final dot; "" when it is malformed.
std::string HostOf(std::string_view authority);

class HostRules {
 public:
  // `address` is the one listened on ("" for loopback). A wildcard (0.0.0.0,
  // ::) also allows every IP literal as Host: rebinding needs a name.
  HostRules(const std::string& address,
            const std::vector<std::string>& allowed_hosts);

  // localhost, *.localhost, 127.0.0.0/8, ::1, the address and the allowed
  // hosts, each with any port and also with "sync-" before it: AWS's SDKs add
  // that prefix to custom endpoints too (reference: api.md 1).
  bool HostAllowed(std::string_view host) const;

  // http(s) origins of the hosts above, or of exactly the same authority as
  // `host`, an allowed Host. "null" and other schemes are refused.
  bool OriginAllowed(std::string_view origin, std::string_view host) const;

 private:
  bool Listed(std::string_view host) const;

  std::vector<std::string> allowed_;  // lower case, without ports
  bool any_literal_ = false;
};

}  // namespace stepwheel::http

#endif  // STEPWHEEL_API_HTTP_HOST_RULES_H_
