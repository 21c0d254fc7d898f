#include "api/http/response_writer.h"

#include <charconv>

#include "api/http/chars.h"

namespace stepwheel::http {
namespace {

struct StatusText {
  int status;
  std::string_view reason;
  std::string_view type;  // AWS's error code for the server's own refusals
};

constexpr StatusText kStatuses[] = {
    {200, "OK", ""},
    {201, "Created", ""},
    {202, "Accepted", ""},
    {204, "No Content", ""},
    {301, "Moved Permanently", ""},
    {302, "Found", ""},
    {303, "See Other", ""},
    {304, "Not Modified", ""},
    {307, "Temporary Redirect", ""},
    {308, "Permanent Redirect", ""},
    {400, "Bad Request", "BadRequestException"},
    {403, "Forbidden", "AccessDeniedException"},
    {404, "Not Found", "UnknownOperationException"},
    {405, "Method Not Allowed", "UnknownOperationException"},
    {406, "Not Acceptable", ""},
    {408, "Request Timeout", "RequestTimeoutException"},
    {409, "Conflict", ""},
    {410, "Gone", ""},
    {413, "Content Too Large", "RequestEntityTooLargeException"},
    {415, "Unsupported Media Type", ""},
    {417, "Expectation Failed", "ExpectationFailedException"},
    {429, "Too Many Requests", "ThrottlingException"},
    {431, "Request Header Fields Too Large", "RequestHeadersTooLargeException"},
    {500, "Internal Server Error", "InternalFailure"},
    {501, "Not Implemented", "NotImplementedException"},
    {503, "Service Unavailable", "ServiceUnavailableException"},
    {505, "HTTP Version Not Supported", "HttpVersionNotSupportedException"},
};

const StatusText& TextOf(int status) {
  static constexpr StatusText kOther{0, "Unknown", "InternalFailure"};
  for (const StatusText& text : kStatuses) {
    if (text.status == status) return text;
  }
  return kOther;
}

void AppendNumber(size_t n, std::string* out) {
  char digits[20];
  out->append(digits, std::to_chars(digits, digits + 20, n).ptr - digits);
}

void AppendField(std::string_view name, std::string_view value,
                 std::string* out) {
  // A handler's mistake must not split the response.
  if (!IsToken(name) || !IsFieldValue(value)) return;
  out->append(name).append(": ").append(value).append("\r\n");
}

void AppendFraming(Framing framing, std::string* out) {
  out->append(framing.headers);
  if (framing.close) {
    out->append("Connection: close\r\n");
  } else if (framing.keep_alive) {
    out->append("Connection: keep-alive\r\n");
  }
}

}  // namespace

void AppendResponse(const Response& response, Framing framing,
                    std::string* out) {
  out->append("HTTP/1.1 ");
  AppendNumber(static_cast<size_t>(response.status), out);
  out->append(" ").append(TextOf(response.status).reason).append("\r\n");
  if (!response.request_id.empty()) {
    AppendField("x-amzn-RequestId", response.request_id, out);
  }
  for (const auto& [name, value] : response.headers) {
    AppendField(name, value, out);
  }
  AppendFraming(framing, out);
  // RFC 9110 8.6: these two never have a body.
  bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless) {
    AppendField("Content-Type", response.content_type, out);
    out->append("Content-Length: ");
    AppendNumber(response.body.size(), out);
    out->append("\r\n");
  }
  out->append("\r\n");
  if (!bodiless && !framing.head_only) out->append(response.body);
}

void AppendCanned(std::string_view request_id, std::string_view body,
                  Framing framing, std::string* out) {
  out->append(
      "HTTP/1.1 200 OK\r\n"
      "Content-Type: application/x-amz-json-1.0\r\n"
      "Content-Length: ");
  AppendNumber(body.size(), out);
  out->append("\r\n");
  if (!request_id.empty()) AppendField("x-amzn-RequestId", request_id, out);
  AppendFraming(framing, out);
  out->append("\r\n");
  if (!framing.head_only) out->append(body);
}

Response ErrorResponse(int status, std::string_view message) {
  Response response;
  response.status = status;
  response.body = "{\"__type\":\"com.amazon.coral.service#";
  response.body.append(TextOf(status).type).append("\",\"message\":\"");
  for (char c : message) {
    if (c == '"' || c == '\\') response.body += '\\';
    bool control = static_cast<unsigned char>(c) < 0x20;
    response.body += control || c == 0x7f || (c & 0x80) ? '?' : c;
  }
  response.body += "\"}";
  return response;
}

}  // namespace stepwheel::http
