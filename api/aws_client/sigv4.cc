// Signature Version 4 as the "Signature Version 4 signing process" of the AWS
// General Reference describes it: canonical request, string to sign, derived
// key, signature.
#include "api/aws_client/sigv4.h"

#include <absl/strings/ascii.h>
#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <vector>

namespace stepwheel::aws_client {
namespace {

using http_client::Request;
using http_client::Url;

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

// What proxies and clients may change on the way, or what is made here.
constexpr std::array<std::string_view, 5> kUnsigned = {
    "authorization", "user-agent", "expect", "x-amzn-trace-id", "te"};

absl::string_view View(std::string_view text) {
  return {text.data(), text.size()};
}

bool IsUnreserved(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// Empty segments and "." go, ".." takes one before it along.
std::string NormalPath(std::string_view path) {
  // Most paths are normal.
  if (path.find("//") == path.npos && path.find("/.") == path.npos) {
    return std::string(path);
  }
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
void AppendCanonicalPath(std::string_view path, std::string_view service,
                         std::string* out) {
  if (service == "s3") {
    out->append(path);
    return;
  }
  for (char c : NormalPath(path)) {
    if (IsUnreserved(c) || c == '/') {
      *out += c;
    } else {
      absl::StrAppend(out, "%",
                      absl::AsciiStrToUpper(
                          absl::BytesToHexString(absl::string_view(&c, 1))));
    }
  }
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

// By name in lower case; a name that comes again has all its values.
http_client::Headers CanonicalHeaders(const Request& request, const Url& url) {
  http_client::Headers headers;
  headers.reserve(request.headers.size() + 1);
  headers.emplace_back("host", url.Authority());
  for (const auto& [name, value] : request.headers) {
    std::string lower = absl::AsciiStrToLower(name);
    if (std::count(kUnsigned.begin(), kUnsigned.end(), lower) > 0) continue;
    headers.emplace_back(std::move(lower), CanonicalValue(value));
  }
  std::stable_sort(
      headers.begin(), headers.end(),
      [](const auto& a, const auto& b) { return a.first < b.first; });
  for (size_t i = 1; i < headers.size();) {
    if (headers[i].first != headers[i - 1].first) {
      ++i;
      continue;
    }
    absl::StrAppend(&headers[i - 1].second, ",", headers[i].second);
    headers.erase(headers.begin() + static_cast<ptrdiff_t>(i));
  }
  return headers;
}

void AppendDigits(unsigned number, int digits, std::string* out) {
  const size_t at = out->size();
  out->append(static_cast<size_t>(digits), '0');
  for (size_t i = at + static_cast<size_t>(digits); i > at; number /= 10) {
    (*out)[--i] = static_cast<char>('0' + number % 10);
  }
}

// yyyymmddThhmmssZ
std::string Stamp(int64_t unix_seconds) {
  namespace chrono = std::chrono;
  chrono::sys_seconds at{chrono::seconds(unix_seconds)};
  auto day = chrono::floor<chrono::days>(at);
  chrono::year_month_day date(day);
  chrono::hh_mm_ss time(at - day);
  std::string out;
  AppendDigits(static_cast<unsigned>(static_cast<int>(date.year())), 4, &out);
  AppendDigits(static_cast<unsigned>(date.month()), 2, &out);
  AppendDigits(static_cast<unsigned>(date.day()), 2, &out);
  out += 'T';
  AppendDigits(static_cast<unsigned>(time.hours().count()), 2, &out);
  AppendDigits(static_cast<unsigned>(time.minutes().count()), 2, &out);
  AppendDigits(static_cast<unsigned>(time.seconds().count()), 2, &out);
  out += 'Z';
  return out;
}

}  // namespace

std::string CanonicalRequest(const Request& request, const Url& url,
                             std::string_view service,
                             std::string_view payload_hash,
                             std::string* signed_headers) {
  std::string_view target = url.target;
  size_t mark = std::min(target.find('?'), target.size());
  std::string_view query = target.substr(std::min(mark + 1, target.size()));
  std::string out;
  constexpr size_t kGuess = 1024;
  out.reserve(kGuess);
  absl::StrAppend(&out, request.method, "\n");
  AppendCanonicalPath(target.substr(0, mark), service, &out);
  absl::StrAppend(&out, "\n", CanonicalQuery(query), "\n");
  signed_headers->clear();
  for (const auto& [name, value] : CanonicalHeaders(request, url)) {
    absl::StrAppend(&out, name, ":", value, "\n");
    absl::StrAppend(signed_headers, signed_headers->empty() ? "" : ";", name);
  }
  absl::StrAppend(&out, "\n", *signed_headers, "\n", View(payload_hash));
  return out;
}

std::string StringToSign(std::string_view stamp, std::string_view scope,
                         std::string_view canonical_request) {
  return absl::StrCat(View(kAlgorithm), "\n", View(stamp), "\n", View(scope),
                      "\n", Sha256Hex(canonical_request));
}

std::string SigningKey(std::string_view secret_access_key,
                       std::string_view date, std::string_view region,
                       std::string_view service) {
  std::string key = absl::StrCat("AWS4", View(secret_access_key));
  for (std::string_view part :
       {date, region, service, std::string_view("aws4_request")}) {
    key = HmacKey(key).Sign(part);
  }
  return key;
}

void Signer::SetStamp(int64_t unix_millis) {
  namespace chrono = std::chrono;
  const int64_t second =
      chrono::floor<chrono::seconds>(chrono::milliseconds(unix_millis)).count();
  if (second == second_) return;
  stamp_ = Stamp(second);
  second_ = second;
}

const Signer::DayKey& Signer::KeyFor(const SigningScope& scope,
                                     std::string_view day,
                                     const Credentials& credentials) {
  const std::string& secret = credentials.secret_access_key;
  for (const DayKey& kept : keys_) {
    if (kept.day == day && kept.region == scope.region &&
        kept.service == scope.service && kept.secret == secret) {
      return kept;
    }
  }
  // More than the services of one definition: days or secrets have changed.
  constexpr size_t kKeysMax = 32;
  if (keys_.size() == kKeysMax) keys_.clear();
  keys_.push_back(
      {std::string(day), scope.region, scope.service, secret,
       absl::StrCat(View(day), "/", scope.region, "/", scope.service,
                    "/aws4_request"),
       HmacKey(SigningKey(secret, day, scope.region, scope.service))});
  return keys_.back();
}

void Signer::Sign(const SigningScope& scope, const Credentials& credentials,
                  const Url& url, Request* request) {
  SetStamp(scope.unix_millis);
  constexpr size_t kDayChars = 8;
  const DayKey& key =
      KeyFor(scope, std::string_view(stamp_).substr(0, kDayChars), credentials);
  const std::string payload_hash = Sha256Hex(request->body);
  http_client::Headers& headers = request->headers;
  headers.emplace_back("X-Amz-Date", stamp_);
  if (!credentials.session_token.empty()) {
    headers.emplace_back("X-Amz-Security-Token", credentials.session_token);
  }
  if (scope.service == "s3") {
    headers.emplace_back("X-Amz-Content-Sha256", payload_hash);
  }
  std::string signed_headers;
  const std::string canonical = CanonicalRequest(*request, url, scope.service,
                                                 payload_hash, &signed_headers);
  const std::string signature = absl::BytesToHexString(
      key.key.Sign(StringToSign(stamp_, key.scope, canonical)));
  headers.emplace_back(
      "Authorization",
      absl::StrCat(View(kAlgorithm), " Credential=", credentials.access_key_id,
                   "/", key.scope, ", SignedHeaders=", signed_headers,
                   ", Signature=", signature));
}

}  // namespace stepwheel::aws_client
