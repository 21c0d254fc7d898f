#include "api/http_client/wire.h"

#include <absl/strings/ascii.h>
#include <absl/strings/escaping.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>

namespace stepwheel::http_client {
namespace {

constexpr std::array<absl::string_view, 6> kOurs = {
    "Host",    "Content-Length",    "Connection",
    "Upgrade", "Transfer-Encoding", "Proxy-Authorization"};

bool IsTokenChar(char c) {
  constexpr std::string_view kSpecial = "!#$%&'*+-.^_`|~";
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         kSpecial.find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenChar);
}

bool IsValueChar(char c) {
  auto byte = static_cast<unsigned char>(c);
  constexpr unsigned char kDelete = 0x7f;
  return c == '\t' || (byte >= ' ' && byte != kDelete);
}

bool HasHeader(const Request& request, absl::string_view name) {
  return std::any_of(
      request.headers.begin(), request.headers.end(),
      [&](const auto& h) { return absl::EqualsIgnoreCase(h.first, name); });
}

}  // namespace

std::string CheckRequest(const Request& request) {
  if (!IsToken(request.method)) {
    return "'" + request.method + "' is no HTTP method";
  }
  for (const auto& [name, value] : request.headers) {
    if (!IsToken(name)) return "'" + name + "' is no name of a header";
    if (!std::all_of(value.begin(), value.end(), IsValueChar)) {
      return "the value of the header '" + name + "' has a control character";
    }
    for (absl::string_view ours : kOurs) {
      if (absl::EqualsIgnoreCase(name, ours)) {
        return "the header '" + name + "' is set by the client itself";
      }
    }
  }
  return "";
}

std::string RequestBytes(const Request& request, const Url& url,
                         const Url* proxy, const std::string& user_agent) {
  std::string out;
  constexpr size_t kHeadGuess = 512;
  out.reserve(kHeadGuess + request.body.size());
  absl::StrAppend(&out, request.method, " ");
  std::string authority = url.Authority();
  if (proxy != nullptr) absl::StrAppend(&out, "http://", authority);
  absl::StrAppend(&out, url.target, " HTTP/1.1\r\nHost: ", authority, "\r\n");
  if (proxy != nullptr && !proxy->user_info.empty()) {
    absl::StrAppend(&out, "Proxy-Authorization: Basic ",
                    absl::Base64Escape(proxy->user_info), "\r\n");
  }
  if (!HasHeader(request, "User-Agent")) {
    absl::StrAppend(&out, "User-Agent: ", user_agent, "\r\n");
  }
  bool bodiless = request.method == "GET" || request.method == "HEAD";
  if (!request.body.empty() || !bodiless) {
    absl::StrAppend(&out, "Content-Length: ", request.body.size(), "\r\n");
  }
  for (const auto& [name, value] : request.headers) {
    absl::StrAppend(&out, name, ": ", value, "\r\n");
  }
  return out.append("\r\n").append(request.body);
}

}  // namespace stepwheel::http_client
