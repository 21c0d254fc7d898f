// How requests end, well or badly, against a peer that misbehaves at each
// stage.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/api/http_client_harness.h"

namespace stepwheel::http_client {
namespace {

// Answers every request with `answer`, on kept connections.
Peer::Script Always(std::string answer) {
  return [answer = std::move(answer)](PeerSocket& socket, int) {
    while (!socket.ReadRequest().empty() && socket.Send(answer)) {
    }
  };
}

// Answers one request and closes.
Peer::Script Once(std::string answer) {
  return [answer = std::move(answer)](PeerSocket& socket, int) {
    socket.ReadRequest();
    socket.Send(answer);
  };
}

TEST(HttpClientTest, SendsARequestAndGivesTheAnswer) {
  std::string seen;
  Peer peer([&](PeerSocket& socket, int) {
    seen = socket.ReadRequest();
    socket.Send(Ok("hello", "X-Amz-Function-Error: Unhandled\r\n"));
  });
  Outgoing out;
  Request request;
  request.url = peer.Url("/2015-03-31/functions/f%3A1/invocations?a=b");
  request.headers = {{"X-Test", "1"}};
  request.body = "{\"a\":1}";
  Result result = out.Ask(request);
  ASSERT_EQ(BodyOf(result), "hello");
  const auto& response = std::get<Response>(result);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.reason, "OK");
  EXPECT_EQ(response.Header("x-amz-function-error"), "Unhandled");
  EXPECT_EQ(response.Header("absent"), "");
  EXPECT_EQ(seen,
            "POST /2015-03-31/functions/f%3A1/invocations?a=b HTTP/1.1\r\n"
            "Host: 127.0.0.1:" +
                std::to_string(peer.port()) +
                "\r\nUser-Agent: stepwheel\r\nContent-Length: 7\r\n"
                "X-Test: 1\r\n\r\n{\"a\":1}");
}

TEST(HttpClientTest, KeepsAConnectionForTheNextRequest) {
  Peer peer(Always(Ok("x")));
  Outgoing out;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(BodyOf(out.Post(peer.Url())), "x");
  EXPECT_EQ(peer.connections(), 1);
  EXPECT_EQ(out.client.stats().idle, 1u);
  EXPECT_EQ(out.client.stats().calls, 0u);
}

TEST(HttpClientTest, ClosesAConnectionThatWasIdleForTooLong) {
  std::atomic<bool> closed{false};
  Peer peer([&](PeerSocket& socket, int) {
    socket.ReadRequest();
    socket.Send(Ok("x"));
    closed = socket.WaitForClose();
  });
  ClientOptions options;
  options.idle_timeout = milliseconds(30);
  Outgoing out(options);
  out.Post(peer.Url());
  out.RunUntil([&] { return closed.load(); });
  EXPECT_EQ(out.client.stats().connections, 0u);
}

TEST(HttpClientTest, TellsIPv6AndLocalhostWithoutANameServer) {
  Peer peer(Always(Ok("six")), /*v6=*/true);
  std::string port = std::to_string(peer.port());
  Outgoing out;
  EXPECT_EQ(BodyOf(out.Get("http://[::1]:" + port + "/")), "six");
  // 127.0.0.1 refuses; the other address is tried.
  EXPECT_EQ(BodyOf(out.Get("http://localhost:" + port + "/")), "six");
  EXPECT_EQ(BodyOf(out.Get("http://sqs.localhost:" + port)), "six");
}

TEST(HttpClientTest, RefusedIsNotSent) {
  uint16_t port;
  {
    Peer gone(Always(""));
    port = gone.port();
  }
  Outgoing out;
  std::string at = "127.0.0.1:" + std::to_string(port);
  Failure failure = FailureOf(out.Post("http://" + at));
  EXPECT_EQ(failure.kind, FailureKind::kRefused);
  EXPECT_FALSE(failure.sent);
  EXPECT_EQ(failure.message,
            "cannot connect to " + at + ": Connection refused");
  EXPECT_EQ(failure.reason, "Connection refused");
}

TEST(HttpClientTest, WithoutAFileDescriptorItSaysSo) {
  Peer peer(Always(Ok("later")));
  Outgoing out;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  // All below it are taken.
  int next = ::open("/dev/null", O_RDONLY);
  ::close(next);
  rlimit none_left = before;
  none_left.rlim_cur = static_cast<rlim_t>(next);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none_left), 0);
  Result result = out.Post(peer.Url());
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  Failure failure = FailureOf(result);
  EXPECT_EQ(failure.kind, FailureKind::kNoFile);
  EXPECT_FALSE(failure.sent);
  std::string limit = std::to_string(next);
  EXPECT_EQ(failure.reason,
            "this process has no file descriptor left for it (Too many open "
            "files; the limit is " +
                limit + ", ulimit -n raises it)");
  EXPECT_EQ(failure.message.find("cannot connect to 127.0.0.1:"), 0u);
  EXPECT_EQ(BodyOf(out.Post(peer.Url())), "later");
}

TEST(HttpClientTest, RefusesWhatCannotBeSent) {
  Outgoing out;
  EXPECT_EQ(KindOf(out.Get("ftp://127.0.0.1/")), "bad request");
  EXPECT_EQ(KindOf(out.Get("127.0.0.1:80")), "bad request");
  EXPECT_EQ(KindOf(out.Get("http://127.0.0.1:99999/")), "bad request");
  EXPECT_EQ(KindOf(out.Get("http://127.0.0.1/a b")), "bad request");
  EXPECT_EQ(KindOf(out.Get("http://u:p@127.0.0.1/")), "bad request");
  Request request;
  request.url = "http://127.0.0.1:1/";
  request.headers = {{"X", "a\r\nInjected: 1"}};
  EXPECT_EQ(FailureOf(out.Ask(request)).message,
            "the value of the header 'X' has a control character");
  request.headers = {{"content-length", "1"}};
  EXPECT_EQ(FailureOf(out.Ask(request)).message,
            "the header 'content-length' is set by the client itself");
}

