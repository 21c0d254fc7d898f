#include <csignal>

#include "api/http/server.h"
#include "tests/api/http_harness.h"

namespace stepwheel::http {
namespace {

using std::chrono::milliseconds;

TEST(HttpServer, HandsTheWholeRequestToTheHandler) {
  Mailbox<std::string> seen;
  TestServer server([&](const Request& r, Responder responder) {
    seen.Put(std::string(r.method) + "|" + std::string(r.target) + "|" +
             std::string(r.x_amz_target) + "|" + std::string(r.content_type) +
             "|" + std::string(r.accept) + "|" + std::string(r.body) + "|" +
             std::to_string(r.read_at_ms));
    responder.SendCanned("id-1", "{}");
  });
  Client client(server.port());
  Answer answer = client.Ask(
      "POST /x?y HTTP/1.1\r\nHost: localhost:1\r\nx-amz-TARGET:  A.B \r\n"
      "Content-Type: text/x\r\nAccept: */*\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(seen.Take(), "POST|/x?y|A.B|text/x|*/*|abc|42");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{}");
  EXPECT_TRUE(answer.Has("x-amzn-RequestId: id-1\r\n"));
  EXPECT_TRUE(answer.Has("Content-Type: application/x-amz-json-1.0\r\n"));
}

TEST(HttpServer, SendsStatusHeadersAndTypeOfTheResponse) {
  TestServer server([](const Request&, Responder responder) {
    Response response;
    response.status = 404;
    response.content_type = "text/plain";
    response.request_id = "r";
    response.headers = {{"X-One", "1"}, {"X-Bad", "a\r\nEvil: yes"}};
    response.body = "gone";
    responder.Send(std::move(response));
  });
  Answer answer = Client(server.port()).Ask(Post(""));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, "gone");
  EXPECT_TRUE(answer.Has("X-One: 1\r\n"));
  EXPECT_TRUE(answer.Has("Content-Type: text/plain\r\n"));
  EXPECT_FALSE(answer.Has("Evil"));
}

TEST(HttpServer, KeepsTheConnectionForFurtherRequests) {
  TestServer server(Echo);
  Client client(server.port());
  EXPECT_EQ(client.Ask(Post("1")).body, "POST / 1");
  EXPECT_EQ(client.Ask(Post("2")).body, "POST / 2");
  EXPECT_EQ(server.server.connections(), 1u);
}

TEST(HttpServer, ClosesWhenTheRequestSaysSo) {
  TestServer server(Echo);
  Client client(server.port());
  Answer answer = client.Ask(Post("1", "Connection: foo, Close\r\n"));
  EXPECT_EQ(answer.body, "POST / 1");
  EXPECT_TRUE(answer.Has("Connection: close\r\n"));
  EXPECT_TRUE(client.Closed());
}

TEST(HttpServer, Http10ClosesUnlessKeepAliveIsAsked) {
  TestServer server(Echo);
  Client closing(server.port());
  EXPECT_EQ(closing.Ask("GET /a HTTP/1.0\r\n\r\n").body, "GET /a ");
  EXPECT_TRUE(closing.Closed());
  Client keeping(server.port());
  std::string ask = "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  EXPECT_TRUE(keeping.Ask(ask).Has("Connection: keep-alive\r\n"));
  EXPECT_EQ(keeping.Ask(ask).status, 200);
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  TestServer server(Echo);
  Client client(server.port());
  std::string all;
  for (int i = 0; i < 200; ++i) all += Post(std::to_string(i));
  client.Send(all);
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(client.Read().body, "POST / " + std::to_string(i));
  }
}

// Holds the answers of "poll" until someone asks "wake".
struct Held {
  Mailbox<int> waiting;
  std::vector<Responder> held;
  void operator()(const Request& r, Responder responder) {
    if (r.body == "poll") {
      held.push_back(std::move(responder));
      return waiting.Put(1);
    }
    if (r.body == "wake") {
      for (Responder& one : held) {
        EXPECT_TRUE(one.alive());
        one.SendCanned("", "woken");
      }
      held.clear();
    }
    Echo(r, responder);
  }
};

TEST(HttpServer, ALongPollHoldsBackThePipelinedRequestsBehindIt) {
  Held held;
  TestServer server(std::ref(held));
  Client client(server.port()), other(server.port());
  client.Send(Post("poll") + Post("after") + Post("poll"));
  held.waiting.Take();
  EXPECT_EQ(other.Ask(Post("x")).body, "POST / x");
  EXPECT_TRUE(client.NothingCame());
  other.Ask(Post("wake"));
  EXPECT_EQ(client.Read().body, "woken");
  EXPECT_EQ(client.Read().body, "POST / after");
  held.waiting.Take();
  EXPECT_TRUE(client.NothingCame());
}

TEST(HttpServer, MoreThanTheBoundIsReadOnlyAfterTheAnswer) {
  Held held;
  TestServer server(std::ref(held));
  Client client(server.port());
  std::string large(100'000, 'a');
  client.Send(Post("poll") + Post(large) + Post(large));
  held.waiting.Take();
  Client(server.port()).Ask(Post("wake"));
  EXPECT_EQ(client.Read().body, "woken");
  EXPECT_EQ(client.Read().body, "POST / " + large);
  EXPECT_EQ(client.Read().body, "POST / " + large);
}

TEST(HttpServer, JoinsChunkedBodiesHoweverTheyAreCut) {
  TestServer server(Echo);
  Client client(server.port());
  std::string text =
      "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
      "\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nX-Trailer: t\r\n\r\n";
  EXPECT_EQ(client.Ask(text).body, "POST / abc0123456789");
  client.SendBytewise(text);
  EXPECT_EQ(client.Read().body, "POST / abc0123456789");
  client.Send(text + text + Post("x"));
  EXPECT_EQ(client.Read().body, "POST / abc0123456789");
  EXPECT_EQ(client.Read().body, "POST / abc0123456789");
  EXPECT_EQ(client.Read().body, "POST / x");
}

TEST(HttpServer, ReadsLargeBodies) {
  TestServer server(Echo);
  Client client(server.port());
  std::string large(1'500'000, 'z');
  EXPECT_EQ(client.Ask(Post(large)).body.size(), large.size() + 7);
  EXPECT_EQ(client.Ask(Post("small")).body, "POST / small");
}

TEST(HttpServer, SaysContinueBeforeTheBodyOnlyWhenItIsAwaited) {
  TestServer server(Echo);
  Client client(server.port());
  std::string head =
      "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-Continue\r\n"
      "Content-Length: 2\r\n\r\n";
  EXPECT_EQ(client.Ask(head).status, 100);
  EXPECT_EQ(client.Ask("ab").body, "POST / ab");
  EXPECT_EQ(client.Ask(head + "cd").body, "POST / cd");
}

TEST(HttpServer, RefusesATooLargeBodyInsteadOfSayingContinue) {
  ServerOptions options;
  options.body_bytes_max = 10;
  TestServer server(Echo, options);
  Client client(server.port());
  EXPECT_EQ(client
                .Ask("POST / HTTP/1.1\r\nHost: localhost\r\n"
                     "Expect: 100-continue\r\nContent-Length: 11\r\n\r\n")
                .status,
            413);
  EXPECT_TRUE(client.Closed());
}

TEST(HttpServer, ReducesAnAbsoluteTargetToItsPath) {
  TestServer server(Echo);
  Client client(server.port());
  EXPECT_EQ(client
                .Ask("GET http://localhost:8/p?q HTTP/1.1\r\n"
                     "Host: localhost\r\n\r\n")
                .body,
            "GET /p?q ");
  EXPECT_EQ(client
                .Ask("GET HTTP://127.0.0.1 HTTP/1.1\r\n"
                     "Host: localhost\r\n\r\n")
                .body,
            "GET / ");
  EXPECT_EQ(client
                .Ask("GET http://evil.example/ HTTP/1.1\r\n"
                     "Host: localhost\r\n\r\n")
                .status,
            403);
}

TEST(HttpServer, HeadHasTheLengthButNoBody) {
  TestServer server(Echo);
  Client client(server.port());
  client.Send("HEAD /h HTTP/1.1\r\nHost: localhost\r\n\r\n" + Post("next"));
  Answer answer = client.Read(true);
  EXPECT_TRUE(answer.Has("Content-Length: 8\r\n"));
  EXPECT_EQ(client.Read().body, "POST / next");
}

TEST(HttpServer, OptionsNamesTheMethodsAndGrantsNoOrigin) {
  TestServer server(Echo);
  Client client(server.port());
  Answer answer = client.Ask(
      "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n"
      "Origin: http://localhost:3000\r\n\r\n");
  EXPECT_EQ(answer.status, 204);
  EXPECT_TRUE(answer.Has("Allow: GET, HEAD, OPTIONS, POST\r\n"));
  EXPECT_FALSE(answer.Has("Access-Control"));
  EXPECT_EQ(client.Ask(Post("x")).status, 200);
}

TEST(HttpServer, AResponderDroppedWithoutAnAnswerAnswers500) {
  ServerOptions options;
  options.new_request_id = [] { return std::string("made-up"); };
  TestServer server([](const Request&, const Responder&) {}, options);
  Client client(server.port());
  Answer answer = client.Ask(Post(""));
  EXPECT_EQ(answer.status, 500);
  EXPECT_NE(answer.body.find("\"__type\":\""), std::string::npos);
  EXPECT_TRUE(answer.Has("x-amzn-RequestId: made-up\r\n"));
  EXPECT_EQ(client.Ask(Post("")).status, 500);  // the connection lives on
}

TEST(HttpServer, OnlyTheFirstAnswerCounts) {
  TestServer server([](const Request&, const Responder& responder) {
    Responder copy = responder;
    responder.SendCanned("", "first");
    copy.SendCanned("", "second");
    EXPECT_FALSE(copy.alive());
  });
  Client client(server.port());
  EXPECT_EQ(client.Ask(Post("")).body, "first");
  EXPECT_EQ(client.Ask(Post("")).body, "first");
}

// Keeps polls and says when their peer has gone.
struct Polls {
  Mailbox<std::string> gone;
  Mailbox<int> waiting;
  std::vector<Responder> held;
  void operator()(const Request& r, Responder responder) {
    if (r.body != "poll") return Echo(r, responder);
    responder.OnPeerGone([this] { gone.Put("gone"); });
    held.push_back(std::move(responder));
    waiting.Put(1);
  }
};

TEST(HttpServer, TellsThatThePeerOfALongPollClosed) {
  Polls polls;
  TestServer server(std::ref(polls));
  Client client(server.port());
  client.Send(Post("poll"));
  polls.waiting.Take();
  client.Close();
  EXPECT_EQ(polls.gone.Take(), "gone");
}

TEST(HttpServer, TellsThatThePeerOfALongPollReset) {
  Polls polls;
  TestServer server(std::ref(polls));
  Client client(server.port());
  client.Send(Post("poll"));
  polls.waiting.Take();
  client.Reset();
  EXPECT_EQ(polls.gone.Take(), "gone");
}

TEST(HttpServer, OfManyPollersTheOnesThatLeftAreKnown) {
  Polls polls;
  TestServer server([&](const Request& r, Responder responder) {
    if (r.body != "hand out") return polls(r, std::move(responder));
    for (Responder& poll : polls.held) {
      if (poll.alive()) poll.SendCanned("", "task");
    }
    Echo(r, responder);
  });
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 300; ++i) {
    clients.push_back(std::make_unique<Client>(server.port()));
    clients.back()->Send(Post("poll"));
  }
  for (int i = 0; i < 300; ++i) polls.waiting.Take();
  for (int i = 0; i < 300; i += 2) clients[i]->Close();
  Client(server.port()).Ask(Post("hand out"));
  for (int i = 1; i < 300; i += 2) EXPECT_EQ(clients[i]->Read().body, "task");
  for (int i = 0; i < 300; i += 2) EXPECT_EQ(polls.gone.Take(), "gone");
}

TEST(HttpServer, TellsThatThePeerClosedBehindMoreThanIsReadAhead) {
  ServerOptions options;
  options.idle_timeout = milliseconds(40);  // also sets how often is looked
  Polls polls;
  TestServer server(std::ref(polls), options);
  Client client(server.port());
  client.Send(Post("poll") + Post(std::string(150'000, 'a')));
  polls.waiting.Take();
  client.Close();
  EXPECT_EQ(polls.gone.Take(), "gone");
}

TEST(HttpServer, ALongPollWhosePeerHasGoneIsNotAlive) {
  Polls polls;
  TestServer server(std::ref(polls));
  Client client(server.port());
  client.Send(Post("poll"));
  polls.waiting.Take();
  client.Close();
  polls.gone.Take();
  server.Stop();
  EXPECT_FALSE(polls.held.at(0).alive());
  polls.held.at(0).SendCanned("", "too late");  // does nothing
}

TEST(HttpServer, AnAnsweredPollIsNotToldThatItsPeerWent) {
  Mailbox<int> gone;
  TestServer server([&](const Request& r, const Responder& responder) {
    responder.OnPeerGone([&] { gone.Put(1); });
    Echo(r, responder);
  });
  Client client(server.port());
  client.Ask(Post("x"));
  client.Close();
  Client(server.port()).Ask(Post("x"));
  server.Stop();
  EXPECT_EQ(gone.size(), 0u);
}

TEST(HttpServer, AHalfClosedPeerStillGetsItsAnswers) {
  TestServer server(Echo);
  Client client(server.port());
  std::string all;
  for (int i = 0; i < 100; ++i) all += Post("x");
  client.Send(all);
  client.HalfClose();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.Read().body, "POST / x");
  EXPECT_TRUE(client.Closed());
}

TEST(HttpServer, AHalfClosedPeerStillGetsALateAnswer) {
  std::vector<Responder> inbox;
  Mailbox<int> asked, go;
  TestServer server(
      [&](const Request&, Responder responder) {
        inbox.push_back(std::move(responder));
        asked.Put(1);
        go.Take();
      },
      {},
      [&]() -> std::optional<milliseconds> {
        for (Responder& one : inbox) one.SendCanned("", "late");
        inbox.clear();
        return std::nullopt;
      });
  Client client(server.port());
  client.Send(Post("slow"));
  asked.Take();
  client.HalfClose();
  go.Put(1);
  EXPECT_EQ(client.Read().body, "late");
  EXPECT_TRUE(client.Closed());
}

TEST(HttpServer, RequestsReadWhileTheLoopWorkedFormOneTurn) {
  constexpr int kClients = 50;
  std::vector<Responder> inbox;
  Mailbox<int> turns, blocked, go;
  bool first = true;
  TestServer server(
      [&](const Request&, Responder responder) {
        inbox.push_back(std::move(responder));
      },
      {},
      [&]() -> std::optional<milliseconds> {
        if (inbox.empty()) return std::nullopt;
        if (std::exchange(first, false)) {
          blocked.Put(1);
          go.Take();
        }
        turns.Put(static_cast<int>(inbox.size()));
        for (Responder& one : inbox) one.SendCanned("", "{}");
        inbox.clear();
        return std::nullopt;
      });
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<Client>(server.port()));
  }
  Client opener(server.port());
  opener.Send(Post("first"));
  blocked.Take();
  for (auto& client : clients) client->Send(Post("x"));
  go.Put(1);
  for (auto& client : clients) EXPECT_EQ(client->Read().status, 200);
  EXPECT_EQ(turns.Take(), 1);
  EXPECT_EQ(turns.Take(), kClients);
}

TEST(HttpServer, CallsAfterTheDelayInOrder) {
  Mailbox<std::string> called;
  TestServer server([&](const Request&, const Responder& responder) {
    server.server.After(milliseconds(20), [&] { called.Put("late"); });
    server.server.After(milliseconds(1), [&] { called.Put("soon"); });
    server.server.After(milliseconds(1), [&] { called.Put("next"); });
    responder.SendCanned("", "{}");
  });
  Client(server.port()).Ask(Post(""));
  EXPECT_EQ(called.Take(), "soon");
  EXPECT_EQ(called.Take(), "next");
  EXPECT_EQ(called.Take(), "late");
}

TEST(HttpServer, SleepsNoLongerThanBeforeWaitSays) {
  Mailbox<int> turns;
  TestServer server(Echo, {}, [&]() -> std::optional<milliseconds> {
    turns.Put(1);
    return milliseconds(1);
  });
  for (int i = 0; i < 5; ++i) EXPECT_EQ(turns.Take(), 1);
}

TEST(HttpServer, ASignalIsHandledOnTheLoop) {
  Mailbox<int> signals;
  ServerOptions options;
  options.port = 0;
  Server server(options, Echo);
  std::string message;
  ASSERT_EQ(server.Listen(&message), Server::ListenError::kNone);
  server.OnSignal([&](int number) {
    signals.Put(number);
    server.Stop();
  });
  ::kill(::getpid(), SIGTERM);
  server.Run([] { return std::nullopt; });
  EXPECT_EQ(signals.Take(), SIGTERM);
}

TEST(HttpServer, StopAnswersOpenPollsAndEnds) {
  Polls polls;
  TestServer server(std::ref(polls));
  Client client(server.port()), idle(server.port());
  client.Send(Post("poll"));
  polls.waiting.Take();
  server.server.Stop();
  Answer answer = client.Read();
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.Has("Connection: close\r\n"));
  EXPECT_TRUE(client.Closed());
  EXPECT_TRUE(idle.Closed());
  client.Close();
  server.Stop();
  EXPECT_EQ(server.server.connections(), 0u);
  EXPECT_FALSE(Client(server.port()).connected());
}

TEST(HttpServer, StopAnswersWhatIsAlreadyInTheInbox) {
  std::vector<Responder> inbox;
  TestServer server(
      [&](const Request&, Responder responder) {
        inbox.push_back(std::move(responder));
        server.server.Stop();
      },
      {},
      [&]() -> std::optional<milliseconds> {
        for (Responder& one : inbox) one.SendCanned("", "done");
        inbox.clear();
        return std::nullopt;
      });
  EXPECT_EQ(Client(server.port()).Ask(Post("")).body, "done");
}

TEST(HttpServer, ListensOnBothLoopbacksWithOnePort) {
  TestServer server(Echo);
  std::string port = std::to_string(server.port());
  ASSERT_EQ(server.server.urls().at(0), "http://127.0.0.1:" + port);
  EXPECT_EQ(Client(server.port()).Ask(Post("4")).body, "POST / 4");
  if (server.server.urls().size() == 1) GTEST_SKIP() << "no IPv6 here";
  EXPECT_EQ(server.server.urls().at(1), "http://[::1]:" + port);
  EXPECT_EQ(Client(server.port(), true).Ask(Post("6")).body, "POST / 6");
}

TEST(HttpServer, SaysWhichAddressAndPortIsInUse) {
  TestServer first(Echo);
  ServerOptions options;
  options.port = first.port();
  Server second(options, Echo);
  std::string message;
  EXPECT_EQ(second.Listen(&message), Server::ListenError::kPortInUse);
  EXPECT_EQ(message, "cannot listen on 127.0.0.1:" +
                         std::to_string(first.port()) + ": the port is in use");
}

TEST(HttpServer, RefusesAddressesItCannotListenOn) {
  for (std::string address : {"nonsense", "1.2.3", "203.0.113.7"}) {
    ServerOptions options;
    options.port = 0;
    options.address = address;
    Server server(options, Echo);
    std::string message;
    EXPECT_EQ(server.Listen(&message), Server::ListenError::kBadAddress);
    EXPECT_NE(message.find(address), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace stepwheel::http
