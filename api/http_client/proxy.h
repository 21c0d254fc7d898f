// Which requests go through a proxy: the variables http_proxy, https_proxy and
// no_proxy, in lower or upper case.
#ifndef STEPWHEEL_API_HTTP_CLIENT_PROXY_H_
#define STEPWHEEL_API_HTTP_CLIENT_PROXY_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http_client/url.h"

namespace stepwheel::http_client {

// Reads an environment variable; nothing if it is not set.
using Environment =
    std::function<std::optional<std::string>(std::string_view name)>;

struct ProxySettings {
  std::optional<Url> http;   // For http:// URLs.
  std::optional<Url> https;  // For https:// URLs, by CONNECT.
  // As in no_proxy: a name (and the names below it), an address, "host:port",
  // or "*" for all.
  std::vector<std::string> none_for;

  // The proxy for `url`, or null. Loopback addresses never have one: what runs
  // on this machine is not a proxy's business.
  const Url* For(const Url& url) const;
};

// What is wrong with a variable is said in `problems`, a sentence each; the
// variable then counts as not set.
ProxySettings ReadProxySettings(const Environment& environment,
                                std::vector<std::string>* problems);

}  // namespace stepwheel::http_client

#endif  // STEPWHEEL_API_HTTP_CLIENT_PROXY_H_
