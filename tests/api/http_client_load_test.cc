// Many calls at once, with the loop's turns counted.
#include <gtest/gtest.h>

#include "api/http_client/resolver.h"
#include "tests/api/http_client_harness.h"
#include "tests/api/http_harness.h"

namespace stepwheel::http_client {
namespace {

constexpr int kCalls = 5'000;
// As many handlers as the server's loop runs before the engine's turn.
constexpr size_t kTurnMax = 512;

// A server that answers nobody before all have asked.
class AllAtOnce {
 public:
  AllAtOnce()
      : server_([this](const http::Request&, const http::Responder& r) {
          waiting_.push_back(r);
          if (waiting_.size() < kCalls) return;
          together_ = waiting_.size();
          for (const http::Responder& one : waiting_) one.SendCanned("", "{}");
          waiting_.clear();
        }) {}
  std::string Url() const {
    return "http://127.0.0.1:" + std::to_string(server_.port()) + "/";
  }
  size_t together() const { return together_; }

 private:
  std::vector<http::Responder> waiting_;
  std::atomic<size_t> together_{0};
  http::TestServer server_;
};

// Counts how many handlers run between two turns of a handler that is always
// ready: how long anybody else may have to wait.
class TurnCounter {
 public:
  explicit TurnCounter(Loop* loop) : loop_(loop) { Beat(); }
  void RunOne() {
    loop_->RunReady(1);
    ++since_;
  }
  size_t longest() const { return longest_; }

 private:
  void Beat() {
    longest_ = std::max(longest_, since_);
    since_ = 0;
    loop_->Post([this] { Beat(); });
  }
  Loop* loop_;
  size_t since_ = 0;
  size_t longest_ = 0;
};

TEST(HttpClientLoadTest, FiveThousandCallsInFlightLeaveTheLoopResponsive) {
  AllAtOnce server;
  Outgoing out;
  int answered = 0;
  for (int i = 0; i < kCalls; ++i) {
    Request request;
    request.url = server.Url();
    request.body = "{}";
    out.client.Start(std::move(request), [&](Result result) {
      answered += StatusOf(result) == 200 ? 1 : 0;
      EXPECT_EQ(BodyOf(result), "{}");
    });
  }
  EXPECT_EQ(out.client.stats().opened, 0u) << "Start() does not connect";
  TurnCounter counter(&out.loop);
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(100);
  while (answered < kCalls && std::chrono::steady_clock::now() < deadline) {
    counter.RunOne();
  }
  EXPECT_EQ(answered, kCalls);
  EXPECT_EQ(server.together(), static_cast<size_t>(kCalls));
  EXPECT_LE(counter.longest(), kTurnMax);
  RecordProperty("longest_turn", static_cast<int>(counter.longest()));
}

TEST(HttpClientLoadTest, AThousandTimeoutsAtOnceAreSpreadOverTurns) {
  Peer peer([](PeerSocket& socket, int) { socket.WaitForClose(); });
  ClientOptions options;
  options.connections_per_host_max = 1;
  Outgoing out(options);
  int ended = 0;
  for (int i = 0; i < 1000; ++i) {
    Request request;
    request.url = peer.Url();
    request.timeout = milliseconds(100);
    out.client.Start(std::move(request), [&](Result result) {
      ended += KindOf(result) == "timed out" ? 1 : 0;
    });
  }
  int most = 0;
  while (ended < 1000) {
    int before = ended;
    ASSERT_TRUE(out.loop.RunOne(std::chrono::seconds(5)));
    most = std::max(most, ended - before);
  }
  EXPECT_LE(most, 64);
  EXPECT_EQ(out.client.stats().calls, 0u);
}

TEST(ResolverTest, CallersOfOneNameShareALookUpThatDoesNotHoldUpTheLoop) {
  Loop loop;
  std::atomic<int> look_ups{0};
  std::mutex held;
  held.lock();
  Resolver resolver(loop.io(), milliseconds(60'000),
                    [&](const std::string& host) {
                      ++look_ups;
                      std::lock_guard wait(held);
                      Addresses found;
                      if (host == "there.example") {
                        found.list = {boost::asio::ip::address_v4::loopback()};
                      } else {
                        found.failure = "Name or service not known";
                      }
                      return found;
                    });
  int found = 0;
  std::string failure;
  for (int i = 0; i < 100; ++i) {
    resolver.Find("there.example",
                  [&](const Addresses& a) { found += a.list.size() == 1; });
  }
  resolver.Find("gone.example",
                [&](const Addresses& a) { failure = a.failure; });
  // The look-ups hang; the loop does not.
  bool turned = false;
  loop.Post([&] { turned = true; });
  loop.RunReady(10);
  EXPECT_TRUE(turned);
  EXPECT_EQ(found, 0);
  held.unlock();
  while (found < 100 || failure.empty()) {
    ASSERT_TRUE(loop.RunOne(std::chrono::seconds(10)));
  }
  EXPECT_EQ(look_ups, 2);
  EXPECT_EQ(failure, "Name or service not known");
  Addresses kept;
  EXPECT_TRUE(resolver.Known("there.example", &kept));
  EXPECT_EQ(kept.list.size(), 1u);
  EXPECT_FALSE(resolver.Known("gone.example", &kept)) << "failures are not";
}

TEST(ResolverTest, ALookUpThatHangsDoesNotHoldUpTheEnd) {
  auto held = std::make_shared<std::mutex>();
  held->lock();
  auto ended = std::make_shared<http::Mailbox<bool>>();
  {
    Loop loop;
    Resolver resolver(loop.io(), milliseconds(1),
                      [held, ended](const std::string&) {
                        { std::lock_guard wait(*held); }
                        ended->Put(true);
                        return Addresses();
                      });
    resolver.Find("slow.example", [](const Addresses&) { FAIL(); });
  }
  held->unlock();
  EXPECT_TRUE(ended->Take()) << "the thread ends by itself, later";
}

}  // namespace
}  // namespace stepwheel::http_client
