// Bytes to one response after another: wraps Beast's parser, the only use of it
// here, so that a file that drives connections compiles without it. It needs no
// socket.
#ifndef STEPWHEEL_API_HTTP_CLIENT_RESPONSE_READER_H_
#define STEPWHEEL_API_HTTP_CLIENT_RESPONSE_READER_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "api/http_client/client.h"

namespace stepwheel::http_client {

class ResponseReader {
 public:
  ResponseReader(size_t header_bytes_max, size_t body_bytes_max);
  ~ResponseReader();
  ResponseReader(const ResponseReader&) = delete;

  enum class Body {
    kExpected,
    kNone,  // Answers to HEAD, and to CONNECT if it is 2xx.
  };
  // The next response begins.
  void Begin(Body body);

  enum class State { kMore, kDone, kFailed };
  // Where the next bytes go; Commit() says how many came. Informational
  // responses (1xx) are skipped.
  std::span<char> Space();
  State Commit(size_t bytes);
  // The peer has closed.
  State EndOfInput();

  // After kDone.
  Response Take();
  bool keep_alive() const;
  // After kFailed: kTooLarge, kMalformed, kReset; `reason` says more.
  FailureKind failure() const;
  const std::string& reason() const;
  // Whether any byte of this response has come.
  bool begun() const;
  // Bytes beyond the response: nobody asked for them.
  bool has_rest() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stepwheel::http_client

#endif  // STEPWHEEL_API_HTTP_CLIENT_RESPONSE_READER_H_
