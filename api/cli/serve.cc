#include "api/cli/serve.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <random>
#include <utility>

#include "api/aws/render.h"
#include "api/cli/commands.h"
#include "storage/memory_store.h"
#include "storage/sqlite_store.h"

namespace stepwheel::cli {
namespace {

using std::chrono::milliseconds;

// A turn that takes longer delays every heartbeat that waits behind it.
constexpr milliseconds kSlowTurn{200};
constexpr milliseconds kSecond{1000};
// About two milliseconds of work.
constexpr size_t kBeatsPerSlice = 400;
// Storing beats takes at most a twentieth of the time, unless they would wait
// for longer than this. The more wait, the more share a page of the file.
constexpr int kFlushPart = 20;
constexpr milliseconds kFlushMost{10'000};
// A definition of 1 MiB may double when it is escaped.
constexpr size_t kBodyBytesMax = 4 * 1024 * 1024;

uint64_t DrawSeed() {
  std::random_device device;
  uint64_t high = device();
  return high << 32 | device();
}

}  // namespace

Serving::Serving(const ServeOptions& options)
    : options_(options),
      clock_(options.clock),
      log_({.level =
                LogLevelFromName(options.log_level).value_or(LogLevel::kInfo),
            .json = options.log == "json",
            .now_ms = [this] { return clock_.Wall().unix_millis(); }}) {}

std::optional<int> Serving::Start() {
  // The port first: somebody who starts a second server is told so, not that
  // its database is locked. Nothing is accepted before Run().
  MakeServer();
  if (std::optional<int> code = Listen()) return code;
  if (std::optional<int> code = OpenStore()) return code;
  if (std::string problem = clock_.Open(*store_); !problem.empty()) {
    log_.Write(LogLevel::kError, problem);
    return kExitDatabase;
  }
  OpenMocks();
  MakeCalls();
  MakeEngine();
  if (absl::Status status = engine_->Recover(); !status.ok()) {
    log_.Write(LogLevel::kError,
               "the database cannot be used: " + std::string(status.message()));
    return kExitDatabase;
  }
  // Before the ready line: whoever reads it may end us at once.
  server_->OnSignal([this](int signal) {
    log_.Write(LogLevel::kInfo, "stopping",
               {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
    server_->Stop();
  });
  engine::EngineStats stats = engine_->stats();
  log_.Write(LogLevel::kInfo, "started",
             {{"version", std::string(Version())},
              {"url", server_->urls().front()},
              {"db", store_->Description()},
              {"recovered", std::to_string(stats.executions_recovered)},
              {"timers", std::to_string(stats.timers_armed)}});
  return std::nullopt;
}

std::optional<int> Serving::Listen() {
  std::string message;
  http::Server::ListenError error = server_->Listen(&message);
  if (error == http::Server::ListenError::kNone) return std::nullopt;
  log_.Write(LogLevel::kError, message);
  return error == http::Server::ListenError::kBadAddress ? kExitUsage
                                                         : kExitPort;
}

std::optional<int> Serving::OpenStore() {
  if (options_.db == ":memory:") {
    store_ = std::make_unique<storage::MemoryStore>();
    return std::nullopt;
  }
  storage::SqliteOptions options;
  options.durability = options_.durability == "full"
                           ? storage::Durability::kFull
                           : storage::Durability::kNormal;
  auto store = storage::SqliteStore::Open(options_.db, options);
  if (!store.ok()) {
    log_.Write(LogLevel::kError, std::string(store.status().message()));
    return kExitDatabase;
  }
  store_ = std::move(*store);
  return std::nullopt;
}

// A file that cannot be used yet is no reason not to serve: it is looked at
// again with each execution that names a test case.
void Serving::OpenMocks() {
  const std::string path = MockFilePath(options_.mocks);
  if (path.empty()) return;
  mocks_ = std::make_unique<MocksOnDisk>(
      path, [this](bool good, const std::string& line) {
        log_.Write(good ? LogLevel::kInfo : LogLevel::kError, line);
      });
  std::string why;
  (void)mocks_->Current(&why);
}

// An answer to a call, while it is read. It may have waited since the loop last
// looked.
engine::Received Serving::Received() {
  const Instant now = clock_.Now();
  if (clock_.is_virtual()) return now;
  return {now - server_->since_last_look(), now};
}

bool Serving::IsThisServer(const http_client::Url& url) const {
  if (url.port != server_->port()) return false;
  if (http_client::IsLoopback(url.host)) return true;
  for (const std::string& own : server_->urls()) {
    std::string ignored;
    std::optional<http_client::Url> parsed =
        http_client::ParseUrl(own, &ignored);
    if (parsed && parsed->host == url.host) return true;
  }
  return false;
}

void Serving::MakeCalls() {
  auto later = [this](std::function<void()> f) {
    server_->After(milliseconds(0), std::move(f));
  };
  outgoing_ = std::make_unique<Outgoing>(
      server_->io(), Outgoing::Options{{options_.region, options_.account},
                                       [this] { return Received(); },
                                       [this] { return router_.get(); },
                                       later,
                                       options_.endpoints,
                                       [this](std::string_view problem) {
                                         log_.Write(LogLevel::kWarn, problem);
                                       },
                                       [this](const http_client::Url& url) {
                                         return IsThisServer(url);
                                       }});
}

void Serving::MakeEngine() {
  engine::EngineOptions options;
  options.mocks = mocks_.get();
  options.region = options_.region;
  options.account = options_.account;
  options.seed = options_.seed;
  options.draw_seed = DrawSeed;
  options.interrupt = &interrupt_;
  options.log = [this](std::string_view level, std::string_view line) {
    log_.Write(LogLevelFromName(level).value_or(LogLevel::kInfo), line);
  };
  clock_.Configure(&options);
  control::ClockDriver::Options driver;
  driver.log = options.log;
  driver.in_flight = [this] { return outgoing_->dispatcher()->InFlight(); };
  engine_ =
      std::make_unique<engine::Engine>(std::move(options), clock_.clock(),
                                       store_.get(), outgoing_->dispatcher());
  outgoing_->set_engine(engine_.get());
  clock_.Attach(engine_.get(), std::move(driver));
  clock_routes_ = std::make_unique<control::ClockRoutes>(
      engine_.get(), clock_.clock(), clock_.driver());
  aws::RouterOptions router;
  router.polls.duration = std::chrono::seconds(options_.poll_seconds);
  router.polls.now_ms = MonotonicMillis;
  router.polls.after = [this](milliseconds delay, std::function<void()> f) {
    server_->After(delay, std::move(f));
  };
  router.real_time = !clock_.is_virtual();
  router.version = std::string(Version());
  router.request_id_seed = DrawSeed();
  router.log = [this](const aws::RequestLine& line) {
    metrics_.CountRequest(line);
    LogRequest(line);
  };
  router.own = [this](std::string_view path, const http::Request& request,
                      const http::Responder& responder) {
    return HandleOwn(path, request, responder);
  };
  router_ = std::make_unique<aws::Router>(engine_.get(), std::move(router));
  router_->set_url(server_->urls().front());
}

void Serving::MakeServer() {
  http::ServerOptions options;
  options.address = options_.address;
  options.allowed_hosts = options_.allow_hosts;
  options.port = static_cast<uint16_t>(options_.port);
  options.body_bytes_max = kBodyBytesMax;
  options.now_ms = [this] { return clock_.Now().unix_millis(); };
  options.headers = [this] { return clock_.Headers(); };
  options.new_request_id = [this] { return router_->NextRequestId(); };
  options.log = [this](std::string_view line) {
    log_.Write(LogLevel::kInfo, line);
  };
  server_ = std::make_unique<http::Server>(
      std::move(options),
      [this](const http::Request& request, http::Responder responder) {
        clock_.NoteCall(request.x_amz_target);
        router_->Handle(request, std::move(responder));
      });
}

void Serving::LogRequest(const aws::RequestLine& line) {
  bool failed = !line.error_code.empty();
  constexpr int kServerError = 500;
  LogLevel level = line.status >= kServerError ? LogLevel::kWarn
                   : failed                    ? LogLevel::kInfo
                                               : LogLevel::kDebug;
  if (!log_.enabled(level)) return;
  std::string operation(line.operation.empty() ? "-" : line.operation);
  std::string id(line.request_id);
  if (!failed) {
    log_.Write(level, "answered", {{"operation", operation}, {"id", id}});
    return;
  }
  std::string code(line.error_code);
  if (!log_.enabled(LogLevel::kDebug)) {
    log_.Write(level, "refused",
               {{"operation", operation}, {"error", code}, {"id", id}});
    return;
  }
  // What the caller was told may quote input: only at the debug level.
  log_.Write(level, "refused",
             {{"operation", operation},
              {"error", code},
              {"id", id},
              {"told", std::string(line.message)}});
}

std::string Serving::ReadyLine() const {
  std::vector<std::string> urls = server_->urls();
  if (!options_.json) {
    std::string line = "stepwheel is ready at " + urls.front();
    for (size_t i = 1; i < urls.size(); ++i) line += " and " + urls[i];
    return line + "; history is kept in " + store_->Description();
  }
  std::string line;
  aws::ObjectWriter(&line)
      .String("db", store_->Description())
      .String("event", "ready")
      .Int("pid", ::getpid())
      .Int("port", server_->port())
      .String("url", urls.front())
      .List("urls", urls,
            [](const std::string& url, std::string* out) {
              asl::AppendJsonString(url, out);
            })
      .String("version", Version())
      .Close();
  return line;
}

bool Serving::HandleOwn(std::string_view path, const http::Request& request,
                        const http::Responder& responder) {
  if (control::ClockRoutes::Has(path)) {
    clock_routes_->Handle(path, request, responder);
    return true;
  }
  const bool get = request.method == "GET" || request.method == "HEAD";
  if (path != control::kMetricsPath || !get) return false;
  http::Response response;
  response.content_type = std::string(control::kMetricsType);
  response.body = metrics_.Render(*engine_, server_->connections());
  responder.Send(std::move(response));
  return true;
}

void Serving::Run() {
  FlushEverySecond();
  server_->Run([this] { return Step(); });
  engine_->FlushBeats();
  if (clock_.is_virtual()) StoreTime();
  log_.Write(LogLevel::kInfo, "stopped");
}

void Serving::FlushEverySecond() {
  const int64_t due_ms = MonotonicMillis() + kSecond.count();
  server_->After(kSecond, [this, due_ms] {
    metrics_.ObserveLoopLag(std::max<int64_t>(0, MonotonicMillis() - due_ms));
    if (!flushing_ && MonotonicMillis() >= next_flush_ms_) FlushBeats();
    if (clock_.is_virtual()) StoreTime();
    FlushEverySecond();
  });
}

// In slices, between which the loop goes on with sockets and timers: the beats
// of a million tasks take a second to store.
void Serving::FlushBeats() {
  flushing_ = true;
  flush_us_ = 0;
  FlushSlice();
}

void Serving::FlushSlice() {
  const auto start = std::chrono::steady_clock::now();
  const bool more = engine_->FlushSomeBeats(kBeatsPerSlice);
  flush_us_ += std::chrono::duration_cast<std::chrono::microseconds>(
                   std::chrono::steady_clock::now() - start)
                   .count();
  if (more) return server_->After(milliseconds(0), [this] { FlushSlice(); });
  flushing_ = false;
  next_flush_ms_ = MonotonicMillis() +
                   std::min(flush_us_ * kFlushPart / 1000, kFlushMost.count());
}

void Serving::StoreTime() {
  if (engine_->degraded()) return;
  if (absl::Status status = engine_->StoreTime(); !status.ok()) {
    log_.Write(LogLevel::kError, "the virtual time could not be stored: " +
                                     std::string(status.message()));
  }
}

std::optional<milliseconds> Serving::Step() {
  int64_t start = MonotonicMillis();
  std::optional<milliseconds> sleep = clock_.Step(engine_.get());
  milliseconds took(MonotonicMillis() - start);
  if (took >= kSlowTurn) {
    log_.Write(LogLevel::kWarn, "slow turn",
               {{"milliseconds", std::to_string(took.count())},
                {"execution", engine_->busiest_execution()}});
  }
  return sleep;
}

int ServeCommand(int argc, char** argv) {
  ServeOptions options;
  Command command = ServeCommandTable(&options);
  if (auto code = ParseCommandLine(command, argc, argv)) return *code;
  if (!options.clock.is_virtual && !options.clock.needs_virtual.empty()) {
    std::fprintf(stderr, "stepwheel serve: %s needs --clock virtual\n",
                 options.clock.needs_virtual.c_str());
    return kExitUsage;
  }
  // Whoever reads the ready line may leave; that is no reason to end.
  std::signal(SIGPIPE, SIG_IGN);
  // A limit on the size of files is an error of a write, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  Serving serving(options);
  if (std::optional<int> code = serving.Start()) return *code;
  std::puts(serving.ReadyLine().c_str());
  std::fflush(stdout);
  serving.Run();
  return kExitOk;
}

}  // namespace stepwheel::cli
