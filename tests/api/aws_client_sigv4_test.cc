// Signature Version 4 against values that AWS has published.
#include <absl/strings/escaping.h>
#include <gtest/gtest.h>

#include "api/aws_client/sigv4.h"
#include "api/http_client/url.h"

namespace stepwheel::aws_client {
namespace {

// The key pair and instant of all of AWS's examples.
const Credentials kExample = {"AKIDEXAMPLE",
                              "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
constexpr int64_t kExampleMillis = 1'440'938'160'000;  // 20150830T123600Z

std::string HeaderOf(const http_client::Request& request,
                     std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "";
}

http_client::Url UrlOf(const http_client::Request& request) {
  std::string why;
  std::optional<http_client::Url> url =
      http_client::ParseUrl(request.url, &why);
  EXPECT_EQ(why, "") << request.url;
  return url.value_or(http_client::Url());
}

std::string Authorization(http_client::Request request,
                          std::string_view service = "service",
                          const Credentials& credentials = kExample) {
  Signer signer;
  signer.Sign({"us-east-1", std::string(service), kExampleMillis}, credentials,
              UrlOf(request), &request);
  EXPECT_EQ(HeaderOf(request, "X-Amz-Date"), "20150830T123600Z");
  return HeaderOf(request, "Authorization");
}

std::string Signature(http_client::Request request,
                      std::string_view service = "service") {
  std::string text = Authorization(std::move(request), service);
  return text.substr(text.find("Signature=") + 10);
}

http_client::Request To(std::string method, std::string target,
                        http_client::Headers headers = {},
                        std::string body = "") {
  http_client::Request request;
  request.method = std::move(method);
  request.url = "https://example.amazonaws.com" + target;
  request.headers = std::move(headers);
  request.body = std::move(body);
  return request;
}

// AWS General Reference, "Examples of how to derive a signing key": the values
// of 2012-02-15 for iam, step by step, of which this is the last.
TEST(SigV4Test, DerivesTheDocumentedSigningKey) {
  std::string key = SigningKey("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                               "20120215", "us-east-1", "iam");
  EXPECT_EQ(absl::BytesToHexString(key),
            "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d");
}

// AWS General Reference, "Signature Version 4 signing process": the request
// ListUsers of IAM, worked through in its tasks 1 to 4.
TEST(SigV4Test, SignsTheDocumentedListUsers) {
  http_client::Request request;
  request.method = "GET";
  request.url =
      "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08";
  request.headers = {
      {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  std::string key =
      SigningKey(kExample.secret_access_key, "20150830", "us-east-1", "iam");
  EXPECT_EQ(absl::BytesToHexString(key),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
  http_client::Request stamped = request;
  stamped.headers.emplace_back("X-Amz-Date", "20150830T123600Z");
  std::string signed_headers;
  std::string canonical = CanonicalRequest(
      stamped, UrlOf(stamped), "iam",
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      &signed_headers);
  EXPECT_EQ(canonical,
            "GET\n/\nAction=ListUsers&Version=2010-05-08\n"
            "content-type:application/x-www-form-urlencoded; charset=utf-8\n"
            "host:iam.amazonaws.com\nx-amz-date:20150830T123600Z\n\n"
            "content-type;host;x-amz-date\n"
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(StringToSign("20150830T123600Z",
                         "20150830/us-east-1/iam/aws4_request", canonical),
            "AWS4-HMAC-SHA256\n20150830T123600Z\n"
            "20150830/us-east-1/iam/aws4_request\n"
            "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
  EXPECT_EQ(Authorization(request, "iam"),
            "AWS4-HMAC-SHA256 "
            "Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date, "
            "Signature="
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

// The Signature Version 4 Test Suite that AWS publishes; each line names its
// case. (Those whose input no HTTP client would send, such as unencoded paths,
// are left out.)
TEST(SigV4Test, AgreesWithTheTestSuite) {
  // get-vanilla
  EXPECT_EQ(Signature(To("GET", "/")),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  // get-vanilla-query-order-key-case
  EXPECT_EQ(Signature(To("GET", "/?Param2=value2&Param1=value1")),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
  // get-header-value-trim
  EXPECT_EQ(Signature(To(
                "GET", "/",
                {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}})),
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
  // post-vanilla
  EXPECT_EQ(Signature(To("POST", "/")),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  // post-x-www-form-urlencoded
  EXPECT_EQ(
      Signature(To("POST", "/",
                   {{"Content-Type", "application/x-www-form-urlencoded"}},
                   "Param1=value1")),
      "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
  // normalize-path/get-relative and get-slash-dot-slash
  EXPECT_EQ(Signature(To("GET", "/example/..")),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  EXPECT_EQ(Signature(To("GET", "/./")),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  // normalize-path/get-slash-pointless-dot
  EXPECT_EQ(Signature(To("GET", "/./example")),
            "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5");
}

// Made with botocore 1.29's SigV4Auth, which signs for boto3: a function's ARN
// in the path is encoded twice, as every service but S3 wants it.
TEST(SigV4Test, EncodesThePathOnceMore) {
  http_client::Request request;
  request.url =
      "http://127.0.0.1:3001/2015-03-31/functions/"
      "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af/"
      "invocations?Qualifier=1";
  request.headers = {{"X-Amz-Invocation-Type", "RequestResponse"},
                     {"Content-Type", "application/json"}};
  request.body = "{\"a\":1}";
  EXPECT_EQ(Signature(request, "lambda"),
            "2c642709c26fc18fec7073c897294774e660061aaf757857cdf7e37459077470");
}

TEST(SigV4Test, SendsAndSignsASessionToken) {
  Credentials credentials = kExample;
  credentials.session_token = "token/with+signs==";
  http_client::Request request = To("POST", "/");
  Signer signer;
  signer.Sign({"us-east-1", "service", kExampleMillis}, credentials,
              UrlOf(request), &request);
  EXPECT_EQ(HeaderOf(request, "X-Amz-Security-Token"), "token/with+signs==");
  EXPECT_NE(HeaderOf(request, "Authorization")
                .find("SignedHeaders=host;x-amz-date;x-amz-security-token,"),
            std::string::npos);
}

TEST(SigV4Test, S3GetsTheHashOfThePayload) {
  http_client::Request request = To("PUT", "/bucket/a//b", {}, "x");
  Signer signer;
  signer.Sign({"us-east-1", "s3", kExampleMillis}, kExample, UrlOf(request),
              &request);
  EXPECT_EQ(HeaderOf(request, "X-Amz-Content-Sha256"),
            "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
  std::string ignored;
  EXPECT_TRUE(CanonicalRequest(request, UrlOf(request), "s3", "", &ignored)
                  .starts_with("PUT\n/bucket/a//b\n"))
      << "S3 keeps its paths as they are";
}

TEST(SigV4Test, AKeptKeyIsOfItsDayRegionServiceAndSecret) {
  Signer kept;
  std::vector<SigningScope> scopes = {
      {"us-east-1", "lambda", kExampleMillis},
      {"us-east-1", "sqs", kExampleMillis},
      {"eu-west-1", "sqs", kExampleMillis},
      {"eu-west-1", "sqs", kExampleMillis + 1'000},
      {"eu-west-1", "sqs", kExampleMillis + 86'400'000}};
  for (const SigningScope& scope : scopes) {
    for (const char* secret : {"one", "two"}) {
      http_client::Request with_kept = To("POST", "/");
      http_client::Request with_new = with_kept;
      kept.Sign(scope, {"id", secret, ""}, UrlOf(with_kept), &with_kept);
      Signer().Sign(scope, {"id", secret, ""}, UrlOf(with_new), &with_new);
      EXPECT_EQ(with_kept.headers, with_new.headers);
    }
  }
}

}  // namespace
}  // namespace stepwheel::aws_client
