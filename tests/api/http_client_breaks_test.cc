// What breaks, is slow, or is called off: at each stage of a request.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "tests/api/http_client_harness.h"

namespace stepwheel::http_client {
namespace {

Request To(const std::string& url, milliseconds timeout = milliseconds(5000)) {
  Request request;
  request.url = url;
  request.body = "{}";
  request.timeout = timeout;
  return request;
}

// Reads requests and never answers.
void Silent(PeerSocket& socket, int) { socket.WaitForClose(); }

// A listener that takes no more connections: the next one hangs.
class FullListener {
 public:
  FullListener() {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* address = reinterpret_cast<sockaddr*>(&to);
    socklen_t size = sizeof to;
    EXPECT_EQ(::bind(fd_, address, size), 0);
    EXPECT_EQ(::listen(fd_, 0), 0);
    ::getsockname(fd_, address, &size);
    port_ = ntohs(to.sin_port);
    for (int& filler : fillers_) {
      filler = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      ::connect(filler, address, size);
    }
  }
  ~FullListener() {
    for (int filler : fillers_) ::close(filler);
    ::close(fd_);
  }
  std::string Url() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/";
  }

 private:
  int fd_;
  uint16_t port_ = 0;
  std::array<int, 8> fillers_{};
};

TEST(HttpClientBreaksTest, ClosedBeforeTheRequestWasRead) {
  Peer peer([](PeerSocket& socket, int) { socket.Reset(); });
  Outgoing out;
  Failure failure = FailureOf(out.Ask(To(peer.Url())));
  EXPECT_EQ(failure.kind, FailureKind::kReset);
}

TEST(HttpClientBreaksTest, ClosedOrResetBeforeTheAnswer) {
  for (bool reset : {false, true}) {
    Peer peer([reset](PeerSocket& socket, int) {
      socket.ReadRequest();
      if (reset) socket.Reset();
    });
    Outgoing out;
    Failure failure = FailureOf(out.Ask(To(peer.Url())));
    EXPECT_EQ(failure.kind, FailureKind::kReset);
    EXPECT_TRUE(failure.sent) << "whether it was processed is unknown";
    EXPECT_EQ(peer.connections(), 1) << "it was sent once";
  }
}

TEST(HttpClientBreaksTest, ClosedOrResetInTheMiddleOfTheAnswer) {
  std::string whole = Ok("0123456789");
  for (size_t at : {size_t{1}, size_t{20}, whole.size() - 1}) {
    for (bool reset : {false, true}) {
      Peer peer([&, reset](PeerSocket& socket, int) {
        socket.ReadRequest();
        socket.Send(whole.substr(0, at));
        if (reset) socket.Reset();
      });
      Outgoing out;
      Failure failure = FailureOf(out.Ask(To(peer.Url())));
      EXPECT_EQ(failure.kind, FailureKind::kReset) << at;
      EXPECT_TRUE(failure.sent);
    }
  }
}

TEST(HttpClientBreaksTest, ATruncatedChunkedBodyIsNoAnswer) {
  Peer peer([](PeerSocket& socket, int) {
    socket.ReadRequest();
    socket.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab");
  });
  Outgoing out;
  EXPECT_EQ(KindOf(out.Ask(To(peer.Url()))), "reset");
}

TEST(HttpClientBreaksTest, AnEarlyAnswerCountsThoughTheBodyWasNotRead) {
  std::atomic<bool> answered{false};
  Peer peer([&](PeerSocket& socket, int) {
    socket.Send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
    while (!answered) socket.ClosedWithin(10);
  });
  Outgoing out;
  Request request = To(peer.Url());
  request.body.assign(8 << 20, 'x');
  EXPECT_EQ(StatusOf(out.Ask(std::move(request))), 413);
  EXPECT_EQ(out.client.stats().idle, 0u) << "half a request is on it";
  answered = true;
}

TEST(HttpClientBreaksTest, AByteNowAndThenEarnsNoMoreTime) {
  std::atomic<int> sent{0};
  Peer peer([&](PeerSocket& socket, int) {
    socket.ReadRequest();
    socket.Send("HTTP/1.1 200 OK\r\nX: ");
    while (!socket.ClosedWithin(10) && socket.Send("x")) ++sent;
  });
  Outgoing out;
  Failure failure = FailureOf(out.Ask(To(peer.Url(), milliseconds(200))));
  EXPECT_EQ(failure.kind, FailureKind::kTimedOut);
  EXPECT_TRUE(failure.sent);
  EXPECT_EQ(failure.reason, "no complete answer within 200 ms");
  EXPECT_GT(sent, 0);
  EXPECT_EQ(out.client.stats().connections, 0u);
}

TEST(HttpClientBreaksTest, ConnectingHasALimitOfItsOwn) {
  FullListener listener;
  ClientOptions options;
  options.connect_timeout = milliseconds(50);
  Outgoing out(options);
  Failure failure = FailureOf(out.Ask(To(listener.Url())));
  EXPECT_EQ(failure.kind, FailureKind::kTimedOut);
  EXPECT_FALSE(failure.sent);
  EXPECT_EQ(failure.reason, "not connected within 50 ms");
}

TEST(HttpClientBreaksTest, WaitingForAConnectionCountsToo) {
  Peer peer(Silent);
  ClientOptions options;
  options.connections_per_host_max = 1;
  Outgoing out(options);
  out.client.Start(To(peer.Url()), [](Result) {});
  Failure failure = FailureOf(out.Ask(To(peer.Url(), milliseconds(50))));
  EXPECT_EQ(failure.kind, FailureKind::kTimedOut);
  EXPECT_FALSE(failure.sent);
  EXPECT_EQ(failure.reason, "no free connection within 50 ms");
}

TEST(HttpClientBreaksTest, WhoWaitsComesInOrderAndTheQueueHasAnEnd) {
  std::atomic<int> requests{0};
  Peer peer([&](PeerSocket& socket, int) {
    while (!socket.ReadRequest().empty()) {
      socket.Send(Ok(std::to_string(requests++)));
    }
  });
  ClientOptions options;
  options.connections_per_host_max = 1;
  options.waiting_max = 10;
  Outgoing out(options);
  std::vector<int> ended;
  std::string refused;
  for (int i = 0; i < 11; ++i) {
    out.client.Start(To(peer.Url()), [&, i](Result result) {
      if (StatusOf(result) == 200) return ended.push_back(i);
      refused = FailureOf(result).message;
    });
  }
  out.RunUntil([&] { return ended.size() == 10 && !refused.empty(); });
  EXPECT_EQ(refused, "10 requests wait already");
  EXPECT_EQ(peer.connections(), 1);
  EXPECT_TRUE(std::is_sorted(ended.begin(), ended.end()));
  EXPECT_EQ(out.client.stats().waiting, 0u);
}

TEST(HttpClientBreaksTest, HostsShareTheConnectionsThereAre) {
  auto echo = [](PeerSocket& socket, int) {
    while (!socket.ReadRequest().empty()) socket.Send(Ok("x"));
  };
  Peer one(echo);
  Peer two(echo);
  Peer three(echo);
  ClientOptions options;
  options.connections_max = 2;
  Outgoing out(options);
  int answered = 0;
  for (int i = 0; i < 20; ++i) {
    out.client.Start(To(one.Url()), [&](Result) { ++answered; });
    out.client.Start(To(two.Url()), [&](Result) { ++answered; });
  }
  out.RunUntil([&] {
    EXPECT_LE(out.client.stats().connections, 2u);
    return answered == 40;
  });
  // An idle connection makes room for another host.
  EXPECT_EQ(BodyOf(out.Ask(To(three.Url()))), "x");
}

TEST(HttpClientBreaksTest, AKeptConnectionThatIsClosedIsNotUsed) {
  Peer peer([](PeerSocket& socket, int) {
    socket.ReadRequest();
    socket.Send(Ok("x"));
  });
  Outgoing out;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(BodyOf(out.Ask(To(peer.Url()))), "x");
    // Its end is noticed while nothing is asked.
    out.RunUntil([&] { return out.client.stats().connections == 0; });
  }
  EXPECT_EQ(peer.connections(), 5);
}

