// Reads one HTTP/1.x request out of a growing buffer, strictly: what two
// parsers could understand differently (smuggling) is refused, never guessed.
// Knows no sockets and copies nothing; chunked bodies are joined in place.
#ifndef STEPWHEEL_API_HTTP_REQUEST_PARSER_H_
#define STEPWHEEL_API_HTTP_REQUEST_PARSER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stepwheel::http {

class RequestParser {
 public:
  enum class State {
    kHead,  // more bytes of the head are needed
    kBody,  // the head is complete; more bytes of the body are needed
    kDone,  // size() bytes of the buffer are one request
    kBad    // error_status() and error() say why; the connection must close
  };

  RequestParser(size_t head_bytes_max, size_t body_bytes_max)
      : head_bytes_max_(head_bytes_max), body_bytes_max_(body_bytes_max) {}

  // Forgets the request, for the next one on the same connection.
  void Reset();

  // Reads on. `data` is the request's first byte; the buffer may have moved
  // since the last call but must hold the same bytes and `*size` of them.
  // Joining chunks moves what follows them forward and lowers `*size`.
  State Parse(char* data, size_t* size);

  State state() const { return state_; }
  bool head_done() const { return body_start_ != 0; }
  size_t size() const { return body_start_ + body_size_; }

  // The following are known once the head is done. The views are into `data`,
  // the same buffer that Parse() got.
  std::string_view method(const char* data) const { return method_.in(data); }
  // Origin-form or "*"; an absolute-form target is reduced to its path.
  std::string_view target(const char* data) const;
  // The authority of an absolute-form target, else "".
  std::string_view authority(const char* data) const {
    return authority_.in(data);
  }
  std::string_view host(const char* data) const { return host_.in(data); }
  bool has_host() const { return seen_ & kHost; }
  std::string_view origin(const char* data) const { return origin_.in(data); }
  bool has_origin() const { return seen_ & kOrigin; }
  std::string_view x_amz_target(const char* data) const {
    return x_amz_target_.in(data);
  }
  std::string_view content_type(const char* data) const {
    return content_type_.in(data);
  }
  std::string_view accept(const char* data) const { return accept_.in(data); }
  std::string_view body(const char* data) const {
    return {data + body_start_, body_size_};
  }
  bool http11() const { return http11_; }
  bool keep_alive() const { return http11_ ? !close_ : keep_alive_ && !close_; }
  bool expects_continue() const { return expects_continue_; }

  int error_status() const { return error_status_; }
  const std::string& error() const { return error_; }

 private:
  struct Span {
    size_t at = 0;
    size_t size = 0;
    std::string_view in(const char* data) const { return {data + at, size}; }
  };
  enum Seen : unsigned {
    kHost = 1,
    kOrigin = 2,
    kContentLength = 4,
    kTransferEncoding = 8,
    kXAmzTarget = 16,
    kContentType = 32,
    kAccept = 64
  };
  enum class Chunk { kSize, kData, kDataEnd, kTrailer };

  State Bad(int status, std::string message);
  bool ParseHead(const char* data, size_t size);
  bool RequestLine(const char* data, size_t begin, size_t end);
  bool Target(const char* data, Span target);
  bool Field(const char* data, size_t begin, size_t end);
  bool KnownField(const char* data, std::string_view name, Span value);
  bool Once(Seen which, std::string_view name);
  bool FramingField(std::string_view name, std::string_view value);
  void Connection(std::string_view value);
  bool HeadDone();
  State ParseChunks(char* data, size_t* size);
  bool ChunkSize(std::string_view line);
  State NeedMoreChunks(char* data, size_t* size);

  size_t head_bytes_max_;
  size_t body_bytes_max_;

  State state_ = State::kHead;
  size_t line_ = 0;        // where the current line of the head begins
  size_t scanned_ = 0;     // no line feed between line_ and here
  size_t body_start_ = 0;  // not 0: the head is done
  size_t body_size_ = 0;   // of the body as far as it is joined
  size_t content_length_ = 0;
  Span method_, target_, authority_, host_, origin_, x_amz_target_,
      content_type_, accept_;
  unsigned seen_ = 0;
  bool http11_ = false;
  bool close_ = false;
  bool keep_alive_ = false;
  bool expects_continue_ = false;
  bool root_target_ = false;  // absolute form without a path

  Chunk chunk_ = Chunk::kSize;
  size_t raw_ = 0;         // next byte not yet de-chunked
  size_t chunk_left_ = 0;  // bytes of the current chunk still to come
  size_t trailer_bytes_ = 0;

  int error_status_ = 0;
  std::string error_;
};

}  // namespace stepwheel::http

#endif  // STEPWHEEL_API_HTTP_REQUEST_PARSER_H_
