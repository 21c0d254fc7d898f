// Signs requests with AWS Signature Version 4: what AWS, and the emulators that
// look at it, expect in the Authorization header.
#ifndef STEPWHEEL_API_AWS_CLIENT_SIGV4_H_
#define STEPWHEEL_API_AWS_CLIENT_SIGV4_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "api/http_client/client.h"

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
  // final. Its URL is valid.
  void Sign(const SigningScope& scope, const Credentials& credentials,
            http_client::Request* request);

 private:
  // The derived key is good for a day; deriving it costs more than signing.
  std::string KeyFor(const SigningScope& scope, std::string_view date,
                     const Credentials& credentials);
  std::string key_of_;
  std::string key_;
};

// The steps, each as AWS documents it. `payload_hash` is hex.
std::string CanonicalRequest(const http_client::Request& request,
                             std::string_view service,
                             std::string_view payload_hash,
                             std::string* signed_headers);
std::string StringToSign(const SigningScope& scope,
                         std::string_view canonical_request);
// 32 bytes; `date` is yyyymmdd.
std::string SigningKey(std::string_view secret_access_key,
                       std::string_view date, std::string_view region,
                       std::string_view service);

}  // namespace stepwheel::aws_client

#endif  // STEPWHEEL_API_AWS_CLIENT_SIGV4_H_
