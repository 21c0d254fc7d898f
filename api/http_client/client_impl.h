// The client's state: which calls there are, which connections, and who waits
// for what. Internal: includes Asio.
#ifndef STEPWHEEL_API_HTTP_CLIENT_CLIENT_IMPL_H_
#define STEPWHEEL_API_HTTP_CLIENT_CLIENT_IMPL_H_

#include <absl/container/flat_hash_map.h>

#include <boost/asio/ssl/context.hpp>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/http_client/client.h"
#include "api/http_client/connection.h"
#include "api/http_client/deadlines.h"
#include "api/http_client/resolver.h"

namespace stepwheel::http_client {

// One Start() that has not ended.
struct Call final : public Timed {
  void OnDeadline() override;

  Client::Impl* client = nullptr;
  CallId id = 0;
  std::shared_ptr<const Wire> wire;
  bool idempotent = false;
  bool repeated = false;
  int64_t timeout_ms = 0;
  Done done;
  Host* host = nullptr;
  Connection* connection = nullptr;  // Null while it waits for one.
  std::list<Call*>::iterator waiting;
};

// One origin (and the way to it): its connections and who waits for one.
struct Host {
  std::string key;
  Url url;
  const Url* proxy = nullptr;
  std::list<Call*> waiting;
  std::vector<Connection*> idle;  // The last one was used last.
  size_t open = 0;
  bool ready = false;    // In Impl::ready_.
  bool blocked = false;  // In Impl::blocked_.
};

class Client::Impl final : public ConnectionOwner,
                           public std::enable_shared_from_this<Client::Impl> {
 public:
  Impl(asio::io_context* io, ClientOptions options);

  CallId Start(Request request, Done done);
  CallId StartAt(Url url, Request request, Done done);
  CallId StartFailed(Failure failure, Done done);
  void Cancel(CallId id);
  void Shutdown();
  void TimedOut(Call* call);
  ClientStats stats() const;

  void OnAnswer(Connection* connection, Response response,
                bool reusable) override;
  void OnBroken(Connection* connection, Failure failure) override;

 private:
  enum class Dispatched { kYes, kHostIsFull, kAllIsFull };

  Host* HostFor(const Url& url);
  // A connection for the first of those who wait.
  Dispatched Dispatch(Host* host);
  bool UseIdle(Host* host, Call* call);
  void Assign(Call* call, Connection* connection);
  void Open(Host* host, Call* call);
  bool CloseSomeIdle();
  void DropIdle(Host* host);
  void Wait(Call* call, bool first);
  void Ready(Host* host);
  void Pump();
  void Remove(Connection* connection);
  void ForgetIfUnused(Host* host);
  asio::ssl::context* Tls();  // Null: tls_problem_ says why.
  // Takes the call out of everything; its connection is closed.
  std::unique_ptr<Call> Detach(Call* call);
  void EndLater(Done done, Failure failure);

  asio::io_context* io_;
  ClientOptions options_;
  Deadlines deadlines_;
  Resolver resolver_;
  std::optional<asio::ssl::context> tls_;
  std::string tls_problem_;
  absl::flat_hash_map<CallId, std::unique_ptr<Call>> calls_;
  absl::flat_hash_map<std::string, std::unique_ptr<Host>> hosts_;
  Host* last_host_ = nullptr;  // Of HostFor().
  absl::flat_hash_map<Connection*, std::shared_ptr<Connection>> connections_;
  std::deque<Host*> ready_;    // Have somebody waiting; Pump() looks.
  std::deque<Host*> blocked_;  // Wait until any connection closes.
  bool pumping_ = false;
  CallId last_id_ = 0;
  ClientStats stats_;
};

}  // namespace stepwheel::http_client

#endif  // STEPWHEEL_API_HTTP_CLIENT_CLIENT_IMPL_H_
