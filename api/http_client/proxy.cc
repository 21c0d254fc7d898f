#include "api/http_client/proxy.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

namespace stepwheel::http_client {
namespace {

// The lower-case name wins, as with curl.
std::optional<std::string> Read(const Environment& environment,
                                std::string_view name, std::string* found) {
  std::string upper =
      absl::AsciiStrToUpper(absl::string_view(name.data(), name.size()));
  for (const std::string& n : {std::string(name), upper}) {
    std::optional<std::string> value = environment(n);
    if (!value || value->empty()) continue;
    *found = n;
    return value;
  }
  return std::nullopt;
}

std::optional<Url> ReadProxy(const Environment& environment,
                             std::string_view name,
                             std::vector<std::string>* problems) {
  std::string variable;
  std::optional<std::string> value = Read(environment, name, &variable);
  if (!value) return std::nullopt;
  if (value->find("://") == std::string::npos) value->insert(0, "http://");
  std::string why;
  std::optional<Url> url = ParseUrl(*value, &why, /*allow_user_info=*/true);
  if (url && url->tls) {
    why = "expected a proxy that is reached by http://, not https://";
    url.reset();
  }
  // The value may hold a password, so it is not repeated.
  if (!url) problems->push_back(absl::StrCat(variable, ": ", why));
  return url;
}

bool Matches(const std::string& pattern, const Url& url) {
  if (pattern == "*") return true;
  if (pattern == url.host || pattern == url.HostAndPort()) return true;
  std::string_view name = pattern;
  if (name.starts_with("*")) name.remove_prefix(1);
  if (name.starts_with(".")) name.remove_prefix(1);
  return !name.empty() &&
         (url.host == name || url.host.ends_with("." + std::string(name)));
}

}  // namespace

const Url* ProxySettings::For(const Url& url) const {
  const std::optional<Url>& proxy = url.tls ? https : http;
  if (!proxy || IsLoopback(url.host)) return nullptr;
  for (const std::string& pattern : none_for) {
    if (Matches(pattern, url)) return nullptr;
  }
  return &*proxy;
}

ProxySettings ReadProxySettings(const Environment& environment,
                                std::vector<std::string>* problems) {
  ProxySettings settings;
  settings.http = ReadProxy(environment, "http_proxy", problems);
  settings.https = ReadProxy(environment, "https_proxy", problems);
  std::string variable;
  std::string none = Read(environment, "no_proxy", &variable).value_or("");
  for (absl::string_view part : absl::StrSplit(none, ',')) {
    part = absl::StripAsciiWhitespace(part);
    if (!part.empty()) settings.none_for.push_back(absl::AsciiStrToLower(part));
  }
  return settings;
}

}  // namespace stepwheel::http_client
