// Signs requests with AWS Signature Version 4: what AWS, and the emulators that
// look at it, expect in the Authorization header.
#ifndef STEPWHEEL_API_AWS_CLIENT_SIGV4_H_
#define STEPWHEEL_API_AWS_CLIENT_SIGV4_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/aws_client/digest.h"
#include "api/http_client/client.h"
#include "api/http_client/url.h"

namespace stepwheel::aws_client {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // Empty: none.
};

struct SigningScope {
  std::string region;   // "us-east-1"
  std::string service;  // "lambda", "states": the name in the signature.
  int64_t unix_millis = 0;
};

class Signer {
 public:
  // Adds X-Amz-Date, X-Amz-Security-Token if there is one, and Authorization
  // (for s3 also X-Amz-Content-Sha256) to `request`, whose other parts are
  // final. It goes to `url`, whatever request->url is.
  void Sign(const SigningScope& scope, const Credentials& credentials,
            const http_client::Url& url, http_client::Request* request);

 private:
  // Deriving a key costs more than signing with it, and it is good for a day.
  struct DayKey {
    std::string day;  // yyyymmdd
    std::string region;
    std::string service;
    std::string secret;
    std::string scope;  // yyyymmdd/region/service/aws4_request
    HmacKey key;
  };
  const DayKey& KeyFor(const SigningScope& scope, std::string_view day,
                       const Credentials& credentials);
  void SetStamp(int64_t unix_millis);

  std::vector<DayKey> keys_;
  std::optional<int64_t> second_;
  std::string stamp_;  // yyyymmddThhmmssZ, of second_.
};

// The steps, each as AWS documents it. `payload_hash` is hex.
std::string CanonicalRequest(const http_client::Request& request,
                             const http_client::Url& url,
                             std::string_view service,
                             std::string_view payload_hash,
                             std::string* signed_headers);
// `stamp` is yyyymmddThhmmssZ, `scope` yyyymmdd/region/service/aws4_request.
std::string StringToSign(std::string_view stamp, std::string_view scope,
                         std::string_view canonical_request);
// 32 bytes; `date` is yyyymmdd.
std::string SigningKey(std::string_view secret_access_key,
                       std::string_view date, std::string_view region,
                       std::string_view service);

}  // namespace stepwheel::aws_client

#endif  // STEPWHEEL_API_AWS_CLIENT_SIGV4_H_
