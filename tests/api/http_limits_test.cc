#include <vector>

#include "api/http/server.h"
#include "tests/api/http_harness.h"

namespace stepwheel::http {
namespace {

using std::chrono::milliseconds;

// A refusal is a JSON document in AWS's shape on a connection that closes.
void ExpectRefused(Client* client, int status, std::string_view words) {
  Answer answer = client->Read();
  EXPECT_EQ(answer.status, status) << answer.body;
  EXPECT_TRUE(answer.Has("Content-Type: application/x-amz-json-1.0\r\n"));
  EXPECT_TRUE(answer.Has("Connection: close\r\n"));
  std::string start = "{\"__type\":\"com.amazon.coral.service#";
  EXPECT_EQ(answer.body.substr(0, start.size()), start);
  EXPECT_NE(answer.body.find(words), std::string::npos) << answer.body;
  EXPECT_TRUE(client->Closed());
}

TEST(HttpLimits, AHeadThatIsTooLongIsRefusedAndLogged) {
  Mailbox<std::string> log;
  ServerOptions options;
  options.header_bytes_max = 200;
  options.new_request_id = [] { return std::string("id-7"); };
  options.log = [&](std::string_view line) { log.Put(std::string(line)); };
  TestServer server(Echo, options);
  Client client(server.port());
  client.Send(Post("", "X-Long: " + std::string(200, 'x') + "\r\n"));
  ExpectRefused(&client, 431, "at most 200 bytes");
  std::string line = log.Take();
  EXPECT_NE(line.find("431"), std::string::npos) << line;
  EXPECT_NE(line.find("id-7"), std::string::npos) << line;
}

TEST(HttpLimits, AHeadThatNeverEndsIsRefused) {
  TestServer server(Echo);
  Client client(server.port());
  client.Send("GET /" + std::string(20'000, 'a'));
  ExpectRefused(&client, 431, "at most 16384 bytes");
}

TEST(HttpLimits, ABodyThatIsTooLongIsRefusedBeforeItIsSent) {
  TestServer server(Echo);
  Client client(server.port());
  client.Send(
      "POST / HTTP/1.1\r\nHost: localhost\r\n"
      "Content-Length: 18446744073709551617\r\n\r\n");
  ExpectRefused(&client, 413, "at most 2097152 bytes");
}

TEST(HttpLimits, TheAnswerToATooLongBodyArrivesWhileItIsBeingSent) {
  TestServer server(Echo);
  Client client(server.port());
  client.Send(Post(std::string(2 * 1024 * 1024 + 1, 'a')));
  ExpectRefused(&client, 413, "at most 2097152 bytes");
}

TEST(HttpLimits, AChunkedBodyThatGrowsTooLongIsRefused) {
  ServerOptions options;
  options.body_bytes_max = 8;
  TestServer server(Echo, options);
  Client client(server.port());
  client.Send(
      "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
      "\r\n8\r\n12345678\r\n1\r\n");
  ExpectRefused(&client, 413, "at most 8 bytes");
}

TEST(HttpLimits, OneConnectionTooManyHears503AndTheOthersWork) {
  ServerOptions options;
  options.connections_max = 2;
  TestServer server(Echo, options);
  Client first(server.port()), second(server.port());
  EXPECT_EQ(first.Ask(Post("1")).status, 200);
  EXPECT_EQ(second.Ask(Post("2")).status, 200);
  Client third(server.port());
  third.Send(Post("3"));
  ExpectRefused(&third, 503, "Too many connections");
  EXPECT_EQ(first.Ask(Post("1")).status, 200);
}

TEST(HttpLimits, AClosedConnectionMakesRoomForAnother) {
  ServerOptions options;
  options.connections_max = 1;
  TestServer server(Echo, options);
  Client first(server.port());
  first.Ask(Post("", "Connection: close\r\n"));
  EXPECT_TRUE(first.Closed());
  first.Close();
  while (server.server.connections() != 0) std::this_thread::yield();
  EXPECT_EQ(Client(server.port()).Ask(Post("")).status, 200);
}

TEST(HttpLimits, ASlowHeadIsCutOffAndHoldsUpNobody) {
  ServerOptions options;
  options.header_timeout = milliseconds(60);
  TestServer server(Echo, options);
  Client slow(server.port()), other(server.port());
  // A byte each time somebody else is served: progress earns no extension.
  bool open = true;
  int served = 0;
  while (open && served < 1'000'000) {
    open = slow.NothingCame() && slow.Send("G");
    served += other.Ask(Post("x")).status == 200;
  }
  ExpectRefused(&slow, 408, "head of the request took too long");
  EXPECT_GT(served, 10);
}

TEST(HttpLimits, ASlowBodyIsCutOff) {
  ServerOptions options;
  options.body_timeout = milliseconds(30);
  TestServer server(Echo, options);
  Client client(server.port());
  client.Send(Post("abc").substr(0, Post("abc").size() - 1));
  ExpectRefused(&client, 408, "body of the request took too long");
}

TEST(HttpLimits, AnIdleConnectionIsClosedWithoutAWord) {
  ServerOptions options;
  options.idle_timeout = milliseconds(30);
  TestServer server(Echo, options);
  Client fresh(server.port()), used(server.port());
  EXPECT_EQ(used.Ask(Post("x")).status, 200);
  EXPECT_TRUE(used.Closed());
  EXPECT_TRUE(fresh.Closed());
}

TEST(HttpLimits, AnOutstandingAnswerHasNoTimeLimit) {
  ServerOptions options;
  options.idle_timeout = options.header_timeout = milliseconds(20);
  options.body_timeout = milliseconds(20);
  TestServer* self = nullptr;
  TestServer server(
      [&](const Request&, const Responder& responder) {
        self->server.After(milliseconds(100),
                           [responder] { responder.SendCanned("", "late"); });
      },
      options);
  self = &server;
  EXPECT_EQ(Client(server.port()).Ask(Post("")).body, "late");
}

TEST(HttpLimits, APeerThatDoesNotReadItsAnswersIsCutOff) {
  ServerOptions options;
  options.body_timeout = milliseconds(50);
  std::atomic<int> handled{0};
  TestServer server(
      [&](const Request&, const Responder& responder) {
        ++handled;
        Response response;
        response.body.assign(1'000'000, 'x');
        responder.Send(std::move(response));
      },
      options);
  Client client(server.port(), false, 4096);
  std::string all;
  for (int i = 0; i < 100; ++i) all += Post("");
  client.Send(all);
  while (handled == 0) std::this_thread::yield();
  while (server.server.connections() != 0) std::this_thread::yield();
  // The other answers were not even made: one waits at a time.
  EXPECT_LT(handled, 20);
}

TEST(HttpLimits, ASlowReaderGetsTheWholeAnswer) {
  TestServer server([](const Request&, const Responder& responder) {
    Response response;
    response.body.assign(5'000'000, 'x');
    responder.Send(std::move(response));
  });
  Client client(server.port(), false, 4096);
  client.Send(Post("") + Post(""));
  EXPECT_EQ(client.Read().body.size(), 5'000'000u);
  EXPECT_EQ(client.Read().body.size(), 5'000'000u);
}

TEST(HttpLimits, ManyConnectionsAreServed) {
  TestServer server(Echo);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 400; ++i) {
    clients.push_back(std::make_unique<Client>(server.port()));
    clients.back()->Send(Post(std::to_string(i)));
  }
  for (int i = 0; i < 400; ++i) {
    ASSERT_EQ(clients[i]->Read().body, "POST / " + std::to_string(i));
  }
}

// Each of these is an error of the protocol: answered, logged and closed.
TEST(HttpLimits, MalformedRequestsAreRefusedAndTheConnectionCloses) {
  struct Case {
    int status;
    std::string text;
  };
  const std::string host = "Host: localhost\r\n";
  const std::vector<Case> cases = {
      {400, "GET / HTTP/1.1\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\n" + host + host + "\r\n"},
      {400, "GET /\r\n" + host + "\r\n"},
      {505, "PRI * HTTP/2.0\r\n\r\n"},
      {400, "\x16\x03\x01\x02\r\n\r\n"},
      {501, "GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip\r\n\r\n"},
      {417, "GET / HTTP/1.1\r\n" + host + "Expect: more\r\n\r\n"},
      {405, "TRACE / HTTP/1.1\r\n" + host + "\r\n"},
      {403, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"},
      {403, "GET / HTTP/1.1\r\n" + host + "Origin: null\r\n\r\n"},
  };
  TestServer server(Echo);
  for (const Case& c : cases) {
    Client client(server.port());
    client.Send(c.text + Post("smuggled"));
    SCOPED_TRACE(c.text);
    ExpectRefused(&client, c.status, "");
  }
}

TEST(HttpLimits, ARefusalComesAfterTheAnswersBeforeIt) {
  TestServer server(Echo);
  Client client(server.port());
  client.Send(Post("good") + "bad\r\n\r\n");
  EXPECT_EQ(client.Read().body, "POST / good");
  ExpectRefused(&client, 400, "request line");
}

TEST(HttpLimits, TheGivenHostAndAnAllowedOneAreAnswered) {
  ServerOptions options;
  options.allowed_hosts = {"stepwheel.test"};
  TestServer server(Echo, options);
  Client client(server.port());
  for (std::string host : {"stepwheel.test:99", "LOCALHOST", "sync-localhost",
                           "sync-127.0.0.1:8083", "[::1]:1", "a.localhost"}) {
    std::string text = "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    EXPECT_EQ(client.Ask(text).status, 200) << host;
  }
}

}  // namespace
}  // namespace stepwheel::http
