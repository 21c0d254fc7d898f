// When a request came, as opposed to when the loop came to read it.
#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "api/http/server.h"
#include "tests/api/http_harness.h"

namespace stepwheel::http {
namespace {

using std::chrono::milliseconds;

int64_t Now() {
  return std::chrono::duration_cast<milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

struct Times {
  int64_t read = 0;
  std::optional<int64_t> arrived;
  milliseconds unseen{0};  // since_last_look()
};

// A server whose loop stands still after a request "hold" until it is released.
class HeldUp {
 public:
  HeldUp()
      : server_(
            [this](const Request& request, const Responder& responder) {
              if (request.body == "hold") {
                hold_ = true;
              } else {
                times.Put({request.read_at_ms, responder.arrived_at_ms(),
                           server_.server.since_last_look()});
              }
              responder.SendCanned("", "{}");
            },
            Options(),
            [this]() -> std::optional<milliseconds> {
              if (std::exchange(hold_, false)) {
                held.Put(true);
                release.Take();
              }
              return std::nullopt;
            }) {}

  uint16_t port() const { return server_.port(); }

  Mailbox<bool> held, release;
  Mailbox<Times> times;

 private:
  static ServerOptions Options() {
    ServerOptions options;
    options.now_ms = Now;
    return options;
  }
  bool hold_ = false;
  TestServer server_;
};

TEST(HttpArrival, IsWhenTheLastByteCameHoweverLateItIsRead) {
  constexpr int64_t kStall = 300;
  constexpr int64_t kCoarse = 20;  // A jiffy or two.
  HeldUp server;
  Client open(server.port()), holder(server.port());
  const int64_t asked = Now();
  ASSERT_EQ(open.Ask(Post("quick")).status, 200);
  const Times quick = server.times.Take();
  ASSERT_TRUE(quick.arrived.has_value());
  EXPECT_LE(*quick.arrived, quick.read);
  EXPECT_GE(*quick.arrived, asked - kCoarse);

  ASSERT_EQ(holder.Ask(Post("hold")).status, 200);
  server.held.Take();
  const int64_t sent = Now();
  Client accepted_later(server.port());
  open.Send(Post("one"));
  accepted_later.Send(Post("two"));
  const int64_t all_sent = Now();
  while (Now() < all_sent + kStall) std::this_thread::yield();
  server.release.Put(true);
  for (int i = 0; i < 2; ++i) {
    const Times late = server.times.Take();
    ASSERT_TRUE(late.arrived.has_value());
    EXPECT_GE(late.read, all_sent + kStall);
    EXPECT_GE(*late.arrived, sent - kCoarse);
    EXPECT_LE(*late.arrived, all_sent + kStall / 2);
    EXPECT_GE(late.unseen.count(), kStall);
  }
}

}  // namespace
}  // namespace stepwheel::http
