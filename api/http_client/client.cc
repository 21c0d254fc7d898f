#include "api/http_client/client.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <utility>

#include "api/http_client/client_impl.h"
#include "api/http_client/wire.h"

namespace stepwheel::http_client {
namespace {

bool IsRedirect(int status) {
  constexpr std::array<int, 5> kRedirects = {301, 302, 303, 307, 308};
  return std::count(kRedirects.begin(), kRedirects.end(), status) > 0;
}

Failure RedirectRefused(const Url& url, const Response& response) {
  std::string to(response.Header("Location"));
  std::string reason =
      absl::StrCat("it answered ", response.status, " and points to '", to,
                   "'; redirects are not followed");
  std::string message = absl::StrCat(url.HostAndPort(), ": ", reason);
  return {FailureKind::kRedirect, true, std::move(message), std::move(reason),
          url.host};
}

}  // namespace

std::string_view FailureKindName(FailureKind kind) {
  switch (kind) {
    case FailureKind::kBadRequest:
      return "bad request";
    case FailureKind::kNoHost:
      return "no such host";
    case FailureKind::kRefused:
      return "refused";
    case FailureKind::kNoFile:
      return "no file descriptor";
    case FailureKind::kUnreachable:
      return "unreachable";
    case FailureKind::kTls:
      return "TLS";
    case FailureKind::kProxy:
      return "proxy";
    case FailureKind::kReset:
      return "reset";
    case FailureKind::kTimedOut:
      return "timed out";
    case FailureKind::kTooLarge:
      return "too large";
    case FailureKind::kMalformed:
      return "malformed";
    case FailureKind::kRedirect:
      return "redirect";
    case FailureKind::kQueueFull:
      return "queue full";
    case FailureKind::kCancelled:
      return "cancelled";
  }
  return "";
}

std::string_view Response::Header(std::string_view name) const {
  absl::string_view wanted(name.data(), name.size());
  for (const auto& [key, value] : headers) {
    if (absl::EqualsIgnoreCase(key, wanted)) return value;
  }
  return "";
}

void Call::OnDeadline() { client->TimedOut(this); }

Client::Impl::Impl(asio::io_context* io, ClientOptions options)
    : io_(io),
      options_(std::move(options)),
      deadlines_(io),
      resolver_(io, options_.name_kept) {}

CallId Client::Impl::Start(Request request, Done done) {
  std::string why;
  std::optional<Url> url = ParseUrl(request.url, &why);
  if (url) return StartAt(*std::move(url), std::move(request), std::move(done));
  // A method or header that cannot be sent is said first, as with StartAt().
  std::string first = CheckRequest(request);
  why = first.empty() ? "'" + request.url + "': " + why : first;
  return StartFailed({FailureKind::kBadRequest, false, why, why, ""},
                     std::move(done));
}

CallId Client::Impl::StartAt(Url url, Request request, Done done) {
  FailureKind kind = FailureKind::kBadRequest;
  std::string why = CheckRequest(request);
  if (why.empty() && stats_.waiting >= options_.waiting_max) {
    kind = FailureKind::kQueueFull;
    why = absl::StrCat(stats_.waiting, " requests wait already");
  }
  if (why.empty() && url.tls && Tls() == nullptr) {
    kind = FailureKind::kTls;
    why = tls_problem_;
  }
  if (!why.empty()) {
    return StartFailed({kind, false, why, why, url.host}, std::move(done));
  }
  CallId id = ++last_id_;
  auto owned = std::make_unique<Call>();
  Call* call = owned.get();
  call->client = this;
  call->id = id;
  call->host = HostFor(url);
  auto wire = std::make_shared<Wire>();
  wire->bytes = RequestBytes(
      request, url, url.tls ? nullptr : call->host->proxy, options_.user_agent);
  wire->head_method = request.method == "HEAD";
  call->wire = std::move(wire);
  call->idempotent =
      request.idempotent || request.method == "GET" || request.method == "HEAD";
  call->timeout_ms = request.timeout.count();
  call->done = std::move(done);
  deadlines_.Set(call, MonotonicMs() + call->timeout_ms);
  calls_.emplace(id, std::move(owned));
  if (!UseIdle(call->host, call)) Wait(call, /*first=*/false);
  return id;
}

CallId Client::Impl::StartFailed(Failure failure, Done done) {
  EndLater(std::move(done), std::move(failure));
  return ++last_id_;
}

void Client::Impl::Cancel(CallId id) {
  auto it = calls_.find(id);
  if (it == calls_.end()) return;
  Call* call = it->second.get();
  bool sent = call->connection != nullptr && call->connection->sent();
  std::string host = call->host->url.host;
  std::unique_ptr<Call> ended = Detach(call);
  EndLater(std::move(ended->done),
           {FailureKind::kCancelled, sent, "cancelled", "cancelled", host});
}

void Client::Impl::TimedOut(Call* call) {
  const Url& url = call->host->url;
  Connection* connection = call->connection;
  bool sent = connection != nullptr && connection->sent();
  std::string_view stage = sent                    ? "no complete answer"
                           : connection != nullptr ? "no connection"
                                                   : "no free connection";
  std::string reason =
      absl::StrCat(absl::string_view(stage.data(), stage.size()), " within ",
                   call->timeout_ms, " ms");
  Failure failure{FailureKind::kTimedOut, sent,
                  absl::StrCat(url.HostAndPort(), ": ", reason), reason,
                  url.host};
  std::unique_ptr<Call> ended = Detach(call);
  ended->done(std::move(failure));
}

void Client::Impl::EndLater(Done done, Failure failure) {
  asio::post(*io_, [alive = weak_from_this(), done = std::move(done),
                    failure = std::move(failure)]() mutable {
    if (!alive.expired()) done(std::move(failure));
  });
}

std::unique_ptr<Call> Client::Impl::Detach(Call* call) {
  deadlines_.Clear(call);
  if (call->connection != nullptr) {
    Remove(call->connection);
  } else {
    call->host->waiting.erase(call->waiting);
    --stats_.waiting;
    ForgetIfUnused(call->host);
  }
  auto it = calls_.find(call->id);
  std::unique_ptr<Call> owned = std::move(it->second);
  calls_.erase(it);
  return owned;
}

void Client::Impl::OnAnswer(Connection* connection, Response response,
                            bool reusable) {
  Call* call = connection->call;
  Result result = IsRedirect(response.status)
                      ? Result(RedirectRefused(connection->url(), response))
                      : Result(std::move(response));
  deadlines_.Clear(call);
  auto it = calls_.find(call->id);
  std::unique_ptr<Call> ended = std::move(it->second);
  calls_.erase(it);
  connection->call = nullptr;
  Host* host = connection->host;
  // While another host waits for room, none keeps what it does not use.
  if (!reusable || !blocked_.empty()) {
    Remove(connection);
  } else if (!host->waiting.empty()) {
    Call* next = host->waiting.front();
    host->waiting.pop_front();
    --stats_.waiting;
    Assign(next, connection);
  } else {
    host->idle.push_back(connection);
    ++stats_.idle;
    connection->ExpireAt(MonotonicMs() + options_.idle_timeout.count());
  }
  ended->done(std::move(result));
}

void Client::Impl::OnBroken(Connection* connection, Failure failure) {
  Call* call = connection->call;
  if (call == nullptr) return Remove(connection);
  bool again = connection->reused() && !connection->answer_begun() &&
               failure.kind == FailureKind::kReset && !call->repeated &&
               (!failure.sent || call->idempotent);
  if (again) {
    call->repeated = true;
    call->connection = nullptr;
    ++stats_.repeated;
    Host* host = call->host;
    Wait(call, /*first=*/true);
    connection->call = nullptr;
    Remove(connection);
    // The others may be as dead as this one.
    DropIdle(host);
    return;
  }
  std::unique_ptr<Call> ended = Detach(call);
  ended->done(std::move(failure));
}

ClientStats Client::Impl::stats() const {
  ClientStats stats = stats_;
  stats.calls = calls_.size();
  stats.connections = connections_.size();
  return stats;
}

void Client::Impl::Shutdown() {
  for (auto& [id, call] : calls_) deadlines_.Clear(call.get());
  for (auto& [connection, owned] : connections_) connection->Close();
}

Client::Client(asio::io_context* io, ClientOptions options)
    : impl_(std::make_shared<Impl>(io, std::move(options))) {}

Client::~Client() { impl_->Shutdown(); }

CallId Client::Start(Request request, Done done) {
  return impl_->Start(std::move(request), std::move(done));
}

CallId Client::StartAt(Url url, Request request, Done done) {
  return impl_->StartAt(std::move(url), std::move(request), std::move(done));
}

CallId Client::StartFailed(Failure failure, Done done) {
  return impl_->StartFailed(std::move(failure), std::move(done));
}

void Client::Cancel(CallId id) { impl_->Cancel(id); }

ClientStats Client::stats() const { return impl_->stats(); }

}  // namespace stepwheel::http_client
