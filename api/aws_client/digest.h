// SHA-256 and HMAC-SHA256 by OpenSSL, as signatures need them many times a
// second: the algorithm is looked up once and not for each digest, which with
// OpenSSL 3 costs as much as a short digest itself.
#ifndef STEPWHEEL_API_AWS_CLIENT_DIGEST_H_
#define STEPWHEEL_API_AWS_CLIENT_DIGEST_H_

#include <memory>
#include <string>
#include <string_view>

namespace stepwheel::aws_client {

// 64 lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view data);

// A key that is set up once for many messages. Not for several threads.
class HmacKey {
 public:
  explicit HmacKey(std::string_view key);
  ~HmacKey();
  HmacKey(HmacKey&&) noexcept;
  HmacKey& operator=(HmacKey&&) noexcept;

  std::string Sign(std::string_view message) const;  // 32 bytes.

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stepwheel::aws_client

#endif  // STEPWHEEL_API_AWS_CLIENT_DIGEST_H_
