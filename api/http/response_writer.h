// Renders responses as HTTP/1.1 bytes. The server's own refusals get AWS's
// error shape here, so that an SDK shows their text.
#ifndef STEPWHEEL_API_HTTP_RESPONSE_WRITER_H_
#define STEPWHEEL_API_HTTP_RESPONSE_WRITER_H_

#include <string>
#include <string_view>

#include "api/http/server.h"

namespace stepwheel::http {

// How the connection wants an answer framed.
struct Framing {
  bool head_only = false;    // the request was HEAD: the body is left out
  bool close = false;        // says "Connection: close"
  bool keep_alive = false;   // says "Connection: keep-alive" (to HTTP/1.0)
  std::string_view headers;  // lines that every response has
};

void AppendResponse(const Response& response, Framing framing,
                    std::string* out);

// HTTP 200, application/x-amz-json-1.0.
void AppendCanned(std::string_view request_id, std::string_view body,
                  Framing framing, std::string* out);

// {"__type": "com.amazon.coral.service#...", "message": "..."} for `status`.
Response ErrorResponse(int status, std::string_view message);

}  // namespace stepwheel::http

#endif  // STEPWHEEL_API_HTTP_RESPONSE_WRITER_H_