// Answers one request; the second one on the same connection meets a reset.
void ResetsTheSecond(PeerSocket& socket, int number) {
  socket.ReadRequest();
  socket.Send(Ok(std::to_string(number)));
  if (number == 0 && !socket.ReadRequest().empty()) return socket.Reset();
  if (!socket.ReadRequest().empty()) socket.Send(Ok("again"));
}

TEST(HttpClientBreaksTest, ARequestThatMayHaveBeenProcessedIsNotRepeated) {
  Peer peer(ResetsTheSecond);
  Outgoing out;
  EXPECT_EQ(BodyOf(out.Ask(To(peer.Url()))), "0");
  Failure failure = FailureOf(out.Ask(To(peer.Url())));
  EXPECT_EQ(failure.kind, FailureKind::kReset);
  EXPECT_TRUE(failure.sent);
  EXPECT_EQ(out.client.stats().repeated, 0u);
}

TEST(HttpClientBreaksTest, AnIdempotentOneIsRepeatedOnceOnAFreshConnection) {
  Peer peer(ResetsTheSecond);
  Peer gets(ResetsTheSecond);
  Outgoing out;
  EXPECT_EQ(BodyOf(out.Ask(To(peer.Url()))), "0");
  Request request = To(peer.Url());
  request.idempotent = true;
  EXPECT_EQ(BodyOf(out.Ask(request)), "1");
  EXPECT_EQ(out.client.stats().repeated, 1u);
  EXPECT_EQ(BodyOf(out.Get(gets.Url())), "0");
  EXPECT_EQ(BodyOf(out.Get(gets.Url())), "1");
}

