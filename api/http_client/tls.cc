// What all secure connections share: which protocols, and who is trusted.
#include <absl/strings/str_cat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "api/http_client/client_impl.h"

namespace stepwheel::http_client {
namespace {

// REQUIRES a ca_file. What is wrong with it, or "".
std::string Load(asio::ssl::context* context, const ClientOptions& options) {
  const std::string what =
      absl::StrCat(options.ca_file_from, " is '", options.ca_file, "': ");
  // OpenSSL's words for a file that is not there name its own source.
  errno = 0;
  std::ifstream file(options.ca_file);
  if (!file || file.peek() == std::ifstream::traits_type::eof()) {
    return what + (errno != 0 ? std::strerror(errno) : "it is empty");
  }
  Error error;
  context->load_verify_file(options.ca_file, error);
  if (!error) return "";
  return what + "expected certificates in PEM, found none: " + error.message();
}

}  // namespace

std::string CaFileProblem(const ClientOptions& options) {
  // Most start without one, and do not wait for OpenSSL.
  if (options.ca_file.empty()) return "";
  asio::ssl::context context(asio::ssl::context::tls_client);
  return Load(&context, options);
}

asio::ssl::context* Client::Impl::Tls() {
  if (!tls_problem_.empty()) return nullptr;
  if (tls_) return &*tls_;
  tls_.emplace(asio::ssl::context::tls_client);
  Error ignored;
  tls_->set_options(
      asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
          asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
          asio::ssl::context::no_tlsv1_1,
      ignored);
  tls_->set_verify_mode(asio::ssl::verify_peer, ignored);
  tls_->set_default_verify_paths(ignored);
  if (!options_.ca_file.empty()) tls_problem_ = Load(&*tls_, options_);
  return tls_problem_.empty() ? &*tls_ : nullptr;
}

}  // namespace stepwheel::http_client
