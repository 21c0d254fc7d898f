// Secure connections and proxies, with a certificate made here.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <fstream>
#include <map>

#include "tests/api/http_client_harness.h"

namespace stepwheel::http_client {
namespace {

constexpr const char* kNames =
    "DNS:secure.localhost,DNS:secure.example.test,IP:127.0.0.1";

// A self-made certificate and a server's context that shows it.
class Certificate {
 public:
  explicit Certificate(const char* names = kNames) {
    key_ = EVP_EC_gen("P-256");
    x509_ = X509_new();
    X509_set_version(x509_, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509_), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509_), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x509_), 24 * 3600);
    X509_set_pubkey(x509_, key_);
    X509_NAME* name = X509_get_subject_name(x509_);
    X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_ASC,
        reinterpret_cast<const unsigned char*>("stepwheel test"), -1, -1, 0);
    X509_set_issuer_name(x509_, name);
    X509V3_CTX v3;
    X509V3_set_ctx_nodb(&v3);
    X509V3_set_ctx(&v3, x509_, x509_, nullptr, nullptr, 0);
    AddExtension(&v3, NID_subject_alt_name, names);
    AddExtension(&v3, NID_basic_constraints, "CA:TRUE");
    X509_sign(x509_, key_, EVP_sha256());
    context_ = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(context_, x509_);
    SSL_CTX_use_PrivateKey(context_, key_);
    path_ = testing::TempDir() + "stepwheel_tls_" + std::to_string(::getpid()) +
            ".pem";
    FILE* out = std::fopen(path_.c_str(), "w");
    PEM_write_X509(out, x509_);
    std::fclose(out);
  }
  ~Certificate() {
    std::remove(path_.c_str());
    SSL_CTX_free(context_);
    X509_free(x509_);
    EVP_PKEY_free(key_);
  }
  Certificate(const Certificate&) = delete;

  SSL_CTX* context() const { return context_; }
  const std::string& path() const { return path_; }

 private:
  void AddExtension(X509V3_CTX* v3, int nid, const char* value) {
    X509_EXTENSION* extension =
        X509V3_EXT_conf_nid(nullptr, v3, nid, const_cast<char*>(value));
    X509_add_ext(x509_, extension, -1);
    X509_EXTENSION_free(extension);
  }
  EVP_PKEY* key_;
  X509* x509_;
  SSL_CTX* context_;
  std::string path_;
};

// The peer's end of a secure connection: answers `answers` requests, tells the
// server name that was asked for, and closes without a word.
void ServeTls(const Certificate& certificate, PeerSocket& socket, int answers) {
  SSL* ssl = SSL_new(certificate.context());
  SSL_set_fd(ssl, socket.fd());
  if (SSL_accept(ssl) == 1) {
    const char* asked = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    std::string answer = Ok(asked == nullptr ? "no name" : asked);
    char bytes[4096];
    while (answers-- > 0 && SSL_read(ssl, bytes, sizeof bytes) > 0) {
      SSL_write(ssl, answer.data(), static_cast<int>(answer.size()));
    }
  }
  SSL_free(ssl);
}

Peer::Script Tls(const Certificate& certificate, int answers = 10) {
  return [&certificate, answers](PeerSocket& socket, int) {
    ServeTls(certificate, socket, answers);
  };
}

std::string Https(std::string_view host, const Peer& peer) {
  return "https://" + std::string(host) + ":" + std::to_string(peer.port()) +
         "/";
}

ClientOptions Trusting(const Certificate& certificate) {
  ClientOptions options;
  options.ca_file = certificate.path();
  return options;
}

TEST(HttpClientTlsTest, AsksForTheNameAndKeepsTheConnection) {
  Certificate certificate;
  Peer peer(Tls(certificate));
  Outgoing out(Trusting(certificate));
  std::string url = Https("secure.localhost", peer);
  EXPECT_EQ(BodyOf(out.Post(url)), "secure.localhost");
  EXPECT_EQ(BodyOf(out.Post(url)), "secure.localhost");
  EXPECT_EQ(peer.connections(), 1);
  EXPECT_EQ(BodyOf(out.Post(Https("127.0.0.1", peer))), "no name");
}

TEST(HttpClientTlsTest, ACertificateThatNobodyTrustsIsRefused) {
  Certificate certificate;
  Peer peer(Tls(certificate));
  Outgoing out;
  Failure failure = FailureOf(out.Post(Https("secure.localhost", peer)));
  EXPECT_EQ(failure.kind, FailureKind::kTls);
  EXPECT_FALSE(failure.sent);
  EXPECT_NE(failure.message.find("self-signed certificate"), std::string::npos)
      << failure.message;
}

