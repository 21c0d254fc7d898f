#include "api/aws/json_response.h"

#include <utility>

#include "api/aws/render.h"

namespace stepwheel::aws {

http::Response JsonResponse(int status, std::string body,
                            std::string_view allow) {
  http::Response response;
  response.status = status;
  response.content_type = "application/json";
  if (!allow.empty()) response.headers.emplace_back("Allow", allow);
  response.body = std::move(body);
  return response;
}

http::Response ProblemResponse(int status, std::string_view message,
                               std::string_view allow) {
  std::string body;
  ObjectWriter(&body).String("message", message).Close();
  return JsonResponse(status, std::move(body), allow);
}

}  // namespace stepwheel::aws
