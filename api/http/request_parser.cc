#include "api/http/request_parser.h"

#include <algorithm>
#include <cstring>

#include "api/http/chars.h"

namespace stepwheel::http {
namespace {

// A chunk-size line is a few hex digits; extensions are allowed and ignored.
constexpr size_t kChunkLineMax = 256;

}  // namespace

void RequestParser::Reset() {
  state_ = State::kHead;
  line_ = scanned_ = body_start_ = body_size_ = content_length_ = 0;
  method_ = target_ = authority_ = host_ = origin_ = {};
  x_amz_target_ = content_type_ = accept_ = {};
  seen_ = 0;
  http11_ = close_ = keep_alive_ = expects_continue_ = root_target_ = false;
  chunk_ = Chunk::kSize;
  raw_ = chunk_left_ = trailer_bytes_ = 0;
}

RequestParser::State RequestParser::Bad(int status, std::string message) {
  error_status_ = status;
  error_ = std::move(message);
  return state_ = State::kBad;
}

std::string_view RequestParser::target(const char* data) const {
  return root_target_ ? std::string_view("/") : target_.in(data);
}

RequestParser::State RequestParser::Parse(char* data, size_t* size) {
  if (state_ == State::kHead && !ParseHead(data, *size)) return state_;
  if (state_ != State::kBody) return state_;
  if (seen_ & kTransferEncoding) return ParseChunks(data, size);
  size_t have = *size - body_start_;
  if (have < content_length_) return state_;
  body_size_ = content_length_;
  return state_ = State::kDone;
}

// True when the head is complete and well-formed.
bool RequestParser::ParseHead(const char* data, size_t size) {
  for (;;) {
    const void* found = std::memchr(data + scanned_, '\n', size - scanned_);
    size_t feed = found ? static_cast<const char*>(found) - data : size;
    if (feed >= head_bytes_max_) {
      Bad(431, "The request line and headers must be at most " +
                   std::to_string(head_bytes_max_) + " bytes long.");
      return false;
    }
    if (!found) {
      scanned_ = size;
      return false;
    }
    if (feed == line_ || data[feed - 1] != '\r') {
      Bad(400, "Lines of the request's head must end with CR LF.");
      return false;
    }
    size_t begin = line_;
    size_t end = feed - 1;
    line_ = scanned_ = feed + 1;
    bool first = method_.size == 0;
    if (begin == end) {
      if (first) continue;  // RFC 9112 2.2: empty lines before the request
      body_start_ = line_;
      return HeadDone();
    }
    if (first ? !RequestLine(data, begin, end) : !Field(data, begin, end)) {
      return false;
    }
  }
}

bool RequestParser::RequestLine(const char* data, size_t begin, size_t end) {
  std::string_view line(data + begin, end - begin);
  size_t first = line.find(' ');
  size_t last = line.rfind(' ');
  if (first == line.npos || first == last) {
    Bad(400, "The request line must be: method, target, HTTP version.");
    return false;
  }
  method_ = {begin, first};
  Span target{begin + first + 1, last - first - 1};
  std::string_view version = line.substr(last + 1);
  if (!IsToken(method_.in(data)) || !IsPrintable(target.in(data))) {
    Bad(400, "The request line holds characters that are not allowed there.");
    return false;
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    bool http = version.substr(0, 5) == "HTTP/" && IsPrintable(version);
    Bad(http ? 505 : 400,
        "This server speaks HTTP/1.1 and HTTP/1.0 without TLS.");
    return false;
  }
  http11_ = version == "HTTP/1.1";
  return Target(data, target);
}

bool RequestParser::Target(const char* data, Span target) {
  std::string_view text = target.in(data);
  target_ = target;
  if (text.find('#') != text.npos) {
    Bad(400, "A request target has no fragment.");
    return false;
  }
  if (!text.empty() && text[0] == '/') return true;
  if (text == "*" && method_.in(data) == "OPTIONS") return true;
  size_t skip = EqualsIgnoreCase(text.substr(0, 7), "http://")    ? 7
                : EqualsIgnoreCase(text.substr(0, 8), "https://") ? 8
                                                                  : 0;
  size_t path = skip == 0 ? text.npos : text.find_first_of("/?", skip);
  size_t authority = (path == text.npos ? text.size() : path) - skip;
  if (skip == 0 || authority == 0 || text.find('@', skip) < skip + authority ||
      (path != text.npos && text[path] == '?')) {
    Bad(400, "The request target must be a path or an http URL with a path.");
    return false;
  }
  authority_ = {target.at + skip, authority};
  root_target_ = path == text.npos;
  if (!root_target_) target_ = {target.at + path, text.size() - path};
  return true;
}

bool RequestParser::Field(const char* data, size_t begin, size_t end) {
  std::string_view line(data + begin, end - begin);
  size_t colon = line.find(':');
  if (colon == line.npos || !IsToken(line.substr(0, colon))) {
    // Also a folded line and a blank before the colon: both let two parsers
    // see two different requests (RFC 9112 5.1, 5.2).
    Bad(400, "A header line must be: name, colon, value.");
    return false;
  }
  std::string_view value = TrimBlanks(line.substr(colon + 1));
  if (!IsFieldValue(value)) {
    Bad(400, "A header value holds control characters.");
    return false;
  }
  Span span{static_cast<size_t>(value.data() - data), value.size()};
  return KnownField(data, line.substr(0, colon), span);
}

bool RequestParser::Once(Seen which, std::string_view name) {
  if (seen_ & which) {
    Bad(400, "The header " + std::string(name) + " must occur only once.");
    return false;
  }
  seen_ |= which;
  return true;
}

bool RequestParser::KnownField(const char* data, std::string_view name,
                               Span value) {
  auto is = [&](std::string_view lower) {
    return EqualsIgnoreCase(name, lower);
  };
  auto once = [&](Seen which, Span* to) {
    *to = value;
    return Once(which, name);
  };
  auto first = [&](Seen which, Span* to) {
    if (!(seen_ & which)) *to = value;
    seen_ |= which;
    return true;
  };
  switch (name.size()) {
    case 4:
      return is("host") ? once(kHost, &host_) : true;
    case 6:
      if (is("origin")) return once(kOrigin, &origin_);
      if (is("accept")) return first(kAccept, &accept_);
      if (!is("expect")) return true;
      expects_continue_ = EqualsIgnoreCase(value.in(data), "100-continue");
      if (expects_continue_) return true;
      Bad(417, "The only expectation that is understood is 100-continue.");
      return false;
    case 10:
      if (is("connection")) Connection(value.in(data));
      return true;
    case 12:
      if (is("content-type")) return first(kContentType, &content_type_);
      return is("x-amz-target") ? once(kXAmzTarget, &x_amz_target_) : true;
    case 14:
    case 17:
      return FramingField(name, value.in(data));
    default:
      return true;
  }
}

bool RequestParser::FramingField(std::string_view name,
                                 std::string_view value) {
  if (EqualsIgnoreCase(name, "transfer-encoding")) {
    if (!Once(kTransferEncoding, name)) return false;
    if (EqualsIgnoreCase(value, "chunked")) return true;
    Bad(501, "The only transfer encoding that is understood is chunked.");
    return false;
  }
  if (!EqualsIgnoreCase(name, "content-length")) return true;
  if (!Once(kContentLength, name)) return false;
  bool digits = !value.empty();
  for (char c : value) {
    digits = digits && c >= '0' && c <= '9';
    // Saturates: whatever is larger than the limit is refused alike.
    if (digits && content_length_ <= body_bytes_max_) {
      content_length_ = content_length_ * 10 + static_cast<size_t>(c - '0');
    }
  }
  if (digits) return true;
  Bad(400, "Content-Length must be a decimal number.");
  return false;
}

void RequestParser::Connection(std::string_view value) {
  while (!value.empty()) {
    size_t comma = value.find(',');
    std::string_view option = TrimBlanks(value.substr(0, comma));
    if (EqualsIgnoreCase(option, "close")) close_ = true;
    if (EqualsIgnoreCase(option, "keep-alive")) keep_alive_ = true;
    value = comma == value.npos ? "" : value.substr(comma + 1);
  }
}

bool RequestParser::HeadDone() {
  state_ = State::kBody;
  raw_ = body_start_;
  bool chunked = seen_ & kTransferEncoding;
  if (chunked && ((seen_ & kContentLength) || !http11_)) {
    Bad(400,
        "Transfer-Encoding must not be combined with Content-Length and needs "
        "HTTP/1.1.");
  } else if (http11_ && !has_host()) {
    Bad(400, "A HTTP/1.1 request must have a Host header.");
  } else if (content_length_ > body_bytes_max_) {
    Bad(413, "The request body must be at most " +
                 std::to_string(body_bytes_max_) + " bytes long.");
  }
  return state_ == State::kBody;
}

// Moves what is not yet read next to the joined body, so that the buffer holds
// one body and not its encoding as well.
RequestParser::State RequestParser::NeedMoreChunks(char* data, size_t* size) {
  size_t to = body_start_ + body_size_;
  std::memmove(data + to, data + raw_, *size - raw_);
  *size -= raw_ - to;
  raw_ = to;
  return state_;
}

RequestParser::State RequestParser::ParseChunks(char* data, size_t* size) {
  while (state_ == State::kBody) {
    if (chunk_ == Chunk::kData) {
      size_t take = std::min(chunk_left_, *size - raw_);
      std::memmove(data + body_start_ + body_size_, data + raw_, take);
      body_size_ += take;
      raw_ += take;
      chunk_left_ -= take;
      if (chunk_left_ > 0) return NeedMoreChunks(data, size);
      chunk_ = Chunk::kDataEnd;
    }
    size_t limit = chunk_ == Chunk::kTrailer   ? head_bytes_max_
                   : chunk_ == Chunk::kDataEnd ? 2
                                               : kChunkLineMax;
    const void* found = std::memchr(data + raw_, '\n', *size - raw_);
    size_t feed = found ? static_cast<const char*>(found) - data : *size;
    if (feed - raw_ >= limit || (found && data[feed - 1] != '\r') ||
        (found && feed == raw_)) {
      return Bad(400, "The chunks of the request body are malformed.");
    }
    if (!found) return NeedMoreChunks(data, size);
    std::string_view line(data + raw_, feed - 1 - raw_);
    raw_ = feed + 1;
    if (chunk_ == Chunk::kDataEnd) {
      chunk_ = Chunk::kSize;
    } else if (chunk_ == Chunk::kSize) {
      if (!ChunkSize(line)) return state_;
      chunk_ = chunk_left_ == 0 ? Chunk::kTrailer : Chunk::kData;
    } else if (line.empty()) {
      NeedMoreChunks(data, size);
      return state_ = State::kDone;
    } else {
      trailer_bytes_ += line.size() + 2;
      size_t colon = line.find(':');
      if (trailer_bytes_ > head_bytes_max_ || colon == line.npos ||
          !IsToken(line.substr(0, colon)) || !IsFieldValue(line)) {
        return Bad(400, "The trailer of the request body is malformed.");
      }
    }
  }
  return state_;
}

bool RequestParser::ChunkSize(std::string_view line) {
  size_t n = 0;
  size_t i = 0;
  for (; i < line.size(); ++i) {
    char c = LowerAscii(line[i]);
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                       : -1;
    if (digit < 0) break;
    if (n <= body_bytes_max_) n = n * 16 + static_cast<size_t>(digit);
  }
  std::string_view rest = TrimBlanks(line.substr(i));
  if (i == 0 || (!rest.empty() && rest[0] != ';') || !IsFieldValue(rest)) {
    Bad(400, "A chunk of the request body has no valid size.");
    return false;
  }
  if (n > body_bytes_max_ - body_size_) {
    Bad(413, "The request body must be at most " +
                 std::to_string(body_bytes_max_) + " bytes long.");
    return false;
  }
  chunk_left_ = n;
  return true;
}

}  // namespace stepwheel::http
