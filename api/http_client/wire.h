// A Request as the bytes of HTTP/1.1, after a check that it can be sent.
#ifndef STEPWHEEL_API_HTTP_CLIENT_WIRE_H_
#define STEPWHEEL_API_HTTP_CLIENT_WIRE_H_

#include <string>

#include "api/http_client/client.h"
#include "api/http_client/url.h"

namespace stepwheel::http_client {

// "", or what is wrong with the method or a header.
std::string CheckRequest(const Request& request);

// `proxy` is the proxy of an http:// URL, or null.
std::string RequestBytes(const Request& request, const Url& url,
                         const Url* proxy, const std::string& user_agent);

}  // namespace stepwheel::http_client

#endif  // STEPWHEEL_API_HTTP_CLIENT_WIRE_H_