TEST(HttpClientTest, ReadsChunkedBodies) {
  Peer peer(
      Always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
             "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n"));
  Outgoing out;
  EXPECT_EQ(BodyOf(out.Post(peer.Url())), "abcde");
  EXPECT_EQ(BodyOf(out.Post(peer.Url())), "abcde");
  EXPECT_EQ(peer.connections(), 1);
}

TEST(HttpClientTest, ReadsAnswersByteByByte) {
  Peer peer([](PeerSocket& socket, int) {
    socket.ReadRequest();
    int one = 1;
    ::setsockopt(socket.fd(), IPPROTO_TCP, 1 /*TCP_NODELAY*/, &one, sizeof one);
    for (char c : Ok("slow")) socket.Send({&c, 1});
  });
  Outgoing out;
  EXPECT_EQ(BodyOf(out.Post(peer.Url())), "slow");
}

TEST(HttpClientTest, ABodyMayEndWithTheConnection) {
  Peer peer(Once("HTTP/1.0 200 OK\r\n\r\nall of it"));
  Outgoing out;
  EXPECT_EQ(BodyOf(out.Post(peer.Url())), "all of it");
  EXPECT_EQ(out.client.stats().connections, 0u);
}

TEST(HttpClientTest, SkipsInformationalAnswers) {
  Peer peer(
      Always("HTTP/1.1 100 Continue\r\n\r\n"
             "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
             Ok("final")));
  Outgoing out;
  EXPECT_EQ(BodyOf(out.Post(peer.Url())), "final");
  std::string many;
  for (int i = 0; i < 100; ++i) many += "HTTP/1.1 100 Continue\r\n\r\n";
  Peer endless(Always(many));
  EXPECT_EQ(KindOf(out.Post(endless.Url())), "malformed");
  Peer upgrade(Always("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
  EXPECT_EQ(KindOf(out.Post(upgrade.Url())), "malformed");
}

TEST(HttpClientTest, AnswersWithoutABodyEndWithTheirHeaders) {
  Peer none(Always("HTTP/1.1 204 No Content\r\n\r\n"));
  Peer head(Always("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"));
  Outgoing out;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(StatusOf(out.Post(none.Url())), 204);
    Request request;
    request.method = "HEAD";
    request.url = head.Url();
    EXPECT_EQ(StatusOf(out.Ask(request)), 200);
  }
  EXPECT_EQ(none.connections() + head.connections(), 2);
}

TEST(HttpClientTest, GarbageIsMalformed) {
  Outgoing out;
  for (std::string_view garbage :
       {"garbage\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"}) {
    Peer peer(Once(std::string(garbage)));
    Failure failure = FailureOf(out.Post(peer.Url()));
    EXPECT_EQ(failure.kind, FailureKind::kMalformed) << garbage;
    EXPECT_TRUE(failure.sent);
  }
}

TEST(HttpClientTest, LimitsHeadersAndBody) {
  ClientOptions options;
  options.header_bytes_max = 1024;
  options.body_bytes_max = 1000;
  Outgoing out(options);
  Peer header(Once("HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'x')));
  EXPECT_EQ(KindOf(out.Post(header.Url())), "too large");
  Peer length(Once(Ok(std::string(1001, 'x'))));
  EXPECT_EQ(KindOf(out.Post(length.Url())), "too large");
  Peer fits(Once(Ok(std::string(1000, 'x'))));
  EXPECT_EQ(BodyOf(out.Post(fits.Url())).size(), 1000u);
  std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  Peer chunks(Once(chunked + "3e9\r\n" + std::string(1001, 'x')));
  EXPECT_EQ(KindOf(out.Post(chunks.Url())), "too large");
  Peer extension(Once(chunked + "1;" + std::string(5000, 'x')));
  EXPECT_EQ(KindOf(out.Post(extension.Url())), "too large");
  Peer endless(Once("HTTP/1.0 200 OK\r\n\r\n" + std::string(2000, 'x')));
  EXPECT_EQ(KindOf(out.Post(endless.Url())), "too large");
}

TEST(HttpClientTest, RedirectsAreRefused) {
  Peer elsewhere(Always(Ok("must not be seen")));
  Outgoing out;
  for (int status : {301, 302, 303, 307, 308}) {
    Peer peer(Once("HTTP/1.1 " + std::to_string(status) +
                   " Moved\r\nContent-Length: 0\r\nLocation: " +
                   elsewhere.Url() + "\r\n\r\n"));
    Failure failure = FailureOf(out.Post(peer.Url()));
    EXPECT_EQ(failure.kind, FailureKind::kRedirect);
    EXPECT_NE(failure.message.find(elsewhere.Url()), std::string::npos);
  }
  EXPECT_EQ(elsewhere.connections(), 0);
}

TEST(HttpClientTest, OtherStatusesAreAnswers) {
  for (int status : {304, 400, 404, 429, 500, 503}) {
    Peer peer(Once("HTTP/1.1 " + std::to_string(status) +
                   " X\r\nContent-Length: 0\r\n\r\n"));
    Outgoing out;
    EXPECT_EQ(StatusOf(out.Post(peer.Url())), status);
  }
}

}  // namespace
}  // namespace stepwheel::http_client
