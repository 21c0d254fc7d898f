#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "api/http/host_rules.h"
#include "api/http/request_parser.h"
#include "api/http/response_writer.h"

namespace stepwheel::http {
namespace {

using State = RequestParser::State;

struct Parsed {
  RequestParser parser{1000, 100};
  std::string buffer;
  State state = State::kHead;
};

Parsed Parse(std::string text) {
  Parsed parsed;
  parsed.buffer = std::move(text);
  size_t size = parsed.buffer.size();
  parsed.state = parsed.parser.Parse(parsed.buffer.data(), &size);
  parsed.buffer.resize(size);
  return parsed;
}

// Like Parse(), but the parser sees one byte more each time.
Parsed ParseBytewise(const std::string& text) {
  Parsed parsed;
  for (char c : text) {
    parsed.buffer += c;
    size_t size = parsed.buffer.size();
    parsed.state = parsed.parser.Parse(parsed.buffer.data(), &size);
    parsed.buffer.resize(size);
    if (parsed.state == State::kBad) break;
  }
  return parsed;
}

int StatusOf(const std::string& text) {
  Parsed whole = Parse(text);
  Parsed bytes = ParseBytewise(text);
  EXPECT_EQ(whole.state, State::kBad) << text;
  EXPECT_EQ(bytes.state, State::kBad) << text;
  EXPECT_EQ(whole.parser.error(), bytes.parser.error()) << text;
  return whole.parser.error_status();
}

std::string Get(const std::string& headers) {
  return "GET / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}

std::string Chunked(const std::string& chunks) {
  return Get("Transfer-Encoding: chunked\r\n") + chunks;
}

TEST(RequestParser, ReadsARequestOneByteAtATime) {
  std::string text =
      "PUT /a HTTP/1.1\r\nHost: h:1\r\nContent-Length: 3\r\n"
      "Origin: o\r\n\r\nabc";
  for (Parsed& p : std::vector<Parsed>{Parse(text), ParseBytewise(text)}) {
    ASSERT_EQ(p.state, State::kDone);
    const char* data = p.buffer.data();
    EXPECT_EQ(p.parser.method(data), "PUT");
    EXPECT_EQ(p.parser.target(data), "/a");
    EXPECT_EQ(p.parser.host(data), "h:1");
    EXPECT_EQ(p.parser.origin(data), "o");
    EXPECT_EQ(p.parser.body(data), "abc");
    EXPECT_EQ(p.parser.size(), text.size());
  }
}

TEST(RequestParser, LeavesTheNextRequestInTheBuffer) {
  Parsed p = Parse(Get("") + "GET");
  EXPECT_EQ(p.state, State::kDone);
  EXPECT_EQ(p.buffer.substr(p.parser.size()), "GET");
  Parsed chunked = Parse(Chunked("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n") + "GET");
  EXPECT_EQ(chunked.state, State::kDone);
  EXPECT_EQ(chunked.parser.body(chunked.buffer.data()), "abc");
  EXPECT_EQ(chunked.buffer.substr(chunked.parser.size()), "GET");
}

TEST(RequestParser, KeepsOnlyTheJoinedBodyOfManySmallChunks) {
  std::string chunks;
  for (int i = 0; i < 90; ++i) chunks += "0000001 ; x\r\na\r\n";
  Parsed p = ParseBytewise(Chunked(chunks));
  EXPECT_EQ(p.state, State::kBody);
  EXPECT_EQ(p.buffer.size(), Chunked("").size() + 90);
}

TEST(RequestParser, SkipsEmptyLinesBeforeTheRequest) {
  EXPECT_EQ(Parse("\r\n\r\n" + Get("")).state, State::kDone);
}

TEST(RequestParser, KnowsWhetherTheConnectionIsKept) {
  EXPECT_TRUE(Parse(Get("")).parser.keep_alive());
  EXPECT_FALSE(Parse(Get("Connection: x,close\r\n")).parser.keep_alive());
  EXPECT_FALSE(Parse("GET / HTTP/1.0\r\n\r\n").parser.keep_alive());
  EXPECT_TRUE(Parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
                  .parser.keep_alive());
}

TEST(RequestParser, RefusesEveryAmbiguousLength) {
  const std::string length = "Content-Length: 1\r\n";
  EXPECT_EQ(StatusOf(Get(length + length)), 400);
  EXPECT_EQ(StatusOf(Get(length + "content-length: 2\r\n")), 400);
  EXPECT_EQ(StatusOf(Get(length + "Transfer-Encoding: chunked\r\n")), 400);
  EXPECT_EQ(StatusOf(Get("Transfer-Encoding: chunked\r\n" + length)), 400);
  for (std::string bad : {"", "+1", "-1", "1,1", "0x1", "1 1", "1a"}) {
    EXPECT_EQ(StatusOf(Get("Content-Length: " + bad + "\r\n")), 400) << bad;
  }
  EXPECT_EQ(StatusOf("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
            400);
  EXPECT_EQ(StatusOf(Get("Transfer-Encoding: gzip, chunked\r\n")), 501);
  EXPECT_EQ(StatusOf(Get("Transfer-Encoding: chunked\r\n"
                         "Transfer-Encoding: chunked\r\n")),
            400);
}

TEST(RequestParser, RefusesLinesThatTwoParsersReadDifferently) {
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\nHost: h\n\n"), 400);
  EXPECT_EQ(StatusOf(Get("A: b\r\n folded: c\r\n")), 400);
  EXPECT_EQ(StatusOf(Get("A : b\r\n")), 400);
  EXPECT_EQ(StatusOf(Get(": b\r\n")), 400);
  EXPECT_EQ(StatusOf(Get("nocolon\r\n")), 400);
  EXPECT_EQ(StatusOf(Get("A: b\rc\r\n")), 400);
  EXPECT_EQ(StatusOf(Get(std::string("A: b\0c\r\n", 8))), 400);
  EXPECT_EQ(StatusOf(Get("A: 0123456789abcdef\x7f\r\n")), 400);
  EXPECT_EQ(StatusOf(Get("Host: h\r\n")), 400);
  EXPECT_EQ(StatusOf(Get("X-Amz-Target: a\r\nX-Amz-Target: b\r\n")), 400);
}

TEST(RequestParser, AcceptsTabsAndOtherAlphabetsInValues) {
  EXPECT_EQ(Parse(Get("A: b\tc \xc3\xa4 0123456789\r\n")).state, State::kDone);
}

TEST(RequestParser, RefusesMalformedRequestLines) {
  for (std::string line :
       {"GET", "GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", " / HTTP/1.1",
        "G(T / HTTP/1.1", "GET /\x01 HTTP/1.1", "GET a HTTP/1.1",
        "GET * HTTP/1.1", "GET /#f HTTP/1.1", "GET http:///x HTTP/1.1",
        "GET http://u@h/ HTTP/1.1", "GET http://h?q HTTP/1.1",
        "CONNECT h:1 HTTP/1.1", "GET / http/1.1", "GET / XYZ"}) {
    EXPECT_EQ(StatusOf(line + "\r\nHost: h\r\n\r\n"), 400) << line;
  }
  EXPECT_EQ(StatusOf("GET / HTTP/1.2\r\nHost: h\r\n\r\n"), 505);
}

TEST(RequestParser, RefusesMalformedChunks) {
  for (std::string chunks :
       {"\r\n", "g\r\n", "-1\r\n", "1\nab\r\n", "1\r\nab\r\n", "1\r\na\n\r\n",
        "1 2\r\na\r\n", ";x\r\n", "0\r\nno colon\r\n\r\n",
        "0\r\n: a\r\n\r\n"}) {
    EXPECT_EQ(StatusOf(Chunked(chunks)), 400) << chunks;
  }
  EXPECT_EQ(StatusOf(Chunked("1;" + std::string(300, 'x') + "\r\n")), 400);
  EXPECT_EQ(StatusOf(Chunked("65\r\n")), 413);
  EXPECT_EQ(StatusOf(Chunked("ffffffffffffffffffff\r\n")), 413);
}

TEST(RequestParser, BoundsTheTrailer) {
  std::string line = "A: " + std::string(400, 'x') + "\r\n";
  EXPECT_EQ(StatusOf(Chunked("0\r\n" + line + line + line + "\r\n")), 400);
}

// Whatever the bytes are, where the network cuts them changes nothing.
TEST(RequestParser, SeesTheSameHoweverTheBytesAreCut) {
  const std::string good =
      Chunked("3\r\nabc\r\n4;e=1\r\ndefg\r\n0\r\nT: u\r\n\r\n") +
      Get("Content-Length: 3\r\nConnection: close\r\n") + "abc";
  const std::string_view odd("\r\n \t:;,0a\0\x80/*", 14);
  std::mt19937 random(7);
  int done = 0, bad = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = good.substr(i % 2 == 0 ? 0 : good.rfind("GET"));
    for (size_t n = random() % 3; n > 0; --n) {
      text[random() % text.size()] = odd[random() % odd.size()];
    }
    Parsed whole = Parse(text);
    Parsed bytes;
    for (char c : text) {
      bytes.buffer += c;
      size_t size = bytes.buffer.size();
      bytes.state = bytes.parser.Parse(bytes.buffer.data(), &size);
      bytes.buffer.resize(size);
      if (bytes.state == State::kBad || bytes.state == State::kDone) break;
    }
    ASSERT_EQ(whole.state, bytes.state) << text;
    ASSERT_EQ(whole.parser.error(), bytes.parser.error()) << text;
    done += whole.state == State::kDone;
    bad += whole.state == State::kBad;
    if (whole.state != State::kDone) continue;
    ASSERT_EQ(whole.parser.body(whole.buffer.data()),
              bytes.parser.body(bytes.buffer.data()));
  }
  EXPECT_GT(done, 5000);
  EXPECT_GT(bad, 2000);
}

TEST(HostRules, ReducesAnAuthorityToItsHost) {
  EXPECT_EQ(HostOf("LocalHost.:80"), "localhost");
  EXPECT_EQ(HostOf("[::1]:80"), "::1");
  for (std::string bad : {"", ":80", "a:b", "[::1", "[::1]x", "a b", "a@b",
                          "x[::1]", "h:123456", "a/b"}) {
    EXPECT_EQ(HostOf(bad), "") << bad;
  }
}

TEST(HostRules, AllowsLoopbackWithAnyPortAndSyncPrefix) {
  HostRules rules("", {});
  for (std::string host :
       {"localhost", "localhost:1", "a.b.localhost", "127.0.0.1", "127.8.9.1:5",
        "[::1]", "[0:0:0:0:0:0:0:1]:3", "sync-localhost:8083", "sync-127.0.0.1",
        "sync-[::1]:8083"}) {
    EXPECT_TRUE(rules.HostAllowed(host)) << host;
  }
  for (std::string host :
       {"evil.example", "localhost.evil.example", "evillocalhost",
        "127.0.0.1.evil.example", "128.0.0.1", "127.1", "[::2]", "0.0.0.0",
        "sync-evil.example", "sync-sync-localhost", "evil.example."}) {
    EXPECT_FALSE(rules.HostAllowed(host)) << host;
  }
}

TEST(HostRules, AllowsTheAddressAndTheListedHosts) {
  HostRules rules("192.0.2.7", {"Box.Test:99", "2001:db8::1"});
  EXPECT_TRUE(rules.HostAllowed("192.0.2.7:1"));
  EXPECT_TRUE(rules.HostAllowed("box.test"));
  EXPECT_TRUE(rules.HostAllowed("sync-box.test"));
  EXPECT_TRUE(rules.HostAllowed("[2001:db8::1]:8083"));
  EXPECT_FALSE(rules.HostAllowed("192.0.2.8"));
}

TEST(HostRules, AWildcardAllowsAddressesButNoNames) {
  HostRules rules("0.0.0.0", {});
  EXPECT_TRUE(rules.HostAllowed("192.0.2.7:8083"));
  EXPECT_FALSE(rules.HostAllowed("evil.example"));
  EXPECT_FALSE(rules.OriginAllowed("http://192.0.2.8", "192.0.2.7"));
}

TEST(HostRules, AllowsOnlyOriginsOfAllowedHosts) {
  HostRules rules("0.0.0.0", {"box.test"});
  EXPECT_TRUE(rules.OriginAllowed("http://localhost:3000", "localhost"));
  EXPECT_TRUE(rules.OriginAllowed("https://box.test", "box.test"));
  EXPECT_TRUE(rules.OriginAllowed("http://192.0.2.7:1", "192.0.2.7:1"));
  for (std::string origin :
       {"null", "", "http://evil.example", "file://", "ftp://localhost",
        "http://", "localhost", "http://localhost@evil.example",
        "http://localhost/evil", "http://evil:80"}) {
    EXPECT_FALSE(rules.OriginAllowed(origin, "localhost")) << origin;
  }
}

TEST(ResponseWriter, ErrorTextsCannotBreakTheJson) {
  EXPECT_EQ(ErrorResponse(400, "a\"\\\n\x80z").body,
            "{\"__type\":\"com.amazon.coral.service#BadRequestException\","
            "\"message\":\"a\\\"\\\\??z\"}");
}

TEST(ResponseWriter, ResponsesThatHaveNoBodySayNoLength) {
  Response response;
  response.status = 204;
  response.body = "ignored";
  std::string out;
  AppendResponse(response, {}, &out);
  EXPECT_EQ(out, "HTTP/1.1 204 No Content\r\n\r\n");
}

}  // namespace
}  // namespace stepwheel::http