TEST(HttpClientTlsTest, AFileOfCertificatesThatCannotBeReadIsSaid) {
  Certificate certificate;
  Peer plain([](PeerSocket& socket, int) {
    socket.ReadRequest();
    socket.Send(Ok("plain"));
  });
  std::string garbage = certificate.path() + ".garbage";
  std::ofstream(garbage) << "no certificate\n";
  const std::pair<std::string, std::string> files[] = {
      {"/nonexistent/ca.pem", "No such file or directory"},
      {"/", "Is a directory"},
      {"/dev/null", "it is empty"},
      {garbage, "expected certificates in PEM, found none"}};
  for (const auto& [path, why] : files) {
    ClientOptions options;
    options.ca_file = path;
    options.ca_file_from = "AWS_CA_BUNDLE";
    std::string problem = "AWS_CA_BUNDLE is '" + path + "': " + why;
    EXPECT_EQ(CaFileProblem(options).find(problem), 0u)
        << CaFileProblem(options);
    Outgoing out(options);
    for (int i = 0; i < 2; ++i) {
      Failure failure = FailureOf(out.Post("https://127.0.0.1:1/"));
      EXPECT_EQ(failure.kind, FailureKind::kTls);
      EXPECT_FALSE(failure.sent);
      EXPECT_EQ(failure.message.find(problem), 0u) << failure.message;
    }
    EXPECT_EQ(BodyOf(out.Post(plain.Url())), "plain");
  }
  std::remove(garbage.c_str());
  EXPECT_EQ(CaFileProblem(Trusting(certificate)), "");
  EXPECT_EQ(CaFileProblem({}), "");
}

TEST(HttpClientTlsTest, ACertificateOfAnotherHostIsRefused) {
  Certificate certificate;
  Peer peer(Tls(certificate));
  Outgoing out(Trusting(certificate));
  Failure failure = FailureOf(out.Post(Https("other.localhost", peer)));
  EXPECT_EQ(failure.kind, FailureKind::kTls);
  EXPECT_FALSE(failure.sent);
}

TEST(HttpClientTlsTest, AServerWithoutTlsIsNoSecureConnection) {
  Peer plain([](PeerSocket& socket, int) {
    socket.Send("HTTP/1.1 400 Bad Request\r\n\r\n");
    socket.ClosedWithin(5000);
  });
  Outgoing out;
  Failure failure = FailureOf(out.Post(Https("127.0.0.1", plain)));
  EXPECT_EQ(failure.kind, FailureKind::kTls);
}

TEST(HttpClientTlsTest, AHandshakeThatNeverEndsIsLimitedAndCancelled) {
  std::atomic<int> closed{0};
  Peer silent([&](PeerSocket& socket, int) {
    closed += socket.WaitForClose() ? 1 : 0;
  });
  ClientOptions options;
  options.connect_timeout = milliseconds(50);
  Outgoing out(options);
  Failure failure = FailureOf(out.Post(Https("127.0.0.1", silent)));
  EXPECT_EQ(failure.kind, FailureKind::kTimedOut);
  EXPECT_FALSE(failure.sent);
  out.RunUntil([&] { return closed == 1; });
  Outgoing patient;
  Request request;
  request.url = Https("127.0.0.1", silent);
  std::optional<Result> result;
  CallId id =
      patient.client.Start(request, [&](Result r) { result = std::move(r); });
  patient.RunUntil([&] { return silent.connections() == 2; });
  patient.client.Cancel(id);
  patient.RunUntil([&] { return result.has_value() && closed == 2; });
  EXPECT_EQ(KindOf(*result), "cancelled");
}

TEST(HttpClientTlsTest, AKeptConnectionThatEndsIsReplaced) {
  Certificate certificate;
  Peer peer(Tls(certificate, /*answers=*/1));
  Outgoing out(Trusting(certificate));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(BodyOf(out.Post(Https("secure.localhost", peer))),
              "secure.localhost");
    out.RunUntil([&] { return out.client.stats().connections == 0; });
  }
  EXPECT_EQ(peer.connections(), 3);
}

Url ProxyAt(const Peer& peer, std::string_view user = "") {
  std::string why;
  std::string at = user.empty() ? "" : std::string(user) + "@";
  return *ParseUrl("http://" + at + "127.0.0.1:" + std::to_string(peer.port()),
                   &why, /*allow_user_info=*/true);
}

TEST(HttpClientProxyTest, HttpGoesToTheProxyInAbsoluteForm) {
  std::string seen;
  Peer proxy([&](PeerSocket& socket, int) {
    seen = socket.ReadRequest();
    socket.Send(Ok("by proxy"));
  });
  ClientOptions options;
  options.proxies.http = ProxyAt(proxy, "user:secret");
  Outgoing out(options);
  EXPECT_EQ(BodyOf(out.Get("http://lambda.example.test/f?x=1")), "by proxy");
  EXPECT_TRUE(
      seen.starts_with("GET http://lambda.example.test/f?x=1 HTTP/1.1\r\n"
                       "Host: lambda.example.test\r\n"
                       "Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n"))
      << seen;
}

