// `stepwheel serve` in parts: its options, and the server they make. A Serving
// owns store, clock, engine, router and HTTP server and is the loop of the one
// thread that runs them all.
#ifndef STEPWHEEL_API_CLI_SERVE_H_
#define STEPWHEEL_API_CLI_SERVE_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/aws/router.h"
#include "api/cli/flags.h"
#include "api/cli/log.h"
#include "api/cli/mocks.h"
#include "api/cli/outgoing.h"
#include "api/cli/serve_clock.h"
#include "api/cli/wall_interrupt.h"
#include "api/control/clock_routes.h"
#include "api/control/metrics.h"
#include "api/http/server.h"
#include "engine/engine.h"
#include "engine/store.h"

namespace stepwheel::cli {

inline constexpr int kExitDatabase = 3;  // The database cannot be used.
inline constexpr int kExitPort = 4;      // The port is in use or not ours.

struct ServeOptions {
  int64_t port = 8083;
  std::string address;                   // Empty: 127.0.0.1 and [::1].
  std::vector<std::string> allow_hosts;  // Besides loopback and `address`.
  std::string db = "./stepwheel.db";
  std::string region = "us-east-1";
  std::string account = "123456789012";
  aws_client::Endpoints endpoints;  // Of --endpoint.
  std::optional<uint64_t> seed;
  std::string durability = "normal";
  int64_t poll_seconds = 60;
  ClockOptions clock;
  std::string mocks;  // Empty: see MockFilePath().
  std::string log_level = "info";
  std::string log = "text";
  bool json = false;
};
// The table of options; `options` outlives it.
Command ServeCommandTable(ServeOptions* options);

class Serving {
 public:
  explicit Serving(const ServeOptions& options);
  // The server's loop carries the calls: it ends after them.
  ~Serving() { outgoing_.reset(); }
  Serving(const Serving&) = delete;

  // Listens, opens the database, recovers. Returns an exit code if that fails,
  // after saying why on standard error.
  std::optional<int> Start();
  // The one line on standard output.
  std::string ReadyLine() const;
  // Serves until SIGTERM or SIGINT.
  void Run();

 private:
  std::optional<int> OpenStore();
  std::optional<int> Listen();
  void OpenMocks();
  void MakeEngine();
  engine::Received Received();
  // Whether a call that goes there would come back to us.
  bool IsThisServer(const http_client::Url& url) const;
  void MakeCalls();
  void MakeServer();
  void LogRequest(const aws::RequestLine& line);
  bool HandleOwn(std::string_view path, const http::Request& request,
                 const http::Responder& responder);
  void FlushEverySecond();
  void FlushBeats();
  void FlushSlice();
  void StoreTime();
  std::optional<std::chrono::milliseconds> Step();

  const ServeOptions options_;
  ServeClock clock_;
  control::Metrics metrics_;
  WallInterrupt interrupt_;
  Log log_;
  std::unique_ptr<engine::Store> store_;
  std::unique_ptr<MocksOnDisk> mocks_;  // Null: there is no mock file.
  std::unique_ptr<Outgoing> outgoing_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<control::ClockRoutes> clock_routes_;
  std::unique_ptr<aws::Router> router_;
  // The flush of heartbeats that is under way, or was the last.
  bool flushing_ = false;
  int64_t flush_us_ = 0;                  // What it took.
  int64_t next_flush_ms_ = 0;             // Not before this.
  std::unique_ptr<http::Server> server_;  // Destroyed first: it calls the rest.
};

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_SERVE_H_
