#include "api/aws_client/digest.h"

#include <absl/strings/escaping.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace stepwheel::aws_client {
namespace {

constexpr size_t kDigestBytes = 32;
using Digest = std::array<unsigned char, kDigestBytes>;

// OpenSSL has SHA-256 in every configuration in which it starts at all: without
// it, or without memory, there is nothing to go on with.
void Require(bool ok) {
  if (ok) return;
  std::fputs("OpenSSL cannot compute SHA-256\n", stderr);
  std::abort();
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string Text(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

struct Sha256 {
  Sha256() { Require(algorithm != nullptr && context != nullptr); }
  ~Sha256() {
    EVP_MD_CTX_free(context);
    EVP_MD_free(algorithm);
  }
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
};

}  // namespace

std::string Sha256Hex(std::string_view data) {
  thread_local Sha256 sha256;
  Digest digest;
  Require(EVP_DigestInit_ex2(sha256.context, sha256.algorithm, nullptr) == 1 &&
          EVP_DigestUpdate(sha256.context, data.data(), data.size()) == 1 &&
          EVP_DigestFinal_ex(sha256.context, digest.data(), nullptr) == 1);
  return absl::BytesToHexString(Text(digest));
}

struct HmacKey::Impl {
  Impl() = default;
  Impl(const Impl&) = delete;
  ~Impl() { EVP_MAC_CTX_free(context); }
  EVP_MAC_CTX* context = nullptr;
};

HmacKey::HmacKey(std::string_view key) : impl_(std::make_unique<Impl>()) {
  EVP_MAC* algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  impl_->context = EVP_MAC_CTX_new(algorithm);
  EVP_MAC_free(algorithm);  // The context keeps it.
  std::array<char, 8> digest = {"SHA256"};
  std::array<OSSL_PARAM, 2> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  Require(impl_->context != nullptr &&
          EVP_MAC_init(impl_->context, Bytes(key), key.size(),
                       parameters.data()) == 1);
}

HmacKey::~HmacKey() = default;
HmacKey::HmacKey(HmacKey&&) noexcept = default;
HmacKey& HmacKey::operator=(HmacKey&&) noexcept = default;

std::string HmacKey::Sign(std::string_view message) const {
  Digest digest;
  size_t size = 0;
  // Without a key: once more with the same.
  Require(EVP_MAC_init(impl_->context, nullptr, 0, nullptr) == 1 &&
          EVP_MAC_update(impl_->context, Bytes(message), message.size()) == 1 &&
          EVP_MAC_final(impl_->context, digest.data(), &size, digest.size()) ==
              1);
  return Text(digest);
}

}  // namespace stepwheel::aws_client