TEST(HttpClientProxyTest, HttpsGoesThroughATunnel) {
  Certificate certificate;
  std::string seen;
  Peer proxy([&](PeerSocket& socket, int) {
    seen = socket.ReadRequest();
    socket.Send("HTTP/1.1 200 Connection established\r\n\r\n");
    ServeTls(certificate, socket, 2);
  });
  ClientOptions options = Trusting(certificate);
  options.proxies.https = ProxyAt(proxy, "user:secret");
  Outgoing out(options);
  EXPECT_EQ(BodyOf(out.Post("https://secure.example.test/")),
            "secure.example.test");
  EXPECT_EQ(BodyOf(out.Post("https://secure.example.test/")),
            "secure.example.test");
  EXPECT_EQ(seen,
            "CONNECT secure.example.test:443 HTTP/1.1\r\n"
            "Host: secure.example.test:443\r\n"
            "Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n\r\n");
  EXPECT_EQ(proxy.connections(), 1);
}

TEST(HttpClientProxyTest, AProxyThatRefusesSaysWhy) {
  for (std::string_view answer :
       {"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n"
        "\r\nno",
        "garbage\r\n\r\n", "", "HTTP/1.1 200 OK\r\n\r\nunasked"}) {
    Peer proxy([answer](PeerSocket& socket, int) {
      socket.ReadRequest();
      socket.Send(answer);
    });
    ClientOptions options;
    options.proxies.https = ProxyAt(proxy);
    Outgoing out(options);
    Failure failure = FailureOf(out.Post("https://secure.example.test/"));
    EXPECT_EQ(failure.kind, FailureKind::kProxy) << answer;
    EXPECT_FALSE(failure.sent);
    if (answer.starts_with("HTTP/1.1 407")) {
      EXPECT_EQ(failure.reason,
                "it answered 407 Proxy Authentication Required");
    }
  }
}

TEST(HttpClientProxyTest, WhatIsHereNeverGoesThroughAProxy) {
  Peer proxy([](PeerSocket& socket, int) { socket.Reset(); });
  Peer here([](PeerSocket& socket, int) {
    socket.ReadRequest();
    socket.Send(Ok("here"));
  });
  ClientOptions options;
  options.proxies.http = ProxyAt(proxy);
  Outgoing out(options);
  EXPECT_EQ(BodyOf(out.Get(here.Url())), "here");
  EXPECT_EQ(proxy.connections(), 0);
}

Environment Of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](
             std::string_view name) -> std::optional<std::string> {
    auto it = variables.find(std::string(name));
    if (it == variables.end()) return std::nullopt;
    return it->second;
  };
}

bool Proxied(const ProxySettings& settings, std::string_view url) {
  std::string why;
  return settings.For(*ParseUrl(url, &why)) != nullptr;
}

TEST(ProxySettingsTest, ReadsTheVariablesInBothCases) {
  std::vector<std::string> problems;
  ProxySettings settings =
      ReadProxySettings(Of({{"http_proxy", "proxy.test:3128"},
                            {"HTTP_PROXY", "http://loses.test"},
                            {"HTTPS_PROXY", "http://u:p@secure.test"}}),
                        &problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(settings.http->HostAndPort(), "proxy.test:3128");
  EXPECT_EQ(settings.https->HostAndPort(), "secure.test:80");
  EXPECT_EQ(settings.https->user_info, "u:p");
}

TEST(ProxySettingsTest, NoProxyNamesHostsAndDomains) {
  std::vector<std::string> problems;
  ProxySettings settings = ReadProxySettings(
      Of({{"http_proxy", "http://proxy.test"},
          {"no_proxy", "a.test, .b.test,*.c.test,d.test:81,10.0.0.1"}}),
      &problems);
  for (const char* url :
       {"http://a.test", "http://x.a.test", "http://b.test", "http://x.b.test",
        "http://x.c.test", "http://d.test:81", "http://10.0.0.1",
        "http://127.1.2.3", "http://[::1]", "http://localhost:1",
        "https://e.test"}) {
    EXPECT_FALSE(Proxied(settings, url)) << url;
  }
  for (const char* url : {"http://xa.test", "http://d.test", "http://10.0.0.11",
                          "http://e.test"}) {
    EXPECT_TRUE(Proxied(settings, url)) << url;
  }
  settings.none_for = {"*"};
  EXPECT_FALSE(Proxied(settings, "http://e.test"));
}

TEST(ProxySettingsTest, SaysWhatIsWrongWithoutRepeatingAPassword) {
  std::vector<std::string> problems;
  ReadProxySettings(Of({{"HTTP_PROXY", "socks5://u:secret@x"},
                        {"https_proxy", "https://u:secret@x"}}),
                    &problems);
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0],
            "HTTP_PROXY: expected http:// or https://, not socks5://");
  EXPECT_EQ(problems[1],
            "https_proxy: expected a proxy that is reached by http://, not "
            "https://");
}

}  // namespace
}  // namespace stepwheel::http_client
