#include "api/http_client/response_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <utility>

namespace stepwheel::http_client {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using Error = boost::system::error_code;

constexpr size_t kSpaceMin = 4 * 1024;
constexpr size_t kSpaceMax = 64 * 1024;
// A buffer that an answer made larger is given back.
constexpr size_t kBufferKept = 64 * 1024;
// A server that sends only these would otherwise hold us until the time limit.
constexpr int kInformationalMax = 16;
constexpr int kSwitchingProtocols = 101;
constexpr int kOk = 200;

bool IsInformational(int status) { return status < kOk; }

std::string Text(boost::core::string_view view) {
  return std::string(view.data(), view.size());
}

}  // namespace

struct ResponseReader::Impl {
  using Parser = http::response_parser<http::string_body>;

  State Fail(FailureKind kind, std::string text) {
    failed = kind;
    reason = std::move(text);
    return State::kFailed;
  }
  State Fail(const Error& error);
  State Parse();
  // Put() one step further; true while it made progress.
  bool Step(Error* error);
  void NewParser();

  size_t header_bytes_max;
  size_t body_bytes_max;
  Body body = Body::kExpected;
  int informational = 0;
  bool begun = false;
  size_t space = kSpaceMin;
  beast::flat_buffer buffer;
  std::optional<Parser> parser;
  FailureKind failed = FailureKind::kMalformed;
  std::string reason;
};

void ResponseReader::Impl::NewParser() {
  parser.emplace();
  parser->header_limit(static_cast<uint32_t>(header_bytes_max));
  parser->body_limit(body_bytes_max);
  parser->skip(body == Body::kNone);
  // The parser stops at the end of the header, where 1xx is told apart.
  parser->eager(false);
}

ResponseReader::State ResponseReader::Impl::Fail(const Error& error) {
  if (error == http::error::header_limit) {
    return Fail(
        FailureKind::kTooLarge,
        "its headers exceed " + std::to_string(header_bytes_max) + " bytes");
  }
  if (error == http::error::body_limit) {
    return Fail(
        FailureKind::kTooLarge,
        "its body exceeds " + std::to_string(body_bytes_max) + " bytes");
  }
  if (error == http::error::partial_message ||
      error == http::error::end_of_stream) {
    return Fail(FailureKind::kReset,
                begun ? "the connection was closed in the middle of the answer"
                      : "the connection was closed before an answer");
  }
  return Fail(FailureKind::kMalformed, error.message());
}

bool ResponseReader::Impl::Step(Error* error) {
  size_t used = parser->put(buffer.data(), *error);
  buffer.consume(used);
  if (*error == http::error::need_more) {
    *error = {};
    return used > 0 && buffer.size() > 0;
  }
  return !*error && !parser->is_done();
}

ResponseReader::State ResponseReader::Impl::Parse() {
  while (true) {
    Error error;
    while (buffer.size() > 0 && Step(&error)) {
      if (parser->is_header_done()) parser->eager(true);
    }
    if (error) return Fail(error);
    // A chunk's first line has no end: Beast sets no limit to those.
    if (buffer.size() > header_bytes_max && !parser->is_done()) {
      return Fail(http::error::header_limit);
    }
    if (!parser->is_header_done()) return State::kMore;
    int status = static_cast<int>(parser->get().result_int());
    if (!IsInformational(status)) {
      return parser->is_done() ? State::kDone : State::kMore;
    }
    if (status == kSwitchingProtocols) {
      return Fail(FailureKind::kMalformed, "it switches to another protocol");
    }
    if (++informational > kInformationalMax) {
      return Fail(FailureKind::kMalformed, "too many informational answers");
    }
    NewParser();
    if (buffer.size() == 0) return State::kMore;
  }
}

ResponseReader::ResponseReader(size_t header_bytes_max, size_t body_bytes_max)
    : impl_(std::make_unique<Impl>()) {
  impl_->header_bytes_max = header_bytes_max;
  impl_->body_bytes_max = body_bytes_max;
}

ResponseReader::~ResponseReader() = default;

void ResponseReader::Begin(Body body) {
  impl_->body = body;
  impl_->informational = 0;
  impl_->begun = false;
  impl_->space = kSpaceMin;
  // Only the parser: a read into the buffer may be pending.
  impl_->NewParser();
}

std::span<char> ResponseReader::Space() {
  if (impl_->buffer.size() == 0 && impl_->buffer.capacity() > kBufferKept) {
    impl_->buffer.shrink_to_fit();
  }
  auto space = impl_->buffer.prepare(impl_->space);
  return {static_cast<char*>(space.data()), space.size()};
}

ResponseReader::State ResponseReader::Commit(size_t bytes) {
  impl_->buffer.commit(bytes);
  impl_->begun = impl_->begun || bytes > 0;
  // Large answers earn larger reads.
  if (bytes == impl_->space) {
    impl_->space = std::min(kSpaceMax, 2 * impl_->space);
  }
  // Nobody has asked: whatever comes is left for has_rest().
  if (!impl_->parser || impl_->parser->is_done()) return State::kMore;
  return impl_->Parse();
}

ResponseReader::State ResponseReader::EndOfInput() {
  if (!impl_->parser || impl_->parser->is_done()) {
    return impl_->Fail(FailureKind::kReset, "the connection was closed");
  }
  Error error;
  // Beast asserts that something was parsed before put_eof().
  if (!impl_->parser->got_some()) error = http::error::end_of_stream;
  if (!error) impl_->parser->put_eof(error);
  if (error) return impl_->Fail(error);
  return State::kDone;
}

Response ResponseReader::Take() {
  Response response;
  auto message = impl_->parser->release();
  response.status = static_cast<int>(message.result_int());
  response.reason = Text(message.reason());
  for (const auto& field : message) {
    response.headers.emplace_back(Text(field.name_string()),
                                  Text(field.value()));
  }
  response.body = std::move(message.body());
  return response;
}

bool ResponseReader::keep_alive() const {
  return impl_->parser->keep_alive() && !impl_->parser->need_eof();
}

FailureKind ResponseReader::failure() const { return impl_->failed; }
const std::string& ResponseReader::reason() const { return impl_->reason; }
bool ResponseReader::begun() const { return impl_->begun; }
bool ResponseReader::has_rest() const { return impl_->buffer.size() > 0; }

}  // namespace stepwheel::http_client
