// Which endpoint and whose credentials, from what is configured.
#include <gtest/gtest.h>

#include <map>

#include "api/aws_client/aws_client.h"
#include "tests/api/http_client_harness.h"

namespace stepwheel::aws_client {
namespace {

using Map = std::map<std::string, std::string>;

template <typename Key>
std::optional<std::string> Lookup(const Map& map, Key key) {
  auto it = map.find(std::string(key));
  if (it == map.end()) return std::nullopt;
  return it->second;
}

Environment EnvironmentOf(Map variables) {
  return [variables = std::move(variables)](std::string_view name) {
    return Lookup(variables, name);
  };
}

ReadFile FilesOf(Map files) {
  return [files = std::move(files)](const std::string& path) {
    return Lookup(files, path);
  };
}

// "url from source", or the failure.
std::string Of(const Endpoints& endpoints, std::string_view service) {
  absl::StatusOr<Endpoint> found = endpoints.For(service);
  if (!found.ok()) return std::string(found.status().message());
  return found->url + " from " + found->source;
}

Endpoints Configured(Map variables, Map files = {}) {
  Endpoints endpoints;
  endpoints.ReadConfiguration(EnvironmentOf(std::move(variables)),
                              FilesOf(std::move(files)));
  return endpoints;
}

TEST(EndpointsTest, WithoutAnySaysWhatToSet) {
  EXPECT_EQ(Of(Configured({}), "lambda"),
            "no endpoint is configured for lambda: set "
            "AWS_ENDPOINT_URL_LAMBDA, LAMBDA_ENDPOINT or AWS_ENDPOINT_URL, or "
            "give --endpoint lambda=URL");
  EXPECT_EQ(Of(Configured({}), "events"),
            "no endpoint is configured for events: set "
            "AWS_ENDPOINT_URL_EVENTBRIDGE or AWS_ENDPOINT_URL, or give "
            "--endpoint events=URL");
}

TEST(EndpointsTest, TheFirstOfTheDocumentedOrderCounts) {
  Map variables = {
      {"AWS_CONFIG_FILE", "/config"},
      {"AWS_PROFILE", "dev"},
      {"AWS_ENDPOINT_URL_LAMBDA", "http://sdk"},
      {"LAMBDA_ENDPOINT", "http://local"},
      {"AWS_ENDPOINT_URL", "http://all"},
  };
  Map files = {{"/config",
                "[profile dev]\n"
                "endpoint_url = http://profile\n"
                "services = here\n"
                "[services here]\n"
                "lambda =\n"
                "  endpoint_url = http://services\n"}};
  Endpoints endpoints = Configured(variables, files);
  EXPECT_EQ(endpoints.AddFlag("lambda=http://flag/"), "");
  EXPECT_EQ(Of(endpoints, "lambda"), "http://flag from --endpoint");
  EXPECT_EQ(Of(endpoints, "sqs"), "http://all from AWS_ENDPOINT_URL");
  for (const auto& [variable, expected] :
       std::vector<std::pair<std::string, std::string>>{
           {"", "http://sdk from AWS_ENDPOINT_URL_LAMBDA"},
           {"AWS_ENDPOINT_URL_LAMBDA", "http://local from LAMBDA_ENDPOINT"},
           {"LAMBDA_ENDPOINT", "http://all from AWS_ENDPOINT_URL"},
           {"AWS_ENDPOINT_URL",
            "http://services from endpoint_url of the services of the profile "
            "'dev' in /config"}}) {
    variables.erase(variable);
    EXPECT_EQ(Of(Configured(variables, files), "lambda"), expected);
  }
  EXPECT_EQ(Of(Configured(variables, files), "sqs"),
            "http://profile from endpoint_url of the profile 'dev' in /config");
}

TEST(EndpointsTest, ConfiguredOnesCanBeIgnored) {
  Endpoints endpoints =
      Configured({{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE"},
                  {"AWS_ENDPOINT_URL_SQS", "http://sdk"},
                  {"AWS_ENDPOINT_URL", "http://all"},
                  {"LAMBDA_ENDPOINT", "http://local"}});
  EXPECT_EQ(Of(endpoints, "lambda"), "http://local from LAMBDA_ENDPOINT");
  EXPECT_TRUE(absl::IsNotFound(endpoints.For("sqs").status()));
}

TEST(EndpointsTest, KnowsTheNamesOfServices) {
  Endpoints endpoints =
      Configured({{"STEP_FUNCTIONS_ENDPOINT", "http://a:1"},
                  {"AWS_ENDPOINT_URL_EVENTBRIDGE", "http://b:2/"},
                  {"SAGE_MAKER_ENDPOINT", "http://c:3/base/"},
                  {"AWS_ENDPOINT_URL_EC2", "https://d"}});
  EXPECT_EQ(endpoints.For("states")->url, "http://a:1");
  EXPECT_EQ(endpoints.For("sfn")->url, "http://a:1");
  EXPECT_EQ(endpoints.For("events")->url, "http://b:2");
  EXPECT_EQ(endpoints.For("sagemaker")->url, "http://c:3/base");
  EXPECT_EQ(endpoints.For("ec2")->url, "https://d");
  EXPECT_EQ(NamesOf("sfn").signing, "states");
  EXPECT_EQ(NamesOf("some-thing").variable, "SOME_THING");
}

TEST(EndpointsTest, AValueThatIsNoUrlIsAnErrorAndNeverSkipped) {
  Endpoints endpoints = Configured({{"AWS_ENDPOINT_URL_LAMBDA", "localhost:1"},
                                    {"LAMBDA_ENDPOINT", "http://local"},
                                    {"AWS_ENDPOINT_URL", "http://x/?a=b"}});
  std::string lambda =
      "AWS_ENDPOINT_URL_LAMBDA is 'localhost:1': expected a URL that begins "
      "with http:// or https://";
  EXPECT_EQ(Of(endpoints, "lambda"), lambda);
  EXPECT_EQ(Of(endpoints, "sqs"),
            "AWS_ENDPOINT_URL is 'http://x/?a=b': an endpoint has no query");
  EXPECT_EQ(endpoints.Problems(),
            (std::vector<std::string>{lambda, Of(endpoints, "sqs")}));
}

TEST(EndpointsTest, RefusesFlagsThatAreNone) {
  Endpoints endpoints;
  EXPECT_EQ(endpoints.AddFlag("http://x"),
            "expected SERVICE=URL, such as lambda=http://127.0.0.1:3001");
  EXPECT_EQ(endpoints.AddFlag("=http://x"),
            "expected SERVICE=URL, such as lambda=http://127.0.0.1:3001");
  EXPECT_EQ(endpoints.AddFlag("lambda=x"),
            "expected a URL that begins with http:// or https://");
  EXPECT_EQ(endpoints.AddFlag("lam bda=http://x"),
            "expected a service such as lambda before the '='");
}

TEST(ProfileFileTest, ReadsSectionsCommentsAndNestedKeys) {
  ProfileFile file = ParseProfileFile(
      "lost = 1\n"
      "# comment\n"
      "[default]\r\n"
      "region=eu-west-1\r\n"
      "AWS_Secret_Access_Key = a#b;c ; why\n"
      "[ profile  two ]\n"
      "s3 =\n"
      "  addressing_style = path\n"
      "region = x\n"
      "  not_nested = y\n"
      "garbage\n");
  EXPECT_EQ(file.at("default"),
            (Map{{"region", "eu-west-1"}, {"aws_secret_access_key", "a#b;c"}}));
  EXPECT_EQ(file.at("profile two"), (Map{{"s3", ""},
                                         {"s3.addressing_style", "path"},
                                         {"region", "x"},
                                         {"not_nested", "y"}}));
  EXPECT_EQ(file.size(), 2u);
}

// "id secret token", or the failure.
std::string Found(Map variables, Map files, std::string_view host) {
  absl::StatusOr<Credentials> found = FindCredentials(
      EnvironmentOf(std::move(variables)), FilesOf(std::move(files)), host);
  if (!found.ok()) return std::string(found.status().message());
  return found->access_key_id + " " + found->secret_access_key + " " +
         found->session_token;
}

constexpr std::string_view kHere = "127.0.0.1";
constexpr std::string_view kAws = "lambda.us-east-1.amazonaws.com";

TEST(CredentialsTest, TheEnvironmentComesFirst) {
  Map files = {{"/home/.aws/credentials",
                "[default]\naws_access_key_id=f\naws_secret_access_key=g\n"}};
  Map variables = {{"HOME", "/home"},
                   {"AWS_ACCESS_KEY_ID", "i"},
                   {"AWS_SECRET_ACCESS_KEY", "s"},
                   {"AWS_SESSION_TOKEN", "t"}};
  EXPECT_EQ(Found(variables, files, kHere), "i s t");
  variables.erase("AWS_SESSION_TOKEN");
  EXPECT_EQ(Found(variables, files, kAws), "i s ");
  variables.erase("AWS_SECRET_ACCESS_KEY");
  EXPECT_EQ(Found(variables, files, kHere),
            "AWS_ACCESS_KEY_ID is set, but the environment has no "
            "AWS_SECRET_ACCESS_KEY");
  variables.erase("AWS_ACCESS_KEY_ID");
  EXPECT_EQ(Found(variables, files, kHere), "f g ");
}

TEST(CredentialsTest, ProfilesComeFromBothFiles) {
  Map files = {{"/c",
                "[one]\naws_access_key_id = a\naws_secret_access_key = b\n"
                "aws_session_token = c\n[half]\naws_access_key_id = a\n"},
               {"/f",
                "[profile two]\naws_access_key_id = d\n"
                "aws_secret_access_key = e\n[default]\nregion = x\n"}};
  Map variables = {{"AWS_SHARED_CREDENTIALS_FILE", "/c"},
                   {"AWS_CONFIG_FILE", "/f"},
                   {"AWS_PROFILE", "one"}};
  EXPECT_EQ(Found(variables, files, kHere), "a b c");
  variables["AWS_PROFILE"] = "two";
  EXPECT_EQ(Found(variables, files, kHere), "d e ");
  variables["AWS_PROFILE"] = "half";
  EXPECT_EQ(Found(variables, files, kHere),
            "the profile 'half' has no aws_secret_access_key");
  variables["AWS_PROFILE"] = "none";
  EXPECT_EQ(Found(variables, files, kHere),
            "AWS_PROFILE: there is no profile 'none' in /c or /f");
}

TEST(CredentialsTest, WithoutAnyOnlyWhatIsNotAwsIsSigned) {
  EXPECT_EQ(Found({}, {}, kHere), "test test ");
  EXPECT_EQ(Found({{"HOME", "/h"}}, {}, kAws),
            "no AWS credentials: set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, or AWS_PROFILE to a profile of "
            "/h/.aws/credentials");
  Map sso = {{"/h/.aws/config", "[default]\nsso_session = corp\n"}};
  EXPECT_EQ(Found({{"HOME", "/h"}}, sso, kHere), "test test ");
  EXPECT_TRUE(Found({{"HOME", "/h"}}, sso, kAws)
                  .starts_with("the profile 'default' gets its credentials by "
                               "sso_session, which is not supported"));
}

TEST(CredentialsTest, TellsAwsFromOthers) {
  for (const char* host : {"sqs.eu-west-1.amazonaws.com", "amazonaws.com",
                           "lambda.cn-north-1.amazonaws.com.cn"}) {
    EXPECT_TRUE(IsAwsHost(host)) << host;
  }
  for (const char* host : {"localhost", "127.0.0.1", "notamazonaws.com",
                           "amazonaws.com.evil.test"}) {
    EXPECT_FALSE(IsAwsHost(host)) << host;
  }
}

TEST(AwsClientTest, FindsTheEndpointAndSignsTheCall) {
  std::string seen;
  http_client::Peer peer([&](http_client::PeerSocket& socket, int) {
    seen = socket.ReadRequest();
    socket.Send(http_client::Ok("{}"));
  });
  http_client::Outgoing out;
  AwsClientOptions options;
  options.environment = EnvironmentOf({{"LAMBDA_ENDPOINT", peer.Url("/base/")},
                                       {"AWS_ACCESS_KEY_ID", "i"},
                                       {"AWS_SECRET_ACCESS_KEY", "s"}});
  options.read_file = FilesOf({});
  options.endpoints.ReadConfiguration(options.environment, options.read_file);
  options.now_ms = [] { return int64_t{1'440'938'160'000}; };
  AwsClient client(&out.client, std::move(options));
  EXPECT_TRUE(client.CanCall("lambda").ok());
  EXPECT_FALSE(client.CanCall("sqs").ok());
  AwsRequest request;
  request.service = "lambda";
  request.region = "eu-west-1";
  request.target = "/2015-03-31/functions/f/invocations";
  request.body = "{\"a\":1}";
  std::optional<http_client::Result> result;
  auto done = [&](http_client::Result r) { result = std::move(r); };
  client.Start(request, done);
  out.RunUntil([&] { return result.has_value(); });
  EXPECT_EQ(http_client::BodyOf(*result), "{}");
  EXPECT_TRUE(seen.starts_with(
      "POST /base/2015-03-31/functions/f/invocations HTTP/1.1\r\n"));
  EXPECT_NE(seen.find("\r\nAuthorization: AWS4-HMAC-SHA256 Credential=i/"
                      "20150830/eu-west-1/lambda/aws4_request, "
                      "SignedHeaders=host;x-amz-date, Signature="),
            std::string::npos);
  request.service = "sqs";
  result.reset();
  client.Start(request, done);
  EXPECT_FALSE(result) << "done was called inside Start()";
  out.RunUntil([&] { return result.has_value(); });
  EXPECT_FALSE(http_client::FailureOf(*result).sent);
  EXPECT_EQ(http_client::FailureOf(*result).message,
            client.CanCall("sqs").message());
}

}  // namespace
}  // namespace stepwheel::aws_client
