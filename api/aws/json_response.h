// What Stepwheel's own addresses answer, beside AWS's API: plain JSON, and
// {"message":"..."} for what cannot be done.
#ifndef STEPWHEEL_API_AWS_JSON_RESPONSE_H_
#define STEPWHEEL_API_AWS_JSON_RESPONSE_H_

#include <string>
#include <string_view>

#include "api/http/server.h"

namespace stepwheel::aws {

// `allow`: which methods there are instead, with status 405.
http::Response JsonResponse(int status, std::string body,
                            std::string_view allow = "");
http::Response ProblemResponse(int status, std::string_view message,
                               std::string_view allow = "");

}  // namespace stepwheel::aws

#endif  // STEPWHEEL_API_AWS_JSON_RESPONSE_H_