TEST(HttpClientBreaksTest, BytesThatNobodyAskedForEndTheConnection) {
  Peer peer([](PeerSocket& socket, int) {
    socket.ReadRequest();
    socket.Send(Ok("x") + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    socket.WaitForClose();
  });
  Outgoing out;
  EXPECT_EQ(BodyOf(out.Ask(To(peer.Url()))), "x");
  EXPECT_EQ(BodyOf(out.Ask(To(peer.Url()))), "x");
  EXPECT_EQ(peer.connections(), 2);
}

// Starts a call, lets it come so far, cancels it; it ends once, as cancelled.
template <typename Reached>
Failure CancelWhen(Outgoing& out, Request request, Reached reached) {
  std::vector<Result> results;
  CallId id = out.client.Start(std::move(request), [&](Result result) {
    results.push_back(std::move(result));
  });
  out.RunUntil([&] { return reached() || !results.empty(); });
  EXPECT_TRUE(results.empty());
  out.client.Cancel(id);
  EXPECT_TRUE(results.empty()) << "done was called inside Cancel()";
  out.client.Cancel(id);
  out.RunUntil([&] { return !results.empty(); });
  while (out.loop.RunReady(100) > 0) {
  }
  EXPECT_EQ(results.size(), 1u);
  EXPECT_EQ(out.client.stats().calls, 0u);
  return FailureOf(results.front());
}

TEST(HttpClientBreaksTest, CancelledBeforeItBegan) {
  Peer peer(Silent);
  Outgoing out;
  Failure failure = CancelWhen(out, To(peer.Url()), [] { return true; });
  EXPECT_EQ(failure.kind, FailureKind::kCancelled);
  EXPECT_FALSE(failure.sent);
  EXPECT_EQ(peer.connections(), 0);
  EXPECT_EQ(out.client.stats().waiting, 0u);
}

TEST(HttpClientBreaksTest, CancelledWhileConnecting) {
  FullListener listener;
  Outgoing out;
  Failure failure = CancelWhen(out, To(listener.Url()),
                               [&] { return out.client.stats().opened == 1; });
  EXPECT_EQ(failure.kind, FailureKind::kCancelled);
  EXPECT_FALSE(failure.sent);
  EXPECT_EQ(out.client.stats().connections, 0u);
}

TEST(HttpClientBreaksTest, CancelledWhileItsBodyIsSent) {
  std::atomic<bool> closed{false};
  std::atomic<bool> begun{false};
  Peer peer([&](PeerSocket& socket, int) {
    char c;
    begun = ::recv(socket.fd(), &c, 1, 0) == 1;
    closed = socket.WaitForClose();
  });
  Outgoing out;
  Request request = To(peer.Url());
  request.body.assign(64 << 20, 'x');
  Failure failure =
      CancelWhen(out, std::move(request), [&] { return begun.load(); });
  EXPECT_EQ(failure.kind, FailureKind::kCancelled);
  EXPECT_TRUE(failure.sent);
  out.RunUntil([&] { return closed.load(); });
}

TEST(HttpClientBreaksTest, CancelledWhileItWaitsForTheAnswerOrReadsIt) {
  for (std::string_view part : {"", "HTTP/1.1 200 OK\r\nContent-Length: 9"}) {
    std::atomic<bool> asked{false};
    std::atomic<bool> closed{false};
    Peer peer([&](PeerSocket& socket, int) {
      socket.ReadRequest();
      socket.Send(part);
      asked = true;
      closed = socket.WaitForClose();
    });
    Outgoing out;
    Failure failure =
        CancelWhen(out, To(peer.Url()), [&] { return asked.load(); });
    EXPECT_EQ(failure.kind, FailureKind::kCancelled);
    EXPECT_TRUE(failure.sent);
    out.RunUntil([&] { return closed.load(); });
  }
}

TEST(HttpClientBreaksTest, CancelledWhileItWaitsForAConnection) {
  Peer peer(Silent);
  ClientOptions options;
  options.connections_per_host_max = 1;
  Outgoing out(options);
  CallId first = out.client.Start(To(peer.Url()), [](Result) {});
  out.RunUntil([&] { return out.client.stats().waiting == 0; });
  std::optional<Result> ended;
  CallId second = out.client.Start(
      To(peer.Url()), [&](Result result) { ended = std::move(result); });
  out.client.Cancel(second);
  out.RunUntil([&] { return ended.has_value(); });
  EXPECT_EQ(KindOf(*ended), "cancelled");
  EXPECT_EQ(out.client.stats().waiting, 0u);
  EXPECT_EQ(out.client.stats().connections, 1u);
  out.client.Cancel(first);
}

TEST(HttpClientBreaksTest, DestroyedWithCallsUnderWayItTellsNobody) {
  Peer peer(Silent);
  FullListener full;
  bool called = false;
  {
    Outgoing out;
    auto done = [&](Result) { called = true; };
    out.client.Start(To(peer.Url()), done);
    out.client.Start(To(full.Url()), done);
    out.client.Start(To("http://no-such-name.invalid/"), done);
    out.client.Cancel(out.client.Start(To(peer.Url()), done));
    out.RunUntil([&] { return peer.connections() == 1; });
    called = false;  // The cancelled one may have been told.
  }
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace stepwheel::http_client
