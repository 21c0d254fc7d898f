// Signature Version 4 as the "Signature Version 4 signing process" of the AWS
// General Reference describes it: canonical request, string to sign, derived
// key, signature.
#include "api/aws_client/sigv4.h"

#include <absl/strings/ascii.h>
#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <map>
#include <vector>

#include "api/http_client/url.h"

namespace stepwheel::aws_client {
namespace {

using http_client::Request;

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

// What proxies and clients may change on the way, or what is made here.
constexpr std::array<std::string_view, 5> kUnsigned = {
    "authorization", "user-agent", "expect", "x-amzn-trace-id", "te"};

std::string Hash(std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  EVP_Digest(data.data(), data.size(), digest.data(), &size, EVP_sha256(),
             nullptr);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string Hmac(std::string_view key, std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(data.data()), data.size(),
       digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

absl::string_view View(std::string_view text) {
  return {text.data(), text.size()};
}

bool IsUnreserved(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// Empty segments and "." go, ".." takes one before it along.
std::string NormalPath(std::string_view path) {
  std::vector<absl::string_view> kept;
  for (absl::string_view part : absl::StrSplit(View(path), '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      kept.push_back(part);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string normal = absl::StrCat("/", absl::StrJoin(kept, "/"));
  if (path.ends_with('/') && normal.size() > 1) normal += '/';
  return normal;
}

// The path is sent percent-encoded; every service but S3 wants it encoded once
// more here.
std::string CanonicalPath(std::string_view path, std::string_view service) {
  if (service == "s3") return std::string(path);
  std::string out;
  for (char c : NormalPath(path)) {
    if (IsUnreserved(c) || c == '/') {
      out += c;
    } else {
      absl::StrAppend(&out, "%",
                      absl::AsciiStrToUpper(
                          absl::BytesToHexString(absl::string_view(&c, 1))));
    }
  }
  return out;
}

std::string CanonicalQuery(std::string_view query) {
  if (query.empty()) return "";
  std::vector<std::pair<absl::string_view, absl::string_view>> pairs;
  for (absl::string_view pair : absl::StrSplit(View(query), '&')) {
    pairs.push_back(absl::StrSplit(pair, absl::MaxSplits('=', 1)));
  }
  std::sort(pairs.begin(), pairs.end());
  return absl::StrJoin(pairs, "&", absl::PairFormatter("="));
}

// Blanks at the ends go, runs of blanks within become one.
std::string CanonicalValue(std::string_view value) {
  std::string text(value);
  absl::RemoveExtraAsciiWhitespace(&text);
  return text;
}

std::map<std::string, std::string> CanonicalHeaders(
    const Request& request, const http_client::Url& url) {
  std::map<std::string, std::string> headers;
  headers["host"] = url.Authority();
  for (const auto& [name, value] : request.headers) {
    std::string lower = absl::AsciiStrToLower(name);
    if (std::count(kUnsigned.begin(), kUnsigned.end(), lower) > 0) continue;
    auto [it, is_new] = headers.emplace(lower, CanonicalValue(value));
    if (!is_new) absl::StrAppend(&it->second, ",", CanonicalValue(value));
  }
  return headers;
}

// yyyymmddThhmmssZ
std::string Stamp(int64_t unix_millis) {
  namespace chrono = std::chrono;
  chrono::sys_seconds at{
      chrono::floor<chrono::seconds>(chrono::milliseconds(unix_millis))};
  auto day = chrono::floor<chrono::days>(at);
  chrono::year_month_day date(day);
  chrono::hh_mm_ss time(at - day);
  std::array<char, 32> text;
  std::snprintf(
      text.data(), text.size(), "%04d%02u%02uT%02d%02d%02dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
      static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()));
  return text.data();
}

std::string DateOf(int64_t unix_millis) {
  constexpr size_t kDateChars = 8;
  return Stamp(unix_millis).substr(0, kDateChars);
}

std::string ScopeText(const SigningScope& scope) {
  return absl::StrCat(DateOf(scope.unix_millis), "/", scope.region, "/",
                      scope.service, "/aws4_request");
}

}  // namespace

std::string CanonicalRequest(const Request& request, std::string_view service,
                             std::string_view payload_hash,
                             std::string* signed_headers) {
  std::string why;
  http_client::Url url =
      http_client::ParseUrl(request.url, &why).value_or(http_client::Url());
  std::string_view target = url.target;
  size_t mark = std::min(target.find('?'), target.size());
  std::string_view query = target.substr(std::min(mark + 1, target.size()));
  std::string headers;
  signed_headers->clear();
  for (const auto& [name, value] : CanonicalHeaders(request, url)) {
    absl::StrAppend(&headers, name, ":", value, "\n");
    absl::StrAppend(signed_headers, signed_headers->empty() ? "" : ";", name);
  }
  return absl::StrCat(request.method, "\n",
                      CanonicalPath(target.substr(0, mark), service), "\n",
                      CanonicalQuery(query), "\n", headers, "\n",
                      *signed_headers, "\n", View(payload_hash));
}

std::string StringToSign(const SigningScope& scope,
                         std::string_view canonical_request) {
  return absl::StrCat(View(kAlgorithm), "\n", Stamp(scope.unix_millis), "\n",
                      ScopeText(scope), "\n",
                      absl::BytesToHexString(Hash(canonical_request)));
}

std::string SigningKey(std::string_view secret_access_key,
                       std::string_view date, std::string_view region,
                       std::string_view service) {
  std::string key = Hmac(absl::StrCat("AWS4", View(secret_access_key)), date);
  key = Hmac(key, region);
  key = Hmac(key, service);
  return Hmac(key, "aws4_request");
}

std::string Signer::KeyFor(const SigningScope& scope, std::string_view date,
                           const Credentials& credentials) {
  std::string of =
      absl::StrCat(View(date), "/", scope.region, "/", scope.service, "/",
                   credentials.secret_access_key);
  if (of != key_of_) {
    key_ = SigningKey(credentials.secret_access_key, date, scope.region,
                      scope.service);
    key_of_ = std::move(of);
  }
  return key_;
}

void Signer::Sign(const SigningScope& scope, const Credentials& credentials,
                  Request* request) {
  std::string payload_hash = absl::BytesToHexString(Hash(request->body));
  http_client::Headers& headers = request->headers;
  headers.emplace_back("X-Amz-Date", Stamp(scope.unix_millis));
  if (!credentials.session_token.empty()) {
    headers.emplace_back("X-Amz-Security-Token", credentials.session_token);
  }
  if (scope.service == "s3") {
    headers.emplace_back("X-Amz-Content-Sha256", payload_hash);
  }
  std::string signed_headers;
  std::string canonical =
      CanonicalRequest(*request, scope.service, payload_hash, &signed_headers);
  std::string key = KeyFor(scope, DateOf(scope.unix_millis), credentials);
  std::string signature =
      absl::BytesToHexString(Hmac(key, StringToSign(scope, canonical)));
  headers.emplace_back(
      "Authorization",
      absl::StrCat(View(kAlgorithm), " Credential=", credentials.access_key_id,
                   "/", ScopeText(scope), ", SignedHeaders=", signed_headers,
                   ", Signature=", signature));
}

}  // namespace stepwheel::aws_client
